//! A bucket's lifecycle rules, and object lock.

use aws_sdk_s3::Client;
use aws_sdk_s3::types::{ExpirationStatus, LifecycleRule as SdkRule, ObjectLockEnabled};

use crate::call::Call;
use crate::transport::collector_context::Context;
use waaudit_model::facts::s3::LifecycleRule;

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
        limited_to: limit(rule),
        // A rule for delete markers alone has an expiration too, with neither of these.
        expires: expiration.is_some_and(|expiration| expiration.days().is_some() || expiration.date().is_some()),
        moves: !rule.transitions().is_empty(),
        handles_old_versions: rule.noncurrent_version_expiration().is_some()
            || !rule.noncurrent_version_transitions().is_empty(),
        aborts_uploads: rule.abort_incomplete_multipart_upload().is_some(),
    }
}

/// The largest size, in bytes, that S3 does not move to another class by default:
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html>.
const SMALL: i64 = 128 * 1024;

/// What a rule is limited to, in words.
fn limit(rule: &SdkRule) -> Option<String> {
    let filter = rule.filter();
    let and = filter.and_then(|filter| filter.and());
    #[expect(deprecated, reason = "rules of the old form are limited so")]
    let old = rule.prefix();
    let prefix = old.or(filter.and_then(|filter| filter.prefix())).or(and.and_then(|and| and.prefix()));
    let tagged = filter.is_some_and(|filter| filter.tag().is_some()) || and.is_some_and(|and| !and.tags().is_empty());
    let above = filter.and_then(|f| f.object_size_greater_than).or(and.and_then(|and| and.object_size_greater_than));
    let below = filter.and_then(|f| f.object_size_less_than).or(and.and_then(|and| and.object_size_less_than));
    let limits = [
        prefix.filter(|prefix| !prefix.is_empty()).map(|prefix| format!("prefix {prefix}")),
        tagged.then(|| "a tag".to_owned()),
        above.filter(|size| *size > SMALL).map(|size| format!("objects above {size} bytes")),
        below.map(|size| format!("objects below {size} bytes")),
    ];
    let limits: Vec<String> = limits.into_iter().flatten().collect();
    (!limits.is_empty()).then(|| limits.join(" and "))
}

pub(super) async fn object_lock(ctx: &Context, client: &Client, arn: &str, name: &str) -> Option<bool> {
    let request = client.get_object_lock_configuration().bucket(name).send();
    let answer = ctx.detail_or_none(&GET_OBJECT_LOCK, arn, &["ObjectLockConfigurationNotFoundError"], request).await?;
    let Some(answer) = answer else { return Some(false) };
    Some(*answer.object_lock_configuration()?.object_lock_enabled()? == ObjectLockEnabled::Enabled)
}

#[cfg(test)]
mod tests {
    use super::limit;
    use aws_sdk_s3::types::builders::{LifecycleRuleBuilder, LifecycleRuleFilterBuilder};
    use aws_sdk_s3::types::{ExpirationStatus, LifecycleRule, LifecycleRuleAndOperator, LifecycleRuleFilter, Tag};

    fn limited(change: impl Fn(LifecycleRuleBuilder) -> LifecycleRuleBuilder) -> Option<String> {
        limit(&change(LifecycleRule::builder().status(ExpirationStatus::Enabled)).build().unwrap())
    }

    fn by(change: impl Fn(LifecycleRuleFilterBuilder) -> LifecycleRuleFilterBuilder) -> Option<String> {
        limited(|rule| rule.filter(change(LifecycleRuleFilter::builder()).build()))
    }

    #[test]
    fn an_empty_prefix_and_small_objects_limit_nothing() {
        assert_eq!(limited(|rule| rule), None);
        assert_eq!(by(|filter| filter.prefix("")), None);
        assert_eq!(by(|filter| filter.object_size_greater_than(131_072)), None);
    }

    #[test]
    fn prefixes_tags_and_sizes_limit_a_rule() {
        assert_eq!(by(|filter| filter.prefix("tmp/")).as_deref(), Some("prefix tmp/"));
        #[expect(deprecated, reason = "rules of the old form are limited so")]
        let old = limited(|rule| rule.prefix("logs/"));
        assert_eq!(old.as_deref(), Some("prefix logs/"));
        assert_eq!(by(|filter| filter.object_size_less_than(1000)).as_deref(), Some("objects below 1000 bytes"));
        let tag = Tag::builder().key("a").value("b").build().unwrap();
        let both = LifecycleRuleAndOperator::builder().prefix("tmp/").tags(tag).build();
        assert_eq!(by(|filter| filter.and(both.clone())).as_deref(), Some("prefix tmp/ and a tag"));
    }
}
