//! AWS WAF: web ACLs and what they protect.
//!
//! Those for CloudFront belong to no region, the others to one: one kind, two functions. WAF answers about
//! one call a second on protected resources, so it is asked for two types of them, and for the others only of a web ACL
//! that would else be attached to nothing.

use std::collections::BTreeSet;

use aws_sdk_wafv2::Client;
use aws_sdk_wafv2::types::{
    FilterBehavior, LogScope, LoggingConfiguration, ResourceType, Scope, WebAcl as SdkWebAcl, WebAclSummary,
};

pub(crate) use self::measures::METRICS;
use self::rules::{default_action, ip_sets, manager_ip_sets, rules};
use self::sets::Sets;
use crate::call::Call;
use crate::kind::{Kind, Service};
use crate::rate_limit::Rate;
use crate::transport::bounded::run_bounded;
use crate::transport::collector_context::{Context, ResourceId};
use waaudit_model::facts;
use waaudit_model::facts::Fact;
use waaudit_model::facts::wafv2::WebAcl;

mod conditions;
mod groups;
mod measures;
mod rules;
mod sets;

pub(crate) const SERVICE: Service = Service {
    kinds: &[GLOBAL_WEB_ACL, WEB_ACL],
    metrics: &[METRICS],
    rates: &[
        // AWS WAF, "Quotas": fixed, one a second for what a web ACL protects, five for each other read.
        Rate::each("wafv2", &["ListResourcesForWebACL", "GetWebACLForResource"], 1.0, 1),
        Rate::each("wafv2", Rate::ALL, 5.0, 5),
    ],
};

const LIST_WEB_ACLS: Call = Call::new("wafv2", "ListWebACLs");
const GET_WEB_ACL: Call = Call::new("wafv2", "GetWebACL");
const GET_RULE_GROUP: Call = Call::new("wafv2", "GetRuleGroup");
const DESCRIBE_MANAGED_GROUP: Call = Call::new("wafv2", "DescribeManagedRuleGroup");
const GET_IP_SET: Call = Call::new("wafv2", "GetIPSet");
/// What IAM demands besides for the rarer types:
/// <https://docs.aws.amazon.com/waf/latest/developerguide/security_iam_service-with-iam.html>.
const LIST_RESOURCES: Call = Call::new("wafv2", "ListResourcesForWebACL").besides(&[
    "amplify:ListResourcesForWebACL",
    "apprunner:ListAssociatedServicesForWebAcl",
    "cognito-idp:ListResourcesForWebACL",
    "ec2:DescribeVerifiedAccessInstanceWebAclAssociations",
]);
const LIST_LOGGING: Call = Call::new("wafv2", "ListLoggingConfigurations");

const CALLS: &[&Call] = &[
    &LIST_WEB_ACLS,
    &GET_WEB_ACL,
    &GET_RULE_GROUP,
    &DESCRIBE_MANAGED_GROUP,
    &GET_IP_SET,
    &LIST_RESOURCES,
    &LIST_LOGGING,
];

pub(crate) const WEB_ACL: Kind =
    Kind::regional::<facts::wafv2::WebAcl>(CALLS, |ctx| Box::pin(web_acls(ctx, Scope::Regional)));
pub(crate) const GLOBAL_WEB_ACL: Kind =
    Kind::global::<facts::wafv2::WebAcl>(CALLS, |ctx| Box::pin(web_acls(ctx, Scope::Cloudfront)))
        .after::<facts::cloudfront::Distribution>()
        .after::<facts::cloudfront::DistributionTenant>();

/// The largest page.
const PAGE: i32 = 100;

async fn web_acls(ctx: Context, scope: Scope) {
    let client = Client::new(ctx.config());
    let (found, logged) = futures::join!(list(&ctx, &client, &scope), logged(&ctx, &client, &scope));
    run_bounded(found.iter().map(|found| web_acl(&ctx, &client, &scope, found, logged.as_ref()))).await;
}

