//! Which actions an experiment has, and which it must not have.

use serde_json::{Value, json};
use waaudit_derive::testing::snapshot_builder::{SnapshotBuilder, arn};
use waaudit_derive::testing::web_shop::{ZONES, shop};
use waaudit_model::facts::cloudwatch::Alarm;
use waaudit_model::facts::elasticache::{Cluster, ReplicationGroup, SubnetGroup};
use waaudit_model::facts::elb::LoadBalancer;

use super::{Experiment, experiment};
use crate::zone_loss::zone_loss;

fn of(world: SnapshotBuilder, zone: &str) -> Experiment {
    let inventory = world.inventory();
    let losses = zone_loss(&inventory);
    let loss = losses.iter().find(|loss| loss.way_in.name == "front" && loss.zone == zone).expect("front is a way in");
    experiment(&inventory, loss)
}

fn ids(experiment: &Experiment) -> Vec<&str> {
    experiment.template.actions.values().map(|action| action.action_id.as_str()).collect()
}

fn alarm(target_tracking: bool) -> Value {
    let own = arn::<LoadBalancer>("front");
    json!({
        "alarm_type": "metric", "actions_enabled": true, "actions": [], "state": "OK",
        "namespaces": ["AWS/ApplicationELB"], "metrics": ["HTTPCode_ELB_5XX_Count"],
        "watches": [own.rsplit(':').next()], "queries": [], "direction": "above", "threshold": 10.0,
        "alarm_rule": null, "target_tracking": target_tracking,
    })
}

#[test]
fn an_alarm_on_the_path_stops_it_and_without_one_it_says_so() {
    let stopped = of(shop().with::<Alarm>("errors", alarm(false)), ZONES[0]);
    let conditions = &stopped.template.stop_conditions;
    assert_eq!(conditions.len(), 1);
    assert_eq!(conditions[0].source, "aws:cloudwatch:alarm");
    assert_eq!(conditions[0].value.as_deref(), Some(arn::<Alarm>("errors").as_str()));
    let tracking = of(shop().with::<Alarm>("tracking", alarm(true)), ZONES[0]);
    assert_eq!(tracking.template.stop_conditions[0].source, "none", "scaling's own alarms go off as planned");
    assert!(tracking.notes.iter().any(|note| note.contains("no alarm")), "{:?}", tracking.notes);
}

#[test]
fn a_standby_is_failed_over_to_where_the_primary_is_in_the_zone() {
    let here = of(shop(), ZONES[0]);
    let action = here.template.actions.get("fail-databases-over").expect("its primary is here");
    assert_eq!(action.parameters.get("forceFailover").map(String::as_str), Some("true"));
    assert!(!ids(&of(shop(), ZONES[1])).contains(&"aws:rds:reboot-db-instances"));
}

#[test]
fn servers_in_no_group_are_stopped_by_their_arns() {
    let here = of(shop(), ZONES[0]);
    let target = here.template.targets.get("stop-instances").expect("there is a server");
    assert_eq!(target.resource_arns.len(), 1, "the other one is in the other zone");
    assert!(target.resource_tags.is_empty() && target.filters.is_empty());
    assert!(!ids(&here).contains(&"aws:ec2:asg-insufficient-instance-capacity-error"), "there is no group");
}

/// The shop with a cache.
fn cached() -> SnapshotBuilder {
    let node = json!({"status": "available", "engine": "redis", "replication_group": "sessions", "node_count": 1,
        "availability_zone": ZONES[0], "subnet_group": "data", "security_groups": ["sg-data"], "port": 5432});
    let member = |id: &str, role: &str, zone: &str| json!({"cluster": id, "role": role, "availability_zone": zone, "outpost": null});
    let shards =
        json!([{"id": "1", "members": [member("s-1", "primary", ZONES[0]), member("s-2", "replica", ZONES[1])]}]);
    shop().with::<SubnetGroup>("data", json!({"vpc": "vpc-1"})).with::<Cluster>("s-1", node).with::<ReplicationGroup>(
        "sessions",
        json!({"status": "available", "automatic_failover": "enabled", "multi_az": "enabled", "shards": shards}),
    )
}

#[test]
fn a_replication_group_is_found_by_its_tags_and_by_nothing_else() {
    let tagged = of(cached().tagged("Name", "sessions"), ZONES[0]);
    let target = tagged.template.targets.get("interrupt-caches").expect("it has a tag");
    assert_eq!(target.resource_tags.get("Name").map(String::as_str), Some("sessions"));
    assert_eq!(target.parameters.get("availabilityZoneIdentifier").map(String::as_str), Some(ZONES[0]));
    assert!(target.resource_arns.is_empty());
    let untagged = of(cached(), ZONES[0]);
    assert!(!ids(&untagged).iter().any(|id| id.starts_with("aws:elasticache")));
    assert!(untagged.notes.iter().any(|note| note.contains("tags alone")), "{:?}", untagged.notes);
}

#[test]
fn its_json_has_the_names_of_the_api() {
    let template = serde_json::to_value(of(shop(), ZONES[0]).template).expect("it is plain data");
    for field in ["description", "roleArn", "stopConditions", "targets", "actions", "experimentOptions", "tags"] {
        assert!(template.get(field).is_some(), "{field}: {template}");
    }
    let action = &template["actions"]["cut-subnets-off"];
    assert_eq!(action["actionId"], "aws:network:disrupt-connectivity");
    assert_eq!(action["targets"]["Subnets"], "cut-subnets-off");
    assert_eq!(template["targets"]["cut-subnets-off"]["resourceType"], "aws:ec2:subnet");
    assert_eq!(template["experimentOptions"]["emptyTargetResolutionMode"], "skip");
}
