//! What RDS offers for an instance's engine and class, whether it is used or not.
//!
//! AWS's own answer (`DescribeOrderableDBInstanceOptions`) decides where there is one. Without, documented tables do:
//! <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.MultiAZSingleStandby.html>,
//! `USER_PerfInsights.Overview.Engines.html` (and the same page of the Aurora guide), `USER_PIOPS.Autoscaling.html`, all
//! read on 2026-11-28. An engine that no table names leaves the answer unread.

use crate::engine::{Derivation, Item, Lookup, Patch, View, reads};
use waaudit_model::facts::Fact;
use waaudit_model::facts::rds::{DbInstance, OrderableClass};

pub(crate) const OFFERS: Derivation = Derivation {
    kind: "rds.db_instance",
    facts: &["can_have_standby", "can_have_insights", "can_grow_storage"],
    reads: reads![
        DbInstance { cluster, engine, engine_version, instance_class, storage_type },
        OrderableClass { autoscaling_storage, multi_az, performance_insights },
    ],
    compute: offers,
};

/// The one edition without a standby.
const EXPRESS: &str = "sqlserver-ex";
/// Beginnings of the names of engines whose instances can have a standby.
const WITH_STANDBY: &[&str] =
    &["mysql", "mariadb", "postgres", "oracle-", "sqlserver-", "db2-", "custom-oracle-", "custom-sqlserver-"];
/// Beginnings of the names of engines that keep their data in a cluster's storage.
const OF_CLUSTERS: &[&str] = &["aurora", "docdb", "neptune"];
/// Magnetic storage, which never grows by itself.
const MAGNETIC: &str = "standard";
/// Sizes of burstable classes that are too small for Performance Insights.
const SMALL: &[&str] = &["micro", "small"];

fn offers(view: &View) -> Vec<Patch> {
    let sold = view.here::<OrderableClass>();
    let sold = sold.by_id();
    let learned = |instance: &DbInstance| {
        let sold = of(instance, &sold);
        DbInstance {
            can_have_standby: can_have_standby(instance, sold).into(),
            can_have_insights: can_have_insights(instance, sold).into(),
            can_grow_storage: can_grow_storage(instance, sold).into(),
            ..DbInstance::default()
        }
    };
    view.here().iter().map(|instance: &Item<DbInstance>| instance.patch(&learned(instance.facts))).collect()
}

fn of<'l>(instance: &DbInstance, sold: &Lookup<'l, '_, OrderableClass>) -> Option<&'l OrderableClass> {
    let (engine, version) = (instance.engine.known()?, instance.engine_version.known()?);
    let id = OrderableClass::id(engine, version, instance.instance_class.known()?);
    sold.get(&id).map(|found| found.facts)
}

fn starts_with(engine: &str, beginnings: &[&str]) -> bool {
    beginnings.iter().any(|beginning| engine.starts_with(beginning))
}

/// What AWS says, if it says anything.
fn said(sold: Option<&OrderableClass>, of: fn(&OrderableClass) -> &Fact<Option<bool>>) -> Option<bool> {
    *of(sold?).known()?
}

fn can_have_standby(instance: &DbInstance, sold: Option<&OrderableClass>) -> Option<bool> {
    let engine = instance.engine.known()?.as_str();
    if starts_with(engine, OF_CLUSTERS) {
        return Some(false);
    }
    said(sold, |sold| &sold.multi_az).or_else(|| match engine {
        EXPRESS => Some(false),
        engine => starts_with(engine, WITH_STANDBY).then_some(true),
    })
}

fn can_have_insights(instance: &DbInstance, sold: Option<&OrderableClass>) -> Option<bool> {
    said(sold, |sold| &sold.performance_insights)
        .or_else(|| insights_by_table(instance.engine.known()?, instance.instance_class.known()?))
}

fn insights_by_table(engine: &str, class: &str) -> Option<bool> {
    let (generation, size) = class.strip_prefix("db.")?.split_once('.').unwrap_or((class, ""));
    let burstable_and_small = ["t2", "t3", "t4g"].contains(&generation) && SMALL.contains(&size);
    match engine {
        "mysql" | "mariadb" => Some(!burstable_and_small),
        "aurora" | "aurora-mysql" => Some(!burstable_and_small && !["t2", "t3"].contains(&generation)),
        "postgres" | "aurora-postgresql" => Some(true),
        "neptune" => Some(false),
        _ if starts_with(engine, &["oracle-", "sqlserver-"]) => Some(true),
        _ if starts_with(engine, &["db2-", "custom-"]) => Some(false),
        _ => None,
    }
}

