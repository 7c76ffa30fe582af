//! Amazon EventBridge: the rules of every bus. Of a rule's pattern only the sources are kept: the rest can name anything.

use aws_sdk_eventbridge::Client;
use aws_sdk_eventbridge::types::Rule as SdkRule;
use futures::future::join_all;
use serde_json::Value;

use super::Kind;
use super::answer::word;
use super::aws::{Call, Context, Named};
use super::metrics::{Absent, Asked, Metric, Query};
use crate::facts::Fact;
use crate::facts::events::Rule;
use crate::snapshot::Resource;

const LIST_BUSES: Call = Call::new("events", "ListEventBuses");
const LIST_RULES: Call = Call::new("events", "ListRules");

pub(super) const RULE: Kind = Kind::regional("events.rule", &[&LIST_BUSES, &LIST_RULES], |ctx| Box::pin(rules(ctx)));

/// EventBridge publishes a rule's calls only where there are some, and does not say since when a rule exists.
pub(super) const METRICS: &[Metric] =
    &[Metric::new("events.rule", "invocations", "sum", invocations, |_, series| series.first()?.sum()).over(7)];

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
    join_all(names.map(|bus| rules_of(&ctx, &client, bus))).await;
}

async fn rules_of(ctx: &Context, client: &Client, bus: &str) {
    ctx.marked_pages(
        &LIST_RULES,
        |mark| client.list_rules().event_bus_name(bus).set_next_token(mark).send(),
        |page| page.next_token.clone(),
        |page| {
            for rule in page.rules() {
                let Some(arn) = ctx.entry(&LIST_RULES, rule.arn()) else { continue };
                let id = rule.name().unwrap_or(arn).to_owned();
                ctx.push(Named { arn: arn.to_owned(), id, ..Named::default() }, rule_facts(ctx, arn, bus, rule));
            }
        },
    )
    .await;
}

fn rule_facts(ctx: &Context, arn: &str, bus: &str, r: &SdkRule) -> Rule {
    let sources = match r.event_pattern() {
        None => Fact::Known(None),
        Some(pattern) => ctx.whole(&LIST_RULES, arn, "pattern_sources", sources(pattern)),
    };
    Rule {
        bus: bus.to_owned().into(),
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

#[cfg(test)]
mod tests {
    use super::sources;

    #[test]
    fn a_pattern_names_its_sources_or_none() {
        let named = |pattern| sources(pattern).map(|names| names.map(|names| names.join(" ")));
        assert_eq!(named(r#"{"source": ["shop.orders", "aws.s3"]}"#), Some(Some("shop.orders aws.s3".to_owned())));
        assert_eq!(named(r#"{"detail-type": ["OrderPlaced"]}"#), Some(None));
        assert_eq!(named(r#"{"source": [{"prefix": "shop."}]}"#), Some(None));
        assert_eq!(named("nonsense"), None);
    }
}
