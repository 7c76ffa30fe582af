//! One finding, within the limits that Security Hub publishes for each field:
//! <https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_AwsSecurityFinding.html>.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::types;
use crate::text::{clean, cut};
use crate::words;
use waaudit_judge::report::{Finding, Report, Subject, Verdict};
use waaudit_rules::Severity;

/// Of an id, in characters; so of the texts below.
const ID: usize = 512;
const TITLE: usize = 256;
const DESCRIPTION: usize = 1024;
const REMEDIATION: usize = 512;
const FIELD: usize = 2048;
/// What AWS lets a resource have: <https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html>.
const TAGS: usize = 50;
const TAG_KEY: usize = 128;
const TAG_VALUE: usize = 256;
const REQUIREMENTS: usize = 32;

/// The Region whose Security Hub takes findings about a resource: what belongs to no Region goes to the first of its partition.
pub(super) fn region(report: &Report, resource: &Subject) -> String {
    let global = match report.account.partition.as_str() {
        "aws-cn" => "cn-north-1",
        "aws-us-gov" => "us-gov-west-1",
        _ => "us-east-1",
    };
    if resource.region == "global" { global.to_owned() } else { clean(&resource.region) }
}

pub(super) fn of(report: &Report, finding: &Finding, region: &str) -> Value {
    let [account, partition] = [&report.account.id, &report.account.partition].map(|part| clean(part));
    let rule = &finding.rule;
    let severity = json!({"Label": severity(finding), "Original": finding.severity().name()});
    let types = json!(["Software and Configuration Checks/AWS Security Best Practices"]);
    let mut document = json!({
        "AwsAccountId": account,
        "CompanyName": report.tool.name,
        "Compliance": {"Status": status(finding.verdict), "RelatedRequirements": requirements(finding)},
        "CreatedAt": report.taken_at,
        "Description": text(&description(finding), DESCRIPTION),
        "FindingProviderFields": {"Severity": severity, "Types": types},
        "GeneratorId": text(&format!("{}/{}", report.tool.name, rule.id), ID),
        "Id": text(&format!("{}/{region}/{account}/{}/{}", report.tool.name, rule.id, finding.fingerprint), ID),
        "ProductArn": format!("arn:{partition}:securityhub:{region}:{account}:product/{account}/default"),
        "ProductFields": fields(finding),
        "ProductName": report.tool.name,
        "RecordState": "ACTIVE",
        "Resources": [resource(&finding.resource, &partition, region)],
        "SchemaVersion": "2018-10-08",
        "Severity": severity,
        "Title": text(&rule.title, TITLE),
        "Types": types,
        "UpdatedAt": report.taken_at,
    });
    if let Some(fix) = remediation(finding) {
        document["Remediation"] = json!({"Recommendation": {"Text": fix}});
    }
    if finding.verdict == Verdict::Waived {
        document["Workflow"] = json!({"Status": "SUPPRESSED"});
    }
    document
}

/// A text of at most so many characters that is not blank, which Security Hub refuses.
fn text(text: &str, most: usize) -> String {
    let text = cut(clean(text).trim(), most);
    if text.is_empty() { "-".to_owned() } else { text }
}

fn severity(finding: &Finding) -> &'static str {
    match (finding.verdict, finding.severity()) {
        (Verdict::Pass, _) => "INFORMATIONAL",
        (_, Severity::Low) => "LOW",
        (_, Severity::Medium) => "MEDIUM",
        (_, Severity::High) => "HIGH",
        (_, Severity::Critical) => "CRITICAL",
    }
}

/// Not available is a check that could not be done; a warning is one that ended without all that it needs.
const fn status(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "PASSED",
        Verdict::Fail | Verdict::Waived => "FAILED",
        Verdict::Unknown => "WARNING",
        Verdict::Skip => "NOT_AVAILABLE",
    }
}

/// What was seen, then why it is waived or not known, then why it matters, as far as there is room.
fn description(finding: &Finding) -> String {
    let reason = finding.reason.as_deref().filter(|reason| !finding.message.contains(reason));
    let parts = [Some(finding.message.as_str()), reason, Some(finding.rule.why.trim())];
    parts.into_iter().flatten().map(sentence).collect::<Vec<_>>().join(" ")
}

