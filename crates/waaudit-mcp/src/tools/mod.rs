//! The tools: each question with its arguments and its answer, in the report's own types.
//!
//! They must not know the protocol. What an answer says is computed elsewhere; here it is chosen, and put in an order in
//! which the first entries matter most.

pub(crate) mod diff;
pub(crate) mod findings;
pub(crate) mod neighbours;
pub(crate) mod permissions;
pub(crate) mod simulate;
pub(crate) mod summary;
