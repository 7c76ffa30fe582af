//! What alarms do when they go off: the one place that says whether an alarm notifies, and what it watches.
//!
//! An alarm acts by itself, through composite alarms that go off with it, or through EventBridge rules that wait for its
//! change of state. An action counts where it leads somewhere: a topic with a confirmed subscription, a function that
//! is there. To scale a group or to restart a server is to act, but it tells no one.

mod watched;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use self::watched::{FALLING, is_beyond};
pub(crate) use self::watched::{Watched, Watchers};
use super::composite_alarms::Expression;
use crate::engine::{Derivation, Item, List, Lookup, Patch, View, all, any, reads};
use crate::messaging::event_patterns;
use crate::messaging::sns::reaches;
use waaudit_model::facts::cloudwatch::Alarm;
use waaudit_model::facts::events::Rule;
use waaudit_model::facts::lambda::Function;
use waaudit_model::facts::sns::Topic;

pub(crate) const FEEDS_COMPOSITE: Derivation = Derivation {
    kind: "cloudwatch.alarm",
    facts: &["feeds_composite"],
    reads: reads![Alarm { alarm_rule }],
    compute: feeds_composite,
};

pub(crate) const NOTIFIES: Derivation = Derivation {
    kind: "cloudwatch.alarm",
    facts: &["acts", "notifies", "dead_ends"],
    reads: reads![
        Alarm { actions, actions_enabled, alarm_rule },
        Function {},
        Rule { alarm_pattern, bus, state, targets },
        Topic { confirmed_subscriptions, exists },
    ],
    compute: notifies,
};

pub(crate) const MISSED: Derivation = Derivation {
    kind: "cloudwatch.alarm",
    facts: &["missed_metrics"],
    reads: reads![Alarm { direction, metrics, threshold }],
    compute: missed,
};

fn missed(view: &View) -> Vec<Patch> {
    let learned = |alarm: &Alarm| Alarm { missed_metrics: missed_by(alarm).into(), ..Alarm::default() };
    view.here::<Alarm>().iter().map(|alarm| alarm.patch(&learned(alarm.facts))).collect()
}

/// Metrics of an alarm whose trouble can't set it off.
fn missed_by(alarm: &Alarm) -> Option<Vec<String>> {
    let (direction, threshold) = (alarm.direction.known()?.as_deref(), *alarm.threshold.known()?);
    let misses = |metric: &&String| {
        let falling = FALLING.contains(&metric.as_str());
        match direction {
            Some("above") => falling || is_beyond(metric, threshold),
            Some("below") => falling && is_beyond(metric, threshold),
            _ => false,
        }
    };
    Some(alarm.metrics.known()?.iter().filter(misses).cloned().collect())
}

fn feeds_composite(view: &View) -> Vec<Patch> {
    let alarms = view.here::<Alarm>();
    let composites = Composites::new(&alarms);
    let learned = |alarm: &Item<Alarm>| Alarm { feeds_composite: composites.name(alarm).into(), ..Alarm::default() };
    alarms.iter().map(|alarm| alarm.patch(&learned(alarm))).collect()
}

/// What the rules of composite alarms name.
struct Composites<'l> {
    /// Names and ARNs in rules that are understood.
    operands: BTreeSet<String>,
    /// Rules that are not: one may name an alarm only where it holds the name.
    obscure: Vec<&'l str>,
    /// Whether all alarms and their rules were read.
    whole: bool,
}

impl<'l> Composites<'l> {
    fn new(alarms: &'l List<Alarm>) -> Self {
        let mut found = Self { operands: BTreeSet::new(), obscure: Vec::new(), whole: alarms.whole().is_some() };
        for alarm in alarms.iter() {
            let Some(rule) = alarm.facts.alarm_rule.known() else {
                found.whole = false;
                continue;
            };
            let Some(rule) = rule else { continue };
            match Expression::read(rule) {
                Some(expression) => found.operands.extend(expression.operands().into_iter().map(str::to_owned)),
                None => found.obscure.push(rule),
            }
        }
        found
    }

    /// Whether a composite alarm's rule names an alarm.
    fn name(&self, alarm: &Item<Alarm>) -> Option<bool> {
        let name = name(alarm);
        if self.operands.contains(name) || self.operands.contains(&alarm.resource.arn) {
            return Some(true);
        }
        let obscure = self.obscure.iter().any(|rule| rule.contains(name));
        (self.whole && !obscure).then_some(false)
    }
}

/// The alarm's name: the last part of its ARN, which may hold colons.
fn name<'i>(alarm: &'i Item<Alarm>) -> &'i str {
    alarm.resource.arn.split_once(":alarm:").map_or(&alarm.resource.id, |(_, name)| name)
}

/// What an action or an alarm does.
#[derive(Clone, Copy)]
struct Doing {
    acts: Option<bool>,
    notifies: Option<bool>,
}

