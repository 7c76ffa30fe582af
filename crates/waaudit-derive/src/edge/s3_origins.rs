//! Distributions in front of S3 buckets, and whether the public can read from a bucket.

use std::collections::BTreeSet;

use crate::engine::{Derivation, List, Patch, Referrers, View, all, any, only, reads};
use waaudit_model::facts::Fact;
use waaudit_model::facts::cloudfront::{Distribution, Origin};
use waaudit_model::facts::s3::{Bucket, PublicAccessBlock};

pub(crate) const PUBLIC: Derivation = Derivation {
    kind: "s3.bucket",
    facts: &["serves_public"],
    reads: reads![
        Bucket { acl_public, acls_enabled, policy_public, public_acls_ignored, public_policies_restricted, website },
        PublicAccessBlock { public_acls_ignored, public_policies_restricted },
    ],
    compute: serves_public,
};

pub(crate) const ORIGINS: Derivation = Derivation {
    kind: "s3.bucket",
    facts: &["distributions", "website_distributions"],
    reads: reads![Bucket {}, Distribution { enabled, origins }],
    compute: origins,
};

fn serves_public(view: &View) -> Vec<Patch> {
    let account = view.global::<PublicAccessBlock>();
    let learned = |bucket: &Bucket| Bucket { serves_public: public(bucket, &account).into(), ..Bucket::default() };
    view.here::<Bucket>().iter().map(|bucket| bucket.patch(&learned(bucket.facts))).collect()
}

/// What grants, and is not blocked on either level.
fn public(bucket: &Bucket, account: &List<PublicAccessBlock>) -> Option<bool> {
    let blocked = |own: &Fact<bool>, of_account: fn(&PublicAccessBlock) -> Option<bool>| {
        // There is one of each account, so an empty list is one that was not read.
        let of_account = account.iter().next().and_then(|block| of_account(block.facts));
        any([own.get(), of_account])
    };
    let open = |blocked: Option<bool>| blocked.map(|blocked| !blocked);
    let policies = open(blocked(&bucket.public_policies_restricted, |block| block.public_policies_restricted.get()));
    let acls = open(blocked(&bucket.public_acls_ignored, |block| block.public_acls_ignored.get()));
    // The objects of a website may be public by ACLs of their own.
    let by_objects = match all([bucket.website.get(), bucket.acls_enabled.get(), acls]) {
        Some(false) => Some(false),
        _ => None,
    };
    any([all([bucket.policy_public.get(), policies]), all([bucket.acl_public.get(), acls]), by_objects])
}

/// The endpoint of a bucket that an origin's name belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Endpoint {
    Objects,
    Website,
}

fn origins(view: &View) -> Vec<Patch> {
    let distributions = view.global::<Distribution>();
    let known = distributions.whole().is_some_and(|all| all.iter().all(|one| !one.facts.enabled.is_unread()));
    let serving = distributions.by(|distribution| match distribution.facts.enabled.get() {
        Some(false) => Some(BTreeSet::new()),
        _ => possible_buckets(distribution.facts),
    });
    let using = |bucket: &str, endpoints: &[Endpoint]| if known { users(&serving, bucket, endpoints) } else { None };
    let learned = |bucket: &str| Bucket {
        distributions: using(bucket, &[Endpoint::Objects, Endpoint::Website]).into(),
        website_distributions: using(bucket, &[Endpoint::Website]).into(),
        ..Bucket::default()
    };
    view.here::<Bucket>().iter().map(|bucket| bucket.patch(&learned(&bucket.resource.id))).collect()
}

fn users(serving: &Referrers<Distribution>, bucket: &str, endpoints: &[Endpoint]) -> Option<Vec<String>> {
    let leads = |origin: &Origin| match endpoint(&origin.domain, bucket) {
        Some(endpoint) => Some(endpoints.contains(&endpoint)),
        None => (!may_lead_to(&origin.domain, bucket, endpoints)).then_some(false),
    };
    let enabled = serving.of(bucket).filter(|distribution| distribution.facts.enabled.get() == Some(true));
    let using = only(enabled, |distribution| any(distribution.facts.origins.known()?.iter().map(leads)))?;
    Some(using.into_iter().map(|distribution| distribution.resource.id.clone()).collect())
}

/// `bucket.s3.amazonaws.com`, with a region, `dualstack` or `website` where they may be.
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

/// The buckets that a distribution's origins may lead to; nothing where that may be any, as for an access point.
fn possible_buckets(distribution: &Distribution) -> Option<BTreeSet<&str>> {
    let mut buckets = BTreeSet::new();
    for origin in distribution.origins.known()? {
        let domain = origin.domain.as_str();
        if is_access_point(domain) {
            return None;
        }
        buckets.insert(domain);
        buckets.extend(domain.match_indices(".s3").filter_map(|(at, _)| domain.get(..at)));
    }
    Some(buckets)
}

