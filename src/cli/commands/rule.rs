//! `waaudit rule`: list rules, explain one, run their examples.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use comfy_table::{Table, presets};
use serde_json::{Value, json};

use waaudit_judge::examples::wrong_examples;
use waaudit_judge::selection::{Selection, find, select};
use waaudit_model::error::Failure;
use waaudit_output::write;
use waaudit_rules::{Rule, RuleSet};

/// How a list is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum ListFormat {
    /// For people.
    #[default]
    Table,
    /// For programs.
    Json,
    /// For a page: the index of rules.
    Markdown,
}

/// The rules of a selection.
pub fn list(selection: &Selection, format: ListFormat) -> Result<String, Failure> {
    let set = select(selection)?;
    match format {
        ListFormat::Table => Ok(table(&set.rules)),
        ListFormat::Json => {
            let rules: Vec<Value> = set.rules.iter().map(as_json).collect();
            write::json("list", &rules)
        }
        ListFormat::Markdown => Ok(index(&set.rules)),
    }
}

/// A page with a table for each area.
fn index(rules: &[Rule]) -> String {
    let areas: BTreeSet<&str> = rules.iter().map(Rule::area).collect();
    let mut text =
        format!("# Rules\n\n{} rules in {} areas. `waaudit rule explain ID` explains one.\n", rules.len(), areas.len());
    for area in areas {
        let _ = write!(
            text,
            "\n## {area}\n\n| rule | severity | from | confidence | judges | expects |\n|---|---|---|---|---|---|\n"
        );
        for rule in rules.iter().filter(|rule| rule.area() == area) {
            let (id, kind, title) = (&rule.id, &rule.kind, &rule.title);
            let (severity, stage, confidence) = (rule.severity.name(), rule.stage.name(), rule.confidence.name());
            let _ = writeln!(text, "| [{id}]({id}.toml) | {severity} | {stage} | {confidence} | {kind} | {title} |");
        }
    }
    text
}

fn table(rules: &[Rule]) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_header(["rule", "severity", "stage", "kind", "expectation"]);
    for rule in rules {
        table.add_row([&rule.id, rule.severity.name(), rule.stage.name(), &rule.kind, &rule.title]);
    }
    format!("{}\n{} rules; waaudit rule explain ID shows one\n", table.trim_fmt(), rules.len())
}

fn as_json(rule: &Rule) -> Value {
    json!({
        "id": rule.id,
        "formerly": rule.formerly,
        "title": rule.title,
        "area": rule.area(),
        "severity": rule.severity,
        "stage": rule.stage,
        "pillars": rule.pillars,
        "confidence": rule.confidence,
        "checklist": rule.checklist,
        "kind": rule.kind,
        "facts": rule.facts(),
        "refs": rule.refs,
    })
}

/// A rule in full, for a reader.
pub fn explain(id: &str, folders: &[PathBuf]) -> Result<String, Failure> {
    let set = RuleSet::load(folders)?;
    let rule = find(&set, id)?;
    let mut text = format!("{}\n{}\n\n{}\n", rule.id, rule.title, rule.why.trim());
    let row = |text: &mut String, name: &str, value: &str| {
        if !value.is_empty() {
            // Writing to a string can't fail.
            let _ = write!(text, "\n  {name:<13}{value}");
        }
    };
    row(&mut text, "severity", rule.severity.name());
    row(&mut text, "from stage", rule.stage.name());
    row(&mut text, "confidence", rule.confidence.name());
    row(&mut text, "judges", &rule.kind);
    for exception in &rule.unless {
        row(&mut text, "skips if", &format!("{}: {}", exception.holds.source(), exception.because));
    }
    row(&mut text, "expects", rule.expect.source());
    row(&mut text, "shows", &rule.evidence.join(", "));
    text.push_str("\n\nremediation\n");
    for step in rule.fix.source().lines() {
        row(&mut text, "command", step);
    }
    row(&mut text, "Terraform", &rule.fix.terraform);
    let flags: Vec<&str> = rule.fix.flags.iter().map(|flag| flag.words()).collect();
    row(&mut text, "effects", &flags.join(", "));
    text.push_str("\n\nreferences\n");
    row(&mut text, "Well-Arch.", &rule.refs.well_architected.join(", "));
    row(&mut text, "Security Hub", &rule.refs.security_hub.join(", "));
    row(&mut text, "AWS Config", &rule.refs.config_rule.join(", "));
    Ok(text + "\n")
}

/// How a run of examples came out.
pub struct Outcome {
    /// One line for each rule, and the sum.
    pub text: String,
    /// Examples that came out otherwise than they say.
    pub failed: usize,
}

/// Runs the examples of the built-in rules, or of those below a folder.
pub fn test(folder: Option<&Path>) -> Result<Outcome, Failure> {
    let folders: Vec<PathBuf> = folder.map(Path::to_path_buf).into_iter().collect();
    let set = RuleSet::load(&folders)?;
    let own = |rule: &&Rule| folder.is_none_or(|folder| folder.join(format!("{}.toml", rule.id)).exists());
    let mut outcome = Outcome { text: String::new(), failed: 0 };
    let mut ran = 0;
    for rule in set.rules.iter().filter(own) {
        let problems = wrong_examples(rule, &set.conditions);
        ran += rule.examples.len();
        outcome.failed += problems.len();
        let state = if problems.is_empty() { "ok" } else { "FAILED" };
        let _ = writeln!(outcome.text, "{state:<7} {} ({} examples)", rule.id, rule.examples.len());
        for problem in problems {
            let _ = writeln!(outcome.text, "        {problem}");
        }
    }
    let _ = writeln!(outcome.text, "{} passed, {} failed", ran - outcome.failed, outcome.failed);
    Ok(outcome)
}
