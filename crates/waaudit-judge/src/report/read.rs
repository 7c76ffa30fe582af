//! Reading reports that were stored: of this version, and of the first one, whose findings each held their rule's words.

use std::collections::BTreeMap;

use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use super::{
    Diagnostic, Evidence, Finding, Fix, Gap, LimitInBrief, Losses, NotAssessed, Plan, REPORT_VERSION, Report,
    RuleWords, Shared, Subject, Summary, Tool, Verdict,
};
use waaudit_model::snapshot::{AccountIdentity, Effort, MetricsAsked};
use waaudit_rules::{FixFlag, Pillar, References, Severity, Stage};
use waaudit_simulate::ramp::Ramp;

impl Report {
    /// Reads a report as JSON. An error says what does not fit.
    pub fn from_json(text: &str) -> Result<Self, String> {
        let form: ReportForm = serde_json::from_str(text).map_err(|error| error.to_string())?;
        form.report()
    }
}

/// Whose report a document is, and of when; told without reading the rest.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ReportHead {
    /// The account's id.
    pub account: String,
    /// When collecting began, RFC 3339.
    pub taken_at: String,
}

impl ReportHead {
    /// Of a document that looks like a report: it has a summary and findings, which a snapshot lacks.
    pub fn from_json(text: &str) -> Option<Self> {
        #[derive(Deserialize)]
        struct Form {
            account: AccountIdentity,
            taken_at: String,
            #[serde(rename = "summary")]
            _summary: IgnoredAny,
            #[serde(rename = "findings")]
            _findings: IgnoredAny,
        }
        let form: Form = serde_json::from_str(text).ok()?;
        Some(Self { account: form.account.id, taken_at: form.taken_at })
    }
}

impl<'de> Deserialize<'de> for Report {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        ReportForm::deserialize(deserializer)?.report().map_err(serde::de::Error::custom)
    }
}

/// A report of either version.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReportForm {
    schema_version: u32,
    tool: Tool,
    account: AccountIdentity,
    taken_at: String,
    regions: Vec<String>,
    /// Reports were complete before they said so.
    #[serde(default = "yes")]
    complete: bool,
    #[serde(default)]
    rules: Vec<RuleForm>,
    summary: Summary,
    findings: Vec<FindingForm>,
    gaps: Vec<Gap>,
    #[serde(default)]
    simulation: Option<Losses>,
    #[serde(default)]
    headroom: Vec<LimitInBrief>,
    #[serde(default)]
    ramp: Option<Ramp>,
    #[serde(default)]
    plan: Option<Plan>,
    #[serde(default)]
    not_assessed: Vec<NotAssessed>,
    #[serde(default)]
    diagnostics: Vec<Diagnostic>,
    #[serde(default)]
    metrics: Option<MetricsAsked>,
    #[serde(default)]
    effort: Option<Effort>,
}

const fn yes() -> bool {
    true
}

/// A rule that was judged by: its words, or in the first version its id.
#[derive(Deserialize)]
#[serde(untagged)]
enum RuleForm {
    Id(String),
    Words(Box<RuleWords>),
}

/// A finding of either version.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FindingForm {
    rule: String,
    #[serde(default)]
    severity: Option<Severity>,
    verdict: Verdict,
    message: String,
    evidence: Evidence,
    #[serde(default)]
    settings: Map<String, Value>,
    fingerprint: String,
    resource: Subject,
    fix: Option<FixForm>,
    reason: Option<String>,
    #[serde(default)]
    severity_reason: Option<String>,
    #[serde(default)]
    because_of: Vec<String>,
    #[serde(default)]
    explains: Vec<String>,
    // The rule's own words, of the first version alone.
    title: Option<String>,
    area: Option<String>,
    stage: Option<Stage>,
    pillars: Option<Vec<Pillar>>,
    refs: Option<References>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FixForm {
    cli: String,
    // Of the first version alone.
    terraform: Option<String>,
    flags: Option<Vec<FixFlag>>,
}

impl ReportForm {
    fn report(self) -> Result<Report, String> {
        if !(1..=REPORT_VERSION).contains(&self.schema_version) {
            return Err(format!("it has version {}, not 1 to {REPORT_VERSION}", self.schema_version));
        }
        // A report from before it listed its rules says nothing about those without findings.
        let lists_rules = !self.rules.is_empty();
        let words = words(self.rules, &self.findings);
        let findings = self.findings.into_iter().map(|finding| finding.finding(&words));
        Ok(Report {
            schema_version: REPORT_VERSION,
            tool: self.tool,
            account: self.account,
            taken_at: self.taken_at,
            regions: self.regions,
            complete: self.complete,
            summary: self.summary,
            simulation: self.simulation,
            headroom: self.headroom,
            ramp: self.ramp,
            plan: self.plan,
            findings: findings.collect::<Result<_, _>>()?,
            rules: if lists_rules { words.into_values().collect() } else { Vec::new() },
            gaps: self.gaps,
            not_assessed: self.not_assessed,
            diagnostics: self.diagnostics,
            metrics: self.metrics,
            effort: self.effort,
        })
    }
}

/// What each rule says: as the report says it, or as its findings did in the first version. Of a rule without findings
/// that version knew no more than the id.
fn words(rules: Vec<RuleForm>, findings: &[FindingForm]) -> BTreeMap<String, Shared<RuleWords>> {
    let mut words: BTreeMap<String, RuleWords> = BTreeMap::new();
    for own in findings.iter().filter_map(FindingForm::words) {
        let known = words.entry(own.id.clone()).or_insert_with(|| own.clone());
        // A general condition may have lowered some.
        known.severity = known.severity.min(own.severity);
        if known.fix_terraform.is_empty() {
            (known.fix_terraform, known.flags) = (own.fix_terraform, own.flags);
        }
    }
    for rule in rules {
        match rule {
            RuleForm::Words(own) => drop(words.insert(own.id.clone(), *own)),
            RuleForm::Id(id) => drop(words.entry(id.clone()).or_insert_with(|| no_words(id))),
        }
    }
    words.into_iter().map(|(id, words)| (id, words.into())).collect()
}

