//! Amazon MQ. Tags are not in this answer.

use aws_sdk_mq::types::BrokerSummary;

use super::Kind;
use super::answer::word;
use super::aws::{Call, Context, Named, timestamp};
use crate::facts::mq::Broker;

const LIST_BROKERS: Call = Call::new("mq", "ListBrokers");

pub(super) const BROKER: Kind = Kind::regional("mq.broker", &[&LIST_BROKERS], |ctx| Box::pin(brokers(ctx)));

async fn brokers(ctx: Context) {
    let client = aws_sdk_mq::Client::new(ctx.config());
    ctx.pages(&LIST_BROKERS, client.list_brokers().into_paginator().send(), |page| {
        for broker in page.broker_summaries() {
            let Some(arn) = ctx.entry(&LIST_BROKERS, broker.broker_arn()) else { continue };
            let name = Named {
                arn: arn.to_owned(),
                id: broker.broker_id().unwrap_or(arn).to_owned(),
                name: broker.broker_name.clone(),
                ..Named::default()
            };
            ctx.push(name, broker_facts(broker));
        }
    })
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
