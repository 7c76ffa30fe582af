//! What rows say of setups that the demo lacks, each beside one as like it as possible.

use serde_json::{Value, json};
use waaudit_derive::Inventory;
use waaudit_model::snapshot::Resource;

use super::super::{HopLimit, Limited, Missing, NotComputed, Options, Source, headroom};
use super::close;
use crate::testing::{demo, measured, set};

/// The demo after an edit: a limit of a resource, or what is said in its place.
fn told(name: &str, limited: Limited, edit: impl FnOnce(&mut Inventory)) -> (Option<HopLimit>, Option<NotComputed>) {
    let mut edited = demo();
    edit(&mut edited);
    let found = headroom(&edited, &Options::default());
    let limit = found.limits.into_iter().find(|limit| limit.name.starts_with(name) && limit.resource == limited);
    let lack =
        found.not_computed.into_iter().find(|lack| lack.name.starts_with(name) && lack.resource == Some(limited));
    (limit, lack)
}

fn multiple(told: (Option<HopLimit>, Option<NotComputed>)) -> f64 {
    told.0.unwrap_or_else(|| panic!("{:?}", told.1)).multiple
}

#[test]
fn a_node_with_an_engine_thread_of_its_own_is_judged_by_it() {
    let engine = told("sessions", Limited::Cpu, |demo| {
        set(demo, "elasticache.cluster", "sessions", "engine_cpu_percent_p99", measured(95.0));
    });
    // 90 ÷ 95, and not 45 ÷ 21.3.
    assert!(close(multiple(engine), 90.0 / 95.0));
    let memcached = told("sessions", Limited::Cpu, |demo| {
        set(demo, "elasticache.cluster", "sessions", "node_cpu_percent_p99", Value::Null);
    });
    assert_eq!(memcached.1.map(|lack| lack.why), Some(Missing::NotCollected));
    let evicts = told("sessions", Limited::Memory, |demo| {
        set(demo, "elasticache.cluster", "sessions", "memory_percent_peak", Value::Null);
    });
    assert_eq!(evicts, (None, None), "Memcached fills its memory by design");
}

#[test]
fn a_group_that_nothing_makes_grow_has_what_it_has() {
    let grown = |policies: Value| {
        told("checkout", Limited::Cpu, |demo| {
            set(demo, "autoscaling.group", "checkout", "max_size", json!(4));
            set(demo, "autoscaling.group", "checkout", "dynamic_policies", policies);
        })
    };
    assert!(close(multiple(grown(json!([]))), 0.7 / 0.712));
    assert!(close(multiple(grown(json!(["cpu-60"]))), 4.0 * 0.7 / 0.712));
}

#[test]
fn connections_that_were_set_are_configured_and_others_come_from_the_class() {
    let source = |from: &'static str| {
        let told = told("orders-db", Limited::Connections, |demo| {
            set(demo, "rds.db_instance", "orders-db", "max_connections_source", json!(from));
        });
        told.0.map(|limit| (limit.limit.source, limit.limit.reference))
    };
    assert_eq!(source("literal"), Some((Source::Configured, "rds.db_instance:max_connections".to_owned())));
    assert_eq!(source("formula"), Some((Source::InstanceClass, "db.m7g.large".to_owned())));
}

#[test]
fn nodes_of_a_replication_group_are_its_limits() {
    let group = "arn:aws:elasticache:eu-west-1:123456789012:replicationgroup:sessions-group";
    let regroup = |demo: &mut Inventory, member: bool| {
        let node = demo.snapshot.of("elasticache.cluster").next().unwrap().clone();
        let (id, name, kind) = ("sessions-group", None, "elasticache.replication_group".to_owned());
        let of_group = Resource { kind: kind.clone(), arn: group.to_owned(), id: id.to_owned(), name, ..node.clone() };
        demo.snapshot.resources.push(Resource { facts: serde_json::Map::new(), ..of_group });
        for one in demo.graph.nodes.iter_mut().filter(|one| one.id == node.arn) {
            (one.id, one.kind) = (group.to_owned(), kind.clone());
        }
        for edge in demo.graph.edges.iter_mut().filter(|edge| edge.to == node.arn) {
            group.clone_into(&mut edge.to);
        }
        if member {
            set(demo, "elasticache.cluster", "sessions", "replication_group", json!(id));
        }
    };
    let member = told("sessions", Limited::Cpu, |demo| regroup(demo, true)).0.unwrap();
    assert!(member.ways_in.is_some_and(|ways| ways.len() == 2));
    let mut alone = demo();
    regroup(&mut alone, false);
    let lacks = headroom(&alone, &Options::default()).not_computed;
    assert!(lacks.iter().any(|lack| lack.missing == "nodes of sessions-group"), "{lacks:#?}");
}