/// Storage of clusters grows without being asked, or, in a Multi-AZ DB cluster, not at all.
fn can_grow_storage(instance: &DbInstance, sold: Option<&OrderableClass>) -> Option<bool> {
    let engine = instance.engine.known()?.as_str();
    if starts_with(engine, OF_CLUSTERS) || instance.cluster.known()?.is_some() {
        return Some(false);
    }
    let storage = instance.storage_type.known()?;
    let types = sold.and_then(|sold| sold.autoscaling_storage.known()?.as_ref());
    if let Some(types) = types {
        return Some(types.contains(storage));
    }
    if engine.starts_with("custom-") || storage == MAGNETIC {
        return Some(false);
    }
    starts_with(engine, WITH_STANDBY).then_some(true)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::snapshot_builder::SnapshotBuilder;
    use waaudit_model::facts::rds::{DbInstance, OrderableClass};

    fn offered(engine: &str, class: &str) -> [Option<Value>; 3] {
        of_world(SnapshotBuilder::new(), engine, class, "gp3")
    }

    fn of_world(world: SnapshotBuilder, engine: &str, class: &str, storage: &str) -> [Option<Value>; 3] {
        let facts = json!({
            "engine": engine, "engine_version": "1", "instance_class": class, "cluster": null, "storage_type": storage,
        });
        let world = world.with::<DbInstance>("orders", facts).derive();
        ["can_have_standby", "can_have_insights", "can_grow_storage"]
            .map(|fact| world.fact::<DbInstance>("orders", fact))
    }

    fn known(answers: [bool; 3]) -> [Option<Value>; 3] {
        answers.map(|answer| Some(json!(answer)))
    }

    #[test]
    fn every_edition_of_sql_server_but_express_can_have_a_standby() {
        for engine in ["sqlserver-web", "sqlserver-se", "sqlserver-ee"] {
            assert_eq!(offered(engine, "db.m6i.large"), known([true, true, true]), "{engine}");
        }
        assert_eq!(offered("sqlserver-ex", "db.m6i.large"), known([false, true, true]));
    }

    #[test]
    fn rds_custom_has_a_standby_and_neither_insights_nor_growing_storage() {
        for engine in ["custom-sqlserver-se", "custom-oracle-ee"] {
            assert_eq!(offered(engine, "db.m5.large"), known([true, false, false]), "{engine}");
        }
    }

    #[test]
    fn performance_insights_depend_on_engine_and_class() {
        let insights = |engine: &str, class: &str| offered(engine, class)[1].clone();
        for (engine, class, has) in [
            ("db2-se", "db.m7i.large", false),
            ("aurora-mysql", "db.t3.medium", false),
            ("aurora-mysql", "db.t4g.medium", true),
            ("aurora-mysql", "db.t4g.small", false),
            ("aurora-mysql", "db.serverless", true),
            ("mysql", "db.t3.micro", false),
            ("mysql", "db.t3.medium", true),
            ("postgres", "db.t3.micro", true),
            ("neptune", "db.r6g.large", false),
        ] {
            assert_eq!(insights(engine, class), Some(json!(has)), "{engine} on {class}");
        }
        assert_eq!(insights("an-engine-to-come", "db.m7g.large"), None);
    }

    #[test]
    fn magnetic_storage_never_grows_by_itself() {
        assert_eq!(of_world(SnapshotBuilder::new(), "mysql", "db.m7g.large", "standard")[2], Some(json!(false)));
    }

    #[test]
    fn what_aws_says_goes_before_the_tables() {
        let sold = |facts: Value| SnapshotBuilder::new().with::<OrderableClass>("db2-se:1:db.m7i.large", facts);
        let says = sold(json!({"multi_az": false, "performance_insights": true, "autoscaling_storage": ["io1"]}));
        assert_eq!(of_world(says, "db2-se", "db.m7i.large", "gp3"), known([false, true, false]));
        let silent = sold(json!({"multi_az": null, "performance_insights": null, "autoscaling_storage": null}));
        assert_eq!(of_world(silent, "db2-se", "db.m7i.large", "gp3"), known([true, false, true]));
    }
}