fn sentence(text: &str) -> String {
    if text.ends_with(['.', '!', '?']) { text.to_owned() } else { format!("{text}.") }
}

fn requirements(finding: &Finding) -> Vec<String> {
    let practices = finding.rule.refs.well_architected.iter().take(REQUIREMENTS);
    practices.map(|practice| format!("AWS Well-Architected Framework {practice}")).collect()
}

/// The commands, one after the other in one line.
fn remediation(finding: &Finding) -> Option<String> {
    let commands: Vec<&str> = finding.fix.as_ref()?.cli.lines().collect();
    Some(text(&commands.join("; "), REMEDIATION))
}

fn fields(finding: &Finding) -> Value {
    let rule = &finding.rule;
    let settings = finding.settings.iter().map(|(name, value)| format!("{name} = {value}"));
    let fields = [
        ("waaudit/Rule", rule.id.clone()),
        ("waaudit/Area", rule.area.clone()),
        ("waaudit/Stage", rule.stage.name().to_owned()),
        ("waaudit/Verdict", finding.verdict.name().to_owned()),
        ("waaudit/Reason", finding.reason.clone().unwrap_or_default()),
        ("waaudit/SeverityReason", finding.severity_reason.clone().unwrap_or_default()),
        ("waaudit/Settings", settings.collect::<Vec<_>>().join(", ")),
        ("waaudit/ResourceName", words::label(&finding.resource)),
        ("waaudit/ResourceKind", finding.resource.kind.clone()),
    ];
    let known = fields.into_iter().filter(|(_, value)| !clean(value).trim().is_empty());
    known.map(|(name, value)| (name.to_owned(), text(&value, FIELD).into())).collect::<Map<_, _>>().into()
}

fn resource(resource: &Subject, partition: &str, region: &str) -> Value {
    let mut document = json!({
        "Id": text(&words::identity(resource), ID),
        "Partition": partition,
        "Region": region,
        "Type": types::of(&resource.kind),
    });
    let tags = resource.tags.iter().flatten().filter(|(key, value)| [key, value].iter().all(|part| !is_blank(part)));
    let tags: BTreeMap<String, String> =
        tags.take(TAGS).map(|(key, value)| (text(key, TAG_KEY), text(value, TAG_VALUE))).collect();
    if !tags.is_empty() {
        document["Tags"] = json!(tags);
    }
    document
}

fn is_blank(text: &str) -> bool {
    clean(text).trim().is_empty()
}

#[cfg(test)]
mod tests {
    use super::{ID, region, sentence, text};
    use waaudit_judge::audit::audit;
    use waaudit_judge::criteria::Criteria;
    use waaudit_judge::report::Subject;
    use waaudit_model::settings::Settings;
    use waaudit_model::snapshot::Snapshot;
    use waaudit_rules::RuleSet;
    use waaudit_rules::fixtures::DEMO;

    #[test]
    fn what_belongs_to_no_region_goes_to_the_first_of_its_partition() {
        let mut rules = RuleSet::load(&[]).expect("the built-in rules");
        rules.rules.clear();
        let subject = |region: &str| {
            let [kind, region, account] = ["cloudfront.distribution", region, "111122223333"].map(str::to_owned);
            Subject { kind, arn: None, id: None, name: None, region, account, tags: None }
        };
        for (partition, first) in [("aws", "us-east-1"), ("aws-cn", "cn-north-1"), ("aws-us-gov", "us-gov-west-1")] {
            let mut snapshot = Snapshot::from_json(DEMO).expect("the demo");
            snapshot.resources.clear();
            partition.clone_into(&mut snapshot.account.partition);
            let report = audit(snapshot, &Criteria::new(&rules, &Settings::default()));
            assert_eq!(region(&report, &subject("global")), first);
            assert_eq!(region(&report, &subject("eu-west-1")), "eu-west-1");
        }
    }

    #[test]
    fn a_text_is_neither_blank_nor_too_long() {
        assert_eq!(
            [text(" \u{202e}\n", ID), text(" a\nb ", ID), text(&"ä".repeat(600), ID)],
            ["-".to_owned(), "a b".to_owned(), "ä".repeat(511) + "…"]
        );
        assert_eq!([sentence("a"), sentence("a.")], ["a.", "a."]);
    }
}
