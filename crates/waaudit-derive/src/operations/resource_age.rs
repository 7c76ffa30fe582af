//! How old instances and volumes were when the snapshot was taken, and how long certificates had left.

use jiff::Timestamp;

use crate::engine::{Derivation, Patch, View, reads};
use waaudit_model::facts::acm::Certificate;
use waaudit_model::facts::arczonalshift::ManagedResource;
use waaudit_model::facts::ec2::{Instance, Volume};

pub(crate) const INSTANCE: Derivation = Derivation {
    kind: "ec2.instance",
    facts: &["age_days"],
    reads: reads![Instance { launched_at }],
    compute: instances,
};
pub(crate) const VOLUME: Derivation =
    Derivation { kind: "ec2.volume", facts: &["age_days"], reads: reads![Volume { created_at }], compute: volumes };

pub(crate) const CERTIFICATE: Derivation = Derivation {
    kind: "acm.certificate",
    facts: &["days_left"],
    reads: reads![Certificate { expires_at }],
    compute: certificates,
};

pub(crate) const PRACTICE_RUN: Derivation = Derivation {
    kind: "arczonalshift.resource",
    facts: &["practice_run_age_days"],
    reads: reads![ManagedResource { last_practice_run }],
    compute: practice_runs,
};

fn instances(view: &View) -> Vec<Patch> {
    let age = |instance: &Instance| Instance {
        age_days: view.days_since(&instance.launched_at).into(),
        ..Instance::default()
    };
    view.here().iter().map(|instance| instance.patch(&age(instance.facts))).collect()
}

fn volumes(view: &View) -> Vec<Patch> {
    let age = |volume: &Volume| Volume { age_days: view.days_since(&volume.created_at).into(), ..Volume::default() };
    view.here().iter().map(|volume| volume.patch(&age(volume.facts))).collect()
}

fn certificates(view: &View) -> Vec<Patch> {
    let left = |certificate: &Certificate| match certificate.expires_at.known()? {
        None => Some(None),
        Some(end) => Some(Some(days_between(view.taken_at(), end.parse().ok()?))),
    };
    let learned =
        |certificate: &Certificate| Certificate { days_left: left(certificate).into(), ..Certificate::default() };
    view.here().iter().map(|certificate| certificate.patch(&learned(certificate.facts))).collect()
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
    view.here().iter().map(|resource| resource.patch(&learned(resource.facts))).collect()
}

/// Whole days, below zero where the end is past.
fn days_between(start: Timestamp, end: Timestamp) -> i64 {
    (end.as_second() - start.as_second()).div_euclid(86_400)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::snapshot_builder::SnapshotBuilder;
    use waaudit_model::facts::acm::Certificate;
    use waaudit_model::facts::arczonalshift::ManagedResource;
    use waaudit_model::facts::ec2::{Instance, Volume};

    #[test]
    fn age_is_whole_days_up_to_the_snapshot() {
        let world = SnapshotBuilder::new()
            .with::<Instance>("i-1", json!({"launched_at": "2026-03-01T12:00:00Z"}))
            .with::<Volume>("vol-1", json!({"created_at": "2026-03-09T13:00:00Z"}))
            .derive();
        assert_eq!(world.fact::<Instance>("i-1", "age_days"), Some(json!(9)));
        assert_eq!(world.fact::<Volume>("vol-1", "age_days"), Some(json!(0)));
    }

    #[test]
    fn a_certificate_has_days_left_until_it_ends_and_below_zero_after() {
        let ending = |end| SnapshotBuilder::new().with::<Certificate>("c", json!({"expires_at": end})).derive();
        let left = |end| ending(end).fact::<Certificate>("c", "days_left");
        assert_eq!(left(json!("2026-04-10T11:00:00Z")), Some(json!(30)));
        assert_eq!(left(json!("2026-03-10T11:00:00Z")), Some(json!(-1)));
        assert_eq!(left(json!(null)), Some(json!(null)));
        assert_eq!(left(json!("soon")), None);
    }

    #[test]
    fn age_stays_unread_without_a_start_that_can_be_understood() {
        let world = SnapshotBuilder::new()
            .with::<Instance>("i-1", json!({}))
            .with::<Instance>("i-2", json!({"launched_at": "yesterday"}))
            .derive();
        assert_eq!(world.fact::<Instance>("i-1", "age_days"), None);
        assert_eq!(world.fact::<Instance>("i-2", "age_days"), None);
    }

    #[test]
    fn a_practice_run_is_as_old_as_its_start() {
        let run = json!({"started_at": "2026-03-01T00:00:00Z", "outcome": "SUCCEEDED"});
        let world = SnapshotBuilder::new()
            .with::<ManagedResource>("web", json!({"last_practice_run": run}))
            .with::<ManagedResource>("new", json!({"last_practice_run": null}))
            .with::<ManagedResource>("unread", json!({}))
            .derive();
        let age = |id: &str| world.fact::<ManagedResource>(id, "practice_run_age_days");
        assert_eq!((age("web"), age("new"), age("unread")), (Some(json!(9)), Some(json!(null)), None));
    }
}
