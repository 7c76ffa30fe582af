//! Reachability ACLs and what they protect.

mod acting_rules;
mod answers;
pub(crate) mod effects;
mod labels;
mod traffic_share;

use crate::data::databases::is_relational;
use crate::engine::{Derivation, Item, List, Patch, Referrers, View, all, any, at_most_one, each, one, only, reads};
use waaudit_model::facts::cloudfront::{Distribution, DistributionTenant, Tenant};
use waaudit_model::facts::derived::database::Database;
use waaudit_model::facts::elb::LoadBalancer;
use waaudit_model::facts::wafv2::WebAcl;

pub(crate) const BALANCER: Derivation = Derivation {
    kind: "elb.load_balancer",
    facts: &["web_acl"],
    reads: reads![LoadBalancer {}, WebAcl { load_balancers }],
    compute: web_acl,
};
pub(crate) const PROTECTS: Derivation = Derivation {
    kind: "wafv2.web_acl",
    facts: &["protects"],
    reads: reads![
        Distribution { connection_mode, web_acl },
        DistributionTenant { enabled, web_acl },
        WebAcl { load_balancers, other_resources, scope },
    ],
    compute: protects,
};
pub(crate) const TENANTS: Derivation = Derivation {
    kind: "cloudfront.distribution",
    facts: &["tenants", "tenants_without_web_acl"],
    reads: reads![
        Distribution { connection_mode, web_acl },
        DistributionTenant { distribution, enabled, web_acl, web_acl_action },
    ],
    compute: tenants,
};
pub(crate) const GUARDS_SQL: Derivation = Derivation {
    kind: "wafv2.web_acl",
    facts: &["guards_sql"],
    reads: reads![Database { engine }, WebAcl { protects, scope }],
    compute: guards_sql,
};

/// What names a web ACL in scope CLOUDFRONT.
fn web_acl(view: &View) -> Vec<Patch> {
    let acls = view.here::<WebAcl>();
    let acls = acls.by(|acl| each(acl.facts.load_balancers.known()));
    let learned = |arn: &String| LoadBalancer { web_acl: acl_of(arn, &acls).into(), ..LoadBalancer::default() };
    view.here::<LoadBalancer>().iter().map(|balancer| balancer.patch(&learned(&balancer.resource.arn))).collect()
}

/// A load balancer has at most one.
fn acl_of(balancer: &String, acls: &Referrers<WebAcl>) -> Option<Option<String>> {
    let protects = |acl: &Item<WebAcl>| Some(acl.facts.load_balancers.known()?.contains(balancer));
    match acls.of(balancer).find(|acl| protects(acl) == Some(true)) {
        Some(acl) => Some(Some(acl.resource.arn.clone())),
        None => any(acls.whole_of(balancer)?.map(protects)).map(|_| None),
    }
}

fn protects(view: &View) -> Vec<Patch> {
    let (distributions, tenants) = (view.global::<Distribution>(), view.global::<DistributionTenant>());
    let direct = distributions.whole().map(|all| all_direct(all));
    let distributions = distributions.by(|distribution| at_most_one(distribution.facts.web_acl.known()));
    let tenants = tenants.by(|tenant| at_most_one(tenant.facts.web_acl.known()));
    let protected = |acl: &Item<WebAcl>| {
        if is_global(acl.facts)? {
            let named = naming(&distributions, &acl.resource.arn)?;
            let served = if direct? { Vec::new() } else { overriding(&tenants, &acl.resource.arn)? };
            return Some([named, served, acl.facts.other_resources.known()?.clone()].concat());
        }
        let regional = acl.facts.load_balancers.known()?.iter().chain(acl.facts.other_resources.known()?);
        Some(regional.cloned().collect::<Vec<_>>())
    };
    let learned = |acl: &Item<WebAcl>| WebAcl { protects: protected(acl).into(), ..WebAcl::default() };
    view.here().iter().map(|acl| acl.patch(&learned(acl))).collect()
}

/// Ids of the distributions that name a web ACL by its ARN.
fn naming(distributions: &Referrers<Distribution>, name: &str) -> Option<Vec<String>> {
    let names = |distribution: &&Item<Distribution>| Some(distribution.facts.web_acl.known()?.as_deref() == Some(name));
    let naming = only(distributions.whole_of(name)?, names)?;
    Some(naming.into_iter().map(|distribution| distribution.resource.id.clone()).collect())
}

