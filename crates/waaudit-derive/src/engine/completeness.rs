//! Whether all resources of a kind are in a snapshot.

use std::collections::{BTreeMap, BTreeSet};

use waaudit_model::gap::GapReason;
use waaudit_model::snapshot::{GLOBAL, Snapshot};

use super::derived_kind::{DerivedKind, listed_as};

/// What of an account is in a snapshot, by kind and region: gaps are looked through once.
pub(crate) struct Completeness {
    made: &'static [DerivedKind],
    regions: BTreeSet<String>,
    kinds: BTreeSet<String>,
    /// By kind, the regions in which its list was denied or cut short.
    cut: BTreeMap<String, BTreeSet<String>>,
    /// Whether the account's regions are known.
    regions_known: bool,
}

impl Completeness {
    pub(crate) fn new(snapshot: &Snapshot, made: &'static [DerivedKind]) -> Self {
        let mut cut: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let lists = snapshot.gaps.iter().filter(|gap| gap.is_of_list() && gap.reason != GapReason::NotInRegion);
        for (gap, kind) in lists.flat_map(|gap| gap.kinds.iter().map(move |kind| (gap, kind))) {
            cut.entry(kind.clone()).or_default().insert(gap.region.clone());
        }
        Self {
            made,
            regions: snapshot.regions.iter().cloned().collect(),
            kinds: snapshot.kinds.clone(),
            cut,
            regions_known: !snapshot.gaps.iter().any(|gap| gap.kinds.iter().any(|name| name == "region")),
        }
    }

    /// Whether a region was looked at.
    pub(crate) fn looked_at(&self, region: &str) -> bool {
        self.regions.contains(region)
    }

    /// Whether all resources of a kind in a region are in the snapshot. Of a region that was not looked at, nothing is.
    pub(crate) fn of(&self, kind: &str, region: &str) -> bool {
        (region == GLOBAL || self.looked_at(region))
            && self.listed_as(kind).into_iter().all(|kind| self.kinds.contains(kind) && !self.is_cut(kind, region))
    }

    /// The kinds whose lists say which resources of a kind there are.
    pub(crate) fn listed_as<'k>(&self, kind: &'k str) -> Vec<&'k str> {
        listed_as(self.made, kind)
    }

    /// Whether a list of a kind that covers the region was denied or cut short.
    fn is_cut(&self, kind: &str, region: &str) -> bool {
        self.cut.get(kind).is_some_and(|regions| regions.contains(region) || regions.contains(GLOBAL))
    }

    /// Whether all resources of a kind in all of the account's regions that were asked for are in the snapshot.
    pub(crate) fn everywhere(&self, kind: &str) -> bool {
        let regions = self.regions.iter().map(String::as_str).chain([GLOBAL]);
        self.regions_known && regions.into_iter().all(|region| self.of(kind, region))
    }
}