#[test]
fn a_subnet_fills_by_its_range_and_one_of_ipv6_alone_does_not() {
    let subnet = |fact: &'static str, value: Value| {
        told("fernweh-app-a", Limited::Addresses, |demo| {
            set(demo, "ec2.subnet", "subnet-0fb6e49d52db6fe4f", fact, value);
        })
    };
    // A range of 24 bits has 256 − 5 addresses.
    assert!(close(multiple(subnet("free_addresses", json!(248))), 251.0 / 3.0));
    assert!(close(multiple(subnet("free_addresses", json!(1))), 251.0 / 250.0));
    assert_eq!(subnet("ipv6_only", json!(true)), (None, None));
    assert_eq!(subnet("cidr", json!("all")).1.map(|lack| lack.why), Some(Missing::NoFormula));
}

#[test]
fn each_address_of_a_nat_gateway_adds_connections_and_a_private_one_has_no_formula() {
    let gateway = |addresses: Value| {
        told("fernweh-nat", Limited::NatConnections, |demo| {
            set(demo, "ec2.nat_gateway", "nat-04495d41a9685cd12", "public_ips", addresses);
        })
    };
    let one = multiple(gateway(json!(["203.0.113.40"])));
    assert!(close(multiple(gateway(json!(["203.0.113.40", "203.0.113.41"]))), 2.0 * one));
    assert_eq!(gateway(json!([])).1.map(|lack| lack.why), Some(Missing::NoFormula));
}

#[test]
fn limits_without_a_peak_are_listed_and_what_has_none_is_not() {
    let reserved = |value: Value| {
        told("image-resize", Limited::Concurrency, |demo| {
            let own = demo.snapshot.of("lambda.function").find(|one| one.id == "image-resize").unwrap().clone();
            let facts = json!({"reserved": value}).as_object().cloned().unwrap();
            demo.snapshot.resources.push(Resource { kind: "lambda.concurrency".to_owned(), facts, ..own });
        })
    };
    assert_eq!(reserved(json!(20)).1.map(|lack| lack.why), Some(Missing::NotCollected));
    assert_eq!(reserved(Value::Null), (None, None), "it shares the region's");

    let outside_vpc = |unreserved: Value| {
        told("image-resize", Limited::Concurrency, |demo| {
            set(demo, "lambda.settings", "lambda", "unreserved_concurrency", unreserved);
        })
    };
    assert_eq!(outside_vpc(json!(200)), (None, None), "none of the region's 200 is kept for a function");
    assert_eq!(outside_vpc(json!(145)).1.map(|lack| lack.why), Some(Missing::NotCollected));

    let balancer = |sort: &'static str| {
        told("fernweh-shop", Limited::Connections, |demo| {
            set(demo, "elb.load_balancer", "fernweh-shop", "balancer_type", json!(sort));
        })
    };
    assert_eq!(balancer("application"), (None, None));
    assert_eq!(balancer("network").1.map(|lack| lack.why), Some(Missing::NotCollected));
}

#[test]
fn a_limit_for_all_methods_of_a_stage_is_compared_and_one_of_a_single_method_has_no_peak() {
    let stage = |limits: Value| {
        told("fernweh-partners", Limited::RequestsPerSecond, |demo| {
            set(demo, "apigateway.stage", "k3v8q1t7zd/prod", "limits", limits);
        })
    };
    let every = json!({"path": "*/*", "is_default": true, "rate": 100.0, "burst": 5});
    let one = json!({"path": "~1orders/POST", "is_default": false, "rate": 10.0, "burst": 5});
    let unlimited = json!({"path": "~1orders/GET", "is_default": false, "rate": null, "burst": null});
    assert_eq!(stage(json!([])), (None, None), "it shares the region's");
    assert_eq!(stage(json!([unlimited])), (None, None));
    // 1,860 a minute are 31 a second.
    assert!(close(multiple(stage(json!([every]))), 0.7 * 100.0 / 31.0));
    for limits in [json!([every, one]), json!([one])] {
        assert_eq!(stage(limits).1.map(|lack| lack.why), Some(Missing::NotCollected));
    }
}

#[test]
fn a_web_acl_has_a_limit_in_a_region_and_at_the_edge_its_distribution_has() {
    let acl = |scope: &'static str, peak: Value| {
        told("shop-edge", Limited::RequestsPerSecond, |demo| {
            let id = "6cde4e40-173b-4c4a-aa71-c53e807f2120";
            set(demo, "wafv2.web_acl", id, "scope", json!(scope));
            set(demo, "wafv2.web_acl", id, "requests_per_minute_max", peak);
        })
    };
    assert_eq!(acl("CLOUDFRONT", Value::Null), (None, None));
    // 120,000 a minute are 2,000 a second.
    assert!(close(multiple(acl("REGIONAL", measured(120_000.0))), 0.7 * 100_000.0 / 2_000.0));
    assert!(multiple(acl("REGIONAL", measured(9e6))) < 1.0);
    let blind = acl("REGIONAL", Value::Null).1.map(|lack| (lack.why, lack.missing));
    assert_eq!(blind, Some((Missing::Unread, "wafv2.web_acl:metric_name".to_owned())), "it publishes no metrics");
}

