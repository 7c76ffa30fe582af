//! EKS clusters and the servers that they run on. Node pools are Kubernetes' own: only the servers that it started show.

use std::collections::BTreeMap;

use super::subnets::zone_names;
use super::view::{all, any, distinct, only};
use super::{Item, Join, List, Patch, View};
use crate::facts::autoscaling::Group;
use crate::facts::ec2::{Instance, Subnet};
use crate::facts::eks::{Cluster, NodeGroup};

pub(super) const NODE_GROUPS: Join = Join {
    kind: "eks.cluster",
    facts: &["node_groups", "node_group_zones"],
    reads: &["eks.nodegroup", "ec2.subnet"],
    learn: node_groups,
};
pub(super) const NODES: Join = Join {
    kind: "eks.cluster",
    facts: &["running_nodes", "node_zones", "karpenter_nodes", "spot_nodes"],
    reads: &["ec2.instance"],
    learn: nodes,
};
pub(super) const AUTOSCALED: Join = Join {
    kind: "eks.cluster",
    facts: &["autoscaled_groups"],
    reads: &["autoscaling.group", "eks.nodegroup"],
    learn: autoscaled,
};

/// Tags whose value is a cluster's name: of managed node groups, of Auto Mode, and of AWS's own on every node.
const NAMING: &[&str] = &["eks:cluster-name", "eks:eks-cluster-name", "aws:eks:cluster-name"];
/// The beginning of tags that end in a cluster's name.
const OWNED: &str = "kubernetes.io/cluster/";
/// The same, of groups that the Cluster Autoscaler is to find.
const FOUND: &str = "k8s.io/cluster-autoscaler/";
/// The tag of groups that the Cluster Autoscaler may resize.
const RESIZED: &str = "k8s.io/cluster-autoscaler/enabled";
/// Karpenter's tags on what it starts, the newer one first.
const KARPENTER: &[&str] = &["karpenter.sh/nodepool", "karpenter.sh/provisioner-name"];

type Tags = BTreeMap<String, String>;

/// Whether a server belongs to any cluster of Kubernetes.
pub(super) fn is_any_node(tags: &Tags) -> bool {
    tags.keys().any(|key| NAMING.contains(&key.as_str()) || key.starts_with(OWNED))
}

fn belongs(tags: &Tags, cluster: &str) -> bool {
    let named = NAMING.iter().any(|key| tags.get(*key).is_some_and(|name| name == cluster));
    let ends = |key: &String| [OWNED, FOUND].iter().any(|start| key.strip_prefix(start) == Some(cluster));
    named || tags.keys().any(ends)
}

/// The node groups of a cluster.
fn of_cluster<'l, 'a>(cluster: &str, groups: &'l List<'a, NodeGroup>) -> Option<Vec<&'l Item<'a, NodeGroup>>> {
    only(groups.whole()?, |group| group.facts.cluster.known().map(|name| name == cluster))
}

fn node_groups(view: &View) -> Vec<Patch> {
    let (groups, subnets) = (view.here::<NodeGroup>(), view.here::<Subnet>());
    let learned = |cluster: &str| {
        let own = of_cluster(cluster, &groups);
        let zones = own.as_ref().and_then(|own| wanted_zones(own, &subnets));
        let names = own.map(|own| distinct(own.into_iter().map(|group| group.resource.id.clone())));
        Cluster { node_groups: names.into(), node_group_zones: zones.into(), ..Cluster::default() }
    };
    view.here::<Cluster>().iter().map(|cluster| cluster.learn(&learned(&cluster.resource.id))).collect()
}

/// The zones of the node groups that want a node.
fn wanted_zones(groups: &[&Item<NodeGroup>], subnets: &List<Subnet>) -> Option<Vec<String>> {
    let wanting = only(groups.iter(), |group| group.facts.desired_size.get().map(|size| size > 0))?;
    let named = wanting.into_iter().map(|group| group.facts.subnets.known().cloned()).collect::<Option<Vec<_>>>()?;
    zone_names(&named.concat(), subnets)
}

fn nodes(view: &View) -> Vec<Patch> {
    let instances = view.here::<Instance>();
    let learned = |cluster: &str| {
        let running = running(cluster, &instances);
        let zones = running.as_ref().and_then(|running| {
            let zones = running.iter().map(|node| node.facts.availability_zone.known().cloned());
            zones.collect::<Option<Vec<_>>>().map(distinct)
        });
        let by_karpenter = |node: &&&Item<Instance>| {
            node.resource.tags.as_ref().is_some_and(|tags| KARPENTER.iter().any(|key| tags.contains_key(*key)))
        };
        let karpenter = running.as_ref().map(|running| running.iter().filter(by_karpenter).count());
        let spot = running.as_ref().and_then(|running| {
            let lifecycles = running.iter().map(|node| node.facts.lifecycle.known());
            let spot = |lifecycle: &&&Option<String>| lifecycle.as_deref() == Some("spot");
            i64::try_from(lifecycles.collect::<Option<Vec<_>>>()?.iter().filter(spot).count()).ok()
        });
        Cluster {
            spot_nodes: spot.into(),
            running_nodes: running.as_ref().and_then(|running| i64::try_from(running.len()).ok()).into(),
            node_zones: zones.into(),
            karpenter_nodes: karpenter.and_then(|count| i64::try_from(count).ok()).into(),
            ..Cluster::default()
        }
    };
    view.here::<Cluster>().iter().map(|cluster| cluster.learn(&learned(&cluster.resource.id))).collect()
}

fn running<'l, 'a>(cluster: &str, instances: &'l List<'a, Instance>) -> Option<Vec<&'l Item<'a, Instance>>> {
    only(instances.whole()?, |instance| {
        let is_its = instance.resource.tags.as_ref().map(|tags| belongs(tags, cluster));
        all([instance.facts.state.known().map(|state| state == "running"), is_its])
    })
}

fn autoscaled(view: &View) -> Vec<Patch> {
    let (scaling, groups) = (view.here::<Group>(), view.here::<NodeGroup>());
    let learned = |cluster: &str| {
        let own = managed_groups(cluster, &groups);
        let resized = scaling.whole().and_then(|all| only(all, |group| is_resized(group, cluster, own.as_deref())));
        let names = resized.map(|groups| distinct(groups.into_iter().map(|group| group.resource.id.clone())));
        Cluster { autoscaled_groups: names.into(), ..Cluster::default() }
    };
    view.here::<Cluster>().iter().map(|cluster| cluster.learn(&learned(&cluster.resource.id))).collect()
}

/// The Auto Scaling groups of a cluster's node groups.
fn managed_groups(cluster: &str, groups: &List<NodeGroup>) -> Option<Vec<String>> {
    let own = of_cluster(cluster, groups)?.into_iter();
    let named = own.map(|group| group.facts.auto_scaling_groups.known().cloned());
    Some(named.collect::<Option<Vec<_>>>()?.concat())
}

fn is_resized(group: &Item<Group>, cluster: &str, managed: Option<&[String]>) -> Option<bool> {
    let tags = group.resource.tags.as_ref();
    let range = group.facts.min_size.get().zip(group.facts.max_size.get());
    let is_its =
        any([tags.map(|tags| belongs(tags, cluster)), managed.map(|names| names.contains(&group.resource.id))]);
    all([is_its, tags.map(|tags| tags.contains_key(RESIZED)), range.map(|(min, max)| max > min)])
}

#[cfg(test)]
#[path = "nodes_tests.rs"]
mod tests;
