//! Ways in, and what the loss of a zone does to what is behind them.

use serde_json::{Value, json};

use crate::testing::snapshot_builder::{SnapshotBuilder, arn};
use crate::testing::web_shop::{ZONES, balancer, database, rule, server, shop, subnet, targets};
use waaudit_model::facts::autoscaling::Group;
use waaudit_model::facts::cloudfront::Distribution;
use waaudit_model::facts::derived::entry_point::EntryPoint;
use waaudit_model::facts::ec2::{Instance, NatGateway, RouteTable, SecurityGroup, Subnet};
use waaudit_model::facts::elasticache::{Cluster, ReplicationGroup};
use waaudit_model::facts::elb::{ClassicLoadBalancer, LoadBalancer, TargetGroup};
use waaudit_model::facts::lambda::Function;
use waaudit_model::facts::rds::{DbCluster, DbInstance};

/// A fact of the shop's load balancer as a way in.
fn fact(world: &SnapshotBuilder, fact: &str) -> Option<Value> {
    world.clone().derive().fact::<EntryPoint>("front", fact)
}

fn worst(world: &SnapshotBuilder) -> Option<Value> {
    fact(world, "worst_zone_loss")
}

fn breaks(world: &SnapshotBuilder) -> Vec<String> {
    serde_json::from_value(fact(world, "breaks").unwrap()).unwrap()
}

/// The shop with a fact changed.
fn with(mut world: SnapshotBuilder, id: &str, name: &str, value: Value) -> SnapshotBuilder {
    let changed = world.0.resources.iter_mut().find(|resource| resource.id == id).unwrap();
    changed.facts.insert(name.to_owned(), value);
    world
}

#[test]
fn a_way_with_every_hop_in_two_zones_survives_the_loss_of_each() {
    assert_eq!(worst(&shop()), Some(json!("survives")));
    let survival = |zone: &str| json!({"zone": zone, "outcome": "survives", "hop": null, "why": null});
    assert_eq!(fact(&shop(), "zone_losses"), Some(json!(ZONES.map(survival))));
    assert_eq!(fact(&shop(), "weak_links"), Some(json!([])));
    assert_eq!(fact(&shop(), "has_servers"), Some(json!(true)));
    let path = fact(&shop(), "path").unwrap();
    let names: Vec<&str> = path.as_array().unwrap().iter().filter_map(|hop| hop["name"].as_str()).collect();
    assert_eq!(names, ["front", "HTTPS 443", "web", "i-a", "i-b", "orders"]);
}

#[test]
fn a_database_without_a_standby_takes_the_way_down_with_its_zone() {
    let world = with(shop(), "orders", "multi_az", json!(false));
    assert_eq!(worst(&world), Some(json!("dies")));
    assert_eq!(breaks(&world), ["eu-west-1a: orders (it has no standby in another zone)"]);
    assert_eq!(fact(&world, "weak_links"), Some(json!([arn::<DbInstance>("orders")])));
    // One that is ordered and waits for its window counts as there, as in the rule on databases.
    assert_eq!(worst(&with(world, "orders", "pending_multi_az", json!(true))), Some(json!("survives")));
}

#[test]
fn what_lies_behind_an_internal_classic_load_balancer_belongs_to_the_way() {
    let inner = json!({
        "scheme": "internal", "subnets": ["subnet-a", "subnet-b"], "security_groups": ["sg-inner"], "instances": ["i-app-a", "i-app-b"],
        "availability_zones": ZONES, "cross_zone": true,
    });
    let world = with(shop(), "sg-data", "ingress", json!([rule(5432, "sg-app")]))
        .with::<SecurityGroup>("sg-inner", json!({"ingress": [rule(443, "sg-web")]}))
        .with::<SecurityGroup>("sg-app", json!({"ingress": [rule(80, "sg-inner")]}))
        .with::<ClassicLoadBalancer>("inner", inner)
        .with::<Instance>("i-app-a", server(ZONES[0], "sg-app", "10.0.1.20"))
        .with::<Instance>("i-app-b", server(ZONES[1], "sg-app", "10.0.2.20"));
    assert_eq!(worst(&world), Some(json!("survives")));
    let alone = with(world.clone(), "orders", "multi_az", json!(false));
    assert_eq!(breaks(&alone), ["eu-west-1a: orders (it has no standby in another zone)"]);
    // A range that holds the whole VPC says only that the web tier may go there: then it can't be told.
    let perhaps = with(alone, "sg-inner", "ingress", json!([rule(443, "10.0.0.0/16")]));
    assert_eq!(worst(&perhaps), None);
    let unharmed = with(world, "sg-inner", "ingress", json!([rule(443, "10.0.0.0/16")]));
    assert_eq!(worst(&unharmed), Some(json!("survives")));
}

