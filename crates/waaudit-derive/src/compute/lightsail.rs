//! Lightsail's servers, and the load balancers, snapshots and databases beside them.

use crate::engine::{Derivation, Item, Patch, Referrers, View, all, at_most_one, distinct, only, reads};
use waaudit_model::facts::lightsail::{Database, Instance, LoadBalancer, Snapshot};

pub(crate) const BALANCERS: Derivation = Derivation {
    kind: "lightsail.instance",
    facts: &["load_balancers", "healthy_together"],
    reads: reads![Instance {}, LoadBalancer { instances }],
    compute: balancers,
};
pub(crate) const SNAPSHOTS: Derivation = Derivation {
    kind: "lightsail.instance",
    facts: &["newest_snapshot_age_days"],
    reads: reads![Instance {}, Snapshot { created_at, instance, state }],
    compute: snapshots,
};
pub(crate) const DATABASES: Derivation = Derivation {
    kind: "lightsail.instance",
    facts: &["databases_with_standby", "databases_without_standby"],
    reads: reads![Database { standby_zone }, Instance {}],
    compute: databases,
};

fn balancers(view: &View) -> Vec<Patch> {
    let balancers = view.here::<LoadBalancer>();
    let balancers = balancers.by(|balancer| {
        let instances = balancer.facts.instances.known()?;
        Some(instances.iter().map(|one| one.instance.as_str()))
    });
    let learned = |instance: &str| {
        let holding = holding(instance, &balancers);
        let healthy = holding.as_ref().map(|holding| {
            let all = holding.iter().flat_map(|balancer| balancer.facts.instances.known().into_iter().flatten());
            distinct(all.filter(|one| one.health == "healthy").map(|one| one.instance.clone()))
        });
        let names = holding.map(|holding| distinct(holding.into_iter().map(|balancer| balancer.resource.id.clone())));
        Instance { load_balancers: names.into(), healthy_together: healthy.into(), ..Instance::default() }
    };
    view.here::<Instance>().iter().map(|instance| instance.patch(&learned(&instance.resource.id))).collect()
}

fn holding<'l, 'a>(
    instance: &str,
    balancers: &Referrers<'l, 'a, LoadBalancer>,
) -> Option<Vec<&'l Item<'a, LoadBalancer>>> {
    only(balancers.whole_of(instance)?, |balancer| {
        Some(balancer.facts.instances.known()?.iter().any(|one| one.instance == instance))
    })
}

fn snapshots(view: &View) -> Vec<Patch> {
    let snapshots = view.here::<Snapshot>();
    let snapshots = snapshots.by(|snapshot| at_most_one(snapshot.facts.instance.known()));
    let newest = |instance: &String| {
        let own = only(snapshots.whole_of(instance)?, |snapshot| {
            let of = snapshot.facts.instance.known().map(|of| of.as_ref() == Some(instance));
            all([of, snapshot.facts.state.known().map(|state| state == "available")])
        })?;
        let ages = own.into_iter().map(|snapshot| view.days_since(&snapshot.facts.created_at));
        Some(ages.collect::<Option<Vec<_>>>()?.into_iter().min())
    };
    let learned =
        |instance: &String| Instance { newest_snapshot_age_days: newest(instance).into(), ..Instance::default() };
    view.here::<Instance>().iter().map(|instance| instance.patch(&learned(&instance.resource.arn))).collect()
}

fn databases(view: &View) -> Vec<Patch> {
    let databases = view.here::<Database>();
    let with = |standby: bool| {
        let found = only(databases.whole()?, |database| {
            database.facts.standby_zone.known().map(|zone| zone.is_some() == standby)
        })?;
        Some(distinct(found.into_iter().map(|database| database.resource.id.clone())))
    };
    let learned = Instance {
        databases_with_standby: with(true).into(),
        databases_without_standby: with(false).into(),
        ..Instance::default()
    };
    view.here::<Instance>().iter().map(|instance| instance.patch(&learned)).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::snapshot_builder::{SnapshotBuilder, arn};
    use waaudit_model::facts::lightsail::{Database, Instance, LoadBalancer, Snapshot};

    fn world() -> SnapshotBuilder {
        let held = |instance: &str, health: &str| json!({"instance": instance, "health": health});
        let instances = [held("web-1", "healthy"), held("web-2", "healthy"), held("web-3", "unhealthy")];
        SnapshotBuilder::new()
            .with::<Instance>("web-1", json!({}))
            .with::<Instance>("alone", json!({}))
            .with::<LoadBalancer>("lb", json!({"instances": instances}))
            .with::<LoadBalancer>("empty", json!({"instances": []}))
    }

    fn fact(world: SnapshotBuilder, id: &str, fact: &str) -> Option<Value> {
        world.derive().fact::<Instance>(id, fact)
    }

    #[test]
    fn a_balanced_instance_knows_its_balancers_and_who_is_healthy_there() {
        assert_eq!(fact(world(), "web-1", "load_balancers"), Some(json!(["lb"])));
        assert_eq!(fact(world(), "web-1", "healthy_together"), Some(json!(["web-1", "web-2"])));
        assert_eq!(fact(world(), "alone", "healthy_together"), Some(json!([])));
        assert_eq!(fact(world().half_read::<LoadBalancer>(), "alone", "load_balancers"), None);
    }

    #[test]
    fn the_newest_snapshot_is_the_youngest_available_one_of_the_instance_itself() {
        let snapshot = |of: Value, state: &str, day: u32| json!({"instance": of, "state": state, "created_at": format!("2026-03-{day:02}T12:00:00Z")});
        let own = json!(arn::<Instance>("web-1"));
        let world = world()
            .with::<Snapshot>("old", snapshot(own.clone(), "available", 1))
            .with::<Snapshot>("new", snapshot(own.clone(), "available", 6))
            .with::<Snapshot>("unfinished", snapshot(own, "pending", 10))
            // Of an instance of the same name that is gone.
            .with::<Snapshot>("lost", snapshot(json!(null), "available", 9));
        assert_eq!(fact(world.clone(), "web-1", "newest_snapshot_age_days"), Some(json!(4)));
        assert_eq!(fact(world.clone(), "alone", "newest_snapshot_age_days"), Some(json!(null)));
        assert_eq!(fact(world.half_read::<Snapshot>(), "web-1", "newest_snapshot_age_days"), None);
    }

    #[test]
    fn databases_have_a_standby_or_none() {
        let world = world()
            .with::<Database>("ha", json!({"standby_zone": "eu-west-1b"}))
            .with::<Database>("lone", json!({"standby_zone": null}));
        assert_eq!(fact(world.clone(), "alone", "databases_with_standby"), Some(json!(["ha"])));
        assert_eq!(fact(world.clone(), "alone", "databases_without_standby"), Some(json!(["lone"])));
        assert_eq!(fact(world.half_read::<Database>(), "alone", "databases_with_standby"), None);
    }
}
