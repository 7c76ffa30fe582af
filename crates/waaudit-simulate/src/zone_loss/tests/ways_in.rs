//! Functions, Lightsail, accelerators, names and practice runs.

use super::*;

/// A function behind a URL.
fn function(subnets: &[&str]) -> SnapshotBuilder {
    SnapshotBuilder::new()
        .with::<Subnet>("subnet-a", subnet(A, "10.0.1.0/24"))
        .with::<Subnet>("subnet-b", subnet(B, "10.0.2.0/24"))
        .with::<RouteTable>("rtb", json!({"vpc": "vpc-1", "main": true, "subnets": [], "routes": []}))
        .with::<SecurityGroup>("sg-f", json!({"ingress": []}))
        .with::<Function>("f", json!({"subnets": subnets, "security_groups": ["sg-f"], "edge_copy_of": null}))
        .with::<FunctionUrl>("u", json!({"function": arn::<Function>("f"), "domain": "u.on.aws", "auth_type": "NONE"}))
}

#[test]
fn a_function_runs_in_the_zones_of_its_subnets() {
    assert_eq!(outcome(&function(&["subnet-a", "subnet-b"]), "u", A), Outcome::Survives);
    assert_eq!(outcome(&function(&["subnet-a"]), "u", A), Outcome::Dies);
}

/// Two servers of Lightsail behind its load balancer.
pub(super) fn lightsail(second: &str) -> SnapshotBuilder {
    let instance = |zone: &str| json!({"state": "running", "availability_zone": zone, "public_ip": "203.0.113.5", "ipv6_addresses": []});
    let balanced = |name: &str| json!({"instance": name, "health": "healthy"});
    SnapshotBuilder::new()
        .with::<lightsail::Instance>("l-1", instance(A))
        .with::<lightsail::Instance>("l-2", instance(second))
        .with::<lightsail::LoadBalancer>(
            "l",
            json!({"state": "active", "instances": [balanced("l-1"), balanced("l-2")]}),
        )
}

#[test]
fn a_load_balancer_of_lightsail_needs_healthy_servers_in_another_zone() {
    let spread = loss(&lightsail(B), "l", A);
    assert_eq!((spread.outcome, spread.basis), (Some(Outcome::Degraded), Some(Basis::Assumed)), "{:?}", spread.unknown);
    assert_eq!(outcome(&lightsail(A), "l", A), Outcome::Dies);
}

#[test]
fn a_server_of_lightsail_goes_with_its_zone() {
    let alone = SnapshotBuilder::new().with::<lightsail::Instance>(
        "l-1",
        json!({"state": "running", "availability_zone": A, "public_ip": "203.0.113.5", "ipv6_addresses": []}),
    );
    let world = alone.with::<lightsail::LoadBalancer>("l", json!({"state": "active", "instances": []}));
    assert_eq!(outcome(&world, "l-1", A), Outcome::Dies);
}

/// Two shops' worth of load balancers, each with a server of its own zone.
fn accelerated(endpoints: &[&str]) -> SnapshotBuilder {
    let mut front = balancer("internet-facing", "sg-front", &["web"]);
    front["listeners"][0]["arn"] = json!("listener-a");
    let mut back = balancer("internet-facing", "sg-front", &["back-web"]);
    back["listeners"][0]["arn"] = json!("listener-b");
    back["dns_name"] = json!("back.eu-west-1.elb.amazonaws.com");
    let ids: Vec<String> = endpoints.iter().map(|id| arn::<LoadBalancer>(id)).collect();
    let groups = json!([{"region": "eu-west-1", "traffic_percent": 100.0, "endpoints": ids}]);
    SnapshotBuilder::new()
        .with::<SecurityGroup>("sg-front", json!({"ingress": [rule(443, "0.0.0.0/0")]}))
        .with::<SecurityGroup>("sg-web", json!({"ingress": [rule(8080, "sg-front")]}))
        .with::<Subnet>("subnet-a", subnet(A, "10.0.1.0/24"))
        .with::<Subnet>("subnet-b", subnet(B, "10.0.2.0/24"))
        .with::<RouteTable>("rtb", json!({"vpc": "vpc-1", "main": true, "subnets": [], "routes": []}))
        .with::<LoadBalancer>("front", front)
        .with::<LoadBalancer>("back", back)
        .with::<TargetGroup>("web", targets("front", &[("i-a", "healthy")]))
        .with::<TargetGroup>("back-web", targets("back", &[("i-b", "healthy")]))
        .with::<Instance>("i-a", server(A, "sg-web", "10.0.1.10"))
        .with::<Instance>("i-b", server(B, "sg-web", "10.0.2.10"))
        .global::<Accelerator>(
            "acc",
            json!({"enabled": true, "dns_names": ["acc.awsglobalaccelerator.com"], "endpoint_groups": groups}),
        )
}

