//! AWS WAF Classic. AWS has ended it by steps, at dates of its own for each account; where it answers no more, that is a
//! gap like any other: nobody can tell what still depends on it.

use futures::future::join_all;

use super::Kind;
use super::aws::{Call, Context, Named};
use crate::facts::Fact;
use crate::facts::waf::WebAcl;

const LIST_GLOBAL: Call = Call::new("waf", "ListWebACLs");
const LIST_REGIONAL: Call = Call::new("waf-regional", "ListWebACLs");
const LIST_RESOURCES: Call = Call::new("waf-regional", "ListResourcesForWebACL");

pub(super) const GLOBAL_WEB_ACL: Kind =
    Kind::global("waf.web_acl", &[&LIST_GLOBAL], |ctx| Box::pin(global_web_acls(ctx)));
pub(super) const WEB_ACL: Kind =
    Kind::regional("waf.web_acl", &[&LIST_REGIONAL, &LIST_RESOURCES], |ctx| Box::pin(web_acls(ctx)));

/// The largest page.
const PAGE: i32 = 100;

/// Distributions name their web ACL themselves.
async fn global_web_acls(ctx: Context) {
    let client = aws_sdk_waf::Client::new(ctx.config());
    ctx.marked_pages(
        &LIST_GLOBAL,
        |mark| client.list_web_acls().limit(PAGE).set_next_marker(mark).send(),
        |page| page.next_marker.clone().filter(|_| !page.web_acls().is_empty()),
        |page| {
            for acl in page.web_acls() {
                push(&ctx, "waf", acl.web_acl_id(), acl.name(), Fact::Known(Vec::new()));
            }
        },
    )
    .await;
}

async fn web_acls(ctx: Context) {
    let client = aws_sdk_wafregional::Client::new(ctx.config());
    let mut found = Vec::new();
    ctx.marked_pages(
        &LIST_REGIONAL,
        |mark| client.list_web_acls().limit(PAGE).set_next_marker(mark).send(),
        |page| page.next_marker.clone().filter(|_| !page.web_acls().is_empty()),
        |page| found.extend_from_slice(page.web_acls()),
    )
    .await;
    join_all(found.iter().map(async |acl| {
        let resources = resources(&ctx, &client, acl.web_acl_id()).await;
        push(&ctx, "waf-regional", acl.web_acl_id(), acl.name(), resources.into());
    }))
    .await;
}

async fn resources(ctx: &Context, client: &aws_sdk_wafregional::Client, id: &str) -> Option<Vec<String>> {
    use aws_sdk_wafregional::types::ResourceType;
    let arn = ctx.arn("waf-regional", &format!("webacl/{id}"));
    let asked = [ResourceType::ApplicationLoadBalancer, ResourceType::ApiGateway].map(|resource_type| {
        let request = client.list_resources_for_web_acl().web_acl_id(id).resource_type(resource_type).send();
        ctx.detail(&LIST_RESOURCES, &arn, request)
    });
    let answers = join_all(asked).await.into_iter().collect::<Option<Vec<_>>>()?;
    Some(answers.iter().flat_map(|answer| answer.resource_arns()).cloned().collect())
}

fn push(ctx: &Context, service: &str, id: &str, name: &str, resources: Fact<Vec<String>>) {
    let scope = if service == "waf" { "CLOUDFRONT" } else { "REGIONAL" };
    let facts = WebAcl { scope: scope.to_owned().into(), resources, ..WebAcl::default() };
    let arn = ctx.arn(service, &format!("webacl/{id}"));
    ctx.push(Named { arn, id: id.to_owned(), name: Some(name.to_owned()), ..Named::default() }, facts);
}
