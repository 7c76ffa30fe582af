//! What is drawn of accounts: boxes, lines, and marks.

use serde_json::json;
use waaudit_derive::Inventory;
use waaudit_derive::testing::snapshot_builder::{SnapshotBuilder, arn};
use waaudit_derive::testing::web_shop::{ZONES, server, shop, targets};
use waaudit_model::facts::autoscaling::Group;
use waaudit_model::facts::ec2::Instance;
use waaudit_model::facts::elb::TargetGroup;
use waaudit_model::facts::lambda::{Function, FunctionUrl};
use waaudit_model::facts::lightsail;
use waaudit_model::facts::rds::DbInstance;
use waaudit_model::facts::route53::Record;
use waaudit_model::topology::graph::Outcome;

use super::{MOST_BOXES, PathNode, RequestPaths, request_paths};
use crate::single_points::single_points;
use crate::testing::demo;
use crate::zone_loss::zone_loss;

fn paths(inventory: &Inventory) -> RequestPaths {
    request_paths(inventory, &zone_loss(inventory), &single_points(inventory))
}

impl RequestPaths {
    /// The boxes of a name.
    fn named(&self, name: &str) -> Vec<&PathNode> {
        self.nodes.iter().filter(|node| node.name == name).collect()
    }

    fn only(&self, name: &str) -> &PathNode {
        let found = self.named(name);
        let [only] = found.as_slice() else {
            panic!("{name}: {:?}", self.nodes.iter().map(|node| &node.name).collect::<Vec<_>>())
        };
        only
    }

    /// Whether the line from a box to another is certain, if there is one.
    fn line(&self, from: &str, to: &str) -> Option<bool> {
        let is = |place: usize, name: &str| self.nodes[place].name == name;
        self.edges.iter().find(|edge| is(edge.from, from) && is(edge.to, to)).map(|edge| edge.certain)
    }
}

#[test]
fn a_shop_is_a_balancer_servers_and_a_database() {
    let found = paths(&shop().inventory());
    let mut names: Vec<&str> = found.nodes.iter().map(|node| node.name.as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, ["front", "i-a", "i-b", "orders"], "what hands requests on is no box");
    assert!(found.only("front").way_in && !found.only("orders").way_in);
    assert_eq!(found.line("front", "i-a"), Some(true));
    assert_eq!(found.line("i-a", "orders"), Some(true));
    assert_eq!(found.line("front", "orders"), None);
    assert_eq!(found.only("i-a").zones.as_deref(), Some([ZONES[0].to_owned()].as_slice()));
    assert!(found.nodes.iter().all(|node| node.single_point.is_none()), "all have a standby");
}

#[test]
fn a_database_without_a_standby_is_marked_and_decides() {
    let mut world: SnapshotBuilder = shop();
    let found = world.0.resources.iter_mut().find(|one| one.id == "orders").expect("it is there");
    found.facts.insert("multi_az".to_owned(), json!(false));
    let found = paths(&world.inventory());
    let orders = found.only("orders");
    assert_eq!((orders.single_point, orders.decides), (Some(true), Some(Outcome::Dies)));
    assert_eq!(found.only("front").single_point, None);
}

/// Which boxes of a fleet decide, where a name leads to its servers' load balancer, and another to the address of one.
#[test]
fn a_server_of_a_fleet_whose_own_address_is_called_decides() {
    let members = [("i-a", ZONES[0]), ("i-b", ZONES[1])].map(|(instance, zone)| {
        json!({"instance": instance, "availability_zone": zone, "lifecycle_state": "InService", "health_status": "Healthy",
            "weight": null})
    });
    let fleet = json!({
        "min_size": 2, "max_size": 4, "desired_capacity": 2, "subnets": ["subnet-a", "subnet-b"],
        "availability_zones": ZONES, "target_groups": [arn::<TargetGroup>("web")], "classic_load_balancers": [],
        "members": members, "suspended_processes": [],
        "cpu_percent_p99": {"value": 40.0, "statistic": "p99", "window_days": 14, "points_share": 1.0},
    });
    let mut world = shop().with::<Group>("fleet", fleet);
    world.0.resources.retain(|one| one.id != "orders");
    assert!(paths(&world.clone().inventory()).nodes.iter().all(|node| node.decides != Some(Outcome::Dies)));
    let server = world.0.resources.iter_mut().find(|one| one.id == "i-a").expect("it is there");
    server.facts.insert("public_ip".to_owned(), json!("198.51.100.7"));
    let record = json!({"private": false, "record_name": "blog.example.com", "record_type": "A", "alias": null,
        "values": ["198.51.100.7"], "zone": "Z1", "weight": null, "failover": null, "latency_region": null,
        "geolocation": null, "multivalue": false, "other_routing": null, "health_check": null, "follows_target_health": null});
    let found = paths(&world.global::<Record>("blog/A", record).inventory());
    let boxes = found.named("fleet").into_iter();
    let decides: Vec<(&str, bool)> =
        boxes.map(|node| (node.resource.as_str(), node.decides == Some(Outcome::Dies))).collect();
    assert_eq!(decides, [(arn::<Instance>("i-a").as_str(), true), (arn::<Instance>("i-b").as_str(), false)]);
}

