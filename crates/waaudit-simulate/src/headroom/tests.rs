//! What the demo saturates at, worked out by hand from its facts and AWS's documents, and what is said of what can't be computed.

mod branches;
mod properties;
mod rows;
mod steps;

use serde_json::{Value, json};

use super::{Consequence, HopLimit, Limited, Missing, Options, Source, grow, headroom, users};
use crate::testing::{demo, measured, set, unread};

/// One row of the table: where the demo (with an edit, if it lacks the fact) has it, the multiple that was worked out by
/// hand, the fact that is its peak and those that it needs.
struct Case {
    kind: &'static str,
    id: &'static str,
    limited: Limited,
    multiple: f64,
    peak: &'static str,
    needs: &'static [&'static str],
}

const fn case(
    kind: &'static str,
    id: &'static str,
    limited: Limited,
    multiple: f64,
    peak: &'static str,
    needs: &'static [&'static str],
) -> Case {
    Case { kind, id, limited, multiple, peak, needs }
}

/// The demo, with the list of growing groups, which a template that was not read keeps from it.
fn base() -> waaudit_derive::Inventory {
    let mut base = demo();
    set(&mut base, "servicequotas.quota", "L-1216C47A", "growing_groups", json!(["shop-web"]));
    base
}

fn found(inventory: &waaudit_derive::Inventory, case: &Case) -> Option<HopLimit> {
    let limits = headroom(inventory, &Options::default()).limits.into_iter();
    let mut of = limits.filter(|limit| limit.kind == case.kind && limit.resource == case.limited);
    let resource = inventory.snapshot.of(case.kind).find(|one| one.id == case.id && one.region != "eu-central-1");
    of.find(|limit| Some(limit.node.as_str()) == resource.map(|one| one.arn.as_str()))
}

fn close(one: f64, other: f64) -> bool {
    (one - other).abs() < 1e-5 * other.abs().max(1.0)
}

#[test]
fn the_demo_saturates_where_it_was_worked_out_by_hand() {
    let headroom = headroom(&demo(), &Options::default());
    // 20 write units at most against 19.9; 100 % of CPU against 96.4 %; 200 concurrent runs against 188.
    let first: Vec<(&str, Limited, f64, f64, Source)> = (headroom.limits.iter().take(5))
        .map(|limit| (limit.name.as_str(), limit.resource, limit.peak.value, limit.limit.value, limit.limit.source))
        .collect();
    assert!(first[..2].contains(&("product-views", Limited::WriteUnits, 19.9, 20.0, Source::Configured)));
    assert!(first[..2].contains(&("product-views", Limited::ProvisionedUnits, 99.5, 100.0, Source::Configured)));
    assert_eq!(first[2], ("catalog-1", Limited::Cpu, 96.4, 100.0, Source::InstanceClass));
    assert_eq!(first[4], ("lambda", Limited::Concurrency, 188.0, 200.0, Source::QuotaInForce));
}

#[test]
fn the_shop_saturates_at_its_catalog_then_its_orders() {
    let headroom = headroom(&demo(), &Options::default());
    let shop = headroom.ways_in.iter().find(|way| way.name.starts_with("fernweh-shop")).unwrap();
    assert!(shop.id.ends_with("distribution/E1F9R3Q0ZK7WVT"), "the way in is the distribution, not what it hides");
    let on_path: Vec<(&str, Limited, f64)> = (headroom.limits.iter())
        .filter(|limit| limit.serves(&shop.id))
        .map(|limit| (limit.name.as_str(), limit.resource, (limit.multiple * 100.0).round() / 100.0))
        .take(3)
        .collect();
    let by_hand = [
        ("catalog-1", Limited::Cpu, 0.73),         // 0.7 × 100 ÷ 96.4
        ("orders-db", Limited::Cpu, 0.84),         // 0.7 × 100 ÷ 83.2
        ("orders-db-replica", Limited::Cpu, 0.97), // 0.7 × 100 ÷ 71.9
    ];
    assert_eq!(on_path, by_hand);
    assert_eq!(shop.first.as_ref().map(|first| first.name.as_str()), Some("catalog-1"));
    // A template that was not read keeps it from its quota; all peaks on its path are there.
    assert!(matches!(shop.unknown.as_slice(), [quota] if quota.contains("growing_groups")), "{:?}", shop.unknown);
}

