//! Attachments of VPCs to transit gateways. An account sees its own, and all those to a gateway that it owns.

use aws_sdk_ec2::types::TransitGatewayVpcAttachment;

use super::named;
use crate::call::Call;
use crate::kind::Kind;
use crate::transport::collector_context::Context;
use crate::transport::decode::word;
use waaudit_model::facts;
use waaudit_model::facts::ec2::TransitGatewayAttachment;

const DESCRIBE_ATTACHMENTS: Call = Call::new("ec2", "DescribeTransitGatewayVpcAttachments");

pub(crate) const ATTACHMENT: Kind =
    Kind::regional::<facts::ec2::TransitGatewayAttachment>(&[&DESCRIBE_ATTACHMENTS], |ctx| Box::pin(attachments(ctx)))
        .own_tags();

async fn attachments(ctx: Context) {
    let client = aws_sdk_ec2::Client::new(ctx.config());
    let pages = client.describe_transit_gateway_vpc_attachments().into_paginator().send();
    ctx.pages(&DESCRIBE_ATTACHMENTS, pages, |page| {
        for attachment in page.transit_gateway_vpc_attachments() {
            let id = ctx.entry(&DESCRIBE_ATTACHMENTS, attachment.transit_gateway_attachment_id());
            let Some(id) = id else { continue };
            let arn = ctx.arn("ec2", &format!("transit-gateway-attachment/{id}"));
            ctx.push(named(arn, id, attachment.tags()), attachment_facts(attachment));
        }
    })
    .await;
}

fn attachment_facts(a: &TransitGatewayVpcAttachment) -> TransitGatewayAttachment {
    TransitGatewayAttachment {
        transit_gateway: a.transit_gateway_id.clone().into(),
        vpc: a.vpc_id.clone().into(),
        state: word(a.state()).into(),
        subnets: a.subnet_ids.clone().into(),
    }
}
