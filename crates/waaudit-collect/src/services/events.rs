//! Amazon EventBridge: the rules of every bus and their targets.
//!
//! Of a rule's pattern only the sources are kept, since the rest can name anything; of one that changes of alarms may
//! match, all of it.

use aws_sdk_eventbridge::Client;
use aws_sdk_eventbridge::types::Rule as SdkRule;
use serde_json::Value;

use crate::call::Call;
use crate::kind::{Kind, Service};
use crate::metrics::{Absent, Asked, Metric, Query};
use crate::transport::bounded::run_bounded;
use crate::transport::collector_context::{Context, ResourceId};
use crate::transport::decode::word;
use waaudit_model::facts;
use waaudit_model::facts::Fact;
use waaudit_model::facts::events::{Rule, Target};
use waaudit_model::snapshot::Resource;

pub(crate) const SERVICE: Service = Service { kinds: &[RULE], metrics: &[METRICS], rates: &[] };

const LIST_BUSES: Call = Call::new("events", "ListEventBuses");
const LIST_RULES: Call = Call::new("events", "ListRules");
const LIST_TARGETS: Call = Call::new("events", "ListTargetsByRule");

pub(crate) const RULE: Kind =
    Kind::regional::<facts::events::Rule>(&[&LIST_BUSES, &LIST_RULES, &LIST_TARGETS], |ctx| Box::pin(rules(ctx)));

/// EventBridge publishes a rule's calls only where there are some, and does not say since when a rule exists.
pub(crate) const METRICS: &[Metric] =
    &[Metric::of::<facts::events::Rule>("invocations", "sum", invocations, |_, series| series.first()?.sum()).over(7)];

/// The bus that every account has.
const DEFAULT_BUS: &str = "default";

/// Rules of the default bus go by their name, those of another one by both names.
fn invocations(rule: &Resource) -> Asked {
    let facts = rule.facts::<Rule>().unwrap_or_default();
    let (Some(state), Some(managed_by), Some(has_pattern), Some(bus)) =
        (facts.state.known(), facts.managed_by.known(), facts.has_pattern.get(), facts.bus.known())
    else {
        return Asked::Unclear;
    };
    if !has_pattern || managed_by.is_some() || state == "DISABLED" {
        return Asked::Nothing;
    }
    let (by_bus, by_name) = (("EventBusName", bus.as_str()), ("RuleName", rule.id.as_str()));
    let dimensions = if bus == DEFAULT_BUS { vec![by_name] } else { vec![by_bus, by_name] };
    let query = Query::new("AWS/Events", "Invocations", &dimensions);
    query.statistic("Sum").every(3600).absent(Absent::Zero).into()
}

async fn rules(ctx: Context) {
    let client = Client::new(ctx.config());
    let mut buses = Vec::new();
    ctx.marked_pages(
        &LIST_BUSES,
        |mark| client.list_event_buses().set_next_token(mark).send(),
        |page| page.next_token.clone(),
        |page| buses.extend(page.event_buses.unwrap_or_default()),
    )
    .await;
    let names = buses.iter().filter_map(|bus| ctx.entry(&LIST_BUSES, bus.name()));
    run_bounded(names.map(|bus| rules_of(&ctx, &client, bus))).await;
}

async fn rules_of(ctx: &Context, client: &Client, bus: &str) {
    let mut rules = Vec::new();
    ctx.marked_pages(
        &LIST_RULES,
        |mark| client.list_rules().event_bus_name(bus).set_next_token(mark).send(),
        |page| page.next_token.clone(),
        |page| rules.extend(page.rules.into_iter().flatten()),
    )
    .await;
    run_bounded(rules.iter().map(|rule| add(ctx, client, bus, rule))).await;
}

async fn add(ctx: &Context, client: &Client, bus: &str, rule: &SdkRule) {
    let Some(arn) = ctx.entry(&LIST_RULES, rule.arn()) else { return };
    let targets = match rule.name() {
        Some(name) => targets(ctx, client, bus, arn, name).await,
        None => None,
    };
    let id = rule.name().unwrap_or(arn).to_owned();
    let facts = Rule { targets: targets.into(), ..rule_facts(ctx, arn, bus, rule) };
    ctx.push(ResourceId { arn: arn.to_owned(), id, ..ResourceId::default() }, facts);
}

