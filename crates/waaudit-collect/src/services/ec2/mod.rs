//! Amazon EC2 and its network.
//!
//! What is here is shared by the files below: names and page sizes. No kind is read here.

mod credits;
mod instance;
mod launch;
mod measures;
mod network;
mod security_group;
mod snapshot;
mod transit;

use aws_sdk_ec2::types::Tag;

pub(crate) use self::credits::CREDIT_SPECIFICATION;
pub(crate) use self::instance::{INSTANCE, VOLUME};
pub(crate) use self::launch::{IMAGE, INSTANCE_TYPE, LAUNCH_TEMPLATE_VERSION};
pub(crate) use self::measures::METRICS;
pub(crate) use self::network::{NAT_GATEWAY, NETWORK_INTERFACE, ROUTE_TABLE, SUBNET, VPC_ENDPOINT};
pub(crate) use self::security_group::{PREFIX_LIST, SECURITY_GROUP};
pub(crate) use self::snapshot::SNAPSHOT;
pub(crate) use self::transit::ATTACHMENT as TRANSIT_GATEWAY_ATTACHMENT;
use crate::kind::Service;
use crate::rate_limit::Rate;
use crate::transport::collector_context::{Context, ResourceId, tags};

pub(crate) const SERVICE: Service = Service {
    kinds: &[
        CREDIT_SPECIFICATION,
        INSTANCE,
        LAUNCH_TEMPLATE_VERSION,
        IMAGE,
        INSTANCE_TYPE,
        NAT_GATEWAY,
        NETWORK_INTERFACE,
        PREFIX_LIST,
        ROUTE_TABLE,
        SECURITY_GROUP,
        SNAPSHOT,
        SUBNET,
        TRANSIT_GATEWAY_ATTACHMENT,
        VOLUME,
        VPC_ENDPOINT,
    ],
    metrics: &[METRICS],
    rates: &[
        // EC2, "Request throttling for the Amazon EC2 API": each non-mutating action has its own bucket. Unfiltered lists
        // without a page size have a smaller one: collectors set a page size.
        Rate::each("ec2", Rate::ALL, 20.0, 100),
    ],
};

/// Lists asked without a page size draw on a smaller bucket of requests.
const PAGE: i32 = 1000;
/// What some lists have for the largest page.
const SMALL_PAGE: i32 = 100;

/// An ARN under the account that owns the resource, which for shared subnets and their like is another one.
fn owned_arn(ctx: &Context, owner: Option<&str>, resource: &str) -> String {
    let owner = owner.unwrap_or(&ctx.account);
    format!("arn:{}:ec2:{}:{owner}:{resource}", ctx.partition, ctx.region)
}

fn named(arn: String, id: &str, tag_list: &[Tag]) -> ResourceId {
    ResourceId { arn, id: id.to_owned(), tags: Some(tags(tag_list, Tag::key, Tag::value)), ..ResourceId::default() }
}
