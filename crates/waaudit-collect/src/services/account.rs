//! The account itself. Everything else that is true of it is derived.

use crate::call::Call;
use crate::kind::{Kind, Service};
use crate::rate_limit::Rate;
use crate::transport::collector_context::{Context, ResourceId};
use waaudit_model::facts;
use waaudit_model::facts::derived::account::Account;

pub(crate) const SERVICE: Service = Service {
    kinds: &[ACCOUNT],
    metrics: &[],
    rates: &[
        Rate::shared("iam", Rate::ALL, 10.0, 10).of_all_regions(),
        // No published rate; one call.
        Rate::shared("organizations", Rate::ALL, 2.0, 2).of_all_regions(),
    ],
};

const LIST_ALIASES: Call = Call::new("iam", "ListAccountAliases");
const DESCRIBE_ORGANIZATION: Call = Call::new("organizations", "DescribeOrganization");

pub(crate) const ACCOUNT: Kind =
    Kind::global::<facts::derived::account::Account>(&[&LIST_ALIASES, &DESCRIBE_ORGANIZATION], |ctx| {
        Box::pin(account(ctx))
    })
    .untagged();

async fn account(ctx: Context) {
    // An account has no ARN; that of its root user is the nearest.
    let arn = ctx.arn("iam", "root");
    let (alias, management_account) = futures::join!(alias(&ctx, &arn), management_account(&ctx, &arn));
    let name = ResourceId {
        arn: arn.clone(),
        id: ctx.account.to_string(),
        name: alias.clone().flatten(),
        ..ResourceId::default()
    };
    ctx.push(
        name,
        Account { alias: alias.into(), management_account: management_account.into(), ..Account::default() },
    );
}

/// An account has one alias at most.
async fn alias(ctx: &Context, arn: &str) -> Option<Option<String>> {
    let client = aws_sdk_iam::Client::new(ctx.config());
    let pages = ctx.detail_pages(&LIST_ALIASES, arn, client.list_account_aliases().into_paginator().send()).await?;
    Some(pages.iter().flat_map(|page| page.account_aliases()).next().cloned())
}

async fn management_account(ctx: &Context, arn: &str) -> Option<Option<String>> {
    let client = aws_sdk_organizations::Client::new(ctx.config());
    let none_codes = &["AWSOrganizationsNotInUseException"];
    let request = client.describe_organization().send();
    let Some(answer) = ctx.detail_or_none(&DESCRIBE_ORGANIZATION, arn, none_codes, request).await? else {
        return Some(None);
    };
    let account = answer.organization().and_then(|organization| organization.master_account_id.clone());
    if account.is_none() {
        ctx.unreadable(&DESCRIBE_ORGANIZATION, Some(arn), "an organisation without a management account");
    }
    account.map(Some)
}
