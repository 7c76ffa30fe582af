//! Which instances are behind load balancers: registered by id, or by an address that is theirs.
//!
//! An address belongs to the target group's own VPC. An address outside it (AWS names its zone) belongs to no one here.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use crate::engine::{Derivation, Item, List, Patch, View, any, distinct, reads};
use crate::network::open_ports::{Openness, Transport};
use waaudit_model::facts::ec2::{Instance, NetworkInterface, PrefixList, SecurityGroup};
use waaudit_model::facts::elb::{ClassicLoadBalancer, Target, TargetGroup};

pub(crate) const REGISTERED: Derivation = Derivation {
    kind: "ec2.instance",
    facts: &["target_groups", "healthy_in"],
    reads: reads![
        ClassicLoadBalancer { instance_ports, instances },
        Instance { private_ip, vpc },
        NetworkInterface { instance, private_ips },
        TargetGroup { protocol, target_type, targets, vpc },
    ],
    compute: registered,
};
pub(crate) const OPEN_PORTS: Derivation = Derivation {
    kind: "ec2.instance",
    facts: &["open_target_ports"],
    reads: reads![
        ClassicLoadBalancer { instance_ports, instances },
        Instance { private_ip, security_groups, vpc },
        NetworkInterface { instance, private_ips },
        PrefixList { ranges },
        SecurityGroup { ingress },
        TargetGroup { protocol, target_type, targets, vpc },
    ],
    compute: open_target_ports,
};

/// One place in a target group or Classic Load Balancer.
#[derive(Clone, Copy)]
struct Registration<'l> {
    /// The target group's ARN, or the Classic Load Balancer's name.
    container: &'l str,
    healthy: bool,
    ports: &'l [i64],
    port: Option<i64>,
    /// The protocols of its ports; nothing where they were not read.
    transports: Option<&'static [Transport]>,
}

/// All registrations of a region, by who is registered.
#[derive(Default)]
struct Registrations<'l> {
    by_instance: BTreeMap<&'l str, Vec<Registration<'l>>>,
    by_address: BTreeMap<&'l str, BTreeMap<&'l str, Vec<Registration<'l>>>>,
    /// VPCs with a target whose owner can't be told, since the IPv6 addresses of interfaces are not collected.
    unclear: BTreeSet<&'l str>,
}

impl<'l> Registrations<'l> {
    fn new(groups: &'l List<TargetGroup>, classics: &'l List<ClassicLoadBalancer>) -> Option<Self> {
        let mut all = Self::default();
        for group in groups.whole()? {
            all.add_group(group)?;
        }
        for classic in classics.whole()? {
            let ports = classic.facts.instance_ports.known().map_or(&[][..], Vec::as_slice);
            let place = Registration {
                container: &classic.resource.id,
                healthy: true,
                ports,
                port: None,
                transports: Some(&[Transport::Tcp]),
            };
            for instance in classic.facts.instances.known()? {
                all.by_instance.entry(instance).or_default().push(place);
            }
        }
        Some(all)
    }

    fn add_group(&mut self, group: &'l Item<TargetGroup>) -> Option<()> {
        let target_type = group.facts.target_type.known()?.as_str();
        for target in group.facts.targets.known()? {
            let place = Registration {
                container: &group.resource.arn,
                healthy: target.state == "healthy",
                ports: &[],
                port: target.port,
                transports: group.facts.protocol.known().map(|protocol| Transport::of(protocol.as_deref())),
            };
            match target_type {
                "instance" => self.by_instance.entry(&target.id).or_default().push(place),
                "ip" => self.add_address(group.facts.vpc.known()?.as_deref()?, target, place),
                _ => {}
            }
        }
        Some(())
    }

    fn add_address(&mut self, vpc: &'l str, target: &'l Target, place: Registration<'l>) {
        if target.availability_zone.is_some() {
            return;
        }
        if matches!(target.id.parse(), Ok(IpAddr::V6(_))) {
            self.unclear.insert(vpc);
        }
        self.by_address.entry(vpc).or_default().entry(&target.id).or_default().push(place);
    }

