//! Web ACLs and what they protect.

use super::databases::is_relational;
use super::view::{all, any, only};
use super::{Item, Join, List, Patch, View};
use crate::facts::cloudfront::Distribution;
use crate::facts::database::Database;
use crate::facts::elb::LoadBalancer;
use crate::facts::wafv2::WebAcl;

pub(super) const BALANCER: Join =
    Join { kind: "elb.load_balancer", facts: &["web_acl"], reads: &["wafv2.web_acl"], learn: web_acl };
pub(super) const PROTECTS: Join =
    Join { kind: "wafv2.web_acl", facts: &["protects"], reads: &["cloudfront.distribution"], learn: protects };
pub(super) const GUARDS_SQL: Join = Join {
    kind: "wafv2.web_acl",
    facts: &["guards_sql"],
    reads: &["cloudfront.distribution", "database"],
    learn: guards_sql,
};

fn web_acl(view: &View) -> Vec<Patch> {
    let acls = view.here::<WebAcl>();
    let learned = |arn: &String| LoadBalancer { web_acl: acl_of(arn, &acls).into(), ..LoadBalancer::default() };
    view.here::<LoadBalancer>().iter().map(|balancer| balancer.learn(&learned(&balancer.resource.arn))).collect()
}

/// A load balancer has at most one.
fn acl_of(balancer: &String, acls: &List<WebAcl>) -> Option<Option<String>> {
    let protects = |acl: &Item<WebAcl>| Some(acl.facts.load_balancers.known()?.contains(balancer));
    match acls.iter().find(|acl| protects(acl) == Some(true)) {
        Some(acl) => Some(Some(acl.resource.arn.clone())),
        None => any(acls.whole()?.iter().map(protects)).map(|_| None),
    }
}

fn protects(view: &View) -> Vec<Patch> {
    let distributions = view.global::<Distribution>();
    let protected = |acl: &Item<WebAcl>| {
        if is_global(&acl.facts)? {
            let bearing = bearing(&distributions, &acl.resource.arn)?;
            return Some([bearing, acl.facts.other_resources.known()?.clone()].concat());
        }
        let regional = acl.facts.load_balancers.known()?.iter().chain(acl.facts.other_resources.known()?);
        Some(regional.cloned().collect::<Vec<_>>())
    };
    let learned = |acl: &Item<WebAcl>| WebAcl { protects: protected(acl).into(), ..WebAcl::default() };
    view.here().iter().map(|acl| acl.learn(&learned(acl))).collect()
}

/// Ids of the distributions that name a web ACL by its ARN.
fn bearing(distributions: &List<Distribution>, name: &str) -> Option<Vec<String>> {
    let bears = |distribution: &&Item<Distribution>| Some(distribution.facts.web_acl.known()?.as_deref() == Some(name));
    let bearing = only(distributions.whole()?, bears)?;
    Some(bearing.into_iter().map(|distribution| distribution.resource.id.clone()).collect())
}

fn is_global(acl: &WebAcl) -> Option<bool> {
    Some(acl.scope.known()? == "CLOUDFRONT")
}

