//! The project's language: banned idioms, and sentences that print a value which is unread or empty.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use regex::Regex;
use serde_json::Value;

use super::moto::text;
use super::program::waaudit;

/// Words that say less than a plain one: see the style that the project keeps to in titles, messages, `--help` texts,
/// errors, comments and pages. "Stands for" (represents) is plain.
const IDIOMS: &[&str] = &[
    r"mend(?:s|ed|ing)?",
    r"wears|worn",
    r"stands?|stood",
    r"lies",
    r"hears",
    r"speaks? to",
    r"in vain",
    r"for ever",
    r"dear(?:est)?",
    r"on end",
    r"as a rule",
    r"goes by",
    r"brought home",
    r"whoever",
    r"nobody|somebody",
    r"what is so",
    r"for want of",
    r"one twentieth|one hundredth",
];

fn files_below(folder: &Path, endings: &[&str]) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for path in std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
        if path.is_dir() {
            files.extend(files_below(&path, endings));
        } else if path.extension().is_some_and(|found| endings.iter().any(|ending| found == *ending)) {
            files.push(path);
        }
    }
    files
}

#[test]
fn banned_idioms_are_in_no_rule_page_comment_or_string() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = [
        ("src", &["rs"][..]),
        ("crates", &["rs"]),
        ("rules", &["toml", "md"]),
        ("docs", &["md", "toml"]),
        ("deploy", &["md", "sql", "yaml"]),
    ];
    let mut files: Vec<PathBuf> =
        folders.iter().flat_map(|(folder, endings)| files_below(&root.join(folder), endings)).collect();
    files.extend(super::docs::pages().into_iter().filter(|page| !page.starts_with(root.join("tests"))));
    let idioms = Regex::new(&format!(r"(?i)\b(?:{})\b", IDIOMS.join("|"))).expect("a pattern");
    let mut found = BTreeSet::new();
    for file in files {
        let text = std::fs::read_to_string(&file).expect("a file");
        let place = file.strip_prefix(root).expect("a file of ours").display().to_string();
        for (number, line) in text.lines().enumerate() {
            let plain = line.replace("stands for", "").replace("stand for", "");
            if idioms.is_match(&plain) {
                found.insert(format!("{place}:{}: {}", number + 1, line.trim()));
            }
        }
    }
    assert!(found.is_empty(), "{found:#?}");
}

/// Whether a sentence prints a value that is unread or empty.
pub(crate) fn says_nothing(sentence: &str) -> bool {
    let empty = Regex::new(r"(?:^|[:,(] ?|\b(?:to|from|is|are|than) )(?:none|unknown)(?:[,;.)]|$)").expect("a pattern");
    sentence.contains("(unread)") || sentence.contains("  ") || empty.is_match(sentence)
}

/// What findings say that prints no value, and links between findings that lead nowhere.
pub(crate) fn faults(report: &Value) -> BTreeSet<String> {
    let findings: Vec<&Value> = report["findings"].as_array().into_iter().flatten().collect();
    let failing: BTreeSet<&str> =
        findings.iter().filter(|one| one["verdict"] == "fail").map(|one| text(&one["fingerprint"])).collect();
    let mut faults = BTreeSet::new();
    for finding in findings {
        let sentences = [&finding["message"], &finding["reason"], &finding["severity_reason"]];
        let empty = sentences.iter().filter_map(|sentence| sentence.as_str()).filter(|sentence| says_nothing(sentence));
        faults.extend(empty.map(|sentence| format!("{}: {sentence}", text(&finding["rule"]))));
        let links = [&finding["because_of"], &finding["explains"]];
        for link in links.iter().filter_map(|links| links.as_array()).flatten() {
            if !failing.contains(text(link)) || *link == finding["fingerprint"] {
                faults.insert(format!("{}: is linked to {link}, which is no other failure", text(&finding["rule"])));
            }
        }
    }
    faults
}

/// The faults of an account's report, each with the account's name.
pub(crate) fn unsaid(account: &str, report: &Value) -> Vec<String> {
    faults(report).into_iter().map(|fault| format!("{account}: {fault}")).collect()
}

#[test]
fn the_demo_prints_no_value_that_is_unread_or_empty() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let output = waaudit(home.path()).args(["scan", "--demo", "--format", "json"]).output().expect("a run");
    let faults = faults(&serde_json::from_slice(&output.stdout).expect("JSON"));
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn empty_values_are_told_from_the_word() {
    for sentence in ["zones: none", "runs in (unread)", "grows from none to none", "standby: none, replicas: 2", "a  b"]
    {
        assert!(says_nothing(sentence), "{sentence}");
    }
    for sentence in ["none of its 3 subnets has a route", "of 4 alarms none has an action", "it has no standby"] {
        assert!(!says_nothing(sentence), "{sentence}");
    }
}
