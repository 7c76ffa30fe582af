//! What the check refuses, what it lets pass, and what expressions are worth when facts are unread.

use serde_json::{Value, json};

use super::{Expr, ExprError, NoValue, Subject, Vocabulary};
use crate::rules::Template;
use crate::snapshot::Resource;

fn vocabulary() -> Vocabulary {
    let facts = json!({"type": "object", "properties": {
        "multi_az": {"type": "boolean"},
        "replica_of": {"type": ["string", "null"]},
        "days": {"type": "integer"},
        "zones": {"type": "array", "items": {"type": "string"}},
        "members": {"type": "array", "items": {"type": "object", "properties": {
            "port": {"type": ["integer", "null"]}, "state": {"type": "string"}}}},
    }});
    Vocabulary::new("test.kind", &facts, &json!({"type": "object", "properties": {}}))
}

fn refused(source: &str) -> ExprError {
    Expr::boolean(source, &vocabulary()).expect_err(source)
}

fn resource(facts: Value) -> Resource {
    serde_json::from_value(json!({
        "kind": "test.kind", "arn": "arn", "id": "it", "name": null, "region": "eu-west-1", "account": "1",
        "tags": {"env": "dev"}, "facts": facts,
    }))
    .expect("a resource")
}

fn worth(source: &str, facts: Value) -> Result<bool, NoValue> {
    let expr = Expr::boolean(source, &vocabulary()).unwrap_or_else(|error| panic!("{source}: {error:?}"));
    let settings = json!({});
    expr.holds(&Subject::new(&resource(facts), &settings))
}

#[test]
fn an_unknown_fact_is_refused_with_the_nearest_name_and_its_place() {
    let error = refused("r.days > 3 && r.multi_as");
    assert_eq!(error.message, "no fact `multi_as` of test.kind");
    assert!(error.help.is_some_and(|help| help.contains("`multi_az`")));
    assert!((14..=15).contains(&error.offset), "{}", error.offset);
}

#[test]
fn types_that_can_never_meet_are_refused() {
    for source in [
        "r.multi_az == 'yes'",
        "r.days == 'seven'",
        "r.days && r.multi_az",
        "!r.days",
        "r.zones > 2",
        "r.days in r.zones",
        "r.days.startsWith('a')",
        "r.zones.exists(zone, zone == 3)",
        "size(r.days) > 0",
    ] {
        refused(source);
    }
}

#[test]
fn an_expression_that_is_not_boolean_is_refused() {
    assert_eq!(refused("r.days + 1").message, "is a number, but has to be true or false");
}

#[test]
fn has_is_refused_since_it_would_turn_absence_into_an_answer() {
    assert!(refused("has(r.multi_az)").message.contains("`has()`"));
}

#[test]
fn what_may_be_null_needs_a_guard() {
    assert!(refused("r.replica_of.startsWith('a')").message.contains("may be null"));
    assert!(refused("r.members.exists(m, m.port > 80)").message.contains("may be null"));
    for source in [
        "r.replica_of == null || r.replica_of.startsWith('a')",
        "r.replica_of != null && r.replica_of.startsWith('a')",
        "!(r.replica_of == null) && r.replica_of.startsWith('a')",
        "r.replica_of == null ? false : r.replica_of.startsWith('a')",
        "r.members.exists(m, m.port != null && m.port > 80)",
    ] {
        assert!(Expr::boolean(source, &vocabulary()).is_ok(), "{source}");
    }
    refused("r.replica_of == null && r.replica_of.startsWith('a')");
}

#[test]
fn unknown_functions_broken_patterns_and_endless_nesting_are_refused() {
    assert!(refused("r.zones.sum() > 1").message.contains("no function `sum`"));
    assert!(refused("r.region.matches('(')").message.contains("regular expression"));
    refused("r.zones.all(a, r.zones.all(b, r.zones.all(c, r.zones.all(d, a == d))))");
    refused(&format!("r.multi_az{}", " || r.multi_az".repeat(200)));
    refused("r.multi_az &&");
}

#[test]
fn unread_facts_are_absorbed_as_kleene_logic_does() {
    assert_eq!(worth("r.multi_az || r.days > 3", json!({"days": 4})), Ok(true));
    assert_eq!(worth("r.multi_az && r.days > 3", json!({"days": 1})), Ok(false));
    assert_eq!(worth("r.multi_az && r.days > 3", json!({"days": 4})), Err(NoValue::Unread("multi_az".to_owned())));
    assert_eq!(worth("r.multi_az || r.days > 3", json!({"days": 1})), Err(NoValue::Unread("multi_az".to_owned())));
}

#[test]
fn none_is_an_answer_and_unread_is_not() {
    assert_eq!(worth("r.replica_of == null", json!({"replica_of": null})), Ok(true));
    assert_eq!(worth("r.replica_of == null", json!({"replica_of": "a"})), Ok(false));
    assert_eq!(worth("r.replica_of == null", json!({})), Err(NoValue::Unread("replica_of".to_owned())));
}

#[test]
fn sentences_speak_of_lists_none_and_what_is_unread() {
    let template =
        Template::new("{r.id}: {r.zones}, {r.replica_of}, {r.days} {{x}}", &vocabulary()).expect("a template");
    let (subject, settings) = (resource(json!({"zones": ["a", "b"], "replica_of": null})), json!({}));
    assert_eq!(template.fill(&Subject::new(&subject, &settings)), "it: a, b, none, (unread) {x}");
    assert!(Template::new("{r.id", &vocabulary()).is_err());
    assert!(Template::new("r.id}", &vocabulary()).is_err());
}

#[test]
fn what_a_shell_would_obey_is_quoted_in_commands() {
    let template = Template::new("aws --name {r.id}", &vocabulary()).expect("a template");
    let (mut subject, settings) = (resource(json!({})), json!({}));
    assert_eq!(template.fill_command(&Subject::new(&subject, &settings)), "aws --name it");
    subject.id = "a'; rm -rf $HOME".to_owned();
    assert_eq!(template.fill_command(&Subject::new(&subject, &settings)), r"aws --name 'a'\''; rm -rf $HOME'");
}

#[test]
fn like_knows_stars_and_no_upper_case_and_takes_a_list_of_texts() {
    let like = |text: &str, patterns: &str| worth(&format!("like('{text}', {patterns})"), json!({})).unwrap();
    for (text, patterns) in [
        ("Dev", "['dev']"),
        ("orders-dev", "['qa', '*-dev']"),
        ("dev-orders", "['dev-*']"),
        ("a-dev-b", "['*-dev-*']"),
        ("", "['*']"),
        ("größe-dev", "['gr*-dev']"),
    ] {
        assert!(like(text, patterns), "{text} is like {patterns}");
    }
    for (text, patterns) in [("developer", "['dev']"), ("devops-x", "['*-dev']"), ("x", "['']")] {
        assert!(!like(text, patterns), "{text} is not like {patterns}");
    }
    refused("like(r.days, ['3'])");
    refused("like('a', 'b')");
}
