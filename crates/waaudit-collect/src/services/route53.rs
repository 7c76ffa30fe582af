//! Amazon Route 53. Of values, only addresses and names are kept: texts can hold secrets.

use aws_sdk_route53::Client;
use aws_sdk_route53::operation::list_resource_record_sets::ListResourceRecordSetsOutput;
use aws_sdk_route53::types::{GeoLocation, HostedZone, ResourceRecordSet, RrType};

use crate::call::Call;
use crate::kind::{Kind, Service};
use crate::rate_limit::Rate;
use crate::transport::bounded::run_bounded;
use crate::transport::collector_context::{Context, ResourceId};
use waaudit_model::facts;
use waaudit_model::facts::route53::{HealthCheck, Record};

pub(crate) const SERVICE: Service = Service {
    kinds: &[HEALTH_CHECK, RECORD],
    metrics: &[],
    rates: &[
        // Route 53, "Maximums on API requests": five a second for an account, over the whole API.
        Rate::shared("route53", Rate::ALL, 5.0, 5).of_all_regions(),
    ],
};

const LIST_ZONES: Call = Call::new("route53", "ListHostedZones");
const LIST_RECORDS: Call = Call::new("route53", "ListResourceRecordSets");

pub(crate) const RECORD: Kind =
    Kind::global::<facts::route53::Record>(&[&LIST_ZONES, &LIST_RECORDS], |ctx| Box::pin(records(ctx))).own_tags();

const LIST_HEALTH_CHECKS: Call = Call::new("route53", "ListHealthChecks");
pub(crate) const HEALTH_CHECK: Kind =
    Kind::global::<facts::route53::HealthCheck>(&[&LIST_HEALTH_CHECKS], |ctx| Box::pin(health_checks(ctx)));

