//! Judging: every rule on every resource of its kind, into findings.
//!
//! Pure: it sees a snapshot and rules, no network and no clock. Truth has three values: an expression that meets an
//! unread fact has none, and its verdict is unknown with the gap that explains it. Where a kind could not be listed,
//! each rule on it says so once for each region, so that a failed list call is always visible.

mod case;
mod gaps;
mod parallel;
mod words;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

pub use self::case::Judgement;
use self::case::{Case, exemptions, value_at};
use self::gaps::Gaps;
use crate::report::{Finding, RuleWords, Shared, Subject as Judged, Verdict};
use crate::root_causes;
use waaudit_derive::{Inventory, listed_as};
use waaudit_model::snapshot::{GLOBAL, Owner, Resource, Snapshot};
use waaudit_rules::{Condition, Rule, RuleSet, Subject};

/// Judges an inventory, on all cores.
pub fn evaluate(inventory: &Inventory, rules: &RuleSet, settings: &Value) -> Vec<Finding> {
    let judge = Judge::new(inventory, rules, settings);
    let resources: Vec<(&Resource, &[Owner])> = inventory.resources().collect();
    let mut findings = parallel::flat_map(&resources, |(resource, parents)| judge.of_resource(resource, parents));
    findings.extend(judge.by_kind.values().flat_map(|of_kind| &of_kind.rules).flat_map(|rule| judge.unlisted(rule)));
    sort(&mut findings);
    root_causes::link(&mut findings, rules, &inventory.snapshot);
    findings
}

/// What one rule says of one resource by itself, as an example asks.
pub fn verdict(
    rule: &Rule,
    conditions: &[Condition],
    resource: &Resource,
    parents: &[Owner],
    settings: &Value,
) -> Judgement {
    let subject = Subject::new(resource, settings).with_owners(parents);
    let case = Case { resource, subject: &subject, settings, gaps: &Gaps::default() };
    let of_kind = conditions.iter().filter(|condition| condition.kind == resource.kind);
    case.judge(rule, &exemptions(of_kind, &subject))
}

/// Puts findings in the order of rule, region and resource. Resources are in their order already: once findings are apart
/// by rule, by a number and not by its id, each rule's are all but sorted, and few strings are compared.
fn sort(findings: &mut [Finding]) {
    let ids: BTreeSet<&str> = findings.iter().map(|finding| finding.rule.id.as_str()).collect();
    let numbers: BTreeMap<String, usize> = ids.into_iter().map(str::to_owned).zip(0..).collect();
    findings.sort_by_cached_key(|finding| numbers.get(&finding.rule.id).copied());
    for of_rule in findings.chunk_by_mut(|a, b| a.rule.id == b.rule.id) {
        of_rule.sort_by(|a, b| order(a).cmp(&order(b)));
    }
}

fn order(finding: &Finding) -> (&str, Option<&str>, Option<&str>) {
    (&finding.resource.region, finding.resource.id.as_deref(), finding.resource.arn.as_deref())
}

/// A rule, with what all of its findings share.
struct Prepared<'r> {
    rule: &'r Rule,
    words: Shared<RuleWords>,
    /// The settings that it reads: those that are set, and those that have a default.
    settings: Shared<Map<String, Value>>,
}

/// What resources of a kind are judged by.
#[derive(Default)]
struct OfKind<'r> {
    rules: Vec<Prepared<'r>>,
    conditions: Vec<&'r Condition>,
}

/// All that resources are judged by.
struct Judge<'j> {
    snapshot: &'j Snapshot,
    settings: &'j Value,
    by_kind: BTreeMap<&'j str, OfKind<'j>>,
    gaps: Gaps<'j>,
}

impl<'j> Judge<'j> {
    fn new(inventory: &'j Inventory, rules: &'j RuleSet, settings: &'j Value) -> Self {
        let mut by_kind: BTreeMap<&str, OfKind> = BTreeMap::new();
        for rule in &rules.rules {
            let own = rule.settings().into_iter();
            let own: Map<String, Value> =
                own.filter_map(|path| Some((path.to_owned(), value_at(settings, path)?.clone()))).collect();
            let prepared = Prepared { rule, words: RuleWords::from(rule).into(), settings: own.into() };
            by_kind.entry(&rule.kind).or_default().rules.push(prepared);
        }
        for condition in &rules.conditions {
            if let Some(of_kind) = by_kind.get_mut(condition.kind.as_str()) {
                of_kind.conditions.push(condition);
            }
        }
        let snapshot = &inventory.snapshot;
        Self { snapshot, settings, by_kind, gaps: Gaps::new(&snapshot.gaps) }
    }

    /// What each rule of its kind says of a resource.
    fn of_resource(&self, resource: &Resource, parents: &[Owner]) -> Vec<Finding> {
        let Some(OfKind { rules, conditions }) = self.by_kind.get(resource.kind.as_str()) else { return Vec::new() };
        let subject = Subject::new(resource, self.settings).with_owners(parents);
        let exemptions = exemptions(conditions.iter().copied(), &subject);
        let case = Case { resource, subject: &subject, settings: self.settings, gaps: &self.gaps };
        let judged = Shared::from(words::judged(resource));
        let finding = |prepared: &Prepared| {
            let judgement = case.judge(prepared.rule, &exemptions);
            let finding = words::of_resource(prepared, resource, &judged, &subject, judgement);
            words::lowered(prepared.rule, &exemptions, finding)
        };
        rules.iter().map(finding).collect()
    }

