//! Security groups as far as their rules tell of them, and the prefix lists that rules name.
//!
//! One list of rules says more than a list of groups, so groups are never asked for. The cost: a group without any
//! rule is not found, and a group's own tags and name come from elsewhere.

use std::collections::BTreeMap;

use aws_sdk_ec2::Client;
use aws_sdk_ec2::operation::get_managed_prefix_list_entries::GetManagedPrefixListEntriesOutput;
use aws_sdk_ec2::types::{ManagedPrefixList, ReferencedSecurityGroup, SecurityGroupRule as SdkRule};

use super::{named, owned_arn};
use crate::call::Call;
use crate::kind::Kind;
use crate::transport::bounded::run_bounded;
use crate::transport::collector_context::{Context, ResourceId};
use crate::transport::decode::word;
use waaudit_model::facts;
use waaudit_model::facts::Fact;
use waaudit_model::facts::ec2::{IngressRule, PrefixList, SecurityGroup};

const DESCRIBE_RULES: Call = Call::new("ec2", "DescribeSecurityGroupRules");
const DESCRIBE_PREFIX_LISTS: Call = Call::new("ec2", "DescribeManagedPrefixLists");
const GET_PREFIX_LIST_ENTRIES: Call = Call::new("ec2", "GetManagedPrefixListEntries");

/// How the names of AWS's own lists begin; no one else can take such a name.
const OWN_TO_AWS: &str = "com.amazonaws.";

pub(crate) const SECURITY_GROUP: Kind =
    Kind::regional::<facts::ec2::SecurityGroup>(&[&DESCRIBE_RULES], |ctx| Box::pin(security_groups(ctx))).own_tags();
pub(crate) const PREFIX_LIST: Kind =
    Kind::regional::<facts::ec2::PrefixList>(&[&DESCRIBE_PREFIX_LISTS, &GET_PREFIX_LIST_ENTRIES], |ctx| {
        Box::pin(prefix_lists(ctx))
    })
    .own_tags();

async fn security_groups(ctx: Context) {
    let client = aws_sdk_ec2::Client::new(ctx.config());
    let mut rules = Vec::new();
    let pages = client.describe_security_group_rules().into_paginator().page_size(super::PAGE).send();
    let all_came =
        ctx.pages(&DESCRIBE_RULES, pages, |page| rules.extend(page.security_group_rules.into_iter().flatten())).await;
    let mut groups: BTreeMap<&str, Vec<&SdkRule>> = BTreeMap::new();
    for rule in &rules {
        let Some(group) = ctx.entry(&DESCRIBE_RULES, rule.group_id()) else { continue };
        groups.entry(group).or_default().push(rule);
    }
    // A rule of any group may be on a page that failed, or be the one that names no group.
    let all_placed = rules.iter().all(|rule| rule.group_id().is_some());
    for (id, rules) in groups {
        let owner = rules.iter().find_map(|rule| rule.group_owner_id());
        let arn = owned_arn(&ctx, owner, &format!("security-group/{id}"));
        let facts = if all_came && all_placed {
            SecurityGroup {
                ingress: ctx.whole(&DESCRIBE_RULES, &arn, "ingress", ingress(&rules)),
                ..Default::default()
            }
        } else {
            SecurityGroup::default()
        };
        ctx.push(ResourceId { arn, id: id.to_owned(), ..ResourceId::default() }, facts);
    }
}

/// Whether every rule says its direction, and every inbound one what it admits: else nothing is known.
fn ingress(rules: &[&SdkRule]) -> Option<Vec<IngressRule>> {
    let mut inbound = Vec::new();
    for rule in rules {
        if !rule.is_egress? {
            inbound.push(ingress_rule(rule)?);
        }
    }
    Some(inbound)
}

fn ingress_rule(r: &SdkRule) -> Option<IngressRule> {
    let cidr = word(r.cidr_ipv4().or(r.cidr_ipv6()));
    let group = word(r.referenced_group_info().and_then(ReferencedSecurityGroup::group_id));
    let prefix_list = r.prefix_list_id.clone();
    if cidr.is_none() && group.is_none() && prefix_list.is_none() {
        return None;
    }
    Some(IngressRule {
        id: r.security_group_rule_id.clone()?,
        protocol: r.ip_protocol.clone()?,
        from_port: port(r.from_port),
        to_port: port(r.to_port),
        cidr,
        group,
        prefix_list,
    })
}

/// AWS writes -1 for all ports.
fn port(port: Option<i32>) -> Option<i64> {
    port.filter(|port| *port >= 0).map(i64::from)
}

