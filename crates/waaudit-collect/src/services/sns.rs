//! Amazon SNS: the topics that alarms publish to, whether one has a confirmed subscription, and where subscriptions send
//! what they could not deliver. Topics that no alarm uses are not listed, and endpoints are not kept.

use std::collections::BTreeSet;

use aws_sdk_sns::Client;
use aws_sdk_sns::config::{Builder, Region};
use serde_json::Value;

use crate::call::Call;
use crate::kind::{Kind, Service};
use crate::transport::bounded::run_bounded;
use crate::transport::collector_context::{Context, ResourceId};
use waaudit_model::facts;
use waaudit_model::facts::Fact;
use waaudit_model::facts::cloudwatch::Alarm;
use waaudit_model::facts::events::Rule;
use waaudit_model::facts::sns::{Subscription, Topic};
use waaudit_model::snapshot::Resource;

pub(crate) const SERVICE: Service = Service { kinds: &[SUBSCRIPTION, TOPIC], metrics: &[], rates: &[] };

pub(crate) const GET_ATTRIBUTES: Call = Call::new("sns", "GetTopicAttributes");
const LIST_SUBSCRIPTIONS: Call = Call::new("sns", "ListSubscriptions");
const GET_SUBSCRIPTION: Call = Call::new("sns", "GetSubscriptionAttributes");

pub(crate) const TOPIC: Kind = Kind::regional::<facts::sns::Topic>(&[&GET_ATTRIBUTES], |ctx| Box::pin(topics(ctx)))
    .after::<facts::cloudwatch::Alarm>()
    .after::<facts::events::Rule>();
pub(crate) const SUBSCRIPTION: Kind =
    Kind::regional::<facts::sns::Subscription>(&[&LIST_SUBSCRIPTIONS, &GET_SUBSCRIPTION], |ctx| {
        Box::pin(subscriptions(ctx))
    })
    .own_tags();

async fn topics(ctx: Context) {
    ctx.inherit_gaps();
    let client = Client::new(ctx.config());
    let here = ctx.arn("sns", "");
    let of_region = format!("arn:{}:sns:{}:", ctx.partition, ctx.region);
    let arns = topics_of(ctx.before.resources(), &of_region);
    run_bounded(arns.iter().map(|arn| topic(&ctx, &client, arn, &here))).await;
}

/// Each topic once that alarms, and rules on alarms, name and whose ARN begins so.
fn topics_of<'r>(users: impl IntoIterator<Item = &'r Resource>, beginning: &str) -> BTreeSet<String> {
    let named = users.into_iter().flat_map(|user| match user.kind.as_str() {
        "cloudwatch.alarm" => user.facts::<Alarm>().unwrap_or_default().actions.known().cloned().unwrap_or_default(),
        _ => targets_on_alarms(&user.facts::<Rule>().unwrap_or_default()),
    });
    named.filter(|arn| arn.starts_with(beginning)).collect()
}

fn targets_on_alarms(rule: &Rule) -> Vec<String> {
    let on_alarms = rule.alarm_pattern.known().is_none_or(Option::is_some);
    let targets = rule.targets.known().filter(|_| on_alarms);
    targets.into_iter().flatten().map(|target| target.arn.clone()).collect()
}

async fn topic(ctx: &Context, client: &Client, arn: &str, here: &str) {
    let facts = read(ctx, client, arn, arn.starts_with(here)).await;
    let id = arn.rsplit(':').next().unwrap_or(arn).to_owned();
    ctx.push(ResourceId { arn: arn.to_owned(), id, ..ResourceId::default() }, facts);
}

/// A topic. One of another account answers only where its policy lets this one ask, and is never taken for gone.
async fn read(ctx: &Context, client: &Client, arn: &str, own: bool) -> Topic {
    let request = client.get_topic_attributes().topic_arn(arn).send();
    let gone: &[&str] = if own { &["NotFound", "NotFoundException"] } else { &[] };
    match ctx.detail_or_none(&GET_ATTRIBUTES, arn, gone, request).await {
        // An alarm can outlive its topic.
        Some(None) => Topic {
            exists: false.into(),
            confirmed_subscriptions: 0.into(),
            pending_subscriptions: 0.into(),
            ..Topic::default()
        },
        Some(Some(answer)) => {
            let number = |name| answer.attributes()?.get(name)?.parse::<i64>().ok();
            Topic {
                exists: true.into(),
                confirmed_subscriptions: number("SubscriptionsConfirmed").into(),
                pending_subscriptions: number("SubscriptionsPending").into(),
                ..Topic::default()
            }
        }
        None => Topic::default(),
    }
}

