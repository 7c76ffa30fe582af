//! Limits of servers, functions, and of the quotas that they are launched under.

use waaudit_model::facts::autoscaling::Group;
use waaudit_model::facts::ec2::Instance;
use waaudit_model::facts::ecs::Service;
use waaudit_model::facts::lambda::{Concurrency, Function, Settings};
use waaudit_model::facts::servicequotas::Quota;

use super::super::report::{Consequence, Limited, Peak, Source};
use super::EC2_VCPUS;
use super::{Around, Lack, Load, Reading, Row, TARGET, WHOLE, bound, measured, measured_if, number, read};

pub(super) const GROUP: &[Row<Group>] =
    &[Row { limited: Limited::Cpu, target: TARGET, then: Consequence::Slow, read: group_cpu }];
pub(super) const INSTANCE: &[Row<Instance>] =
    &[Row { limited: Limited::Cpu, target: TARGET, then: Consequence::Slow, read: instance_cpu }];
pub(super) const FUNCTION: &[Row<Function>] =
    &[Row { limited: Limited::Concurrency, target: TARGET, then: Consequence::Throttled, read: reserved }];
pub(super) const LAMBDA: &[Row<Settings>] =
    &[Row { limited: Limited::Concurrency, target: TARGET, then: Consequence::Throttled, read: concurrency }];
pub(super) const SERVICE: &[Row<Service>] = &[
    Row { limited: Limited::Cpu, target: TARGET, then: Consequence::Slow, read: service_cpu },
    Row { limited: Limited::Vcpus, target: WHOLE, then: Consequence::Refused, read: fargate },
];
pub(super) const QUOTA: &[Row<Quota>] =
    &[Row { limited: Limited::Vcpus, target: WHOLE, then: Consequence::Refused, read: quota }];

/// Instances in service times their CPU is what the load needs; the most instances are what there may be. A group that
/// nothing makes grow has what it has.
fn group_cpu(group: &Group, _: &Around) -> Reading {
    if weighted(group)? {
        return Err(Lack::no_formula("its capacity is counted in weights, its instances in service are not"));
    }
    let cpu = measured(&group.cpu_percent_p99, "autoscaling.group:cpu_percent_p99", "%")?;
    let in_service = measured(&group.in_service_p95, "autoscaling.group:in_service_p95", "instances")?;
    let grows = !read(&group.dynamic_policies, "autoscaling.group:dynamic_policies")?.is_empty();
    let most = number(*read(&group.max_size, "autoscaling.group:max_size")?);
    let peak = at_full_cpu(&in_service, &cpu, "autoscaling.group:in_service_p95 × cpu_percent_p99");
    if grows {
        return Ok(Some(Load::new(peak, bound(most, Source::Configured, "autoscaling.group:max_size"))));
    }
    let limit = bound(in_service.value.min(most), Source::Configured, "autoscaling.group:in_service_p95");
    Ok(Some(Load::new(peak, limit).assuming("no policy adds instances under load: it keeps those that it has")))
}

/// How many members the load would keep wholly busy.
fn at_full_cpu(members: &Peak, cpu: &Peak, fact: &str) -> Peak {
    Peak {
        value: members.value * cpu.value / 100.0,
        unit: format!("{} at 100 % CPU", members.unit),
        fact: fact.to_owned(),
        statistic: format!("{} × {}", members.statistic, cpu.statistic),
        window_days: cpu.window_days,
    }
}

fn weighted(group: &Group) -> Result<bool, Lack> {
    let members = read(&group.members, "autoscaling.group:members")?;
    let choices = read(&group.launch_choices, "autoscaling.group:launch_choices")?;
    let weights = members.iter().map(|member| &member.weight).chain(choices.iter().map(|choice| &choice.weight));
    Ok(weights.flatten().any(|weight| weight != "1"))
}

/// What is in a group is judged there.
fn instance_cpu(instance: &Instance, _: &Around) -> Reading {
    if read(&instance.auto_scaling_group, "ec2.instance:auto_scaling_group")?.is_some() {
        return Ok(None);
    }
    let name = "ec2.instance:cpu_percent_p99";
    let Some(peak) = measured_if(&instance.cpu_percent_p99, name, "%")? else { return Err(Lack::unread(name)) };
    let own = read(&instance.instance_type, "ec2.instance:instance_type")?;
    let credits = read(&instance.cpu_credit_mode, "ec2.instance:cpu_credit_mode")?;
    let load = Load::new(peak, bound(100.0, Source::InstanceClass, own));
    Ok(Some(if credits.is_some() { load.assuming("its CPU credits last") } else { load }))
}

