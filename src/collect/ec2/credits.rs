//! Which burstable instances may spend CPU credits that they do not have.

use super::super::Kind;
use super::super::aws::{Call, Context, Named};
use super::PAGE;
use crate::facts::ec2::CreditSpecification;

const DESCRIBE_SPECIFICATIONS: Call = Call::new("ec2", "DescribeInstanceCreditSpecifications");

pub(in super::super) const CREDIT_SPECIFICATION: Kind =
    Kind::regional("ec2.credit_specification", &[&DESCRIBE_SPECIFICATIONS], |ctx| Box::pin(specifications(ctx)));

/// Without ids, AWS lists the unlimited instances, and some that once were.
async fn specifications(ctx: Context) {
    let client = aws_sdk_ec2::Client::new(ctx.config());
    let pages = client.describe_instance_credit_specifications().into_paginator().page_size(PAGE).send();
    ctx.pages(&DESCRIBE_SPECIFICATIONS, pages, |page| {
        for specification in page.instance_credit_specifications() {
            let Some(id) = ctx.entry(&DESCRIBE_SPECIFICATIONS, specification.instance_id()) else { continue };
            let name = Named {
                arn: ctx.arn("ec2", &format!("instance/{id}/credit-specification")),
                id: id.to_owned(),
                tags: Some(std::collections::BTreeMap::new()),
                ..Named::default()
            };
            ctx.push(name, CreditSpecification { cpu_credits: specification.cpu_credits.clone().into() });
        }
    })
    .await;
}
