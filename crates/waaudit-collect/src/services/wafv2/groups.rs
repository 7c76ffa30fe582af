//! The rules in a web ACL's rule groups, with the actions that hold once the web ACL has overridden some.

use std::sync::Arc;

use aws_sdk_wafv2::Client;
use aws_sdk_wafv2::operation::describe_managed_rule_group::DescribeManagedRuleGroupOutput;
use aws_sdk_wafv2::operation::get_rule_group::GetRuleGroupOutput;
use aws_sdk_wafv2::types::{Rule as SdkRule, RuleSummary, Scope, WebAcl as SdkWebAcl};

use super::rules::{Group, Reference, by_priority, own_rule, references, rule_action};
use super::sets::Sets;
use super::{Context, DESCRIBE_MANAGED_GROUP, GET_RULE_GROUP};
use crate::transport::bounded::run_bounded;
use waaudit_model::facts::wafv2::Rule;

/// A rule group as its service describes it.
pub(super) enum Content {
    Own(Arc<GetRuleGroupOutput>),
    Vendor(Arc<DescribeManagedRuleGroupOutput>),
}

/// The groups whose rules a web ACL's effect depends on; without content where a group could not be read.
pub(super) async fn read<'a>(
    ctx: &Context,
    client: &Client,
    scope: &Scope,
    arn: &str,
    web_acl: &'a SdkWebAcl,
) -> Vec<(Reference<'a>, Option<Content>)> {
    let asked = references(web_acl).into_iter().filter(Reference::is_asked);
    run_bounded(asked.map(|reference| async move {
        let content = content(ctx, client, scope, arn, &reference.group).await;
        (reference, content)
    }))
    .await
}

/// Several web ACLs may refer to one group.
async fn content(ctx: &Context, client: &Client, scope: &Scope, acl: &str, group: &Group<'_>) -> Option<Content> {
    if let Some(arn) = group.arn() {
        let request = client.get_rule_group().arn(arn).send();
        return ctx.once(&GET_RULE_GROUP, Some(acl), arn, request).await.map(Content::Own);
    }
    let managed = group.managed?;
    let (vendor, name, version) = (managed.vendor_name(), managed.name(), managed.version());
    let request = client
        .describe_managed_rule_group()
        .vendor_name(vendor)
        .name(name)
        .scope(scope.clone())
        .set_version_name(version.map(str::to_owned));
    let key = format!("{vendor} {name} {} {}", version.unwrap_or_default(), scope.as_str());
    ctx.once(&DESCRIBE_MANAGED_GROUP, Some(acl), &key, request.send()).await.map(Content::Vendor)
}

/// The rules of all groups in order, and the names of the web ACL's rules whose group could not be read.
pub(super) fn rules(
    ctx: &Context,
    arn: &str,
    groups: &[(Reference, Option<Content>)],
    sets: &Sets,
) -> (Vec<Rule>, Vec<String>) {
    let (mut known, mut unread) = (Vec::new(), Vec::new());
    for (reference, content) in groups {
        match content.as_ref().map(|content| content.rules(reference, sets)) {
            Some(Some(rules)) => known.extend(rules),
            missing => {
                unread.push(reference.name.to_owned());
                if missing.is_some() {
                    ctx.unreadable(reference.call(), Some(arn), "an action that is not known");
                }
            }
        }
    }
    (known, unread)
}

impl Content {
    /// The rules of a group that is not a vendor's.
    pub(super) fn own_rules(&self) -> &[SdkRule] {
        match self {
            Self::Own(answer) => answer.rule_group().map_or(&[], |group| group.rules()),
            Self::Vendor(_) => &[],
        }
    }

    /// The group's rules as they act in the web ACL; nothing where an action is not known.
    pub(super) fn rules(&self, reference: &Reference, sets: &Sets) -> Option<Vec<Rule>> {
        let rules = match self {
            Self::Own(answer) => by_priority(answer.rule_group()?.rules().iter().map(|rule| own_rule(rule, sets)))?,
            Self::Vendor(answer) => answer.rules().iter().map(vendor_rule).collect::<Option<Vec<_>>>()?,
        };
        Some(rules.into_iter().map(|rule| reference.overriding(rule)).collect())
    }
}

/// All that a vendor tells of a rule is its name and its action.
fn vendor_rule(rule: &RuleSummary) -> Option<Rule> {
    Some(Rule {
        name: rule.name()?.to_owned(),
        statement: "managed".to_owned(),
        action: rule_action(rule.action()?)?,
        ..Rule::default()
    })
}
