//! VPC endpoints: the zones that their interfaces are in, and those of what may call them.

use super::egress::{Lists, Network};
use crate::engine::{Derivation, Item, Patch, View, all, distinct, reads};
use waaudit_model::facts::ec2::{
    NatGateway, NetworkInterface, RouteTable, Subnet, TransitGatewayAttachment, VpcEndpoint,
};

pub(crate) const ZONES: Derivation = Derivation {
    kind: "ec2.vpc_endpoint",
    facts: &["zones", "caller_zones", "callers_leave_otherwise"],
    reads: reads![
        NatGateway { state },
        NetworkInterface { description, instance, interface_type, status, subnet },
        RouteTable { main, routes, subnets, vpc },
        Subnet { availability_zone, public, vpc },
        TransitGatewayAttachment { transit_gateway },
        VpcEndpoint { subnets, vpc },
    ],
    compute: zones,
};

fn zones(view: &View) -> Vec<Patch> {
    let lists = Lists::of(view);
    let network = lists.network();
    view.here().iter().map(|endpoint| endpoint.patch(&learned(endpoint, &network))).collect()
}

fn learned(endpoint: &Item<VpcEndpoint>, network: &Network) -> VpcEndpoint {
    let zones = endpoint.facts.subnets.known().and_then(|subnets| network.zones(subnets));
    let callers = endpoint.facts.vpc.known().and_then(|vpc| network.used(vpc));
    let caller_zones = callers.as_ref().map(|callers| distinct(callers.iter().map(|(_, zone)| (*zone).to_owned())));
    let otherwise = callers.zip(zones.as_ref()).and_then(|(callers, zones)| {
        let elsewhere = callers.into_iter().filter(|(_, zone)| !zones.iter().any(|own| own == zone));
        all(elsewhere.map(|(subnet, _)| network.leaves(subnet)))
    });
    VpcEndpoint {
        zones: zones.into(),
        caller_zones: caller_zones.into(),
        callers_leave_otherwise: otherwise.into(),
        ..VpcEndpoint::default()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::snapshot_builder::SnapshotBuilder;
    use waaudit_model::facts::ec2::{NatGateway, NetworkInterface, RouteTable, Subnet, VpcEndpoint};

    fn world(subnets: Value) -> SnapshotBuilder {
        let subnet = |zone: &str| json!({"vpc": "vpc-1", "availability_zone": zone});
        let interface = |subnet: &str, description: &str| json!({"subnet": subnet, "vpc": "vpc-1", "interface_type": "interface", "status": "in-use", "description": description});
        SnapshotBuilder::new()
            .with::<Subnet>("a", subnet("eu-west-1a"))
            .with::<Subnet>("b", subnet("eu-west-1b"))
            .with::<Subnet>("c", subnet("eu-west-1c"))
            .with::<NetworkInterface>("eni-a", interface("a", ""))
            .with::<NetworkInterface>("eni-b", interface("b", "Primary network interface"))
            .with::<NetworkInterface>("eni-c", interface("c", "ELB app/web/50dc6c495c0c9188"))
            .with::<RouteTable>("rtb", json!({"vpc": "vpc-1", "main": true, "subnets": [], "routes": []}))
            .with::<VpcEndpoint>("vpce", json!({"vpc": "vpc-1", "subnets": subnets}))
    }

    fn fact(world: SnapshotBuilder, fact: &str) -> Option<Value> {
        world.derive().fact::<VpcEndpoint>("vpce", fact)
    }

    #[test]
    fn an_endpoint_is_in_the_zones_of_its_subnets_and_servers_call_it() {
        assert_eq!(fact(world(json!(["a"])), "zones"), Some(json!(["eu-west-1a"])));
        assert_eq!(fact(world(json!(["a"])), "caller_zones"), Some(json!(["eu-west-1a", "eu-west-1b"])));
        assert_eq!(fact(world(json!(["a"])).half_read::<NetworkInterface>(), "caller_zones"), None);
    }

    #[test]
    fn callers_of_other_zones_may_leave_by_a_default_route() {
        assert_eq!(fact(world(json!(["a"])), "callers_leave_otherwise"), Some(json!(false)));
        assert_eq!(fact(world(json!(["a", "b"])), "callers_leave_otherwise"), Some(json!(true)));
        let route = json!({"destination": "0.0.0.0/0", "target": "nat-1", "active": true});
        let with_nat = world(json!(["a"]))
            .with::<NatGateway>("nat-1", json!({"state": "available"}))
            .with::<RouteTable>("own", json!({"vpc": "vpc-1", "main": false, "subnets": ["b"], "routes": [route]}));
        assert_eq!(fact(with_nat, "callers_leave_otherwise"), Some(json!(true)));
    }
}
