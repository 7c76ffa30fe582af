//! What surrounds an instance: its Auto Scaling group, its subnet, its root volume, and the ports open to the internet.

use std::collections::BTreeMap;

use crate::engine::{Derivation, Item, List, Patch, View, distinct, reads};
use crate::network::data_ports::default_ports;
use crate::network::open_ports::{Openness, Span, Transport};
use waaudit_model::facts::autoscaling::Group;
use waaudit_model::facts::ec2::{Instance, NetworkInterface, PrefixList, SecurityGroup, Subnet, Volume};
use waaudit_model::snapshot::Resource;

pub(crate) const GROUP: Derivation = Derivation {
    kind: "ec2.instance",
    facts: &["auto_scaling_group"],
    reads: reads![Group { members }, Instance {}],
    compute: auto_scaling_group,
};
pub(crate) const PUBLIC_SUBNET: Derivation = Derivation {
    kind: "ec2.instance",
    facts: &["in_public_subnet"],
    reads: reads![Instance { subnet }, Subnet { public }],
    compute: in_public_subnet,
};
pub(crate) const ROOT_VOLUME: Derivation = Derivation {
    kind: "ec2.instance",
    facts: &["root_volume_gib"],
    reads: reads![Instance { volumes }, Volume { size_gib }],
    compute: root_volume,
};
pub(crate) const OPEN_SERVICE_PORTS: Derivation = Derivation {
    kind: "ec2.instance",
    facts: &["open_service_ports"],
    reads: reads![
        Instance { security_groups },
        NetworkInterface { instance, security_groups },
        PrefixList { ranges },
        SecurityGroup { ingress },
    ],
    compute: open_service_ports,
};

/// Ports of remote administration and of VPNs, on which people come in and no users: SSH, RDP, WinRM, VNC; PPTP, IKE, L2TP,
/// OpenVPN, WireGuard.
const PEOPLE: &[(Transport, i64)] = &[
    (Transport::Tcp, 22),
    (Transport::Tcp, 1194),
    (Transport::Tcp, 1723),
    (Transport::Tcp, 3389),
    (Transport::Tcp, 5900),
    (Transport::Tcp, 5901),
    (Transport::Tcp, 5985),
    (Transport::Tcp, 5986),
    (Transport::Udp, 500),
    (Transport::Udp, 1194),
    (Transport::Udp, 1701),
    (Transport::Udp, 3389),
    (Transport::Udp, 4500),
    (Transport::Udp, 51_820),
];

/// Auto Scaling writes it on its members; no one else can.
const GROUP_TAG: &str = "aws:autoscaling:groupName";

fn auto_scaling_group(view: &View) -> Vec<Patch> {
    let groups = view.here::<Group>();
    let (group_of, all_known) = members(&groups);
    let group = |instance: &Resource| {
        let tagged = instance.tags.as_ref().and_then(|tags| tags.get(GROUP_TAG).cloned());
        let held = || group_of.get(instance.id.as_str()).map(|group| (*group).to_owned());
        let found = tagged.or_else(held);
        (found.is_some() || all_known).then_some(found)
    };
    let learned = |instance: &Resource| Instance { auto_scaling_group: group(instance).into(), ..Instance::default() };
    view.here::<Instance>().iter().map(|instance| instance.patch(&learned(instance.resource))).collect()
}

/// The group of each member, and whether those are all the members there are.
fn members<'l>(groups: &'l List<Group>) -> (BTreeMap<&'l str, &'l str>, bool) {
    let mut group_of = BTreeMap::new();
    let mut all_known = groups.whole().is_some();
    for group in groups.iter() {
        all_known &= !group.facts.members.is_unread();
        for member in group.facts.members.known().into_iter().flatten() {
            group_of.insert(member.instance.as_str(), group.resource.id.as_str());
        }
    }
    (group_of, all_known)
}

