//! Servers, groups of them, containers and functions.

pub(crate) mod asg;
pub(crate) mod asg_launches;
pub(crate) mod asg_peers;
pub(crate) mod asg_policies;
pub(crate) mod cpu_credits;
pub(crate) mod ecs;
pub(crate) mod ecs_placement;
pub(crate) mod eks;
pub(crate) mod fargate;
pub(crate) mod instances;
pub(crate) mod lambda;
pub(crate) mod lightsail;
pub(crate) mod scaling_policies;
pub(crate) mod self_hosted_db;
pub(crate) mod vcpu_headroom;
