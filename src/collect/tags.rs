//! All tags of a region in a few calls, for the kinds whose own lists don't carry them.
//!
//! Tags of resources above regions are listed in the home region. It knows no kind: who merges the tags into
//! resources looks them up by ARN.

use std::collections::BTreeMap;

use aws_sdk_resourcegroupstagging::types::Tag;

use super::aws::{Call, Context, tags};

/// The call that lists tags.
pub const GET_RESOURCES: Call = Call::new("tag", "GetResources");

/// Tags by name.
pub type Tags = BTreeMap<String, String>;

/// The tags of every resource in a region that has or once had tags, by ARN; nothing where the list was cut
/// short. So a resource that is not in the answer has no tags.
pub async fn by_arn(ctx: &Context) -> Option<BTreeMap<String, Tags>> {
    let client = aws_sdk_resourcegroupstagging::Client::new(ctx.config());
    let mut by_arn = BTreeMap::new();
    let request = client.get_resources().resources_per_page(100).into_paginator();
    let complete = ctx
        .pages(&GET_RESOURCES, request.send(), |page| {
            for resource in page.resource_tag_mapping_list() {
                let Some(arn) = resource.resource_arn() else { continue };
                let tags = tags(resource.tags(), |tag: &Tag| Some(tag.key()), |tag| Some(tag.value()));
                by_arn.insert(arn.to_owned(), tags);
            }
        })
        .await;
    complete.then_some(by_arn)
}
