//! What scales DynamoDB tables, and what they can be restored from.

use super::backups::protected_hours;
use crate::compute::scaling_policies::{fault, target, targets_by_resource};
use crate::engine::{Derivation, Item, Patch, Referrers, View, any, reads};
use waaudit_model::facts::applicationautoscaling::ScalableTarget;
use waaudit_model::facts::backup::ProtectedResource;
use waaudit_model::facts::dynamodb::Table;

pub(crate) const UNSCALED: Derivation = Derivation {
    kind: "dynamodb.table",
    facts: &["unscaled_dimensions"],
    reads: reads![
        ScalableTarget { adding_policies, dimension, max_capacity, min_capacity, resource, scale_out_suspended },
        Table { billing_mode, indexes },
    ],
    compute: unscaled,
};
pub(crate) const RECOVERY: Derivation = Derivation {
    kind: "dynamodb.table",
    facts: &["restorable_elsewhere", "backup_age_hours"],
    reads: reads![ProtectedResource { last_backup_at }, Table { point_in_time_recovery, replica_regions }],
    compute: recovery,
};

/// Something of a table that has a capacity of its own.
struct Dimension {
    /// In words: "read of index by-customer".
    words: String,
    /// `table/orders/index/by-customer`.
    resource: String,
    /// `dynamodb:index:ReadCapacityUnits`.
    name: String,
}

fn unscaled(view: &View) -> Vec<Patch> {
    let targets = view.here::<ScalableTarget>();
    let targets = targets_by_resource(&targets);
    let learned = |table: &Item<Table>| Table {
        unscaled_dimensions: unscaled_dimensions(table, &targets).into(),
        ..Table::default()
    };
    view.here().iter().map(|table| table.patch(&learned(table))).collect()
}

fn recovery(view: &View) -> Vec<Patch> {
    let (tables, protected) = (view.everywhere::<Table>(), view.here::<ProtectedResource>());
    let (tables, protected) = (tables.by(|table| Some([table.resource.id.as_str()])), protected.by_arn());
    let learned = |table: &Item<Table>| Table {
        restorable_elsewhere: restorable_elsewhere(view, table, &tables).into(),
        backup_age_hours: protected_hours(&table.resource.arn, &protected, view.taken_at()).into(),
        ..Table::default()
    };
    view.here().iter().map(|table| table.patch(&learned(table))).collect()
}

fn restorable_elsewhere(view: &View, table: &Item<Table>, tables: &Referrers<Table>) -> Option<bool> {
    let regions = table.facts.replica_regions.known()?;
    let others = regions.iter().filter(|region| **region != table.resource.region);
    any(others.map(|region| {
        let of_region =
            |other: &&Item<Table>| other.resource.id == table.resource.id && other.resource.region == *region;
        match tables.of(&table.resource.id).find(of_region) {
            Some(replica) => replica.facts.point_in_time_recovery.get(),
            // One that is listed nowhere is on its way there, or on its way out.
            None => (view.looked_at(region) && tables.missing().is_none()).then_some(false),
        }
    }))
}

fn unscaled_dimensions(table: &Item<Table>, targets: &Referrers<ScalableTarget>) -> Option<Vec<String>> {
    if table.facts.billing_mode.known()? == "PAY_PER_REQUEST" {
        return Some(Vec::new());
    }
    let dimensions = dimensions(&table.resource.id, table.facts.indexes.known()?);
    let unscaled = dimensions.into_iter().map(|dimension| {
        let fault = fault(target(&dimension.resource, &dimension.name, targets)?)?;
        Some(fault.map(|fault| format!("{} ({fault})", dimension.words)))
    });
    Some(unscaled.collect::<Option<Vec<_>>>()?.into_iter().flatten().collect())
}

