//! Whether a topic reaches a receiver, and which alarms are silent because theirs does not.

use crate::engine::{Derivation, Patch, View, all, each, only, reads};
use waaudit_model::facts::cloudwatch::Alarm;
use waaudit_model::facts::sns::Topic;

pub(crate) const SILENCED: Derivation = Derivation {
    kind: "sns.topic",
    facts: &["silenced_alarms"],
    reads: reads![Alarm { actions, acts }, Topic { confirmed_subscriptions, exists }],
    compute: silenced,
};

/// Whether what is published to a topic reaches a receiver: it is there, and a subscription is confirmed.
pub(crate) fn reaches(topic: &Topic) -> Option<bool> {
    all([topic.exists.get(), topic.confirmed_subscriptions.get().map(|confirmed| confirmed > 0)])
}

/// The alarms that name a topic which reaches no one, and that do nothing else.
fn silenced(view: &View) -> Vec<Patch> {
    let alarms = view.here::<Alarm>();
    let alarms = alarms.by(|alarm| each(alarm.facts.actions.known()));
    let of = |arn: &str, topic: &Topic| {
        if reaches(topic)? {
            return Some(Vec::new());
        }
        let silent = only(alarms.whole_of(arn)?, |alarm| {
            all([
                alarm.facts.actions.known().map(|actions| actions.iter().any(|action| action == arn)),
                alarm.facts.acts.get().map(|acts| !acts),
            ])
        })?;
        Some(silent.into_iter().map(|alarm| alarm.resource.arn.clone()).collect::<Vec<_>>())
    };
    let topics = view.here::<Topic>();
    let learned = |arn: &str, topic: &Topic| Topic { silenced_alarms: of(arn, topic).into(), ..Topic::default() };
    topics.iter().map(|topic| topic.patch(&learned(&topic.resource.arn, topic.facts))).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Topic;
    use crate::testing::snapshot_builder::{SnapshotBuilder, arn};
    use waaudit_model::facts::cloudwatch::Alarm;

    #[test]
    fn an_alarm_is_silenced_by_a_topic_without_subscription_unless_it_has_another() {
        let alarm = |topics: &[&str]| {
            let actions: Vec<String> = topics.iter().map(|topic| arn::<Topic>(topic)).collect();
            json!({"actions_enabled": true, "actions": actions, "alarm_rule": null})
        };
        let topic = |confirmed: i64| json!({"exists": true, "confirmed_subscriptions": confirmed});
        let world = SnapshotBuilder::new()
            .with::<Topic>("heard", topic(1))
            .with::<Topic>("empty", topic(0))
            .with::<Alarm>("both", alarm(&["heard", "empty"]))
            .with::<Alarm>("mute", alarm(&["empty"]));
        let derived = world.clone().derive();
        assert_eq!(derived.fact::<Topic>("empty", "silenced_alarms"), Some(json!([arn::<Alarm>("mute")])));
        assert_eq!(derived.fact::<Topic>("heard", "silenced_alarms"), Some(json!([])));
        assert_eq!(world.half_read::<Alarm>().derive().fact::<Topic>("empty", "silenced_alarms"), None);
    }
}
