//! What an account is judged by, and the verdicts that come of it.

use std::collections::BTreeMap;

use crate::evaluate::evaluate;
use crate::report::{Diagnostic, DiagnosticCode, Finding};
use crate::waivers::{Waivers, waive};
use waaudit_derive::{Changes, Inventory, derive_changed};
use waaudit_model::facts::Facts;
use waaudit_model::facts::derived::way_in::WayIn;
use waaudit_model::settings::Settings;
use waaudit_model::snapshot::Snapshot;
use waaudit_rules::RuleSet;
use waaudit_simulate::targets::{unused_targets, ways_in_with_targets};

/// What an account is judged by.
#[derive(Debug, Clone, Copy)]
pub struct Criteria<'c> {
    /// Rules and general conditions.
    pub rules: &'c RuleSet,
    /// Settings.
    pub settings: &'c Settings,
    /// Accepted failures.
    pub waivers: &'c Waivers,
    /// Tags that a resource must have for its findings to be reported on. The others are judged too, for what one resource
    /// is depends on its neighbours.
    pub tags: &'c [(String, String)],
}

static NO_WAIVERS: Waivers = Waivers { waiver: Vec::new() };

impl<'c> Criteria<'c> {
    /// Rules and settings alone: nothing is accepted, and all is reported on.
    pub const fn new(rules: &'c RuleSet, settings: &'c Settings) -> Self {
        Self { rules, settings, waivers: &NO_WAIVERS, tags: &[] }
    }

    /// The verdicts on an inventory.
    pub fn judge(&self, inventory: &Inventory) -> Judged {
        let mut findings = evaluate(inventory, self.rules, &self.settings.as_value());
        findings.retain(|finding| finding.resource.tags.as_ref().is_none_or(|own| has_all(own, self.tags)));
        // Without a target there is no way in to judge, whatever could not be listed.
        if self.settings.targets.is_empty() {
            findings.retain(|finding| finding.resource.kind != WayIn::KIND);
        }
        let mut diagnostics = waive(&mut findings, self.waivers, self.rules, inventory.snapshot.taken_at);
        if self.rules.rules.iter().any(|rule| rule.kind == WayIn::KIND) {
            diagnostics.extend(unused_targets(inventory, &self.settings.targets).map(unused_target));
        }
        Judged { findings, diagnostics }
    }

    /// What is known of an account after some changes, with what simulations say of ways in that have a target.
    pub fn known(&self, snapshot: Snapshot, changes: Changes) -> Inventory {
        let non_production = &self.settings.non_production;
        let inventory = derive_changed(snapshot, non_production, changes);
        let made = ways_in_with_targets(&inventory, &self.settings.targets, non_production);
        inventory.with(made)
    }

    /// What is known of an account and is judged by these rules.
    pub fn inventory(&self, snapshot: Snapshot) -> Inventory {
        self.narrowed(self.known(snapshot, Changes::default()))
    }

    pub(crate) fn narrowed(&self, inventory: Inventory) -> Inventory {
        inventory.narrowed(&self.rules.rules.iter().map(|rule| rule.kind.as_str()).collect())
    }
}

fn unused_target(name: &str) -> Diagnostic {
    let message = format!("the target of {name} in waaudit.toml is for nothing that is a way in");
    Diagnostic { code: DiagnosticCode::UnusedTarget, message }
}

/// The verdicts on an inventory, and what there is to say about waivers and targets.
#[derive(Debug)]
pub struct Judged {
    /// The verdicts.
    pub findings: Vec<Finding>,
    /// Waivers and targets without effect.
    pub diagnostics: Vec<Diagnostic>,
}

fn has_all(own: &BTreeMap<String, String>, wanted: &[(String, String)]) -> bool {
    wanted.iter().all(|(key, value)| own.get(key) == Some(value))
}

#[cfg(test)]
mod tests {
    use super::{Criteria, Facts, WayIn};
    use crate::report::Verdict;
    use waaudit_derive::Changes;
    use waaudit_model::settings::Settings;
    use waaudit_model::snapshot::Snapshot;
    use waaudit_rules::RuleSet;
    use waaudit_rules::fixtures::DEMO;

    /// Verdicts on ways in of the demo, whose distributions could not be listed.
    fn of_ways_in(settings: &str) -> Vec<Verdict> {
        let mut snapshot = Snapshot::from_json(DEMO).unwrap();
        let mut gap = snapshot.gaps.iter().find(|gap| gap.resources.is_empty()).unwrap().clone();
        gap.kinds = vec!["cloudfront.distribution".to_owned()];
        snapshot.gaps.push(gap);
        let rules = RuleSet::load(&[]).unwrap_or_else(|failure| panic!("{failure}"));
        let settings: Settings = toml::from_str(settings).unwrap();
        let criteria = Criteria::new(&rules, &settings);
        let findings = criteria.judge(&criteria.known(snapshot, Changes::default())).findings;
        let own = findings.into_iter().filter(|finding| finding.resource.kind == WayIn::KIND);
        own.map(|finding| finding.verdict).collect()
    }

    #[test]
    fn what_could_not_be_listed_leaves_targets_unknown_and_no_one_else() {
        assert_eq!(of_ways_in(""), []);
        let judged = of_ways_in("targets = { 'fernweh-api' = { zone_loss = 'survives' } }");
        assert!(judged.contains(&Verdict::Unknown) && judged.contains(&Verdict::Fail), "{judged:?}");
    }
}