/// WAF can send a mark behind the last item; the page behind that mark is empty.
async fn list(ctx: &Context, client: &Client, scope: &Scope) -> Vec<WebAclSummary> {
    let mut found = Vec::new();
    ctx.marked_pages(
        &LIST_WEB_ACLS,
        |mark| client.list_web_acls().scope(scope.clone()).limit(PAGE).set_next_marker(mark).send(),
        |page| page.next_marker.clone().filter(|_| !page.web_acls().is_empty()),
        |page| found.extend_from_slice(page.web_acls()),
    )
    .await;
    found
}

/// Who may have decisions logged: the account or Firewall Manager, Security Lake, or a telemetry rule of CloudWatch. WAF
/// lists each apart.
const LOG_SCOPES: &[LogScope] = &[LogScope::Customer, LogScope::SecurityLake, LogScope::CloudwatchTelemetryRuleManaged];

/// ARNs of the web ACLs whose decisions are logged.
async fn logged(ctx: &Context, client: &Client, scope: &Scope) -> Option<BTreeSet<String>> {
    let lists = run_bounded(LOG_SCOPES.iter().map(|by| logged_by(ctx, client, scope, by))).await;
    Some(lists.into_iter().collect::<Option<Vec<_>>>()?.into_iter().flatten().collect())
}

async fn logged_by(ctx: &Context, client: &Client, scope: &Scope, by: &LogScope) -> Option<BTreeSet<String>> {
    let mut logged = BTreeSet::new();
    let ask = |mark| {
        let request = client.list_logging_configurations().scope(scope.clone()).log_scope(by.clone());
        request.limit(PAGE).set_next_marker(mark).send()
    };
    let complete = ctx
        .marked_pages(
            &LIST_LOGGING,
            ask,
            |page| page.next_marker.clone().filter(|_| !page.logging_configurations().is_empty()),
            |page| {
                let keeping = page.logging_configurations().iter().filter(|logging| keeps_some(logging));
                logged.extend(keeping.map(|logging| logging.resource_arn.clone()));
            },
        )
        .await;
    complete.then_some(logged)
}

/// Whether a filter, if there is one, lets any record through.
fn keeps_some(logging: &LoggingConfiguration) -> bool {
    logging.logging_filter().is_none_or(|filter| {
        let keeps = |behavior: &FilterBehavior| *behavior == FilterBehavior::Keep;
        keeps(filter.default_behavior()) || filter.filters().iter().any(|filter| keeps(filter.behavior()))
    })
}

async fn web_acl(
    ctx: &Context,
    client: &Client,
    scope: &Scope,
    found: &WebAclSummary,
    logged: Option<&BTreeSet<String>>,
) {
    let (Some(arn), Some(name), Some(id)) = (found.arn(), found.name(), found.id()) else {
        return ctx.unreadable(&LIST_WEB_ACLS, None, "a web ACL without an ARN, a name or an id");
    };
    let get = ctx.detail(&GET_WEB_ACL, arn, client.get_web_acl().name(name).scope(scope.clone()).id(id).send());
    let (answer, (load_balancers, other_resources)) = futures::join!(get, protected(ctx, client, scope, arn));
    let facts = match answer.as_ref().and_then(|answer| answer.web_acl()) {
        Some(described) => described_facts(ctx, client, scope, arn, described).await,
        None => WebAcl::default(),
    };
    let facts = WebAcl {
        scope: scope.as_str().to_owned().into(),
        load_balancers: load_balancers.into(),
        other_resources: other_resources.into(),
        logged: logged.map(|logged| logged.contains(arn)).into(),
        ..facts
    };
    let name =
        ResourceId { arn: arn.to_owned(), id: id.to_owned(), name: Some(name.to_owned()), ..ResourceId::default() };
    ctx.push(name, facts);
}

/// Types that are asked about one after the other, where a web ACL is on none of the frequent ones.
const RARE: &[ResourceType] = &[
    ResourceType::CognitioUserPool,
    ResourceType::Appsync,
    ResourceType::AppRunnerService,
    ResourceType::VerifiedAccessInstance,
    ResourceType::AgentcoreGateway,
];

/// What WAF says where a region has no resources of a type.
const NO_SUCH_TYPE: &[&str] = &["WAFInvalidParameterException"];

