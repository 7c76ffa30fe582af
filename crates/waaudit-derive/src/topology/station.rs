//! What is behind security groups: a caller, a callee, or both.

use ipnet::IpNet;

/// What a station is, which decides how much an admitting rule says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sort {
    /// A database or cache.
    Store,
    /// A load balancer inside the VPC.
    Balancer,
    /// A server that shows the signs of a database or not; none where that can't be told.
    Server { database: Option<bool> },
    /// Tasks of an ECS service.
    Tasks,
    /// Interfaces of which no one says what they are.
    Unexplained,
}

/// Something behind security groups.
pub(crate) struct Station<'l> {
    /// Its node.
    pub(crate) node: String,
    /// Its VPC.
    pub(crate) vpc: Option<&'l str>,
    /// The security groups attached to it.
    pub(crate) groups: &'l [String],
    /// Where it calls from.
    pub(crate) ranges: Vec<IpNet>,
    /// The TCP ports that it serves on; all where there are none.
    pub(crate) ports: Vec<i64>,
    /// What it is.
    pub(crate) sort: Sort,
    /// Whether its tags say that it is no production.
    pub(crate) non_production: bool,
}

impl<'l> Station<'l> {
    pub(crate) const fn new(node: String, groups: &'l [String], sort: Sort) -> Self {
        Self { node, vpc: None, groups, ranges: Vec::new(), ports: Vec::new(), sort, non_production: false }
    }
}
