//! Classic Load Balancers: the list, and for each its attributes.

use aws_sdk_elasticloadbalancing::Client;
use aws_sdk_elasticloadbalancing::types::{
    AccessLog, CrossZoneLoadBalancing, ListenerDescription, LoadBalancerAttributes, LoadBalancerDescription, Policies,
};

use super::{DESCRIBE_LOAD_BALANCER_ATTRIBUTES, DESCRIBE_LOAD_BALANCERS, PAGE};
use crate::kind::Kind;
use crate::transport::bounded::run_bounded;
use crate::transport::collector_context::{Context, ResourceId};
use waaudit_model::facts;
use waaudit_model::facts::elb::{ClassicListener, ClassicLoadBalancer, ClassicStickiness};

pub(crate) const CLASSIC_LOAD_BALANCER: Kind = Kind::regional::<facts::elb::ClassicLoadBalancer>(
    &[&DESCRIBE_LOAD_BALANCERS, &DESCRIBE_LOAD_BALANCER_ATTRIBUTES],
    |ctx| Box::pin(load_balancers(ctx)),
);

async fn load_balancers(ctx: Context) {
    let client = Client::new(ctx.config());
    let mut found = Vec::new();
    let pages = client.describe_load_balancers().page_size(PAGE).into_paginator().send();
    ctx.pages(&DESCRIBE_LOAD_BALANCERS, pages, |page| {
        found.extend(page.load_balancer_descriptions.into_iter().flatten());
    })
    .await;
    run_bounded(found.iter().map(|balancer| load_balancer(&ctx, &client, balancer))).await;
}

async fn load_balancer(ctx: &Context, client: &Client, balancer: &LoadBalancerDescription) {
    let Some(id) = ctx.entry(&DESCRIBE_LOAD_BALANCERS, balancer.load_balancer_name()) else { return };
    let arn = ctx.arn("elasticloadbalancing", &format!("loadbalancer/{id}"));
    let attributes = attributes(ctx, client, &arn, id).await;
    let attributes = attributes.as_ref();
    let facts = ClassicLoadBalancer {
        cross_zone: attributes
            .and_then(LoadBalancerAttributes::cross_zone_load_balancing)
            .map(CrossZoneLoadBalancing::enabled)
            .into(),
        access_logs_bucket: attributes
            .and_then(LoadBalancerAttributes::access_log)
            .map(|log| log.s3_bucket_name.clone().filter(|_| log.enabled()))
            .into(),
        connection_draining: attributes
            .and_then(LoadBalancerAttributes::connection_draining)
            .map(|draining| draining.enabled())
            .into(),
        access_logs: attributes.and_then(LoadBalancerAttributes::access_log).map(AccessLog::enabled).into(),
        ..list_facts(ctx, &arn, balancer)
    };
    ctx.push(ResourceId { arn, id: id.to_owned(), ..ResourceId::default() }, facts);
}

async fn attributes(ctx: &Context, client: &Client, arn: &str, name: &str) -> Option<LoadBalancerAttributes> {
    let request = client.describe_load_balancer_attributes().load_balancer_name(name).send();
    ctx.detail(&DESCRIBE_LOAD_BALANCER_ATTRIBUTES, arn, request).await?.load_balancer_attributes
}

fn list_facts(ctx: &Context, arn: &str, b: &LoadBalancerDescription) -> ClassicLoadBalancer {
    let policies = b.policies().map(stickiness_policies);
    ClassicLoadBalancer {
        scheme: b.scheme.clone().into(),
        // There is none without a zone: an empty list is one that AWS did not send.
        availability_zones: b.availability_zones.clone().filter(|zones| !zones.is_empty()).into(),
        subnets: b.subnets.clone().into(),
        instances: ctx.parts(&DESCRIBE_LOAD_BALANCERS, arn, "instances", b.instances.as_ref(), |instance| {
            instance.instance_id.clone()
        }),
        stickiness_policies: policies
            .map(|policies| ctx.whole(&DESCRIBE_LOAD_BALANCERS, arn, "stickiness_policies", policies))
            .unwrap_or_default(),
        dns_name: b.dns_name().map(str::to_lowercase).into(),
        security_groups: b.security_groups.clone().into(),
        instance_ports: ctx.parts(
            &DESCRIBE_LOAD_BALANCERS,
            arn,
            "instance_ports",
            b.listener_descriptions.as_ref(),
            instance_port,
        ),
        listeners: ctx.parts(&DESCRIBE_LOAD_BALANCERS, arn, "listeners", b.listener_descriptions.as_ref(), listener),
        ..ClassicLoadBalancer::default()
    }
}

fn stickiness_policies(policies: &Policies) -> Option<Vec<ClassicStickiness>> {
    let named = |policy: &Option<String>, method: &str, seconds: Option<i64>| {
        Some(ClassicStickiness { policy: policy.clone()?, method: method.to_owned(), duration_seconds: seconds })
    };
    let by_application = policies.app_cookie_stickiness_policies.as_ref()?.iter();
    let by_application = by_application.map(|one| named(&one.policy_name, "app_cookie", None));
    let by_balancer = policies.lb_cookie_stickiness_policies.as_ref()?.iter();
    let by_balancer = by_balancer.map(|one| named(&one.policy_name, "lb_cookie", one.cookie_expiration_period));
    by_application.chain(by_balancer).collect()
}

fn listener(description: &ListenerDescription) -> Option<ClassicListener> {
    let listener = description.listener()?;
    Some(ClassicListener {
        port: i64::from(listener.load_balancer_port),
        protocol: listener.protocol.clone(),
        instance_port: i64::from(listener.instance_port()),
        policies: description.policy_names().to_vec(),
    })
}

fn instance_port(description: &ListenerDescription) -> Option<i64> {
    description.listener().map(|listener| i64::from(listener.instance_port()))
}