async fn prefix_lists(ctx: Context) {
    let client = aws_sdk_ec2::Client::new(ctx.config());
    let mut found = Vec::new();
    let pages = client.describe_managed_prefix_lists().into_paginator().page_size(super::SMALL_PAGE).send();
    ctx.pages(&DESCRIBE_PREFIX_LISTS, pages, |page| {
        found.extend(page.prefix_lists.into_iter().flatten());
    })
    .await;
    run_bounded(found.iter().map(|list| prefix_list(&ctx, &client, list))).await;
}

async fn prefix_list(ctx: &Context, client: &Client, list: &ManagedPrefixList) {
    let Some(id) = ctx.entry(&DESCRIBE_PREFIX_LISTS, list.prefix_list_id()) else { return };
    // AWS's own lists have an owner "AWS" and an ARN to match, so AWS is taken at its word.
    let arn = word(list.prefix_list_arn());
    let arn = arn.unwrap_or_else(|| owned_arn(ctx, list.owner_id(), &format!("prefix-list/{id}")));
    let facts = PrefixList {
        list_name: Fact::from(list.prefix_list_name.clone()),
        ranges: ranges(ctx, client, &arn, id, list).await.into(),
    };
    ctx.push(named(arn, id, list.tags()), facts);
}

/// The ranges of a customer's list. AWS's own lists hold hundreds of its services' addresses, and never everybody's.
async fn ranges(
    ctx: &Context,
    client: &Client,
    arn: &str,
    id: &str,
    list: &ManagedPrefixList,
) -> Option<Option<Vec<String>>> {
    if list.owner_id() == Some("AWS") || list.prefix_list_name().is_some_and(|name| name.starts_with(OWN_TO_AWS)) {
        return Some(None);
    }
    let pages = client.get_managed_prefix_list_entries().prefix_list_id(id).into_paginator().send();
    let pages = ctx.detail_pages(&GET_PREFIX_LIST_ENTRIES, arn, pages).await?;
    let entries = pages.iter().flat_map(GetManagedPrefixListEntriesOutput::entries);
    let ranges = entries.map(|entry| entry.cidr.clone()).collect::<Option<Vec<_>>>();
    ctx.whole(&GET_PREFIX_LIST_ENTRIES, arn, "ranges", ranges).known().cloned().map(Some)
}

#[cfg(test)]
mod tests {
    use aws_sdk_ec2::types::builders::SecurityGroupRuleBuilder;

    use super::*;

    fn rule() -> SecurityGroupRuleBuilder {
        SdkRule::builder().group_id("sg-1").security_group_rule_id("sgr-1").ip_protocol("tcp").is_egress(false)
    }

    #[test]
    fn outbound_rules_are_left_out() {
        let outbound = rule().is_egress(true).cidr_ipv4("0.0.0.0/0").build();
        assert_eq!(ingress(&[&outbound]), Some(vec![]));
    }

    #[test]
    fn a_rule_without_a_direction_leaves_all_unread() {
        let silent = rule().set_is_egress(None).cidr_ipv4("0.0.0.0/0").build();
        let plain = rule().cidr_ipv4("10.0.0.0/8").build();
        assert_eq!(ingress(&[&plain, &silent]), None);
    }

    #[test]
    fn a_rule_that_admits_nothing_it_names_leaves_all_unread() {
        assert_eq!(ingress(&[&rule().build()]), None);
    }

    #[test]
    fn minus_one_stands_for_all_ports() {
        let open = rule().ip_protocol("-1").from_port(-1).to_port(-1).cidr_ipv6("::/0").build();
        let rules = ingress(&[&open]).unwrap();
        assert_eq!((rules[0].from_port, rules[0].to_port, rules[0].cidr.as_deref()), (None, None, Some("::/0")));
    }

    #[test]
    fn a_rule_may_name_a_group_or_a_prefix_list() {
        let group = ReferencedSecurityGroup::builder().group_id("sg-2").build();
        let by_group = rule().referenced_group_info(group).from_port(443).to_port(443).build();
        let by_list = rule().prefix_list_id("pl-1").from_port(80).to_port(80).build();
        let rules = ingress(&[&by_group, &by_list]).unwrap();
        assert_eq!(rules[0].group.as_deref(), Some("sg-2"));
        assert_eq!(rules[1].prefix_list.as_deref(), Some("pl-1"));
        assert_eq!(rules[1].from_port, Some(80));
    }
}