fn in_public_subnet(view: &View) -> Vec<Patch> {
    let subnets = view.here::<Subnet>();
    let subnets = subnets.by_id();
    let public = |instance: &Instance| match instance.subnet.known()? {
        Some(subnet) => subnets.get(subnet)?.facts.public.get(),
        None => Some(false),
    };
    let learned = |instance: &Instance| Instance { in_public_subnet: public(instance).into(), ..Instance::default() };
    view.here().iter().map(|instance| instance.patch(&learned(instance.facts))).collect()
}

fn root_volume(view: &View) -> Vec<Patch> {
    let volumes = view.here::<Volume>();
    let volumes = volumes.by_id();
    let size = |instance: &Instance| {
        let root = instance.volumes.known()?.iter().find(|volume| volume.root)?;
        volumes.get(&root.volume)?.facts.size_gib.get()
    };
    let learned = |instance: &Instance| Instance { root_volume_gib: size(instance).into(), ..Instance::default() };
    view.here().iter().map(|instance| instance.patch(&learned(instance.facts))).collect()
}

fn open_service_ports(view: &View) -> Vec<Patch> {
    let (groups, lists) = (view.here::<SecurityGroup>(), view.here::<PrefixList>());
    let openness = Openness::new(&groups, &lists);
    let interfaces = view.here::<NetworkInterface>();
    let of_interfaces = groups_by_instance(&interfaces);
    let open = |instance: &Item<Instance>| {
        let further = of_interfaces.as_ref()?.get(instance.resource.id.as_str()).into_iter().flatten().copied();
        let attached = distinct(instance.facts.security_groups.known()?.iter().chain(further).cloned());
        let mut ports = Vec::new();
        for transport in [Transport::Tcp, Transport::Udp] {
            let spans = openness.open_spans(&attached, transport)?;
            let of_services = spans.into_iter().filter_map(|span| without(span, &other_ports(transport)));
            ports.extend(of_services.map(|span| span_in_words(span, transport)));
        }
        Some(ports)
    };
    let learned =
        |instance: &Item<Instance>| Instance { open_service_ports: open(instance).into(), ..Instance::default() };
    view.here::<Instance>().iter().map(|instance| instance.patch(&learned(instance))).collect()
}

/// The security groups of all interfaces of each instance: an instance itself names those of its first one.
fn groups_by_instance<'l>(interfaces: &'l List<NetworkInterface>) -> Option<BTreeMap<&'l str, Vec<&'l String>>> {
    let mut groups: BTreeMap<&str, Vec<&String>> = BTreeMap::new();
    for interface in interfaces.whole()? {
        if let Some(instance) = interface.facts.instance.known()? {
            groups.entry(instance).or_default().extend(interface.facts.security_groups.known()?);
        }
    }
    Some(groups)
}

/// Ports that serve no application: those of people, and of databases and caches, on which another rule looks.
fn other_ports(transport: Transport) -> Vec<i64> {
    let people = PEOPLE.iter().filter(|(by, _)| *by == transport).map(|(_, port)| *port);
    people.chain(default_ports(transport)).collect()
}

/// A run of ports; nothing of one that holds other ports alone. A wide one stays whole: no one opens a thousand ports for
/// the one of SSH among them.
fn without(span: Span, other: &[i64]) -> Option<Span> {
    let only_other = span.to - span.from < 64 && (span.from..=span.to).all(|port| other.contains(&port));
    (!only_other).then_some(span)
}

