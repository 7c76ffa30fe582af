//! AWS App Runner: services, which most often answer the internet. Source repositories and environment variables are never
//! read.

use std::collections::BTreeMap;

use aws_sdk_apprunner::Client;
use aws_sdk_apprunner::types::ServiceSummary;

use crate::call::Call;
use crate::kind::{Kind, Service};
use crate::transport::bounded::run_bounded;
use crate::transport::collector_context::{Context, ResourceId};
use crate::transport::decode::word;
use waaudit_model::facts;

pub(crate) const SERVICE: Service = Service { kinds: &[RUNNING_SERVICE], metrics: &[], rates: &[] };

const LIST_SERVICES: Call = Call::new("apprunner", "ListServices");
const DESCRIBE_SERVICE: Call = Call::new("apprunner", "DescribeService");
/// What IAM demands besides:
/// <https://docs.aws.amazon.com/waf/latest/developerguide/security_iam_service-with-iam.html>.
const GET_WEB_ACL: Call = Call::new("wafv2", "GetWebACLForResource").besides(&["apprunner:DescribeWebAclForService"]);

pub(crate) const RUNNING_SERVICE: Kind =
    Kind::regional::<facts::apprunner::Service>(&[&LIST_SERVICES, &DESCRIBE_SERVICE, &GET_WEB_ACL], |ctx| {
        Box::pin(services(ctx))
    });

async fn services(ctx: Context) {
    let client = Client::new(ctx.config());
    let firewall = aws_sdk_wafv2::Client::new(ctx.config());
    let mut found = Vec::new();
    ctx.pages(&LIST_SERVICES, client.list_services().into_paginator().send(), |page| {
        found.extend(page.service_summary_list);
    })
    .await;
    run_bounded(found.iter().map(|summary| service(&ctx, &client, &firewall, summary))).await;
}

async fn service(ctx: &Context, client: &Client, firewall: &aws_sdk_wafv2::Client, summary: &ServiceSummary) {
    let Some(arn) = ctx.entry(&LIST_SERVICES, summary.service_arn()) else { return };
    let describe = ctx.detail(&DESCRIBE_SERVICE, arn, client.describe_service().service_arn(arn).send());
    let guarded = ctx.detail(&GET_WEB_ACL, arn, firewall.get_web_acl_for_resource().resource_arn(arn).send());
    let (described, guarded) = futures::join!(describe, guarded);
    let network = described.as_ref().and_then(|answer| answer.service()?.network_configuration());
    let facts = facts::apprunner::Service {
        status: word(summary.status()).into(),
        domain: summary.service_url().map(str::to_lowercase).into(),
        publicly_accessible: network
            .and_then(|network| Some(network.ingress_configuration()?.is_publicly_accessible()))
            .into(),
        web_acl: guarded.map(|answer| answer.web_acl().map(|acl| acl.arn().to_owned())).into(),
    };
    let id = summary.service_name().unwrap_or(arn).to_owned();
    ctx.push(ResourceId { arn: arn.to_owned(), id, name: None, region: None, tags: None::<BTreeMap<_, _>> }, facts);
}
