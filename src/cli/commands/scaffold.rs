//! `waaudit rule new`: a rule file to start from, with examples that come out right and comments that teach.
//!
//! It looks for a fact of the kind whose two values the general conditions leave alone, and writes a rule about it, so
//! that `waaudit rule test` has something to say from the first minute.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use waaudit_judge::examples::wrong_examples;
use waaudit_model::error::Failure;
use waaudit_model::facts::schemas;
use waaudit_rules::spelling::did_you_mean;
use waaudit_rules::{RuleSet, Source};

/// A fact to ask for, how, and values that pass and fail, as TOML writes them.
struct Question {
    fact: String,
    expect: String,
    pass: &'static str,
    fail: &'static str,
}

/// Writes the file, and says what to do next.
pub fn write(id: &str, kind: &str, folder: &Path) -> Result<String, Failure> {
    let text = draft(id, kind)?;
    let path: PathBuf = folder.join(format!("{id}.toml"));
    if path.exists() {
        let failure = Failure::new(format!("{} exists already", path.display()));
        return Err(failure.help(format!("waaudit rule test {}", folder.display())));
    }
    let area = path.parent().unwrap_or(folder);
    std::fs::create_dir_all(area).map_err(|error| Failure::file("make the folder", area, &error))?;
    std::fs::write(&path, text).map_err(|error| Failure::file("write the rule", &path, &error))?;
    let folder = folder.display();
    Ok(format!(
        "{} is written\nwaaudit facts {kind}\nwaaudit rule test {folder}\nwaaudit scan --demo --rules {folder} --rule {id}\n",
        path.display()
    ))
}

/// The text of a rule on a kind whose examples come out as they say.
pub fn draft(id: &str, kind: &str) -> Result<String, Failure> {
    let word =
        |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    if id.split('/').count() != 2 || !id.split('/').all(word) {
        let message = format!("`{id}` is no rule's id: it is <area>/<subject> in lower case, digits and hyphens");
        return Err(Failure::new(message).help(format!("waaudit rule new cost/my-first --kind {kind}")));
    }
    let schemas = schemas();
    let Some(schema) = schemas.get(kind) else {
        let help = did_you_mean(kind, schemas.keys().copied(), "waaudit facts");
        return Err(Failure::new(format!("no kind `{kind}`")).help(help));
    };
    let drafts = questions(schema.as_value()).map(|question| text(kind, &question));
    drafts
        .into_iter()
        .find(|text| comes_out_right(id, text))
        .ok_or_else(|| Failure::new(format!("{kind} has no simple fact to start from")).help("waaudit rule list"))
}

fn comes_out_right(id: &str, text: &str) -> bool {
    let path = format!("{id}.toml");
    let own = Source { shown: path.clone(), path, text: text.to_owned() };
    let sources = [RuleSet::built_in_conditions(), vec![own]].concat();
    let Ok(set) = RuleSet::from_sources(&sources) else { return false };
    set.rules.iter().all(|rule| wrong_examples(rule, &set.conditions).is_empty())
}

/// A question for each simple fact, in the order of the facts.
fn questions(schema: &Value) -> impl Iterator<Item = Question> {
    let facts = schema.get("properties").and_then(Value::as_object).into_iter().flatten();
    facts.filter_map(|(fact, field)| question(fact, field))
}

fn question(fact: &str, field: &Value) -> Option<Question> {
    let of = field.get("type")?;
    let (expect, pass, fail) = match of.as_str().or_else(|| of.get(0).and_then(Value::as_str))? {
        "boolean" if of.is_string() => (format!("r.{fact}"), "true", "false"),
        "boolean" => (format!("r.{fact} == true"), "true", "false"),
        "integer" if of.is_string() => (format!("r.{fact} >= 2"), "2", "1"),
        "integer" => (format!("r.{fact} != null && r.{fact} >= 2"), "2", "1"),
        "string" if of.is_string() => (format!(r#"r.{fact} != "old""#), r#""new""#, r#""old""#),
        "string" => (format!(r#"r.{fact} != null && r.{fact} != "old""#), r#""new""#, r#""old""#),
        "array" if field.pointer("/items/type") == Some(&json!("string")) => {
            (format!("size(r.{fact}) >= 2"), r#"["one", "two"]"#, r#"["one"]"#)
        }
        _ => return None,
    };
    Some(Question { fact: fact.to_owned(), expect, pass, fail })
}

fn text(kind: &str, question: &Question) -> String {
    let Question { fact, expect, pass, fail } = question;
    format!(
        r#"# What is expected, as a sentence that reads true after "pass: ".
title    = "Resources of kind {kind} have {fact} as this sentence says"
# critical: users lose the service or data; high: they feel it under load; medium: time, money or sleep; low: good to know.
severity = "low"
# From how many users on it matters: launch, 10k, 100k, 1m.
stage    = "10k"
# reliability, performance, cost, security, operations.
pillars  = ["operations"]
# exact: the field says so; strong: derived, with few exceptions; heuristic: a guess, which blocks no stage.
confidence = "exact"
kind     = "{kind}"
# CEL over the facts of one resource, `r`. A fact that could not be read makes the verdict unknown by itself.
expect   = '{expect}'
# What was seen when it fails: lower case, no full stop, no advice.
message  = "{{r.id}} has {fact} {{r.{fact}}}"
# Facts that a finding shows.
evidence = ["{fact}"]
why      = """
Say in two or three sentences what goes wrong, and for whom, to a reader who has never heard of it. Say why the remedy helps.
"""

# Where the rule does not apply to every resource of the kind, say why: the first that holds makes the verdict skip.
# unless = [{{ if = '!("team" in r.tags)', because = "it has no team tag" }}]

[fix]
# A command to paste; {{…}} holds an expression, and '<words in angle brackets>', quoted, are the reader's to choose.
cli       = "aws '<service>' '<command>' --name {{r.id}} --region {{r.region}}"
terraform = "<resource>.<attribute>"
# flags   = ["downtime", "extra_cost", "full_test", "irreversible", "investigate"]

# Examples are patches on a healthy sample of the kind: `waaudit rule test` runs them. The nearer a pass and a fail are to
# each other, the more they say.
[[pass]]
{fact} = {pass}

[[fail]]
{fact} = {fail}

[[unknown]]
unread = ["{fact}"]
"#
    )
}

#[cfg(test)]
mod tests {
    use super::{draft, write};
    use waaudit_model::facts::schemas;

    #[test]
    fn every_kind_has_a_draft_whose_examples_come_out_right() {
        for kind in schemas().keys() {
            draft("mine/first", kind).unwrap_or_else(|failure| panic!("{kind}: {failure}"));
        }
    }

    #[test]
    fn a_wrong_id_and_an_unknown_kind_are_refused_with_help() {
        let told = |id, kind| draft(id, kind).expect_err("a refusal").to_string();
        assert!(told("First", "sqs.queue").contains("help: waaudit rule new"), "{}", told("First", "sqs.queue"));
        assert!(told("mine/first", "sqs.queues").contains("did you mean `sqs.queue`"));
    }

    #[test]
    fn a_file_that_exists_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        write("mine/first", "sqs.queue", folder.path()).unwrap();
        assert!(write("mine/first", "sns.topic", folder.path()).expect_err("a refusal").to_string().contains("exists"));
        let text = std::fs::read_to_string(folder.path().join("mine/first.toml")).unwrap();
        assert!(text.contains("sqs.queue"));
    }
}