#[test]
fn what_no_path_leads_to_has_no_ways_in_and_what_is_no_production_or_lost_work_is_left_out() {
    let headroom = headroom(&demo(), &Options::default());
    let names: Vec<&str> = headroom.limits.iter().map(|limit| limit.name.as_str()).collect();
    let queue = headroom.limits.iter().find(|limit| limit.name == "order-events").unwrap();
    assert_eq!(queue.ways_in, None);
    assert_eq!(queue.then, Consequence::Queued);
    for left_out in ["dev-order-events", "order-events-dlq", "terraform-locks", "qa-orders-db"] {
        assert!(!names.contains(&left_out), "{left_out}");
    }
    // Its security group lets others in, and nothing says that they call it.
    let worker = headroom.limits.iter().map(|limit| (&limit.name, &limit.ways_in));
    let worker = worker.chain(headroom.not_computed.iter().map(|lack| (&lack.name, &lack.ways_in)));
    let ways_in: Vec<_> = worker.filter(|(name, _)| *name == "order-worker").map(|(_, ways_in)| ways_in).collect();
    assert!(!ways_in.is_empty() && ways_in.iter().all(|ways_in| ways_in.is_none()), "{ways_in:?}");
}

/// Knowing less about who calls what makes no way in hold.
#[test]
fn what_security_groups_merely_allow_leaves_it_open_whether_a_way_in_holds() {
    let doubts = |inventory: &waaudit_derive::Inventory| {
        let headroom = headroom(inventory, &Options::default());
        let unknown = headroom.ways_in.iter().flat_map(|way| way.unknown.clone());
        unknown.filter(|words| words.contains("security groups")).count()
    };
    let mut certain = demo();
    certain.graph.edges.retain(|edge| edge.confidence != waaudit_model::confidence::Confidence::Heuristic);
    assert!(doubts(&demo()) > 0 && doubts(&certain) == 0);
}

#[test]
fn growth_lists_what_breaks_in_its_order_and_users_are_its_unit() {
    let headroom = headroom(&demo(), &Options::default());
    let growth = users(&headroom, 4_000.0, 8_000.0).unwrap();
    assert_eq!(growth.factor, 2.0);
    let multiples: Vec<f64> = growth.breaks.iter().map(|step| step.limit.multiple).collect();
    assert!(multiples.is_sorted() && multiples.iter().all(|multiple| *multiple < 2.0));
    let orders = growth.breaks.iter().find(|step| step.limit.resource == Limited::Connections).unwrap();
    // 4,000 users × 0.7 × 829 ÷ 402
    assert!(close(orders.users.unwrap(), 5_774.129), "{:?}", orders.users);
    assert!(growth.breaks.iter().all(|step| step.limit.name != "shop-web"), "it saturates at 2.2");
    assert!(users(&headroom, 0.0, 8_000.0).is_none());
    assert!(users(&headroom, f64::NAN, 8_000.0).is_none());
}

#[test]
fn a_way_in_holds_only_where_everything_behind_it_was_computed() {
    let mut headroom = headroom(&demo(), &Options::default());
    let verdict = |headroom: &super::Headroom, factor: f64| {
        let growth = grow(headroom, factor);
        growth.ways_in.into_iter().find(|way| way.name.starts_with("fernweh-shop")).unwrap().holds
    };
    assert_eq!(verdict(&headroom, 2.0), Some(false), "catalog-1 saturates before");
    assert_eq!(verdict(&headroom, 0.5), None, "nothing is known to, but not all peaks are");
    for way in &mut headroom.ways_in {
        way.unknown.clear();
    }
    assert_eq!(verdict(&headroom, 0.5), Some(true));
}

