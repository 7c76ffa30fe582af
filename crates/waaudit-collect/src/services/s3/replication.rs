//! What a bucket's replication rules copy, and where to.

use aws_sdk_s3::Client;
use aws_sdk_s3::types::{ReplicationRule, ReplicationRuleStatus};

use crate::call::Call;
use crate::transport::collector_context::Context;

pub(super) const GET_REPLICATION: Call =
    Call::new("s3", "GetBucketReplication").allowed_by("GetReplicationConfiguration");

/// Buckets that enabled rules copy to, by name.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Targets {
    /// Targets of all objects.
    pub of_all: Vec<String>,
    /// Targets of objects with a prefix or tag.
    pub of_parts: Vec<String>,
}

pub(super) async fn targets(ctx: &Context, client: &Client, arn: &str, name: &str) -> Option<Targets> {
    let request = client.get_bucket_replication().bucket(name).send();
    let none = &["ReplicationConfigurationNotFoundError"];
    let Some(answer) = ctx.detail_or_none(&GET_REPLICATION, arn, none, request).await? else {
        return Some(Targets::default());
    };
    by_reach(answer.replication_configuration()?.rules())
}

fn by_reach(rules: &[ReplicationRule]) -> Option<Targets> {
    let mut targets = Targets::default();
    for rule in rules.iter().filter(|rule| rule.status == ReplicationRuleStatus::Enabled) {
        let target = rule.destination()?.bucket().rsplit(':').next()?.to_owned();
        let list = if is_narrow(rule) { &mut targets.of_parts } else { &mut targets.of_all };
        list.push(target);
    }
    Some(targets)
}

/// Whether a rule leaves objects out, by a prefix or a tag. The prefix of a rule itself is the older form.
#[allow(deprecated, reason = "AWS still sends it for rules of the older form")]
fn is_narrow(rule: &ReplicationRule) -> bool {
    let set = |prefix: Option<&str>| prefix.is_some_and(|prefix| !prefix.is_empty());
    let filter = rule.filter();
    let both = filter.and_then(|filter| filter.and());
    set(rule.prefix())
        || filter.is_some_and(|filter| set(filter.prefix()) || filter.tag().is_some())
        || both.is_some_and(|both| set(both.prefix()) || !both.tags().is_empty())
}

#[cfg(test)]
mod tests {
    use aws_sdk_s3::types::{Destination, ReplicationRuleAndOperator, ReplicationRuleFilter};

    use super::*;

    fn targets(filter: Option<ReplicationRuleFilter>, status: ReplicationRuleStatus) -> Targets {
        let target = Destination::builder().bucket("arn:aws:s3:::copy").build().unwrap();
        let rule = ReplicationRule::builder().status(status).destination(target).set_filter(filter).build().unwrap();
        by_reach(&[rule]).unwrap()
    }

    #[test]
    fn a_rule_with_a_prefix_or_a_tag_copies_a_part() {
        let on = ReplicationRuleStatus::Enabled;
        let copy = vec!["copy".to_owned()];
        let all = Targets { of_all: copy.clone(), of_parts: Vec::new() };
        let part = Targets { of_all: Vec::new(), of_parts: copy };
        assert_eq!(targets(None, on.clone()), all);
        assert_eq!(targets(Some(ReplicationRuleFilter::builder().prefix("").build()), on.clone()), all);
        assert_eq!(targets(Some(ReplicationRuleFilter::builder().prefix("a/").build()), on.clone()), part);
        let both = ReplicationRuleAndOperator::builder().prefix("a/").build();
        assert_eq!(targets(Some(ReplicationRuleFilter::builder().and(both).build()), on), part);
        assert_eq!(targets(None, ReplicationRuleStatus::Disabled), Targets::default());
    }
}
