//! Judging: every rule on every resource of its kind, into findings.
//!
//! Pure: it sees a snapshot and rules, no network and no clock. Truth has three values: an expression that meets an
//! unread fact has none, and its verdict is unknown with the gap that explains it. Where a kind could not be listed,
//! each rule on it says so once for each region, so that a failed list call is always visible.

mod gaps;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Number, Value};
use sha2::{Digest, Sha256};

use self::gaps::Gaps;
use crate::causes;
use crate::derive::{listed_as, measured_by, rests_on};
use crate::report::{Finding, Fix, Subject as Judged, Verdict};
use crate::rules::conditions::Effect;
use crate::rules::expr::NoValue;
use crate::rules::{Condition, Rule, RuleSet, Subject};
use crate::snapshot::{GLOBAL, GapReason, Resource, Snapshot};

/// Judges a derived snapshot.
pub fn evaluate(snapshot: &Snapshot, rules: &RuleSet, settings: &Value) -> Vec<Finding> {
    let mut by_kind: BTreeMap<&str, Vec<&Rule>> = BTreeMap::new();
    for rule in &rules.rules {
        by_kind.entry(&rule.kind).or_default().push(rule);
    }
    let mut findings = Vec::new();
    let gaps = Gaps::new(&snapshot.gaps);
    for resource in &snapshot.resources {
        let Some(of_kind) = by_kind.get(resource.kind.as_str()) else { continue };
        let subject = Subject::new(resource, settings);
        let exemptions = exemptions(&rules.conditions, resource, &subject);
        findings.extend(of_kind.iter().map(|rule| {
            let judgement = Case { resource, subject: &subject, settings, gaps: &gaps }.judge(rule, &exemptions);
            let shown = settings_of(rule, settings);
            lowered(rule, &exemptions, Finding { settings: shown, ..of_resource(rule, resource, &subject, judgement) })
        }));
    }
    for rule in &rules.rules {
        findings.extend(unlisted(rule, snapshot));
    }
    findings.sort_by(|a, b| order(a).cmp(&order(b)));
    causes::link(&mut findings, rules, snapshot);
    findings
}

/// One step less severe where a general condition says so.
fn lowered(rule: &Rule, conditions: &[Exemption], finding: Finding) -> Finding {
    let lowering = |(condition, _): &&Exemption| condition.effect == Effect::Lower && condition.is_for(rule);
    match conditions.iter().find(lowering) {
        Some((condition, reason)) if finding.severity.lowered() != finding.severity => Finding {
            severity: finding.severity.lowered(),
            severity_reason: Some(format!("{}: {} by itself, but {reason}", condition.id, finding.severity.name())),
            ..finding
        },
        _ => finding,
    }
}

/// The settings that a rule reads: those that are set, and those that have a default.
fn settings_of(rule: &Rule, settings: &Value) -> Map<String, Value> {
    rule.settings().into_iter().filter_map(|path| Some((path.to_owned(), value_at(settings, path)?.clone()))).collect()
}

/// What one rule says of one resource by itself, as an example asks.
pub fn verdict(rule: &Rule, conditions: &[Condition], resource: &Resource, settings: &Value) -> Judgement {
    let subject = Subject::new(resource, settings);
    let case = Case { resource, subject: &subject, settings, gaps: &Gaps::default() };
    case.judge(rule, &exemptions(conditions, resource, &subject))
}

fn order(finding: &Finding) -> (&str, &str, Option<&str>, Option<&str>) {
    (&finding.rule, &finding.resource.region, finding.resource.id.as_deref(), finding.resource.arn.as_deref())
}

/// A general condition that holds of a resource, and why.
type Exemption<'r> = (&'r Condition, String);

/// The general conditions that hold of a resource, first come first.
fn exemptions<'r>(conditions: &'r [Condition], resource: &Resource, subject: &Subject) -> Vec<Exemption<'r>> {
    conditions
        .iter()
        .filter(|condition| condition.kind == resource.kind)
        .filter_map(|condition| Some((condition, condition.exempts(subject)?)))
        .collect()
}

/// A verdict, and the reason for one that is neither pass nor fail.
pub type Judgement = (Verdict, Option<String>);

