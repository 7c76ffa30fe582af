//! Tenants of multi-tenant distributions, each with domains of its own, and perhaps a web ACL of its own.

use aws_sdk_cloudfront::Client;
use aws_sdk_cloudfront::types::DistributionTenantSummary;

use super::lower;
use crate::call::Call;
use crate::kind::Kind;
use crate::transport::collector_context::{Context, ResourceId};
use crate::transport::decode::word;
use waaudit_model::facts;
use waaudit_model::facts::cloudfront::DistributionTenant;

const LIST_TENANTS: Call = Call::new("cloudfront", "ListDistributionTenants");

pub(crate) const DISTRIBUTION_TENANT: Kind =
    Kind::global::<facts::cloudfront::DistributionTenant>(&[&LIST_TENANTS], |ctx| Box::pin(tenants(ctx)))
        .after::<facts::cloudfront::Distribution>();

/// Tenants belong to distributions with the connection mode tenant-only: without one, no call is made.
async fn tenants(ctx: Context) {
    let direct = |resource: &waaudit_model::snapshot::Resource| {
        resource.facts.get("connection_mode").is_some_and(|mode| mode.as_str() != Some("tenant-only"))
    };
    if ctx.before.resources().all(direct) {
        return ctx.inherit_gaps();
    }
    let client = Client::new(ctx.config());
    ctx.pages(&LIST_TENANTS, client.list_distribution_tenants().into_paginator().send(), |page| {
        page.distribution_tenant_list().iter().for_each(|tenant| push(&ctx, tenant));
    })
    .await;
}

fn push(ctx: &Context, tenant: &DistributionTenantSummary) {
    let Some(id) = ctx.entry(&LIST_TENANTS, Some(tenant.id())) else { return };
    let named = ResourceId {
        arn: tenant.arn().to_owned(),
        id: id.to_owned(),
        name: Some(tenant.name().to_owned()),
        ..ResourceId::default()
    };
    ctx.push(named, facts(tenant));
}

fn facts(tenant: &DistributionTenantSummary) -> DistributionTenant {
    let web_acl = tenant.customizations().and_then(|customizations| customizations.web_acl());
    let domains: Vec<String> = tenant.domains().iter().map(|domain| domain.domain().to_owned()).collect();
    DistributionTenant {
        distribution: tenant.distribution_id().to_owned().into(),
        enabled: tenant.enabled().into(),
        domains: lower(&domains).into(),
        web_acl_action: word(web_acl.map(|web_acl| web_acl.action())).into(),
        web_acl: web_acl.and_then(|web_acl| web_acl.arn()).map(str::to_owned).into(),
    }
}
