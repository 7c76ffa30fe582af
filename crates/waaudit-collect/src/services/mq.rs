//! Amazon MQ. Tags are not in this answer.

use aws_sdk_mq::types::BrokerSummary;

use crate::call::Call;
use crate::kind::{Kind, Service};
use crate::transport::collector_context::{Context, ResourceId, timestamp};
use crate::transport::decode::word;
use waaudit_model::facts;
use waaudit_model::facts::mq::Broker;

pub(crate) const SERVICE: Service = Service { kinds: &[BROKER], metrics: &[], rates: &[] };

const LIST_BROKERS: Call = Call::new("mq", "ListBrokers");

pub(crate) const BROKER: Kind = Kind::regional::<facts::mq::Broker>(&[&LIST_BROKERS], |ctx| Box::pin(brokers(ctx)));

async fn brokers(ctx: Context) {
    let client = aws_sdk_mq::Client::new(ctx.config());
    ctx.listed(
        &LIST_BROKERS,
        client.list_brokers().into_paginator().send(),
        |page| page.broker_summaries(),
        |broker| {
            let arn = broker.broker_arn()?;
            let name = ResourceId {
                arn: arn.to_owned(),
                id: broker.broker_id().unwrap_or(arn).to_owned(),
                name: broker.broker_name.clone(),
                ..ResourceId::default()
            };
            Some((name, broker_facts(broker)))
        },
    )
    .await;
}

/// AWS's pages spell engines otherwise than its API.
fn spelt(engine: &str) -> &str {
    match engine {
        "ACTIVEMQ" => "ActiveMQ",
        "RABBITMQ" => "RabbitMQ",
        other => other,
    }
}

fn broker_facts(b: &BrokerSummary) -> Broker {
    Broker {
        state: word(b.broker_state()).into(),
        engine: word(b.engine_type()).map(|engine| spelt(&engine).to_owned()).into(),
        deployment_mode: word(b.deployment_mode()).into(),
        instance_type: b.host_instance_type.clone().into(),
        created_at: b.created().and_then(timestamp).into(),
    }
}
