//! Tags of a region in a few calls, for the kinds whose own lists don't carry them.
//!
//! A scan by some rules asks for the services of those kinds alone, and not at all where it wants none of them. A scan
//! by all rules asks for everything, to count what no kind covers; of that it keeps counts and no ARNs. Tags of global
//! resources are listed in the region of the partition's global services.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_resourcegroupstagging::Client;
use aws_sdk_resourcegroupstagging::types::{ResourceTagMapping, Tag};

use crate::call::Call;
use crate::call::errors::Failed;
use crate::kind::{TagSource, Wanted};
use crate::transport::collector_context::{Context, tags};
use waaudit_model::gap::GapReason;
use waaudit_model::snapshot::{Resource, ResourceType};

/// The call that lists tags.
pub const GET_RESOURCES: Call = Call::new("tag", "GetResources");
/// The most that one answer holds.
const PAGE: i32 = 100;
/// The answer to a filter by a service that the list does not know.
const UNKNOWN_SERVICE: &str = "InvalidParameterException";

/// Tags by name.
pub type Tags = BTreeMap<String, String>;

/// What a scan asks of the tag list.
pub struct Asked {
    sources: BTreeMap<&'static str, TagSource>,
    /// Services, as in ARNs, whose resources' tags are wanted.
    services: BTreeSet<&'static str>,
    /// Whether tags of any service's resources are wanted.
    any: bool,
    /// Whether what is tagged is counted.
    inventory: bool,
}

/// The tag list of a region, as far as it was asked for.
#[derive(Debug, Default)]
pub struct TagList {
    pub(crate) by_arn: BTreeMap<String, Tags>,
    /// Resources by type that have or once had tags; nothing where that was not wanted.
    pub counts: BTreeMap<ResourceType, usize>,
    /// Whether AWS was asked for it at all.
    pub is_read: bool,
}

impl Asked {
    /// What the wanted kinds need.
    pub fn by(wanted: &Wanted) -> Self {
        let sources: BTreeMap<&str, TagSource> = wanted.kinds.iter().map(|kind| (kind.name, kind.tags)).collect();
        let listed = wanted.kinds.iter().filter(|kind| kind.tags == TagSource::TagList);
        Self {
            services: listed.flat_map(|kind| kind.calls).map(|call| call.service).collect(),
            any: sources.values().any(|source| *source == TagSource::AnyService),
            inventory: wanted.inventory,
            sources,
        }
    }

    fn is_nothing(&self) -> bool {
        self.services.is_empty() && !self.any && !self.inventory
    }

    /// The services to ask for; nothing for all of them.
    fn filter(&self) -> Option<Vec<String>> {
        let is_all = self.any || self.inventory;
        (!is_all).then(|| self.services.iter().map(|service| (*service).to_owned()).collect())
    }

    fn is_wanted(&self, arn: &str) -> bool {
        self.any || service_of(arn).is_some_and(|service| self.services.contains(service))
    }

    /// Gives a resource its tags where its own list did not carry them. A complete list that lacks it means no tags.
    pub fn tag(&self, resource: &mut Resource, list: Option<&TagList>) {
        if resource.tags.is_some() {
            return;
        }
        resource.tags = match self.sources.get(resource.kind.as_str()) {
            Some(TagSource::None) => Some(Tags::new()),
            _ if !are_listed(&resource.arn) || !self.is_wanted(&resource.arn) => None,
            _ => list.map(|list| list.by_arn.get(&resource.arn).cloned().unwrap_or_default()),
        };
    }
}

/// The service in an ARN.
fn service_of(arn: &str) -> Option<&str> {
    arn.strip_prefix("arn:")?.split(':').nth(1)
}

/// Whether the list has every tagged resource of this sort. It has no Auto Scaling groups and no IAM users and roles:
/// <https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/supported-services.html>.
fn are_listed(arn: &str) -> bool {
    let mut parts = arn.splitn(6, ':').skip(2);
    let (service, resource) = (parts.next().unwrap_or(""), parts.nth(2).unwrap_or(""));
    let is = |beginning: &str| resource.starts_with(beginning);
    !(service == "autoscaling" && is("autoScalingGroup:") || service == "iam" && (is("user/") || is("role/")))
}

/// The tags that are asked for in a region, of every resource that has or once had some; nothing where the list was cut
/// short. So a resource that is not in the answer has no tags.
pub async fn list(ctx: &Context, asked: &Asked) -> Option<TagList> {
    if asked.is_nothing() {
        return Some(TagList::default());
    }
    let mut answer = read(ctx, asked, asked.filter()).await;
    if answer.as_ref().is_err_and(|failed| failed.code.as_deref() == Some(UNKNOWN_SERVICE)) {
        answer = read(ctx, asked, None).await;
    }
    ctx.keep(&GET_RESOURCES, None, answer)
}

async fn read(ctx: &Context, asked: &Asked, filter: Option<Vec<String>>) -> Result<TagList, Failed> {
    let request = Client::new(ctx.config()).get_resources().resources_per_page(PAGE).set_resource_type_filters(filter);
    let mut list = TagList { is_read: true, ..TagList::default() };
    let pages = ctx.every_page(&GET_RESOURCES, request.into_paginator().send(), |page| {
        page.resource_tag_mapping_list().iter().for_each(|found| list.add(asked, found));
    });
    pages.await?;
    Ok(list)
}

