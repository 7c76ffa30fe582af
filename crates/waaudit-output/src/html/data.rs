//! What a page carries for its script: the words of each rule and each resource once, and findings that refer to them.
//!
//! It is JSON in an element that a browser does not run. A large account's is compressed.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Write as _};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::words;
use waaudit_judge::report::{Evidence, Finding, Report, RuleWords, Subject, Verdict};
use waaudit_rules::{References, Severity, Stage};

/// Above so many bytes it is compressed.
const MOST_PLAIN: usize = 1_000_000;

/// The content of the element, and how it is encoded.
pub(super) struct Carried {
    pub(super) text: String,
    pub(super) compressed: bool,
}

impl Carried {
    pub(super) fn new(report: &Report) -> io::Result<Self> {
        let text = inert(&serde_json::to_string(&Data::new(report))?);
        if text.len() <= MOST_PLAIN {
            return Ok(Self { text, compressed: false });
        }
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(text.as_bytes())?;
        Ok(Self { text: STANDARD.encode(encoder.finish()?), compressed: true })
    }
}

/// JSON that ends no element and hides nothing from a reader of the file. These characters are in strings alone.
fn inert(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for c in json.chars() {
        match c {
            '<'
            | '>'
            | '&'
            | '\u{7f}'..='\u{9f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{2069}'
            | '\u{feff}'
            | '\u{fff0}'..='\u{ffff}' => {
                // Writing to a string can't fail.
                let _ = write!(text, "\\u{:04x}", u32::from(c));
            }
            _ => text.push(c),
        }
    }
    text
}

#[derive(Serialize)]
struct Data<'r> {
    rules: Vec<RuleOf<'r>>,
    resources: Vec<ResourceOf<'r>>,
    findings: Vec<FindingOf<'r>>,
}

#[derive(Serialize)]
struct RuleOf<'r> {
    id: &'r str,
    title: &'r str,
    area: &'r str,
    severity: Severity,
    stage: Stage,
    why: &'r str,
    refs: Vec<String>,
    terraform: &'r str,
    flags: Vec<&'static str>,
}

#[derive(Serialize)]
struct ResourceOf<'r> {
    label: String,
    kind: &'r str,
    id: Option<&'r str>,
    arn: Option<&'r str>,
    region: &'r str,
    tags: Option<&'r BTreeMap<String, String>>,
}

/// What is null or empty is left out.
#[derive(Serialize)]
struct FindingOf<'r> {
    fingerprint: &'r str,
    rule: usize,
    resource: usize,
    verdict: Verdict,
    #[serde(skip_serializing_if = "Option::is_none")]
    severity: Option<Severity>,
    message: &'r str,
    #[serde(skip_serializing_if = "Option::is_none")]
    evidence: Option<&'r Evidence>,
    #[serde(skip_serializing_if = "Map::is_empty")]
    settings: &'r Map<String, Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    severity_reason: Option<&'r str>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    because_of: &'r [String],
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    explains: &'r [String],
}

/// What tells resources apart: an ARN alone does not, for some things have none.
type Key<'r> = (&'r str, &'r str, &'r str, Option<&'r str>, Option<&'r str>);

impl<'r> Data<'r> {
    fn new(report: &'r Report) -> Self {
        let mut data = Self { rules: Vec::new(), resources: Vec::new(), findings: Vec::new() };
        let mut rules: BTreeMap<&str, usize> = BTreeMap::new();
        let mut resources: BTreeMap<Key, usize> = BTreeMap::new();
        for finding in &report.findings {
            let rule = *rules.entry(&finding.rule.id).or_insert_with(|| {
                data.rules.push(rule(&finding.rule));
                data.rules.len() - 1
            });
            let resource = *resources.entry(key(&finding.resource)).or_insert_with(|| {
                data.resources.push(resource(&finding.resource));
                data.resources.len() - 1
            });
            data.findings.push(of(finding, rule, resource));
        }
        data
    }
}

fn key(of: &Subject) -> Key<'_> {
    (&of.kind, &of.account, &of.region, of.arn.as_deref(), of.id.as_deref())
}

fn rule(words: &RuleWords) -> RuleOf<'_> {
    RuleOf {
        id: &words.id,
        title: &words.title,
        area: &words.area,
        severity: words.severity,
        stage: words.stage,
        why: &words.why,
        refs: references(&words.refs),
        terraform: &words.fix_terraform,
        flags: words.flags.iter().map(|flag| flag.words()).collect(),
    }
}

fn references(of: &References) -> Vec<String> {
    let lists = [
        ("Well-Architected", &of.well_architected),
        ("Security Hub", &of.security_hub),
        ("AWS Config", &of.config_rule),
    ];
    lists.into_iter().flat_map(|(of, names)| names.iter().map(move |name| format!("{of} {name}"))).collect()
}

fn resource(of: &Subject) -> ResourceOf<'_> {
    ResourceOf {
        label: words::label(of),
        kind: &of.kind,
        id: of.id.as_deref(),
        arn: of.arn.as_deref(),
        region: &of.region,
        tags: of.tags.as_ref(),
    }
}

fn of(finding: &Finding, rule: usize, resource: usize) -> FindingOf<'_> {
    FindingOf {
        fingerprint: &finding.fingerprint,
        rule,
        resource,
        verdict: finding.verdict,
        severity: finding.severity,
        message: &finding.message,
        evidence: (finding.evidence != Evidence::default()).then_some(&finding.evidence),
        settings: &finding.settings,
        fix: finding.fix.as_ref().map(|fix| fix.cli.as_str()),
        reason: finding.reason.as_deref(),
        severity_reason: finding.severity_reason.as_deref(),
        because_of: &finding.because_of,
        explains: &finding.explains,
    }
}

#[cfg(test)]
mod tests {
    use super::inert;

    #[test]
    fn json_keeps_its_meaning_and_ends_no_element() {
        let hostile = "</script><!-- & \u{202e}\u{1b}\u{9b}\u{2028}\u{feff}\u{ffff} é 😀";
        let text = inert(&serde_json::to_string(hostile).unwrap());
        assert!(text.chars().all(|c| c.is_ascii_graphic() || c == ' ' || c == 'é' || c == '😀'), "{text}");
        assert!(!text.contains(['<', '>', '&']));
        assert_eq!(serde_json::from_str::<String>(&text).unwrap(), hostile);
    }
}
