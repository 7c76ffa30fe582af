//! Changes to an account that were not made: facts that take the place of what was read or would be derived.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use waaudit_model::snapshot::Resource;

/// Facts as they would be after a change, by kind, region and ARN. What a derivation says of such a fact is overruled, and
/// the derivations after it see the change.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Changes(BTreeMap<[String; 3], Map<String, Value>>);

impl Changes {
    /// Whether nothing is changed.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Changes a fact of a resource, whether it was read or not.
    pub fn set(&mut self, resource: &Resource, fact: &str, value: Value) {
        let key = [&resource.kind, &resource.region, &resource.arn].map(Clone::clone);
        self.0.entry(key).or_default().insert(fact.to_owned(), value);
    }

    /// Changes a fact, or a field of one that was read: `cpu_percent_p95.value`. An error names the fact that was not.
    pub fn set_at(&mut self, resource: &Resource, path: &str, value: &Value) -> Result<(), String> {
        let Some((fact, field)) = path.split_once('.') else {
            self.set(resource, path, value.clone());
            return Ok(());
        };
        let own = self.of(resource).and_then(|facts| facts.get(fact));
        let mut whole = own.or_else(|| resource.facts.get(fact)).cloned().unwrap_or_default();
        let pointer = format!("/{}", field.replace('.', "/"));
        let place = whole.pointer_mut(&pointer).ok_or_else(|| format!("{fact} could not be read"))?;
        *place = value.clone();
        self.set(resource, fact, whole);
        Ok(())
    }

    /// A resource after the changes so far.
    pub fn applied(&self, resource: &Resource) -> Resource {
        let mut changed = resource.clone();
        self.apply(&mut changed);
        changed
    }

    /// Takes over all changes of another, which came later.
    pub fn extend(&mut self, later: &Self) {
        for (key, facts) in &later.0 {
            self.0.entry(key.clone()).or_default().extend(facts.clone());
        }
    }

    /// Makes the changes to a resource, and says whether there were any.
    pub(crate) fn apply(&self, resource: &mut Resource) -> bool {
        let Some(facts) = self.of(resource) else { return false };
        for (fact, value) in facts {
            resource.unread.remove(fact);
            resource.facts.insert(fact.clone(), value.clone());
        }
        true
    }

    fn of(&self, resource: &Resource) -> Option<&Map<String, Value>> {
        if self.0.is_empty() {
            return None;
        }
        self.0.get(&[&resource.kind, &resource.region, &resource.arn].map(Clone::clone))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::Changes;
    use crate::testing::snapshot_builder::SnapshotBuilder;
    use crate::{Inventory, derive_changed};
    use waaudit_model::facts::autoscaling::Group;
    use waaudit_model::settings::NonProduction;
    use waaudit_model::snapshot::Resource;

    fn of<'i>(inventory: &'i Inventory, kind: &'i str, id: &str) -> &'i Resource {
        inventory.snapshot.of(kind).find(|one| one.id == id).unwrap()
    }

    fn changed(world: &SnapshotBuilder, changes: Changes) -> Inventory {
        derive_changed(world.0.clone(), &NonProduction::default(), changes)
    }

    /// An account with one group, which has a server in one zone.
    fn shop() -> SnapshotBuilder {
        let member = json!({
            "instance": "i-1",
            "availability_zone": "eu-west-1a",
            "lifecycle_state": "InService",
            "health_status": "Healthy",
            "weight": null,
        });
        SnapshotBuilder::new().with::<Group>("web", json!({"members": [member], "min_size": 1, "max_size": 2}))
    }

    /// The group, and the zones in which it has servers.
    fn group(inventory: &Inventory) -> (Resource, Value) {
        let group = inventory.snapshot.of("autoscaling.group").next().unwrap();
        (group.clone(), group.facts.get("in_service_zones").cloned().unwrap_or_default())
    }

    #[test]
    fn a_collected_fact_is_changed_and_what_rests_on_it_follows() {
        let world = shop();
        let (group, before) = group(&world.clone().inventory());
        let mut changes = Changes::default();
        changes.set(&group, "members", json!([]));
        let after = changed(&world, changes);
        let zones = of(&after, "autoscaling.group", &group.id).facts.get("in_service_zones").cloned();
        assert_eq!((before, zones), (json!(["eu-west-1a"]), Some(json!([]))));
    }

    #[test]
    fn a_derived_fact_that_is_changed_overrules_its_derivation_and_its_reason() {
        let world = shop();
        let (group, before) = group(&world.clone().inventory());
        let zones = json!(["eu-west-1c"]);
        assert_ne!(before, zones);
        let mut changes = Changes::default();
        changes.set(&group, "in_service_zones", zones.clone());
        let after = changed(&world, changes);
        let after = of(&after, "autoscaling.group", &group.id);
        assert_eq!(after.facts.get("in_service_zones"), Some(&zones));
        assert_eq!(after.unread.get("in_service_zones"), None);
    }

    #[test]
    fn no_change_is_none() {
        let world = shop();
        assert_eq!(changed(&world, Changes::default()), world.inventory());
    }

    #[test]
    fn a_field_of_a_fact_is_changed_and_the_rest_of_it_stays() {
        let world = shop();
        let (mut group, _) = group(&world.inventory());
        group.facts.insert("peak".to_owned(), json!({"value": 80.0, "window_days": 7}));
        let mut changes = Changes::default();
        assert_eq!(changes.set_at(&group, "peak.value", &json!(40.0)), Ok(()));
        assert_eq!(changes.set_at(&group, "peak.window_days", &json!(14)), Ok(()));
        assert_eq!(changes.applied(&group).facts["peak"], json!({"value": 40.0, "window_days": 14}));
        assert_eq!(changes.set_at(&group, "absent.value", &json!(1)), Err("absent could not be read".to_owned()));
    }

    #[test]
    fn of_two_changes_the_later_counts() {
        let (group, _) = group(&shop().inventory());
        let [mut first, mut second] = [Changes::default(), Changes::default()];
        first.set(&group, "min_size", json!(2));
        first.set(&group, "max_size", json!(4));
        second.set(&group, "max_size", json!(8));
        first.extend(&second);
        let after = first.applied(&group);
        assert_eq!((&after.facts["min_size"], &after.facts["max_size"]), (&json!(2), &json!(8)));
    }
}
