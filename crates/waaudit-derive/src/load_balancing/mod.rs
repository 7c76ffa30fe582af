//! Load balancers, their target groups and what pins clients to servers.

pub(crate) mod access_logs;
pub(crate) mod registered_targets;
pub(crate) mod server_pools;
pub(crate) mod session_state;
pub(crate) mod target_health;
pub(crate) mod target_limits;
