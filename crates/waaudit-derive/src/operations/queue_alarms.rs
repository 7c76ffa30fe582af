//! The alarms that tell of messages in a queue.

use super::alarms::{Watched, Watchers};
use crate::engine::{Derivation, Item, Patch, View, all, any, reads};
use crate::messaging::sqs::{name, redriven};
use waaudit_model::facts::cloudwatch::Alarm;
use waaudit_model::facts::sqs::Queue;

pub(crate) const ALARMED: Derivation = Derivation {
    kind: "sqs.queue",
    facts: &["alarmed"],
    reads: reads![
        Alarm { direction, metrics, namespaces, notifies, queries, threshold, watches },
        Queue { dead_letter_target },
    ],
    compute: alarmed,
};

/// Metrics that tell of messages in a queue.
const DEPTH: &[&str] = &["ApproximateNumberOfMessagesVisible", "ApproximateAgeOfOldestMessage"];
/// Messages that services send to a queue. What SQS itself moves there is not counted:
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html>.
const SENT: &[&str] = &["NumberOfMessagesSent"];

fn alarmed(view: &View) -> Vec<Patch> {
    let (alarms, queues) = (view.here::<Alarm>(), view.here());
    let (alarms, redriven) = (Watchers::new(&alarms), redriven(&queues));
    let learned = |queue: &Item<Queue>| {
        let names = [name(queue).to_owned()];
        let on = |metrics| Watched { namespace: "AWS/SQS", metrics, names: &names }.notified_by(&alarms);
        let sent = all([on(SENT), redriven.has(&queue.resource.arn).map(|redriven| !redriven)]);
        Queue { alarmed: any([on(DEPTH), sent]).into(), ..Queue::default() }
    };
    queues.iter().map(|queue| queue.patch(&learned(queue))).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::snapshot_builder::{SnapshotBuilder, arn};
    use waaudit_model::facts::cloudwatch::Alarm;
    use waaudit_model::facts::sqs::Queue;

    fn world() -> SnapshotBuilder {
        SnapshotBuilder::new()
            .with::<Queue>("orders", json!({"dead_letter_target": arn::<Queue>("failed")}))
            .with::<Queue>("failed", json!({"dead_letter_target": null}))
    }

    fn fact(world: SnapshotBuilder, id: &str, fact: &str) -> Option<Value> {
        world.derive().fact::<Queue>(id, fact)
    }

    fn alarm(metric: &str, direction: &str) -> Value {
        json!({
            "namespaces": ["AWS/SQS"], "watches": ["orders"], "metrics": [metric], "queries": [], "alarm_rule": null,
            "direction": direction, "threshold": 0.0, "actions_enabled": true,
            "actions": ["arn:aws:ssm:eu-west-1:111122223333:opsitem:1"],
        })
    }

    #[test]
    fn a_queue_is_alarmed_when_an_alarm_that_notifies_tells_of_messages() {
        let alarmed = |world: SnapshotBuilder| fact(world, "orders", "alarmed");
        let with = |facts: Value| alarmed(world().with::<Alarm>("depth", facts));
        assert_eq!(with(alarm("ApproximateNumberOfMessagesVisible", "above")), Some(json!(true)));
        assert_eq!(with(alarm("ApproximateAgeOfOldestMessage", "above")), Some(json!(true)));
        assert_eq!(with(alarm("ApproximateNumberOfMessagesVisible", "below")), Some(json!(false)));
        assert_eq!(with(alarm("SentMessageSize", "above")), Some(json!(false)));
        let mut mute = alarm("ApproximateNumberOfMessagesVisible", "above");
        mute["actions"] = json!([]);
        assert_eq!(with(mute), Some(json!(false)));
        let loud = world().with::<Alarm>("depth", alarm("ApproximateNumberOfMessagesVisible", "above"));
        assert_eq!(alarmed(loud.half_read::<Alarm>()), Some(json!(true)));
        assert_eq!(alarmed(world().half_read::<Alarm>()), None);
    }

    #[test]
    fn messages_sent_tell_nothing_of_those_that_sqs_moves_itself() {
        let sent = |queue: &str| {
            let mut facts = alarm("NumberOfMessagesSent", "above");
            facts["watches"] = json!([queue]);
            fact(world().with::<Alarm>("sent", facts), queue, "alarmed")
        };
        assert_eq!(sent("orders"), Some(json!(true)));
        assert_eq!(sent("failed"), Some(json!(false)), "orders redrives to it");
    }
}