/// A resource with all that it is judged by.
struct Case<'c> {
    resource: &'c Resource,
    subject: &'c Subject<'c>,
    settings: &'c Value,
    gaps: &'c Gaps<'c>,
}

impl Case<'_> {
    fn judge(&self, rule: &Rule, exemptions: &[Exemption]) -> Judgement {
        let subject = self.subject;
        let exempt =
            exemptions.iter().filter(|(condition, _)| condition.is_for(rule)).find_map(|(condition, reason)| {
                let verdict = match condition.effect {
                    Effect::Skip => Verdict::Skip,
                    Effect::Unknown => Verdict::Unknown,
                    Effect::Lower => return None,
                };
                Some((verdict, Some(format!("{}: {reason}", condition.id))))
            });
        if let Some(judgement) = exempt {
            return judgement;
        }
        let unknown = |error: &NoValue| (Verdict::Unknown, Some(self.explain(rule, error)));
        // An exception that can't be told leaves the verdict open, unless another one holds.
        let answers: Vec<_> = rule.unless.iter().map(|exception| (exception, exception.holds.holds(subject))).collect();
        if let Some((exception, _)) = answers.iter().find(|(_, holds)| *holds == Ok(true)) {
            return (Verdict::Skip, Some(exception.because.fill(subject)));
        }
        if let Some(error) = answers.iter().find_map(|(_, holds)| holds.as_ref().err()) {
            return unknown(error);
        }
        match rule.expect.holds(subject) {
            Ok(true) => (Verdict::Pass, None),
            Ok(false) => (Verdict::Fail, None),
            Err(error) => unknown(&error),
        }
    }

    /// Why an expression had no value: the gaps behind its unread facts, the settings that are not set, or what broke.
    fn explain(&self, rule: &Rule, error: &NoValue) -> String {
        let name = match error {
            NoValue::Broken(words) => return format!("the rule broke: {words}"),
            NoValue::Unread(name) => name,
        };
        let is_unread = |fact: &&str| !self.resource.facts.contains_key(*fact) && !ALWAYS.contains(fact);
        let unread: Vec<&str> = rule.deciding_facts().into_iter().filter(is_unread).collect();
        // The engine names the last word of one thing that it missed: what AWS did not tell comes before what no one set.
        let missing = rule
            .settings()
            .into_iter()
            .find(|path| path.rsplit('.').next() == Some(name) && value_at(self.settings, path).is_none());
        if let Some(setting) = missing.filter(|_| unread.is_empty()) {
            return format!("`{setting}` is not set in waaudit.toml");
        }
        if let Some(reason) = why_unmeasured(rule, self.resource, name) {
            return reason;
        }
        let mut kinds: BTreeSet<&str> = listed_as(&rule.kind).into_iter().collect();
        kinds.extend(unread.iter().flat_map(|fact| rests_on(&rule.kind, fact)));
        let gaps = self.gaps.concerning(&kinds, self.resource);
        let unread = if unread.is_empty() { name.clone() } else { unread.join(", ") };
        if gaps.is_empty() {
            return format!("{unread} could not be read");
        }
        format!("{unread} could not be read ({})", gaps.into_iter().collect::<Vec<_>>().join("; "))
    }
}

/// The setting at a path, `thresholds.rds_cpu_percent`.
fn value_at<'v>(settings: &'v Value, path: &str) -> Option<&'v Value> {
    settings.pointer(&format!("/{}", path.replace('.', "/")))
}

fn of_resource(rule: &Rule, resource: &Resource, subject: &Subject, (verdict, reason): Judgement) -> Finding {
    let message = match (&verdict, &reason) {
        (Verdict::Fail, _) => rule.message.fill(subject),
        (Verdict::Unknown | Verdict::Skip, Some(reason)) => format!("{}: {reason}", resource.label()),
        _ => format!("{} is as expected", resource.label()),
    };
    let fix = (verdict == Verdict::Fail).then(|| Fix {
        cli: rule.fix.commands(subject),
        terraform: rule.fix.terraform.clone(),
        flags: rule.fix.flags.clone(),
    });
    let evidence = rule.evidence.iter().filter_map(|fact| Some((fact.clone(), rounded(resource.facts.get(fact)?))));
    let judged = Judged {
        kind: resource.kind.clone(),
        arn: Some(resource.arn.clone()),
        id: Some(resource.id.clone()),
        name: resource.name.clone(),
        region: resource.region.clone(),
        account: resource.account.clone(),
        tags: resource.tags.clone(),
    };
    Finding { evidence: evidence.collect(), fix, ..finding(rule, judged, verdict, message, reason) }
}

