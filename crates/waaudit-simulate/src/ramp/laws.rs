//! How fast each kind of hop grows: its capacity over time, in multiples of today's peak.
//!
//! | hop | capacity | source |
//! |---|---|---|
//! | Application Load Balancer | doubles every 300 s from the higher of peak and reservation | AWS blog, second-hand |
//! | Network Load Balancer | from 3 Gbit/s, the peak or the reservation, by 3 Gbit/s a minute | AWS re:Post |
//! | Lambda | by 1,000 environments every 10 s up to the concurrency | Lambda guide, scaling behavior |
//! | Auto Scaling group | see [`follows`]; and at most 1,000 launches at once and 2 a second | EC2 guide, request throttling |
//! | ECS service on Fargate | see [`follows`]; and 100 tasks at once and 500 a minute | ECS guide, Fargate throttling and service quotas |
//! | DynamoDB on demand | twice the peak or the warm throughput, doubled every 30 minutes | DynamoDB guide |
//! | DynamoDB provisioned, scaled | see [`follows`] | Application Auto Scaling guide |
//! | all else | as it is | |

use waaudit_model::facts::autoscaling::Group;
use waaudit_model::facts::dynamodb::Table;
use waaudit_model::facts::ecs::Service;
use waaudit_model::facts::elb::{LoadBalancer, TargetGroup};
use waaudit_model::facts::rds::DbInstance;
use waaudit_model::snapshot::Resource;

use super::curve::Curve;
use super::report::GrowthLaw;
use crate::headroom::{HopLimit, Limited, number};
use crate::index::Index;

/// Seconds in which an Application Load Balancer doubles.
const DOUBLING_SECONDS: f64 = 300.0;
/// Mbit/s that a Network Load Balancer starts with, and that it adds in a minute.
const NLB_MBITS: f64 = 3_000.0;
/// Mbit/s of a capacity unit of a Network Load Balancer.
const MBITS_A_UNIT: f64 = 2.2;
/// Environments of a function that start in a second.
const ENVIRONMENTS_A_SECOND: f64 = 100.0;
/// Instances that may be launched at once, and those that may follow in a second.
const LAUNCHES: (f64, f64) = (1_000.0, 2.0);
/// Tasks on Fargate that an account may launch at once, and those that may follow for a service in a second.
const TASK_LAUNCHES: (f64, f64) = (100.0, 500.0 / 60.0);
/// Seconds until the alarm of target tracking goes off: three points of the metric, which come every
/// minute, or every five with basic monitoring. No fact says what the alarms ask for.
const ALARM_SECONDS: (f64, f64) = (3.0 * 60.0, 3.0 * 300.0);
/// Seconds until DynamoDB's alarm goes off, and until the table has what was asked for.
const TABLE_SECONDS: f64 = 120.0 + 60.0;
/// Seconds after which an on-demand table serves twice its new peak.
const TABLE_DOUBLING_SECONDS: f64 = 1_800.0;

/// What a law may look at.
pub(super) struct Asked<'a> {
    pub(super) index: &'a Index<'a>,
    pub(super) resource: &'a Resource,
    pub(super) demand: &'a Curve,
    pub(super) horizon: f64,
    pub(super) launch_seconds: f64,
}

/// A capacity over time and where it comes from.
pub(super) struct Capacity {
    pub(super) curve: Curve,
    pub(super) law: GrowthLaw,
    pub(super) source: &'static str,
    pub(super) assumptions: Vec<String>,
}

/// The capacity, or the fact that is missing.
pub(super) type Told = Result<Capacity, String>;

const ALB_PAGE: &str = "https://aws.amazon.com/blogs/networking-and-content-delivery/using-load-balancer-capacity-unit-reservation-to-prepare-for-sharp-increases-in-traffic (second-hand)";
const NLB_PAGE: &str = "https://repost.aws/questions/QU_1_Us8WbRmOH4o1FAwxlkg/nlb-reservation";
const LAMBDA_PAGE: &str = "https://docs.aws.amazon.com/lambda/latest/dg/scaling-behavior.html";
const GROUP_PAGE: &str = "https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-scaling-target-tracking.html";
const TASKS_PAGE: &str = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/throttling.html";
const TABLE_PAGE: &str =
    "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode.html";
const TABLE_SCALING_PAGE: &str = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/AutoScaling.html";

/// The capacity of a hop by a limit of it.
pub(super) fn of_limit(limit: &HopLimit, asked: &Asked) -> Told {
    match (limit.kind.as_str(), limit.resource) {
        ("lambda.settings", Limited::Concurrency) => Ok(lambda(limit, asked)),
        ("autoscaling.group", Limited::Cpu) => group(limit, asked),
        ("ecs.service", Limited::Cpu) if limit.limit.reference == "ecs.service:scaling_max" => tasks(limit, asked),
        ("rds.db_instance", _) => Ok(database(limit, asked)),
        ("dynamodb.table", Limited::ReadUnits) => table(limit, asked, "dynamodb:table:ReadCapacityUnits"),
        ("dynamodb.table", Limited::WriteUnits) => table(limit, asked, "dynamodb:table:WriteCapacityUnits"),
        _ => Ok(fixed(limit)),
    }
}

