//! The findings as events of the Open Cybersecurity Schema Framework, for security data lakes and their tools: class 2003,
//! Compliance Finding: <https://schema.ocsf.io/1.8.0/classes/compliance_finding>.
//!
//! An event a line, because collectors take events one by one and a report can be larger than a message. A resource that a
//! rule does not apply to was not evaluated, and makes no event.

use std::io::{self, Write};

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::Format;
use crate::text::{clean, clean_value};
use crate::words;
use waaudit_judge::report::{Finding, Report, Subject, Verdict};
use waaudit_rules::Severity;

pub(super) const FORMAT: Format = Format {
    name: "ocsf",
    about: "For security data lakes: OCSF compliance findings, an event a line",
    write: |report, _, to| events(report, to),
};

const VERSION: &str = "1.8.0";
/// Compliance Finding, in the category Findings.
const CLASS: u32 = 2003;
const CATEGORY: u32 = 2;
/// A finding was created: a run knows of no earlier one.
const CREATE: u32 = 1;

fn events(report: &Report, to: &mut dyn Write) -> io::Result<()> {
    let at: Timestamp = report.taken_at.parse().map_err(io::Error::other)?;
    for finding in report.findings.iter().filter(|finding| finding.verdict != Verdict::Skip) {
        serde_json::to_writer(&mut *to, &event(report, finding, at.as_millisecond()))?;
        to.write_all(b"\n")?;
    }
    Ok(())
}

fn event(report: &Report, finding: &Finding, at: i64) -> Value {
    let (severity_id, severity) = severity(finding);
    let (status_id, status) = status(finding.verdict);
    let event = json!({
        "activity_id": CREATE,
        "activity_name": "Create",
        "category_name": "Findings",
        "category_uid": CATEGORY,
        "class_name": "Compliance Finding",
        "class_uid": CLASS,
        "cloud": cloud(report, &finding.resource),
        "compliance": compliance(finding),
        "finding_info": info(finding, at),
        "message": finding.message,
        "metadata": {
            "event_code": finding.rule.id,
            "product": {"name": report.tool.name, "vendor_name": report.tool.name, "version": report.tool.version},
            "profiles": ["cloud"],
            "uid": format!("{}-{at}", finding.fingerprint),
            "version": VERSION,
        },
        "remediation": remediation(finding),
        "resources": [resource(report, &finding.resource)],
        "severity": severity,
        "severity_id": severity_id,
        "status": status,
        "status_code": finding.verdict.name(),
        "status_detail": finding.reason,
        "status_id": status_id,
        "time": at,
        "type_name": "Compliance Finding: Create",
        "type_uid": CLASS * 100 + CREATE,
        "unmapped": {
            "area": finding.rule.area,
            "pillars": finding.rule.pillars,
            "stage": finding.rule.stage,
            "severity_reason": finding.severity_reason,
            "because_of": finding.because_of,
        },
    });
    let mut event = known(event);
    let facts = finding.evidence.facts();
    if !facts.is_empty() {
        // Here a null is known: a fact that is none.
        event["evidences"] = json!([{"data": facts}]);
    }
    clean_value(event)
}

/// The schema knows no null: what is not known is absent.
fn known(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let fields = fields.into_iter().filter(|(_, value)| !value.is_null());
            fields.map(|(name, value)| (name, known(value))).collect::<Map<_, _>>().into()
        }
        Value::Array(values) => values.into_iter().filter(|value| !value.is_null()).map(known).collect(),
        other => other,
    }
}

/// As bad as a failure is; what passes is for information.
fn severity(finding: &Finding) -> (u32, &'static str) {
    match (finding.verdict, finding.severity()) {
        (Verdict::Pass, _) => (1, "Informational"),
        (_, Severity::Low) => (2, "Low"),
        (_, Severity::Medium) => (3, "Medium"),
        (_, Severity::High) => (4, "High"),
        (_, Severity::Critical) => (5, "Critical"),
    }
}

/// Where a finding is in its review.
const fn status(verdict: Verdict) -> (u32, &'static str) {
    match verdict {
        Verdict::Waived => (3, "Suppressed"),
        _ => (1, "New"),
    }
}

/// The result of the check. The schema's warning is a check that has no result, because information is missing.
const fn result(verdict: Verdict) -> (u32, &'static str) {
    match verdict {
        Verdict::Pass => (1, "Pass"),
        Verdict::Unknown | Verdict::Skip => (2, "Warning"),
        Verdict::Fail | Verdict::Waived => (3, "Fail"),
    }
}

/// Resources that belong to no Region have none.
fn region(resource: &Subject) -> Option<&str> {
    Some(resource.region.as_str()).filter(|region| *region != "global")
}

fn cloud(report: &Report, resource: &Subject) -> Value {
    let account = json!({
        "name": report.account.alias,
        "type": "AWS Account",
        "type_id": 10,
        "uid": resource.account,
    });
    json!({
        "account": account,
        "cloud_partition": report.account.partition,
        "provider": "AWS",
        "region": region(resource),
    })
}

fn compliance(finding: &Finding) -> Value {
    let rule = &finding.rule;
    let (status_id, status) = result(finding.verdict);
    let limits = finding.settings.iter().map(|(name, value)| json!({"name": name, "value": shown(value)}));
    json!({
        "control": rule.id,
        "control_parameters": limits.collect::<Vec<_>>(),
        "desc": rule.why.trim(),
        "requirements": rule.refs.well_architected,
        "standards": ["AWS Well-Architected Framework"],
        "status": status,
        "status_code": finding.verdict.name(),
        "status_details": [finding.message, finding.reason],
        "status_id": status_id,
    })
}

fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn info(finding: &Finding, at: i64) -> Value {
    let rule = &finding.rule;
    json!({
        "analytic": {"category": rule.area, "name": rule.title, "type": "Rule", "type_id": 1, "uid": rule.id},
        "desc": finding.message,
        "last_seen_time": at,
        "title": rule.title,
        "types": [rule.area],
        "uid": finding.fingerprint,
    })
}

fn remediation(finding: &Finding) -> Option<Value> {
    let fix = finding.fix.as_ref()?;
    let terraform = Some(&finding.rule.fix_terraform).filter(|fix| !fix.is_empty());
    let terraform = terraform.map(|fix| format!("In Terraform: {fix}"));
    let flags = finding.rule.flags.iter().map(|flag| flag.words()).collect::<Vec<_>>();
    let flags = (!flags.is_empty()).then(|| format!("It brings with it: {}", flags.join(", ")));
    // A message of one line each: a name with a line break in it adds no command.
    let lines = fix.cli.lines().map(clean).chain(terraform).chain(flags);
    Some(json!({"desc": lines.collect::<Vec<_>>().join("; ")}))
}

fn resource(report: &Report, resource: &Subject) -> Value {
    let service = resource.kind.split('.').next();
    let tags = resource.tags.as_ref().map(|tags| {
        let tags = tags.iter().map(|(name, value)| json!({"name": name, "value": value}));
        tags.collect::<Vec<_>>()
    });
    json!({
        "cloud_partition": report.account.partition,
        "group": {"name": service},
        "name": words::label(resource),
        "region": region(resource),
        "role": "Target",
        "role_id": 1,
        "tags": tags,
        "type": resource.kind,
        "uid": words::identity(resource),
    })
}
