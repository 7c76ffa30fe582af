//! Application, Network and Gateway Load Balancers: the list, and for each its attributes and listeners.

use aws_sdk_elasticloadbalancingv2::Client;
use aws_sdk_elasticloadbalancingv2::types::{
    AvailabilityZone, LoadBalancer as SdkBalancer, LoadBalancerAttribute, LoadBalancerSchemeEnum, LoadBalancerState,
    LoadBalancerTypeEnum, ZonalCapacityReservationState,
};

use super::listener::{DESCRIBE_LISTENERS, DESCRIBE_RULES, listeners};
use super::{DESCRIBE_LOAD_BALANCER_ATTRIBUTES, DESCRIBE_LOAD_BALANCERS, PAGE, flag};
use crate::call::Call;
use crate::kind::Kind;
use crate::transport::bounded::run_bounded;
use crate::transport::collector_context::{Context, ResourceId, timestamp};
use crate::transport::decode::word;
use waaudit_model::facts;
use waaudit_model::facts::Fact;
use waaudit_model::facts::elb::{EnabledZone, LoadBalancer};

const DESCRIBE_CAPACITY_RESERVATION: Call = Call::new("elasticloadbalancing", "DescribeCapacityReservation");

pub(crate) const LOAD_BALANCER: Kind = Kind::regional::<facts::elb::LoadBalancer>(
    &[
        &DESCRIBE_LOAD_BALANCERS,
        &DESCRIBE_LOAD_BALANCER_ATTRIBUTES,
        &DESCRIBE_LISTENERS,
        &DESCRIBE_RULES,
        &DESCRIBE_CAPACITY_RESERVATION,
    ],
    |ctx| Box::pin(load_balancers(ctx)),
);

async fn load_balancers(ctx: Context) {
    let client = Client::new(ctx.config());
    let mut found = Vec::new();
    let pages = client.describe_load_balancers().page_size(PAGE).into_paginator().send();
    ctx.pages(&DESCRIBE_LOAD_BALANCERS, pages, |page| found.extend(page.load_balancers.into_iter().flatten())).await;
    run_bounded(found.iter().map(|balancer| load_balancer(&ctx, &client, balancer))).await;
}

async fn load_balancer(ctx: &Context, client: &Client, balancer: &SdkBalancer) {
    let Some(arn) = ctx.entry(&DESCRIBE_LOAD_BALANCERS, balancer.load_balancer_arn()) else { return };
    let (attributes, listeners, reservation) = futures::join!(
        attributes(ctx, client, arn),
        listeners(ctx, client, arn, balancer.r#type()),
        reservation(ctx, client, arn, balancer),
    );
    let (reserved_capacity_units, reservation_states) = reservation;
    let name = ResourceId {
        arn: arn.to_owned(),
        id: balancer.load_balancer_name().unwrap_or(arn).to_owned(),
        ..ResourceId::default()
    };
    let facts = LoadBalancer {
        // The attributes came: one that is not among them has its documented default, which is false.
        access_logs: attributes
            .as_deref()
            .and_then(|all| attribute(all, "access_logs.s3.enabled").map_or(Some(false), flag))
            .into(),
        access_logs_bucket: attributes.as_deref().map_or(Fact::Unread, access_logs_bucket),
        cross_zone: attributes.as_deref().map_or(Fact::Unread, |all| cross_zone(all, balancer)),
        zonal_shift: attributes.as_deref().and_then(|all| flag(attribute(all, "zonal_shift.config.enabled")?)).into(),
        listeners,
        reserved_capacity_units,
        reservation_states,
        ..list_facts(ctx, arn, balancer)
    };
    ctx.push(name, facts);
}

async fn attributes(ctx: &Context, client: &Client, arn: &str) -> Option<Vec<LoadBalancerAttribute>> {
    let request = client.describe_load_balancer_attributes().load_balancer_arn(arn).send();
    ctx.detail(&DESCRIBE_LOAD_BALANCER_ATTRIBUTES, arn, request).await?.attributes
}

/// What is reserved, and the states of it by zone. Only what users on the internet reach is asked about: others scale
/// with the account's own calls.
async fn reservation(
    ctx: &Context,
    client: &Client,
    arn: &str,
    balancer: &SdkBalancer,
) -> (Fact<Option<i64>>, Fact<Vec<String>>) {
    if balancer.scheme() != Some(&LoadBalancerSchemeEnum::InternetFacing) {
        return (Fact::Unread, Fact::Unread);
    }
    let request = client.describe_capacity_reservation().load_balancer_arn(arn).send();
    let Some(answer) = ctx.detail(&DESCRIBE_CAPACITY_RESERVATION, arn, request).await else {
        return (Fact::Unread, Fact::Unread);
    };
    let units = answer.minimum_load_balancer_capacity().and_then(|minimum| minimum.capacity_units);
    let state = |zone: &ZonalCapacityReservationState| word(zone.state()?.code());
    let states = answer.capacity_reservation_state().iter().map(state).collect();
    let states = ctx.whole(&DESCRIBE_CAPACITY_RESERVATION, arn, "reservation_states", states);
    (Fact::Known(units.map(i64::from)), states)
}

fn attribute<'a>(attributes: &'a [LoadBalancerAttribute], key: &str) -> Option<&'a str> {
    attributes.iter().find(|attribute| attribute.key() == Some(key))?.value()
}

