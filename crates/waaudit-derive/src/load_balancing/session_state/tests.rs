//! What `sessions` learns, and what it leaves unread.

use serde_json::{Value, json};

use crate::testing::snapshot_builder::{SnapshotBuilder, arn};
use waaudit_model::facts::autoscaling::Group;
use waaudit_model::facts::dynamodb::Table;
use waaudit_model::facts::ec2::{Instance, NetworkInterface, SecurityGroup, Subnet};
use waaudit_model::facts::ecs::{Service, TaskDefinition};
use waaudit_model::facts::elasticache::{Cluster, ServerlessCache, SubnetGroup};
use waaudit_model::facts::elb::TargetGroup;

fn targets(kind: &str, ids: &[&str], sticky: bool) -> Value {
    let targets: Vec<Value> = ids.iter().map(|id| json!({"id": id, "state": "healthy"})).collect();
    json!({
        "target_type": kind, "vpc": "vpc-1", "targets": targets, "load_balancers": [],
        "stickiness": {"enabled": sticky, "method": "lb_cookie", "duration_seconds": 86400},
    })
}

fn server(groups: &[&str], address: &str, volumes: Value) -> Value {
    json!({
        "security_groups": groups, "private_ip": address, "volumes": volumes, "vpc": "vpc-1",
        "launched_at": "2026-03-01T00:00:00Z",
    })
}

fn fleet() -> SnapshotBuilder {
    let root = json!([{"device": "/dev/xvda", "volume": "vol-1", "root": true, "delete_on_termination": true}]);
    let member = |id: &str| json!({"instance": id, "availability_zone": "a", "lifecycle_state": "InService", "health_status": "Healthy"});
    let group = json!({"members": [member("i-1"), member("i-2")], "min_size": 2, "max_size": 6});
    SnapshotBuilder::new()
        .with::<Group>("web", group)
        .with::<Instance>("i-1", server(&["sg-web"], "10.0.1.10", root.clone()))
        .with::<Instance>("i-2", server(&["sg-web"], "10.0.2.10", root))
        .with::<TargetGroup>("free", targets("instance", &["i-1", "i-2"], false))
        .with::<TargetGroup>("sticky", targets("instance", &["i-1", "i-2"], true))
}

fn door(rule: Value) -> Value {
    let mut whole = json!({"id": "sgr-1", "protocol": "tcp", "from_port": 6379, "to_port": 6379});
    whole.as_object_mut().unwrap().extend(rule.as_object().unwrap().clone());
    json!({"ingress": [whole]})
}

fn with_cache(rule: Value, vpc: &str) -> SnapshotBuilder {
    let node = json!({
        "engine": "valkey", "port": 6379, "replication_group": null, "subnet_group": "data", "security_groups": ["sg-c"],
    });
    fleet()
        .with::<SubnetGroup>("data", json!({"vpc": vpc}))
        .with::<Cluster>("carts", node)
        .with::<SecurityGroup>("sg-c", door(rule))
}

fn fact(world: SnapshotBuilder, group: &str, fact: &str) -> Option<Value> {
    world.derive().fact::<TargetGroup>(group, fact)
}

fn stores(world: SnapshotBuilder) -> Option<Value> {
    fact(world, "free", "session_stores")
}

#[test]
fn a_cache_is_within_reach_by_group_and_by_range() {
    assert_eq!(stores(fleet()), Some(json!([])));
    assert_eq!(stores(with_cache(json!({"group": "sg-web"}), "vpc-1")), Some(json!(["carts"])));
    assert_eq!(stores(with_cache(json!({"group": "sg-other"}), "vpc-1")), Some(json!([])));
    assert_eq!(stores(with_cache(json!({"cidr": "10.0.0.0/16"}), "vpc-1")), Some(json!(["carts"])));
    assert_eq!(stores(with_cache(json!({"cidr": "10.0.1.0/24"}), "vpc-1")), Some(json!([])), "not for all servers");
    assert_eq!(stores(with_cache(json!({"cidr": "10.0.0.0/16"}), "vpc-2")), Some(json!([])));
    assert_eq!(
        stores(with_cache(json!({"group": "sg-web", "to_port": 443, "from_port": 443}), "vpc-1")),
        Some(json!([]))
    );
    assert_eq!(stores(with_cache(json!({"prefix_list": "pl-1"}), "vpc-1")), None);
}