/// ARNs of the enabled tenants that have this web ACL in place of their distribution's. Tenants belong to distributions
/// that are tenant-only: where there is none, none was asked for.
fn overriding(tenants: &Referrers<DistributionTenant>, name: &str) -> Option<Vec<String>> {
    let has = |tenant: &&Item<DistributionTenant>| {
        let own = tenant.facts.web_acl.known().map(|acl| acl.as_deref() == Some(name));
        all([tenant.facts.enabled.get(), own])
    };
    let having = only(tenants.whole_of(name)?, has)?;
    Some(having.into_iter().map(|tenant| tenant.resource.arn.clone()).collect())
}

/// Whether no distribution serves tenants.
fn all_direct(distributions: &[Item<Distribution>]) -> bool {
    let direct = |distribution: &Item<Distribution>| is_tenant_only(distribution.facts).map(|only| !only);
    all(distributions.iter().map(direct)) == Some(true)
}

fn is_tenant_only(distribution: &Distribution) -> Option<bool> {
    Some(distribution.connection_mode.known()?.as_deref() == Some("tenant-only"))
}

fn tenants(view: &View) -> Vec<Patch> {
    let all_tenants = view.global::<DistributionTenant>();
    let all_tenants = all_tenants.by(|tenant| one(tenant.facts.distribution.known()));
    let learned = |distribution: &Item<Distribution>| {
        let served = served(distribution, &all_tenants);
        let bare =
            |tenant: &&Item<DistributionTenant>| tenant_guarded(tenant.facts, distribution.facts).map(|yes| !yes);
        let bare = served.as_ref().and_then(|served| only(served.iter().copied(), bare));
        let names = |tenants: Vec<&Item<DistributionTenant>>| tenants.into_iter().map(tenant).collect::<Vec<_>>();
        Distribution {
            tenants: served.map(names).into(),
            tenants_without_web_acl: bare.map(names).into(),
            ..Distribution::default()
        }
    };
    view.here().iter().map(|distribution| distribution.patch(&learned(distribution))).collect()
}

fn tenant(tenant: &Item<DistributionTenant>) -> Tenant {
    let name = tenant.resource.name.as_ref().unwrap_or(&tenant.resource.id);
    Tenant { id: tenant.resource.id.clone(), name: name.clone() }
}

/// The enabled tenants of a distribution.
fn served<'l, 'a>(
    distribution: &Item<Distribution>,
    tenants: &Referrers<'l, 'a, DistributionTenant>,
) -> Option<Vec<&'l Item<'a, DistributionTenant>>> {
    if !is_tenant_only(distribution.facts)? {
        return Some(Vec::new());
    }
    let belongs = |tenant: &&Item<DistributionTenant>| {
        let own = tenant.facts.distribution.known().map(|id| *id == distribution.resource.id);
        all([own, tenant.facts.enabled.get()])
    };
    only(tenants.whole_of(&distribution.resource.id)?, belongs)
}

fn tenant_guarded(tenant: &DistributionTenant, distribution: &Distribution) -> Option<bool> {
    match tenant.web_acl_action.known()?.as_deref() {
        Some("override") => tenant.web_acl.known().map(is_wafv2),
        Some("disable") => Some(false),
        Some(_) => None,
        None => distribution.web_acl.known().map(is_wafv2),
    }
}

/// Whether every request that a distribution serves passes a web ACL.
pub(crate) fn is_guarded(distribution: &Distribution) -> Option<bool> {
    if is_tenant_only(distribution)? {
        return distribution.tenants_without_web_acl.known().map(Vec::is_empty);
    }
    distribution.web_acl.known().map(is_wafv2)
}

/// A bare id is one of WAF Classic.
fn is_wafv2(web_acl: &Option<String>) -> bool {
    web_acl.as_deref().is_some_and(|id| id.starts_with("arn:"))
}

fn is_global(acl: &WebAcl) -> Option<bool> {
    Some(acl.scope.known()? == "CLOUDFRONT")
}