/// A rule has five targets as AWS sets it up, and some hundred at most.
async fn targets(ctx: &Context, client: &Client, bus: &str, arn: &str, rule: &str) -> Option<Vec<Target>> {
    let (mut targets, mut mark) = (Vec::new(), None);
    loop {
        let request = client.list_targets_by_rule().event_bus_name(bus).rule(rule).set_next_token(mark.clone());
        let page = ctx.detail(&LIST_TARGETS, arn, request.send()).await?;
        targets.extend(page.targets().iter().map(|target| Target {
            arn: target.arn().to_owned(),
            dead_letter_target: target.dead_letter_config().and_then(|config| config.arn.clone()),
        }));
        let next = page.next_token.filter(|token| !token.is_empty());
        if next.is_none() {
            return Some(targets);
        }
        if next == mark {
            ctx.unreadable(&LIST_TARGETS, Some(arn), "the list does not advance from page to page");
            return None;
        }
        mark = next;
    }
}

fn rule_facts(ctx: &Context, arn: &str, bus: &str, r: &SdkRule) -> Rule {
    let sources = match r.event_pattern() {
        None => Fact::Known(None),
        Some(pattern) => ctx.whole(&LIST_RULES, arn, "pattern_sources", sources(pattern)),
    };
    let alarm_pattern = match r.event_pattern() {
        None => Fact::Known(None),
        Some(pattern) => may_match_alarms(pattern).map(|may| may.then(|| pattern.to_owned())).into(),
    };
    Rule {
        bus: bus.to_owned().into(),
        alarm_pattern,
        state: word(r.state()).into(),
        schedule: r.schedule_expression.clone().into(),
        pattern_sources: sources,
        has_pattern: r.event_pattern().is_some().into(),
        managed_by: r.managed_by.clone().into(),
        ..Rule::default()
    }
}

/// The sources that a pattern names by their whole names; `Some(None)` where it names none so.
fn sources(pattern: &str) -> Option<Option<Vec<String>>> {
    let pattern: Value = serde_json::from_str(pattern).ok()?;
    let named = pattern.as_object()?.get("source").and_then(Value::as_array);
    let names = named.map(|named| named.iter().map(|name| name.as_str().map(str::to_owned)).collect());
    Some(names.flatten())
}

/// Whether changes of alarms may match a pattern; not where it names other sources or other sorts of events alone.
fn may_match_alarms(pattern: &str) -> Option<bool> {
    let pattern: Value = serde_json::from_str(pattern).ok()?;
    let fields = pattern.as_object()?;
    let may = |field: &str, value: &str| {
        let named = fields.get(field).and_then(Value::as_array);
        named.is_none_or(|named| named.iter().any(|name| !name.is_string() || name == value))
    };
    Some(may("source", "aws.cloudwatch") && may("detail-type", "CloudWatch Alarm State Change"))
}

#[cfg(test)]
mod tests {
    use super::{may_match_alarms, sources};

    #[test]
    fn a_pattern_may_match_alarms_unless_it_names_something_else() {
        assert_eq!(may_match_alarms(r#"{"source": ["aws.cloudwatch"]}"#), Some(true));
        assert_eq!(may_match_alarms(r#"{"source": [{"prefix": "aws."}]}"#), Some(true));
        assert_eq!(may_match_alarms(r#"{"account": ["111122223333"]}"#), Some(true));
        assert_eq!(may_match_alarms(r#"{"source": ["shop"]}"#), Some(false));
        assert_eq!(
            may_match_alarms(r#"{"source": ["aws.cloudwatch"], "detail-type": ["Scheduled Event"]}"#),
            Some(false)
        );
        assert_eq!(may_match_alarms("nonsense"), None);
    }

    #[test]
    fn a_pattern_names_its_sources_or_none() {
        let named = |pattern| sources(pattern).map(|names| names.map(|names| names.join(" ")));
        assert_eq!(named(r#"{"source": ["shop.orders", "aws.s3"]}"#), Some(Some("shop.orders aws.s3".to_owned())));
        assert_eq!(named(r#"{"detail-type": ["OrderPlaced"]}"#), Some(None));
        assert_eq!(named(r#"{"source": [{"prefix": "shop."}]}"#), Some(None));
        assert_eq!(named("nonsense"), None);
    }
}
