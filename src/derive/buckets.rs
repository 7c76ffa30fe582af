//! Distributions in front of S3 buckets.

use super::view::{any, only};
use super::{Item, Join, Patch, View};
use crate::facts::cloudfront::{Distribution, Origin};
use crate::facts::s3::Bucket;

pub(super) const ORIGINS: Join = Join {
    kind: "s3.bucket",
    facts: &["distributions", "website_distributions"],
    reads: &["cloudfront.distribution"],
    learn: origins,
};

/// The endpoint of a bucket that an origin's name belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Endpoint {
    Objects,
    Website,
}

fn origins(view: &View) -> Vec<Patch> {
    let distributions = view.global::<Distribution>();
    let serving = distributions.whole().and_then(|all| only(all, |distribution| distribution.facts.enabled.get()));
    let learned = |bucket: &str| Bucket {
        distributions: serving
            .as_deref()
            .and_then(|serving| users(serving, bucket, &[Endpoint::Objects, Endpoint::Website]))
            .into(),
        website_distributions: serving
            .as_deref()
            .and_then(|serving| users(serving, bucket, &[Endpoint::Website]))
            .into(),
        ..Bucket::default()
    };
    view.here::<Bucket>().iter().map(|bucket| bucket.learn(&learned(&bucket.resource.id))).collect()
}

fn users(serving: &[&Item<Distribution>], bucket: &str, endpoints: &[Endpoint]) -> Option<Vec<String>> {
    let leads = |origin: &Origin| match endpoint(&origin.domain, bucket) {
        Some(endpoint) => Some(endpoints.contains(&endpoint)),
        None => (!may_lead_to(&origin.domain, bucket, endpoints)).then_some(false),
    };
    let using =
        only(serving.iter().copied(), |distribution| any(distribution.facts.origins.known()?.iter().map(leads)))?;
    Some(using.into_iter().map(|distribution| distribution.resource.id.clone()).collect())
}

/// `bucket.s3.amazonaws.com`, with a region, `dualstack` or `website` where they may stand.
fn endpoint(domain: &str, bucket: &str) -> Option<Endpoint> {
    let rest = domain.strip_prefix(bucket)?.strip_prefix(".s3")?;
    let middle = rest.strip_suffix(".amazonaws.com").or_else(|| rest.strip_suffix(".amazonaws.com.cn"))?;
    let (kind, region) = match middle.strip_prefix("-website") {
        Some(region) => (Endpoint::Website, region),
        None => (Endpoint::Objects, middle),
    };
    let region = region.strip_prefix(".dualstack").unwrap_or(region);
    let region = region.strip_prefix(['.', '-']).unwrap_or(region);
    (!region.contains('.')).then_some(kind)
}

/// The bucket whose endpoint a name is.
pub(super) fn bucket_of(domain: &str) -> Option<&str> {
    let ends = domain.match_indices(".s3").map(|(at, _)| &domain[..at]);
    ends.filter(|bucket| !bucket.is_empty()).find(|bucket| endpoint(domain, bucket).is_some())
}

/// An access point's name does not tell its bucket, and a website may answer under the bucket's own name.
fn may_lead_to(domain: &str, bucket: &str, endpoints: &[Endpoint]) -> bool {
    let access_point =
        domain.contains("-s3alias.") || domain.contains(".s3-accesspoint.") || domain.contains(".accesspoint.s3-");
    domain == bucket || (access_point && endpoints.contains(&Endpoint::Objects))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::derive::sample::World;
    use crate::facts::cloudfront::Distribution;
    use crate::facts::s3::Bucket;

    fn distribution(domain: &str, enabled: bool) -> Value {
        json!({"enabled": enabled, "origins": [{"id": "o", "domain": domain, "custom_headers": []}]})
    }

    fn with_origin(domain: &str) -> World {
        World::new().with::<Bucket>("site", json!({})).global::<Distribution>("D1", distribution(domain, true))
    }

    fn users(world: World) -> (Option<Value>, Option<Value>) {
        let world = world.derive();
        (world.fact::<Bucket>("site", "distributions"), world.fact::<Bucket>("site", "website_distributions"))
    }

    #[test]
    fn every_form_of_the_buckets_name_leads_to_it() {
        for domain in [
            "site.s3.amazonaws.com",
            "site.s3.eu-west-1.amazonaws.com",
            "site.s3-eu-west-1.amazonaws.com",
            "site.s3.dualstack.eu-west-1.amazonaws.com",
            "site.s3.cn-north-1.amazonaws.com.cn",
        ] {
            assert_eq!(users(with_origin(domain)), (Some(json!(["D1"])), Some(json!([]))), "{domain}");
        }
    }

    #[test]
    fn both_forms_of_the_websites_name_lead_to_the_website() {
        for domain in ["site.s3-website-eu-west-1.amazonaws.com", "site.s3-website.eu-central-1.amazonaws.com"] {
            assert_eq!(users(with_origin(domain)), (Some(json!(["D1"])), Some(json!(["D1"]))), "{domain}");
        }
    }

    #[test]
    fn another_buckets_name_does_not() {
        for domain in ["other.s3.amazonaws.com", "site.s3.other.s3.amazonaws.com", "mysite.s3.amazonaws.com"] {
            assert_eq!(users(with_origin(domain)), (Some(json!([])), Some(json!([]))), "{domain}");
        }
    }

    #[test]
    fn a_disabled_distribution_uses_nothing() {
        let world = World::new()
            .with::<Bucket>("site", json!({}))
            .global::<Distribution>("D1", distribution("site.s3.amazonaws.com", false));
        assert_eq!(users(world), (Some(json!([])), Some(json!([]))));
    }

    #[test]
    fn an_access_point_may_lead_to_any_bucket() {
        let world = with_origin("ap-abc-s3alias.s3.eu-west-1.amazonaws.com");
        assert_eq!(users(world), (None, Some(json!([]))));
    }

    #[test]
    fn users_stay_unread_unless_all_distributions_were_read() {
        assert_eq!(users(with_origin("site.s3.amazonaws.com").half_read::<Distribution>()), (None, None));
        let denied =
            World::new().with::<Bucket>("site", json!({})).global::<Distribution>("D1", json!({"enabled": true}));
        assert_eq!(users(denied), (None, None));
    }
}