fn fixed(limit: &HopLimit) -> Capacity {
    let curve = Curve::constant(limit.multiple_at_limit);
    let serverless = limit.resource == Limited::CapacityUnits;
    let assumption = serverless.then(|| "it reaches its greatest capacity at once: it takes seconds".to_owned());
    Capacity { curve, law: GrowthLaw::Fixed, source: "", assumptions: assumption.into_iter().collect() }
}

/// The capacity of a load balancer; nothing for a type whose growth is not published.
pub(super) fn of_balancer(asked: &Asked) -> Option<Told> {
    let balancer: LoadBalancer = asked.resource.facts().unwrap_or_default();
    let told = match balancer.balancer_type.known().map(String::as_str) {
        Some("application") => application(&balancer, asked),
        Some("network") => network(&balancer, asked),
        Some(_) => return None,
        None => Err("elb.load_balancer:balancer_type".to_owned()),
    };
    Some(told)
}

/// Peak and reserved capacity units; a reservation counts once it is provisioned in all zones.
fn units(balancer: &LoadBalancer) -> Result<(f64, f64), String> {
    let peak = balancer.peak_capacity_units.known().and_then(Option::as_ref).map(|measured| measured.value);
    let peak = peak.filter(|peak| *peak > 0.0).ok_or("elb.load_balancer:peak_capacity_units")?;
    let reserved = balancer.reserved_capacity_units.known().ok_or("elb.load_balancer:reserved_capacity_units")?;
    let states = balancer.reservation_states.known().ok_or("elb.load_balancer:reservation_states")?;
    let there = states.iter().all(|state| state == "provisioned");
    Ok((peak, reserved.filter(|_| there).map_or(0.0, number)))
}

fn application(balancer: &LoadBalancer, asked: &Asked) -> Told {
    let (peak, reserved) = units(balancer)?;
    let start = (reserved / peak).max(1.0);
    let curve = Curve::multiplied(start, 2.0, DOUBLING_SECONDS, f64::INFINITY, asked.horizon, false);
    let assumptions = vec!["it holds no more than today's peak, or what is reserved, when the ramp begins".to_owned()];
    Ok(Capacity { curve, law: GrowthLaw::Doubles, source: ALB_PAGE, assumptions })
}

fn network(balancer: &LoadBalancer, asked: &Asked) -> Told {
    let (peak, reserved) = units(balancer)?;
    let peak = peak * MBITS_A_UNIT;
    let start = (reserved * MBITS_A_UNIT).max(NLB_MBITS).max(peak) / peak;
    let curve = Curve::rising(start, NLB_MBITS / 60.0 / peak, f64::INFINITY, asked.horizon);
    Ok(Capacity { curve, law: GrowthLaw::Linear, source: NLB_PAGE, assumptions: Vec::new() })
}

fn lambda(limit: &HopLimit, asked: &Asked) -> Capacity {
    let start = limit.multiple_at_limit.min(1.0);
    let rate = ENVIRONMENTS_A_SECOND / limit.peak.value;
    let curve = Curve::rising(start, rate, limit.multiple_at_limit, asked.horizon);
    let assumptions = vec!["one function takes the growth: each adds environments at this rate".to_owned()];
    Capacity { curve, law: GrowthLaw::Linear, source: LAMBDA_PAGE, assumptions }
}

/// What scaling follows the load with.
struct Follower {
    /// Capacity when the ramp begins.
    start: f64,
    /// The most.
    ceiling: f64,
    /// Seconds from load to capacity.
    lead: f64,
    /// Full capacity by the capacity in use at the policy's target.
    spare: f64,
    /// Whether the metric ends at 100 %: then no round adds more than that.
    ends: bool,
}

/// Target tracking: after each `lead` seconds, capacity is what the load of `lead` seconds ago needs at the target. A metric
/// that ends at 100 % shows no more than a full fleet: each round multiplies it by 100 ÷ target at most.
fn follows(follower: &Follower, asked: &Asked) -> Curve {
    let Follower { start, ceiling, lead, spare, ends } = *follower;
    let horizon = asked.horizon;
    let start = start.min(ceiling);
    let wanted = asked.demand.delayed(lead, spare);
    let capacity = wanted.max(&Curve::constant(start), horizon).min(&Curve::constant(ceiling), horizon);
    if !ends {
        return capacity;
    }
    capacity.min(&Curve::multiplied(start, spare, lead, ceiling, horizon, true), horizon)
}