#[test]
fn targets_and_load_balancers_in_one_zone_die_with_it() {
    let one = with(
        shop(),
        "web",
        "targets",
        targets("front", &[("i-a", "healthy"), ("i-b", "unhealthy")])["targets"].clone(),
    );
    assert_eq!(breaks(&one), ["eu-west-1a: web (its healthy targets are in eu-west-1a only)"]);
    let narrow = with(shop(), "front", "zones", json!([{"name": ZONES[1]}]));
    assert_eq!(breaks(&narrow), ["eu-west-1b: front (it is enabled in eu-west-1b only)"]);
}

#[test]
fn without_cross_zone_balancing_only_targets_in_enabled_zones_count() {
    let zonal = with(shop(), "web", "cross_zone", json!("false"));
    assert_eq!(worst(&zonal), Some(json!("survives")));
    let narrow = with(zonal, "front", "zones", json!([{"name": ZONES[0]}, {"name": "eu-west-1c"}]));
    assert_eq!(breaks(&narrow), ["eu-west-1a: web (its healthy targets are in eu-west-1a only)"]);
}

/// The shop with all its servers in the first zone, held by a group that may start others in both.
fn in_one_zone(suspended: Value) -> SnapshotBuilder {
    let member = json!({"instance": "i-a", "availability_zone": ZONES[0], "lifecycle_state": "InService", "health_status": "Healthy"});
    let group = json!({
        "members": [member], "target_groups": [arn::<TargetGroup>("web")], "classic_load_balancers": [],
        "subnets": ["subnet-a", "subnet-b"], "suspended_processes": suspended,
    });
    with(shop(), "web", "targets", targets("front", &[("i-a", "healthy")])["targets"].clone())
        .with::<Group>("fleet", group)
}

#[test]
fn a_group_that_starts_servers_elsewhere_recovers_and_does_not_survive() {
    let world = in_one_zone(json!([]));
    assert_eq!(worst(&world), Some(json!("recovers")));
    assert_eq!(fact(&world, "weak_links"), Some(json!([arn::<Group>("fleet"), arn::<TargetGroup>("web")])));
    let suspended = in_one_zone(json!([{"name": "Launch", "reason": "by hand"}]));
    assert_eq!(worst(&suspended), Some(json!("dies")));
}

#[test]
fn a_cluster_survives_with_an_available_reader_outside_its_writers_zone() {
    let member = |id: &str, zone: &str, status: &str| {
        let mut facts = database(zone, false);
        (facts["cluster"], facts["status"], facts["engine"]) =
            (json!("catalog"), json!(status), json!("aurora-postgresql"));
        (id.to_owned(), facts)
    };
    let with_reader = |status: &str| {
        let cluster = json!({
            "status": "available", "engine": "aurora-postgresql", "multi_az_cluster_class": null, "security_groups": ["sg-data"], "port": 5432,
            "members": [{"instance": "c-1", "writer": true, "promotion_tier": 0}, {"instance": "c-2", "writer": false, "promotion_tier": 1}],
        });
        let mut world = shop().with::<DbCluster>("catalog", cluster);
        for (id, facts) in [member("c-1", ZONES[0], "available"), member("c-2", ZONES[1], status)] {
            world = world.with::<DbInstance>(&id, facts);
        }
        world
    };
    assert_eq!(worst(&with_reader("available")), Some(json!("survives")));
    let alone = with_reader("creating");
    assert_eq!(breaks(&alone), ["eu-west-1a: catalog (it has no available reader in another zone)"]);
}

