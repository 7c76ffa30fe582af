//! Whether the static files of what a load balancer serves come from elsewhere: a bucket, or CloudFront's cache.
//!
//! A distribution before the load balancer is its own. Another one is, if it bears a name of the same site. What a
//! distribution of any other name delivers from a bucket may be the load balancer's files or another account's.

use std::collections::{BTreeMap, BTreeSet};

use super::dns::Names;
use crate::engine::{Derivation, Item, List, Patch, View, all, reads};
use waaudit_model::facts::cloudfront::{Caching, Distribution};
use waaudit_model::facts::elb::LoadBalancer;
use waaudit_model::facts::route53::Record;

pub(crate) const DELIVERY: Derivation = Derivation {
    kind: "elb.load_balancer",
    facts: &["static_delivery"],
    reads: reads![
        Distribution { aliases, caching, enabled, staging },
        LoadBalancer { distributions, dns_name },
        Record { alias, private, record_name, record_type, values },
    ],
    compute: delivery,
};

/// Labels below a country's that are no name of their own: `example.co.uk`.
const SECOND_LEVEL: &[&str] = &["ac", "co", "com", "edu", "gov", "net", "org"];

fn delivery(view: &View) -> Vec<Patch> {
    let (distributions, records) = (view.global::<Distribution>(), view.global::<Record>());
    let sites_of = sites_by_end(&records);
    let deliveries = Deliveries::new(&distributions);
    let learned = |balancer: &LoadBalancer| {
        let own = balancer.distributions.known()?;
        let dns_name = balancer.dns_name.known()?.as_ref();
        let sites_of = sites_of.as_ref()?;
        let sites = dns_name.and_then(|dns_name| sites_of.get(dns_name)).into_iter().flatten();
        deliveries.as_ref()?.for_balancer(own, sites)
    };
    let patch = |balancer: &Item<LoadBalancer>| {
        let static_delivery = learned(balancer.facts).into();
        balancer.patch(&LoadBalancer { static_delivery, ..LoadBalancer::default() })
    };
    view.here().iter().map(patch).collect()
}

/// The sites whose names lead to an end, by the end; nothing where a record was not read.
fn sites_by_end(records: &List<Record>) -> Option<BTreeMap<String, BTreeSet<String>>> {
    let names = Names::new(records);
    let mut sites: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for record in records.whole()? {
        let name = record.facts.record_name.known()?;
        let trail = names.trail(name);
        if trail.unread {
            return None;
        }
        for end in trail.ends {
            sites.entry(end).or_default().extend(site(name));
        }
    }
    Some(sites)
}

/// What the distributions deliver, with their sites.
struct Deliveries<'l, 'a> {
    distributions: &'l [Item<'a, Distribution>],
    by_id: BTreeMap<&'a str, usize>,
    by_site: BTreeMap<String, BTreeSet<usize>>,
    /// Those that deliver something, whatever is behind them.
    delivering: BTreeSet<usize>,
}

impl<'l, 'a> Deliveries<'l, 'a> {
    /// Nothing where that is not known of one of them.
    fn new(distributions: &'l List<'a, Distribution>) -> Option<Self> {
        let distributions = distributions.whole()?;
        let (mut by_id, mut by_site, mut delivering) = (BTreeMap::new(), BTreeMap::new(), BTreeSet::new());
        for (place, distribution) in distributions.iter().enumerate() {
            by_id.insert(distribution.resource.id.as_str(), place);
            for alias in distribution.facts.aliases.known()? {
                if let Some(site) = site(alias) {
                    by_site.entry(site).or_insert_with(BTreeSet::new).insert(place);
                }
            }
            if !delivered(distribution, false)?.is_empty() {
                delivering.insert(place);
            }
        }
        Some(Self { distributions, by_id, by_site, delivering })
    }

    /// What is delivered for a balancer: by its own distributions, and by those of the same sites.
    fn for_balancer<'s>(&self, own: &[String], sites: impl Iterator<Item = &'s String>) -> Option<Vec<String>> {
        let own: BTreeSet<usize> = own.iter().filter_map(|id| self.by_id.get(id.as_str()).copied()).collect();
        let before = own.iter().filter_map(|place| self.distributions.get(*place));
        let aliases = before.filter_map(|distribution| distribution.facts.aliases.known()).flatten();
        let sites: BTreeSet<String> = aliases.filter_map(|alias| site(alias)).chain(sites.cloned()).collect();
        let related = sites.iter().filter_map(|site| self.by_site.get(site)).flatten().copied();
        let related: BTreeSet<usize> = related.chain(own.iter().copied()).collect();
        let mut found = Vec::new();
        for place in &related {
            found.extend(delivered(self.distributions.get(*place)?, own.contains(place))?);
        }
        let others = self.delivering.len() - self.delivering.intersection(&related).count();
        (!found.is_empty() || others == 0).then_some(found)
    }
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
    use crate::testing::snapshot_builder::SnapshotBuilder;
    use waaudit_model::facts::cloudfront::{CachePolicy, Distribution};
    use waaudit_model::facts::elb::LoadBalancer;
    use waaudit_model::facts::route53::Record;

    const BALANCER: &str = "web-1.eu-west-1.elb.amazonaws.com";

    fn world() -> SnapshotBuilder {
        let policy = |max: i64| {
            json!({
                "policy_name": "p", "max_ttl_seconds": max, "default_ttl_seconds": max, "cookies": "none", "headers": [],
                "query_strings": "none",
            })
        };
        let balancer = json!({"dns_name": BALANCER, "scheme": "internet-facing", "balancer_type": "application"});
        SnapshotBuilder::new()
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

    fn delivered(world: SnapshotBuilder) -> Option<Value> {
        world.derive().fact::<LoadBalancer>("web", "static_delivery")
    }

    fn before(path: &str, policy: &str) -> SnapshotBuilder {
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
