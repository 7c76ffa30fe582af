//! Where an instance stands: its Auto Scaling group, its subnet, its root volume, and the web ports it opens.

use std::collections::BTreeMap;

use super::security::Groups;
use super::{Join, List, Patch, View};
use crate::facts::autoscaling::Group;
use crate::facts::ec2::{Instance, SecurityGroup, Subnet, Volume};
use crate::snapshot::Resource;

pub(super) const GROUP: Join = Join {
    kind: "ec2.instance",
    facts: &["auto_scaling_group"],
    reads: &["autoscaling.group"],
    learn: auto_scaling_group,
};
pub(super) const PUBLIC_SUBNET: Join = Join {
    kind: "ec2.instance",
    facts: &["in_public_subnet"],
    reads: &["ec2.subnet", "ec2.route_table"],
    learn: in_public_subnet,
};
pub(super) const ROOT_VOLUME: Join =
    Join { kind: "ec2.instance", facts: &["root_volume_gib"], reads: &["ec2.volume"], learn: root_volume };
pub(super) const OPEN_WEB_PORTS: Join =
    Join { kind: "ec2.instance", facts: &["open_web_ports"], reads: &["ec2.security_group"], learn: open_web_ports };

const WEB_PORTS: &[i64] = &[80, 443, 8080, 8443];

/// Auto Scaling writes it on its members; nobody else can.
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
    view.here::<Instance>().iter().map(|instance| instance.learn(&learned(instance.resource))).collect()
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
    view.here().iter().map(|instance| instance.learn(&learned(&instance.facts))).collect()
}

fn root_volume(view: &View) -> Vec<Patch> {
    let volumes = view.here::<Volume>();
    let volumes = volumes.by_id();
    let size = |instance: &Instance| {
        let root = instance.volumes.known()?.iter().find(|volume| volume.root)?;
        volumes.get(&root.volume)?.facts.size_gib.get()
    };
    let learned = |instance: &Instance| Instance { root_volume_gib: size(instance).into(), ..Instance::default() };
    view.here().iter().map(|instance| instance.learn(&learned(&instance.facts))).collect()
}

fn open_web_ports(view: &View) -> Vec<Patch> {
    let groups = view.here::<SecurityGroup>();
    let groups = Groups::new(&groups);
    let open = |instance: &Instance| groups.open_ports(instance.security_groups.known()?, WEB_PORTS);
    let learned = |instance: &Instance| Instance { open_web_ports: open(instance).into(), ..Instance::default() };
    view.here().iter().map(|instance| instance.learn(&learned(&instance.facts))).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::derive::sample::World;
    use crate::facts::autoscaling::Group;
    use crate::facts::ec2::{Instance, RouteTable, SecurityGroup, Subnet, Volume};

    fn group_with(instance: &str) -> Value {
        json!({"members": [{
            "instance": instance, "availability_zone": "eu-west-1a", "lifecycle_state": "InService", "health_status": "Healthy",
        }]})
    }

    #[test]
    fn an_instance_belongs_to_the_group_that_holds_it() {
        let world = World::new()
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
        let world = World::new()
            .with::<Instance>("i-1", json!({}))
            .tagged("aws:autoscaling:groupName", "web")
            .unread::<Group>()
            .derive();
        assert_eq!(world.fact::<Instance>("i-1", "auto_scaling_group"), Some(json!("web")));
    }

    #[test]
    fn groups_of_another_region_hold_nothing_here() {
        let world = World::new()
            .within::<Group>("us-east-1", "web", group_with("i-1"))
            .with::<Instance>("i-1", json!({}))
            .derive();
        assert_eq!(world.fact::<Instance>("i-1", "auto_scaling_group"), Some(json!(null)));
    }

    #[test]
    fn an_instance_is_in_a_public_subnet_if_its_subnet_is_public() {
        let route = json!({"destination": "::/0", "target": "igw-1", "active": true});
        let world = World::new()
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
        let world = World::new()
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

    #[test]
    fn open_web_ports_take_every_group_and_a_group_without_rules_opens_nothing() {
        let rule = json!({"id": "sgr-1", "protocol": "tcp", "from_port": 0, "to_port": 443, "cidr": "0.0.0.0/0"});
        let world = World::new()
            .with::<SecurityGroup>("sg-web", json!({"ingress": [rule]}))
            .with::<Instance>("i-1", json!({"security_groups": ["sg-web", "sg-empty"]}))
            .with::<Instance>("i-2", json!({"security_groups": ["sg-empty"]}));
        let derived = world.clone().derive();
        assert_eq!(derived.fact::<Instance>("i-1", "open_web_ports"), Some(json!([80, 443])));
        assert_eq!(derived.fact::<Instance>("i-2", "open_web_ports"), Some(json!([])));
        let half = world.half_read::<SecurityGroup>().derive();
        assert_eq!(half.fact::<Instance>("i-2", "open_web_ports"), None);
    }
}
