//! What is between users and servers: names, distributions, entry points, APIs and web ACLs.

pub(crate) mod api_throttling;
pub(crate) mod cdn_caching;
pub(crate) mod cdn_origins;
pub(crate) mod dns;
pub(crate) mod entry_points;
pub(crate) mod region_failover;
pub(crate) mod request_paths;
pub(crate) mod s3_origins;
pub(crate) mod static_assets;
pub(crate) mod waf;
pub(crate) mod ways_in;
