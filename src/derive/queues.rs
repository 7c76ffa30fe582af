//! Queues: what sends its dead letters to them, the alarms that tell of them, and the functions that poll them.

use super::alarms::Watched;
use super::view::{all, any, only};
use super::{Item, Join, List, Lookup, Patch, View};
use crate::facts::Fact;
use crate::facts::cloudwatch::Alarm;
use crate::facts::events::Rule;
use crate::facts::lambda::{AsyncConfig, EventSourceMapping, Function};
use crate::facts::sns::Subscription;
use crate::facts::sqs::{Consumer, Queue};

pub(super) const DEAD_LETTERS: Join = Join {
    kind: "sqs.queue",
    facts: &["dead_letter_queue"],
    reads: &[
        "events.rule",
        "lambda.async_config",
        "lambda.event_source_mapping",
        "lambda.function",
        "sns.subscription",
    ],
    learn: dead_letters,
};
pub(super) const DEAD_LETTER_TARGETS: Join =
    Join { kind: "sqs.queue", facts: &["dead_letter_target_exists"], reads: &[], learn: dead_letter_targets };
pub(super) const ALARMED: Join = Join {
    kind: "sqs.queue",
    facts: &["alarmed"],
    reads: &["cloudwatch.alarm", "events.rule", "lambda.function", "sns.topic"],
    learn: alarmed,
};
pub(super) const CONSUMERS: Join = Join {
    kind: "sqs.queue",
    facts: &["consumers", "short_for"],
    reads: &["lambda.event_source_mapping", "lambda.function"],
    learn: consumers,
};

/// How people end the names of dead-letter queues, without hyphens and underscores.
const DEAD_LETTER_ENDINGS: &[&str] = &["dlq", "deadletter", "deadletters", "deadletterqueue", "deadletterqueues"];
/// Metrics that tell of messages in a queue.
const DEPTH: &[&str] = &["ApproximateNumberOfMessagesVisible", "ApproximateAgeOfOldestMessage"];
/// Messages that services send to a queue. What SQS itself moves there is not counted:
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html>.
const SENT: &[&str] = &["NumberOfMessagesSent"];
/// States of a mapping that polls, or is about to.
const POLLING: &[&str] = &["Enabled", "Enabling", "Updating"];
/// AWS's advice: a run and its retries fit into the time that a message is hidden.
const TIMEOUTS_HIDDEN: i64 = 6;

fn dead_letters(view: &View) -> Vec<Patch> {
    let queues = view.here::<Queue>();
    let senders = Senders {
        functions: view.here(),
        async_configs: view.here(),
        mappings: view.here(),
        subscriptions: view.here(),
        rules: view.here(),
    };
    let learned = |queue: &Item<Queue>| {
        let signs = [
            Some(has_dead_letter_name(queue)),
            queue.facts.redrive_allow_policy.get(),
            redriven_to(queue, &queues),
            senders.send_to(&queue.resource.arn),
        ];
        Queue { dead_letter_queue: any(signs).into(), ..Queue::default() }
    };
    queues.iter().map(|queue| queue.learn(&learned(queue))).collect()
}

fn has_dead_letter_name(queue: &Item<Queue>) -> bool {
    let name = name(queue).to_lowercase();
    let name = name.strip_suffix(".fifo").unwrap_or(&name).replace(['-', '_'], "");
    DEAD_LETTER_ENDINGS.iter().any(|ending| name.ends_with(ending))
}

/// Whether a queue sends a queue its messages that keep failing.
fn redriven_to(queue: &Item<Queue>, queues: &List<Queue>) -> Option<bool> {
    let points = |other: &Queue| Some(other.dead_letter_target.known()?.as_ref() == Some(&queue.resource.arn));
    let missing = queues.whole().is_none().then_some(None);
    any(queues.iter().map(|other| points(&other.facts)).chain(missing))
}

/// Whatever else sends a queue what it could not deliver. What EventBridge's schedules and pipes send is not read.
struct Senders<'a> {
    functions: List<'a, Function>,
    async_configs: List<'a, AsyncConfig>,
    mappings: List<'a, EventSourceMapping>,
    subscriptions: List<'a, Subscription>,
    rules: List<'a, Rule>,
}

impl Senders<'_> {
    fn send_to(&self, queue: &str) -> Option<bool> {
        let is_it = |target: &Option<String>| target.as_deref() == Some(queue);
        any([
            some(&self.functions, |function| function.dead_letter_target.known().map(is_it)),
            some(&self.async_configs, |config| {
                config.configurations.known().map(|all| all.iter().any(|one| is_it(&one.on_failure)))
            }),
            some(&self.mappings, |mapping| mapping.failure_destination.known().map(is_it)),
            some(&self.subscriptions, |subscription| subscription.dead_letter_target.known().map(is_it)),
            some(&self.rules, |rule| {
                rule.targets.known().map(|targets| targets.iter().any(|target| is_it(&target.dead_letter_target)))
            }),
        ])
    }
}

