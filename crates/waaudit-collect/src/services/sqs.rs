//! Amazon SQS: how queues are set up. Messages are never read.

use std::collections::HashMap;

use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::QueueAttributeName as Name;
use aws_smithy_types::DateTime;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::call::Call;
use crate::kind::{Kind, Service};
use crate::metrics::{Absent, Asked, Metric, Query};
use crate::rate_limit::Rate;
use crate::transport::bounded::run_bounded;
use crate::transport::collector_context::{Context, ResourceId, timestamp};
use waaudit_model::facts;
use waaudit_model::facts::sqs::Queue;
use waaudit_model::snapshot::Resource;

pub(crate) const SERVICE: Service = Service {
    kinds: &[QUEUE],
    metrics: &[METRICS],
    rates: &[
        // Queue attributes are read from the data plane.
        Rate::shared("sqs", &["GetQueueAttributes"], 100.0, 100),
    ],
};

const LIST_QUEUES: Call = Call::new("sqs", "ListQueues");
const GET_ATTRIBUTES: Call = Call::new("sqs", "GetQueueAttributes");

pub(crate) const QUEUE: Kind =
    Kind::regional::<facts::sqs::Queue>(&[&LIST_QUEUES, &GET_ATTRIBUTES], |ctx| Box::pin(queues(ctx)));

/// SQS publishes nothing of a queue without messages, and nothing of one that was not used for six hours.
pub(crate) const METRICS: &[Metric] = &[
    measured(
        "messages_sent",
        "sum",
        |queue| weekly("NumberOfMessagesSent", "Sum", queue),
        |_, series| series.first()?.sum(),
    ),
    measured(
        "messages_deleted",
        "sum",
        |queue| weekly("NumberOfMessagesDeleted", "Sum", queue),
        |_, series| series.first()?.sum(),
    ),
    measured("oldest_seconds_p95", "95th percentile of 5-minute maxima", age, |_, series| {
        series.first()?.percentile(95.0)
    }),
    measured("oldest_seconds_peak", "largest 5-minute maximum", age, |_, series| series.first()?.largest()),
    measured(
        "in_flight_peak",
        "largest hourly maximum",
        |queue| weekly("ApproximateNumberOfMessagesNotVisible", "Maximum", queue),
        |_, series| series.first()?.largest(),
    ),
    measured(
        "messages_peak",
        "largest hourly maximum",
        |queue| weekly("ApproximateNumberOfMessagesVisible", "Maximum", queue),
        |_, series| series.first()?.largest(),
    ),
    measured("sent_per_second_peak", "largest 1-minute sum over 60", sent_by_minute, |_, series| {
        Some(series.first()?.largest()? / 60.0)
    })
    .over(14),
];

const fn measured(
    fact: &'static str,
    statistic: &'static str,
    series: fn(&Resource) -> Asked,
    value: fn(&Resource, &[crate::metrics::Series]) -> Option<f64>,
) -> Metric {
    Metric::of::<facts::sqs::Queue>(fact, statistic, series, value).over(7).since("created_at")
}

fn of_queue(metric: &str, statistic: &str, queue: &Resource) -> Query {
    Query::new("AWS/SQS", metric, &[("QueueName", &queue.id)]).statistic(statistic).absent(Absent::Zero)
}

fn weekly(metric: &str, statistic: &str, queue: &Resource) -> Asked {
    of_queue(metric, statistic, queue).every(3600).into()
}

fn age(queue: &Resource) -> Asked {
    of_queue("ApproximateAgeOfOldestMessage", "Maximum", queue).into()
}

fn sent_by_minute(queue: &Resource) -> Asked {
    if queue.id.ends_with(".fifo") {
        of_queue("NumberOfMessagesSent", "Sum", queue).every(60).into()
    } else {
        Asked::Nothing
    }
}

/// SQS cuts its list off without a word unless it is asked for in pages; this is the largest page.
const PAGE: i32 = 1000;

