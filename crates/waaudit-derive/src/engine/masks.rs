//! Copies of tables with those facts alone that one derivation names, for builds that hold derivations to what they declare.

use std::any::Any;
use std::collections::BTreeMap;
use std::sync::OnceLock;

use super::tables::Column;
use waaudit_model::facts::{Facts, kinds};

type Copy = OnceLock<Box<dyn Any + Send + Sync>>;

/// The copies of one derivation's run, by kind.
pub(crate) struct Masks(BTreeMap<&'static str, Copy>);

impl Default for Masks {
    fn default() -> Self {
        Self(kinds().map(|kind| (kind, OnceLock::new())).collect())
    }
}

impl Masks {
    /// A column with some facts alone.
    pub(crate) fn column<'c, F: Facts>(&'c self, column: &'c Column<F>, named: &[&str]) -> &'c Column<F> {
        let copy = || Box::new(column.only(named)) as _;
        let masked = self.0.get(F::KIND).map(|mask| mask.get_or_init(copy));
        masked.and_then(|masked| masked.downcast_ref()).unwrap_or(column)
    }
}
