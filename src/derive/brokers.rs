//! Kafka clusters: the zones that their brokers are spread over.

use super::subnets::zone_names;
use super::{Join, Patch, View};
use crate::facts::kafka::Cluster;

pub(super) const ZONES: Join = Join { kind: "kafka.cluster", facts: &["zones"], reads: &["ec2.subnet"], learn: zones };

fn zones(view: &View) -> Vec<Patch> {
    let subnets = view.here();
    let learned = |cluster: &Cluster| {
        // A provisioned cluster names two subnets at least.
        let named = cluster.subnets.known().filter(|named| !named.is_empty());
        Cluster { zones: named.and_then(|named| zone_names(named, &subnets)).into(), ..Cluster::default() }
    };
    view.here().iter().map(|cluster| cluster.learn(&learned(&cluster.facts))).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::derive::sample::World;
    use crate::facts::ec2::Subnet;
    use crate::facts::kafka::Cluster;

    fn zones(subnets: Value) -> Option<Value> {
        World::new()
            .with::<Subnet>("a", json!({"availability_zone": "eu-west-1a"}))
            .with::<Subnet>("b", json!({"availability_zone": "eu-west-1b"}))
            .with::<Cluster>("bus", json!({ "subnets": subnets }))
            .derive()
            .fact::<Cluster>("bus", "zones")
    }

    #[test]
    fn brokers_are_in_the_zones_of_their_subnets() {
        assert_eq!(zones(json!(["b", "a"])), Some(json!(["eu-west-1a", "eu-west-1b"])));
        assert_eq!(zones(json!(["a", "unlisted"])), None);
        assert_eq!(zones(json!([])), None);
    }
}