/// The policy of a queue with a dead-letter queue.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Redrive {
    dead_letter_target_arn: Option<String>,
    max_receive_count: Option<Count>,
}

/// AWS sends the number back as it was set: as a number or as text.
#[derive(Deserialize)]
#[serde(untagged)]
enum Count {
    Number(i64),
    Text(String),
}

/// The policy of a dead-letter queue.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RedriveAllow {
    redrive_permission: String,
}

async fn queues(ctx: Context) {
    let client = Client::new(ctx.config());
    let mut urls = Vec::new();
    ctx.pages(&LIST_QUEUES, client.list_queues().max_results(PAGE).into_paginator().send(), |page| {
        urls.extend_from_slice(page.queue_urls());
    })
    .await;
    run_bounded(urls.iter().map(|url| queue(&ctx, &client, url))).await;
}

async fn queue(ctx: &Context, client: &Client, url: &str) {
    let name = url.rsplit('/').next().unwrap_or(url);
    let arn = ctx.arn("sqs", name);
    // One name that SQS does not know in some place would fail the whole call, so none is named.
    let request = client.get_queue_attributes().queue_url(url).attribute_names(Name::All);
    let answer = ctx.detail(&GET_ATTRIBUTES, &arn, request.send()).await;
    let attributes = answer.as_ref().and_then(|answer| answer.attributes());
    let read = attributes.map(|attributes| read_facts(ctx, &arn, attributes));
    // A FIFO queue's name must end so, and no other queue's name can.
    let facts = Queue { fifo: name.ends_with(".fifo").into(), ..read.unwrap_or_default() };
    ctx.push(ResourceId { arn, id: name.to_owned(), ..ResourceId::default() }, facts);
}

fn read_facts(ctx: &Context, arn: &str, attributes: &HashMap<Name, String>) -> Queue {
    let (facts, unreadable) = queue_facts(attributes);
    for name in unreadable {
        ctx.unreadable(&GET_ATTRIBUTES, Some(arn), &format!("{name} can't be understood"));
    }
    facts
}

/// The facts, and the names of attributes that could not be understood.
fn queue_facts(attributes: &HashMap<Name, String>) -> (Queue, Vec<Name>) {
    let redrive = json::<Redrive>(attributes, &Name::RedrivePolicy);
    let allow = json::<RedriveAllow>(attributes, &Name::RedriveAllowPolicy);
    let visibility = number(attributes, &Name::VisibilityTimeout);
    let messages = number(attributes, &Name::ApproximateNumberOfMessages);
    let created = number(attributes, &Name::CreatedTimestamp).map(DateTime::from_secs);
    let retention = number(attributes, &Name::MessageRetentionPeriod);
    let delay = number(attributes, &Name::DelaySeconds);
    let failed = [
        (Name::RedrivePolicy, redrive.is_none()),
        (Name::RedriveAllowPolicy, allow.is_none()),
        (Name::VisibilityTimeout, visibility.is_none()),
        (Name::ApproximateNumberOfMessages, messages.is_none()),
        (Name::CreatedTimestamp, created.is_none()),
        (Name::MessageRetentionPeriod, retention.is_none()),
        (Name::DelaySeconds, delay.is_none()),
    ];
    let facts = Queue {
        dead_letter_target: redrive.as_ref().and_then(target).into(),
        max_receive_count: redrive.as_ref().and_then(receive_count).into(),
        redrive_allow_policy: allow
            .map(|allow| allow.is_some_and(|allow| allow.redrive_permission != "denyAll"))
            .into(),
        visibility_timeout_seconds: visibility.into(),
        messages: messages.into(),
        created_at: created.as_ref().and_then(timestamp).into(),
        retention_seconds: retention.into(),
        delay_seconds: delay.into(),
        throughput_limit: attributes.get(&Name::FifoThroughputLimit).cloned().into(),
        deduplication_scope: attributes.get(&Name::DeduplicationScope).cloned().into(),
        ..Queue::default()
    };
    (facts, failed.into_iter().filter(|(_, failed)| *failed).map(|(name, _)| name).collect())
}