/// The bucket stays named where access logs were switched off. A Gateway Load Balancer has no such attributes.
fn access_logs_bucket(attributes: &[LoadBalancerAttribute]) -> Fact<Option<String>> {
    match attribute(attributes, "access_logs.s3.enabled") {
        Some("true") => attribute(attributes, "access_logs.s3.bucket").map(|bucket| Some(bucket.to_owned())).into(),
        _ => Fact::Known(None),
    }
}

fn cross_zone(attributes: &[LoadBalancerAttribute], balancer: &SdkBalancer) -> Fact<Option<bool>> {
    match attribute(attributes, "load_balancing.cross_zone.enabled") {
        Some(text) => flag(text).map(Some).into(),
        None => none_for_gateway(balancer, None),
    }
}

/// What only a Gateway Load Balancer goes without: of any other, silence is no answer.
fn none_for_gateway<T>(balancer: &SdkBalancer, value: Option<T>) -> Fact<Option<T>> {
    match (value, balancer.r#type()) {
        (Some(value), _) => Fact::Known(Some(value)),
        (None, Some(LoadBalancerTypeEnum::Gateway)) => Fact::Known(None),
        (None, _) => Fact::Unread,
    }
}

fn list_facts(ctx: &Context, arn: &str, b: &SdkBalancer) -> LoadBalancer {
    LoadBalancer {
        balancer_type: word(b.r#type()).into(),
        scheme: none_for_gateway(b, word(b.scheme())),
        state: word(b.state().and_then(LoadBalancerState::code)).into(),
        zones: ctx.parts(&DESCRIBE_LOAD_BALANCERS, arn, "zones", b.availability_zones.as_ref(), zone),
        security_groups: security_groups(b),
        dns_name: none_for_gateway(b, b.dns_name().map(str::to_lowercase)),
        vpc: b.vpc_id.clone().into(),
        created_at: b.created_time().and_then(timestamp).into(),
        outpost_pool: b.customer_owned_ipv4_pool.clone().into(),
        ..LoadBalancer::default()
    }
}

fn zone(zone: &AvailabilityZone) -> Option<EnabledZone> {
    Some(EnabledZone {
        name: zone.zone_name.clone()?,
        subnet: zone.subnet_id.clone(),
        outpost: zone.outpost_id.clone(),
    })
}

/// An Application Load Balancer always has groups; of the others, AWS leaves the list out where they have none.
fn security_groups(balancer: &SdkBalancer) -> Fact<Vec<String>> {
    match (&balancer.security_groups, balancer.r#type()) {
        (Some(groups), _) => groups.clone().into(),
        (None, Some(LoadBalancerTypeEnum::Network | LoadBalancerTypeEnum::Gateway)) => Fact::Known(Vec::new()),
        (None, _) => Fact::Unread,
    }
}
