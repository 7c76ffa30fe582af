//! The graph of small worlds.

use serde_json::{Value, json};

use crate::derive::sample::{World, arn};
use crate::derive::shop::{ZONES, balancer, rule, server, shop, subnet, targets};
use crate::facts::autoscaling::Group;
use crate::facts::cloudfront::Distribution;
use crate::facts::cloudwatch::Alarm;
use crate::facts::ec2::{Instance, NatGateway, NetworkInterface, PrefixList, RouteTable, SecurityGroup, Subnet};
use crate::facts::ecs::Service;
use crate::facts::elasticache::{Cluster, ReplicationGroup, ServerlessCache};
use crate::facts::elb::{ClassicLoadBalancer, LoadBalancer, TargetGroup};
use crate::facts::entry_point::EntryPoint;
use crate::facts::lambda::{EventSourceMapping, Function};
use crate::facts::rds::DbInstance;
use crate::facts::route53::Record;
use crate::facts::sqs::Queue;
use crate::facts::wafv2::WebAcl;
use crate::graph::{Confidence, Edge, Graph, Relation};
use crate::settings::NonProduction;

fn draw(world: World) -> Graph {
    world.derive().0.graph
}

/// The edge between two nodes, if there is one.
fn edge(graph: &Graph, from: &str, to: &str) -> Option<(Relation, Confidence, bool)> {
    let found: Option<&Edge> = graph.edges.iter().find(|edge| edge.from == from && edge.to == to);
    found.map(|edge| (edge.relation, edge.confidence, edge.active))
}

fn calls(world: World, to: &str) -> Option<Confidence> {
    let (relation, confidence, _) = edge(&draw(world), &arn::<Instance>("i-a"), to)?;
    assert_eq!(relation, Relation::Calls);
    Some(confidence)
}

fn ends(world: World) -> Vec<String> {
    draw(world).ends.into_iter().map(|end| end.why).collect()
}

#[test]
fn requests_go_from_names_to_databases() {
    let distribution = json!({
        "enabled": true, "staging": false, "domain": "d1.cloudfront.net", "origin_group_members": [], "web_acl": null,
        "origins": [{"id": "o", "domain": "internet-facing.eu-west-1.elb.amazonaws.com", "custom_headers": []}],
        "behaviors": [{"path": "*", "origin": "o", "signed_only": false}],
    });
    let record = json!({"private": false, "record_name": "shop.example.com", "record_type": "A", "alias": "d1.cloudfront.net", "values": []});
    let graph = draw(shop().global::<Distribution>("D1", distribution).global::<Record>("r", record));
    let chain = [
        arn_of_global("route53", "r"),
        arn_of_global("cloudfront", "D1"),
        arn::<LoadBalancer>("front"),
        "listener-internet-facing".to_owned(),
        arn::<TargetGroup>("web"),
        arn::<Instance>("i-a"),
        arn::<DbInstance>("orders"),
    ];
    for pair in chain.windows(2) {
        let found = edge(&graph, &pair[0], &pair[1]);
        assert!(matches!(found, Some((_, Confidence::Exact, true))), "{pair:?}: {found:?}");
    }
    assert!(graph.ends.is_empty(), "{:?}", graph.ends);
    let entries: Vec<&str> = graph.nodes.iter().filter(|node| node.entry).map(|node| node.name.as_str()).collect();
    assert_eq!(entries, ["D1", "front"]);
}

fn arn_of_global(service: &str, id: &str) -> String {
    format!("arn:aws:{service}:global:111122223333:{id}")
}

#[test]
fn edges_are_drawn_by_both_ends_so_that_equal_accounts_give_equal_graphs() {
    let graph = draw(shop());
    let mut sorted = graph.edges.clone();
    sorted.sort_by(|a, b| (&a.from, &a.to, a.relation).cmp(&(&b.from, &b.to, b.relation)));
    assert_eq!(graph.edges, sorted);
    assert!(graph.nodes.is_sorted_by(|a, b| a.id < b.id));
}

#[test]
fn a_target_that_is_not_healthy_and_a_weight_of_zero_take_no_requests() {
    let mut idle = balancer("internet-facing", "sg-front", &["web"]);
    idle["listeners"][0]["rules"][0]["forwards"][0]["weight"] = json!(0);
    let graph = draw(
        World::new()
            .with::<LoadBalancer>("front", idle)
            .with::<TargetGroup>("web", targets("front", &[("i-a", "unhealthy")]))
            .with::<Instance>("i-a", server(ZONES[0], "sg-web", "10.0.1.10")),
    );
    let group = arn::<TargetGroup>("web");
    assert_eq!(edge(&graph, "listener-internet-facing", &group), Some((Relation::Forwards, Confidence::Exact, false)));
    assert_eq!(edge(&graph, &group, &arn::<Instance>("i-a")), Some((Relation::Forwards, Confidence::Exact, false)));
}