/// A policy without a target is not one that AWS writes, so it tells nothing.
fn target(redrive: &Option<Redrive>) -> Option<Option<String>> {
    match redrive {
        None => Some(None),
        Some(redrive) => redrive.dead_letter_target_arn.clone().map(Some),
    }
}

fn receive_count(redrive: &Option<Redrive>) -> Option<Option<i64>> {
    match redrive {
        None => Some(None),
        Some(redrive) => match redrive.max_receive_count.as_ref()? {
            Count::Number(count) => Some(Some(*count)),
            Count::Text(count) => count.parse().ok().map(Some),
        },
    }
}

/// An attribute in JSON: `Some(None)` where there is none, `None` where it can't be understood.
fn json<T: DeserializeOwned>(attributes: &HashMap<Name, String>, name: &Name) -> Option<Option<T>> {
    attributes.get(name).map(|text| serde_json::from_str(text).ok()).map_or(Some(None), |policy| policy.map(Some))
}

fn number(attributes: &HashMap<Name, String>, name: &Name) -> Option<i64> {
    attributes.get(name)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use waaudit_model::facts::Fact;

    fn attributes(extra: &[(Name, &str)]) -> HashMap<Name, String> {
        let always = [
            (Name::VisibilityTimeout, "30"),
            (Name::ApproximateNumberOfMessages, "4"),
            (Name::CreatedTimestamp, "1700000000"),
            (Name::MessageRetentionPeriod, "345600"),
            (Name::DelaySeconds, "0"),
        ];
        always.iter().chain(extra).map(|(name, value)| (name.clone(), (*value).to_owned())).collect()
    }

    #[test]
    fn a_queue_without_policies_has_no_dead_letter_queue_and_is_none() {
        let (facts, unreadable) = queue_facts(&attributes(&[]));
        assert_eq!(facts.dead_letter_target, Fact::Known(None));
        assert_eq!(facts.max_receive_count, Fact::Known(None));
        assert_eq!(facts.redrive_allow_policy, Fact::Known(false));
        assert_eq!((facts.visibility_timeout_seconds, facts.messages), (Fact::Known(30), Fact::Known(4)));
        assert_eq!(facts.created_at, Fact::Known("2023-11-14T22:13:20Z".to_owned()));
        assert_eq!((facts.retention_seconds, facts.delay_seconds), (Fact::Known(345_600), Fact::Known(0)));
        assert!(unreadable.is_empty());
    }

    #[test]
    fn the_receive_count_is_read_as_number_and_as_text() {
        for count in ["5", "\"5\""] {
            let policy = format!(r#"{{"deadLetterTargetArn":"arn:dead","maxReceiveCount":{count}}}"#);
            let (facts, _) = queue_facts(&attributes(&[(Name::RedrivePolicy, &policy)]));
            assert_eq!(facts.dead_letter_target, Fact::Known(Some("arn:dead".to_owned())));
            assert_eq!(facts.max_receive_count, Fact::Known(Some(5)));
        }
    }

    #[test]
    fn a_policy_that_is_not_json_leaves_its_facts_unread() {
        let (facts, unreadable) = queue_facts(&attributes(&[(Name::RedrivePolicy, "nonsense")]));
        assert!(facts.dead_letter_target.is_unread() && facts.max_receive_count.is_unread());
        assert_eq!(unreadable, [Name::RedrivePolicy]);
    }

    #[test]
    fn a_queue_that_lets_nobody_redrive_does_not_say_who_may() {
        let allow = |permission: &str| {
            let policy = format!(r#"{{"redrivePermission":"{permission}"}}"#);
            queue_facts(&attributes(&[(Name::RedriveAllowPolicy, &policy)])).0.redrive_allow_policy
        };
        assert_eq!(allow("byQueue"), Fact::Known(true));
        assert_eq!(allow("denyAll"), Fact::Known(false));
    }
}
