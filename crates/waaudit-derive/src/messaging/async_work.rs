//! Whether work leaves the request path: queues, streams and bus rules that carried something in the last week.
//!
//! One that did is enough; that none did is only known of all of them, everywhere.

use std::collections::BTreeSet;

use super::sqs::polls;
use crate::engine::{Derivation, List, Patch, View, all, any, only, reads};
use waaudit_model::facts::Fact;
use waaudit_model::facts::derived::account::Account;
use waaudit_model::facts::events::Rule;
use waaudit_model::facts::kinesis::Stream;
use waaudit_model::facts::lambda::EventSourceMapping;
use waaudit_model::facts::measured::Measured;
use waaudit_model::facts::sqs::Queue;

pub(crate) const IN_USE: Derivation = Derivation {
    kind: "account",
    facts: &["queue_in_use"],
    reads: reads![
        Account {},
        EventSourceMapping { source, state },
        Queue { messages_deleted, messages_sent },
        Rule { bus, invocations, pattern_sources },
        Stream { fetched_records, incoming_records },
    ],
    compute: in_use,
};

/// The bus on which AWS's own services report what happens to resources.
const AWS_BUS: &str = "default";
/// Of those reports, the one that is about a user's own files.
const FILES: &str = "aws.s3";

fn in_use(view: &View) -> Vec<Patch> {
    let mappings = view.everywhere::<EventSourceMapping>();
    let polled = polled(&mappings);
    let answer = any([
        some(&view.everywhere(), |queue: &Queue| {
            all([above_zero(&queue.messages_sent), above_zero(&queue.messages_deleted)])
        }),
        some_stream(&view.everywhere(), polled.as_ref()),
        some(&view.everywhere(), works),
        // Brokers, and the streams of tables, are there for nothing else. Queues and streams were asked above.
        polled.as_ref().map(|sources| sources.iter().any(|source| !is_measured(source))),
    ]);
    let learned = Account { queue_in_use: answer.into(), ..Account::default() };
    view.here::<Account>().iter().map(|account| account.patch(&learned)).collect()
}

/// Whether something is true of one of a list; no only where the list is whole.
fn some<F>(list: &List<F>, test: impl Fn(&F) -> Option<bool>) -> Option<bool> {
    let missing = list.whole().is_none().then_some(None);
    any(list.iter().map(|item| test(item.facts)).chain(missing))
}

fn above_zero(measured: &Fact<Measured>) -> Option<bool> {
    measured.known().map(|measured| measured.value > 0.0)
}

/// What enabled event source mappings poll; self-managed Kafka has no name.
fn polled(mappings: &List<EventSourceMapping>) -> Option<BTreeSet<String>> {
    let polling = only(mappings.whole()?, |mapping| polls(mapping.facts))?;
    polling.into_iter().map(|mapping| Some(mapping.facts.source.known()?.clone().unwrap_or_default())).collect()
}

fn is_measured(source: &str) -> bool {
    source.contains(":sqs:") || source.contains(":kinesis:")
}

/// A stream that functions poll is consumed, though enhanced fan-out shows in no metric of the stream.
fn some_stream(streams: &List<Stream>, polled: Option<&BTreeSet<String>>) -> Option<bool> {
    let consumed = |stream: &crate::engine::Item<Stream>| {
        any([
            above_zero(&stream.facts.fetched_records),
            polled.map(|polled| polled.iter().any(|source| is_of(source, &stream.resource.arn))),
        ])
    };
    let missing = streams.whole().is_none().then_some(None);
    any(streams.iter().map(|stream| all([above_zero(&stream.facts.incoming_records), consumed(stream)])).chain(missing))
}

