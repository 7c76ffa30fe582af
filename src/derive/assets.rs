//! Whether the static files of what a load balancer serves come from elsewhere: a bucket, or CloudFront's cache.
//!
//! A distribution before the load balancer is its own. Another one is, if it bears a name of the same site. What a
//! distribution of any other name delivers from a bucket may be the load balancer's files or another account's.

use std::collections::BTreeSet;

use super::names::Names;
use super::view::all;
use super::{Item, Join, Patch, View};
use crate::facts::cloudfront::{Caching, Distribution};
use crate::facts::elb::LoadBalancer;
use crate::facts::route53::Record;

pub(super) const DELIVERY: Join = Join {
    kind: "elb.load_balancer",
    facts: &["static_delivery"],
    reads: &["cloudfront.distribution", "cloudfront.cache_policy", "route53.record"],
    learn: delivery,
};

/// Labels below a country's that are no name of their own: `example.co.uk`.
const SECOND_LEVEL: &[&str] = &["ac", "co", "com", "edu", "gov", "net", "org"];

fn delivery(view: &View) -> Vec<Patch> {
    let (distributions, records) = (view.global::<Distribution>(), view.global::<Record>());
    let names = Names::new(&records);
    let learned = |balancer: &LoadBalancer| {
        let own = balancer.distributions.known()?;
        let mut sites: BTreeSet<String> = BTreeSet::new();
        let dns_name = balancer.dns_name.known()?.as_ref();
        for record in records.whole()? {
            let name = record.facts.record_name.known()?;
            let trail = names.trail(name);
            if trail.unread {
                return None;
            }
            if dns_name.is_some_and(|dns_name| trail.ends.contains(dns_name)) {
                sites.extend(site(name));
            }
        }
        for distribution in distributions.iter().filter(|one| own.contains(&one.resource.id)) {
            sites.extend(distribution.facts.aliases.known()?.iter().filter_map(|alias| site(alias)));
        }
        let mut found = Vec::new();
        let mut unsure = false;
        for distribution in distributions.whole()? {
            let before = own.contains(&distribution.resource.id);
            let delivered = delivered(distribution, before)?;
            let aliases = distribution.facts.aliases.known()?;
            let related = aliases.iter().filter_map(|alias| site(alias)).any(|site| sites.contains(&site));
            if before || related { found.extend(delivered) } else { unsure |= !delivered.is_empty() }
        }
        (!found.is_empty() || !unsure).then_some(found)
    };
    let patch = |balancer: &Item<LoadBalancer>| {
        let static_delivery = learned(&balancer.facts).into();
        balancer.learn(&LoadBalancer { static_delivery, ..LoadBalancer::default() })
    };
    view.here().iter().map(patch).collect()
}

/// What a distribution delivers of files, as `E123 /static/*`. Files that it keeps are delivered too, if it is before
/// the servers that make them.
fn delivered(distribution: &Item<Distribution>, before: bool) -> Option<Vec<String>> {
    if !all([distribution.facts.enabled.get(), distribution.facts.staging.get().map(|staging| !staging)])? {
        return Some(Vec::new());
    }
    let delivers =
        |behavior: &&Caching| behavior.leads_to_bucket || (before && behavior.static_path && behavior.caches);
    let behaviors = distribution.facts.caching.known()?.iter().filter(delivers);
    Some(behaviors.map(|behavior| format!("{} {}", distribution.resource.id, behavior.path)).collect())
}

/// The name under which a site's names are registered: `example.com` of `www.example.com`.
fn site(name: &str) -> Option<String> {
    let labels: Vec<&str> = name.trim_end_matches('.').split('.').collect();
    let second = labels.len().checked_sub(2).and_then(|index| labels.get(index))?;
    let own = if SECOND_LEVEL.contains(second) { 3 } else { 2 };
    let start = labels.len().checked_sub(own)?;
    Some(labels[start..].join("."))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::site;
    use crate::derive::sample::World;
    use crate::facts::cloudfront::{CachePolicy, Distribution};
    use crate::facts::elb::LoadBalancer;
    use crate::facts::route53::Record;

    const BALANCER: &str = "web-1.eu-west-1.elb.amazonaws.com";

    fn world() -> World {
        let policy = |max: i64| {
            json!({
                "policy_name": "p", "max_ttl_seconds": max, "default_ttl_seconds": max, "cookies": "none", "headers": [],
                "query_strings": "none",
            })
        };
        let balancer = json!({"dns_name": BALANCER, "scheme": "internet-facing", "balancer_type": "application"});
        World::new()
            .with::<LoadBalancer>("web", balancer)
            .global::<CachePolicy>("keeps", policy(60))
            .global::<CachePolicy>("passes", policy(0))
    }

    fn distribution(alias: &str, origin: &str, path: &str, policy: &str) -> Value {
        let behavior = |path: &str, policy: &str| json!({"path": path, "origin": "o", "signed_only": false, "cache_policy": policy, "methods": ["GET"]});
        json!({
            "enabled": true, "staging": false, "aliases": [alias], "origin_group_members": [],
            "origins": [{"id": "o", "domain": origin, "custom_headers": []}], "behaviors": [behavior(path, policy)],
        })
    }

    fn delivered(world: World) -> Option<Value> {
        world.derive().fact::<LoadBalancer>("web", "static_delivery")
    }

    fn before(path: &str, policy: &str) -> World {
        world().global::<Distribution>("D1", distribution("www.example.com", BALANCER, path, policy))
    }

    #[test]
    fn a_distribution_before_it_delivers_files_that_it_keeps() {
        assert_eq!(delivered(world()), Some(json!([])));
        assert_eq!(delivered(before("/static/*", "keeps")), Some(json!(["D1 /static/*"])));
        assert_eq!(delivered(before("/static/*", "passes")), Some(json!([])));
        assert_eq!(delivered(before("*", "keeps")), Some(json!([])));
    }

    #[test]
    fn a_bucket_behind_another_name_of_the_site_delivers_and_one_of_another_site_may() {
        let bucket = "files.s3.eu-west-1.amazonaws.com";
        let beside =
            |alias: &str| before("*", "passes").global::<Distribution>("D2", distribution(alias, bucket, "*", "keeps"));
        assert_eq!(delivered(beside("media.example.com")), Some(json!(["D2 *"])));
        assert_eq!(delivered(beside("media.example.net")), None);
    }

    #[test]
    fn a_record_names_the_site_of_a_load_balancer_without_a_distribution() {
        let record = json!({
            "private": false, "record_name": "shop.example.com", "record_type": "A", "alias": BALANCER, "values": [],
        });
        let bucket = "files.s3.eu-west-1.amazonaws.com";
        let media = distribution("media.example.com", bucket, "*", "keeps");
        let world = world().global::<Distribution>("D2", media);
        assert_eq!(delivered(world.clone()), None);
        assert_eq!(delivered(world.global::<Record>("shop", record)), Some(json!(["D2 *"])));
    }

    #[test]
    fn delivery_stays_unread_unless_all_distributions_and_policies_were_read() {
        assert_eq!(delivered(before("/static/*", "keeps").half_read::<Distribution>()), None);
        assert_eq!(delivered(before("/static/*", "keeps").unread::<CachePolicy>()), None);
    }

    #[test]
    fn a_site_is_what_was_registered() {
        assert_eq!(site("www.example.com").as_deref(), Some("example.com"));
        assert_eq!(site("a.b.shop.co.uk").as_deref(), Some("shop.co.uk"));
        assert_eq!(site("example.com").as_deref(), Some("example.com"));
        assert_eq!(site("localhost"), None);
    }
}