#[test]
fn a_serverless_cache_and_a_table_of_sessions_are_stores() {
    let burst = json!({"engine": "redis", "port": null, "subnets": ["subnet-1"], "security_groups": ["sg-c"]});
    let world = fleet()
        .with::<Subnet>("subnet-1", json!({"vpc": "vpc-1"}))
        .with::<ServerlessCache>("burst", burst)
        .with::<SecurityGroup>("sg-c", door(json!({"group": "sg-web"})))
        .with::<Table>("UserSessions", json!({"expiry_attribute": "expires"}))
        .with::<Table>("old-sessions", json!({"expiry_attribute": null}))
        .with::<Table>("orders", json!({"expiry_attribute": "expires"}));
    assert_eq!(stores(world), Some(json!(["burst", "UserSessions"])));
}

#[test]
fn addresses_are_known_by_their_interfaces() {
    let tasks = targets("ip", &["10.0.3.7"], false);
    let world = with_cache(json!({"group": "sg-task"}), "vpc-1").with::<TargetGroup>("tasks", tasks);
    assert_eq!(fact(world.clone(), "tasks", "session_stores"), None);
    let interface = json!({
        "vpc": "vpc-1", "private_ips": ["10.0.3.7"], "security_groups": ["sg-task"], "instance": null,
    });
    let known = world.with::<NetworkInterface>("eni-1", interface);
    assert_eq!(fact(known.clone(), "tasks", "session_stores"), Some(json!(["carts"])));
    assert_eq!(fact(known, "tasks", "state_signs"), Some(json!([])));
}

#[test]
fn what_was_not_read_leaves_stores_unread() {
    let cache = || with_cache(json!({"group": "sg-web"}), "vpc-1");
    assert_eq!(stores(cache().half_read::<Cluster>()), None);
    assert_eq!(stores(cache().half_read::<Table>()), None);
    assert_eq!(stores(cache().unread::<SecurityGroup>()), None);
    assert_eq!(stores(cache().unread::<Instance>()), None);
}

#[test]
fn signs_are_named_and_weighed() {
    let signs = |world: SnapshotBuilder, group: &str| {
        (fact(world.clone(), group, "state_signs"), fact(world, group, "state_score"))
    };
    assert_eq!(signs(fleet(), "free"), (Some(json!(["no session store"])), Some(json!(2))));
    assert_eq!(signs(fleet(), "sticky"), (Some(json!(["sticky sessions", "no session store"])), Some(json!(5))));
    let data = json!([{"device": "/dev/sdf", "volume": "vol-2", "root": false, "delete_on_termination": false}]);
    let mut pet = server(&["sg-web"], "10.0.1.11", data);
    pet["launched_at"] = json!("2025-01-01T00:00:00Z");
    let pets = fleet()
        .with::<Instance>("i-pet", pet.clone())
        .with::<TargetGroup>("pets", targets("instance", &["i-pet"], false));
    let expected = json!([
        "data volumes",
        "disks that stay",
        "servers outside any group",
        "no session store",
        "servers older than half a year"
    ]);
    assert_eq!(signs(pets, "pets"), (Some(expected), Some(json!(10))));
    let node = fleet()
        .with::<Instance>("i-node", pet)
        .tagged("eks:cluster-name", "shop")
        .with::<TargetGroup>("nodes", targets("instance", &["i-node"], false));
    assert_eq!(signs(node, "nodes").1, Some(json!(2)));
}

#[test]
fn tasks_that_write_to_their_host_are_a_sign() {
    let mount =
        |read_only: bool| json!([{"container": "app", "volume": "data", "path": "/data", "read_only": read_only}]);
    let with = |read_only: bool| {
        let service =
            json!({"target_groups": [arn::<TargetGroup>("free")], "task_definition": arn::<TaskDefinition>("app:1")});
        let world = fleet()
            .with::<Service>("app", service)
            .with::<TaskDefinition>("app:1", json!({"host_mounts": mount(read_only)}));
        fact(world, "free", "state_score")
    };
    assert_eq!(with(false), Some(json!(4)));
    assert_eq!(with(true), Some(json!(2)));
    assert_eq!(fact(fleet().half_read::<Service>(), "free", "state_score"), None);
}
