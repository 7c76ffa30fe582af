//! Joins: facts about relations between resources, and kinds that exist only as a whole (`account`, `vpc`, `database`).
//!
//! Each join is declared once, below: what it fills in, and what it reads. From the declarations come the kinds that
//! a rule needs collected, and the gap that explains an unread fact. A join says what is, never what is good;
//! it knows no AWS SDK and no rule. Its one duty is to leave a fact unread unless all that it rests on was read:
//! "no distribution uses it" is only known when all distributions are.

mod autoscaling;
mod view;

pub use self::view::{Item, Patch, View};

use crate::snapshot::{GLOBAL, GapReason, Snapshot};

/// One join.
pub struct Join {
    /// The kind that gets the facts.
    pub kind: &'static str,
    /// The facts that it fills in; all facts of a kind that it makes.
    pub facts: &'static [&'static str],
    /// The kinds that it reads, its own aside.
    pub reads: &'static [&'static str],
    /// What it learns.
    pub learn: fn(&View) -> Vec<Patch>,
}

/// A kind that no API lists.
pub struct Made {
    /// Its name.
    pub kind: &'static str,
    /// The kinds whose resources say which ones there are.
    pub from: &'static [&'static str],
}

/// The kinds that no API lists. The account is always there.
pub const MADE: &[Made] = &[
    Made { kind: "database", from: &["rds.db_instance", "rds.db_cluster"] },
    Made { kind: "vpc", from: &["ec2.subnet"] },
];

/// Every join, in order: one may read what those above it filled in.
pub const JOINS: &[Join] = &[autoscaling::ZONES];

/// Fills in all that can be told from the snapshot.
pub fn derive(mut snapshot: Snapshot) -> Snapshot {
    for join in JOINS {
        let patches = (join.learn)(&View::new(&snapshot));
        for patch in patches {
            patch.apply(&mut snapshot);
        }
    }
    snapshot.sort();
    snapshot
}

/// Whether all resources of a kind in a region are in the snapshot.
pub fn complete(snapshot: &Snapshot, kind: &str, region: &str) -> bool {
    if let Some(made) = MADE.iter().find(|made| made.kind == kind) {
        return made.from.iter().all(|source| complete(snapshot, source, region));
    }
    let missing = snapshot.gaps.iter().any(|gap| {
        gap.resource.is_none()
            && gap.reason != GapReason::NotInRegion
            && gap.kinds.iter().any(|name| name == kind)
            && (gap.region == region || gap.region == GLOBAL)
    });
    snapshot.kinds.contains(kind) && !missing
}

/// Whether all resources of a kind in all of the account's regions that were asked for are in the snapshot.
pub fn complete_everywhere(snapshot: &Snapshot, kind: &str) -> bool {
    let regions_known = !snapshot.gaps.iter().any(|gap| gap.kinds.iter().any(|name| name == "region"));
    regions_known && snapshot.regions.iter().all(|region| complete(snapshot, kind, region))
}
