//! What becomes of a bucket's objects by themselves, and what keeps them.

use aws_sdk_s3::Client;
use aws_sdk_s3::types::{ExpirationStatus, LifecycleRule as SdkRule, ObjectLockEnabled};

use super::super::aws::{Call, Context};
use crate::facts::s3::LifecycleRule;

pub(super) const GET_LIFECYCLE: Call =
    Call::new("s3", "GetBucketLifecycleConfiguration").allowed_by("GetLifecycleConfiguration");
pub(super) const GET_OBJECT_LOCK: Call =
    Call::new("s3", "GetObjectLockConfiguration").allowed_by("GetBucketObjectLockConfiguration");

pub(super) async fn rules(ctx: &Context, client: &Client, arn: &str, name: &str) -> Option<Vec<LifecycleRule>> {
    let request = client.get_bucket_lifecycle_configuration().bucket(name).send();
    match ctx.detail_or_none(&GET_LIFECYCLE, arn, &["NoSuchLifecycleConfiguration"], request).await? {
        Some(answer) => Some(answer.rules().iter().map(rule).collect()),
        None => Some(Vec::new()),
    }
}

fn rule(rule: &SdkRule) -> LifecycleRule {
    let expiration = rule.expiration();
    LifecycleRule {
        name: rule.id.clone(),
        enabled: *rule.status() == ExpirationStatus::Enabled,
        // What is left of deleted objects goes by such a rule too, which says neither.
        expires: expiration.is_some_and(|expiration| expiration.days().is_some() || expiration.date().is_some()),
        moves: !rule.transitions().is_empty(),
        handles_old_versions: rule.noncurrent_version_expiration().is_some()
            || !rule.noncurrent_version_transitions().is_empty(),
        aborts_uploads: rule.abort_incomplete_multipart_upload().is_some(),
    }
}

pub(super) async fn object_lock(ctx: &Context, client: &Client, arn: &str, name: &str) -> Option<bool> {
    let request = client.get_object_lock_configuration().bucket(name).send();
    let answer = ctx.detail_or_none(&GET_OBJECT_LOCK, arn, &["ObjectLockConfigurationNotFoundError"], request).await?;
    let Some(answer) = answer else { return Some(false) };
    Some(*answer.object_lock_configuration()?.object_lock_enabled()? == ObjectLockEnabled::Enabled)
}