    /// The registrations of an instance. Its addresses only matter where addresses are registered in its VPC.
    fn of(&self, instance: &Item<Instance>, addresses: &Addresses) -> Option<Vec<Registration<'l>>> {
        let id = instance.resource.id.as_str();
        let mut found = self.by_instance.get(id).cloned().unwrap_or_default();
        if self.by_address.is_empty() {
            return Some(found);
        }
        let Some(vpc) = instance.facts.vpc.known()? else { return Some(found) };
        if self.unclear.contains(vpc.as_str()) {
            return None;
        }
        let Some(registered) = self.by_address.get(vpc.as_str()) else { return Some(found) };
        let own = addresses.of(instance)?;
        found.extend(own.iter().filter_map(|address| registered.get(address.as_str())).flatten());
        Some(found)
    }
}

/// The private addresses of all interfaces, by the instance that holds them; nothing where some are not known.
struct Addresses<'l>(Option<BTreeMap<&'l str, Vec<&'l String>>>);

impl<'l> Addresses<'l> {
    fn new(interfaces: &'l List<NetworkInterface>) -> Self {
        Self(Self::by_instance(interfaces))
    }

    fn by_instance(interfaces: &'l List<NetworkInterface>) -> Option<BTreeMap<&'l str, Vec<&'l String>>> {
        let mut by_instance: BTreeMap<&str, Vec<&String>> = BTreeMap::new();
        for interface in interfaces.whole()? {
            if let Some(instance) = interface.facts.instance.known()? {
                by_instance.entry(instance).or_default().extend(interface.facts.private_ips.known()?);
            }
        }
        Some(by_instance)
    }

    fn of(&self, instance: &'l Item<Instance>) -> Option<BTreeSet<&'l String>> {
        let attached = self.0.as_ref()?.get(instance.resource.id.as_str()).into_iter().flatten().copied();
        Some(attached.chain(instance.facts.private_ip.known()?).collect())
    }
}

fn registered(view: &View) -> Vec<Patch> {
    let (groups, classics, interfaces) = (view.here(), view.here(), view.here());
    let all = Registrations::new(&groups, &classics);
    let addresses = Addresses::new(&interfaces);
    let learned = |instance: &Item<Instance>| {
        let own = all.as_ref().and_then(|all| all.of(instance, &addresses));
        Instance {
            target_groups: own.as_deref().map(|own| containers(own.iter())).into(),
            healthy_in: own.as_deref().map(|own| containers(own.iter().filter(|place| place.healthy))).into(),
            ..Instance::default()
        }
    };
    view.here().iter().map(|instance| instance.patch(&learned(instance))).collect()
}

fn containers<'p, 'l: 'p>(places: impl Iterator<Item = &'p Registration<'l>>) -> Vec<String> {
    distinct(places.map(|place| place.container.to_owned()))
}

