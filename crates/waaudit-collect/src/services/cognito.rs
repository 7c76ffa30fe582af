//! Amazon Cognito: user pools, whose sign-in answers the internet. Users and app clients are never read.

use std::collections::BTreeMap;

use aws_sdk_cognitoidentityprovider::Client;
use aws_sdk_cognitoidentityprovider::types::UserPoolDescriptionType;

use crate::call::Call;
use crate::kind::{Kind, Service};
use crate::transport::bounded::run_bounded;
use crate::transport::collector_context::{Context, ResourceId};
use waaudit_model::facts;
use waaudit_model::facts::cognito::UserPool;

pub(crate) const SERVICE: Service = Service { kinds: &[USER_POOL], metrics: &[], rates: &[] };

const LIST_USER_POOLS: Call = Call::new("cognito-idp", "ListUserPools");
/// What IAM demands besides:
/// <https://docs.aws.amazon.com/waf/latest/developerguide/security_iam_service-with-iam.html>.
const GET_WEB_ACL: Call = Call::new("wafv2", "GetWebACLForResource").besides(&["cognito-idp:GetWebACLForResource"]);

pub(crate) const USER_POOL: Kind =
    Kind::regional::<facts::cognito::UserPool>(&[&LIST_USER_POOLS, &GET_WEB_ACL], |ctx| Box::pin(user_pools(ctx)));

/// The largest page.
const PAGE: i32 = 60;

async fn user_pools(ctx: Context) {
    let client = Client::new(ctx.config());
    let firewall = aws_sdk_wafv2::Client::new(ctx.config());
    let mut found = Vec::new();
    ctx.pages(&LIST_USER_POOLS, client.list_user_pools().max_results(PAGE).into_paginator().send(), |page| {
        found.extend(page.user_pools.into_iter().flatten());
    })
    .await;
    run_bounded(found.iter().map(|pool| user_pool(&ctx, &firewall, pool))).await;
}

async fn user_pool(ctx: &Context, firewall: &aws_sdk_wafv2::Client, pool: &UserPoolDescriptionType) {
    let Some(id) = ctx.entry(&LIST_USER_POOLS, pool.id()) else { return };
    let arn = ctx.arn("cognito-idp", &format!("userpool/{id}"));
    let answer = ctx.detail(&GET_WEB_ACL, &arn, firewall.get_web_acl_for_resource().resource_arn(&arn).send()).await;
    let web_acl = answer.map(|answer| answer.web_acl().map(|acl| acl.arn().to_owned()));
    let named =
        ResourceId { arn, id: id.to_owned(), name: pool.name.clone(), region: None, tags: None::<BTreeMap<_, _>> };
    ctx.push(named, UserPool { pool_name: pool.name.clone().into(), web_acl: web_acl.into() });
}
