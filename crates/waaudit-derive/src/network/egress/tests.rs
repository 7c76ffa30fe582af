//! Ways out of a VPC, and what stays unread of them.

use serde_json::{Value, json};

use crate::testing::snapshot_builder::SnapshotBuilder;
use waaudit_model::facts::derived::vpc::Vpc;
use waaudit_model::facts::ec2::{
    NatGateway, NetworkInterface, RouteTable, Subnet, TransitGatewayAttachment, VpcEndpoint,
};

const A: &str = "eu-west-1a";
const B: &str = "eu-west-1b";

fn subnet(vpc: &str, zone: &str) -> Value {
    json!({"vpc": vpc, "availability_zone": zone})
}

fn interface(subnet: &str, description: &str) -> Value {
    json!({"subnet": subnet, "vpc": "vpc-1", "interface_type": "interface", "status": "in-use", "instance": null, "description": description})
}

fn table(vpc: &str, subnets: &[&str], target: &str) -> Value {
    let route = json!({"destination": "0.0.0.0/0", "target": target, "active": true});
    json!({"vpc": vpc, "main": subnets.is_empty(), "subnets": subnets, "routes": [route]})
}

fn gateway(subnet: Value, mode: Value) -> Value {
    json!({"state": "available", "vpc": "vpc-1", "subnet": subnet, "connectivity": null, "availability_mode": mode})
}

/// A public subnet in zone a, and a private one with a server in zones a and b each, which leave by one target.
fn world(target: &str) -> SnapshotBuilder {
    SnapshotBuilder::new()
        .with::<Subnet>("public", subnet("vpc-1", A))
        .with::<Subnet>("private-a", subnet("vpc-1", A))
        .with::<Subnet>("private-b", subnet("vpc-1", B))
        .with::<RouteTable>("rtb-public", table("vpc-1", &["public"], "igw-1"))
        .with::<RouteTable>("rtb-private", table("vpc-1", &[], target))
        .with::<NetworkInterface>("eni-a", interface("private-a", ""))
        .with::<NetworkInterface>("eni-b", interface("private-b", "arn:aws:ecs:eu-west-1:111122223333:attachment/1"))
}

fn fact(world: SnapshotBuilder, fact: &str) -> Option<Value> {
    world.derive().fact::<Vpc>("vpc-1", fact)
}

fn crosses(world: SnapshotBuilder) -> Option<Value> {
    fact(world, "leaves_through_other_zone")
}

fn way(subnet: &str, zone: &str, target: (&str, &str), zones: Value) -> Value {
    json!({"subnet": subnet, "availability_zone": zone, "target": target.0, "target_kind": target.1, "zones": zones})
}

#[test]
fn a_zonal_gateway_binds_all_that_leave_by_it_to_its_zone() {
    let world = world("nat-1").with::<NatGateway>("nat-1", gateway(json!("public"), json!("zonal")));
    let target = ("nat-1", "nat_gateway");
    let (a, b) = (way("private-a", A, target, json!([A])), way("private-b", B, target, json!([A])));
    assert_eq!(fact(world.clone(), "egress"), Some(json!([a, b])));
    assert_eq!(fact(world.clone(), "egress_zones"), Some(json!([A, B])));
    assert_eq!(fact(world.clone(), "cross_zone_egress"), Some(json!([b])));
    assert_eq!(crosses(world), Some(json!(true)));
}

#[test]
fn a_regional_gateway_is_in_every_zone() {
    let world = world("nat-1").with::<NatGateway>("nat-1", gateway(json!(null), json!("regional")));
    assert_eq!(fact(world.clone(), "cross_zone_egress"), Some(json!([])));
    assert_eq!(crosses(world), Some(json!(false)));
}

#[test]
fn an_instance_that_translates_addresses_is_in_one_zone() {
    let mut nat = interface("public", "");
    nat["instance"] = json!("i-nat");
    let world = world("eni-nat").with::<NetworkInterface>("eni-nat", nat);
    let b = way("private-b", B, ("eni-nat", "nat_instance"), json!([A]));
    assert_eq!(fact(world, "cross_zone_egress"), Some(json!([b])));
}

#[test]
fn a_firewall_is_followed_to_what_lies_behind_it() {
    let firewall = |zone: &str| {
        world("vpce-1")
            .with::<Subnet>("firewall", subnet("vpc-1", zone))
            .with::<VpcEndpoint>("vpce-1", json!({"vpc": "vpc-1", "subnets": ["firewall"]}))
            .with::<RouteTable>("rtb-firewall", table("vpc-1", &["firewall"], "nat-1"))
            .with::<NatGateway>("nat-1", gateway(json!("public"), json!(null)))
    };
    let zones = |zone: &str| fact(firewall(zone), "egress").map(|egress| egress[0]["zones"].clone());
    assert_eq!(zones(A), Some(json!([A])));
    assert_eq!(zones(B), Some(json!([A, B])));
    assert_eq!(crosses(firewall(A).half_read::<VpcEndpoint>()), Some(json!(true)));
    assert_eq!(crosses(firewall(A).unread::<VpcEndpoint>()), None);
}

