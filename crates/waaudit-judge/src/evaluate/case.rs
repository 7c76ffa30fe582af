//! One resource before the rules: what a rule's expressions make of it, and why they may have no answer.

use std::collections::BTreeSet;

use serde_json::Value;

use super::gaps::Gaps;
use crate::report::Verdict;
use waaudit_derive::{listed_as, measured_by, rests_on};
use waaudit_model::snapshot::Resource;
use waaudit_rules::conditions::Effect;
use waaudit_rules::expr::NoValue;
use waaudit_rules::{Condition, Rule, Subject};

/// A verdict, and the reason for one that is neither pass nor fail.
pub type Judgement = (Verdict, Option<String>);

/// A general condition that holds of a resource, and why.
pub(super) type Exemption<'r> = (&'r Condition, String);

/// What every resource has beside its facts.
const ALWAYS: &[&str] = &["id", "name", "arn", "kind", "region", "account", "tags", "owners", "label"];

/// A resource with all that it is judged by.
pub(super) struct Case<'c> {
    pub(super) resource: &'c Resource,
    pub(super) subject: &'c Subject<'c>,
    pub(super) settings: &'c Value,
    pub(super) gaps: &'c Gaps<'c>,
}

impl Case<'_> {
    pub(super) fn judge(&self, rule: &Rule, exemptions: &[Exemption]) -> Judgement {
        let exempt = exemptions.iter().filter(|(condition, _)| condition.is_for(rule));
        if let Some(judgement) = exempt.into_iter().find_map(exempted) {
            return judgement;
        }
        let unknown = |error: &NoValue| (Verdict::Unknown, Some(self.explain(rule, error)));
        // An exception that can't be told leaves the verdict open, unless another one holds.
        let mut open = None;
        for exception in &rule.unless {
            match exception.holds.holds(self.subject) {
                Ok(true) => {
                    let because = exception.because.fill(self.subject);
                    return (
                        Verdict::Skip,
                        Some(because.unwrap_or_else(|unread| format!("an exception holds ({unread})"))),
                    );
                }
                Ok(false) => {}
                Err(error) => open = open.or(Some(error)),
            }
        }
        if let Some(error) = open {
            return unknown(&error);
        }
        match rule.expect.holds(self.subject) {
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

/// The verdict by a general condition that holds, but for one that only lowers the severity.
fn exempted((condition, reason): &Exemption) -> Option<Judgement> {
    let verdict = match condition.effect {
        Effect::Skip => Verdict::Skip,
        Effect::Unknown => Verdict::Unknown,
        Effect::Lower => return None,
    };
    Some((verdict, Some(format!("{}: {reason}", condition.id))))
}

/// The general conditions that hold of a resource, first come first.
pub(super) fn exemptions<'r>(of_kind: impl Iterator<Item = &'r Condition>, subject: &Subject) -> Vec<Exemption<'r>> {
    of_kind.filter_map(|condition| Some((condition, condition.exempts(subject)?))).collect()
}

/// The setting at a path, `thresholds.rds_cpu_percent`.
pub(super) fn value_at<'v>(settings: &'v Value, path: &str) -> Option<&'v Value> {
    settings.pointer(&format!("/{}", path.replace('.', "/")))
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
