//! All tags of a region in a few calls, for the kinds whose own lists don't carry them.
//!
//! Tags of global resources are listed in the region of the partition's global services. It knows no kind: `run` looks
//! the tags of a resource up by its ARN.

use std::collections::BTreeMap;

use aws_sdk_resourcegroupstagging::types::Tag;

use super::aws::{Call, Context, tags};

/// The call that lists tags.
pub const GET_RESOURCES: Call = Call::new("tag", "GetResources");

/// Whether the list has every tagged resource of this sort. It has no Auto Scaling groups and no IAM users and roles:
/// <https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/supported-services.html>.
pub fn are_listed(arn: &str) -> bool {
    let mut parts = arn.splitn(6, ':').skip(2);
    let (service, resource) = (parts.next().unwrap_or(""), parts.nth(2).unwrap_or(""));
    let is = |beginning: &str| resource.starts_with(beginning);
    !(service == "autoscaling" && is("autoScalingGroup:") || service == "iam" && (is("user/") || is("role/")))
}

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

#[cfg(test)]
mod tests {
    use super::are_listed;

    #[test]
    fn groups_and_roles_are_not_in_the_list() {
        for (arn, expected) in [
            ("arn:aws:autoscaling:eu-west-1:111122223333:autoScalingGroup:5f1b:autoScalingGroupName/web", false),
            ("arn:aws:iam::111122223333:role/audit", false),
            ("arn:aws:iam::111122223333:user/audit", false),
            ("arn:aws:iam::111122223333:server-certificate/web", true),
            ("arn:aws:autoscaling:eu-west-1:111122223333:launchConfiguration:5f1b:launchConfigurationName/web", true),
            ("arn:aws:s3:::assets", true),
        ] {
            assert_eq!(are_listed(arn), expected, "{arn}");
        }
    }
}
