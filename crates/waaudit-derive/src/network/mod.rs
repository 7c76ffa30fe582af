//! VPCs, subnets, security groups, and who gets in and out.

pub(crate) mod alb_exposure;
pub(crate) mod data_ports;
pub(crate) mod egress;
pub(crate) mod internet_paths;
pub(crate) mod ip_headroom;
pub(crate) mod open_ports;
pub(crate) mod public_endpoints;
pub(crate) mod ranges;
pub(crate) mod security_groups;
pub(crate) mod subnets;
pub(crate) mod vpc_endpoints;
pub(crate) mod vpcs;