/// The shop whose database admits something else.
fn admitting(rules: &Value) -> World {
    let mut world = shop();
    let group = world.0.resources.iter_mut().find(|resource| resource.id == "sg-data").unwrap();
    group.facts.insert("ingress".to_owned(), rules.clone());
    world
}

#[test]
fn a_group_is_exact_a_narrow_range_strong_and_an_open_one_a_guess() {
    let database = arn::<DbInstance>("orders");
    let by = |source: &str| calls(admitting(&json!([rule(5432, source)])), &database);
    assert_eq!(by("sg-web"), Some(Confidence::Exact));
    assert_eq!(by("10.0.1.0/24"), Some(Confidence::Strong));
    assert_eq!(by("10.0.0.0/16"), Some(Confidence::Heuristic), "it holds the whole VPC");
    assert_eq!(by("0.0.0.0/0"), Some(Confidence::Heuristic));
    assert_eq!(by("10.0.2.0/24"), None, "it holds the other server");
    assert_eq!(by("sg-other"), None);
}

#[test]
fn a_rule_for_another_port_or_of_another_vpc_admits_nobody() {
    let database = arn::<DbInstance>("orders");
    assert_eq!(calls(admitting(&json!([rule(22, "sg-web")])), &database), None);
    let mut elsewhere = admitting(&json!([rule(5432, "10.0.1.0/24")]));
    let moved = elsewhere.0.resources.iter_mut().find(|resource| resource.id == "orders").unwrap();
    moved.facts.insert("vpc".to_owned(), json!("vpc-2"));
    assert_eq!(calls(elsewhere, &database), None, "the same addresses mean another server there");
}

#[test]
fn a_range_says_nothing_of_a_database_that_is_no_production() {
    let mut world = admitting(&json!([rule(5432, "10.0.0.0/16")]));
    let database = world.0.resources.iter_mut().find(|resource| resource.id == "orders").unwrap();
    database.tags.get_or_insert_default().insert("env".to_owned(), "QA".to_owned());
    assert_eq!(calls(world, &arn::<DbInstance>("orders")), None);
}

#[test]
fn caches_are_called_through_the_groups_of_their_members() {
    let member = json!({"replication_group": "sessions", "security_groups": ["sg-data"], "engine": "redis", "port": 6379, "subnet_group": null});
    let world = admitting(&json!([rule(6379, "sg-web")]))
        .with::<ReplicationGroup>("sessions", json!({}))
        .with::<Cluster>("sessions-1", member)
        .with::<Cluster>("pages", json!({"replication_group": null, "security_groups": ["sg-data"], "engine": "memcached", "port": 6379, "subnet_group": null}))
        .with::<ServerlessCache>("burst", json!({"subnets": [], "security_groups": ["sg-data"], "port": 6379}));
    for cache in [arn::<ReplicationGroup>("sessions"), arn::<Cluster>("pages"), arn::<ServerlessCache>("burst")] {
        assert_eq!(calls(world.clone(), &cache), Some(Confidence::Exact), "{cache}");
    }
}

#[test]
fn a_function_calls_from_its_subnets() {
    let function = json!({"subnets": ["subnet-a"], "security_groups": ["sg-functions"]});
    let world = admitting(&json!([rule(5432, "10.0.1.0/24")])).with::<Function>("bill", function);
    let found = edge(&draw(world), &arn::<Function>("bill"), &arn::<DbInstance>("orders"));
    assert_eq!(found, Some((Relation::Calls, Confidence::Strong, true)));
}

#[test]
fn a_server_is_called_for_sure_only_as_a_database() {
    let named = |name: &str| {
        let world = shop().with::<SecurityGroup>("sg-own", json!({"ingress": [rule(3306, "sg-web")]}));
        let world = world.with::<Instance>("i-own", server(ZONES[0], "sg-own", "10.0.1.20")).tagged("Name", name);
        calls(world, &arn::<Instance>("i-own"))
    };
    assert_eq!(named("reviews-mysql"), Some(Confidence::Strong));
    let world = shop()
        .with::<SecurityGroup>("sg-app", json!({"ingress": [rule(9000, "sg-web")]}))
        .with::<Instance>("i-app", server(ZONES[0], "sg-app", "10.0.1.20"));
    assert_eq!(calls(world, &arn::<Instance>("i-app")), Some(Confidence::Heuristic));
}

