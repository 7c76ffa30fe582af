//! The findings as SARIF 2.1.0, for code scanning: <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>.
//!
//! A failure is a result; so is what could not be judged, as an open one, and what was waived, as a suppressed one. An
//! account has no files, but code scanning shows nothing without one: each resource has an address made from its ARN.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use super::Format;
use crate::text::clean;
use crate::words;
use crate::write::indented;
use waaudit_judge::report::{Diagnostic, Finding, Report, RuleWords, Subject, Verdict};
use waaudit_rules::Severity;

pub(super) const FORMAT: Format = Format {
    name: "sarif",
    about: "For code scanning: SARIF 2.1.0",
    write: |report, _, to| indented(&Log::of(report), to),
};

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// The document.
#[derive(Serialize)]
struct Log<'r> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'r>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'r> {
    tool: Value,
    automation_details: Value,
    invocations: [Value; 1],
    results: Results<'r>,
}

/// The results, made one by one while they are written.
struct Results<'r>(&'r Report);

impl<'r> Log<'r> {
    fn of(report: &'r Report) -> Self {
        let driver = json!({
            "name": report.tool.name,
            "semanticVersion": report.tool.version,
            "rules": report.rules.iter().map(|rule| rule_of(rule)).collect::<Vec<_>>(),
        });
        let run = Run {
            tool: json!({ "driver": driver }),
            // Code scanning keeps the results of each account apart by it.
            automation_details: json!({"id": format!("{}/{}/", report.tool.name, clean(&report.account.id))}),
            invocations: [invocation(report)],
            results: Results(report),
        };
        Self { schema: SCHEMA, version: "2.1.0", runs: [run] }
    }
}

impl Serialize for Results<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let rules = self.0.rules.iter().enumerate().map(|(index, rule)| (rule.id.as_str(), index));
        let rules: BTreeMap<&str, usize> = rules.collect();
        let shown = |finding: &&Finding| matches!(finding.verdict, Verdict::Fail | Verdict::Unknown | Verdict::Waived);
        let results = self.0.findings.iter().filter(shown);
        serializer.collect_seq(results.map(|finding| result(finding, rules.get(finding.rule.id.as_str()).copied())))
    }
}

fn rule_of(rule: &RuleWords) -> Value {
    let pillars = rule.pillars.iter().map(|pillar| words::pillar(*pillar));
    // An area may be called as a pillar is.
    let tags: BTreeSet<&str> = pillars.chain([rule.area.as_str()]).collect();
    let flags = rule.flags.iter().map(|flag| flag.words());
    let terraform = Some(&rule.fix_terraform).filter(|fix| !fix.is_empty()).map(|fix| format!("In Terraform: {fix}."));
    let help = [Some(rule.why.trim().to_owned()), terraform, sentence(flags.collect())];
    json!({
        "id": rule.id,
        "shortDescription": {"text": literal(&rule.title)},
        "fullDescription": {"text": literal(rule.why.trim())},
        "help": {"text": literal(&help.into_iter().flatten().collect::<Vec<_>>().join(" "))},
        "defaultConfiguration": {"level": level(rule.severity)},
        "properties": {"tags": tags, "severity": rule.severity, "stage": rule.stage, "references": rule.refs},
    })
}

/// What a fix brings with it.
fn sentence(flags: Vec<&str>) -> Option<String> {
    (!flags.is_empty()).then(|| format!("The fix: {}.", flags.join(", ")))
}

/// The index is that of its rule in the list of rules.
fn result(finding: &Finding, index: Option<usize>) -> Value {
    let unknown = finding.verdict == Verdict::Unknown;
    let mut result = json!({
        "ruleId": finding.rule.id,
        "kind": if unknown { "open" } else { "fail" },
        // By the standard, only what fails has a level.
        "level": if unknown { "none" } else { level(finding.severity()) },
        "message": {"text": literal(&finding.message)},
        "locations": [location(&finding.resource)],
        // Code scanning reads the second alone.
        "partialFingerprints": {"waaudit/v1": finding.fingerprint, "primaryLocationLineHash": finding.fingerprint},
        "suppressions": suppressions(finding),
        "properties": properties(finding),
    });
    if let Some(index) = index {
        result["ruleIndex"] = json!(index);
    }
    result
}

