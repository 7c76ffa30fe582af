//! Each row of the table on the demo: its multiple worked out by hand, a twin that is over the limit and one that is far
//! under it, and each of its facts taken away.

use super::super::{Limited, Missing, Options, grow, headroom};
use super::{Case, base, case, close, found};
use crate::testing::{fact, measured, set, unread};

/// Worked out before the first run: target × limit ÷ peak.
const CASES: &[Case] = &[
    // 0.7 × 6 ÷ (3 × 0.635)
    case(
        "autoscaling.group",
        "shop-web",
        Limited::Cpu,
        2.204_72,
        "cpu_percent_p99",
        &["in_service_p95", "max_size", "dynamic_policies", "members", "launch_choices"],
    ),
    // 0.7 × 1 ÷ (1 × 0.712): nothing makes it grow.
    case(
        "autoscaling.group",
        "checkout",
        Limited::Cpu,
        0.983_15,
        "cpu_percent_p99",
        &["in_service_p95", "max_size", "dynamic_policies"],
    ),
    // 0.7 × 100 ÷ 96.4
    case(
        "rds.db_instance",
        "catalog-1",
        Limited::Cpu,
        0.726_14,
        "cpu_percent_held",
        &["acu_percent_p99", "instance_class"],
    ),
    // 0.7 × 829 ÷ 402
    case(
        "rds.db_instance",
        "orders-db",
        Limited::Connections,
        1.443_53,
        "connections_max",
        &["max_connections", "max_connections_source", "instance_class"],
    ),
    // 0.7 × 3000 ÷ 1730
    case("rds.db_instance", "orders-db", Limited::Iops, 1.213_87, "iops_p99", &["iops_limit"]),
    // 0.7 × 125 ÷ 52.4
    case(
        "rds.db_instance",
        "orders-db",
        Limited::Throughput,
        1.669_85,
        "throughput_mib_p99",
        &["throughput_limit_mib"],
    ),
    // 45 ÷ 21.3: 90 % of one of two vCPUs
    case(
        "elasticache.cluster",
        "sessions",
        Limited::Cpu,
        2.112_68,
        "node_cpu_percent_p99",
        &["engine_cpu_percent_p99", "few_vcpus"],
    ),
    // 100 ÷ 88.6
    case("elasticache.cluster", "sessions", Limited::Memory, 1.128_67, "memory_percent_peak", &["node_type"]),
    // 0.7 × 800 ÷ 212: scaled up to 800
    case(
        "dynamodb.table",
        "carts",
        Limited::ReadUnits,
        2.641_51,
        "read_units_peak",
        &["read_capacity_units", "max_read_units", "billing_mode", "disposable", "unscaled_dimensions"],
    ),
    // 0.7 × 800 ÷ 96.4
    case(
        "dynamodb.table",
        "carts",
        Limited::WriteUnits,
        5.809_13,
        "write_units_peak",
        &["write_capacity_units", "max_write_units", "billing_mode", "disposable", "unscaled_dimensions"],
    ),
    // 0.7 × 20 ÷ 19.9: nothing scales it
    case(
        "dynamodb.table",
        "product-views",
        Limited::WriteUnits,
        0.703_52,
        "write_units_peak",
        &["write_capacity_units"],
    ),
    // 0.7 × 100 ÷ 99.5
    case(
        "dynamodb.table",
        "product-views",
        Limited::ProvisionedUnits,
        0.703_52,
        "capacity_percent_peak",
        &["unscaled_dimensions", "disposable"],
    ),
    // 0.7 × 200 ÷ 188
    case(
        "lambda.settings",
        "lambda",
        Limited::Concurrency,
        0.744_681,
        "claimed_concurrency_max",
        &["concurrency_limit"],
    ),
    // 140 ÷ 60
    case("servicequotas.quota", "L-3032A538", Limited::Vcpus, 2.333_33, "usage_max", &["value", "code"]),
    // 64 ÷ 14
    case(
        "servicequotas.quota",
        "L-1216C47A",
        Limited::Vcpus,
        4.571_43,
        "usage_max",
        &["value", "code", "growing_groups"],
    ),
    // 0.7 × 10,000 ÷ 186.4
    case(
        "apigateway.account",
        "account",
        Limited::RequestsPerSecond,
        37.553_65,
        "peak_requests_per_second",
        &["rate_limit"],
    ),
    // 0.7 × 2,500 ÷ (9,300 ÷ 60)
    case(
        "apigateway.stage",
        "w9x2m5h0rc/$default",
        Limited::RequestsPerSecond,
        11.290_32,
        "requests_per_minute_max",
        &["limits"],
    ),
    // 0.7 × 250,000 ÷ (13,740 ÷ 60)
    case(
        "cloudfront.distribution",
        "E1F9R3Q0ZK7WVT",
        Limited::RequestsPerSecond,
        764.192_14,
        "requests_per_minute_max",
        &[],
    ),
    // 0.7 × 100 ÷ 38.5
    case(
        "ec2.instance",
        "i-0ffd537d815871df2",
        Limited::Cpu,
        1.818_18,
        "cpu_percent_p99",
        &["auto_scaling_group", "instance_type", "cpu_credit_mode"],
    ),
    // 0.7 × 12 ÷ (4 × 0.575)
    case(
        "ecs.service",
        "search",
        Limited::Cpu,
        3.652_17,
        "cpu_percent_p99",
        &["running_tasks_p95", "scaling_max", "scaling_policies", "scale_out_suspended", "desired_count"],
    ),
    // 65,000 ÷ 148
    case("elasticache.cluster", "sessions", Limited::Connections, 439.189_19, "connections_max", &["engine"]),
    // 0.7 × 55,000 ÷ 8743: one address
    case(
        "ec2.nat_gateway",
        "nat-04495d41a9685cd12",
        Limited::NatConnections,
        4.403_52,
        "active_connections_max",
        &["public_ips"],
    ),
    // 0.7 × 120,000 ÷ 940
    case("sqs.queue", "order-events", Limited::InFlightMessages, 89.361_70, "in_flight_peak", &["dead_letter_queue"]),
    // 0.7 × 300 ÷ 11.4
    case(
        "sqs.queue",
        "shipment-labels.fifo",
        Limited::MessagesPerSecond,
        18.421_05,
        "sent_per_second_peak",
        &["throughput_limit", "dead_letter_queue"],
    ),
];