/// The shop with a cache that its servers may call.
fn with_cache(failover: &str, zones: [&str; 2]) -> SnapshotBuilder {
    let members: Vec<Value> = [("s-1", zones[0], "primary"), ("s-2", zones[1], "replica")]
        .map(|(cluster, zone, role)| json!({"cluster": cluster, "availability_zone": zone, "role": role}))
        .into();
    let node = json!({"replication_group": "sessions", "security_groups": ["sg-data"], "engine": "redis", "availability_zone": zones[0], "port": 6379, "subnet_group": null});
    with(shop(), "sg-data", "ingress", json!([rule(5432, "sg-web"), rule(6379, "sg-web")]))
        .with::<ReplicationGroup>(
            "sessions",
            json!({"automatic_failover": failover, "shards": [{"id": "0001", "members": members}]}),
        )
        .with::<Cluster>("s-1", node)
}

#[test]
fn a_cache_needs_a_replica_elsewhere_and_somebody_to_promote_it() {
    assert_eq!(worst(&with_cache("enabled", ZONES)), Some(json!("survives")));
    assert_eq!(breaks(&with_cache("disabled", ZONES)), ["eu-west-1a: sessions (it has no automatic failover)"]);
    let crowded = with_cache("enabled", [ZONES[1], ZONES[1]]);
    assert_eq!(breaks(&crowded), ["eu-west-1b: sessions (a shard is in that zone only)"]);
}

#[test]
fn memcached_loses_keys_and_a_single_redis_node_takes_the_way_down() {
    let cache = |engine: &str| {
        let node = json!({"replication_group": null, "security_groups": ["sg-data"], "engine": engine, "availability_zone": ZONES[0], "port": 6379, "subnet_group": null});
        let world = with(shop(), "sg-data", "ingress", json!([rule(5432, "sg-web"), rule(6379, "sg-web")]));
        world.with::<Cluster>("pages", node)
    };
    assert_eq!(worst(&cache("memcached")), Some(json!("degraded")));
    assert_eq!(worst(&cache("redis")), Some(json!("dies")));
}

#[test]
fn what_may_be_called_and_would_die_leaves_the_outcome_open() {
    let app = |world: SnapshotBuilder| {
        world
            .with::<SecurityGroup>("sg-app", json!({"ingress": [rule(9000, "sg-web")]}))
            .with::<Instance>("i-app", server(ZONES[0], "sg-app", "10.0.1.20"))
    };
    let world = app(shop());
    assert_eq!(worst(&world), None);
    assert_eq!(breaks(&world), Vec::<String>::new(), "nothing certainly breaks");
    let derived = world.clone().derive().0;
    let front = derived.of("entry_point").find(|entry| entry.id == "front").unwrap();
    let why = "whether it depends on i-app can't be told from security groups (it is in eu-west-1a only)";
    assert_eq!(front.unread.get("worst_zone_loss").map(String::as_str), Some(why));
    // A second one in the other zone replaces it.
    let pair = world.with::<Instance>("i-app-2", server(ZONES[1], "sg-app", "10.0.2.20"));
    assert_eq!(worst(&pair), Some(json!("survives")));
    // What certainly dies is dead, whatever else can't be told.
    assert_eq!(worst(&app(with(shop(), "orders", "multi_az", json!(false)))), Some(json!("dies")));
}

#[test]
fn what_was_not_read_is_never_survived() {
    for less in [
        shop().half_read::<DbInstance>(),
        shop().half_read::<Cluster>(),
        shop().unread::<SecurityGroup>(),
        shop().with::<DbInstance>("denied", json!({"cluster": null, "replica_of": null})),
    ] {
        assert_eq!(worst(&less), None);
    }
    let dying = with(shop(), "orders", "multi_az", json!(false)).half_read::<Cluster>();
    assert_eq!((worst(&dying), fact(&dying, "breaks")), (Some(json!("dies")), None));
}