/// Whether something is true of one of a list; no only where the list is whole.
fn some<F>(list: &List<F>, test: impl Fn(&F) -> Option<bool>) -> Option<bool> {
    let missing = list.whole().is_none().then_some(None);
    any(list.iter().map(|item| test(&item.facts)).chain(missing))
}

fn dead_letter_targets(view: &View) -> Vec<Patch> {
    let queues = view.here::<Queue>();
    let by_arn = queues.by_arn();
    let learned = |queue: &Item<Queue>| Queue {
        dead_letter_target_exists: target_exists(&queue.facts, &by_arn, view),
        ..Queue::default()
    };
    queues.iter().map(|queue| queue.learn(&learned(queue))).collect()
}

/// A target of another region or account can't be one.
fn target_exists(queue: &Queue, queues: &Lookup<Queue>, view: &View) -> Fact<Option<bool>> {
    let Some(target) = queue.dead_letter_target.known() else { return Fact::Unread };
    let Some(arn) = target else { return Fact::Known(None) };
    let mut place = arn.split(':').skip(3);
    let here = place.next() == Some(view.region) && place.next() == Some(&view.account().id);
    let exists = if here { queues.has(arn) } else { Some(false) };
    exists.map(Some).into()
}

/// The queue's name, as metrics have it.
fn name<'i>(queue: &'i Item<Queue>) -> &'i str {
    queue.resource.arn.rsplit(':').next().unwrap_or(&queue.resource.id)
}

fn alarmed(view: &View) -> Vec<Patch> {
    let (alarms, queues) = (view.here::<Alarm>(), view.here());
    let learned = |queue: &Item<Queue>| {
        let names = [name(queue).to_owned()];
        let on = |metrics| Watched { namespace: "AWS/SQS", metrics, names: &names }.notified_by(&alarms);
        let sent = all([on(SENT), redriven_to(queue, &queues).map(|redriven| !redriven)]);
        Queue { alarmed: any([on(DEPTH), sent]).into(), ..Queue::default() }
    };
    queues.iter().map(|queue| queue.learn(&learned(queue))).collect()
}

fn consumers(view: &View) -> Vec<Patch> {
    let mappings = view.here::<EventSourceMapping>();
    let functions = view.here::<Function>();
    let functions = functions.by_arn();
    let learned = |queue: &Item<Queue>| {
        let consumers = polling(&queue.resource.arn, &mappings).and_then(|mappings| {
            mappings.into_iter().map(|mapping| consumer(mapping, &functions)).collect::<Option<Vec<_>>>()
        });
        let hidden = queue.facts.visibility_timeout_seconds.get();
        let short = consumers.as_ref().zip(hidden).map(|(consumers, hidden)| short_for(consumers, hidden));
        Queue { consumers: consumers.into(), short_for: short.into(), ..Queue::default() }
    };
    view.here().iter().map(|queue| queue.learn(&learned(queue))).collect()
}

fn polling<'l>(queue: &String, mappings: &'l List<EventSourceMapping>) -> Option<Vec<&'l EventSourceMapping>> {
    only(mappings.whole()?.iter().map(|mapping| &mapping.facts), |mapping| {
        all([mapping.source.known().map(|source| source.as_ref() == Some(queue)), polls(mapping)])
    })
}

/// Whether an event source mapping is switched on.
pub(super) fn polls(mapping: &EventSourceMapping) -> Option<bool> {
    mapping.state.known().map(|state| POLLING.contains(&state.as_str()))
}

fn consumer(mapping: &EventSourceMapping, functions: &Lookup<Function>) -> Option<Consumer> {
    let function = mapping.function.known()?;
    let timeout = functions.get(function)?.facts.timeout_seconds.get()?;
    Some(Consumer {
        function: function.clone(),
        needed_visibility_seconds: TIMEOUTS_HIDDEN * timeout + mapping.batching_window_seconds.get()?,
        reports_batch_item_failures: mapping.reports_batch_item_failures.get()?,
    })
}

fn short_for(consumers: &[Consumer], hidden: i64) -> Vec<String> {
    let short = consumers.iter().filter(|consumer| hidden < consumer.needed_visibility_seconds);
    short.map(|consumer| consumer.function.clone()).collect()
}

#[cfg(test)]
#[path = "queues_tests.rs"]
mod tests;