/// All results have them, if only an empty list: the standard wants that where one has.
fn suppressions(finding: &Finding) -> Value {
    if finding.verdict != Verdict::Waived {
        return json!([]);
    }
    let reason = finding.reason.as_deref().map(clean).unwrap_or_default();
    json!([{"kind": "external", "status": "accepted", "justification": reason}])
}

fn properties(finding: &Finding) -> Value {
    let resource = &finding.resource;
    let fix = finding.fix.as_ref().map(|fix| fix.cli.lines().map(clean).collect::<Vec<_>>());
    let said = |text: &Option<String>| text.as_deref().map(clean);
    let all = json!({
        "verdict": finding.verdict,
        "severity": finding.severity(),
        "severityReason": said(&finding.severity_reason),
        "reason": said(&finding.reason),
        "fix": fix,
        "account": clean(&resource.account),
        "region": clean(&resource.region),
        "resourceKind": resource.kind,
    });
    let Value::Object(all) = all else { return all };
    all.into_iter().filter(|(_, value)| !value.is_null()).collect()
}

fn location(resource: &Subject) -> Value {
    let name = clean(&words::label(resource));
    let whole = clean(&words::identity(resource));
    json!({
        "physicalLocation": {"artifactLocation": {"uri": address(resource)}, "region": {"startLine": 1}},
        "logicalLocations": [{"name": name, "fullyQualifiedName": whole, "kind": "resource"}],
    })
}

/// A relative address that leads nowhere else: slashes of an ARN are no folders.
fn address(resource: &Subject) -> String {
    let whole = words::identity(resource);
    let mut address = "aws/".to_owned();
    for byte in whole.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b':' => address.push(char::from(byte)),
            // Writing to a string can't fail.
            _ => _ = write!(address, "%{byte:02X}"),
        }
    }
    address
}

const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low => "note",
    }
}

/// Text that no viewer takes for a placeholder or a link (3.11.5 and 3.11.6 of the standard).
fn literal(text: &str) -> String {
    let text = clean(text).replace('{', "{{").replace('}', "}}");
    if text.contains("](") { text.replace('[', "\\[").replace(']', "\\]") } else { text }
}

/// The run, with what it says of waivers and targets.
fn invocation(report: &Report) -> Value {
    let notification = |diagnostic: &Diagnostic| {
        let descriptor = json!({"id": diagnostic.code.name()});
        json!({"level": "warning", "descriptor": descriptor, "message": {"text": literal(&diagnostic.message)}})
    };
    let notifications: Vec<Value> = report.diagnostics.iter().map(notification).collect();
    json!({
        "executionSuccessful": report.complete,
        "startTimeUtc": report.taken_at,
        "toolConfigurationNotifications": notifications,
    })
}

#[cfg(test)]
mod tests {
    use super::{address, literal};
    use waaudit_judge::report::Subject;

    fn subject(arn: Option<&str>) -> Subject {
        let [kind, region, account] = ["sqs.queue", "eu-west-1", "111122223333"].map(str::to_owned);
        Subject { kind, arn: arn.map(str::to_owned), id: None, name: None, region, account, tags: None }
    }

    #[test]
    fn an_address_stays_below_its_folder_whatever_an_arn_says() {
        let of = |arn| address(&subject(Some(arn)));
        assert_eq!(of("arn:aws:sqs:eu-west-1:1:orders"), "aws/arn:aws:sqs:eu-west-1:1:orders");
        assert_eq!(of("../../etc/x y\u{202e}?#%"), "aws/..%2F..%2Fetc%2Fx%20y%E2%80%AE%3F%23%25");
        assert_eq!(address(&subject(None)), "aws/111122223333:eu-west-1:sqs.queue");
    }

    #[test]
    fn a_message_holds_no_placeholder_and_no_link() {
        assert_eq!(literal("a {0} of ['a']"), "a {{0}} of ['a']");
        assert_eq!(literal("[now](https://a.example)\u{1b}[2J"), "\\[now\\](https://a.example) \\[2J");
    }
}