fn dimensions(table: &str, indexes: &[String]) -> Vec<Dimension> {
    let own = ("table", format!("table/{table}"), String::new());
    let of_index = |index: &String| ("index", format!("table/{table}/index/{index}"), format!(" of index {index}"));
    let places = [own].into_iter().chain(indexes.iter().map(of_index));
    let both = places.flat_map(|(level, resource, of)| {
        [("read", "Read"), ("write", "Write")].map(|(word, unit)| Dimension {
            words: format!("{word}{of}"),
            resource: resource.clone(),
            name: format!("dynamodb:{level}:{unit}CapacityUnits"),
        })
    });
    both.collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::snapshot_builder::SnapshotBuilder;
    use waaudit_model::facts::applicationautoscaling::{Policy, ScalableTarget};
    use waaudit_model::facts::backup::ProtectedResource;
    use waaudit_model::facts::dynamodb::Table;

    fn target(resource: &str, dimension: &str, max: i64) -> Value {
        json!({
            "namespace": "dynamodb", "resource": resource, "dimension": dimension, "min_capacity": 5, "max_capacity": max,
            "scale_out_suspended": false,
        })
    }

    fn policy(resource: &str, dimension: &str) -> Value {
        json!({"resource": resource, "dimension": dimension, "policy_type": "TargetTrackingScaling", "alarms": []})
    }

    fn world() -> SnapshotBuilder {
        SnapshotBuilder::new()
            .with::<Table>("orders", json!({"billing_mode": "PROVISIONED", "indexes": ["by-day"]}))
            .with::<Table>("events", json!({"billing_mode": "PAY_PER_REQUEST"}))
            .with::<ScalableTarget>("t1", target("table/orders", "dynamodb:table:ReadCapacityUnits", 50))
            .with::<ScalableTarget>("t2", target("table/orders", "dynamodb:table:WriteCapacityUnits", 50))
            .with::<ScalableTarget>("t3", target("table/orders/index/by-day", "dynamodb:index:ReadCapacityUnits", 50))
            .with::<Policy>("p1", policy("table/orders", "dynamodb:table:ReadCapacityUnits"))
            .with::<Policy>("p2", policy("table/orders", "dynamodb:table:WriteCapacityUnits"))
            .with::<Policy>("p3", policy("table/orders/index/by-day", "dynamodb:index:ReadCapacityUnits"))
    }

    fn unscaled(world: SnapshotBuilder, table: &str) -> Option<Value> {
        world.derive().fact::<Table>(table, "unscaled_dimensions")
    }

    #[test]
    fn a_dimension_without_a_target_is_unscaled_indexes_included() {
        assert_eq!(unscaled(world(), "orders"), Some(json!(["write of index by-day (no scalable target)"])));
    }

    #[test]
    fn a_table_is_scaled_when_everything_has_a_target_and_a_policy() {
        let index = target("table/orders/index/by-day", "dynamodb:index:WriteCapacityUnits", 50);
        let scaled = world()
            .with::<ScalableTarget>("t4", index)
            .with::<Policy>("p4", policy("table/orders/index/by-day", "dynamodb:index:WriteCapacityUnits"));
        assert_eq!(unscaled(scaled.clone(), "orders"), Some(json!([])));
        assert_eq!(unscaled(scaled.half_read::<ScalableTarget>(), "orders"), Some(json!([])));
    }

    #[test]
    fn a_target_that_can_not_move_scales_nothing() {
        let index = target("table/orders/index/by-day", "dynamodb:index:WriteCapacityUnits", 5);
        assert_eq!(
            unscaled(world().with::<ScalableTarget>("t4", index), "orders"),
            Some(json!(["write of index by-day (minimum and maximum are both 5)"]))
        );
    }

    #[test]
    fn unscaled_is_only_known_of_all_targets_but_an_on_demand_table_needs_none() {
        assert_eq!(unscaled(world().half_read::<ScalableTarget>(), "orders"), None);
        assert_eq!(unscaled(world().unread::<ScalableTarget>(), "events"), Some(json!([])));
    }

    fn replicated(regions: Value) -> SnapshotBuilder {
        let facts = json!({"replica_regions": regions, "point_in_time_recovery": false});
        SnapshotBuilder::new().with::<Table>("orders", facts)
    }

    #[test]
    fn a_replica_may_be_restorable() {
        let told = |world: SnapshotBuilder| world.derive().fact::<Table>("orders", "restorable_elsewhere");
        let there = |restorable: bool| {
            let facts = json!({"replica_regions": ["eu-west-1"], "point_in_time_recovery": restorable});
            replicated(json!(["us-east-1"])).within::<Table>("us-east-1", "orders", facts)
        };
        assert_eq!(told(replicated(json!([]))), Some(json!(false)));
        assert_eq!(told(there(true)), Some(json!(true)));
        assert_eq!(told(there(false)), Some(json!(false)));
        assert_eq!(told(replicated(json!(["ap-south-2"]))), None, "that region was not looked at");
        let unread = json!({"replica_regions": ["eu-west-1"]});
        assert_eq!(told(replicated(json!(["us-east-1"])).within::<Table>("us-east-1", "orders", unread)), None);
    }

    #[test]
    fn aws_backup_tells_when_it_backed_a_table_up() {
        let told = |world: SnapshotBuilder| world.derive().fact::<Table>("orders", "backup_age_hours");
        assert_eq!(told(replicated(json!([]))), Some(json!(null)));
        assert_eq!(told(replicated(json!([])).half_read::<ProtectedResource>()), None);
    }
}