/// A value for a reader: six digits of each decimal number. Rules are judged by the whole value.
fn rounded(value: &Value) -> Value {
    match value {
        Value::Number(number) if number.is_f64() => {
            let six = number.as_f64().and_then(|number| format!("{number:.5e}").parse::<f64>().ok());
            six.and_then(Number::from_f64).map_or_else(|| value.clone(), Value::Number)
        }
        Value::Array(values) => Value::Array(values.iter().map(rounded).collect()),
        Value::Object(fields) => {
            Value::Object(fields.iter().map(|(name, value)| (name.clone(), rounded(value))).collect())
        }
        other => other.clone(),
    }
}

fn finding(rule: &Rule, resource: Judged, verdict: Verdict, message: String, reason: Option<String>) -> Finding {
    Finding {
        rule: rule.id.clone(),
        title: rule.title.clone(),
        area: rule.area().to_owned(),
        severity: rule.severity,
        stage: rule.stage,
        pillars: rule.pillars.clone(),
        verdict,
        message,
        evidence: Map::new(),
        settings: Map::new(),
        fingerprint: fingerprint(&rule.id, &resource),
        resource,
        fix: None,
        refs: rule.refs.clone(),
        reason,
        severity_reason: None,
        because_of: Vec::new(),
        explains: Vec::new(),
    }
}

fn fingerprint(rule: &str, resource: &Judged) -> String {
    let mut hash = Sha256::new();
    for part in [rule, &resource.account, &resource.region, resource.arn.as_deref().unwrap_or("")] {
        hash.update(part);
        hash.update([0]);
    }
    let mut first_half = [0; 16];
    first_half.copy_from_slice(&hash.finalize()[..16]);
    format!("{:032x}", u128::from_be_bytes(first_half))
}

/// Why a measurement that the fact is or rests on was not made, where the resource itself knows.
fn why_unmeasured(rule: &Rule, resource: &Resource, name: &str) -> Option<String> {
    let deciding = rule.deciding_facts();
    let candidates = [name].into_iter().chain(deciding);
    let missing = candidates.filter(|fact| !resource.facts.contains_key(*fact));
    let own = missing.flat_map(|fact| {
        let under = measured_by(&rule.kind, fact).into_iter().filter(|(kind, _)| *kind == rule.kind);
        [fact].into_iter().chain(under.map(|(_, fact)| fact))
    });
    let mut known = own.filter_map(|fact| Some(format!("{fact} is unread: {}", resource.unread.get(fact)?)));
    known.next()
}

/// What every resource has beside its facts.
const ALWAYS: &[&str] = &["id", "name", "arn", "kind", "region", "account", "tags", "owners", "label"];