#[test]
fn what_no_request_gets_to_is_not_drawn() {
    let world = shop()
        .with::<Instance>("i-lone", server(ZONES[0], "sg-lone", "10.0.1.20"))
        .with::<DbInstance>("unused", json!({"status": "available"}));
    let found = paths(&world.inventory());
    assert!(found.named("i-lone").is_empty() && found.named("unused").is_empty());
}

#[test]
fn servers_that_are_alike_are_one_box_and_others_are_not() {
    let mut world = shop().with::<Instance>("i-c", server(ZONES[0], "sg-web", "10.0.1.20"));
    let group = world.0.resources.iter_mut().find(|one| one.id == "web").expect("it is there");
    let all = targets("front", &[("i-a", "healthy"), ("i-b", "healthy"), ("i-c", "healthy")]);
    group.facts.insert("targets".to_owned(), all["targets"].clone());
    let found = paths(&world.inventory());
    assert_eq!(found.only("i-a and 1 more").count, 2, "two in one zone");
    assert_eq!(found.only("i-b").count, 1, "one in the other");
    assert_eq!(found.line("front", "i-a and 1 more"), Some(true));
}

#[test]
fn many_ways_in_that_are_alike_take_one_box() {
    let facts =
        json!({"state": "running", "availability_zone": ZONES[0], "public_ip": "203.0.113.5", "ipv6_addresses": []});
    let all = (0..200).fold(SnapshotBuilder::new(), |world, number| {
        world.with::<lightsail::Instance>(&format!("l-{number:03}"), facts.clone())
    });
    let found = paths(&all.inventory());
    let one = found.only("l-000 and 199 more");
    assert!(one.way_in && one.count == 200 && one.single_point == Some(true));
    assert_eq!((found.nodes.len(), found.ways_in_left_out), (1, 0));
}

#[test]
fn ways_in_that_do_not_fit_are_counted() {
    let all = (0..MOST_BOXES).fold(SnapshotBuilder::new(), |world, number| {
        let (function, url) = (format!("f-{number:03}"), format!("u-{number:03}"));
        let leads = json!({"function": arn::<Function>(&function), "domain": "u.on.aws", "auth_type": "NONE"});
        world
            .with::<Function>(&function, json!({"subnets": [], "security_groups": [], "edge_copy_of": null}))
            .with::<FunctionUrl>(&url, leads)
    });
    let found = paths(&all.inventory());
    assert_eq!(found.nodes.len(), MOST_BOXES, "each way in has two boxes");
    assert_eq!(found.ways_in_left_out, MOST_BOXES / 2);
    assert_eq!(found.line("u-000", "f-000"), Some(true));
}

/// Written down from `fixtures/accounts/demo.json` and its graph before the first run.
#[test]
fn the_demo_is_drawn_by_zone_with_its_single_points() {
    let found = paths(&demo());
    let names = found.only("fernweh-outfitters.example and 1 more");
    assert!(names.way_in && names.count == 2 && names.kind == "route53.record");
    let web: Vec<Option<&str>> =
        found.named("shop-web").iter().map(|node| node.zones.as_ref().map(|zones| zones[0].as_str())).collect();
    assert_eq!(web, [Some("eu-west-1a"), Some("eu-west-1b")], "a box in each zone, named after the group");
    for lone in ["checkout", "orders-db", "reviews-mysql", "sessions", "fernweh-nat", "shop-legacy-01", "size-advisor"]
    {
        assert_eq!(found.only(lone).single_point, Some(true), "{lone}");
    }
    for spread in ["catalog", "search", "fernweh-shop"] {
        assert!(found.named(spread).iter().all(|node| node.single_point.is_none()), "{spread}");
    }
    assert_eq!(found.only("checkout").decides, Some(Outcome::Dies), "its target group is in one zone");
    assert_eq!(found.line("fernweh-shop", "checkout"), Some(true));
    assert_eq!(found.line("checkout", "orders-db"), Some(true));
    assert!(found.named("order-worker").is_empty(), "security groups merely allow calls to it");
    assert!(found.calls_left_out > 0);
    assert_eq!(found.ways_in_left_out, 0);
    let out = found.edges.iter().filter(|edge| edge.way_out).map(|edge| found.nodes[edge.to].name.as_str());
    assert!(out.clone().count() > 0 && out.clone().all(|name| name == "fernweh-nat"));
}
