//! The engine: what a derivation is, what it sees, and how a snapshot is completed. It knows no kind and no derivation of its
//! own: which ones there are is told by a [`Catalogue`].

mod catalogue;
mod changes;
mod completeness;
mod derivation;
mod derived_kind;
mod index;
mod masks;
mod order;
mod patch;
mod reads;
mod referrers;
mod tables;
mod ternary;
mod view;

pub(crate) use self::catalogue::Catalogue;
pub use self::changes::Changes;
pub(crate) use self::completeness::Completeness;
pub use self::derivation::Derivation;
pub use self::derived_kind::DerivedKind;
pub(crate) use self::masks::Masks;
pub use self::patch::Patch;
pub use self::reads::Reads;
pub(crate) use self::reads::{Reader, reads};
pub(crate) use self::referrers::{Referrers, at_most_one, each, one};
pub(crate) use self::tables::Tables;
pub(crate) use self::ternary::{all, any, distinct, only};
pub use self::view::{Item, List, Lookup, ResourceId, View};
