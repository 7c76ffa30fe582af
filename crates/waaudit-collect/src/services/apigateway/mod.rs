//! Amazon API Gateway. REST APIs answer in version 1 of its API, HTTP and WebSocket APIs in version 2: one kind of stage.
//!
//! IAM knows one action for all of its reads. A stage's variables and a policy's values can hold secrets, and stay behind.

mod account;
mod domain;
mod http;
mod integration;
mod measures;
mod rest;

use std::collections::{BTreeMap, HashMap};

use crate::call::Call;
use crate::kind::{Kind, Service};
use crate::rate_limit::Rate;
use crate::transport::collector_context::{Context, ResourceId};
use waaudit_model::facts;

pub(crate) use self::measures::METRICS;

pub(crate) const SERVICE: Service = Service {
    kinds: &[STAGE, ACCOUNT, DOMAIN_NAME, USAGE_PLAN],
    metrics: &[METRICS],
    rates: &[
        // API Gateway, "Quotas for creating, deploying and managing": 10/s with a burst of 40 in total.
        Rate::shared("apigateway", &["GetResources"], 2.5, 5).of_all_regions(),
        Rate::shared("apigateway", Rate::ALL, 10.0, 40).of_all_regions(),
    ],
};

const GET_REST_APIS: Call = Call::new("apigateway", "GetRestApis").allowed_by("GET");
const GET_APIS: Call = Call::new("apigateway", "GetApis").allowed_by("GET");
/// Both versions call it so.
const GET_STAGES: Call = Call::new("apigateway", "GetStages").allowed_by("GET");
const GET_USAGE_PLANS: Call = Call::new("apigateway", "GetUsagePlans").allowed_by("GET");
const GET_ACCOUNT: Call = Call::new("apigateway", "GetAccount").allowed_by("GET");

const STAGE_CALLS: &[&Call] = &[
    &GET_REST_APIS,
    &GET_APIS,
    &GET_STAGES,
    &integration::GET_INTEGRATIONS,
    &integration::GET_RESOURCES,
    &integration::GET_VPC_LINKS,
];

pub(crate) const STAGE: Kind = Kind::regional::<facts::apigateway::Stage>(STAGE_CALLS, |ctx| Box::pin(stages(ctx)));
pub(crate) const ACCOUNT: Kind =
    Kind::regional::<facts::apigateway::Account>(&[&GET_ACCOUNT], |ctx| Box::pin(account::account(ctx)))
        .after::<facts::apigateway::Stage>()
        .untagged();
pub(crate) const DOMAIN_NAME: Kind =
    Kind::regional::<facts::apigateway::DomainName>(&[&domain::GET_DOMAIN_NAMES, &domain::GET_API_MAPPINGS], |ctx| {
        Box::pin(domain::domain_names(ctx))
    });
pub(crate) const USAGE_PLAN: Kind =
    Kind::regional::<facts::apigateway::UsagePlan>(&[&GET_USAGE_PLANS], |ctx| Box::pin(account::usage_plans(ctx)));

/// The largest page of version 1.
const PAGE: i32 = 500;

async fn stages(ctx: Context) {
    futures::join!(rest::stages(&ctx), http::stages(&ctx));
}

/// API Gateway's ARNs name no account.
fn arn(ctx: &Context, path: &str) -> String {
    format!("arn:{}:apigateway:{}::{path}", ctx.partition, ctx.region)
}

/// What a stage is called. `apis` is the part of its ARN that tells the versions apart.
fn named(
    ctx: &Context,
    apis: &str,
    api: &str,
    api_name: Option<&str>,
    stage: &str,
    tags: Option<&HashMap<String, String>>,
) -> ResourceId {
    ResourceId {
        arn: arn(ctx, &format!("/{apis}/{api}/stages/{stage}")),
        id: format!("{api}/{stage}"),
        name: api_name.map(str::to_owned),
        region: None,
        tags: tags.map(|tags| tags.clone().into_iter().collect::<BTreeMap<_, _>>()),
    }
}