fn open_target_ports(view: &View) -> Vec<Patch> {
    let (groups, classics, interfaces) = (view.here(), view.here::<ClassicLoadBalancer>(), view.here());
    let (rules, lists) = (view.here::<SecurityGroup>(), view.here::<PrefixList>());
    let openness = Openness::new(&rules, &lists);
    let ports_known = classics.iter().all(|classic| !classic.facts.instance_ports.is_unread());
    let all = Registrations::new(&groups, &classics).filter(|_| ports_known);
    let addresses = Addresses::new(&interfaces);
    let open = |instance: &Item<Instance>| {
        let attached = instance.facts.security_groups.known()?;
        let mut open = Vec::new();
        for place in all.as_ref()?.of(instance, &addresses)? {
            for port in place.ports.iter().copied().chain(place.port) {
                if any(place.transports?.iter().map(|by| openness.admits_all(attached, *by, port)))? {
                    open.push(port);
                }
            }
        }
        Some(distinct(open))
    };
    let learned =
        |instance: &Item<Instance>| Instance { open_target_ports: open(instance).into(), ..Instance::default() };
    view.here().iter().map(|instance| instance.patch(&learned(instance))).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::snapshot_builder::{SnapshotBuilder, arn};
    use waaudit_model::facts::ec2::{Instance, NetworkInterface, SecurityGroup};
    use waaudit_model::facts::elb::{ClassicLoadBalancer, TargetGroup};

    fn target(id: &str, state: &str) -> Value {
        json!({"id": id, "port": 8080, "state": state})
    }

    fn instance(address: &str) -> Value {
        json!({"vpc": "vpc-1", "private_ip": address, "security_groups": ["sg-1"]})
    }

    fn world() -> SnapshotBuilder {
        let open = json!({"id": "sgr-1", "protocol": "tcp", "from_port": 8080, "to_port": 8080, "cidr": "0.0.0.0/0"});
        SnapshotBuilder::new()
            .with::<TargetGroup>("web", json!({"target_type": "instance", "protocol": "HTTP", "targets": [target("i-1", "healthy")]}))
            .with::<TargetGroup>(
                "api",
                json!({"target_type": "ip", "protocol": "TCP", "vpc": "vpc-1", "targets": [target("10.0.0.1", "unhealthy"), target("10.0.0.9", "healthy")]}),
            )
            .with::<TargetGroup>(
                "elsewhere",
                json!({"target_type": "ip", "protocol": "TCP", "vpc": "vpc-2", "targets": [target("10.0.0.1", "healthy")]}),
            )
            .with::<ClassicLoadBalancer>("old", json!({"instances": ["i-2"], "instance_ports": [80]}))
            .with::<NetworkInterface>("eni-2", json!({"instance": "i-2", "private_ips": ["10.0.0.2", "10.0.0.9"]}))
            .with::<SecurityGroup>("sg-1", json!({"ingress": [open]}))
            .with::<Instance>("i-1", instance("10.0.0.1"))
            .with::<Instance>("i-2", instance("10.0.0.2"))
            .with::<Instance>("i-3", instance("10.0.0.3"))
    }

    #[test]
    fn an_instance_is_registered_by_id_by_any_of_its_addresses_or_in_a_classic_balancer() {
        let world = world().derive();
        let groups = |id: &str| world.fact::<Instance>(id, "target_groups");
        assert_eq!(groups("i-1"), Some(json!([arn::<TargetGroup>("api"), arn::<TargetGroup>("web")])));
        assert_eq!(groups("i-2"), Some(json!([arn::<TargetGroup>("api"), "old"])));
        assert_eq!(groups("i-3"), Some(json!([])));
    }

    #[test]
    fn only_the_groups_that_count_it_healthy_are_healthy() {
        let world = world().derive();
        let healthy = |id: &str| world.fact::<Instance>(id, "healthy_in");
        assert_eq!(healthy("i-1"), Some(json!([arn::<TargetGroup>("web")])));
        assert_eq!(healthy("i-2"), Some(json!([arn::<TargetGroup>("api"), "old"])));
    }

    #[test]
    fn open_target_ports_are_those_that_a_balancer_uses() {
        let world = world().derive();
        assert_eq!(world.fact::<Instance>("i-1", "open_target_ports"), Some(json!([8080])));
        assert_eq!(world.fact::<Instance>("i-3", "open_target_ports"), Some(json!([])));
    }

    #[test]
    fn registrations_stay_unread_unless_every_list_was_read() {
        let unread = |world: SnapshotBuilder| {
            let world = world.derive();
            assert_eq!(world.fact::<Instance>("i-1", "target_groups"), None);
            assert_eq!(world.fact::<Instance>("i-3", "healthy_in"), None);
            assert_eq!(world.fact::<Instance>("i-3", "open_target_ports"), None);
        };
        unread(world().half_read::<TargetGroup>());
        unread(world().half_read::<ClassicLoadBalancer>());
        unread(world().half_read::<NetworkInterface>());
        unread(world().with::<TargetGroup>("denied", json!({"target_type": "instance"})));
        unread(world().with::<TargetGroup>(
            "v6",
            json!({"target_type": "ip", "protocol": "TCP", "vpc": "vpc-1", "targets": [target("2001:db8::1", "healthy")]}),
        ));
    }

    #[test]
    fn interfaces_do_not_matter_where_no_address_is_registered() {
        let world = SnapshotBuilder::new()
            .with::<TargetGroup>(
                "web",
                json!({"target_type": "instance", "protocol": "HTTP", "targets": [target("i-1", "healthy")]}),
            )
            .with::<Instance>("i-1", instance("10.0.0.1"))
            .unread::<NetworkInterface>()
            .derive();
        assert_eq!(world.fact::<Instance>("i-1", "target_groups"), Some(json!([arn::<TargetGroup>("web")])));
    }
}