fn no_words(id: String) -> RuleWords {
    RuleWords {
        title: id.clone(),
        area: id.split('/').next().unwrap_or_default().to_owned(),
        id,
        severity: Severity::Low,
        stage: Stage::Million,
        pillars: Vec::new(),
        why: String::new(),
        refs: References::default(),
        fix_terraform: String::new(),
        flags: Vec::new(),
    }
}

impl FindingForm {
    /// The words of its rule, where the finding holds them.
    fn words(&self) -> Option<RuleWords> {
        let fix = self.fix.as_ref();
        Some(RuleWords {
            id: self.rule.clone(),
            title: self.title.clone()?,
            area: self.area.clone()?,
            severity: self.severity?,
            stage: self.stage?,
            pillars: self.pillars.clone()?,
            why: String::new(),
            refs: self.refs.clone()?,
            fix_terraform: fix.and_then(|fix| fix.terraform.clone()).unwrap_or_default(),
            flags: fix.and_then(|fix| fix.flags.clone()).unwrap_or_default(),
        })
    }

    /// The finding, with the words of its rule.
    fn finding(self, words: &BTreeMap<String, Shared<RuleWords>>) -> Result<Finding, String> {
        let Some(rule) = words.get(&self.rule).cloned() else {
            return Err(format!("a finding is of the rule {}, which is not among its rules", self.rule));
        };
        Ok(Finding {
            severity: self.severity.filter(|severity| *severity != rule.severity),
            rule,
            verdict: self.verdict,
            message: self.message,
            evidence: self.evidence,
            settings: self.settings.into(),
            fingerprint: self.fingerprint,
            resource: self.resource.into(),
            fix: self.fix.map(|fix| Fix { cli: fix.cli }),
            reason: self.reason,
            severity_reason: self.severity_reason,
            because_of: self.because_of,
            explains: self.explains,
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::Report;
    use crate::audit::audit_and_simulate;
    use crate::criteria::Criteria;
    use crate::report::{REPORT_VERSION, Verdict};
    use waaudit_model::settings::Settings;
    use waaudit_model::snapshot::Snapshot;
    use waaudit_rules::fixtures::DEMO;
    use waaudit_rules::{RuleSet, Severity};

    /// A report of the first version, as it was stored by then.
    const FIRST: &str = include_str!("../../tests/report-v1.json");

    fn demo() -> Report {
        let rules = RuleSet::load(&[]).unwrap_or_else(|failure| panic!("{failure}"));
        audit_and_simulate(Snapshot::from_json(DEMO).unwrap(), &Criteria::new(&rules, &Settings::default()))
    }

    #[test]
    fn a_report_that_was_written_reads_as_what_it_was() {
        let report = demo();
        let text = serde_json::to_string(&report).unwrap();
        assert_eq!(Report::from_json(&text).unwrap(), report);
    }

    #[test]
    fn the_words_of_a_rule_stand_once() {
        let report = serde_json::to_value(demo()).unwrap();
        assert_eq!(report["schema_version"], json!(2));
        let findings = report["findings"].as_array().unwrap();
        for absent in ["title", "area", "stage", "pillars", "refs"] {
            assert!(findings.iter().all(|finding| finding.get(absent).is_none()), "{absent}");
        }
        let failing = findings.iter().find(|finding| finding["verdict"] == "fail").unwrap();
        assert_eq!(failing["fix"].as_object().unwrap().keys().collect::<Vec<_>>(), ["cli"]);
        let rule = report["rules"].as_array().unwrap().iter().find(|rule| rule["id"] == failing["rule"]).unwrap();
        assert!(
            ["title", "why", "fix_terraform"].iter().all(|word| rule[word].as_str().is_some_and(|it| !it.is_empty()))
        );
    }

    #[test]
    fn a_report_of_the_first_version_is_read_with_its_words() {
        let report = Report::from_json(FIRST).unwrap();
        assert_eq!(report.schema_version, REPORT_VERSION);
        let ids: Vec<&str> = report.rules.iter().map(|rule| rule.id.as_str()).collect();
        assert_eq!(ids, ["cost/unattached-ebs", "multi-az/ecs-service-spread", "multi-az/rds-instance"]);
        let failing = report.findings.iter().rfind(|finding| finding.verdict == Verdict::Fail).unwrap();
        assert_eq!((failing.rule.id.as_str(), failing.severity()), ("multi-az/rds-instance", Severity::Critical));
        assert!(failing.rule.title.contains("RDS") && !failing.rule.fix_terraform.is_empty());
        let lowered = report.findings.iter().find(|finding| finding.severity_reason.is_some()).unwrap();
        assert_eq!((lowered.severity, lowered.rule.severity), (Some(Severity::Medium), Severity::High));
        assert_eq!((report.gaps[0].count, report.complete), (1, true));
    }

    #[test]
    fn what_is_no_report_is_refused_with_the_reason() {
        let mut report = serde_json::to_value(demo()).unwrap();
        let refused = |report: &Value| Report::from_json(&report.to_string()).unwrap_err();
        report["schema_version"] = json!(3);
        assert_eq!(refused(&report), "it has version 3, not 1 to 2");
        report["schema_version"] = json!(2);
        report["rules"] = json!([]);
        assert!(refused(&report).contains("which is not among its rules"), "{}", refused(&report));
        report["more"] = json!(1);
        assert!(refused(&report).contains("unknown field `more`"), "{}", refused(&report));
    }
}