#[test]
fn an_internal_load_balancer_is_a_hop_between_tiers() {
    let world = shop()
        .with::<SecurityGroup>("sg-inner", json!({"ingress": [rule(443, "sg-web")]}))
        .with::<LoadBalancer>("inner", balancer("internal", "sg-inner", &[]));
    assert_eq!(calls(world, &arn::<LoadBalancer>("inner")), Some(Confidence::Exact));
}

#[test]
fn an_internal_classic_load_balancer_is_a_hop_between_tiers() {
    let inner = json!({
        "scheme": "internal", "subnets": ["subnet-a"], "security_groups": ["sg-inner"], "instances": [],
        "availability_zones": [ZONES[0]], "cross_zone": true,
    });
    let world = |inner: &Value| {
        shop()
            .with::<SecurityGroup>("sg-inner", json!({"ingress": [rule(443, "sg-web")]}))
            .with::<ClassicLoadBalancer>("inner", inner.clone())
    };
    let to = arn::<ClassicLoadBalancer>("inner");
    assert_eq!(calls(world(&inner), &to), Some(Confidence::Exact));
    let unplaced = json!({"scheme": "internal", "security_groups": ["sg-inner"], "instances": []});
    assert!(ends(world(&unplaced)).contains(&"whether it calls inner is unread".to_owned()));
    let public =
        json!({"scheme": "internet-facing", "subnets": ["subnet-a"], "security_groups": ["sg-inner"], "instances": []});
    assert_eq!(calls(world(&public), &to), None);
}

#[test]
fn interfaces_that_nothing_explains_may_be_called_and_may_call() {
    let interface = |group: &str, subnet: &str| {
        json!({
            "subnet": subnet, "vpc": "vpc-1", "interface_type": "interface", "status": "in-use", "public_ip": null, "ipv6_addresses": [],
            "private_ips": ["10.0.1.50"], "security_groups": [group], "instance": null,
        })
    };
    let world = admitting(&json!([rule(5432, "sg-proxy")]))
        .with::<SecurityGroup>("sg-proxy", json!({"ingress": [rule(5432, "sg-web")]}))
        .with::<NetworkInterface>("eni-proxy", interface("sg-proxy", "subnet-a"))
        .with::<NetworkInterface>("eni-data", interface("sg-data", "subnet-a"));
    let graph = draw(world);
    let proxy = "interfaces/vpc-1/sg-proxy";
    let guess = Some((Relation::Calls, Confidence::Heuristic, true));
    assert_eq!(edge(&graph, &arn::<Instance>("i-a"), proxy), guess);
    assert_eq!(edge(&graph, proxy, &arn::<DbInstance>("orders")), Some((Relation::Calls, Confidence::Exact, true)));
    assert!(!graph.nodes.iter().any(|node| node.id == "interfaces/vpc-1/sg-data"), "those of the database are its own");
}

#[test]
fn an_address_is_the_server_that_holds_it_or_stands_for_itself() {
    let interface = |address: &str, instance: Value| {
        json!({
            "subnet": "subnet-a", "vpc": "vpc-1", "interface_type": "interface", "status": "in-use", "public_ip": null, "ipv6_addresses": [],
            "private_ips": [address], "security_groups": ["sg-web"], "instance": instance,
        })
    };
    let mut by_address =
        targets("front", &[("10.0.1.10", "healthy"), ("10.0.1.60", "healthy"), ("10.0.9.9", "healthy")]);
    by_address["target_type"] = json!("ip");
    let world = shop()
        .with::<TargetGroup>("api", by_address)
        .with::<NetworkInterface>("eni-a", interface("10.0.1.10", json!("i-a")))
        .with::<NetworkInterface>("eni-task", interface("10.0.1.60", json!(null)));
    let graph = draw(world);
    let from = arn::<TargetGroup>("api");
    let sure = Some((Relation::Forwards, Confidence::Exact, true));
    assert_eq!(edge(&graph, &from, &arn::<Instance>("i-a")), sure);
    assert_eq!(edge(&graph, &from, "address/vpc-1/10.0.1.60"), sure);
    let called = edge(&graph, "address/vpc-1/10.0.1.60", &arn::<DbInstance>("orders"));
    assert_eq!(called, Some((Relation::Calls, Confidence::Exact, true)));
    let why = graph.ends.iter().find(|end| end.node == from).map(|end| end.why.as_str());
    assert_eq!(why, Some("who answers at 10.0.9.9 is not among what was read"));
}