/// A function polls a stream itself, or a consumer of it, whose ARN goes on behind the stream's.
fn is_of(source: &str, stream: &str) -> bool {
    source.strip_prefix(stream).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Whether a rule carries the application's own events: it called a target, on a bus of the account's or for a source
/// of the account's.
fn works(rule: &Rule) -> Option<bool> {
    let called = rule.invocations.known().map(|calls| calls.as_ref().is_some_and(|calls| calls.value > 0.0));
    let own_bus = rule.bus.known().map(|bus| bus != AWS_BUS);
    let own_source = rule.pattern_sources.known().map(|sources| {
        let mut named = sources.iter().flatten();
        named.any(|source| source == FILES || !source.starts_with("aws."))
    });
    all([called, any([own_bus, own_source])])
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::snapshot_builder::{SnapshotBuilder, arn};
    use waaudit_model::facts::derived::account::Account;
    use waaudit_model::facts::events::Rule;
    use waaudit_model::facts::kinesis::Stream;
    use waaudit_model::facts::lambda::EventSourceMapping;
    use waaudit_model::facts::sqs::Queue;

    fn measured(value: f64) -> Value {
        json!({"value": value, "statistic": "sum", "window_days": 7, "points_share": null})
    }

    fn world() -> SnapshotBuilder {
        SnapshotBuilder::new().global::<Account>("account", json!({}))
    }

    fn in_use(world: SnapshotBuilder) -> Option<Value> {
        world.derive().fact::<Account>("account", "queue_in_use")
    }

    fn queue(sent: f64, deleted: f64) -> Value {
        json!({"messages_sent": measured(sent), "messages_deleted": measured(deleted)})
    }

    #[test]
    fn a_queue_works_if_messages_come_and_are_worked_off() {
        assert_eq!(in_use(world()), Some(json!(false)));
        assert_eq!(in_use(world().with::<Queue>("orders", queue(10.0, 10.0))), Some(json!(true)));
        assert_eq!(in_use(world().with::<Queue>("forgotten", queue(10.0, 0.0))), Some(json!(false)));
        assert_eq!(in_use(world().with::<Queue>("idle", queue(0.0, 0.0))), Some(json!(false)));
    }

    #[test]
    fn a_stream_works_if_records_come_and_somebody_fetches_or_polls_them() {
        let stream = |fetched: f64| json!({"incoming_records": measured(5.0), "fetched_records": measured(fetched)});
        assert_eq!(in_use(world().with::<Stream>("clicks", stream(5.0))), Some(json!(true)));
        let unread = world().with::<Stream>("clicks", stream(0.0));
        assert_eq!(in_use(unread.clone()), Some(json!(false)));
        let mapping = |state: &str| json!({"source": arn::<Stream>("clicks"), "state": state});
        let polled = unread.clone().with::<EventSourceMapping>("m1", mapping("Enabled"));
        assert_eq!(in_use(polled), Some(json!(true)));
        assert_eq!(in_use(unread.with::<EventSourceMapping>("m1", mapping("Disabled"))), Some(json!(false)));
    }

    #[test]
    fn a_rule_works_if_it_calls_a_target_for_the_accounts_own_events() {
        let rule = |bus: &str, sources: Value, calls: Value| {
            let facts = json!({"bus": bus, "pattern_sources": sources, "invocations": calls});
            in_use(world().with::<Rule>("r", facts))
        };
        assert_eq!(rule("default", json!(["shop.orders"]), measured(3.0)), Some(json!(true)));
        assert_eq!(rule("default", json!(["aws.s3"]), measured(3.0)), Some(json!(true)));
        assert_eq!(rule("default", json!(["aws.health"]), measured(3.0)), Some(json!(false)));
        assert_eq!(rule("shop", json!(null), measured(3.0)), Some(json!(true)));
        assert_eq!(rule("shop", json!(null), measured(0.0)), Some(json!(false)));
        assert_eq!(rule("default", json!(null), json!(null)), Some(json!(false)));
    }

    #[test]
    fn a_polled_broker_is_at_work() {
        let broker = json!({"source": "arn:aws:mq:eu-west-1:111122223333:broker:b", "state": "Enabled"});
        assert_eq!(in_use(world().with::<EventSourceMapping>("m1", broker)), Some(json!(true)));
    }

    #[test]
    fn that_nothing_works_is_only_known_of_everything() {
        for half in [
            world().half_read::<Queue>(),
            world().half_read::<Stream>(),
            world().half_read::<Rule>(),
            world().half_read::<EventSourceMapping>(),
            world().with::<Queue>("young", json!({})),
        ] {
            assert_eq!(in_use(half.clone()), None);
            assert_eq!(in_use(half.with::<Queue>("orders", queue(10.0, 10.0))), Some(json!(true)));
        }
    }
}
