//! How old instances and volumes were when the snapshot was taken, and how long certificates had left.

use jiff::Timestamp;

use super::{Join, Patch, View};
use crate::facts::Fact;
use crate::facts::acm::Certificate;
use crate::facts::arczonalshift::ManagedResource;
use crate::facts::ec2::{Instance, Volume};

pub(super) const INSTANCE: Join = Join { kind: "ec2.instance", facts: &["age_days"], reads: &[], learn: instances };
pub(super) const VOLUME: Join = Join { kind: "ec2.volume", facts: &["age_days"], reads: &[], learn: volumes };

pub(super) const CERTIFICATE: Join =
    Join { kind: "acm.certificate", facts: &["days_left"], reads: &[], learn: certificates };

pub(super) const PRACTICE_RUN: Join =
    Join { kind: "arczonalshift.resource", facts: &["practice_run_age_days"], reads: &[], learn: practice_runs };

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

fn certificates(view: &View) -> Vec<Patch> {
    let left = |certificate: &Certificate| match certificate.expires_at.known()? {
        None => Some(None),
        Some(end) => Some(Some(days_between(view.taken_at(), end.parse().ok()?))),
    };
    let learned =
        |certificate: &Certificate| Certificate { days_left: left(certificate).into(), ..Certificate::default() };
    view.here().iter().map(|certificate| certificate.learn(&learned(&certificate.facts))).collect()
}

fn practice_runs(view: &View) -> Vec<Patch> {
    let age = |resource: &ManagedResource| match resource.last_practice_run.known()? {
        None => Some(None),
        Some(run) => Some(Some(days_between(run.started_at.parse().ok()?, view.taken_at()))),
    };
    let learned = |resource: &ManagedResource| ManagedResource {
        practice_run_age_days: age(resource).into(),
        ..ManagedResource::default()
    };
    view.here().iter().map(|resource| resource.learn(&learned(&resource.facts))).collect()
}

/// Whole days, below zero where the end is past.
fn days_between(start: Timestamp, end: Timestamp) -> i64 {
    (end.as_second() - start.as_second()).div_euclid(86_400)
}

pub(super) fn days_since(start: &Fact<String>, now: Timestamp) -> Option<i64> {
    let start: Timestamp = start.known()?.parse().ok()?;
    Some(now.duration_since(start).as_hours() / 24)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::derive::sample::World;
    use crate::facts::acm::Certificate;
    use crate::facts::arczonalshift::ManagedResource;
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
    fn a_certificate_has_days_left_until_it_ends_and_below_zero_after() {
        let ending = |end| World::new().with::<Certificate>("c", json!({"expires_at": end})).derive();
        let left = |end| ending(end).fact::<Certificate>("c", "days_left");
        assert_eq!(left(json!("2026-04-10T11:00:00Z")), Some(json!(30)));
        assert_eq!(left(json!("2026-03-10T11:00:00Z")), Some(json!(-1)));
        assert_eq!(left(json!(null)), Some(json!(null)));
        assert_eq!(left(json!("soon")), None);
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

    #[test]
    fn a_practice_run_is_as_old_as_its_start() {
        let run = json!({"started_at": "2026-03-01T00:00:00Z", "outcome": "SUCCEEDED"});
        let world = World::new()
            .with::<ManagedResource>("web", json!({"last_practice_run": run}))
            .with::<ManagedResource>("new", json!({"last_practice_run": null}))
            .with::<ManagedResource>("unread", json!({}))
            .derive();
        let age = |id: &str| world.fact::<ManagedResource>(id, "practice_run_age_days");
        assert_eq!((age("web"), age("new"), age("unread")), (Some(json!(9)), Some(json!(null)), None));
    }
}