#[test]
fn instances_join_the_group_that_holds_them_and_call_in_its_name() {
    let members = [
        json!({"instance": "i-a", "availability_zone": ZONES[0], "lifecycle_state": "InService", "health_status": "Healthy"}),
    ];
    let group = json!({
        "members": members, "target_groups": [arn::<TargetGroup>("web")], "classic_load_balancers": [], "subnets": ["subnet-a", "subnet-b"],
        "suspended_processes": [],
    });
    let graph = draw(shop().with::<Group>("web", group));
    let fleet = arn::<Group>("web");
    assert_eq!(edge(&graph, &arn::<Instance>("i-a"), &fleet), Some((Relation::Joins, Confidence::Exact, true)));
    assert_eq!(edge(&graph, &arn::<TargetGroup>("web"), &fleet), Some((Relation::Forwards, Confidence::Exact, false)));
    let called = edge(&graph, &fleet, &arn::<DbInstance>("orders"));
    assert_eq!(called, Some((Relation::Calls, Confidence::Exact, true)));
    assert_eq!(edge(&graph, &arn::<Instance>("i-a"), &arn::<DbInstance>("orders")), None);
}

#[test]
fn a_service_answers_in_its_target_groups_and_calls_from_its_subnets() {
    let service = |groups: Value| {
        json!({
            "status": "ACTIVE", "scheduling": "REPLICA", "desired_count": 2, "cluster": "shop", "launch_type": "FARGATE",
            "capacity_providers": [], "subnets": ["subnet-a", "subnet-b"], "security_groups": ["sg-web"], "target_groups": groups,
            "classic_load_balancers": [], "lattice_target_groups": [],
        })
    };
    let graph = draw(shop().with::<Service>("web", service(json!([arn::<TargetGroup>("web")]))));
    let node = arn::<Service>("web");
    assert_eq!(edge(&graph, &arn::<TargetGroup>("web"), &node), Some((Relation::Forwards, Confidence::Exact, true)));
    let called = edge(&graph, &node, &arn::<DbInstance>("orders"));
    assert_eq!(called, Some((Relation::Calls, Confidence::Exact, true)));
    let alone = draw(shop().with::<Service>("web", service(json!([]))));
    assert_eq!(edge(&alone, &arn::<TargetGroup>("web"), &node), None);
}

#[test]
fn servers_leave_by_the_route_table_of_their_subnet() {
    let routes = [json!({"destination": "0.0.0.0/0", "target": "nat-1", "active": true})];
    let world = World::new()
        .with::<Subnet>("subnet-a", subnet(ZONES[0], "10.0.1.0/24"))
        .with::<RouteTable>("rtb", json!({"vpc": "vpc-1", "main": true, "subnets": [], "routes": routes}))
        .with::<NatGateway>("nat-1", json!({"subnet": "subnet-a", "vpc": "vpc-1", "availability_mode": "zonal"}))
        .with::<Instance>("i-a", server(ZONES[0], "sg-web", "10.0.1.10"));
    let graph = draw(world);
    let chain =
        [arn::<Instance>("i-a"), arn::<Subnet>("subnet-a"), arn::<RouteTable>("rtb"), arn::<NatGateway>("nat-1")];
    for pair in chain.windows(2) {
        assert_eq!(edge(&graph, &pair[0], &pair[1]), Some((Relation::Leaves, Confidence::Exact, true)), "{pair:?}");
    }
}

#[test]
fn queues_web_acls_and_alarms_stand_beside_the_ways_of_requests() {
    let world = shop()
        .with::<Queue>("jobs", json!({}))
        .with::<Function>("bill", json!({"subnets": [], "security_groups": [], "timeout_seconds": 3}))
        .with::<EventSourceMapping>(
            "m",
            json!({"source": arn::<Queue>("jobs"), "function": arn::<Function>("bill"), "state": "Enabled"}),
        )
        .with::<WebAcl>(
            "acl",
            json!({"scope": "REGIONAL", "load_balancers": [arn::<LoadBalancer>("front")], "other_resources": []}),
        )
        .with::<Alarm>("cpu", json!({"namespaces": ["AWS/RDS"], "watches": ["orders"]}));
    let graph = draw(world);
    let pairs = [
        (arn::<Queue>("jobs"), arn::<Function>("bill"), Relation::Feeds),
        (arn::<WebAcl>("acl"), arn::<LoadBalancer>("front"), Relation::Guards),
        (arn::<Alarm>("cpu"), arn::<DbInstance>("orders"), Relation::Watches),
    ];
    for (from, to, relation) in pairs {
        assert_eq!(edge(&graph, &from, &to).map(|(found, ..)| found), Some(relation), "{from}");
    }
}