fn guards_sql(view: &View) -> Vec<Patch> {
    let has_sql = |databases: &List<Database>| {
        let missing = databases.whole().is_none().then_some(None);
        any(databases.iter().map(|database| is_relational(database.facts)).chain(missing))
    };
    let here = has_sql(&view.here());
    let anywhere = has_sql(&view.everywhere());
    let guards = |acl: &WebAcl| {
        let protects = acl.protects.known().map(|protected| !protected.is_empty());
        let sql = is_global(acl).and_then(|global| if global { anywhere } else { here });
        all([protects, sql])
    };
    let learned = |acl: &WebAcl| WebAcl { guards_sql: guards(acl).into(), ..WebAcl::default() };
    view.here().iter().map(|acl| acl.patch(&learned(acl.facts))).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::snapshot_builder::{SnapshotBuilder, arn};
    use waaudit_model::facts::cloudfront::{Distribution, DistributionTenant};
    use waaudit_model::facts::elb::LoadBalancer;
    use waaudit_model::facts::rds::DbInstance;
    use waaudit_model::facts::wafv2::WebAcl;

    fn database() -> Value {
        json!({"engine": "postgres", "cluster": null, "replica_of": null})
    }

    /// A regional ACL on one of two balancers, and one at the edge.
    fn world() -> SnapshotBuilder {
        let regional =
            json!({"scope": "REGIONAL", "load_balancers": [arn::<LoadBalancer>("web")], "other_resources": []});
        let edge = json!({"scope": "CLOUDFRONT", "load_balancers": [], "other_resources": []});
        SnapshotBuilder::new()
            .with::<LoadBalancer>("web", json!({}))
            .with::<LoadBalancer>("bare", json!({}))
            .with::<WebAcl>("regional", regional)
            .global::<WebAcl>("edge", edge)
            .global::<Distribution>(
                "D1",
                json!({"web_acl": "arn:aws:wafv2:global:111122223333:edge", "connection_mode": "direct"}),
            )
            .global::<Distribution>("D2", json!({"web_acl": null, "connection_mode": null}))
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

    fn guards(world: SnapshotBuilder, id: &str) -> Option<Value> {
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

    /// A multi-tenant distribution with a tenant for each thing that one can do about its web ACL.
    fn tenants(of_template: Value) -> SnapshotBuilder {
        let tenant = |action: Value, acl: Value, enabled: bool| json!({"distribution": "T", "enabled": enabled, "domains": [], "web_acl_action": action, "web_acl": acl});
        world()
            .global::<Distribution>("T", json!({"web_acl": of_template, "connection_mode": "tenant-only"}))
            .global::<DistributionTenant>("inherits", tenant(json!(null), json!(null), true))
            .global::<DistributionTenant>("open", tenant(json!("disable"), json!(null), true))
            .global::<DistributionTenant>("off", tenant(json!("disable"), json!(null), false))
            .global::<DistributionTenant>("own", tenant(json!("override"), json!(arn_of_edge()), true))
    }

    fn arn_of_edge() -> &'static str {
        "arn:aws:wafv2:global:111122223333:edge"
    }

    #[test]
    fn a_tenant_inherits_replaces_or_turns_off_the_web_acl() {
        let bare = |template: Value| {
            let found = tenants(template).derive().fact::<Distribution>("T", "tenants_without_web_acl").unwrap();
            found.as_array().unwrap().iter().map(|tenant| tenant["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(bare(json!(arn_of_edge())), ["open"]);
        assert_eq!(bare(json!(null)), ["inherits", "open"]);
        assert_eq!(bare(json!("473e64fd")), ["inherits", "open"]);
        let half = tenants(json!(null)).half_read::<DistributionTenant>().derive();
        assert_eq!(half.fact::<Distribution>("T", "tenants_without_web_acl"), None);
        assert_eq!(half.fact::<Distribution>("D1", "tenants"), Some(json!([])));
    }

    #[test]
    fn a_web_acl_protects_the_tenants_that_bring_it_along() {
        let protects = |world: SnapshotBuilder| world.derive().fact::<WebAcl>("edge", "protects");
        let tenant = "arn:aws:cloudfront:global:111122223333:own";
        assert_eq!(protects(tenants(json!(null))), Some(json!(["D1", tenant])));
        assert_eq!(protects(tenants(json!(null)).half_read::<DistributionTenant>()), None);
        // Where no distribution is tenant-only, there are no tenants to ask about.
        assert_eq!(protects(world().half_read::<DistributionTenant>()), Some(json!(["D1"])));
    }
}
