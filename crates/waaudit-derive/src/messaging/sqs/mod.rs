//! Queues: what sends its dead letters to them, and the functions that poll them.

use std::collections::BTreeSet;

use crate::engine::{Derivation, Item, List, Lookup, Patch, Referrers, View, all, any, at_most_one, only, reads};
use waaudit_model::facts::Fact;
use waaudit_model::facts::events::Rule;
use waaudit_model::facts::lambda::{AsyncConfig, EventSourceMapping, Function};
use waaudit_model::facts::sns::Subscription;
use waaudit_model::facts::sqs::{Consumer, Queue};

pub(crate) const DEAD_LETTERS: Derivation = Derivation {
    kind: "sqs.queue",
    facts: &["dead_letter_queue"],
    reads: reads![
        AsyncConfig { configurations },
        EventSourceMapping { failure_destination },
        Function { dead_letter_target },
        Queue { dead_letter_target, redrive_allow_policy },
        Rule { targets },
        Subscription { dead_letter_target },
    ],
    compute: dead_letters,
};
pub(crate) const DEAD_LETTER_TARGETS: Derivation = Derivation {
    kind: "sqs.queue",
    facts: &["dead_letter_target_exists"],
    reads: reads![Queue { dead_letter_target }],
    compute: dead_letter_targets,
};
pub(crate) const CONSUMERS: Derivation = Derivation {
    kind: "sqs.queue",
    facts: &["consumers", "short_for"],
    reads: reads![
        EventSourceMapping { batching_window_seconds, function, reports_batch_item_failures, source, state },
        Function { timeout_seconds },
        Queue { visibility_timeout_seconds },
    ],
    compute: consumers,
};

/// How people end the names of dead-letter queues, without hyphens and underscores.
const DEAD_LETTER_ENDINGS: &[&str] = &["dlq", "deadletter", "deadletters", "deadletterqueue", "deadletterqueues"];
/// States of a mapping that polls, or is about to.
const POLLING: &[&str] = &["Enabled", "Enabling", "Updating"];
/// AWS's advice: a run and its retries fit into the time that a message is hidden.
const TIMEOUTS_HIDDEN: i64 = 6;

fn dead_letters(view: &View) -> Vec<Patch> {
    let queues = view.here::<Queue>();
    let (redriven, senders) = (redriven(&queues), senders(view));
    let learned = |queue: &Item<Queue>| {
        let signs = [
            Some(has_dead_letter_name(queue)),
            queue.facts.redrive_allow_policy.get(),
            redriven.has(&queue.resource.arn),
            senders.has(&queue.resource.arn),
        ];
        Queue { dead_letter_queue: any(signs).into(), ..Queue::default() }
    };
    queues.iter().map(|queue| queue.patch(&learned(queue))).collect()
}

fn has_dead_letter_name(queue: &Item<Queue>) -> bool {
    let name = name(queue).to_lowercase();
    let name = name.strip_suffix(".fifo").unwrap_or(&name).replace(['-', '_'], "");
    DEAD_LETTER_ENDINGS.iter().any(|ending| name.ends_with(ending))
}

/// What some resources name as the target of their dead letters.
pub(crate) struct Targets<'a> {
    names: BTreeSet<&'a str>,
    /// Whether that is known of all of them.
    whole: bool,
}

impl<'a> Targets<'a> {
    const fn new() -> Self {
        Self { names: BTreeSet::new(), whole: true }
    }

    /// Adds what the resources of a list name.
    fn add<F, N>(&mut self, list: &List<'a, F>, names: impl Fn(&'a F) -> Option<N>)
    where
        N: IntoIterator<Item = &'a str>,
    {
        self.whole &= list.whole().is_some();
        for item in list.iter() {
            match names(item.facts) {
                Some(names) => self.names.extend(names),
                None => self.whole = false,
            }
        }
    }

    /// Whether one of them names a queue; no only where all of that is known.
    pub(crate) fn has(&self, queue: &str) -> Option<bool> {
        let found = self.names.contains(queue);
        (found || self.whole).then_some(found)
    }
}

/// Queues that queues send their messages to that keep failing.
pub(crate) fn redriven<'a>(queues: &List<'a, Queue>) -> Targets<'a> {
    let mut targets = Targets::new();
    targets.add(queues, |queue| at_most_one(queue.dead_letter_target.known()));
    targets
}

/// Queues that whatever else sends what it could not deliver. What EventBridge's schedules and pipes send is not read.
fn senders<'a>(view: &View<'a>) -> Targets<'a> {
    let mut targets = Targets::new();
    targets.add(&view.here::<Function>(), |function| at_most_one(function.dead_letter_target.known()));
    targets.add(&view.here::<AsyncConfig>(), |config| {
        Some(config.configurations.known()?.iter().filter_map(|one| one.on_failure.as_deref()))
    });
    targets.add(&view.here::<EventSourceMapping>(), |mapping| at_most_one(mapping.failure_destination.known()));
    targets.add(&view.here::<Subscription>(), |subscription| at_most_one(subscription.dead_letter_target.known()));
    targets.add(&view.here::<Rule>(), |rule| {
        Some(rule.targets.known()?.iter().filter_map(|target| target.dead_letter_target.as_deref()))
    });
    targets
}

fn dead_letter_targets(view: &View) -> Vec<Patch> {
    let queues = view.here::<Queue>();
    let by_arn = queues.by_arn();
    let learned = |queue: &Item<Queue>| Queue {
        dead_letter_target_exists: target_exists(queue.facts, &by_arn, view),
        ..Queue::default()
    };
    queues.iter().map(|queue| queue.patch(&learned(queue))).collect()
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
pub(crate) fn name<'i>(queue: &'i Item<Queue>) -> &'i str {
    queue.resource.arn.rsplit(':').next().unwrap_or(&queue.resource.id)
}

fn consumers(view: &View) -> Vec<Patch> {
    let mappings = view.here::<EventSourceMapping>();
    let mappings = mappings.by(|mapping| at_most_one(mapping.facts.source.known()));
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
    view.here().iter().map(|queue| queue.patch(&learned(queue))).collect()
}

fn polling<'a>(
    queue: &String,
    mappings: &Referrers<'_, 'a, EventSourceMapping>,
) -> Option<Vec<&'a EventSourceMapping>> {
    only(mappings.whole_of(queue)?.map(|mapping| mapping.facts), |mapping| {
        all([mapping.source.known().map(|source| source.as_ref() == Some(queue)), polls(mapping)])
    })
}

/// Whether an event source mapping is switched on.
pub(crate) fn polls(mapping: &EventSourceMapping) -> Option<bool> {
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
mod tests;
