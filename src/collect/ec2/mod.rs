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

pub(super) use self::credits::CREDIT_SPECIFICATION;
pub(super) use self::instance::{INSTANCE, VOLUME};
pub(super) use self::launch::{IMAGE, INSTANCE_TYPE, LAUNCH_TEMPLATE_VERSION};
pub(super) use self::measures::METRICS;
pub(super) use self::network::{NAT_GATEWAY, NETWORK_INTERFACE, ROUTE_TABLE, SUBNET, VPC_ENDPOINT};
pub(super) use self::security_group::{PREFIX_LIST, SECURITY_GROUP};
pub(super) use self::snapshot::SNAPSHOT;
pub(super) use self::transit::ATTACHMENT as TRANSIT_GATEWAY_ATTACHMENT;
use super::aws::{Context, Named, tags};

/// Lists asked without a page size draw on a smaller bucket of requests.
const PAGE: i32 = 1000;
/// What some lists have for the largest page.
const SMALL_PAGE: i32 = 100;

/// An ARN under the account that owns the resource, which for shared subnets and their like is another one.
fn owned_arn(ctx: &Context, owner: Option<&str>, resource: &str) -> String {
    let owner = owner.unwrap_or(&ctx.account);
    format!("arn:{}:ec2:{}:{owner}:{resource}", ctx.partition, ctx.region)
}

fn named(arn: String, id: &str, tag_list: &[Tag]) -> Named {
    Named { arn, id: id.to_owned(), tags: Some(tags(tag_list, Tag::key, Tag::value)), ..Named::default() }
}