#[test]
fn each_row_gives_the_multiple_that_was_worked_out_by_hand() {
    let demo = base();
    for case in CASES {
        let limit = found(&demo, case).unwrap_or_else(|| panic!("{} {}", case.id, case.limited.words()));
        assert!(close(limit.multiple, case.multiple), "{} {:?}: {}", case.id, case.limited, limit.multiple);
        assert!(close(limit.multiple_at_limit * limit.target, limit.multiple), "{}", case.id);
    }
}

#[test]
fn each_row_saturates_below_today_for_one_account_and_far_above_for_its_twin() {
    for case in CASES {
        for (share, over) in [(2.0, true), (0.01, false)] {
            let mut twin = base();
            let base = found(&twin, case).unwrap().multiple;
            let peak = fact(&twin, case.kind, case.id, case.peak).unwrap()["value"].as_f64().unwrap();
            let factor = if over { share * base } else { share };
            set(&mut twin, case.kind, case.id, case.peak, measured(peak * factor));
            let limit = found(&twin, case).unwrap();
            assert_eq!(limit.multiple < 1.0, over, "{} {:?}: {}", case.id, case.limited, limit.multiple);
            let broken = grow(&headroom(&twin, &Options::default()), 1.0).breaks;
            let breaks = broken.iter().any(|step| step.limit.node == limit.node && step.limit.resource == case.limited);
            assert_eq!(breaks, over, "{} {:?}", case.id, case.limited);
        }
    }
}

#[test]
fn a_missing_fact_is_named_and_never_guessed() {
    for case in CASES {
        for needed in case.needs.iter().chain([&case.peak]) {
            let mut twin = base();
            unread(&mut twin, case.kind, case.id, needed);
            assert!(found(&twin, case).is_none(), "{} {:?} without {needed}", case.id, case.limited);
            let lacks = headroom(&twin, &Options::default()).not_computed;
            let named = lacks.iter().any(|lack| {
                lack.why == Missing::Unread
                    && lack.resource == Some(case.limited)
                    && lack.missing == format!("{}:{needed}", case.kind)
            });
            assert!(named, "{} {:?} without {needed}: {lacks:#?}", case.id, case.limited);
        }
    }
}
