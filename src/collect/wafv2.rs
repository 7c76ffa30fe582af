//! AWS WAF: web ACLs and what they protect.
//!
//! Those for CloudFront live above the regions, the others in them: one kind, two functions. WAF answers about
//! one call a second on protected resources, so it is asked for two types of them only.

use std::collections::BTreeSet;

use aws_sdk_wafv2::Client;
use aws_sdk_wafv2::types::{ResourceType, Scope, WebAcl as SdkWebAcl, WebAclSummary};
use futures::future::join_all;

use self::rules::{default_action, rules};
use super::Kind;
use super::aws::{Call, Context, Named};
use crate::facts::wafv2::WebAcl;

mod rules;

const LIST_WEB_ACLS: Call = Call::new("wafv2", "ListWebACLs");
const GET_WEB_ACL: Call = Call::new("wafv2", "GetWebACL");
const LIST_RESOURCES: Call = Call::new("wafv2", "ListResourcesForWebACL");
const LIST_LOGGING: Call = Call::new("wafv2", "ListLoggingConfigurations");

pub(super) const WEB_ACL: Kind =
    Kind::regional("wafv2.web_acl", &[&LIST_WEB_ACLS, &GET_WEB_ACL, &LIST_RESOURCES, &LIST_LOGGING], |ctx| {
        Box::pin(web_acls(ctx, Scope::Regional))
    });
pub(super) const GLOBAL_WEB_ACL: Kind =
    Kind::global("wafv2.web_acl", &[&LIST_WEB_ACLS, &GET_WEB_ACL, &LIST_LOGGING], |ctx| {
        Box::pin(web_acls(ctx, Scope::Cloudfront))
    });

/// The largest page.
const PAGE: i32 = 100;

async fn web_acls(ctx: Context, scope: Scope) {
    let client = Client::new(ctx.config());
    let (found, logged) = futures::join!(list(&ctx, &client, &scope), logged(&ctx, &client, &scope));
    join_all(found.iter().map(|found| web_acl(&ctx, &client, &scope, found, logged.as_ref()))).await;
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

/// ARNs of the web ACLs whose decisions are logged.
async fn logged(ctx: &Context, client: &Client, scope: &Scope) -> Option<BTreeSet<String>> {
    let mut logged = BTreeSet::new();
    let complete = ctx
        .marked_pages(
            &LIST_LOGGING,
            |mark| client.list_logging_configurations().scope(scope.clone()).limit(PAGE).set_next_marker(mark).send(),
            |page| page.next_marker.clone().filter(|_| !page.logging_configurations().is_empty()),
            |page| logged.extend(page.logging_configurations().iter().map(|logging| logging.resource_arn.clone())),
        )
        .await;
    complete.then_some(logged)
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
    let (answer, load_balancers, other_resources) = futures::join!(
        get,
        resources(ctx, client, scope, arn, ResourceType::ApplicationLoadBalancer),
        resources(ctx, client, scope, arn, ResourceType::ApiGateway),
    );
    let described = answer.as_ref().and_then(|answer| answer.web_acl());
    let facts = WebAcl {
        scope: scope.as_str().to_owned().into(),
        load_balancers: load_balancers.into(),
        other_resources: other_resources.into(),
        logged: logged.map(|logged| logged.contains(arn)).into(),
        ..described.map(|described| described_facts(ctx, arn, described)).unwrap_or_default()
    };
    let name = Named { arn: arn.to_owned(), id: id.to_owned(), name: Some(name.to_owned()), ..Named::default() };
    ctx.push(name, facts);
}

/// WAF does not tell about distributions: they name their web ACL themselves.
async fn resources(
    ctx: &Context,
    client: &Client,
    scope: &Scope,
    arn: &str,
    resource_type: ResourceType,
) -> Option<Vec<String>> {
    if *scope == Scope::Cloudfront {
        return Some(Vec::new());
    }
    let request = client.list_resources_for_web_acl().web_acl_arn(arn).resource_type(resource_type).send();
    Some(ctx.detail(&LIST_RESOURCES, arn, request).await?.resource_arns().to_vec())
}

fn described_facts(ctx: &Context, arn: &str, web_acl: &SdkWebAcl) -> WebAcl {
    let (default_action, rules) = (default_action(web_acl), rules(web_acl));
    if default_action.is_none() || rules.is_none() {
        ctx.unreadable(&GET_WEB_ACL, Some(arn), "an action that is not known");
    }
    WebAcl {
        default_action: default_action.into(),
        rules: rules.into(),
        managed_by_firewall_manager: web_acl.managed_by_firewall_manager().into(),
        ..WebAcl::default()
    }
}