#[test]
fn what_has_a_part_in_requests_and_was_not_read_is_named() {
    let lacks = |edit: fn(&mut waaudit_derive::Inventory)| {
        let mut less = demo();
        edit(&mut less);
        headroom(&less, &Options::default()).not_computed.into_iter().map(|lack| lack.missing).collect::<Vec<_>>()
    };
    let gone = lacks(|inventory| {
        let kinds = ["lambda.settings", "servicequotas.quota", "apigateway.account", "rds.db_instance"];
        inventory.snapshot.resources.retain(|one| !kinds.contains(&one.kind.as_str()));
    });
    for missing in [
        "lambda.settings of eu-west-1",
        "quota L-1216C47A of eu-west-1",
        "quota L-3032A538 of eu-west-1",
        "apigateway.account of eu-west-1",
        "instances of catalog",
    ] {
        assert!(gone.iter().any(|words| words == missing), "{missing}: {gone:#?}");
        assert!(!lacks(|_| {}).iter().any(|words| words == missing), "{missing}");
    }
    let unsure = lacks(|inventory| unread(inventory, "ecs.service", "search", "on_fargate"));
    assert!(unsure.contains(&"ecs.service:on_fargate".to_owned()), "{unsure:#?}");
    let headless = lacks(|inventory| unread(inventory, "database", "catalog", "writer"));
    assert!(headless.contains(&"database:writer".to_owned()), "{headless:#?}");
}

#[test]
fn a_quota_holds_for_the_groups_that_it_lists() {
    let limited = |groups: Value| {
        let mut listed = demo();
        set(&mut listed, "servicequotas.quota", "L-1216C47A", "growing_groups", groups);
        found(&listed, &case("servicequotas.quota", "L-1216C47A", Limited::Vcpus, 0.0, "", &[])).is_some()
    };
    assert!(limited(json!(["shop-web"])));
    assert!(!limited(json!(["a-group-without-a-path"])), "no path leads there");
}

#[test]
fn rows_that_do_not_apply_say_nothing() {
    let mut serverless = demo();
    set(&mut serverless, "rds.db_instance", "catalog-1", "acu_percent_p99", measured(80.0));
    let own = |inventory: &waaudit_derive::Inventory, limited| {
        found(inventory, &case("rds.db_instance", "catalog-1", limited, 0.0, "", &[]))
    };
    assert!(own(&serverless, Limited::Cpu).is_none(), "its CPU is a share of a size that changes");
    assert!(close(own(&serverless, Limited::CapacityUnits).unwrap().multiple, 0.875));
    assert!(own(&demo(), Limited::CapacityUnits).is_none());
    assert!(own(&demo(), Limited::Iops).is_none(), "the storage is a cluster's");

    let mut weighted = demo();
    let choice = json!([{"instance_type": "m7g.xlarge", "by_requirements": false, "weight": "2", "template": null, "image": null}]);
    set(&mut weighted, "autoscaling.group", "shop-web", "launch_choices", choice);
    let lacks = headroom(&weighted, &Options::default()).not_computed;
    assert!(lacks.iter().any(|lack| lack.name == "shop-web" && lack.why == Missing::NoFormula));

    let mut idle = demo();
    set(&mut idle, "sqs.queue", "order-events", "in_flight_peak", measured(0.0));
    let lacks = headroom(&idle, &Options::default()).not_computed;
    assert!(lacks.iter().any(|lack| lack.name == "order-events" && lack.why == Missing::Idle));
}

#[test]
fn an_on_demand_table_has_what_its_owner_set_or_the_assumed_quota() {
    let of = |limit: Value| {
        let mut on_demand = demo();
        set(&mut on_demand, "dynamodb.table", "carts", "billing_mode", json!("PAY_PER_REQUEST"));
        set(&mut on_demand, "dynamodb.table", "carts", "max_read_units", limit);
        found(&on_demand, &case("dynamodb.table", "carts", Limited::ReadUnits, 0.0, "", &[])).unwrap().limit
    };
    let quota = of(Value::Null);
    assert_eq!((quota.value, quota.source, quota.assumed), (40_000.0, Source::Documented, true));
    let set = of(json!(500));
    assert_eq!((set.value, set.source, set.assumed), (500.0, Source::Configured, false));
}