#[test]
fn the_graph_says_where_it_ends_unread() {
    assert!(ends(shop()).is_empty());
    let has = |world: World, words: &str| {
        let found = ends(world);
        assert!(found.iter().any(|why| why.contains(words)), "{words}: {found:?}");
    };
    has(shop().half_read::<DbInstance>(), "what it calls is unread: rds.db_instance of eu-west-1");
    has(
        shop().half_read::<TargetGroup>().with::<LoadBalancer>("other", balancer("internal", "sg-x", &["gone"])),
        "the target group that it forwards to could not be read",
    );
    has(shop().with::<TargetGroup>("denied", json!({"target_type": "instance"})), "its targets could not be read");
    has(
        shop().with::<DbInstance>("denied", json!({"cluster": null, "replica_of": null})),
        "whether it calls denied is unread",
    );
    has(shop().unread::<SecurityGroup>(), "whether it calls orders is unread");
    has(shop().with::<LoadBalancer>("denied", json!({"scheme": "internet-facing"})), "its listeners could not be read");
    let list = json!([{"id": "r", "protocol": "tcp", "from_port": 5432, "to_port": 5432, "prefix_list": "pl-1"}]);
    has(admitting(&list).unread::<PrefixList>(), "whether it calls orders is unread");
}

/// A distribution whose origin group has the domains of two others, or of itself.
fn leading_to(number: usize, others: [usize; 2]) -> Value {
    let origins = others.map(
        |other| json!({"id": format!("o{other}"), "domain": format!("d{other}.cloudfront.net"), "custom_headers": []}),
    );
    let group = json!({"id": "both", "origins": others.map(|other| format!("o{other}"))});
    json!({
        "enabled": true, "staging": false, "domain": format!("d{number}.cloudfront.net"), "web_acl": null, "origins": origins,
        "behaviors": [{"path": "*", "origin": "both", "signed_only": false, "methods": []}],
        "origin_group_members": [group],
    })
}

/// What the loss of a zone does to the first of some distributions.
fn fate_of(distributions: &[Value]) -> Option<Value> {
    let mut world = shop();
    for (number, facts) in distributions.iter().enumerate() {
        world = world.global::<Distribution>(&format!("D{number}"), facts.clone());
    }
    world.derive().fact::<EntryPoint>("D0", "worst_zone_loss")
}

#[test]
fn origins_that_lead_in_a_circle_end_nothing() {
    for length in [2, 3] {
        let circle: Vec<Value> =
            (0..length).map(|number| leading_to(number, [(number + 1) % length, (number + 1) % length])).collect();
        fate_of(&circle);
    }
    // One that leads to itself is drawn without that edge.
    fate_of(&[leading_to(0, [0, 0])]);
}

#[test]
fn a_long_chain_of_origin_groups_is_walked_once() {
    let chain: Vec<Value> = (0..40).map(|number| leading_to(number, [number + 1, number + 2])).collect();
    let begun = std::time::Instant::now();
    fate_of(&chain);
    assert!(begun.elapsed().as_secs() < 10, "{:?}", begun.elapsed());
}

#[test]
fn what_the_settings_call_no_production_hangs_on_no_range() {
    let staging = |settings: &NonProduction| {
        let world = shop()
            .with::<SecurityGroup>("sg-wide", json!({"ingress": [rule(5432, "10.0.1.0/24")]}))
            .with::<DbInstance>("copy", {
                let mut facts = crate::derive::shop::database(ZONES[0], false);
                facts["security_groups"] = json!(["sg-wide"]);
                facts
            })
            .tagged("env", "staging");
        let graph = world.derive_with(settings).0.graph;
        edge(&graph, &arn::<Instance>("i-a"), &arn::<DbInstance>("copy")).is_some()
    };
    assert!(staging(&NonProduction::default()));
    let named = NonProduction { tag_values: vec!["stag*".to_owned()], ..NonProduction::default() };
    assert!(!staging(&named));
    assert!(staging(&NonProduction { judge: true, ..named }));
}
