//! What is traced: AWS X-Ray's service map and CloudWatch Application Signals. Traces themselves are never read.

use std::collections::BTreeMap;

use aws_smithy_types::DateTime;

use crate::call::Call;
use crate::kind::{Kind, Service};
use crate::transport::collector_context::{Context, ResourceId};
use waaudit_model::facts;
use waaudit_model::facts::tracing::{SignalsService, XrayService};

pub(crate) const SERVICE: Service = Service { kinds: &[SIGNALS_SERVICE, XRAY_SERVICE], metrics: &[], rates: &[] };

const GET_GRAPH: Call = Call::new("xray", "GetServiceGraph");
const LIST_SERVICES: Call = Call::new("application-signals", "ListServices");

pub(crate) const XRAY_SERVICE: Kind =
    Kind::regional::<facts::tracing::XrayService>(&[&GET_GRAPH], |ctx| Box::pin(graph(ctx))).untagged();
pub(crate) const SIGNALS_SERVICE: Kind =
    Kind::regional::<facts::tracing::SignalsService>(&[&LIST_SERVICES], |ctx| Box::pin(services(ctx))).untagged();

const HOUR: i64 = 3600;
/// One map covers six hours at most: <https://docs.aws.amazon.com/xray/latest/api/API_GetServiceGraph.html>.
const HOURS_A_MAP: i64 = 6;

async fn graph(ctx: Context) {
    let client = aws_sdk_xray::Client::new(ctx.config());
    let now = ctx.taken_at().as_second();
    let mut found: BTreeMap<String, Option<String>> = BTreeMap::new();
    for map in 0..2 {
        let end = now - map * HOURS_A_MAP * HOUR;
        let (start, end) = (DateTime::from_secs(end - HOURS_A_MAP * HOUR), DateTime::from_secs(end));
        let request = client.get_service_graph().start_time(start).end_time(end);
        ctx.pages(&GET_GRAPH, request.into_paginator().send(), |page| {
            for service in page.services() {
                let Some(name) = ctx.entry(&GET_GRAPH, service.name()) else { continue };
                found.entry(name.to_owned()).or_insert_with(|| service.r#type.clone());
            }
        })
        .await;
    }
    for (id, service_type) in found {
        let arn = ctx.arn("xray", &format!("service/{id}"));
        ctx.push(ResourceId { arn, id, ..ResourceId::default() }, XrayService { service_type: service_type.into() });
    }
}

async fn services(ctx: Context) {
    let client = aws_sdk_applicationsignals::Client::new(ctx.config());
    let now = ctx.taken_at().as_second();
    let request =
        client.list_services().start_time(DateTime::from_secs(now - 24 * HOUR)).end_time(DateTime::from_secs(now));
    ctx.pages(&LIST_SERVICES, request.into_paginator().send(), |page| {
        for service in page.service_summaries() {
            let attribute = |name: &str| service.key_attributes.get(name).cloned();
            let name = attribute("Name").or_else(|| attribute("Identifier"));
            let Some(id) = ctx.entry(&LIST_SERVICES, name.as_deref()) else { continue };
            let arn = ctx.arn("application-signals", &format!("service/{id}"));
            let facts = SignalsService { environment: attribute("Environment").into() };
            ctx.push(ResourceId { arn, id: id.to_owned(), ..ResourceId::default() }, facts);
        }
    })
    .await;
}
