//! Queues with their dead-letter queues, alarms, and the functions that poll them.

use super::view::{all, any, only};
use super::{Item, Join, List, Lookup, Patch, View};
use crate::facts::Fact;
use crate::facts::cloudwatch::Alarm;
use crate::facts::lambda::{EventSourceMapping, Function};
use crate::facts::sqs::{Consumer, Queue};

pub(super) const DEAD_LETTERS: Join = Join {
    kind: "sqs.queue",
    facts: &["dead_letter_queue", "dead_letter_target_exists"],
    reads: &[],
    learn: dead_letters,
};
pub(super) const ALARMED: Join =
    Join { kind: "sqs.queue", facts: &["alarmed"], reads: &["cloudwatch.alarm"], learn: alarmed };
pub(super) const CONSUMERS: Join = Join {
    kind: "sqs.queue",
    facts: &["consumers", "short_for"],
    reads: &["lambda.event_source_mapping", "lambda.function"],
    learn: consumers,
};

/// How people end the names of dead-letter queues.
const DEAD_LETTER_ENDINGS: &[&str] = &["dlq", "dead-letter", "deadletter"];
/// States of a mapping that polls, or is about to.
const POLLING: &[&str] = &["Enabled", "Enabling", "Updating"];
/// AWS's advice: a run and its retries fit into the time that a message is hidden.
const TIMEOUTS_HIDDEN: i64 = 6;

fn dead_letters(view: &View) -> Vec<Patch> {
    let queues = view.here::<Queue>();
    let by_arn = queues.by_arn();
    let learned = |queue: &Item<Queue>| Queue {
        dead_letter_queue: is_dead_letter_queue(queue, &queues).into(),
        dead_letter_target_exists: target_exists(&queue.facts, &by_arn, view),
        ..Queue::default()
    };
    queues.iter().map(|queue| queue.learn(&learned(queue))).collect()
}

fn is_dead_letter_queue(queue: &Item<Queue>, queues: &List<Queue>) -> Option<bool> {
    let name = name(queue).to_lowercase();
    let name = name.strip_suffix(".fifo").unwrap_or(&name);
    let named = DEAD_LETTER_ENDINGS.iter().any(|ending| name.ends_with(ending));
    let points = |other: &Queue| Some(other.dead_letter_target.known()?.as_ref() == Some(&queue.resource.arn));
    let missing = queues.whole().is_none().then_some(None);
    let pointed_at = queues.iter().map(|other| points(&other.facts)).chain(missing);
    any([Some(named), queue.facts.redrive_allow_policy.get()].into_iter().chain(pointed_at))
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
    let alarms = view.here::<Alarm>();
    let watched = |queue: &str| {
        let watches = |alarm: &Alarm| {
            let about_queues = alarm.namespaces.known().map(|names| names.iter().any(|name| name == "AWS/SQS"));
            all([about_queues, alarm.watches.known().map(|values| values.iter().any(|value| value == queue))])
        };
        let missing = alarms.whole().is_none().then_some(None);
        any(alarms.iter().map(|alarm| watches(&alarm.facts)).chain(missing))
    };
    let learned = |queue: &Item<Queue>| Queue { alarmed: watched(name(queue)).into(), ..Queue::default() };
    view.here().iter().map(|queue| queue.learn(&learned(queue))).collect()
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