#[test]
fn gateways_of_the_region_bind_to_no_zone_and_what_does_not_work_is_no_way() {
    assert_eq!(crosses(world("vgw-1")), Some(json!(false)));
    assert_eq!(crosses(world("eigw-1")), Some(json!(false)));
    assert_eq!(fact(world("nat-gone"), "egress"), Some(json!([])));
    let mut deleted = gateway(json!("public"), json!(null));
    deleted["state"] = json!("deleted");
    assert_eq!(fact(world("nat-1").with::<NatGateway>("nat-1", deleted), "egress"), Some(json!([])));
    assert_eq!(fact(world("local"), "egress"), Some(json!([])));
}

fn attachment(vpc: &str, subnets: &[&str]) -> Value {
    json!({"transit_gateway": "tgw-1", "vpc": vpc, "state": "available", "subnets": subnets})
}

/// Another VPC, by whose NAT gateways the first one leaves.
fn central(gateways: &[(&str, &str)]) -> SnapshotBuilder {
    let mut world = world("tgw-1").with::<TransitGatewayAttachment>("own", attachment("vpc-1", &["private-a"]));
    for (zone, gateway_zone) in gateways {
        let (inner, outer, nat) = (format!("in-{zone}"), format!("out-{zone}"), format!("nat-{zone}"));
        world = world
            .with::<Subnet>(&inner, subnet("vpc-2", zone))
            .with::<Subnet>(&outer, subnet("vpc-2", gateway_zone))
            .with::<RouteTable>(&format!("rtb-{inner}"), table("vpc-2", &[&inner], &nat))
            .with::<RouteTable>(&format!("rtb-{outer}"), table("vpc-2", &[&outer], "igw-2"))
            .with::<NatGateway>(&nat, gateway(json!(outer), json!(null)));
    }
    let inner: Vec<String> = gateways.iter().map(|(zone, _)| format!("in-{zone}")).collect();
    let inner: Vec<&str> = inner.iter().map(String::as_str).collect();
    world.with::<TransitGatewayAttachment>("central", attachment("vpc-2", &inner))
}

#[test]
fn a_transit_gateway_is_followed_to_the_vpc_that_leads_out() {
    assert_eq!(crosses(central(&[(A, A), (B, B)])), Some(json!(false)));
    assert_eq!(crosses(central(&[(A, A), (B, A)])), Some(json!(true)));
    assert_eq!(crosses(central(&[(A, A)])), Some(json!(true)));
    assert_eq!(crosses(central(&[(A, A), (B, B)]).half_read::<TransitGatewayAttachment>()), None);
}

#[test]
fn what_another_account_owns_stays_unread_and_says_so() {
    let world = world("tgw-1").with::<TransitGatewayAttachment>("own", attachment("vpc-1", &["private-a"])).derive();
    assert_eq!(world.fact::<Vpc>("vpc-1", "leaves_through_other_zone"), None);
    assert!(world.fact::<Vpc>("vpc-1", "egress").is_some());
    let why = world.0.of("vpc").find_map(|vpc| vpc.unread.get("leaves_through_other_zone").cloned());
    assert_eq!(why.as_deref(), Some("what is behind tgw-1 can't be seen from this account and region"));
}

#[test]
fn databases_and_load_balancers_leave_nowhere() {
    let quiet = |description: &str| {
        let world = SnapshotBuilder::new()
            .with::<Subnet>("private-b", subnet("vpc-1", B))
            .with::<RouteTable>("rtb", table("vpc-1", &[], "vgw-1"))
            .with::<NetworkInterface>("eni", interface("private-b", description));
        fact(world, "egress").map(|egress| egress.as_array().map(Vec::len))
    };
    assert_eq!(quiet("RDSNetworkInterface"), Some(Some(0)));
    assert_eq!(quiet("ELB app/web/50dc6c495c0c9188"), Some(Some(0)));
    assert_eq!(quiet("Primary network interface"), Some(Some(1)));
}

#[test]
fn egress_stays_unread_unless_all_of_the_network_was_read() {
    let world = || world("nat-1").with::<NatGateway>("nat-1", gateway(json!("public"), json!("zonal")));
    for half in [
        world().half_read::<Subnet>(),
        world().half_read::<RouteTable>(),
        world().half_read::<NetworkInterface>(),
        world().unread::<NatGateway>(),
    ] {
        assert_eq!(fact(half, "egress"), None);
    }
}
