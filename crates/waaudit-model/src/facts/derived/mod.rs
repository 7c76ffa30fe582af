//! Kinds that no API lists: what resources of several services are together, or what one is as far as the same is asked of all
//! its generations. Derivations make them; they have no collector.

pub mod account;
pub mod component;
pub mod data_store;
pub mod database;
pub mod entry_point;
pub mod fargate;
pub mod load_balancer;
pub mod server_pool;
pub mod vpc;
pub mod way_in;