impl Doing {
    fn any(of: &[Self]) -> Self {
        Self { acts: any(of.iter().map(|doing| doing.acts)), notifies: any(of.iter().map(|doing| doing.notifies)) }
    }

    fn where_so(self, so: Option<bool>) -> Self {
        Self { acts: all([so, self.acts]), notifies: all([so, self.notifies]) }
    }

    const UNKNOWN: Self = Self { acts: None, notifies: None };
}

/// A composite alarm.
struct Composite {
    /// Its place in the list of alarms.
    place: usize,
    /// Its rule; nothing where that was not read.
    text: Option<String>,
    /// The same, understood.
    rule: Option<Expression>,
}

impl Composite {
    /// Whether its rule names one of some alarms, in whatever way.
    fn may_name(&self, mut names: impl Iterator<Item = impl AsRef<str>>) -> bool {
        self.text.as_ref().is_none_or(|text| names.any(|name| text.contains(name.as_ref())))
    }
}

/// What tells where actions lead.
struct Receivers<'l, 'a> {
    view: &'l View<'a>,
    topics: Lookup<'l, 'a, Topic>,
    functions: Lookup<'l, 'a, Function>,
}

/// A rule that waits for alarms, or that may.
struct Waiting {
    /// Its pattern; nothing where that was not read.
    pattern: Option<Value>,
    /// What it does once it matches.
    doing: Doing,
}

fn notifies(view: &View) -> Vec<Patch> {
    let (alarms, topics, functions) = (view.here::<Alarm>(), view.here(), view.here());
    let receivers = Receivers { view, topics: topics.by_arn(), functions: functions.by_arn() };
    let waiting = receivers.waiting(&view.here());
    let direct: Vec<Doing> = alarms.iter().map(|alarm| receivers.of_alarm(alarm, &waiting)).collect();
    let composites = composites(&alarms);
    let places = places(&alarms);
    let learned = |place: usize, alarm: &Item<Alarm>| {
        let with_it = rising(place, &composites, &places, &alarms);
        let mut doing: Vec<Doing> = with_it.into_iter().map(|(place, so)| direct[place].where_so(so)).collect();
        if alarms.whole().is_none() {
            doing.push(Doing::UNKNOWN);
        }
        let Doing { acts, notifies } = Doing::any(&doing);
        let dead_ends = receivers.dead_ends(alarm.facts);
        Alarm { acts: acts.into(), notifies: notifies.into(), dead_ends: dead_ends.into(), ..Alarm::default() }
    };
    alarms.iter().enumerate().map(|(place, alarm)| alarm.patch(&learned(place, alarm))).collect()
}

fn composites(alarms: &List<Alarm>) -> Vec<Composite> {
    let rules = alarms.iter().enumerate().filter_map(|(place, alarm)| match alarm.facts.alarm_rule.known() {
        Some(None) => None,
        Some(Some(rule)) => Some(Composite { place, text: Some(rule.clone()), rule: Expression::read(rule) }),
        None => Some(Composite { place, text: None, rule: None }),
    });
    rules.collect()
}

/// The places of alarms by name and by ARN.
fn places<'l>(alarms: &'l List<Alarm>) -> BTreeMap<&'l str, usize> {
    let both = |(place, alarm): (usize, &'l Item<Alarm>)| [(name(alarm), place), (&*alarm.resource.arn, place)];
    alarms.iter().enumerate().flat_map(both).collect()
}

/// The alarms that go off when one does: itself, and composite alarms, one after the other.
fn rising(
    first: usize,
    composites: &[Composite],
    places: &BTreeMap<&str, usize>,
    alarms: &List<Alarm>,
) -> BTreeMap<usize, Option<bool>> {
    let itself = BTreeMap::from([(first, Some(true))]);
    let mut on = itself.clone();
    for _ in composites {
        let rings = |operand: &str| match places.get(operand) {
            Some(place) => on.get(place).copied().unwrap_or(Some(false)),
            // An alarm that is gone is never in ALARM.
            None => alarms.whole().map(|_| false),
        };
        let ringing =
            || alarms.iter().enumerate().filter(|(place, _)| on.contains_key(place)).map(|(_, alarm)| name(alarm));
        let told = |composite: &Composite| match &composite.rule {
            Some(rule) => rule.holds(&rings),
            None => (!composite.may_name(ringing())).then_some(false),
        };
        let others = composites.iter().filter(|composite| composite.place != first);
        let told = others.map(|composite| (composite.place, told(composite))).filter(|(_, so)| *so != Some(false));
        let next: BTreeMap<usize, Option<bool>> = itself.clone().into_iter().chain(told).collect();
        if next == on {
            break;
        }
        on = next;
    }
    on
}

