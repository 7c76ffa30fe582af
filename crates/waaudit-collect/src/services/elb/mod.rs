//! Elastic Load Balancing, both generations, which share the names of their calls and a small bucket of requests.
//!
//! What is here is shared by the files below, and the account's limits. Tags are not in these answers.

mod balancer;
mod classic;
mod listener;
mod measures;
mod target_group;

use aws_sdk_elasticloadbalancingv2::types::Limit;

pub(crate) use self::balancer::LOAD_BALANCER;
pub(crate) use self::classic::CLASSIC_LOAD_BALANCER;
pub(crate) use self::measures::METRICS;
pub(crate) use self::target_group::TARGET_GROUP;
use crate::call::Call;
use crate::kind::{Kind, Service};
use crate::rate_limit::Rate;
use crate::transport::collector_context::{Context, ResourceId};
use waaudit_model::facts;
use waaudit_model::facts::elb::Limits;

pub(crate) const SERVICE: Service = Service {
    kinds: &[CLASSIC_LOAD_BALANCER, LIMITS, LOAD_BALANCER, TARGET_GROUP],
    metrics: &[METRICS],
    rates: &[
        // Elastic Load Balancing, "Throttling": all reads together, and all actions of the account together.
        Rate::shared("elasticloadbalancing", Rate::ALL, 10.0, 40),
    ],
};

const DESCRIBE_LOAD_BALANCERS: Call = Call::new("elasticloadbalancing", "DescribeLoadBalancers");
const DESCRIBE_LOAD_BALANCER_ATTRIBUTES: Call = Call::new("elasticloadbalancing", "DescribeLoadBalancerAttributes");
const DESCRIBE_ACCOUNT_LIMITS: Call = Call::new("elasticloadbalancing", "DescribeAccountLimits");

/// The largest page: all calls draw on one small bucket.
const PAGE: i32 = 400;

pub(crate) const LIMITS: Kind =
    Kind::regional::<facts::elb::Limits>(&[&DESCRIBE_ACCOUNT_LIMITS], |ctx| Box::pin(limits(ctx))).untagged();

async fn limits(ctx: Context) {
    let client = aws_sdk_elasticloadbalancingv2::Client::new(ctx.config());
    let mut found = Vec::new();
    let pages = client.describe_account_limits().page_size(PAGE).into_paginator().send();
    let all_came =
        ctx.pages(&DESCRIBE_ACCOUNT_LIMITS, pages, |page| found.extend(page.limits.into_iter().flatten())).await;
    if !all_came {
        return;
    }
    let name = ResourceId {
        arn: ctx.arn("elasticloadbalancing", "account-limits"),
        id: "account-limits".to_owned(),
        ..ResourceId::default()
    };
    ctx.push(
        name,
        Limits {
            load_balancers: limit(&found, "application-load-balancers").into(),
            targets_per_load_balancer: limit(&found, "targets-per-application-load-balancer").into(),
            ..Limits::default()
        },
    );
}

fn limit(limits: &[Limit], name: &str) -> Option<i64> {
    limits.iter().find(|limit| limit.name() == Some(name))?.max()?.parse().ok()
}

/// An attribute that is written true or false.
fn flag(text: &str) -> Option<bool> {
    text.parse().ok()
}
