//! Rules as data: what a rule file says, loaded and checked.
//!
//! A rule is one file, `rules/<area>/<subject>.toml`, with its words, its expressions and its examples. This
//! crate knows the vocabulary of facts, and neither AWS nor what becomes of a verdict. The built-in rules, a healthy sample
//! of each kind and the account of `--demo` are embedded here.

pub mod conditions;
pub mod examples;
pub mod expr;
mod file;
mod fix;
pub mod fixtures;
mod load;
mod rule;
mod source;
pub mod spelling;
mod template;
mod terms;

pub use self::conditions::Condition;
pub use self::expr::{Expr, Subject};
pub use self::file::{Example, RuleFile};
pub use self::fix::{After, Fix, Purchase, Step};
pub use self::load::RuleSet;
pub use self::rule::{Exception, Explains, Practice, Rule};
pub use self::source::Source;
pub use self::template::{Template, Unread};
pub use self::terms::{ChecklistItem, FixFlag, Pillar, References, Severity, Stage};