fn guards_sql(view: &View) -> Vec<Patch> {
    let has_sql = |databases: &List<Database>| {
        let missing = databases.whole().is_none().then_some(None);
        any(databases.iter().map(|database| is_relational(&database.facts)).chain(missing))
    };
    let here = has_sql(&view.here());
    let anywhere = has_sql(&view.everywhere());
    let guards = |acl: &WebAcl| {
        let protects = acl.protects.known().map(|protected| !protected.is_empty());
        let sql = is_global(acl).and_then(|global| if global { anywhere } else { here });
        all([protects, sql])
    };
    let learned = |acl: &WebAcl| WebAcl { guards_sql: guards(acl).into(), ..WebAcl::default() };
    view.here().iter().map(|acl| acl.learn(&learned(&acl.facts))).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::derive::sample::{World, arn};
    use crate::facts::cloudfront::Distribution;
    use crate::facts::elb::LoadBalancer;
    use crate::facts::rds::DbInstance;
    use crate::facts::wafv2::WebAcl;

    fn database() -> Value {
        json!({"engine": "postgres", "cluster": null, "replica_of": null})
    }

    /// A regional ACL on one of two balancers, and one at the edge.
    fn world() -> World {
        let regional =
            json!({"scope": "REGIONAL", "load_balancers": [arn::<LoadBalancer>("web")], "other_resources": []});
        let edge = json!({"scope": "CLOUDFRONT", "load_balancers": [], "other_resources": []});
        World::new()
            .with::<LoadBalancer>("web", json!({}))
            .with::<LoadBalancer>("bare", json!({}))
            .with::<WebAcl>("regional", regional)
            .global::<WebAcl>("edge", edge)
            .global::<Distribution>("D1", json!({"web_acl": "arn:aws:wafv2:global:111122223333:edge"}))
            .global::<Distribution>("D2", json!({"web_acl": null}))
    }

    #[test]
    fn a_balancer_has_the_acl_that_names_it() {
        let derived = world().derive();
        assert_eq!(derived.fact::<LoadBalancer>("web", "web_acl"), Some(json!(arn::<WebAcl>("regional"))));
        assert_eq!(derived.fact::<LoadBalancer>("bare", "web_acl"), Some(json!(null)));
        let half = world().half_read::<WebAcl>().derive();
        assert_eq!(half.fact::<LoadBalancer>("web", "web_acl"), Some(json!(arn::<WebAcl>("regional"))));
        assert_eq!(half.fact::<LoadBalancer>("bare", "web_acl"), None);
        let denied = world().with::<WebAcl>("denied", json!({"scope": "REGIONAL"})).derive();
        assert_eq!(denied.fact::<LoadBalancer>("bare", "web_acl"), None);
    }

    #[test]
    fn an_acl_protects_load_balancers_or_distributions_by_its_scope() {
        let derived = world().derive();
        assert_eq!(derived.fact::<WebAcl>("regional", "protects"), Some(json!([arn::<LoadBalancer>("web")])));
        assert_eq!(derived.fact::<WebAcl>("edge", "protects"), Some(json!(["D1"])));
        let half = world().half_read::<Distribution>().derive();
        assert_eq!(half.fact::<WebAcl>("regional", "protects"), Some(json!([arn::<LoadBalancer>("web")])));
        assert_eq!(half.fact::<WebAcl>("edge", "protects"), None);
    }

    fn guards(world: World, id: &str) -> Option<Value> {
        world.derive().fact::<WebAcl>(id, "guards_sql")
    }

    #[test]
    fn a_regional_acl_guards_sql_in_its_region_and_an_edge_one_in_all() {
        let here = world().with::<DbInstance>("orders", database());
        let elsewhere = world().within::<DbInstance>("us-east-1", "orders", database());
        assert_eq!(guards(here.clone(), "regional"), Some(json!(true)));
        assert_eq!(guards(here, "edge"), Some(json!(true)));
        assert_eq!(guards(elsewhere.clone(), "regional"), Some(json!(false)));
        assert_eq!(guards(elsewhere, "edge"), Some(json!(true)));
    }

    #[test]
    fn a_document_database_is_not_sql() {
        let document = json!({"engine": "docdb", "cluster": null, "replica_of": null});
        assert_eq!(guards(world().with::<DbInstance>("orders", document), "regional"), Some(json!(false)));
    }

    #[test]
    fn no_sql_is_only_known_of_all_databases_and_an_idle_acl_guards_nothing() {
        assert_eq!(guards(world().half_read::<DbInstance>(), "regional"), None);
        assert_eq!(guards(world().half_read::<DbInstance>(), "edge"), None);
        let idle = json!({"scope": "REGIONAL", "load_balancers": [], "other_resources": []});
        let world = world().with::<WebAcl>("idle", idle).half_read::<DbInstance>();
        assert_eq!(guards(world, "idle"), Some(json!(false)));
    }
}
