//! Security groups: ingress rules, and the interfaces they are attached to.

use std::collections::BTreeMap;
use std::net::Ipv6Addr;

use crate::engine::{Derivation, Item, List, Lookup, Patch, View, all, any, distinct, only, reads};
use waaudit_model::facts::ec2::{IngressRule, NetworkInterface, SecurityGroup, Subnet};

pub(crate) const INTERFACES: Derivation = Derivation {
    kind: "ec2.security_group",
    facts: &["interfaces"],
    reads: reads![NetworkInterface { security_groups, status }, SecurityGroup {}],
    compute: interfaces,
};
pub(crate) const REACHABLE: Derivation = Derivation {
    kind: "ec2.security_group",
    facts: &["reachable_interfaces"],
    reads: reads![
        NetworkInterface { ipv6_addresses, public_ip, security_groups, status, subnet },
        SecurityGroup {},
        Subnet { public },
    ],
    compute: reachable_interfaces,
};

/// The port on which an engine of RDS serves where no other was chosen.
pub(crate) fn engine_port(engine: &str) -> Option<i64> {
    let ports = [
        ("aurora-mysql", 3306),
        ("aurora-postgresql", 5432),
        ("custom-oracle", 1521),
        ("custom-sqlserver", 1433),
        ("db2", 50_000),
        ("docdb", 27_017),
        ("mariadb", 3306),
        ("mysql", 3306),
        ("neptune", 8182),
        ("oracle", 1521),
        ("postgres", 5432),
        ("sqlserver", 1433),
    ];
    ports.iter().find(|(name, _)| engine.starts_with(name)).map(|(_, port)| *port)
}

/// How rules name TCP.
pub(crate) const TCP: &[&str] = &["tcp", "6"];

/// Whether a rule is about a port of one of some protocols. A port of -1 is AWS's other way to say all.
pub(crate) fn covers(rule: &IngressRule, protocols: &[&str], port: i64) -> bool {
    let from = rule.from_port.is_none_or(|from| from == -1 || from <= port);
    let to = rule.to_port.is_none_or(|to| to == -1 || port <= to);
    rule.protocol == "-1" || (protocols.contains(&rule.protocol.as_str()) && from && to)
}

/// The security groups of a region by id.
pub(crate) struct Groups<'l, 'a>(Lookup<'l, 'a, SecurityGroup>);

impl<'l, 'a> Groups<'l, 'a> {
    pub(crate) fn new(list: &'l List<'a, SecurityGroup>) -> Self {
        Self(list.by_id())
    }

    /// The inbound rules of a group. A group that is not listed has no rules.
    pub(crate) fn rules(&self, id: &str) -> Option<&'l [IngressRule]> {
        match self.0.get(id) {
            Some(group) => group.facts.ingress.known().map(Vec::as_slice),
            None => self.0.has(id).map(|_| &[][..]),
        }
    }

    /// The inbound rules of all groups that are attached to something.
    pub(crate) fn all_rules(&self, own_groups: &[String]) -> Option<Vec<&'l IngressRule>> {
        let rules = own_groups.iter().map(|id| self.rules(id)).collect::<Option<Vec<_>>>()?;
        Some(rules.into_iter().flatten().collect())
    }
}

fn interfaces(view: &View) -> Vec<Patch> {
    let interfaces = view.here::<NetworkInterface>();
    let wearers = Wearers::new(&interfaces);
    let learned = |id: &str| {
        let worn_by = wearers.as_ref().map(|wearers| ids(wearers.of(id)));
        SecurityGroup { interfaces: worn_by.into(), ..SecurityGroup::default() }
    };
    view.here::<SecurityGroup>().iter().map(|group| group.patch(&learned(&group.resource.id))).collect()
}

fn reachable_interfaces(view: &View) -> Vec<Patch> {
    let interfaces = view.here::<NetworkInterface>();
    let subnets = view.here::<Subnet>();
    let subnets = subnets.by_id();
    let wearers = Wearers::new(&interfaces);
    let learned = |id: &str| {
        let reachable = wearers.as_ref().and_then(|wearers| {
            only(wearers.of(id).iter().copied(), |interface| is_reachable(interface.facts, &subnets))
        });
        SecurityGroup { reachable_interfaces: reachable.as_deref().map(ids).into(), ..SecurityGroup::default() }
    };
    view.here::<SecurityGroup>().iter().map(|group| group.patch(&learned(&group.resource.id))).collect()
}

fn is_reachable(interface: &NetworkInterface, subnets: &Lookup<Subnet>) -> Option<bool> {
    let in_public = || subnets.get(interface.subnet.known()?)?.facts.public.get();
    let addressed = any([
        interface.public_ip.known().map(Option::is_some),
        interface.ipv6_addresses.known().map(|addresses| addresses.iter().any(|address| is_public_six(address))),
    ]);
    all([addressed, in_public()])
}