impl TagList {
    fn add(&mut self, asked: &Asked, found: &ResourceTagMapping) {
        let Some(arn) = found.resource_arn() else { return };
        if asked.inventory
            && let Some(of) = ResourceType::of_arn(arn)
        {
            *self.counts.entry(of).or_default() += 1;
        }
        if asked.is_wanted(arn) {
            let tags = tags(found.tags(), |tag: &Tag| Some(tag.key()), |tag| Some(tag.value()));
            self.by_arn.insert(arn.to_owned(), tags);
        }
    }
}

/// Whether AWS answers in a region at all, if only to refuse.
pub async fn is_answered(ctx: &Context) -> bool {
    let request = Client::new(ctx.config()).get_resources().resources_per_page(1).send();
    let silent = [GapReason::NotInRegion, GapReason::Unreachable, GapReason::TimedOut, GapReason::OutOfTime];
    ctx.gated(&GET_RESOURCES, request).await.map_or_else(|failed| !silent.contains(&failed.reason), |_| true)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Asked, ResourceTagMapping, Tag, TagList, Tags, are_listed};
    use crate::kind::{Kind, TagSource, Wanted};
    use crate::registry::KINDS;
    use waaudit_model::snapshot::Resource;

    fn wanted(names: &[&str], inventory: bool) -> Wanted {
        let kinds: Vec<&'static Kind> = KINDS.iter().filter(|kind| names.contains(&kind.name)).collect();
        assert!(kinds.len() >= names.len());
        Wanted { kinds, inventory, ..Wanted::default() }
    }

    fn resource(kind: &str, arn: &str) -> Resource {
        serde_json::from_value(json!({
            "kind": kind, "arn": arn, "id": arn, "name": null, "region": "eu-west-1", "account": "1", "tags": null,
            "facts": {},
        }))
        .unwrap()
    }

    fn list(asked: &Asked, arns: &[&str]) -> TagList {
        let mut list = TagList::default();
        for arn in arns {
            let tag = Tag::builder().key("env").value("dev").build().unwrap();
            list.add(asked, &ResourceTagMapping::builder().resource_arn(*arn).tags(tag).build());
        }
        list
    }

    const DATABASE: &str = "arn:aws:rds:eu-west-1:111122223333:db:orders";
    const QUEUE: &str = "arn:aws:sqs:eu-west-1:111122223333:orders";
    const TOPIC: &str = "arn:aws:sns:eu-west-1:111122223333:orders";

    #[test]
    fn nothing_is_asked_where_lists_bring_all_tags() {
        assert!(Asked::by(&wanted(&["account", "ec2.instance", "rds.db_instance"], false)).is_nothing());
    }

    #[test]
    fn only_the_services_of_the_wanted_kinds_are_asked_for() {
        let asked = Asked::by(&wanted(&["ec2.instance", "sqs.queue", "s3.bucket"], false));
        assert_eq!(asked.filter(), Some(vec!["s3".to_owned(), "sqs".to_owned()]));
        assert!(Asked::by(&wanted(&["backup.protected_resource"], false)).filter().is_none());
    }

    #[test]
    fn of_everything_counts_are_kept_and_only_the_wanted_arns() {
        let asked = Asked::by(&wanted(&["sqs.queue"], true));
        assert_eq!(asked.filter(), None);
        let list = list(&asked, &[DATABASE, QUEUE, TOPIC]);
        assert_eq!(list.counts.values().sum::<usize>(), 3);
        assert_eq!(list.by_arn.keys().collect::<Vec<_>>(), [QUEUE]);
        let asked = Asked::by(&wanted(&["sqs.queue"], false));
        assert!(self::list(&asked, &[QUEUE]).counts.is_empty());
    }

    #[test]
    fn a_resource_that_is_not_listed_has_no_tags_unless_it_was_not_asked_for() {
        let asked = Asked::by(&wanted(&["sqs.queue", "apigateway.account"], false));
        let list = list(&asked, &[QUEUE]);
        let tags = |kind: &str, arn: &str, list: Option<&TagList>| {
            let mut resource = resource(kind, arn);
            asked.tag(&mut resource, list);
            resource.tags
        };
        assert_eq!(tags("sqs.queue", QUEUE, Some(&list)), Some(Tags::from([("env".to_owned(), "dev".to_owned())])));
        assert_eq!(tags("sqs.queue", "arn:aws:sqs:eu-west-1:1:other", Some(&list)), Some(Tags::new()));
        assert_eq!(tags("sqs.queue", QUEUE, None), None);
        assert_eq!(tags("sns.topic", TOPIC, Some(&list)), None);
        assert_eq!(tags("apigateway.account", "arn:aws:apigateway:eu-west-1::/account", None), Some(Tags::new()));
    }

    #[test]
    fn each_kind_whose_tags_are_listed_has_arns_of_a_service_that_it_calls() {
        let listed = KINDS.iter().filter(|kind| kind.tags == TagSource::TagList);
        for kind in listed {
            let sample = waaudit_rules::fixtures::sample(kind.name).unwrap();
            let service = super::service_of(&sample.arn).unwrap();
            assert!(kind.calls.iter().any(|call| call.service == service), "{}: {service}", kind.name);
        }
    }

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
