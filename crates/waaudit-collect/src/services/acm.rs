//! AWS Certificate Manager.
//!
//! CloudFront takes its certificates from one region, whichever others are looked at: those of that region are read
//! above the regions, and nowhere twice.

use aws_sdk_acm::types::{CertificateSummary, Filters, KeyAlgorithm, RenewalEligibility};

use crate::call::Call;
use crate::kind::{Kind, Service};
use crate::transport::collector_context::{Context, ResourceId, timestamp};
use crate::transport::decode::word;
use crate::transport::session::first_region;
use waaudit_model::facts;
use waaudit_model::facts::Fact;
use waaudit_model::facts::acm::Certificate;

pub(crate) const SERVICE: Service = Service { kinds: &[CERTIFICATE, GLOBAL_CERTIFICATE], metrics: &[], rates: &[] };

const LIST_CERTIFICATES: Call = Call::new("acm", "ListCertificates");

pub(crate) const CERTIFICATE: Kind =
    Kind::regional::<facts::acm::Certificate>(&[&LIST_CERTIFICATES], |ctx| Box::pin(certificates(ctx)));
pub(crate) const GLOBAL_CERTIFICATE: Kind =
    Kind::global::<facts::acm::Certificate>(&[&LIST_CERTIFICATES], |ctx| Box::pin(certificates(ctx)));

/// The largest page.
const PAGE: i32 = 1000;

async fn certificates(ctx: Context) {
    if *ctx.region == *first_region(&ctx.partition) {
        return;
    }
    let read_in = ctx.config().region().map(|region| region.as_ref().to_owned());
    let client = aws_sdk_acm::Client::new(ctx.config());
    // Without this, ACM leaves out all but two kinds of keys.
    let keys = KeyAlgorithm::values().iter().map(|key| KeyAlgorithm::from(*key)).collect();
    let every_key = Filters::builder().set_key_types(Some(keys)).build();
    let pages = client.list_certificates().includes(every_key).max_items(PAGE).into_paginator().send();
    ctx.listed(
        &LIST_CERTIFICATES,
        pages,
        |page| page.certificate_summary_list(),
        |certificate| {
            let arn = certificate.certificate_arn()?;
            let id = arn.rsplit_once('/').map_or(arn, |(_, id)| id).to_owned();
            let name = certificate.domain_name.clone();
            Some((
                ResourceId { arn: arn.to_owned(), id, name, region: read_in.clone(), tags: None },
                facts(certificate),
            ))
        },
    )
    .await;
}

fn facts(c: &CertificateSummary) -> Certificate {
    Certificate {
        domain: c.domain_name.clone().into(),
        status: word(c.status()).into(),
        certificate_type: word(c.r#type()).into(),
        in_use: c.in_use.into(),
        renewed_by_acm: c.renewal_eligibility().map(|renewal| *renewal == RenewalEligibility::Eligible).into(),
        expires_at: match c.not_after() {
            None => Fact::Known(None),
            Some(end) => timestamp(end).map(Some).into(),
        },
        ..Certificate::default()
    }
}
