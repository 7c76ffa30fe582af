//! The zones that functions run in.

use super::subnets::zone_ids;
use super::{Join, Patch, View};
use crate::facts::ec2::Subnet;
use crate::facts::lambda::Function;

pub(super) const ZONES: Join =
    Join { kind: "lambda.function", facts: &["zones"], reads: &["ec2.subnet"], learn: zones };

fn zones(view: &View) -> Vec<Patch> {
    let subnets = view.here::<Subnet>();
    let zones = |function: &Function| zone_ids(function.subnets.known()?, &subnets);
    let learned = |function: &Function| Function { zones: zones(function).into(), ..Function::default() };
    view.here().iter().map(|function| function.learn(&learned(&function.facts))).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::derive::sample::World;
    use crate::facts::ec2::Subnet;
    use crate::facts::lambda::Function;

    #[test]
    fn a_function_runs_in_the_zones_of_its_subnets() {
        let world = World::new()
            .with::<Subnet>("subnet-a", json!({"availability_zone_id": "euw1-az1"}))
            .with::<Function>("inside", json!({"subnets": ["subnet-a"]}))
            .with::<Function>("outside", json!({"subnets": []}));
        let derived = world.clone().derive();
        assert_eq!(derived.fact::<Function>("inside", "zones"), Some(json!(["euw1-az1"])));
        assert_eq!(derived.fact::<Function>("outside", "zones"), Some(json!([])));
        assert_eq!(world.unread::<Subnet>().derive().fact::<Function>("inside", "zones"), None);
    }
}