async fn health_checks(ctx: Context) {
    let client = Client::new(ctx.config());
    ctx.pages(&LIST_HEALTH_CHECKS, client.list_health_checks().into_paginator().send(), |page| {
        for check in page.health_checks() {
            let arn = format!("arn:{}:route53:::healthcheck/{}", ctx.partition, check.id());
            let config = check.health_check_config();
            let facts = HealthCheck {
                check_type: config.map(|config| config.r#type().as_str().to_owned()).into(),
                domain: config.map(|config| config.fully_qualified_domain_name().map(plain)).into(),
                ip_address: config.map(|config| config.ip_address.clone()).into(),
                disabled: config.map(|config| config.disabled() == Some(true)).into(),
                children: config.map(|config| config.child_health_checks().to_vec()).into(),
            };
            ctx.push(ResourceId { arn, id: check.id().to_owned(), ..ResourceId::default() }, facts);
        }
    })
    .await;
}

/// Types whose values are addresses or names.
const OPEN_TYPES: &[RrType] = &[RrType::A, RrType::Aaaa, RrType::Cname];

/// Where the next page starts: a record's name, type and set identifier.
type Mark = (String, Option<RrType>, Option<String>);

async fn records(ctx: Context) {
    let client = Client::new(ctx.config());
    let mut zones = Vec::new();
    ctx.pages(&LIST_ZONES, client.list_hosted_zones().into_paginator().send(), |page| {
        zones.extend_from_slice(page.hosted_zones());
    })
    .await;
    run_bounded(zones.iter().map(|zone| zone_records(&ctx, &client, zone))).await;
}

async fn zone_records(ctx: &Context, client: &Client, zone: &HostedZone) {
    let ask = |mark: Option<Mark>| {
        let (name, record_type, identifier) = mark.map_or((None, None, None), |mark| (Some(mark.0), mark.1, mark.2));
        client
            .list_resource_record_sets()
            .hosted_zone_id(zone.id())
            .set_start_record_name(name)
            .set_start_record_type(record_type)
            .set_start_record_identifier(identifier)
            .send()
    };
    ctx.marked_pages(&LIST_RECORDS, ask, next_mark, |page| {
        if page.is_truncated() && page.next_record_name().is_none() {
            ctx.unreadable(&LIST_RECORDS, None, "a list that goes on without saying where");
        }
        for record in page.resource_record_sets() {
            ctx.push(named(ctx, zone, record), record_facts(zone, record));
        }
    })
    .await;
}

fn next_mark(page: &ListResourceRecordSetsOutput) -> Option<Mark> {
    let name = page.next_record_name.clone().filter(|_| page.is_truncated())?;
    Some((name, page.next_record_type.clone(), page.next_record_identifier.clone()))
}

/// Records have no ARN and no tags. Those of one name and type are told apart by their set identifier.
fn named(ctx: &Context, zone: &HostedZone, record: &ResourceRecordSet) -> ResourceId {
    let (name, record_type) = (plain(record.name()), record.r#type().as_str());
    let set = record.set_identifier().map_or_else(String::new, |set| format!("/{set}"));
    let id = format!("{name}/{record_type}{set}");
    ResourceId {
        arn: format!("arn:{}:route53:::hostedzone/{}/record/{id}", ctx.partition, zone_id(zone)),
        id,
        tags: Some(std::collections::BTreeMap::new()),
        ..ResourceId::default()
    }
}

fn record_facts(zone: &HostedZone, record: &ResourceRecordSet) -> Record {
    let open = OPEN_TYPES.contains(record.r#type());
    let values = record.resource_records().iter().filter(|_| open);
    Record {
        zone: zone_id(zone).to_owned().into(),
        private: zone.config().map(|config| config.private_zone()).into(),
        record_name: plain(record.name()).into(),
        record_type: record.r#type().as_str().to_owned().into(),
        failover: record.failover().map(|failover| failover.as_str().to_owned()).into(),
        latency_region: record.region().map(|region| region.as_str().to_owned()).into(),
        weight: record.weight.into(),
        geolocation: record.geo_location().map(geolocation).into(),
        // AWS leaves the field out of all other records.
        multivalue: (record.multi_value_answer == Some(true)).into(),
        other_routing: other_routing(record).map(str::to_owned).into(),
        health_check: record.health_check_id.clone().into(),
        follows_target_health: record.alias_target().map(|target| target.evaluate_target_health()).into(),
        alias: record.alias_target().map(|target| without_dualstack(&plain(target.dns_name()))).into(),
        values: values.map(|record| plain(record.value())).collect::<Vec<_>>().into(),
    }
}

/// A country of `*` is the default location.
fn geolocation(location: &GeoLocation) -> String {
    match (location.continent_code(), location.country_code(), location.subdivision_code()) {
        (Some(continent), ..) => format!("continent {continent}"),
        (_, Some("*"), _) => "*".to_owned(),
        (_, Some(country), Some(part)) => format!("country {country}, {part}"),
        (_, Some(country), None) => format!("country {country}"),
        _ => "*".to_owned(),
    }
}

const fn other_routing(record: &ResourceRecordSet) -> Option<&'static str> {
    if record.geo_proximity_location.is_some() {
        Some("geoproximity")
    } else if record.cidr_routing_config.is_some() {
        Some("IP-based")
    } else {
        None
    }
}

fn zone_id(zone: &HostedZone) -> &str {
    zone.id().trim_start_matches("/hostedzone/")
}

/// A name in lower case, without the last dot, with `*` for the `\052` that Route 53 sends.
fn plain(name: &str) -> String {
    name.trim_end_matches('.').to_lowercase().replace("\\052", "*")
}

fn without_dualstack(name: &str) -> String {
    name.strip_prefix("dualstack.").unwrap_or(name).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::options::CallOptions;
    use crate::transport::collector_context::{Before, Scan};
    use aws_sdk_route53::error::SdkError;
    use aws_sdk_route53::operation::list_resource_record_sets::ListResourceRecordSetsError;
    use aws_sdk_route53::types::{AliasTarget, HostedZoneConfig, ResourceRecord};
    use waaudit_model::facts::Fact;
    use waaudit_model::gap::{Gap, GapReason};

    fn zone() -> HostedZone {
        let config = HostedZoneConfig::builder().private_zone(false).build();
        let zone = HostedZone::builder().id("/hostedzone/Z1").name("example.com.").caller_reference("x");
        zone.config(config).build().unwrap()
    }

    fn record(record_type: RrType, value: &str) -> ResourceRecordSet {
        let value = ResourceRecord::builder().value(value).build().unwrap();
        let record = ResourceRecordSet::builder().name("\\052.Example.com.").r#type(record_type);
        record.resource_records(value).build().unwrap()
    }

    #[test]
    fn names_are_plain_and_wildcards_readable() {
        let facts = record_facts(&zone(), &record(RrType::Cname, "Target.Example.net."));
        assert_eq!(facts.zone, Fact::Known("Z1".to_owned()));
        assert_eq!(facts.record_name, Fact::Known("*.example.com".to_owned()));
        assert_eq!(facts.values, Fact::Known(vec!["target.example.net".to_owned()]));
        assert_eq!(facts.alias, Fact::Known(None));
    }

    #[test]
    fn texts_stay_behind() {
        let facts = record_facts(&zone(), &record(RrType::Txt, "\"password\""));
        assert_eq!(facts.values, Fact::Known(Vec::new()));
    }

    #[test]
    fn an_alias_loses_its_dualstack_prefix() {
        let target = AliasTarget::builder()
            .hosted_zone_id("Z2")
            .dns_name("dualstack.Web-1.eu-west-1.elb.amazonaws.com.")
            .evaluate_target_health(true)
            .build()
            .unwrap();
        let record = ResourceRecordSet::builder().name("example.com.").r#type(RrType::A).alias_target(target);
        let facts = record_facts(&zone(), &record.build().unwrap());
        assert_eq!(facts.alias, Fact::Known(Some("web-1.eu-west-1.elb.amazonaws.com".to_owned())));
    }

    fn context() -> Context {
        let config = aws_types::SdkConfig::builder().build();
        let scan = std::sync::Arc::new(Scan::new(
            crate::registry::RATES,
            &CallOptions::default(),
            jiff::Timestamp::UNIX_EPOCH,
        ));
        Context::new("route53.record", "global", "111122223333", "aws", config, scan, Before::default())
    }

    #[allow(clippy::result_large_err, reason = "the SDK's own error")]
    fn page(next: Option<&str>) -> Result<ListResourceRecordSetsOutput, SdkError<ListResourceRecordSetsError>> {
        Ok(ListResourceRecordSetsOutput::builder()
            .set_resource_record_sets(Some(Vec::new()))
            .is_truncated(next.is_some())
            .set_next_record_name(next.map(str::to_owned))
            .max_items(300)
            .build()
            .unwrap())
    }

    #[tokio::test]
    async fn pages_are_followed_to_the_last() {
        let ctx = context();
        let ask = |mark: Option<Mark>| std::future::ready(page(mark.is_none().then_some("b")));
        let mut pages = 0;
        assert!(ctx.marked_pages(&LIST_RECORDS, ask, next_mark, |_| pages += 1).await);
        assert_eq!(pages, 2);
        assert_eq!(ctx.take_collected().gaps.iter().count(), 0);
    }

    #[tokio::test]
    async fn a_list_that_does_not_advance_is_a_gap_and_ends() {
        let ctx = context();
        let ask = |_: Option<Mark>| std::future::ready(page(Some("b")));
        assert!(!ctx.marked_pages(&LIST_RECORDS, ask, next_mark, |_| {}).await);
        let gaps: Vec<Gap> = ctx.take_collected().gaps.into_iter().collect();
        assert_eq!((gaps.len(), gaps[0].reason), (1, GapReason::Unreadable));
        assert!(gaps[0].is_of_list());
    }

    #[test]
    fn a_page_that_is_not_truncated_has_no_next() {
        let page = ListResourceRecordSetsOutput::builder()
            .set_resource_record_sets(Some(Vec::new()))
            .next_record_name("b.example.com.")
            .max_items(300);
        assert_eq!(next_mark(&page.clone().is_truncated(false).build().unwrap()), None);
        let mark = next_mark(&page.is_truncated(true).build().unwrap());
        assert_eq!(mark, Some(("b.example.com.".to_owned(), None, None)));
    }
}
