//! Databases, caches, file systems and other data stores, with their backups.

pub(crate) mod aurora;
pub(crate) mod backups;
pub(crate) mod cache_in_front;
pub(crate) mod cross_region_copies;
pub(crate) mod data_store_states;
pub(crate) mod data_stores;
pub(crate) mod databases;
pub(crate) mod db_class_limits;
pub(crate) mod db_clients;
pub(crate) mod db_load;
pub(crate) mod db_parameters;
pub(crate) mod disposable;
pub(crate) mod dynamodb;
pub(crate) mod efs;
pub(crate) mod elasticache;
pub(crate) mod failover_targets;
pub(crate) mod rds_formula;
pub(crate) mod rds_offers;
pub(crate) mod read_replicas;
