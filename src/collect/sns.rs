//! Amazon SNS: the topics that alarms speak to. Others are nobody's business here, so topics are never listed.

use std::collections::BTreeSet;

use aws_sdk_sns::Client;
use futures::future::join_all;

use super::Kind;
use super::aws::{Call, Context, Named};
use crate::facts::cloudwatch::Alarm;
use crate::facts::sns::Topic;
use crate::snapshot::Resource;

const GET_ATTRIBUTES: Call = Call::new("sns", "GetTopicAttributes");

pub(super) const TOPIC: Kind =
    Kind::regional("sns.topic", &[&GET_ATTRIBUTES], |ctx| Box::pin(topics(ctx))).after("cloudwatch.alarm");

async fn topics(ctx: Context) {
    ctx.inherit_gaps();
    let client = Client::new(ctx.config());
    let here = ctx.arn("sns", "");
    let arns = topics_of(&ctx.before.resources, &here);
    join_all(arns.iter().map(|arn| topic(&ctx, &client, arn, &here))).await;
}

/// Each topic once that alarms name and that lives where `here` begins.
fn topics_of(alarms: &[Resource], here: &str) -> BTreeSet<String> {
    let alarms = alarms.iter().filter_map(|alarm| alarm.facts::<Alarm>().ok());
    let actions = alarms.filter_map(|alarm| alarm.actions.known().cloned()).flatten();
    actions.filter(|action| action.starts_with(here)).collect()
}

async fn topic(ctx: &Context, client: &Client, arn: &str, here: &str) {
    let request = client.get_topic_attributes().topic_arn(arn).send();
    let facts = match ctx.detail_or_none(&GET_ATTRIBUTES, arn, &["NotFound", "NotFoundException"], request).await {
        // An alarm can outlive its topic.
        Some(None) => {
            Topic { exists: false.into(), confirmed_subscriptions: 0.into(), pending_subscriptions: 0.into() }
        }
        Some(Some(answer)) => {
            let number = |name| answer.attributes()?.get(name)?.parse::<i64>().ok();
            Topic {
                exists: true.into(),
                confirmed_subscriptions: number("SubscriptionsConfirmed").into(),
                pending_subscriptions: number("SubscriptionsPending").into(),
            }
        }
        None => Topic::default(),
    };
    let id = arn.trim_start_matches(here).to_owned();
    ctx.push(Named { arn: arn.to_owned(), id, ..Named::default() }, facts);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alarm(actions: &[&str]) -> Resource {
        let facts = serde_json::json!({ "actions": actions });
        Resource {
            kind: "cloudwatch.alarm".to_owned(),
            arn: String::new(),
            id: String::new(),
            name: None,
            region: "eu-west-1".to_owned(),
            account: "111122223333".to_owned(),
            tags: None,
            facts: facts.as_object().unwrap().clone(),
            unread: std::collections::BTreeMap::new(),
            owners: Vec::new(),
        }
    }

    #[test]
    fn topics_of_this_account_and_region_are_taken_once() {
        let here = "arn:aws:sns:eu-west-1:111122223333:";
        let pager = format!("{here}pager");
        let foreign = "arn:aws:sns:eu-west-1:444455556666:pager";
        let scaling = "arn:aws:autoscaling:eu-west-1:111122223333:scalingPolicy:x";
        let alarms = [alarm(&[&pager, scaling]), alarm(&[&pager, foreign])];
        assert_eq!(topics_of(&alarms, here), BTreeSet::from([pager]));
    }
}
