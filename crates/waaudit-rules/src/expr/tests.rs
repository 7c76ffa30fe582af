//! What the check refuses, what it lets pass, and what expressions are worth when facts are unread.

use serde_json::{Value, json};

use super::{Expr, ExprError, NoValue, Subject, Vocabulary};
use crate::template::Template;
use waaudit_model::snapshot::Resource;

fn vocabulary() -> Vocabulary {
    let facts = json!({"type": "object", "properties": {
        "multi_az": {"type": "boolean"},
        "replica_of": {"type": ["string", "null"]},
        "days": {"type": "integer"},
        "load": {"type": "number"},
        "peak": {"type": ["number", "null"]},
        "zones": {"type": "array", "items": {"type": "string"}},
        "members": {"type": "array", "items": {"type": "object", "properties": {
            "port": {"type": ["integer", "null"]}, "state": {"type": "string"}}}},
    }});
    Vocabulary::new("test.kind", &facts, &json!({"type": "object", "properties": {}})).expect("a vocabulary")
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
    assert_eq!(refused("r.days + 1").message, "is an integer, but has to be true or false");
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
fn sentences_are_said_whole_or_name_what_is_unread() {
    let (subject, settings) = (resource(json!({"zones": ["a", "b"], "replica_of": null})), json!({}));
    let said = |source: &str| {
        let template = Template::new(source, &vocabulary()).expect("a template");
        template.fill(&Subject::new(&subject, &settings)).map_err(|unread| unread.to_string())
    };
    assert_eq!(said("{r.id}: {r.zones}, {r.replica_of} {{x}}"), Ok("it: a, b, none {x}".to_owned()));
    assert_eq!(said("{r.id}: {r.days} {r.multi_az}"), Err("days, multi_az could not be read".to_owned()));
    assert_eq!(said("{r.id} waits{? {r.days} days?}"), Ok("it waits".to_owned()));
    assert!(Template::new("{r.id", &vocabulary()).is_err());
    assert!(Template::new("r.id}", &vocabulary()).is_err());
}

#[test]
fn what_a_shell_would_obey_is_quoted_in_commands() {
    let template = Template::new("aws --name {r.id}", &vocabulary()).expect("a template");
    let (mut subject, settings) = (resource(json!({})), json!({}));
    assert_eq!(template.fill_command(&Subject::new(&subject, &settings)), "aws --name it");
    subject.id = "a'; rm -rf $HOME".to_owned();
    let command = template.fill_command(&Subject::new(&subject, &settings));
    assert_eq!(shlex::split(&command), Some(["aws", "--name", "a'; rm -rf $HOME"].map(str::to_owned).into()));
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
    let (text, pattern) = ("a".repeat(400), "*a".repeat(40) + "*b");
    assert!(!like(&text, &format!("['{pattern}']")), "and answers at once");
}

#[test]
fn a_value_that_begins_with_a_hyphen_is_bound_to_its_option() {
    let template = Template::new("aws --force {?--name {r.id}?} --tag {r.region}", &vocabulary()).expect("a template");
    let (mut subject, settings) = (resource(json!({})), json!({}));
    subject.id = "-rf".to_owned();
    assert_eq!(template.fill_command(&Subject::new(&subject, &settings)), "aws --force --name=-rf --tag eu-west-1");
    subject.id = String::new();
    let template = Template::new("aws --name {r.id}", &vocabulary()).expect("a template");
    assert_eq!(template.fill_command(&Subject::new(&subject, &settings)), "aws --name ''");
}

/// Arithmetic that the engine can't do would be broken on every resource.
#[test]
fn mixed_and_lossy_arithmetic_is_refused_with_help() {
    for (source, message) in [
        ("r.days * 1.5 > 3.0", "can't calculate with an integer and a decimal number"),
        ("r.load + 1 > 3.0", "can't calculate with a decimal number and an integer"),
        ("(r.multi_az ? 1 : 2.0) * 2 > 3", "can't calculate with a number and an integer"),
        ("-(r.multi_az ? 1 : 2.0) < 0", "`-` needs an integer or a decimal number"),
        ("r.days / 7 > 1", "`/` of two integers drops the fraction"),
        ("r.load % 2.0 > 1.0", "`%` needs two integers, not a decimal number and a decimal number"),
        ("r.region - 'eu' == ''", "can't calculate with text and text"),
        ("r.peak * 2.0 > 1.0", "r.peak may be null, where arithmetic needs a decimal number"),
        ("r.zones[1.0] == 'a'", "an index needs an integer, and this is a decimal number"),
        ("r.days in [1, 'a']", "a list can't hold both an integer and text"),
        ("size([r.multi_az, r.days]) == 2", "a list can't hold both a boolean and an integer"),
        ("string(null) == ''", "`string()` can't convert null"),
        ("string(r.peak) == ''", "r.peak may be null, where `string()` needs a decimal number"),
        ("string(r.zones) == ''", "`string()` can't convert a list of text"),
        ("double(r.multi_az) > 0.0", "`double()` can't convert a boolean"),
        ("r.days > 1u", "no fact is unsigned: leave out the `u`"),
        ("b'a' == b'a'", "no fact is a string of bytes: leave out the `b`"),
    ] {
        assert_eq!(refused(source).message, message, "{source}");
    }
    for source in ["r.days * 1.5 > 3.0", "r.days / 7 > 1"] {
        assert!(refused(source).help.is_some_and(|help| help.contains("double(")), "{source}");
    }
}

/// What the check lets pass has a value.
#[test]
fn every_operator_and_function_has_a_value_for_what_it_takes() {
    let facts = json!({
        "multi_az": true, "replica_of": null, "days": 7, "load": 2.5, "peak": 1.5, "zones": ["a", "b"],
        "members": [{"port": 80, "state": "on"}, {"port": null, "state": "off"}],
    });
    for source in [
        "r.days + 1 == 8 && r.days - 1 == 6 && r.days * 2 == 14 && r.days % 4 == 3 && -r.days == -7",
        "r.load + 1.0 == 3.5 && r.load - 1.0 == 1.5 && r.load * 2.0 == 5.0 && r.load / 2.0 == 1.25 && -r.load == -2.5",
        "r.days < 7.5 && r.days <= 7.0 && r.days > 6.5 && r.days >= 7.0 && r.load < 3 && r.load != 2 && 7.0 == r.days",
        "r.days in [1, 7] && r.days in [1.0, 7.0] && 'a' in r.zones && 'env' in r.tags && !(3 in [1, 2])",
        "'a' + 'b' == 'ab' && r.zones + ['c'] == ['a', 'b', 'c'] && 'a' < 'b'",
        "r.zones[0] == 'a' && r.tags['env'] == 'dev' && size(r.zones) == 2 && size(r.id) == 2 && size(r.tags) == 1",
        "r.id.contains('t') && r.id.startsWith('i') && r.id.endsWith('t') && r.id.matches('^i') && like(r.id, ['I*'])",
        "string(r.days) == '7' && string(r.load) == '2.5' && string(r.multi_az) == 'true' && string('a') == 'a'",
        "int(r.load) == 2 && int('7') == r.days && double(r.days) == 7.0 && double('2.5') == r.load",
        "percent(0.5) == '50 %' && number(r.days) == '7' && gib(1024.0) == '1 KiB' && duration(60) == '60 seconds'",
        "plural(r.days, 'day') == '7 days'",
        "r.zones.exists(z, z == 'a') && r.zones.all(z, z != 'c') && r.zones.exists_one(z, z == 'b')",
        "r.zones.filter(z, z == 'a') == ['a'] && r.zones.map(z, z + '1') == ['a1', 'b1']",
        "r.members.exists(m, m.port != null && m.port == 80) && r.tags.exists(key, key == 'env')",
        "(r.multi_az ? r.days : r.load) > 6 && (r.replica_of == null ? 'none' : r.replica_of) == 'none'",
        "r.replica_of == null && !(r.peak == null) && r.peak * 2.0 == 3.0",
        "size([]) == 0 && [1, 2.5] == [1.0, 2.5]",
    ] {
        assert_eq!(worth(source, facts.clone()), Ok(true), "{source}");
    }
}

#[test]
fn a_variable_that_hides_the_resource_names_no_facts() {
    let source = "r.replica_of != null && r.members.exists(r, r.state == 'on' && r.port == 80)";
    let expr = Expr::boolean(source, &vocabulary()).expect("an expression");
    assert_eq!(expr.facts().iter().collect::<Vec<_>>(), ["members", "replica_of"]);
    // What is proven of the resource is not proven of the variable.
    refused("r.peak != null && r.members.exists(r, r.port > 80)");
    let guarded = "r.members.exists(port, port.port != null) && r.members.exists(r, r.port > 80)";
    assert!(refused(guarded).message.contains("may be null"));
}

#[test]
fn a_schema_that_has_no_type_is_refused() {
    for (schema, problem) in [
        (json!({"type": "object", "properties": {"x": {}}}), "`x`: the schema {}"),
        (json!({"type": "object", "properties": {"x": {"$ref": "#/$defs/X"}}}), "`x`: `$ref` to `#/$defs/X`"),
        (json!({"type": "object", "properties": {"x": {"type": ["integer", "string"]}}}), "either an integer or text"),
        (json!({"type": "object", "properties": {"x": {"type": "array"}}}), "`x`: a list of anything"),
    ] {
        let error = Vocabulary::new("test.kind", &schema, &json!({"type": "object", "properties": {}})).unwrap_err();
        assert!(error.contains(problem), "{error}");
    }
}

#[test]
fn deep_nesting_of_every_sort_is_refused_and_ends_no_stack() {
    let deep = |open: &str, inner: &str, close: &str, times: usize| open.repeat(times) + inner + &close.repeat(times);
    for source in [
        deep("(", "r.multi_az", ")", 900),
        deep("!", "r.multi_az", "", 1_900),
        deep("! ", "r.multi_az", "", 900),
        format!("{} == 1", deep("-", "1", "", 1_900)),
        format!("{} == 1", deep("[", "1", "]", 900)),
        format!("{} == 1", deep("size(", "1", ")", 300)),
        format!("r{} == 1", ".a".repeat(900)),
        format!("r.zones{} == 'a'", "[0]".repeat(600)),
        format!("{}true", "r.multi_az ? true : ".repeat(90)),
        format!("{}1 > 0", "1 + ".repeat(450)),
    ] {
        refused(&source);
    }
}

proptest::proptest! {
    /// Whatever the text, the parser and the check answer.
    #[test]
    fn no_text_breaks_the_parser(
        words in proptest::collection::vec(proptest::sample::select(WORDS), 0..24),
        noise in "\\PC{0,12}",
    ) {
        let _ = Expr::boolean(&words.join(" "), &vocabulary());
        let _ = Expr::any(&(words.concat() + &noise), &vocabulary());
        let _ = Template::new(&format!("{{{}}} {noise}", words.join(" ")), &vocabulary());
    }
}

const WORDS: &[&str] = &[
    "r.days",
    "r.load",
    "r.zones",
    "r.peak",
    "r.multi_az",
    "r",
    ".",
    "exists",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "{?",
    "?}",
    ",",
    "x",
    "x.port",
    "==",
    "!=",
    "<",
    "&&",
    "||",
    "!",
    "-",
    "+",
    "*",
    "/",
    "%",
    "?",
    ":",
    "in",
    "null",
    "true",
    "1",
    "2.5",
    "1u",
    "'a'",
    "\"",
    "'",
    "has",
    "size",
    "string",
    "map",
    "all",
    "@",
    "\\",
    "\n",
    "settings",
];

#[test]
fn patterns_are_matched_by_our_own_function_wherever_they_stand() {
    for source in [
        "r.id.matches('^i')",
        "matches(r.id, '^i')",
        "r.zones.exists(zone, !zone.matches('a$')) || r.id.matches('^i')",
        "(r.multi_az ? r.id.matches('^i') : true) && [r.id.matches('t$')] == [true]",
    ] {
        let expr = Expr::boolean(source, &vocabulary()).unwrap_or_else(|error| panic!("{source}: {error:?}"));
        let tree = format!("{:?}", expr.tree);
        assert!(tree.contains("\"matches_with_memory\"") && !tree.contains("\"matches\""), "{source}: {tree}");
        assert_eq!(worth(source, json!({"multi_az": true, "zones": ["a"]})), Ok(true), "{source}");
    }
    let broken = worth("r.id.matches(r.replica_of == null ? '' : r.replica_of)", json!({"replica_of": "("}));
    let Err(NoValue::Broken(words)) = broken else { panic!("{broken:?}") };
    assert!(words.starts_with("Error executing function 'matches': '(' not a valid regex:"), "{words}");
}

#[test]
fn a_path_is_worth_what_its_steps_are_and_fails_where_they_fail() {
    let facts = json!({"type": "object", "properties": {
        "web": {"type": "object", "properties": {
            "port": {"type": ["integer", "null"]},
            "host": {"type": "object", "properties": {"name": {"type": "string"}}}}},
        "hosts": {"type": "array", "items": {"type": "object", "properties": {"name": {"type": "string"}}}},
    }});
    let settings = json!({"type": "object", "properties": {
        "limits": {"type": "object", "properties": {"ports": {"type": "integer"}}}}});
    let vocabulary = Vocabulary::new("test.kind", &facts, &settings).expect("a vocabulary");
    let settings = json!({"limits": {"ports": 80}});
    let worth = |source: &str, facts: Value| {
        let expr = Expr::boolean(source, &vocabulary).unwrap_or_else(|error| panic!("{source}: {error:?}"));
        expr.holds(&Subject::new(&resource(facts), &settings))
    };
    let web = json!({"web": {"port": 80, "host": {"name": "a"}}, "hosts": [{"name": "b"}], "tags": "no tags"});
    for source in [
        "r.web.port == settings.limits.ports",
        "r.web.host.name == 'a' && r.region == 'eu-west-1'",
        "r.hosts.exists(r, r.name == 'b')",
        "r.hosts.all(settings, settings.name == 'b') && settings.limits.ports == 80",
        "r.tags['env'] == 'dev' && r.name == null && r.label == 'it'",
    ] {
        assert_eq!(worth(source, web.clone()), Ok(true), "{source}");
    }
    let unread = |name: &str| Err(NoValue::Unread(name.to_owned()));
    assert_eq!(worth("r.web.host.name == 'a'", json!({})), unread("web"));
    assert_eq!(worth("r.web.host.name == 'a'", json!({"web": {"port": 1}})), unread("host"));
    assert_eq!(worth("r.web.host.name == 'a'", json!({"web": {"host": {}}})), unread("name"));
    assert_eq!(worth("r.web.port == null", json!({"web": {"port": null}})), Ok(true));
}
