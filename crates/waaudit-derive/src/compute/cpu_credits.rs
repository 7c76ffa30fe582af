//! CPU credits of burstable instances: how fast they are earned, and whether more may be spent.

use crate::engine::{Derivation, Item, List, Patch, View, reads};
use waaudit_model::facts::ec2::{CreditSpecification, Instance};

pub(crate) const EARNED: Derivation = Derivation {
    kind: "ec2.instance",
    facts: &["cpu_credits_an_hour"],
    reads: reads![Instance { instance_type }],
    compute: earned,
};
pub(crate) const MODE: Derivation = Derivation {
    kind: "ec2.instance",
    facts: &["cpu_credit_mode"],
    reads: reads![CreditSpecification { cpu_credits }, Instance { instance_type }],
    compute: mode,
};

/// Credits an hour of t2:
/// <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/burstable-credits-baseline-concepts.html>
const T2: &[(&str, f64)] = &[
    ("nano", 3.0),
    ("micro", 6.0),
    ("small", 12.0),
    ("medium", 24.0),
    ("large", 36.0),
    ("xlarge", 54.0),
    ("2xlarge", 81.6),
];
/// The same of t3, t3a and t4g.
const T3: &[(&str, f64)] = &[
    ("nano", 6.0),
    ("micro", 12.0),
    ("small", 24.0),
    ("medium", 24.0),
    ("large", 36.0),
    ("xlarge", 96.0),
    ("2xlarge", 192.0),
];

fn earned(view: &View) -> Vec<Patch> {
    let learned = |instance: &Instance| Instance {
        cpu_credits_an_hour: instance.instance_type.known().and_then(|name| credits_an_hour(name)).into(),
        ..Instance::default()
    };
    view.here().iter().map(|instance| instance.patch(&learned(instance.facts))).collect()
}

/// None for what has no credits; nothing for a burstable type that is not known here.
fn credits_an_hour(name: &str) -> Option<Option<f64>> {
    if !is_burstable(name) {
        return Some(None);
    }
    let (family, size) = name.split_once('.')?;
    let table = match family {
        "t2" => T2,
        "t3" | "t3a" | "t4g" => T3,
        _ => return None,
    };
    table.iter().find(|(name, _)| *name == size).map(|(_, credits)| Some(*credits))
}

fn is_burstable(name: &str) -> bool {
    name.strip_prefix('t').is_some_and(|rest| rest.starts_with(char::is_numeric))
}

fn mode(view: &View) -> Vec<Patch> {
    let specifications = view.here();
    let learned = |instance: &Item<Instance>| Instance {
        cpu_credit_mode: credit_mode(instance, &specifications).into(),
        ..Instance::default()
    };
    view.here().iter().map(|instance| instance.patch(&learned(instance))).collect()
}

/// What AWS does not list is in standard mode. A list that is cut short names some of the others.
fn credit_mode(instance: &Item<Instance>, specifications: &List<CreditSpecification>) -> Option<Option<String>> {
    if !is_burstable(instance.facts.instance_type.known()?) {
        return Some(None);
    }
    let specifications = specifications.by_id();
    match specifications.get(&instance.resource.id) {
        Some(specification) => specification.facts.cpu_credits.known().cloned().map(Some),
        None => specifications.has(&instance.resource.id).map(|_| Some("standard".to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::snapshot_builder::SnapshotBuilder;
    use waaudit_model::facts::ec2::{CreditSpecification, Instance};

    fn world() -> SnapshotBuilder {
        let of_type = |name: &str| json!({"instance_type": name});
        SnapshotBuilder::new()
            .with::<Instance>("i-1", of_type("t3.large"))
            .with::<Instance>("i-2", of_type("t2.micro"))
            .with::<Instance>("i-3", of_type("m7g.large"))
            .with::<Instance>("i-4", of_type("t9.huge"))
            .with::<CreditSpecification>("i-1", json!({"cpu_credits": "unlimited"}))
    }

    #[test]
    fn credits_are_earned_by_type() {
        let derived = world().derive();
        let earned = |id: &str| derived.fact::<Instance>(id, "cpu_credits_an_hour");
        assert_eq!((earned("i-1"), earned("i-2")), (Some(json!(36.0)), Some(json!(6.0))));
        assert_eq!((earned("i-3"), earned("i-4")), (Some(json!(null)), None));
    }

    #[test]
    fn an_instance_that_is_not_listed_is_in_standard_mode_if_the_list_is_whole() {
        let mode = |world: SnapshotBuilder, id: &str| world.derive().fact::<Instance>(id, "cpu_credit_mode");
        assert_eq!(mode(world(), "i-1"), Some(json!("unlimited")));
        assert_eq!(mode(world(), "i-2"), Some(json!("standard")));
        assert_eq!(mode(world(), "i-3"), Some(json!(null)));
        let half = world().half_read::<CreditSpecification>();
        assert_eq!(mode(half.clone(), "i-1"), Some(json!("unlimited")));
        assert_eq!(mode(half, "i-2"), None);
    }
}
