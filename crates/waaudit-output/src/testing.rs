//! Reports to lay out: that of the demo, and the same with names that are markup.

use std::sync::OnceLock;

use serde_json::Value;

use waaudit_judge::audit::audit_and_simulate;
use waaudit_judge::criteria::Criteria;
use waaudit_judge::report::Report;
use waaudit_model::settings::Settings;
use waaudit_model::snapshot::Snapshot;
use waaudit_rules::RuleSet;
use waaudit_rules::fixtures::DEMO;

const HOSTILE: &str =
    "</script></noscript><img src=x onerror=alert(1)>\" onload='x' ]]>--> &lt;b&gt; \u{202e}\u{1b}[2J\u{9b}\u{0}\r\n x";

/// What other people name, and what a report says about it.
const FREE_TEXT: &[&str] =
    &["alias", "arn", "cli", "id", "message", "name", "reason", "title", "unknown", "why", "missing", "fix_terraform"];

/// The report of the demo.
pub(crate) fn demo() -> &'static Report {
    static REPORT: OnceLock<Report> = OnceLock::new();
    REPORT.get_or_init(|| {
        let rules = RuleSet::load(&[]).unwrap_or_else(|failure| panic!("{failure}"));
        audit_and_simulate(Snapshot::from_json(DEMO).unwrap(), &Criteria::new(&rules, &Settings::default()))
    })
}

/// The report with markup behind every name and message.
pub(crate) fn hostile() -> Report {
    let mut report = serde_json::to_value(demo()).unwrap();
    spoil(&mut report);
    Report::from_json(&report.to_string()).unwrap()
}

fn spoil(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(spoil),
        Value::Object(fields) => {
            // Ids of rules and reasons of gaps are the report's own words.
            let ours = match (fields.contains_key("fix_terraform"), fields.contains_key("operation")) {
                (true, _) => "id",
                (_, true) => "reason",
                _ => "",
            };
            for (key, value) in fields.iter_mut() {
                match value {
                    Value::String(text) if FREE_TEXT.contains(&key.as_str()) && key != ours => {
                        text.push_str(HOSTILE);
                    }
                    _ => spoil(value),
                }
            }
        }
        _ => {}
    }
}

/// Whether a character moves a cursor or turns the direction of reading. Lines end all the same.
pub(crate) fn steers(c: &char) -> bool {
    (c.is_control() && *c != '\n') || ('\u{202a}'..='\u{202e}').contains(c)
}
