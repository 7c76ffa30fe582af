//! What is true of the account as a whole.

pub(crate) mod budgets;
pub(crate) mod cost_anomalies;
pub(crate) mod parents;
pub(crate) mod summary;
