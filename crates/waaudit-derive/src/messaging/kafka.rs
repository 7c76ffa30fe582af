//! Kafka clusters: the zones that their brokers are spread over.

use crate::engine::{Derivation, Patch, View, reads};
use crate::network::subnets::zone_names;
use waaudit_model::facts::ec2::Subnet;
use waaudit_model::facts::kafka::Cluster;

pub(crate) const ZONES: Derivation = Derivation {
    kind: "kafka.cluster",
    facts: &["zones"],
    reads: reads![Cluster { subnets }, Subnet { availability_zone }],
    compute: zones,
};

fn zones(view: &View) -> Vec<Patch> {
    let subnets = view.here();
    let learned = |cluster: &Cluster| {
        // A provisioned cluster names two subnets at least.
        let named = cluster.subnets.known().filter(|named| !named.is_empty());
        Cluster { zones: named.and_then(|named| zone_names(named, &subnets)).into(), ..Cluster::default() }
    };
    view.here().iter().map(|cluster| cluster.patch(&learned(cluster.facts))).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::snapshot_builder::SnapshotBuilder;
    use waaudit_model::facts::ec2::Subnet;
    use waaudit_model::facts::kafka::Cluster;

    fn zones(subnets: Value) -> Option<Value> {
        SnapshotBuilder::new()
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