/// The load balancers, and what else a web ACL is on.
async fn protected(
    ctx: &Context,
    client: &Client,
    scope: &Scope,
    arn: &str,
) -> (Option<Vec<String>>, Option<Vec<String>>) {
    if *scope == Scope::Cloudfront {
        // WAF does not tell about distributions and their tenants, which name their web ACL themselves.
        let named = ctx.before.resources().any(|resource| resource.facts.get("web_acl").is_some_and(|acl| acl == arn));
        let apps = if named { Some(Vec::new()) } else { resources(ctx, client, arn, ResourceType::Amplify).await };
        return (Some(Vec::new()), apps);
    }
    let (load_balancers, stages) = futures::join!(
        resources(ctx, client, arn, ResourceType::ApplicationLoadBalancer),
        resources(ctx, client, arn, ResourceType::ApiGateway),
    );
    let idle = [&load_balancers, &stages].into_iter().all(|found| found.as_ref().is_some_and(Vec::is_empty));
    let others = if idle { rare(ctx, client, arn).await } else { stages };
    (load_balancers, others)
}

/// The resources of the first rare type that there are any of.
async fn rare(ctx: &Context, client: &Client, arn: &str) -> Option<Vec<String>> {
    for resource_type in RARE {
        let found = resources(ctx, client, arn, resource_type.clone()).await?;
        if !found.is_empty() {
            return Some(found);
        }
    }
    Some(Vec::new())
}

async fn resources(ctx: &Context, client: &Client, arn: &str, resource_type: ResourceType) -> Option<Vec<String>> {
    let request = client.list_resources_for_web_acl().web_acl_arn(arn).resource_type(resource_type).send();
    let answer = ctx.detail_or_none(&LIST_RESOURCES, arn, NO_SUCH_TYPE, request).await?;
    Some(answer.map(|answer| answer.resource_arns().to_vec()).unwrap_or_default())
}

async fn described_facts(ctx: &Context, client: &Client, scope: &Scope, arn: &str, web_acl: &SdkWebAcl) -> WebAcl {
    let groups = groups::read(ctx, client, scope, arn, web_acl).await;
    let sets = sets_of(ctx, client, scope, arn, web_acl, &groups).await;
    let (default_action, rules) = (default_action(web_acl), rules(web_acl, &sets));
    if default_action.is_none() || rules.is_none() {
        ctx.unreadable(&GET_WEB_ACL, Some(arn), "an action that is not known");
    }
    let (group_rules, unread_groups) = groups::rules(ctx, arn, &groups, &sets);
    WebAcl {
        default_action: default_action.into(),
        rules: rules.into(),
        group_rules: group_rules.into(),
        unread_groups: unread_groups.into(),
        metric_name: metric_name(web_acl),
        managed_by_firewall_manager: web_acl.managed_by_firewall_manager().into(),
        ..WebAcl::default()
    }
}

/// The IP sets that its rules and those of its groups refer to.
async fn sets_of(
    ctx: &Context,
    client: &Client,
    scope: &Scope,
    arn: &str,
    web_acl: &SdkWebAcl,
    groups: &[(rules::Reference<'_>, Option<groups::Content>)],
) -> Sets {
    let managers =
        [web_acl.pre_process_firewall_manager_rule_groups(), web_acl.post_process_firewall_manager_rule_groups()];
    let managers = managers.into_iter().flatten().flat_map(manager_ip_sets);
    let in_groups = groups.iter().filter_map(|(_, content)| content.as_ref()).flat_map(groups::Content::own_rules);
    let referred = web_acl.rules().iter().chain(in_groups).flat_map(ip_sets).chain(managers);
    sets::read(ctx, client, scope, arn, referred).await
}

fn metric_name(web_acl: &SdkWebAcl) -> Fact<Option<String>> {
    let Some(visibility) = web_acl.visibility_config() else { return Fact::Unread };
    let published = visibility.cloud_watch_metrics_enabled();
    Fact::Known(published.then(|| visibility.metric_name().to_owned()))
}
