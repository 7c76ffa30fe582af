//! Composite alarms and the alarms that they name.

use super::view::{all, any};
use super::{Item, Join, List, Patch, View};
use crate::facts::cloudwatch::Alarm;

pub(super) const FEEDS_COMPOSITE: Join =
    Join { kind: "cloudwatch.alarm", facts: &["feeds_composite"], reads: &[], learn: feeds_composite };

/// Whether an alarm does something when it goes off, by itself or through a composite alarm.
pub(super) fn speaks(alarm: &Alarm) -> Option<bool> {
    any([
        alarm.feeds_composite.get(),
        all([alarm.actions_enabled.get(), alarm.actions.known().map(|actions| !actions.is_empty())]),
    ])
}

/// What an alarm rule asks of an alarm.
const QUESTIONS: &[&str] = &["ALARM(", "OK(", "INSUFFICIENT_DATA("];

fn feeds_composite(view: &View) -> Vec<Patch> {
    let alarms = view.here::<Alarm>();
    let learned = |alarm: &Item<Alarm>| Alarm { feeds_composite: feeds(alarm, &alarms).into(), ..Alarm::default() };
    alarms.iter().map(|alarm| alarm.learn(&learned(alarm))).collect()
}

fn feeds(alarm: &Item<Alarm>, alarms: &List<Alarm>) -> Option<bool> {
    let names = |other: &Alarm| {
        let rule = other.alarm_rule.known()?.as_deref().unwrap_or_default();
        Some(operands(rule).any(|operand| operand == alarm.resource.arn || operand == name(alarm)))
    };
    let missing = alarms.whole().is_none().then_some(None);
    any(alarms.iter().map(|other| names(&other.facts)).chain(missing))
}

/// The alarm's name: what stands last in its ARN, which may hold colons.
fn name<'i>(alarm: &'i Item<Alarm>) -> &'i str {
    alarm.resource.arn.split_once(":alarm:").map_or(&alarm.resource.id, |(_, name)| name)
}

/// The names and ARNs that an alarm rule asks about, quoted or not.
fn operands(rule: &str) -> impl Iterator<Item = &str> {
    let starts = QUESTIONS.iter().flat_map(move |question| rule.match_indices(question));
    starts.filter_map(move |(start, question)| {
        let operand = rule.get(start + question.len()..)?.trim_start();
        let quote = operand.chars().next().filter(|first| ['"', '\''].contains(first));
        match quote {
            Some(quote) => operand.get(1..)?.split(quote).next(),
            None => operand.split(')').next().map(str::trim_end),
        }
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::operands;
    use crate::derive::sample::World;
    use crate::facts::cloudwatch::Alarm;

    fn world() -> World {
        World::new()
            .with::<Alarm>("cpu", json!({"alarm_rule": null}))
            .with::<Alarm>("disk", json!({"alarm_rule": null}))
            .with::<Alarm>("page", json!({"alarm_rule": "ALARM(\"cpu\") AND NOT OK(net)"}))
    }

    #[test]
    fn an_alarm_feeds_the_composite_that_names_it() {
        let derived = world().derive();
        assert_eq!(derived.fact::<Alarm>("cpu", "feeds_composite"), Some(json!(true)));
        assert_eq!(derived.fact::<Alarm>("disk", "feeds_composite"), Some(json!(false)));
    }

    #[test]
    fn feeding_none_is_only_known_of_all_alarms() {
        let half = world().half_read::<Alarm>().derive();
        assert_eq!(half.fact::<Alarm>("cpu", "feeds_composite"), Some(json!(true)));
        assert_eq!(half.fact::<Alarm>("disk", "feeds_composite"), None);
    }

    #[test]
    fn operands_may_be_quoted_spaced_or_arns() {
        let rule = r#"(ALARM( a ) OR OK("b (old)")) AND INSUFFICIENT_DATA('arn:aws:cloudwatch:eu-west-1:1:alarm:c')"#;
        let mut found: Vec<&str> = operands(rule).collect();
        found.sort_unstable();
        assert_eq!(found, ["a", "arn:aws:cloudwatch:eu-west-1:1:alarm:c", "b (old)"]);
    }
}