#[test]
fn an_accelerator_leads_to_its_healthy_endpoints() {
    let two = loss(&accelerated(&["front", "back"]), "acc", A);
    assert_eq!((two.outcome, two.basis), (Some(Outcome::FailsOver), Some(Basis::Assumed)), "{:?}", two.unknown);
    assert_eq!(outcome(&accelerated(&["front"]), "acc", A), Outcome::Dies);
}

/// A name that leads to both load balancers, which Route 53 chooses between by weight.
pub(super) fn weighted(checked: bool) -> SnapshotBuilder {
    let record = |to: &str| {
        json!({"private": false, "record_name": "shop.example.com", "record_type": "A", "alias": to, "values": [],
            "zone": "Z1", "weight": 1, "failover": null, "latency_region": null, "geolocation": null, "multivalue": false,
            "other_routing": null, "health_check": null, "follows_target_health": checked})
    };
    accelerated(&["front"])
        .global::<Record>("shop/A/1", record("internet-facing.eu-west-1.elb.amazonaws.com"))
        .global::<Record>("shop/A/2", record("back.eu-west-1.elb.amazonaws.com"))
}

#[test]
fn a_name_leaves_what_its_health_checks_call_unhealthy() {
    assert_eq!(outcome(&weighted(true), "shop.example.com", A), Outcome::FailsOver);
    assert_eq!(outcome(&weighted(false), "shop.example.com", A), Outcome::Dies);
}

#[test]
fn a_server_whose_address_a_name_leads_to_is_not_replaced_by_its_peers() {
    let record = json!({"private": false, "record_name": "blog.example.com", "record_type": "A", "alias": null,
        "values": ["198.51.100.7"], "zone": "Z1", "weight": null, "failover": null, "latency_region": null,
        "geolocation": null, "multivalue": false, "other_routing": null, "health_check": null, "follows_target_health": null});
    let world = set(stateless(Some(40.0)), "i-a", "public_ip", json!("198.51.100.7"));
    let world = world.global::<Record>("blog/A", record);
    assert_eq!(outcome(&world, "blog.example.com", A), Outcome::Dies);
    assert_eq!(outcome(&world, "blog.example.com", B), Outcome::Survives);
    assert_eq!(outcome(&world, "front", A), Outcome::Survives, "the load balancer does not need that address");
}

fn practiced(outcome: &str) -> SnapshotBuilder {
    let run = json!({"started_at": "2026-03-08T12:00:00Z", "outcome": outcome});
    let mut world = stateless(Some(40.0)).with::<ManagedResource>(
        "front",
        json!({"zones": ["euw1-az1"], "autoshift": true, "shifts": [], "outcome_alarms": [], "last_practice_run": run}),
    );
    let front = arn::<LoadBalancer>("front");
    world.0.resources.last_mut().expect("it was added").arn = front;
    world
}

#[test]
fn a_practice_run_that_failed_stands_against_what_was_computed() {
    let contradicted = loss(&practiced("FAILED"), "front", A);
    assert_eq!((contradicted.outcome, contradicted.basis), (Some(Outcome::Degraded), Some(Basis::Observed)));
    let against = contradicted.contradicted.expect("it is told");
    assert_eq!((against.practice_run.as_str(), against.computed), ("FAILED", Outcome::Survives));
    let proven = loss(&practiced("SUCCEEDED"), "front", A);
    assert_eq!((proven.outcome, proven.basis), (Some(Outcome::Survives), Some(Basis::Observed)));
    assert_eq!(proven.contradicted, None);
    let interrupted = loss(&practiced("INTERRUPTED"), "front", A);
    assert_eq!((interrupted.outcome, interrupted.basis), (Some(Outcome::Survives), Some(Basis::Computed)));
}
