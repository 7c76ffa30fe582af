//! Which burstable instances may spend CPU credits that they do not have.

use super::PAGE;
use crate::call::Call;
use crate::kind::Kind;
use crate::transport::collector_context::{Context, ResourceId};
use waaudit_model::facts;
use waaudit_model::facts::ec2::CreditSpecification;

const DESCRIBE_SPECIFICATIONS: Call = Call::new("ec2", "DescribeInstanceCreditSpecifications");

pub(crate) const CREDIT_SPECIFICATION: Kind =
    Kind::regional::<facts::ec2::CreditSpecification>(&[&DESCRIBE_SPECIFICATIONS], |ctx| Box::pin(specifications(ctx)))
        .own_tags();

/// Without ids, AWS lists the unlimited instances, and some that once were.
async fn specifications(ctx: Context) {
    let client = aws_sdk_ec2::Client::new(ctx.config());
    let pages = client.describe_instance_credit_specifications().into_paginator().page_size(PAGE).send();
    ctx.listed(
        &DESCRIBE_SPECIFICATIONS,
        pages,
        |page| page.instance_credit_specifications(),
        |specification| {
            let id = specification.instance_id()?;
            let name = ResourceId {
                arn: ctx.arn("ec2", &format!("instance/{id}/credit-specification")),
                id: id.to_owned(),
                tags: Some(std::collections::BTreeMap::new()),
                ..ResourceId::default()
            };
            Some((name, CreditSpecification { cpu_credits: specification.cpu_credits.clone().into() }))
        },
    )
    .await;
}