/// Tasks that run times their CPU is what the load needs; the most tasks are what scaling makes. A service that nothing
/// makes grow has the tasks that it is to have.
fn service_cpu(service: &Service, _: &Around) -> Reading {
    let cpu = measured(&service.cpu_percent_p99, "ecs.service:cpu_percent_p99", "%")?;
    let tasks = measured(&service.running_tasks_p95, "ecs.service:running_tasks_p95", "tasks")?;
    let most = read(&service.scaling_max, "ecs.service:scaling_max")?.map(number);
    let suspended = read(&service.scale_out_suspended, "ecs.service:scale_out_suspended")?.unwrap_or_default();
    let policies = read(&service.scaling_policies, "ecs.service:scaling_policies")?;
    let wanted = number(*read(&service.desired_count, "ecs.service:desired_count")?);
    let peak = at_full_cpu(&tasks, &cpu, "ecs.service:running_tasks_p95 × cpu_percent_p99");
    match most {
        Some(most) if !suspended && !policies.is_empty() => {
            Ok(Some(Load::new(peak, bound(most, Source::Configured, "ecs.service:scaling_max"))))
        }
        _ => {
            let limit = bound(wanted, Source::Configured, "ecs.service:desired_count");
            Ok(Some(Load::new(peak, limit).assuming("no policy adds tasks under load: it keeps those that it has")))
        }
    }
}

/// What is reserved for a function is also its most.
fn reserved(_: &Function, around: &Around) -> Reading {
    let Some(own) = around.index.facts::<Concurrency>(&around.resource.region, &around.resource.id) else {
        let words = "lambda:GetFunctionConcurrency of functions outside a VPC";
        return if nothing_is_reserved(around) { Ok(None) } else { Err(Lack::not_collected(words)) };
    };
    match read(&own.reserved, "lambda.concurrency:reserved")? {
        Some(_) => Err(Lack::not_collected("AWS/Lambda ConcurrentExecutions by FunctionName, maximum")),
        None => Ok(None),
    }
}

/// Where all that a region may run at once is free for any function, none has a limit of its own.
fn nothing_is_reserved(around: &Around) -> bool {
    let settings = around.index.in_region("lambda.settings", &around.resource.region).first();
    let Some(Ok(settings)) = settings.map(|own| own.facts::<Settings>()) else { return false };
    let limit = settings.concurrency_limit.known();
    limit.is_some() && settings.unreserved_concurrency.known() == limit
}

fn concurrency(settings: &Settings, _: &Around) -> Reading {
    let name = "lambda.settings:claimed_concurrency_max";
    let Some(peak) = measured_if(&settings.claimed_concurrency_max, name, "runs at once")? else { return Ok(None) };
    let limit = number(*read(&settings.concurrency_limit, "lambda.settings:concurrency_limit")?);
    let load = Load::new(peak, bound(limit, Source::QuotaInForce, "lambda.settings:concurrency_limit"));
    let load = load.assuming("all runs in the region grow with the requests");
    Ok(Some(load.assuming("a run takes 100 ms or more: an environment takes ten requests a second at most")))
}

/// The quota of a service on Fargate is a hop of its own.
fn fargate(service: &Service, _: &Around) -> Reading {
    read(&service.on_fargate, "ecs.service:on_fargate").map(|_| None)
}

fn quota(quota: &Quota, _: &Around) -> Reading {
    let name = "servicequotas.quota:usage_max";
    let Some(peak) = measured_if(&quota.usage_max, name, "vCPUs")? else {
        return Err(Lack::not_collected("AWS/Usage ResourceCount of the quota"));
    };
    let limit = *read(&quota.value, "servicequotas.quota:value")?;
    let code = read(&quota.code, "servicequotas.quota:code")?;
    if code == EC2_VCPUS {
        // Whose instances it limits: without that, it might be another quota that holds.
        read(&quota.growing_groups, "servicequotas.quota:growing_groups")?;
    }
    let load = Load::new(peak, bound(limit, Source::QuotaInForce, code));
    Ok(Some(load.assuming("all that counts against the quota grows with the requests")))
}