/// Whether an IPv6 address is one of the internet: 2000::/3. A VPC can have private ranges too.
fn is_public_six(address: &str) -> bool {
    address.parse::<Ipv6Addr>().is_ok_and(|address| address.segments()[0] >> 13 == 1)
}

fn ids(interfaces: &[&Item<NetworkInterface>]) -> Vec<String> {
    distinct(interfaces.iter().map(|interface| interface.resource.id.clone()))
}

/// The interfaces in use by the groups that they wear.
struct Wearers<'l, 'a>(BTreeMap<&'l str, Vec<&'l Item<'a, NetworkInterface>>>);

impl<'l, 'a> Wearers<'l, 'a> {
    fn new(interfaces: &'l List<'a, NetworkInterface>) -> Option<Self> {
        let mut by_group: BTreeMap<&str, Vec<&Item<NetworkInterface>>> = BTreeMap::new();
        for interface in interfaces.whole()? {
            if any([interface.facts.status.known().map(|status| status == "in-use")])? {
                for group in interface.facts.security_groups.known()? {
                    by_group.entry(group).or_default().push(interface);
                }
            }
        }
        Some(Self(by_group))
    }

    fn of(&self, group: &str) -> &[&'l Item<'a, NetworkInterface>] {
        self.0.get(group).map_or(&[], Vec::as_slice)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::snapshot_builder::SnapshotBuilder;
    use waaudit_model::facts::ec2::{NetworkInterface, RouteTable, SecurityGroup, Subnet};

    fn interface(group: &str, public_ip: Value, subnet: &str, status: &str) -> Value {
        json!({"security_groups": [group], "public_ip": public_ip, "ipv6_addresses": [], "subnet": subnet, "status": status})
    }

    fn world() -> SnapshotBuilder {
        let route = json!({"destination": "0.0.0.0/0", "target": "igw-1", "active": true});
        SnapshotBuilder::new()
            .with::<Subnet>("subnet-public", json!({"vpc": "vpc-1"}))
            .with::<Subnet>("subnet-private", json!({"vpc": "vpc-1"}))
            .with::<RouteTable>("rtb-1", json!({"vpc": "vpc-1", "main": true, "subnets": [], "routes": []}))
            .with::<RouteTable>(
                "rtb-2",
                json!({"vpc": "vpc-1", "main": false, "subnets": ["subnet-public"], "routes": [route]}),
            )
            .with::<SecurityGroup>("sg-1", json!({"ingress": []}))
            .with::<SecurityGroup>("sg-2", json!({"ingress": []}))
            .with::<NetworkInterface>("eni-open", interface("sg-1", json!("203.0.113.1"), "subnet-public", "in-use"))
            .with::<NetworkInterface>("eni-inner", interface("sg-1", json!("203.0.113.2"), "subnet-private", "in-use"))
            .with::<NetworkInterface>("eni-bare", interface("sg-1", json!(null), "subnet-public", "in-use"))
            .with::<NetworkInterface>("eni-idle", interface("sg-1", json!(null), "subnet-public", "available"))
    }

    #[test]
    fn interfaces_are_those_in_use_that_the_group_is_attached_to() {
        let derived = world().derive();
        let interfaces = |id: &str| derived.fact::<SecurityGroup>(id, "interfaces");
        assert_eq!(interfaces("sg-1"), Some(json!(["eni-bare", "eni-inner", "eni-open"])));
        assert_eq!(interfaces("sg-2"), Some(json!([])));
        let half = world().half_read::<NetworkInterface>().derive();
        assert_eq!(half.fact::<SecurityGroup>("sg-2", "interfaces"), None);
    }

    #[test]
    fn an_interface_is_reachable_with_a_public_address_in_a_public_subnet() {
        let reachable = |world: SnapshotBuilder| world.derive().fact::<SecurityGroup>("sg-1", "reachable_interfaces");
        assert_eq!(reachable(world()), Some(json!(["eni-open"])));
        let mut six = interface("sg-1", json!(null), "subnet-public", "in-use");
        six["ipv6_addresses"] = json!(["2001:db8::1"]);
        let with_six = world().with::<NetworkInterface>("eni-six", six);
        assert_eq!(reachable(with_six), Some(json!(["eni-open", "eni-six"])));
        let silent =
            json!({"security_groups": ["sg-1"], "public_ip": null, "subnet": "subnet-public", "status": "in-use"});
        assert_eq!(reachable(world().with::<NetworkInterface>("eni-silent", silent)), None);
        assert_eq!(reachable(world().half_read::<RouteTable>()), None);
        assert_eq!(reachable(world().unread::<Subnet>()), None);
        assert_eq!(reachable(world().half_read::<NetworkInterface>()), None);
    }
}