fn group(limit: &HopLimit, asked: &Asked) -> Told {
    let facts: Group = asked.resource.facts().unwrap_or_default();
    if facts.dynamic_policies.known().ok_or("autoscaling.group:dynamic_policies")?.is_empty() {
        return Ok(fixed(limit));
    }
    let in_service = facts.in_service_p95.known().ok_or("autoscaling.group:in_service_p95")?.value;
    let (target, ends) = tracked(asked)?;
    let (alarm, ready) = (alarm_seconds(&facts)?, ready_seconds(&facts)?);
    let (lead, launch) = (alarm + asked.launch_seconds + ready, asked.launch_seconds);
    let start = in_service / limit.peak.value;
    let follower = Follower { start, ceiling: limit.multiple_at_limit, lead, spare: 100.0 / target, ends };
    let at_once = start + LAUNCHES.0 / limit.peak.value;
    let launched = Curve::rising(at_once, LAUNCHES.1 / limit.peak.value, f64::INFINITY, asked.horizon);
    let assumptions = vec![
        format!("{alarm} s until the alarm goes off, {launch} s to launch, {ready} s until an instance serves"),
        "scheduled, predictive and warm capacity is not counted".to_owned(),
    ];
    let curve = follows(&follower, asked).min(&launched, asked.horizon);
    Ok(Capacity { curve, law: GrowthLaw::Follows, source: GROUP_PAGE, assumptions })
}

fn alarm_seconds(group: &Group) -> Result<f64, String> {
    let basic = group.members_without_detailed_monitoring.known();
    let basic = basic.ok_or("autoscaling.group:members_without_detailed_monitoring")?;
    Ok(if basic.is_empty() { ALARM_SECONDS.0 } else { ALARM_SECONDS.1 })
}

/// Its warm-up, or where it names none, the time after which its owner expects an instance to be healthy.
fn ready_seconds(group: &Group) -> Result<f64, String> {
    let warmup = group.default_instance_warmup_seconds.known();
    let grace = group.health_check_grace_period_seconds.known();
    let grace = grace.ok_or("autoscaling.group:health_check_grace_period_seconds")?;
    Ok(number(warmup.ok_or("autoscaling.group:default_instance_warmup_seconds")?.unwrap_or(*grace)))
}

/// The target of the group's policy in per cent of full use, and whether its metric ends there.
fn tracked(asked: &Asked) -> Result<(f64, bool), String> {
    let own = asked.index.group_policies(&asked.resource.region, &asked.resource.id).iter();
    let cpu = own
        .filter(|policy| policy.tracked_metric.known().and_then(Option::as_deref) == Some("ASGAverageCPUUtilization"));
    let targets = cpu.filter_map(|policy| policy.target_value.get().flatten()).filter(|target| *target > 0.0);
    let lowest = targets.reduce(f64::min);
    lowest.map(|target| (target.min(100.0), true)).ok_or("a policy that tracks CPU: others have no formula".to_owned())
}

/// A service that policies make grow. On Fargate each task finds room; on servers, what room they have is not collected.
fn tasks(limit: &HopLimit, asked: &Asked) -> Told {
    let facts: Service = asked.resource.facts().unwrap_or_default();
    if !*facts.on_fargate.known().ok_or("ecs.service:on_fargate")? {
        return Err("the room for more tasks on the servers of its cluster".to_owned());
    }
    let running = facts.running_tasks_p95.known().ok_or("ecs.service:running_tasks_p95")?.value;
    let cluster = facts.cluster.known().ok_or("ecs.service:cluster")?;
    let name = format!("service/{cluster}/{}", asked.resource.id);
    let tracks_cpu = |metric: Option<&str>| metric == Some("ECSServiceAverageCPUUtilization");
    let target = lowest_target(asked, &name, "ecs:service:DesiredCount", tracks_cpu);
    let target = target.ok_or("a policy that tracks CPU: others have no formula")?;
    let (alarm, launch, checked) = (ALARM_SECONDS.0, asked.launch_seconds, first_check_seconds(&facts, asked)?);
    let start = running / limit.peak.value;
    let lead = alarm + launch + checked;
    let follower = Follower { start, ceiling: limit.multiple_at_limit, lead, spare: 100.0 / target, ends: true };
    let launched = [start + TASK_LAUNCHES.0 / limit.peak.value, TASK_LAUNCHES.1 / limit.peak.value];
    let launched = Curve::rising(launched[0], launched[1], f64::INFINITY, asked.horizon);
    let assumptions = vec![
        format!(
            "{alarm} s until the alarm goes off, {launch} s to start a task, {checked} s to its first health check"
        ),
        "scheduled and predictive capacity is not counted, nor other tasks that the account launches".to_owned(),
    ];
    let curve = follows(&follower, asked).min(&launched, asked.horizon);
    Ok(Capacity { curve, law: GrowthLaw::Follows, source: TASKS_PAGE, assumptions })
}