/// The bucket whose endpoint a name is.
pub(crate) fn bucket_of(domain: &str) -> Option<&str> {
    let ends = domain.match_indices(".s3").map(|(at, _)| &domain[..at]);
    ends.filter(|bucket| !bucket.is_empty()).find(|bucket| endpoint(domain, bucket).is_some())
}

/// An access point's name does not tell its bucket, and a website may answer under the bucket's own name.
fn may_lead_to(domain: &str, bucket: &str, endpoints: &[Endpoint]) -> bool {
    domain == bucket || (is_access_point(domain) && endpoints.contains(&Endpoint::Objects))
}

fn is_access_point(domain: &str) -> bool {
    domain.contains("-s3alias.") || domain.contains(".s3-accesspoint.") || domain.contains(".accesspoint.s3-")
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::snapshot_builder::SnapshotBuilder;
    use waaudit_model::facts::cloudfront::Distribution;
    use waaudit_model::facts::s3::{Bucket, PublicAccessBlock};

    fn distribution(domain: &str, enabled: bool) -> Value {
        json!({"enabled": enabled, "origins": [{"id": "o", "domain": domain, "custom_headers": []}]})
    }

    fn with_origin(domain: &str) -> SnapshotBuilder {
        SnapshotBuilder::new()
            .with::<Bucket>("site", json!({}))
            .global::<Distribution>("D1", distribution(domain, true))
    }

    fn users(world: SnapshotBuilder) -> (Option<Value>, Option<Value>) {
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
        let world = SnapshotBuilder::new()
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
        let denied = SnapshotBuilder::new()
            .with::<Bucket>("site", json!({}))
            .global::<Distribution>("D1", json!({"enabled": true}));
        assert_eq!(users(denied), (None, None));
    }

    fn block(restricted: bool, ignored: bool) -> Value {
        json!({"public_policies_restricted": restricted, "public_acls_ignored": ignored})
    }

    fn bucket(facts: &Value) -> Value {
        let mut bucket = json!({
            "website": false, "policy_public": false, "acl_public": false, "acls_enabled": true,
            "public_policies_restricted": false, "public_acls_ignored": false,
        });
        bucket.as_object_mut().unwrap().extend(facts.as_object().unwrap().clone());
        bucket
    }

    fn public(facts: &Value, account: Option<Value>) -> Option<Value> {
        let world = SnapshotBuilder::new().with::<Bucket>("site", bucket(facts));
        let world = match account {
            Some(block) => world.global::<PublicAccessBlock>("111122223333", block),
            None => world.unread::<PublicAccessBlock>(),
        };
        world.derive().fact::<Bucket>("site", "serves_public")
    }

    #[test]
    fn a_bucket_is_public_by_policy_or_acl_unless_either_level_blocks_it() {
        let open = || Some(block(false, false));
        let (by_policy, by_acl) = (json!({"policy_public": true}), json!({"acl_public": true}));
        assert_eq!(public(&by_policy, open()), Some(json!(true)));
        assert_eq!(public(&by_acl, open()), Some(json!(true)));
        assert_eq!(public(&json!({}), open()), Some(json!(false)));
        assert_eq!(public(&by_policy, Some(block(true, false))), Some(json!(false)));
        assert_eq!(public(&by_acl, Some(block(true, false))), Some(json!(true)), "another switch");
        assert_eq!(public(&by_acl, Some(block(false, true))), Some(json!(false)));
        let own = json!({"policy_public": true, "public_policies_restricted": true});
        assert_eq!(public(&own, open()), Some(json!(false)));
    }

    #[test]
    fn what_was_not_read_may_block() {
        assert_eq!(public(&json!({"policy_public": true}), None), None);
        assert_eq!(public(&json!({}), None), Some(json!(false)));
        let own = json!({"policy_public": true, "public_policies_restricted": true});
        assert_eq!(public(&own, None), Some(json!(false)));
    }

    #[test]
    fn objects_of_a_website_may_be_public_where_acls_are_in_force() {
        let open = || Some(block(false, false));
        assert_eq!(public(&json!({"website": true}), open()), None);
        assert_eq!(public(&json!({"website": true, "acls_enabled": false}), open()), Some(json!(false)));
        assert_eq!(public(&json!({"website": true}), Some(block(false, true))), Some(json!(false)));
        assert_eq!(public(&json!({"website": true, "policy_public": true}), open()), Some(json!(true)));
    }
}
