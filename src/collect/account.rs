//! The account itself. Everything else that is true of it is derived.

use super::Kind;
use super::aws::{Call, Context, Named};
use crate::facts::account::Account;

const LIST_ALIASES: Call = Call::new("iam", "ListAccountAliases");
const DESCRIBE_ORGANIZATION: Call = Call::new("organizations", "DescribeOrganization");

pub(super) const ACCOUNT: Kind =
    Kind::global("account", &[&LIST_ALIASES, &DESCRIBE_ORGANIZATION], |ctx| Box::pin(account(ctx)));

async fn account(ctx: Context) {
    // An account has no ARN; that of its root user is the nearest.
    let arn = ctx.arn("iam", "root");
    let (alias, management_account) = futures::join!(alias(&ctx, &arn), management_account(&ctx, &arn));
    let name =
        Named { arn: arn.clone(), id: ctx.account.to_string(), name: alias.clone().flatten(), ..Named::default() };
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
