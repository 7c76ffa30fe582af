//! What a change does to facts, and what it adds to the bill.

use std::collections::BTreeMap;

use serde_json::Value;

use super::causes::Cause;
use super::prices::Prices;
use crate::after_fix::Repair;
use crate::criteria::Criteria;
use crate::report::{Bill, Finding};
use waaudit_derive::{Changes, Inventory};
use waaudit_model::snapshot::{Owner, Resource};
use waaudit_rules::{FixFlag, Rule, Subject};
use waaudit_simulate::zone_loss::zones_in_use;

/// What a change does to facts, and what it adds to the bill.
#[derive(Default)]
pub(super) struct Effect {
    pub(super) changes: Changes,
    /// Rules whose fix can't be simulated, each with the reason.
    pub(super) not_simulated: Vec<(String, String)>,
    pub(super) bill: Bill,
}

/// What is needed to tell effects.
pub(super) struct Effects<'e> {
    settings: Value,
    rules: BTreeMap<&'e str, &'e Rule>,
    resources: BTreeMap<[&'e str; 3], (&'e Resource, &'e [Owner])>,
    inventory: &'e Inventory,
    zones: BTreeMap<&'e str, Vec<String>>,
}

impl<'e> Effects<'e> {
    pub(super) fn new(inventory: &'e Inventory, criteria: &'e Criteria) -> Self {
        let key = |resource: &'e Resource| [resource.kind.as_str(), resource.region.as_str(), resource.arn.as_str()];
        let zones = zones_in_use(inventory).into_iter();
        Self {
            settings: criteria.settings.as_value(),
            rules: criteria.rules.rules.iter().map(|rule| (rule.id.as_str(), rule)).collect(),
            resources: inventory.resources().map(|found| (key(found.0), found)).collect(),
            inventory,
            zones: zones.map(|(region, zones)| (region, zones.into_iter().map(str::to_owned).collect())).collect(),
        }
    }

    /// The facts and the bill after a change, finding by finding: a later one sees what an earlier one set.
    pub(super) fn of(&self, cause: &Cause) -> Effect {
        let mut effect = Effect::default();
        for finding in &cause.findings {
            let Some((rule, resource, owners)) = self.judged(finding) else { continue };
            let zones = self.zones.get(resource.region.as_str()).map_or(&[][..], Vec::as_slice);
            let repair = Repair { resource, owners, settings: &self.settings, zones };
            buy(rule, &repair.subject(&effect.changes.applied(resource)), &mut effect.bill);
            let others = |kind: &str, names: &[String]| self.named(kind, names, &resource.region);
            let why = match repair.make(&rule.fix, &mut effect.changes, others) {
                Ok(true) => continue,
                Ok(false) => "what comes of it shows when it is done".to_owned(),
                Err(missing) => missing,
            };
            effect.not_simulated.push((rule.id.clone(), why));
        }
        effect.not_simulated.dedup();
        effect
    }

    fn judged(&self, finding: &Finding) -> Option<(&'e Rule, &'e Resource, &'e [Owner])> {
        let subject = &finding.resource;
        let key = [subject.kind.as_str(), subject.region.as_str(), subject.arn.as_deref()?];
        let (resource, owners) = *self.resources.get(&key)?;
        Some((*self.rules.get(finding.rule.id.as_str())?, resource, owners))
    }

    /// The resources of a kind in a region that have these ids or ARNs.
    fn named(&self, kind: &str, names: &[String], region: &str) -> Vec<&'e Resource> {
        let all = self.inventory.snapshot.resources.iter();
        let here = all.filter(|one| one.kind == kind && one.region == region);
        here.filter(|one| names.contains(&one.arn) || names.contains(&one.id)).collect()
    }
}

/// What a fix adds to the bill.
fn buy(rule: &Rule, subject: &Subject, bill: &mut Bill) {
    if rule.fix.flags.contains(&FixFlag::ExtraCost) && rule.fix.buys.is_empty() {
        bill.lacks(format!("{}: what it needs has no price here", rule.id));
    }
    for purchase in &rule.fix.buys {
        match purchase.bought(subject) {
            Ok(Some((item, count))) => bill.add(Prices::shipped(), item, count),
            Ok(None) => {}
            Err(why) => bill.lacks(format!("{}: {why}", rule.id)),
        }
    }
}