/// How many confirmed subscriptions a topic has, asked in the topic's own region: for what is told from above the
/// regions. Nothing where the topic can't be asked.
pub(crate) async fn confirmed(ctx: &Context, arn: &str) -> Option<i64> {
    let mut parts = arn.split(':').skip(3);
    let (region, account) = (parts.next()?.to_owned(), parts.next()?);
    let config = Builder::from(ctx.config()).region(Region::new(region)).build();
    let topic = read(ctx, &Client::from_conf(config), arn, account == &*ctx.account).await;
    topic.confirmed_subscriptions.get()
}

async fn subscriptions(ctx: Context) {
    let client = Client::new(ctx.config());
    let mut found = Vec::new();
    ctx.pages(&LIST_SUBSCRIPTIONS, client.list_subscriptions().into_paginator().send(), |page| {
        found.extend(page.subscriptions.into_iter().flatten());
    })
    .await;
    // PendingConfirmation or Deleted is sent in place of an ARN.
    let confirmed = found.iter().filter(|one| one.subscription_arn().is_none_or(|arn| arn.starts_with("arn:")));
    run_bounded(confirmed.map(|one| subscription(&ctx, &client, one))).await;
}

async fn subscription(ctx: &Context, client: &Client, found: &aws_sdk_sns::types::Subscription) {
    let Some(arn) = ctx.entry(&LIST_SUBSCRIPTIONS, found.subscription_arn()) else { return };
    let request = client.get_subscription_attributes().subscription_arn(arn).send();
    let answer = ctx.detail(&GET_SUBSCRIPTION, arn, request).await;
    let dead_letter_target = answer.map_or(Fact::Unread, |answer| {
        let policy = answer.attributes().and_then(|attributes| attributes.get("RedrivePolicy"));
        match policy {
            None => Fact::Known(None),
            Some(policy) => ctx.whole(&GET_SUBSCRIPTION, arn, "dead_letter_target", target(policy).map(Some)),
        }
    });
    let facts = Subscription {
        topic: found.topic_arn.clone().into(),
        protocol: found.protocol.clone().into(),
        dead_letter_target,
    };
    let id = arn.rsplit(':').next().unwrap_or(arn).to_owned();
    ctx.push(
        ResourceId { arn: arn.to_owned(), id, tags: Some(std::collections::BTreeMap::new()), ..ResourceId::default() },
        facts,
    );
}

fn target(policy: &str) -> Option<String> {
    let policy: Value = serde_json::from_str(policy).ok()?;
    policy.get("deadLetterTargetArn")?.as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resource(kind: &str, facts: serde_json::Value) -> Resource {
        Resource {
            kind: kind.to_owned(),
            arn: String::new(),
            id: String::new(),
            name: None,
            region: "eu-west-1".to_owned(),
            account: "111122223333".to_owned(),
            tags: None,
            facts: facts.as_object().unwrap().clone(),
            unread: std::collections::BTreeMap::new(),
        }
    }

    fn alarm(actions: &[&str]) -> Resource {
        resource("cloudwatch.alarm", serde_json::json!({ "actions": actions }))
    }

    #[test]
    fn topics_of_this_region_are_taken_once_whoever_owns_them() {
        let pager = "arn:aws:sns:eu-west-1:111122223333:pager";
        let foreign = "arn:aws:sns:eu-west-1:444455556666:pager";
        let scaling = "arn:aws:autoscaling:eu-west-1:111122223333:scalingPolicy:x";
        let alarms = [alarm(&[pager, scaling]), alarm(&[pager, foreign])];
        let both = BTreeSet::from([pager, foreign].map(str::to_owned));
        assert_eq!(topics_of(&alarms, "arn:aws:sns:eu-west-1:"), both);
    }

    #[test]
    fn a_rule_on_alarms_names_its_targets_and_another_rule_does_not() {
        let rule = |pattern: serde_json::Value| {
            let target =
                serde_json::json!({"arn": "arn:aws:sns:eu-west-1:111122223333:pager", "dead_letter_target": null});
            let facts = serde_json::json!({"alarm_pattern": pattern, "targets": [target]});
            topics_of(&[resource("events.rule", facts)], "arn:aws:sns:eu-west-1:").len()
        };
        assert_eq!((rule(serde_json::json!("{}")), rule(serde_json::Value::Null)), (1, 0));
    }

    #[test]
    fn a_redrive_policy_names_its_queue() {
        assert_eq!(target(r#"{"deadLetterTargetArn":"arn:queue"}"#), Some("arn:queue".to_owned()));
        assert_eq!(target("nonsense"), None);
    }
}