fn distribution(origins: Value, behaviors: &[&str], failover_groups: Value) -> Value {
    let behaviors: Vec<Value> =
        behaviors.iter().map(|origin| json!({"path": "*", "origin": origin, "signed_only": false})).collect();
    json!({
        "enabled": true, "staging": false, "domain": "d1.cloudfront.net", "web_acl": null, "origins": origins, "behaviors": behaviors,
        "origin_group_members": failover_groups,
    })
}

#[test]
fn a_distribution_answers_with_all_that_its_behaviours_need() {
    let origins = json!([
        {"id": "web", "domain": "internet-facing.eu-west-1.elb.amazonaws.com", "custom_headers": []},
        {"id": "files", "domain": "files.s3.eu-west-1.amazonaws.com", "custom_headers": []},
        {"id": "unused", "domain": "elsewhere.example.com", "custom_headers": []},
    ]);
    let entry = |behaviors: &[&str], database: bool, name: &str| {
        let world = with(shop(), "orders", "multi_az", json!(database));
        let world = world.global::<Distribution>("D1", distribution(origins.clone(), behaviors, json!([])));
        world.derive().fact::<EntryPoint>("D1", name)
    };
    assert_eq!(entry(&["files", "web"], false, "worst_zone_loss"), Some(json!("dies")));
    assert_eq!(entry(&["files", "web"], true, "worst_zone_loss"), Some(json!("survives")));
    assert_eq!(entry(&["files"], false, "has_servers"), Some(json!(false)));
    assert_eq!(entry(&["unused"], false, "has_servers"), None, "who answers there is not known");
}

#[test]
fn an_origin_group_is_as_good_as_its_better_origin_for_those_who_read() {
    let origins = json!([
        {"id": "web", "domain": "internet-facing.eu-west-1.elb.amazonaws.com", "custom_headers": []},
        {"id": "files", "domain": "files.s3.eu-west-1.amazonaws.com", "custom_headers": []},
    ]);
    let both = json!([{"id": "both", "origins": ["web", "files"]}]);
    let world = with(shop(), "orders", "multi_az", json!(false));
    let world = world.global::<Distribution>("D1", distribution(origins, &["both"], both));
    assert_eq!(world.derive().fact::<EntryPoint>("D1", "worst_zone_loss"), Some(json!("degraded")));
}

#[test]
fn a_function_in_a_vpc_runs_where_its_subnets_are() {
    let function = |subnets: &[&str]| {
        let mut group = targets("front", &[]);
        group["target_type"] = json!("lambda");
        group["targets"] =
            json!([{"id": arn::<Function>("api"), "state": "unavailable", "reason": "Target.HealthCheckDisabled"}]);
        let world = shop().with::<Function>(
            "api",
            json!({"subnets": subnets, "security_groups": ["sg-functions"], "timeout_seconds": 3}),
        );
        let world = world.with::<TargetGroup>("api", group);
        with(world, "front", "listeners", balancer("internet-facing", "sg-front", &["web", "api"])["listeners"].clone())
    };
    assert_eq!(worst(&function(&[])), Some(json!("survives")));
    assert_eq!(worst(&function(&["subnet-a", "subnet-b"])), Some(json!("survives")));
    assert_eq!(breaks(&function(&["subnet-a"])), ["eu-west-1a: api (its subnets are in eu-west-1a only)"]);
}

#[test]
fn a_gateway_in_another_zone_is_told_apart() {
    let routes = [json!({"destination": "0.0.0.0/0", "target": "nat-1", "active": true})];
    let world = with(shop(), "rtb", "routes", json!(routes));
    let world =
        world.with::<NatGateway>("nat-1", json!({"subnet": "subnet-a", "vpc": "vpc-1", "availability_mode": "zonal"}));
    assert_eq!(fact(&world, "zones_of_foreign_egress"), Some(json!(["eu-west-1a"])));
    assert_eq!(worst(&world), Some(json!("survives")), "requests are answered all the same");
    let regional = with(world, "nat-1", "availability_mode", json!("regional"));
    assert_eq!(fact(&regional, "zones_of_foreign_egress"), Some(json!([])));
    assert_eq!(fact(&shop().half_read::<RouteTable>(), "zones_of_foreign_egress"), None);
}

