//! The graph of small worlds.

use serde_json::{Value, json};

use crate::testing::snapshot_builder::{SnapshotBuilder, arn};
use crate::testing::web_shop::{ZONES, balancer, rule, server, shop, subnet, targets};
use waaudit_model::confidence::Confidence;
use waaudit_model::facts::autoscaling::Group;
use waaudit_model::facts::cloudfront::Distribution;
use waaudit_model::facts::cloudwatch::Alarm;
use waaudit_model::facts::derived::entry_point::EntryPoint;
use waaudit_model::facts::ec2::{
    Instance, NatGateway, NetworkInterface, PrefixList, RouteTable, SecurityGroup, Subnet,
};
use waaudit_model::facts::ecs::{self, Service, TaskDefinition};
use waaudit_model::facts::elb::{LoadBalancer, TargetGroup};
use waaudit_model::facts::lambda::{EventSourceMapping, Function};
use waaudit_model::facts::rds::DbInstance;
use waaudit_model::facts::route53::Record;
use waaudit_model::facts::sqs::Queue;
use waaudit_model::facts::wafv2::WebAcl;
use waaudit_model::topology::graph::{Edge, Graph, Loss, Outcome, Relation};

pub(super) fn draw(world: SnapshotBuilder) -> Graph {
    world.inventory().graph
}

/// The edge between two nodes, if there is one.
pub(super) fn edge(graph: &Graph, from: &str, to: &str) -> Option<(Relation, Confidence, bool)> {
    let found: Option<&Edge> = graph.edges.iter().find(|edge| edge.from == from && edge.to == to);
    found.map(|edge| (edge.relation, edge.confidence, edge.active))
}

pub(super) fn calls(world: SnapshotBuilder, to: &str) -> Option<Confidence> {
    let (relation, confidence, _) = edge(&draw(world), &arn::<Instance>("i-a"), to)?;
    assert_eq!(relation, Relation::Calls);
    Some(confidence)
}

pub(super) fn ends(world: SnapshotBuilder) -> Vec<String> {
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
        SnapshotBuilder::new()
            .with::<LoadBalancer>("front", idle)
            .with::<TargetGroup>("web", targets("front", &[("i-a", "unhealthy")]))
            .with::<Instance>("i-a", server(ZONES[0], "sg-web", "10.0.1.10")),
    );
    let group = arn::<TargetGroup>("web");
    assert_eq!(edge(&graph, "listener-internet-facing", &group), Some((Relation::Forwards, Confidence::Exact, false)));
    assert_eq!(edge(&graph, &group, &arn::<Instance>("i-a")), Some((Relation::Forwards, Confidence::Exact, false)));
}

/// The shop whose database admits something else.
pub(super) fn admitting(rules: &Value) -> SnapshotBuilder {
    let mut world = shop();
    let group = world.0.resources.iter_mut().find(|resource| resource.id == "sg-data").unwrap();
    group.facts.insert("ingress".to_owned(), rules.clone());
    world
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

/// An ECS service on Fargate.
fn service(subnets: &[&str], groups: &Value) -> Value {
    json!({
        "status": "ACTIVE", "scheduling": "REPLICA", "desired_count": 2, "cluster": "shop", "launch_type": "FARGATE",
        "capacity_providers": [], "subnets": subnets, "security_groups": ["sg-web"], "target_groups": groups,
        "classic_load_balancers": [], "lattice_target_groups": [],
    })
}

#[test]
fn a_service_answers_in_its_target_groups_and_calls_from_its_subnets() {
    let both = ["subnet-a", "subnet-b"];
    let graph = draw(shop().with::<Service>("web", service(&both, &json!([arn::<TargetGroup>("web")]))));
    let node = arn::<Service>("web");
    assert_eq!(edge(&graph, &arn::<TargetGroup>("web"), &node), Some((Relation::Forwards, Confidence::Exact, true)));
    let called = edge(&graph, &node, &arn::<DbInstance>("orders"));
    assert_eq!(called, Some((Relation::Calls, Confidence::Exact, true)));
    let alone = draw(shop().with::<Service>("web", service(&both, &json!([]))));
    assert_eq!(edge(&alone, &arn::<TargetGroup>("web"), &node), None);
}

/// Zones whose loss a node does not survive; of those that it survives, the graph says what is left.
fn harmed(losses: &[Loss]) -> usize {
    losses.iter().filter(|loss| loss.outcome > Outcome::Survives).count()
}

/// Fargate places tasks in the subnets of the service: Amazon ECS, "Fargate task networking".
#[test]
fn a_service_is_where_its_tasks_can_be_placed() {
    let standing = |world: SnapshotBuilder| {
        let node = draw(world).nodes.into_iter().find(|node| node.id == arn::<Service>("web")).unwrap();
        (node.zones, node.losses.map(|losses| harmed(&losses)))
    };
    let with = |subnets: &[&str]| shop().with::<Service>("web", service(subnets, &json!([])));
    let zones = |names: &[&str]| Some(names.iter().map(|name| (*name).to_owned()).collect());
    assert_eq!(standing(with(&["subnet-a", "subnet-b"])), (zones(&ZONES), Some(0)));
    assert_eq!(standing(with(&["subnet-a"])), (zones(&ZONES[..1]), Some(1)));
    assert_eq!(standing(with(&["subnet-a"]).unread::<Subnet>()), (None, None));
}

/// Without a strategy ECS spreads tasks over zones, and binpack fills one server first: Amazon ECS, "Use strategies to
/// define Amazon ECS task placement".
#[test]
fn tasks_on_servers_survive_a_zone_where_they_are_spread() {
    let servers =
        ZONES.map(|zone| json!({"instance": null, "availability_zone": zone, "provider": null, "attributes": {}}));
    let losses = |placement: Value| {
        let mut facts = service(&[], &json!([]));
        facts["launch_type"] = json!("EC2");
        facts["placement"] = placement;
        facts["placement_constraints"] = json!([]);
        facts["task_definition"] = json!(arn::<TaskDefinition>("web:1"));
        let world = shop()
            .with::<ecs::Cluster>("shop", json!({"servers": servers}))
            .with::<TaskDefinition>("web:1", json!({"placement_constraints": []}))
            .with::<Service>("web", facts);
        let node = draw(world).nodes.into_iter().find(|node| node.id == arn::<Service>("web")).unwrap();
        assert_eq!(node.zones.map(|zones| zones.len()), Some(2));
        node.losses.map(|losses| harmed(&losses))
    };
    assert_eq!(losses(json!([])), Some(0));
    assert_eq!(losses(json!([{"strategy": "spread", "field": "attribute:ecs.availability-zone"}])), Some(0));
    assert_eq!(losses(json!([{"strategy": "spread", "field": "instanceId"}])), None);
    assert_eq!(losses(json!([{"strategy": "binpack", "field": "memory"}])), None);
}

#[test]
fn servers_leave_by_the_route_table_of_their_subnet() {
    let routes = [json!({"destination": "0.0.0.0/0", "target": "nat-1", "active": true})];
    let world = SnapshotBuilder::new()
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
    let has = |world: SnapshotBuilder, words: &str| {
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