fn span_in_words(span: Span, transport: Transport) -> String {
    let name = transport.name();
    if span.from == span.to { format!("{}/{name}", span.from) } else { format!("{}-{}/{name}", span.from, span.to) }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::snapshot_builder::SnapshotBuilder;
    use waaudit_model::facts::autoscaling::Group;
    use waaudit_model::facts::ec2::{
        Instance, NetworkInterface, PrefixList, RouteTable, SecurityGroup, Subnet, Volume,
    };

    fn group_with(instance: &str) -> Value {
        json!({"members": [{
            "instance": instance, "availability_zone": "eu-west-1a", "lifecycle_state": "InService", "health_status": "Healthy",
        }]})
    }

    #[test]
    fn an_instance_belongs_to_the_group_that_holds_it() {
        let world = SnapshotBuilder::new()
            .with::<Group>("web", group_with("i-1"))
            .with::<Instance>("i-1", json!({}))
            .with::<Instance>("i-2", json!({}));
        let derived = world.clone().derive();
        assert_eq!(derived.fact::<Instance>("i-1", "auto_scaling_group"), Some(json!("web")));
        assert_eq!(derived.fact::<Instance>("i-2", "auto_scaling_group"), Some(json!(null)));
        let half = world.half_read::<Group>().derive();
        assert_eq!(half.fact::<Instance>("i-1", "auto_scaling_group"), Some(json!("web")));
        assert_eq!(half.fact::<Instance>("i-2", "auto_scaling_group"), None);
    }

    #[test]
    fn the_tag_tells_the_group_where_groups_are_unread() {
        let world = SnapshotBuilder::new()
            .with::<Instance>("i-1", json!({}))
            .tagged("aws:autoscaling:groupName", "web")
            .unread::<Group>()
            .derive();
        assert_eq!(world.fact::<Instance>("i-1", "auto_scaling_group"), Some(json!("web")));
    }

    #[test]
    fn groups_of_another_region_hold_nothing_here() {
        let world = SnapshotBuilder::new()
            .within::<Group>("us-east-1", "web", group_with("i-1"))
            .with::<Instance>("i-1", json!({}))
            .derive();
        assert_eq!(world.fact::<Instance>("i-1", "auto_scaling_group"), Some(json!(null)));
    }

    #[test]
    fn an_instance_is_in_a_public_subnet_if_its_subnet_is_public() {
        let route = json!({"destination": "::/0", "target": "igw-1", "active": true});
        let world = SnapshotBuilder::new()
            .with::<Subnet>("subnet-a", json!({"vpc": "vpc-1"}))
            .with::<RouteTable>("rtb", json!({"vpc": "vpc-1", "main": true, "subnets": [], "routes": [route]}))
            .with::<Instance>("i-1", json!({"subnet": "subnet-a"}))
            .with::<Instance>("gone", json!({"subnet": null}));
        let derived = world.clone().derive();
        assert_eq!(derived.fact::<Instance>("i-1", "in_public_subnet"), Some(json!(true)));
        assert_eq!(derived.fact::<Instance>("gone", "in_public_subnet"), Some(json!(false)));
        assert_eq!(world.unread::<RouteTable>().derive().fact::<Instance>("i-1", "in_public_subnet"), None);
    }

    #[test]
    fn the_root_volume_is_the_one_on_the_root_device() {
        let world = SnapshotBuilder::new()
            .with::<Volume>("vol-root", json!({"size_gib": 8}))
            .with::<Volume>("vol-data", json!({"size_gib": 500}))
            .with::<Instance>(
                "i-1",
                json!({"volumes": [
                    {"device": "/dev/sdb", "volume": "vol-data", "root": false},
                    {"device": "/dev/xvda", "volume": "vol-root", "root": true},
                ]}),
            );
        assert_eq!(world.clone().derive().fact::<Instance>("i-1", "root_volume_gib"), Some(json!(8)));
        assert_eq!(world.unread::<Volume>().derive().fact::<Instance>("i-1", "root_volume_gib"), None);
    }

    fn open(world: &SnapshotBuilder, id: &str) -> Option<Value> {
        world.clone().derive().fact::<Instance>(id, "open_service_ports")
    }

    fn admitting(protocol: &str, from: i64, to: i64, source: &str, value: &str) -> Value {
        json!({"id": "sgr-1", "protocol": protocol, "from_port": from, "to_port": to, source: value})
    }

    #[test]
    fn any_port_of_a_service_counts_and_a_group_without_rules_opens_nothing() {
        let world = SnapshotBuilder::new()
            .with::<SecurityGroup>("sg-web", json!({"ingress": [admitting("tcp", 3000, 3001, "cidr", "0.0.0.0/0")]}))
            .with::<SecurityGroup>("sg-game", json!({"ingress": [admitting("17", 7777, 7777, "cidr", "::/0")]}))
            .with::<Instance>("i-1", json!({"security_groups": ["sg-web", "sg-game", "sg-empty"]}))
            .with::<Instance>("i-2", json!({"security_groups": ["sg-empty"]}));
        assert_eq!(open(&world, "i-1"), Some(json!(["3000-3001/tcp", "7777/udp"])));
        assert_eq!(open(&world, "i-2"), Some(json!([])));
        assert_eq!(open(&world.half_read::<SecurityGroup>(), "i-2"), None);
    }

    #[test]
    fn every_interface_counts() {
        let world = SnapshotBuilder::new()
            .with::<SecurityGroup>("sg-web", json!({"ingress": [admitting("tcp", 8000, 8000, "cidr", "0.0.0.0/0")]}))
            .with::<NetworkInterface>("eni-2", json!({"instance": "i-1", "security_groups": ["sg-web"]}))
            .with::<Instance>("i-1", json!({"security_groups": []}));
        assert_eq!(open(&world, "i-1"), Some(json!(["8000/tcp"])));
        assert_eq!(open(&world.half_read::<NetworkInterface>(), "i-1"), None);
    }

    #[test]
    fn ports_of_people_and_of_databases_are_no_services() {
        let rules = json!([
            admitting("tcp", 22, 22, "cidr", "0.0.0.0/0"),
            admitting("tcp", 5985, 5986, "cidr", "0.0.0.0/0"),
            admitting("udp", 51_820, 51_820, "cidr", "0.0.0.0/0"),
            admitting("tcp", 5432, 5432, "cidr", "0.0.0.0/0"),
            admitting("icmp", -1, -1, "cidr", "0.0.0.0/0"),
        ]);
        let world = SnapshotBuilder::new()
            .with::<SecurityGroup>("sg-1", json!({"ingress": rules}))
            .with::<SecurityGroup>("sg-all", json!({"ingress": [admitting("-1", -1, -1, "cidr", "0.0.0.0/0")]}))
            .with::<Instance>("i-1", json!({"security_groups": ["sg-1"]}))
            .with::<Instance>("i-2", json!({"security_groups": ["sg-all"]}));
        assert_eq!(open(&world, "i-1"), Some(json!([])));
        assert_eq!(open(&world, "i-2"), Some(json!(["0-65535/tcp", "0-65535/udp"])));
    }

    #[test]
    fn a_prefix_list_counts_for_what_it_holds() {
        let world = |lists: SnapshotBuilder| {
            lists
                .with::<SecurityGroup>("sg-1", json!({"ingress": [admitting("tcp", 443, 443, "prefix_list", "pl-1")]}))
                .with::<Instance>("i-1", json!({"security_groups": ["sg-1"]}))
        };
        let holding = |ranges: Value| {
            world(SnapshotBuilder::new().with::<PrefixList>("pl-1", json!({"list_name": "clients", "ranges": ranges})))
        };
        assert_eq!(open(&holding(json!(["0.0.0.0/0"])), "i-1"), Some(json!(["443/tcp"])));
        assert_eq!(open(&holding(json!(["0.0.0.0/1", "128.0.0.0/1"])), "i-1"), Some(json!(["443/tcp"])));
        assert_eq!(open(&holding(json!(["203.0.113.0/24"])), "i-1"), Some(json!([])));
        let unread = SnapshotBuilder::new().with::<PrefixList>("pl-1", json!({"list_name": "clients"}));
        assert_eq!(open(&world(unread), "i-1"), None);
        assert_eq!(open(&world(SnapshotBuilder::new().unread::<PrefixList>()), "i-1"), None);
    }
}