#[test]
fn a_server_is_a_way_in_by_an_open_address_that_no_load_balancer_covers() {
    let public = |id: &str, group: &str| {
        let route = json!({"destination": "0.0.0.0/0", "target": "igw-1", "active": true});
        let mut facts = server(ZONES[0], group, "10.0.9.10");
        (facts["public_ip"], facts["subnet"]) = (json!("203.0.113.9"), json!("subnet-open"));
        let world = shop()
            .with::<Subnet>("subnet-open", subnet(ZONES[0], "10.0.9.0/24"))
            .with::<RouteTable>(
                "rtb-open",
                json!({"vpc": "vpc-1", "main": false, "subnets": ["subnet-open"], "routes": [route]}),
            )
            .with::<Instance>(id, facts)
            .derive();
        let found = world.0.of("entry_point").find(|entry| entry.id == id).map(|entry| entry.facts.clone());
        found.map(|facts| facts.get("worst_zone_loss").cloned())
    };
    assert_eq!(public("i-blog", "sg-front"), Some(Some(json!("dies"))));
    assert_eq!(public("i-closed", "sg-web"), None);
}

fn on_path<F: waaudit_model::facts::Facts>(world: &SnapshotBuilder, id: &str) -> Option<Value> {
    world.clone().derive().fact::<F>(id, "on_request_path")
}

#[test]
fn what_a_way_in_leads_to_is_on_a_request_path() {
    assert_eq!(on_path::<DbInstance>(&shop(), "orders"), Some(json!(true)));
    assert_eq!(on_path::<Instance>(&shop(), "i-a"), Some(json!(true)));
    let mut replica = database(ZONES[1], false);
    replica["replica_of"] = json!("orders");
    assert_eq!(on_path::<DbInstance>(&shop().with::<DbInstance>("reader", replica), "reader"), Some(json!(true)));
}

/// The shop with a batch server and a database of its own, which nothing of the shop may call.
fn with_batch(rules: &Value) -> SnapshotBuilder {
    let mut own = database(ZONES[0], false);
    own["security_groups"] = json!(["sg-batch-data"]);
    shop()
        .with::<SecurityGroup>("sg-batch", json!({"ingress": [rule(22, "198.51.100.0/24")]}))
        .with::<SecurityGroup>("sg-batch-data", json!({"ingress": rules}))
        .with::<Instance>("i-batch", server(ZONES[0], "sg-batch", "10.0.1.90"))
        .with::<DbInstance>("reports", own)
}

#[test]
fn what_nothing_leads_to_is_on_none_where_all_was_read() {
    let world = with_batch(&json!([rule(5432, "sg-batch")]));
    assert_eq!(on_path::<Instance>(&world, "i-batch"), Some(json!(false)));
    assert_eq!(on_path::<DbInstance>(&world, "reports"), Some(json!(false)));
    for less in [
        world.clone().half_read::<LoadBalancer>(),
        world.clone().half_read::<Instance>(),
        world.clone().unread::<SecurityGroup>(),
        world.clone().half_read::<Function>(),
        world.clone().with::<TargetGroup>("denied", json!({"target_type": "instance"})),
    ] {
        assert_eq!(on_path::<DbInstance>(&less, "reports"), None);
    }
}

#[test]
fn what_some_way_may_lead_to_is_neither_on_a_path_nor_off_it() {
    let by_range = with_batch(&json!([rule(5432, "10.0.0.0/16")]));
    assert_eq!(on_path::<DbInstance>(&by_range, "reports"), None);
    let everywhere = with_batch(&json!([rule(5432, "0.0.0.0/0")]));
    assert_eq!(on_path::<DbInstance>(&everywhere, "reports"), None);
    // Who calls a function is not known.
    let function = json!({"subnets": ["subnet-a"], "security_groups": ["sg-functions"], "timeout_seconds": 3});
    let by_function = with_batch(&json!([rule(5432, "sg-functions")])).with::<Function>("api", function);
    assert_eq!(on_path::<DbInstance>(&by_function, "reports"), None);
}
