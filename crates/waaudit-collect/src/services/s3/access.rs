//! What grants the public access to a bucket, and what blocks it: policy, ACL, and Block Public Access of the bucket and of
//! the account.
//!
//! The contents of a policy are never kept: Amazon S3 itself says whether it is public. The ACLs of objects are data, and
//! are never read.

use std::collections::BTreeMap;

use aws_sdk_s3::Client;
use aws_sdk_s3::types::{ObjectOwnership, Permission};
use aws_sdk_s3control::config::endpoint::{Params, ResolveEndpoint};
use aws_smithy_runtime_api::client::endpoint::EndpointFuture;
use aws_smithy_types::endpoint::Endpoint;

use crate::call::Call;
use crate::kind::Kind;
use crate::transport::collector_context::{Context, ResourceId};
use waaudit_model::facts;
use waaudit_model::facts::s3::{Bucket, PublicAccessBlock};

pub(super) const GET_POLICY_STATUS: Call = Call::new("s3", "GetBucketPolicyStatus");
pub(super) const GET_ACL: Call = Call::new("s3", "GetBucketAcl");
pub(super) const GET_OWNERSHIP: Call = Call::new("s3", "GetBucketOwnershipControls");
pub(super) const GET_ACCESS_BLOCK: Call =
    Call::new("s3", "GetPublicAccessBlock").allowed_by("GetBucketPublicAccessBlock");
const GET_ACCOUNT_ACCESS_BLOCK: Call =
    Call::new("s3", "GetPublicAccessBlock").allowed_by("GetAccountPublicAccessBlock");

pub(crate) const ACCOUNT_BLOCK: Kind =
    Kind::global::<facts::s3::PublicAccessBlock>(&[&GET_ACCOUNT_ACCESS_BLOCK], |ctx| Box::pin(account_block(ctx)))
        .own_tags();

/// What an account or bucket answers that never set up Block Public Access.
const NOT_SET_UP: &[&str] = &["NoSuchPublicAccessBlockConfiguration"];

/// The groups of everybody, and of everybody with an AWS account.
const PUBLIC_GROUPS: &[&str] =
    &["http://acs.amazonaws.com/groups/global/AllUsers", "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"];

/// The facts of a bucket that are about access.
pub(super) async fn facts(ctx: &Context, client: &Client, arn: &str, name: &str) -> Bucket {
    let (policy_public, acl_public, acls_enabled, block) = futures::join!(
        policy_public(ctx, client, arn, name),
        acl_public(ctx, client, arn, name),
        acls_enabled(ctx, client, arn, name),
        block(ctx, client, arn, name),
    );
    Bucket {
        policy_public: policy_public.into(),
        acl_public: acl_public.into(),
        acls_enabled: acls_enabled.into(),
        public_policies_restricted: block.and_then(|(restricted, _)| restricted).into(),
        public_acls_ignored: block.and_then(|(_, ignored)| ignored).into(),
        ..Bucket::default()
    }
}

async fn policy_public(ctx: &Context, client: &Client, arn: &str, name: &str) -> Option<bool> {
    let request = client.get_bucket_policy_status().bucket(name).send();
    match ctx.detail_or_none(&GET_POLICY_STATUS, arn, &["NoSuchBucketPolicy"], request).await? {
        Some(answer) => answer.policy_status()?.is_public(),
        None => Some(false),
    }
}

async fn acl_public(ctx: &Context, client: &Client, arn: &str, name: &str) -> Option<bool> {
    let answer = ctx.detail(&GET_ACL, arn, client.get_bucket_acl().bucket(name).send()).await?;
    let reads = |permission: &Permission| [Permission::Read, Permission::FullControl].contains(permission);
    Some(answer.grants().iter().any(|grant| {
        let group = grant.grantee().and_then(|grantee| grantee.uri());
        group.is_some_and(|uri| PUBLIC_GROUPS.contains(&uri)) && grant.permission().is_some_and(reads)
    }))
}

/// Buckets made before April 2023 that never set an ownership have ACLs.
async fn acls_enabled(ctx: &Context, client: &Client, arn: &str, name: &str) -> Option<bool> {
    let request = client.get_bucket_ownership_controls().bucket(name).send();
    match ctx.detail_or_none(&GET_OWNERSHIP, arn, &["OwnershipControlsNotFoundError"], request).await? {
        Some(answer) => {
            let rules = answer.ownership_controls()?.rules();
            Some(rules.iter().all(|rule| rule.object_ownership != ObjectOwnership::BucketOwnerEnforced))
        }
        None => Some(true),
    }
}

/// `RestrictPublicBuckets` and `IgnorePublicAcls` of the bucket.
async fn block(ctx: &Context, client: &Client, arn: &str, name: &str) -> Option<(Option<bool>, Option<bool>)> {
    let request = client.get_public_access_block().bucket(name).send();
    let Some(answer) = ctx.detail_or_none(&GET_ACCESS_BLOCK, arn, NOT_SET_UP, request).await? else {
        return Some((Some(false), Some(false)));
    };
    let block = answer.public_access_block_configuration()?;
    Some((block.restrict_public_buckets(), block.ignore_public_acls()))
}

/// Block Public Access of the account, which holds for every bucket beside the bucket's own.
async fn account_block(ctx: Context) {
    let client = control(&ctx);
    let arn = format!("arn:{}:s3:::account/{}", ctx.partition, ctx.account);
    let request = client.get_public_access_block().account_id(&*ctx.account).send();
    // Without this answer the one resource of the kind is missing, so it counts as a list.
    let answer = ctx.list_or_none(&GET_ACCOUNT_ACCESS_BLOCK, NOT_SET_UP, request).await;
    let Some(answer) = answer else { return };
    let (restricted, ignored) = match &answer {
        Some(answer) => {
            let block = answer.public_access_block_configuration();
            (block.and_then(|block| block.restrict_public_buckets), block.and_then(|block| block.ignore_public_acls))
        }
        None => (Some(false), Some(false)),
    };
    let named = ResourceId { arn, id: ctx.account.to_string(), tags: Some(BTreeMap::new()), ..ResourceId::default() };
    ctx.push(
        named,
        PublicAccessBlock { public_policies_restricted: restricted.into(), public_acls_ignored: ignored.into() },
    );
}

/// AWS puts the account into the host's name. Another endpoint is taken as it is: an address has no names below it.
fn control(ctx: &Context) -> aws_sdk_s3control::Client {
    let config = aws_sdk_s3control::config::Builder::from(ctx.config());
    let config = match ctx.config().endpoint_url() {
        Some(url) => config.endpoint_resolver(As(url.to_owned())),
        None => config,
    };
    aws_sdk_s3control::Client::from_conf(config.build())
}

/// One endpoint for all accounts.
#[derive(Debug)]
struct As(String);

impl ResolveEndpoint for As {
    fn resolve_endpoint<'a>(&'a self, _: &'a Params) -> EndpointFuture<'a> {
        EndpointFuture::ready(Ok(Endpoint::builder().url(self.0.clone()).build()))
    }
}
