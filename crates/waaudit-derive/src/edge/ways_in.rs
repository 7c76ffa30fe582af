//! Ways in with a target. What is said of them comes from a simulation, which runs when all is derived; the declaration tells
//! what they rest on, for the plan of a scan and for the reason of what is unread.

use crate::engine::{Derivation, reads};
use waaudit_model::facts::derived::entry_point::EntryPoint;
use waaudit_model::facts::{
    apigateway, autoscaling, cloudfront, derived::database, ec2, ecs, elasticache, elb, lambda, rds, servicequotas,
    wafv2,
};

pub(crate) const SIMULATED: Derivation = Derivation {
    kind: "way_in",
    facts: &[
        "way_in_type",
        "zone_loss_target",
        "accepted_outcomes",
        "worst_outcome",
        "worse_zones",
        "growth_target",
        "saturates_at",
        "first_limit",
    ],
    // Beside zones, what headroom reads of hops on paths. Of tables and queues no API says whose requests they serve.
    reads: reads![
        GRAPH,
        EntryPoint { entry_type, path, zone_losses },
        apigateway::Account { rate_limit, peak_requests_per_second },
        apigateway::Stage { limits, requests_per_minute_max },
        autoscaling::Group { members, launch_choices, dynamic_policies, max_size, cpu_percent_p99, in_service_p95 },
        cloudfront::Distribution { requests_per_minute_max },
        database::Database { writer, readers },
        ec2::Instance { auto_scaling_group, instance_type, cpu_credit_mode, cpu_percent_p99 },
        ec2::NatGateway { public_ips, active_connections_max },
        ec2::Subnet { ipv6_only, cidr, free_addresses },
        ecs::Service {
            on_fargate,
            desired_count,
            scaling_max,
            scaling_policies,
            scale_out_suspended,
            cpu_percent_p99,
            running_tasks_p95,
        },
        elasticache::Cluster {
            engine,
            node_type,
            few_vcpus,
            replication_group,
            engine_cpu_percent_p99,
            node_cpu_percent_p99,
            memory_percent_peak,
            connections_max,
        },
        elb::LoadBalancer { balancer_type },
        lambda::Concurrency { reserved },
        lambda::Settings { concurrency_limit, unreserved_concurrency, claimed_concurrency_max },
        rds::DbInstance {
            instance_class,
            max_connections,
            max_connections_source,
            iops_limit,
            throughput_limit_mib,
            acu_percent_p99,
            cpu_percent_held,
            connections_max,
            iops_p99,
            throughput_mib_p99,
        },
        servicequotas::Quota { code, value, growing_groups, usage_max },
        wafv2::WebAcl { scope, requests_per_minute_max },
    ],
    compute: |_| Vec::new(),
};
