//! EKS clusters and the servers that they run on. Node pools are Kubernetes' own: only the servers that it started show.

use std::collections::BTreeMap;

use crate::engine::{Derivation, Item, List, Patch, Referrers, View, all, any, distinct, one, only, reads};
use crate::network::subnets::zone_names;
use waaudit_model::facts::autoscaling::Group;
use waaudit_model::facts::ec2::{Instance, Subnet};
use waaudit_model::facts::eks::{Cluster, NodeGroup};

pub(crate) const NODE_GROUPS: Derivation = Derivation {
    kind: "eks.cluster",
    facts: &["node_groups", "node_group_zones"],
    reads: reads![Cluster {}, NodeGroup { cluster, desired_size, subnets }, Subnet { availability_zone }],
    compute: node_groups,
};
pub(crate) const NODES: Derivation = Derivation {
    kind: "eks.cluster",
    facts: &["running_nodes", "node_zones", "karpenter_nodes", "spot_nodes"],
    reads: reads![Cluster {}, Instance { availability_zone, lifecycle, state }],
    compute: nodes,
};
pub(crate) const AUTOSCALED: Derivation = Derivation {
    kind: "eks.cluster",
    facts: &["autoscaled_groups"],
    reads: reads![Cluster {}, Group { max_size, min_size }, NodeGroup { auto_scaling_groups, cluster }],
    compute: autoscaled,
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
pub(crate) fn is_any_node(tags: &Tags) -> bool {
    tags.keys().any(|key| NAMING.contains(&key.as_str()) || key.starts_with(OWNED))
}

fn belongs(tags: &Tags, cluster: &str) -> bool {
    let named = NAMING.iter().any(|key| tags.get(*key).is_some_and(|name| name == cluster));
    let ends = |key: &String| [OWNED, FOUND].iter().any(|start| key.strip_prefix(start) == Some(cluster));
    named || tags.keys().any(ends)
}

/// The clusters that tags name.
fn clusters(tags: &Tags) -> Vec<&str> {
    let named = NAMING.iter().filter_map(|key| tags.get(*key)).map(String::as_str);
    let ends = tags.keys().flat_map(|key| [OWNED, FOUND].into_iter().filter_map(|start| key.strip_prefix(start)));
    named.chain(ends).collect()
}

/// The node groups of a cluster.
fn of_cluster<'l, 'a>(cluster: &str, groups: &Referrers<'l, 'a, NodeGroup>) -> Option<Vec<&'l Item<'a, NodeGroup>>> {
    only(groups.whole_of(cluster)?, |group| group.facts.cluster.known().map(|name| name == cluster))
}

fn node_groups(view: &View) -> Vec<Patch> {
    let (groups, subnets) = (view.here::<NodeGroup>(), view.here::<Subnet>());
    let groups = groups.by(|group| one(group.facts.cluster.known()));
    let learned = |cluster: &str| {
        let own = of_cluster(cluster, &groups);
        let zones = own.as_ref().and_then(|own| wanted_zones(own, &subnets));
        let names = own.map(|own| distinct(own.into_iter().map(|group| group.resource.id.clone())));
        Cluster { node_groups: names.into(), node_group_zones: zones.into(), ..Cluster::default() }
    };
    view.here::<Cluster>().iter().map(|cluster| cluster.patch(&learned(&cluster.resource.id))).collect()
}

/// The zones of the node groups that want a node.
fn wanted_zones(groups: &[&Item<NodeGroup>], subnets: &List<Subnet>) -> Option<Vec<String>> {
    let wanting = only(groups.iter(), |group| group.facts.desired_size.get().map(|size| size > 0))?;
    let named = wanting.into_iter().map(|group| group.facts.subnets.known().cloned()).collect::<Option<Vec<_>>>()?;
    zone_names(&named.concat(), subnets)
}

fn nodes(view: &View) -> Vec<Patch> {
    let instances = view.here::<Instance>();
    let instances = instances.by(|instance| Some(clusters(instance.resource.tags.as_ref()?)));
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
    view.here::<Cluster>().iter().map(|cluster| cluster.patch(&learned(&cluster.resource.id))).collect()
}

fn running<'l, 'a>(cluster: &str, instances: &Referrers<'l, 'a, Instance>) -> Option<Vec<&'l Item<'a, Instance>>> {
    only(instances.whole_of(cluster)?, |instance| {
        let is_its = instance.resource.tags.as_ref().map(|tags| belongs(tags, cluster));
        all([instance.facts.state.known().map(|state| state == "running"), is_its])
    })
}

fn autoscaled(view: &View) -> Vec<Patch> {
    let (scaling, groups) = (view.here::<Group>(), view.here::<NodeGroup>());
    let groups = groups.by(|group| one(group.facts.cluster.known()));
    let (tagged, by_id) = (scaling.by(|group| Some(clusters(group.resource.tags.as_ref()?))), scaling.by_id());
    let learned = |cluster: &str| {
        let own = managed_groups(cluster, &groups);
        // Where its node groups are not known, each group may be one of them.
        let candidates: Option<Vec<&Item<Group>>> = match &own {
            Some(own) => {
                tagged.whole_of(cluster).map(|tagged| tagged.chain(own.iter().filter_map(|id| by_id.get(id))).collect())
            }
            None => scaling.whole().map(|all| all.iter().collect()),
        };
        let resized = candidates.and_then(|all| only(all, |group| is_resized(group, cluster, own.as_deref())));
        let names = resized.map(|groups| distinct(groups.into_iter().map(|group| group.resource.id.clone())));
        Cluster { autoscaled_groups: names.into(), ..Cluster::default() }
    };
    view.here::<Cluster>().iter().map(|cluster| cluster.patch(&learned(&cluster.resource.id))).collect()
}

/// The Auto Scaling groups of a cluster's node groups.
fn managed_groups(cluster: &str, groups: &Referrers<NodeGroup>) -> Option<Vec<String>> {
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
mod tests;
