//! Which states of data stores serve requests, one table per service, and whether what serves spans zones.
//!
//! A state in neither list of its table (`rebooting`, `upgrading`, one that AWS adds later) leaves the answer unknown:
//! the store may serve, or be back within a minute.

/// The states of one service, as its API spells them.
pub(crate) struct States {
    serving: &'static [&'static str],
    down: &'static [&'static str],
}

/// <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/accessing-monitoring.html>, read on 2026-11-28. Instances
/// that are not billed, or billed for storage alone, do not run.
pub(crate) const RDS_INSTANCE: States = States {
    serving: &[
        "available",
        "backing-up",
        "configuring-enhanced-monitoring",
        "configuring-iam-database-auth",
        "configuring-log-exports",
        "modifying",
        "resetting-master-credentials",
        "storage-config-upgrade",
        "storage-initialization",
        "storage-optimization",
    ],
    down: &[
        "backtracking",
        "creating",
        "deleting",
        "failed",
        "inaccessible-encryption-credentials",
        "inaccessible-encryption-credentials-recoverable",
        "incompatible-create",
        "incompatible-network",
        "incompatible-parameters",
        "incompatible-restore",
        "insufficient-capacity",
        "restore-error",
        "starting",
        "stopped",
        "stopping",
        "storage-full",
    ],
};

/// <https://docs.aws.amazon.com/memorydb/latest/APIReference/API_Node.html> and `API_Cluster`, read on 2026-11-28.
pub(crate) const MEMORYDB: States = States {
    serving: &["available", "active", "modifying", "updating", "snapshotting"],
    down: &["creating", "create-failed", "deleting", "deleted", "failed"],
};

/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_dax_Node.html>, read on 2026-11-28.
pub(crate) const DAX: States =
    States { serving: &["available", "modifying"], down: &["creating", "deleting", "deleted", "failed"] };

impl States {
    /// Whether requests are served in a state; nothing where neither list names it.
    pub(crate) fn serve(&self, state: &str) -> Option<bool> {
        let state = state.to_lowercase();
        let listed = |states: &[&str]| states.contains(&state.as_str());
        if listed(self.serving) {
            return Some(true);
        }
        listed(self.down).then_some(false)
    }
}

/// A node or an instance: whether it serves, and its zone, each as far as it is known.
#[derive(Clone, Copy)]
pub(crate) struct Place<'p> {
    /// Whether it serves.
    pub(crate) serves: Option<bool>,
    /// The zone's name.
    pub(crate) zone: Option<&'p str>,
}

/// Whether those that serve are in two zones or more. Two known ones are enough; a no takes all of them.
pub(crate) fn spans_zones<'p>(places: impl IntoIterator<Item = Place<'p>>) -> Option<bool> {
    let possible: Vec<Place> = places.into_iter().filter(|place| place.serves != Some(false)).collect();
    let certain = possible.iter().filter(|place| place.serves == Some(true)).filter_map(|place| place.zone);
    if crate::engine::distinct(certain).len() >= 2 {
        return Some(true);
    }
    let zones = crate::engine::distinct(possible.iter().filter_map(|place| place.zone));
    let unknown_zones = possible.iter().filter(|place| place.zone.is_none()).count();
    (zones.len() + unknown_zones < 2).then_some(false)
}

#[cfg(test)]
mod tests {
    use super::{DAX, MEMORYDB, Place, RDS_INSTANCE, spans_zones};

    #[test]
    fn a_busy_database_serves_and_a_stopped_one_does_not() {
        for state in ["available", "backing-up", "modifying", "storage-optimization", "configuring-log-exports"] {
            assert_eq!(RDS_INSTANCE.serve(state), Some(true), "{state}");
        }
        for state in ["stopped", "failed", "storage-full", "creating", "incompatible-parameters"] {
            assert_eq!(RDS_INSTANCE.serve(state), Some(false), "{state}");
        }
        for state in ["rebooting", "upgrading", "maintenance", "renaming", "a-state-to-come"] {
            assert_eq!(RDS_INSTANCE.serve(state), None, "{state}");
        }
        assert_eq!((MEMORYDB.serve("Updating"), MEMORYDB.serve("creating")), (Some(true), Some(false)));
        assert_eq!((DAX.serve("available"), DAX.serve("rebooting")), (Some(true), None));
    }

    fn spans(places: &[(Option<bool>, Option<&str>)]) -> Option<bool> {
        spans_zones(places.iter().map(|(serves, zone)| Place { serves: *serves, zone: *zone }))
    }

    #[test]
    fn zones_count_only_where_something_serves_in_them() {
        let (up, down) = (Some(true), Some(false));
        assert_eq!(spans(&[(up, Some("a")), (up, Some("b"))]), Some(true));
        assert_eq!(spans(&[(up, Some("a")), (up, Some("a"))]), Some(false));
        assert_eq!(spans(&[(up, Some("a")), (down, Some("b"))]), Some(false));
        assert_eq!(spans(&[]), Some(false));
    }

    #[test]
    fn what_is_not_known_decides_only_where_the_rest_does_not() {
        let up = Some(true);
        assert_eq!(spans(&[(up, Some("a")), (up, Some("b")), (None, Some("c"))]), Some(true));
        assert_eq!(spans(&[(up, Some("a")), (None, Some("a"))]), Some(false));
        assert_eq!(spans(&[(up, Some("a")), (None, Some("b"))]), None);
        assert_eq!(spans(&[(up, Some("a")), (up, None)]), None);
        assert_eq!(spans(&[(up, None)]), Some(false));
    }
}
