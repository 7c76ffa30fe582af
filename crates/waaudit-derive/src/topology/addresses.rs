//! The addresses of a region, and what answers at them.

use std::collections::BTreeMap;
use std::net::IpAddr;

use ipnet::IpNet;

use super::builder::{Drawing, Standing};
use super::inputs::Region;
use super::station::{Sort, Station};
use crate::engine::Item;
use waaudit_model::facts::ec2::NetworkInterface;
use waaudit_model::facts::elb::Target;

/// The network interfaces of a region by VPC and private address.
pub(crate) struct Addresses<'l> {
    region: &'l Region<'l>,
    interfaces: BTreeMap<(&'l str, IpAddr), &'l Item<'l, NetworkInterface>>,
}

impl<'l> Addresses<'l> {
    pub(crate) fn new(region: &'l Region<'l>) -> Self {
        let mut interfaces = BTreeMap::new();
        for interface in region.interfaces.iter() {
            let Some(vpc) = interface.facts.vpc.known() else { continue };
            for address in addresses(interface.facts) {
                interfaces.insert((vpc.as_str(), address), interface);
            }
        }
        Self { region, interfaces }
    }

    /// The node that answers at a target's address: an instance, or the address itself where something else does.
    pub(crate) fn node_of(
        &self,
        vpc: Option<&Option<String>>,
        target: &Target,
        drawing: &mut Drawing,
    ) -> Option<String> {
        if target.availability_zone.is_some() {
            return None;
        }
        let (vpc, address) = (vpc?.as_deref()?, target.id.parse().ok()?);
        let interface = *self.interfaces.get(&(vpc, address))?;
        match interface.facts.instance.known()? {
            Some(id) => Some(self.region.instances.by_id().get(id)?.resource.arn.clone()),
            None => Some(self.address(vpc, &target.id, interface, drawing)),
        }
    }

    fn address(&self, vpc: &str, name: &str, interface: &Item<NetworkInterface>, drawing: &mut Drawing) -> String {
        let id = format!("address/{vpc}/{name}");
        let subnet = interface.facts.subnet.known();
        let zones = subnet.and_then(|subnet| self.region.zones_of(std::slice::from_ref(subnet)));
        let standing = Standing { zones, vpc: Some(vpc.to_owned()), ..Standing::default() };
        drawing.add(&id, "address", name, self.region.name, standing);
        id
    }

    /// Stations of the addresses that target groups name and no instance holds.
    pub(crate) fn stations(&self, drawing: &Drawing) -> Vec<Station<'l>> {
        let named = self.interfaces.iter().filter_map(|((vpc, address), interface)| {
            let node = format!("address/{vpc}/{address}");
            let groups = interface.facts.security_groups.known()?;
            drawing.has(&node).then(|| Station {
                vpc: Some(vpc),
                ranges: vec![IpNet::from(*address)],
                ..Station::new(node, groups, Sort::Unexplained)
            })
        });
        named.collect()
    }
}

pub(crate) fn addresses(interface: &NetworkInterface) -> Vec<IpAddr> {
    let lists = [interface.private_ips.known(), interface.ipv6_addresses.known()];
    lists.into_iter().flatten().flatten().filter_map(|address| address.parse().ok()).collect()
}
