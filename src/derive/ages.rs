//! How old instances and volumes were when the snapshot was taken.

use jiff::Timestamp;

use super::{Join, Patch, View};
use crate::facts::Fact;
use crate::facts::ec2::{Instance, Volume};

pub(super) const INSTANCE: Join = Join { kind: "ec2.instance", facts: &["age_days"], reads: &[], learn: instances };
pub(super) const VOLUME: Join = Join { kind: "ec2.volume", facts: &["age_days"], reads: &[], learn: volumes };

fn instances(view: &View) -> Vec<Patch> {
    let age = |instance: &Instance| Instance {
        age_days: days_since(&instance.launched_at, view.taken_at()).into(),
        ..Instance::default()
    };
    view.here().iter().map(|instance| instance.learn(&age(&instance.facts))).collect()
}

fn volumes(view: &View) -> Vec<Patch> {
    let age = |volume: &Volume| Volume {
        age_days: days_since(&volume.created_at, view.taken_at()).into(),
        ..Volume::default()
    };
    view.here().iter().map(|volume| volume.learn(&age(&volume.facts))).collect()
}

/// Whole days from a time to another.
pub(super) fn days_since(start: &Fact<String>, now: Timestamp) -> Option<i64> {
    let start: Timestamp = start.known()?.parse().ok()?;
    Some(now.duration_since(start).as_hours() / 24)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::derive::sample::World;
    use crate::facts::ec2::{Instance, Volume};

    #[test]
    fn age_is_whole_days_up_to_the_snapshot() {
        let world = World::new()
            .with::<Instance>("i-1", json!({"launched_at": "2026-03-01T12:00:00Z"}))
            .with::<Volume>("vol-1", json!({"created_at": "2026-03-09T13:00:00Z"}))
            .derive();
        assert_eq!(world.fact::<Instance>("i-1", "age_days"), Some(json!(9)));
        assert_eq!(world.fact::<Volume>("vol-1", "age_days"), Some(json!(0)));
    }

    #[test]
    fn age_stays_unread_without_a_start_that_can_be_understood() {
        let world = World::new()
            .with::<Instance>("i-1", json!({}))
            .with::<Instance>("i-2", json!({"launched_at": "yesterday"}))
            .derive();
        assert_eq!(world.fact::<Instance>("i-1", "age_days"), None);
        assert_eq!(world.fact::<Instance>("i-2", "age_days"), None);
    }
}
