//! A small web shop, and its parts, for tests of what leads where.

use serde_json::{Value, json};

use super::snapshot_builder::{SnapshotBuilder, arn};
use waaudit_model::facts::ec2::{Instance, RouteTable, SecurityGroup, Subnet};
use waaudit_model::facts::elb::{LoadBalancer, TargetGroup};
use waaudit_model::facts::rds::DbInstance;

/// Its zones.
pub const ZONES: [&str; 2] = ["eu-west-1a", "eu-west-1b"];

/// A rule that admits a group, or a range, on a port.
pub fn rule(port: i64, source: &str) -> Value {
    let key = if source.starts_with("sg-") { "group" } else { "cidr" };
    json!({"id": "sgr", "protocol": "tcp", "from_port": port, "to_port": port, key: source})
}

/// A running server in the subnet of a zone.
pub fn server(zone: &str, group: &str, address: &str) -> Value {
    json!({
        "state": "running", "availability_zone": zone, "subnet": format!("subnet-{}", &zone[9..]), "vpc": "vpc-1", "public_ip": null,
        "private_ip": address, "security_groups": [group], "usage_operation": "RunInstances", "image": null, "volumes": [],
        "launched_at": "2026-01-01T00:00:00Z",
    })
}

/// An Application Load Balancer in both zones that forwards to target groups.
pub fn balancer(scheme: &str, group: &str, targets: &[&str]) -> Value {
    let forwards: Vec<Value> =
        targets.iter().map(|target| json!({"target_group": arn::<TargetGroup>(target), "weight": 1})).collect();
    let rules = [json!({"is_default": true, "action": "forward", "required_headers": [], "forwards": forwards})];
    json!({
        "balancer_type": "application", "scheme": scheme, "state": "active", "vpc": "vpc-1", "security_groups": [group],
        "zones": ZONES.map(|zone| json!({"name": zone})), "cross_zone": true, "dns_name": format!("{scheme}.eu-west-1.elb.amazonaws.com"),
        "listeners": [{"arn": format!("listener-{scheme}"), "port": 443, "protocol": "HTTPS", "rules": rules}],
    })
}

/// A target group of instances with their states of health.
pub fn targets(balancer: &str, targets: &[(&str, &str)]) -> Value {
    let targets: Vec<Value> =
        targets.iter().map(|(id, state)| json!({"id": id, "port": 8080, "state": state})).collect();
    json!({
        "target_type": "instance", "vpc": "vpc-1", "load_balancers": [arn::<LoadBalancer>(balancer)], "cross_zone": null,
        "targets": targets,
    })
}

/// A PostgreSQL database, with a standby or without.
pub fn database(zone: &str, multi_az: bool) -> Value {
    json!({
        "status": "available", "engine": "postgres", "instance_class": "db.m7g.large", "multi_az": multi_az, "pending_multi_az": null,
        "availability_zone": zone, "secondary_availability_zone": null, "cluster": null, "replica_of": null, "replicas": [],
        "vpc": "vpc-1", "security_groups": ["sg-data"], "port": 5432,
    })
}

/// A subnet of the VPC.
pub fn subnet(zone: &str, block: &str) -> Value {
    json!({"vpc": "vpc-1", "availability_zone": zone, "availability_zone_id": zone, "cidr": block})
}

/// Two servers in two zones behind a public load balancer, and a database that their group may call.
pub fn shop() -> SnapshotBuilder {
    SnapshotBuilder::new()
        .with::<Subnet>("subnet-a", subnet(ZONES[0], "10.0.1.0/24"))
        .with::<Subnet>("subnet-b", subnet(ZONES[1], "10.0.2.0/24"))
        .with::<RouteTable>("rtb", json!({"vpc": "vpc-1", "main": true, "subnets": [], "routes": []}))
        .with::<SecurityGroup>("sg-front", json!({"ingress": [rule(443, "0.0.0.0/0")]}))
        .with::<SecurityGroup>("sg-web", json!({"ingress": [rule(8080, "sg-front")]}))
        .with::<SecurityGroup>("sg-data", json!({"ingress": [rule(5432, "sg-web")]}))
        .with::<LoadBalancer>("front", balancer("internet-facing", "sg-front", &["web"]))
        .with::<TargetGroup>("web", targets("front", &[("i-a", "healthy"), ("i-b", "healthy")]))
        .with::<Instance>("i-a", server(ZONES[0], "sg-web", "10.0.1.10"))
        .with::<Instance>("i-b", server(ZONES[1], "sg-web", "10.0.2.10"))
        .with::<DbInstance>("orders", database(ZONES[0], true))
}
