//! Kinds that no API lists.

/// A kind that no API lists.
pub struct DerivedKind {
    /// Its name.
    pub kind: &'static str,
    /// The kinds whose resources say which ones there are.
    pub from: &'static [&'static str],
}

/// The kinds whose lists say which resources of a kind there are: itself, where an API lists it.
pub(super) fn listed_as<'k>(made: &[DerivedKind], kind: &'k str) -> Vec<&'k str> {
    made.iter().find(|made| made.kind == kind).map_or_else(|| vec![kind], |made| made.from.to_vec())
}