#[test]
fn a_service_grows_to_its_maximum_where_a_policy_adds_tasks() {
    let service = |fact: &'static str, value: Value| {
        told("search", Limited::Cpu, |demo| {
            set(demo, "ecs.service", "search", "desired_count", json!(5));
            set(demo, "ecs.service", "search", fact, value);
        })
    };
    let needed = 4.0 * 0.575;
    assert!(close(multiple(service("scaling_max", json!(20))), 0.7 * 20.0 / needed));
    for (fact, value) in
        [("scaling_max", Value::Null), ("scaling_policies", json!([])), ("scale_out_suspended", json!(true))]
    {
        assert!(close(multiple(service(fact, value)), 0.7 * 5.0 / needed), "{fact}");
    }
}

#[test]
fn a_server_is_judged_by_itself_or_by_its_group() {
    let alone = told("shop-legacy-01", Limited::Cpu, |_| {}).0.unwrap();
    assert_eq!((alone.limit.reference.as_str(), alone.assumptions.len()), ("m5.xlarge", 0));
    let burstable = told("journal-wordpress", Limited::Cpu, |_| {}).0.unwrap();
    assert_eq!(burstable.assumptions, ["its CPU credits last"]);
    assert_eq!(told("shop-web (", Limited::Cpu, |_| {}), (None, None), "its group says it");
}

#[test]
fn connections_of_memcached_have_no_formula() {
    let told = told("sessions", Limited::Connections, |demo| {
        set(demo, "elasticache.cluster", "sessions", "engine", json!("memcached"));
    });
    assert_eq!(told.1.map(|lack| lack.why), Some(Missing::NoFormula));
}

#[test]
fn a_fifo_queue_that_counts_by_group_has_the_regions_limit() {
    let queue = |counts: &'static str| {
        told("shipment-labels.fifo", Limited::MessagesPerSecond, |demo| {
            set(demo, "sqs.queue", "shipment-labels.fifo", "throughput_limit", json!(counts));
        })
    };
    assert!(queue("perQueue").0.is_some());
    assert_eq!(queue("perMessageGroupId"), (None, None));
}

#[test]
fn indexes_of_a_table_that_is_scaled_have_no_peak_of_their_own() {
    let indexes = |names: Value| {
        told("carts", Limited::ProvisionedUnits, |demo| set(demo, "dynamodb.table", "carts", "indexes", names))
    };
    assert_eq!(indexes(json!([])), (None, None));
    assert_eq!(indexes(json!(["by-owner"])).1.map(|lack| lack.why), Some(Missing::NotCollected));
}

#[test]
fn a_target_that_adds_nothing_leaves_a_table_what_it_has() {
    let carts = |adds: Value| {
        told("carts", Limited::ReadUnits, |demo| {
            let targets = demo.snapshot.resources.iter_mut().filter(|one| one.kind == "applicationautoscaling.target");
            targets.for_each(|one| drop(one.facts.insert("adds_capacity".to_owned(), adds.clone())));
        })
    };
    assert!(close(multiple(carts(json!(true))), 0.7 * 800.0 / 212.0));
    assert!(close(multiple(carts(json!(false))), 0.7 * 50.0 / 212.0));
}

#[test]
fn a_kind_without_a_row_is_no_hop_with_room() {
    let strange = |kind: &'static str| {
        let mut edited = demo();
        let own = edited.snapshot.of("s3.bucket").find(|one| one.id == "fernweh-prod-assets").unwrap().arn.clone();
        edited
            .snapshot
            .resources
            .iter_mut()
            .filter(|one| one.arn == own)
            .for_each(|one| kind.clone_into(&mut one.kind));
        edited.graph.nodes.iter_mut().filter(|one| one.id == own).for_each(|one| kind.clone_into(&mut one.kind));
        headroom(&edited, &Options::default()).not_computed.into_iter().find(|lack| lack.node == own)
    };
    assert_eq!(strange("novel.thing").map(|lack| lack.missing), Some("no limit of novel.thing is known".to_owned()));
    assert_eq!(strange("efs.file_system").map(|lack| lack.why), Some(Missing::NotCollected));
    assert_eq!(strange("elb.target_group"), None, "it only hands on");
    assert_eq!(strange("s3.bucket"), None, "its prefixes grow with the requests");
}