    /// One unknown finding for each region in which the rule's kind could not be listed.
    fn unlisted(&self, prepared: &Prepared) -> Vec<Finding> {
        let kind = &prepared.rule.kind;
        let mut reasons = self.gaps.lists(&listed_as(kind));
        for listed in listed_as(kind).into_iter().filter(|listed| !self.snapshot.kinds.contains(*listed)) {
            reasons.entry(GLOBAL).or_default().insert(format!("{listed} was not collected").into());
        }
        let of_region = |(region, reasons): (&str, BTreeSet<Cow<str>>)| {
            let resource = Judged {
                kind: kind.clone(),
                arn: None,
                id: None,
                name: None,
                region: region.to_owned(),
                account: self.snapshot.account.id.clone(),
                tags: None,
            };
            let reasons: Vec<Cow<str>> = reasons.into_iter().collect();
            let reason = format!("{kind} could not be listed ({})", reasons.join("; "));
            words::finding(prepared, resource.into(), Verdict::Unknown, reason.clone(), Some(reason))
        };
        reasons.into_iter().map(of_region).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{evaluate, verdict};
    use crate::report::{Finding, Subject};
    use waaudit_derive::{Inventory, derive};
    use waaudit_model::settings::{NonProduction, Settings};
    use waaudit_model::snapshot::{Resource, Snapshot};
    use waaudit_rules::conditions::Effect;
    use waaudit_rules::fixtures::{DEMO, sample};
    use waaudit_rules::{Pillar, RuleSet, Severity, Source};

    fn demo() -> Inventory {
        derive(Snapshot::from_json(DEMO).unwrap(), &NonProduction::default())
    }

    /// The demo's findings by one rule, with the members of Auto Scaling groups judged one step less severely.
    fn findings(rule: &str, not_for: &[Pillar]) -> Vec<Finding> {
        let mut set = RuleSet::load(&[]).unwrap_or_else(|failure| panic!("{failure}"));
        set.rules.retain(|known| known.id == rule);
        set.rules.iter_mut().for_each(|rule| rule.despite.clear());
        set.conditions.retain(|condition| condition.id == "group-member");
        for condition in &mut set.conditions {
            (condition.effect, condition.not_for) = (Effect::Lower, not_for.to_vec());
        }
        evaluate(&demo(), &set, &Settings::default().as_value())
    }

    #[test]
    fn a_condition_may_lower_the_severity_and_says_so() {
        let findings = findings("load-balancing/entry-point-behind-lb", &[]);
        let is_member = |finding: &&Finding| {
            finding.resource.tags.as_ref().is_some_and(|tags| tags.contains_key("aws:autoscaling:groupName"))
        };
        let (member, alone): (Vec<_>, Vec<_>) = findings.iter().partition(is_member);
        assert!(!member.is_empty() && !alone.is_empty());
        assert!(member.iter().all(|finding| finding.severity() == Severity::High));
        let reason = member[0].severity_reason.as_deref().unwrap();
        assert!(reason.starts_with("group-member: critical by itself, but it is a member"), "{reason}");
        assert!(
            alone.iter().all(|finding| finding.severity() == Severity::Critical && finding.severity_reason.is_none())
        );
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
        let reason = |database: &Resource| verdict(&set.rules[0], &[], database, &[], &settings).1.unwrap();
        assert_eq!(reason(&database), "`attest.fifo_batches` is not set in waaudit.toml");
        database.facts.remove("multi_az");
        assert!(reason(&database).contains("multi_az"), "{}", reason(&database));
    }

    #[test]
    fn a_condition_leaves_rules_of_some_pillars_alone() {
        let findings = findings("load-balancing/entry-point-behind-lb", &[Pillar::Security]);
        assert!(findings.iter().all(|finding| finding.severity() == Severity::Critical));
    }

    #[test]
    fn findings_of_one_rule_and_of_one_resource_share_what_they_have_in_common() {
        let set = RuleSet::load(&[]).unwrap_or_else(|failure| panic!("{failure}"));
        let findings = evaluate(&demo(), &set, &Settings::default().as_value());
        let pairs = || findings.iter().zip(&findings[1..]).filter(|(a, b)| a.rule.id == b.rule.id);
        assert!(pairs().count() > 100 && pairs().all(|(a, b)| std::ptr::eq(&raw const *a.rule, &raw const *b.rule)));
        let mut resources: Vec<&Subject> = findings.iter().map(|finding| &*finding.resource).collect();
        resources.sort_by_key(|resource| (&resource.kind, &resource.region, &resource.arn));
        let same =
            |a: &Subject, b: &Subject| a.arn.is_some() && (&a.kind, &a.region, &a.arn) == (&b.kind, &b.region, &b.arn);
        let mut pairs = resources.iter().zip(&resources[1..]).filter(|(a, b)| same(a, b)).peekable();
        assert!(pairs.peek().is_some() && pairs.all(|(a, b)| std::ptr::eq(*a, *b)));
    }
}