impl Receivers<'_, '_> {
    /// What an alarm does by itself: its actions, and the rules that wait for it.
    fn of_alarm(&self, alarm: &Item<Alarm>, waiting: &[Waiting]) -> Doing {
        let actions = match alarm.facts.actions.known() {
            Some(actions) => Doing::any(&actions.iter().map(|action| self.of_action(action)).collect::<Vec<_>>()),
            None => Doing::UNKNOWN,
        };
        Doing::any(&[actions.where_so(alarm.facts.actions_enabled.get()), self.of_event(alarm, waiting)])
    }

    fn of_action(&self, action: &str) -> Doing {
        let doing = |acts, notifies| Doing { acts, notifies };
        match action.split(':').nth(2).unwrap_or_default() {
            "sns" => {
                let reached = self.topics.get(action).and_then(|topic| reaches(topic.facts));
                doing(reached, reached)
            }
            "lambda" => {
                let exists = self.function_exists(action);
                doing(exists, exists)
            }
            // An OpsItem, an incident, an investigation: a person or an agent takes it up.
            "ssm" | "ssm-incidents" | "aiops" => doing(Some(true), Some(true)),
            // Servers are stopped, started anew or added.
            "autoscaling" | "automate" | "swf" => doing(Some(true), Some(false)),
            _ => doing(Some(true), None),
        }
    }

    /// A function of another account or region can't be looked up.
    fn function_exists(&self, arn: &str) -> Option<bool> {
        let mut place = arn.split(':').skip(3);
        let here = place.next() == Some(self.view.region) && place.next() == Some(&self.view.account().id);
        let unqualified = arn.splitn(8, ':').take(7).collect::<Vec<_>>().join(":");
        if here { self.functions.has(&unqualified) } else { None }
    }

    /// The rules that alarms may set off.
    fn waiting(&self, rules: &List<Rule>) -> Vec<Waiting> {
        let waits = rules.iter().filter(|rule| rule.facts.alarm_pattern.known() != Some(&None));
        let waiting = waits.map(|rule| {
            let pattern = rule.facts.alarm_pattern.known().and_then(Option::as_deref);
            let doing = match rule.facts.targets.known() {
                Some(targets) => {
                    Doing::any(&targets.iter().map(|target| self.of_target(&target.arn)).collect::<Vec<_>>())
                }
                None => Doing::UNKNOWN,
            };
            let on = all([
                rule.facts.bus.known().map(|bus| bus == "default"),
                rule.facts.state.known().map(|state| state.starts_with("ENABLED")),
            ]);
            Waiting { pattern: pattern.and_then(|text| serde_json::from_str(text).ok()), doing: doing.where_so(on) }
        });
        let missing = rules.whole().is_none().then_some(Waiting { pattern: None, doing: Doing::UNKNOWN });
        waiting.chain(missing).collect()
    }

    /// What rules do that wait for the alarm's change of state.
    fn of_event(&self, alarm: &Item<Alarm>, waiting: &[Waiting]) -> Doing {
        if waiting.is_empty() {
            return Doing::any(&[]);
        }
        let event = self.event(alarm);
        let of_rule = |rule: &Waiting| {
            rule.doing.where_so(rule.pattern.as_ref().and_then(|pattern| event_patterns::matches(pattern, &event)))
        };
        Doing::any(&waiting.iter().map(of_rule).collect::<Vec<_>>())
    }

    fn of_target(&self, target: &str) -> Doing {
        match target.split(':').nth(2).unwrap_or_default() {
            "sns" | "lambda" => self.of_action(target),
            // What is only written down is not told. Who reads the events of another bus can't be seen from here.
            "logs" => Doing { acts: Some(false), notifies: Some(false) },
            "events" if target.contains(":event-bus/") => Doing::UNKNOWN,
            _ => Doing { acts: Some(true), notifies: Some(true) },
        }
    }

    /// What is known of the event by which CloudWatch tells that the alarm went off.
    fn event(&self, alarm: &Item<Alarm>) -> Value {
        json!({
            "version": "0",
            "source": "aws.cloudwatch",
            "detail-type": "CloudWatch Alarm State Change",
            "account": self.view.account().id,
            "region": self.view.region,
            "resources": [alarm.resource.arn],
            "detail": {
                "alarmName": name(alarm), "state": {"value": "ALARM"}, "previousState": {"value": "OK"},
            },
        })
    }

    /// Of an alarm's actions that are on, those that lead nowhere.
    fn dead_ends(&self, alarm: &Alarm) -> Option<Vec<String>> {
        if !alarm.actions_enabled.get()? {
            return Some(Vec::new());
        }
        let mut dead = Vec::new();
        for action in alarm.actions.known()? {
            if self.of_action(action).acts.map(|acts| !acts)? {
                dead.push(action.rsplit(':').next().unwrap_or(action).to_owned());
            }
        }
        Some(dead)
    }
}

#[cfg(test)]
mod tests;