/// One unknown finding for each region in which the rule's kind could not be listed.
fn unlisted(rule: &Rule, snapshot: &Snapshot) -> Vec<Finding> {
    let listed_as = listed_as(&rule.kind);
    let mut reasons: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for kind in listed_as.iter().filter(|kind| !snapshot.kinds.contains(**kind)) {
        reasons.entry(GLOBAL).or_default().insert(format!("{kind} was not collected"));
    }
    for gap in &snapshot.gaps {
        let concerned = gap.kinds.iter().any(|kind| listed_as.contains(&kind.as_str()));
        if concerned && gap.resource.is_none() && gap.reason != GapReason::NotInRegion {
            let words = format!("{} in {}: {}", gap.action, gap.region, gap.reason.words());
            reasons.entry(&gap.region).or_default().insert(words);
        }
    }
    let of_region = |(region, reasons): (&str, BTreeSet<String>)| {
        let resource = Judged {
            kind: rule.kind.clone(),
            arn: None,
            id: None,
            name: None,
            region: region.to_owned(),
            account: snapshot.account.id.clone(),
            tags: None,
        };
        let reason =
            format!("{} could not be listed ({})", rule.kind, reasons.into_iter().collect::<Vec<_>>().join("; "));
        finding(rule, resource, Verdict::Unknown, reason.clone(), Some(reason))
    };
    reasons.into_iter().map(of_region).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{evaluate, rounded, verdict};
    use crate::fixtures::{DEMO, sample};
    use crate::report::Finding;
    use crate::rules::conditions::Effect;
    use crate::rules::{Pillar, RuleSet, Severity, Source};
    use crate::settings::Settings;
    use crate::snapshot::{Resource, Snapshot};

    /// The demo's findings by one rule, with the members of Auto Scaling groups judged one step less severely.
    fn findings(rule: &str, not_for: &[Pillar]) -> Vec<Finding> {
        let mut set = RuleSet::load(&[]).unwrap_or_else(|failure| panic!("{failure}"));
        set.rules.retain(|known| known.id == rule);
        set.rules.iter_mut().for_each(|rule| rule.despite.clear());
        set.conditions.retain(|condition| condition.id == "group-member");
        for condition in &mut set.conditions {
            (condition.effect, condition.not_for) = (Effect::Lower, not_for.to_vec());
        }
        let snapshot =
            crate::derive::derive(Snapshot::from_json(DEMO).unwrap(), &crate::settings::NonProduction::default());
        evaluate(&snapshot, &set, &Settings::default().as_value())
    }

    #[test]
    fn a_condition_may_lower_the_severity_and_says_so() {
        let findings = findings("load-balancing/entry-point-behind-lb", &[]);
        let is_member = |finding: &&Finding| {
            finding.resource.tags.as_ref().is_some_and(|tags| tags.contains_key("aws:autoscaling:groupName"))
        };
        let (member, alone): (Vec<_>, Vec<_>) = findings.iter().partition(is_member);
        assert!(!member.is_empty() && !alone.is_empty());
        assert!(member.iter().all(|finding| finding.severity == Severity::High));
        let reason = member[0].severity_reason.as_deref().unwrap();
        assert!(reason.starts_with("group-member: critical by itself, but it is a member"), "{reason}");
        assert!(
            alone.iter().all(|finding| finding.severity == Severity::Critical && finding.severity_reason.is_none())
        );
    }

    #[test]
    fn evidence_shows_six_digits_of_decimal_numbers_and_all_of_integers() {
        let shown =
            rounded(&json!({"value": 79.996_123_4, "all": [1_234_567_890, 0.000_123_456_78], "of": "1.23456789"}));
        assert_eq!(shown, json!({"value": 79.9961, "all": [1_234_567_890, 0.000_123_457], "of": "1.23456789"}));
    }

    #[test]
    fn an_unread_fact_is_not_blamed_on_a_setting_of_the_same_name() {
        let source = |text: &str| Source { path: "cost/mine.toml".into(), shown: "mine".into(), text: text.into() };
        let rule = "title = 'T'\nseverity = 'low'\nstage = '10k'\nkind = 'rds.db_instance'\n\
                    expect = 'r.multi_az && settings.attest.fifo_batches'\nmessage = 'm'\nwhy = 'w'\n\
                    fix = { cli = 'aws', terraform = 'x' }\npass = [{ multi_az = true }]\nfail = [{ multi_az = false }]\n";
        let set = RuleSet::from_sources(&[source(rule)]).unwrap_or_else(|failure| panic!("{failure}"));
        let mut database = sample("rds.db_instance").unwrap();
        let settings = Settings::default().as_value();
        let reason = |database: &Resource| verdict(&set.rules[0], &[], database, &settings).1.unwrap();
        assert_eq!(reason(&database), "`attest.fifo_batches` is not set in waaudit.toml");
        database.facts.remove("multi_az");
        assert!(reason(&database).contains("multi_az"), "{}", reason(&database));
    }

    #[test]
    fn a_condition_leaves_rules_of_some_pillars_alone() {
        let findings = findings("load-balancing/entry-point-behind-lb", &[Pillar::Security]);
        assert!(findings.iter().all(|finding| finding.severity == Severity::Critical));
    }
}