/// Seconds until the load balancer has checked a new task: one check that succeeds lets it take requests.
fn first_check_seconds(service: &Service, asked: &Asked) -> Result<f64, String> {
    let groups = service.target_groups.known().ok_or("ecs.service:target_groups")?;
    let seconds = groups.iter().map(|arn| {
        let group = asked.index.by_arn("elb.target_group", arn).and_then(|group| group.facts::<TargetGroup>().ok());
        let interval = group.and_then(|group| group.health_check_interval_seconds.get());
        // None where AWS names no interval: then nothing is checked.
        interval.map(|seconds| seconds.map_or(0.0, number)).ok_or("elb.target_group:health_check_interval_seconds")
    });
    Ok(seconds.collect::<Result<Vec<f64>, _>>()?.into_iter().fold(0.0, f64::max))
}

/// Databases do not grow within minutes. Readers that Aurora adds take minutes too: how many, AWS does not publish.
fn database(limit: &HopLimit, asked: &Asked) -> Capacity {
    let fixed = fixed(limit);
    let facts: DbInstance = asked.resource.facts().unwrap_or_default();
    let cluster = facts.cluster.known().and_then(Option::as_ref).map(|cluster| format!("cluster:{cluster}"));
    let target = cluster
        .and_then(|name| asked.index.scalable_target(&asked.resource.region, &name, "rds:cluster:ReadReplicaCount"));
    if target.and_then(|target| target.adds_capacity.get()) != Some(true) {
        return fixed;
    }
    let uncounted = "readers that auto scaling adds are not counted: they take minutes".to_owned();
    Capacity { assumptions: fixed.assumptions.into_iter().chain([uncounted]).collect(), ..fixed }
}

fn table(limit: &HopLimit, asked: &Asked, dimension: &str) -> Told {
    let facts: Table = asked.resource.facts().unwrap_or_default();
    if facts.billing_mode.known().ok_or("dynamodb.table:billing_mode")? == "PAY_PER_REQUEST" {
        return on_demand(limit, asked, &facts);
    }
    let name = format!("table/{}", asked.resource.id);
    let target = asked.index.scalable_target(&asked.resource.region, &name, dimension);
    if target.is_none_or(|target| target.adds_capacity.get() != Some(true)) {
        return Ok(fixed(limit));
    }
    let full = facts.capacity_percent_peak.known().and_then(Option::as_ref).map(|full| full.value);
    let full = full.filter(|full| *full > 0.0).ok_or("dynamodb.table:capacity_percent_peak")?;
    let held = lowest_target(asked, &name, dimension, |_| true);
    let spare = 100.0 / held.ok_or("applicationautoscaling.policy:target_value")?;
    let (start, ceiling) = (100.0 / full, limit.multiple_at_limit);
    let follower = Follower { start, ceiling, lead: TABLE_SECONDS, spare, ends: true };
    let assumptions =
        vec![format!("{TABLE_SECONDS} s from load to capacity"), "saved burst capacity is not counted".to_owned()];
    let curve = follows(&follower, asked);
    Ok(Capacity { curve, law: GrowthLaw::Follows, source: TABLE_SCALING_PAGE, assumptions })
}

/// The value at which policies hold a metric of a resource's dimension, in per cent, the lowest of them.
fn lowest_target(asked: &Asked, name: &str, dimension: &str, metric: impl Fn(Option<&str>) -> bool) -> Option<f64> {
    let own = asked.index.target_policies(&asked.resource.region, name, dimension).iter();
    let own = own.filter(|policy| metric(policy.tracked_metric.known().and_then(Option::as_deref)));
    let targets = own.filter_map(|policy| policy.target_value.get().flatten()).filter(|target| *target > 0.0);
    targets.reduce(f64::min).map(|lowest| lowest.min(100.0))
}

fn on_demand(limit: &HopLimit, asked: &Asked, table: &Table) -> Told {
    let (warm, name) = match limit.resource {
        Limited::ReadUnits => (&table.warm_read_units, "dynamodb.table:warm_read_units"),
        _ => (&table.warm_write_units, "dynamodb.table:warm_write_units"),
    };
    let warm = number(*warm.known().ok_or(name)?);
    let start = (warm / limit.peak.value).max(2.0);
    let ceiling = limit.multiple_at_limit;
    let curve = Curve::multiplied(start.min(ceiling), 2.0, TABLE_DOUBLING_SECONDS, ceiling, asked.horizon, true);
    Ok(Capacity { curve, law: GrowthLaw::Doubles, source: TABLE_PAGE, assumptions: Vec::new() })
}
