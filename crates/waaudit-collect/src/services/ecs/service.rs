//! Services: what they run on, where, and behind what. The SDK makes 0 of an absent number; ECS sends them all.

use aws_sdk_ecs::Client;
use aws_sdk_ecs::types::{
    AssignPublicIp, AvailabilityZoneRebalancing, AwsVpcConfiguration, CapacityProviderStrategyItem, LoadBalancer,
    PlacementConstraint as PlacementConstraintOfService, PlacementStrategy, Service as SdkService, ServiceField,
};

use serde_json::Value;

use super::{PAGE, described, last_part, own_tags};
use crate::call::Call;
use crate::kind::Kind;
use crate::metrics::{Asked, Metric, Query};
use crate::transport::bounded::run_bounded;
use crate::transport::collector_context::{Context, ResourceId, timestamp};
use crate::transport::decode::word;
use waaudit_model::facts;
use waaudit_model::facts::Fact;
use waaudit_model::facts::ecs::{CapacityShare, Placement, PlacementConstraint, Service};
use waaudit_model::snapshot::Resource;

/// Both are published while tasks run. Each task gives one sample a minute:
/// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cloudwatch-metrics.html#cw_running_task_count>.
pub(crate) const METRICS: &[Metric] = &[
    Metric::of::<facts::ecs::Service>(
        "cpu_percent_p99",
        "99th percentile of 5-minute averages",
        |service| cpu(service, "Average"),
        |_, series| series.first()?.percentile(99.0),
    ),
    Metric::of::<facts::ecs::Service>(
        "running_tasks_p95",
        "95th percentile of 5-minute means",
        |service| cpu(service, "SampleCount"),
        |_, series| Some(series.first()?.percentile(95.0)? / MINUTES),
    ),
];

/// Minutes of a point.
const MINUTES: f64 = 5.0;

fn cpu(service: &Resource, statistic: &str) -> Asked {
    let Some(cluster) = service.facts.get("cluster").and_then(Value::as_str) else { return Asked::Unclear };
    let dimensions = [("ClusterName", cluster), ("ServiceName", service.id.as_str())];
    Query::new("AWS/ECS", "CPUUtilization", &dimensions).statistic(statistic).into()
}

const LIST_SERVICES: Call = Call::new("ecs", "ListServices");
const DESCRIBE_SERVICES: Call = Call::new("ecs", "DescribeServices");

/// So many services are described by one call.
const AT_ONCE: usize = 10;

pub(crate) const SERVICE: Kind =
    Kind::regional::<facts::ecs::Service>(&[&LIST_SERVICES, &DESCRIBE_SERVICES], |ctx| Box::pin(services(ctx)))
        .after::<facts::ecs::Cluster>();

async fn services(ctx: Context) {
    ctx.inherit_gaps();
    let client = Client::new(ctx.config());
    run_bounded(ctx.before.resources().map(|cluster| of_cluster(&ctx, &client, &cluster.arn))).await;
}

async fn of_cluster(ctx: &Context, client: &Client, cluster: &str) {
    let mut arns = Vec::new();
    let pages = client.list_services().cluster(cluster).max_results(PAGE).into_paginator().send();
    ctx.pages(&LIST_SERVICES, pages, |page| arns.extend_from_slice(page.service_arns())).await;
    run_bounded(arns.chunks(AT_ONCE).map(|arns| describe(ctx, client, cluster, arns))).await;
}

/// Services that can't be described are still there.
async fn describe(ctx: &Context, client: &Client, cluster: &str, arns: &[String]) {
    let request = client.describe_services().cluster(cluster).set_services(Some(arns.to_vec()));
    let Some(answer) = ctx.list(&DESCRIBE_SERVICES, request.include(ServiceField::Tags).send()).await else {
        for arn in arns {
            let facts = Service { cluster: last_part(cluster).to_owned().into(), ..Service::default() };
            ctx.push(ResourceId { arn: arn.clone(), id: last_part(arn).to_owned(), ..ResourceId::default() }, facts);
        }
        return;
    };
    described(ctx, &DESCRIBE_SERVICES, None, answer.failures());
    for service in answer.services() {
        let Some(arn) = ctx.entry(&DESCRIBE_SERVICES, service.service_arn()) else { continue };
        let name = ResourceId {
            arn: arn.to_owned(),
            id: service.service_name().unwrap_or_else(|| last_part(arn)).to_owned(),
            tags: own_tags(service.tags.as_ref()),
            ..ResourceId::default()
        };
        ctx.push(name, service_facts(service));
    }
}

fn service_facts(s: &SdkService) -> Service {
    let network = s.network_configuration().and_then(|network| network.awsvpc_configuration());
    let balancers = s.load_balancers.as_ref();
    let named = |list: fn(&LoadBalancer) -> Vec<String>| balancers.map(|all| all.iter().flat_map(list).collect());
    Service {
        status: s.status.clone().into(),
        cluster: s.cluster_arn().map(|arn| last_part(arn).to_owned()).into(),
        scheduling: word(s.scheduling_strategy()).into(),
        launch_type: launch_type(s),
        capacity_providers: capacity_providers(s),
        desired_count: i64::from(s.desired_count).into(),
        running_count: i64::from(s.running_count).into(),
        task_definition: s.task_definition.clone().into(),
        subnets: network.map_or_else(Vec::new, |network| network.subnets().to_vec()).into(),
        security_groups: network.map_or_else(Vec::new, |network| network.security_groups().to_vec()).into(),
        public_addresses: network.and_then(public_addresses).into(),
        target_groups: named(target_groups).into(),
        classic_load_balancers: named(|balancer| balancer.load_balancer_name.clone().into_iter().collect()).into(),
        lattice_target_groups: s.deployments.as_ref().map(|_| lattice_target_groups(s)).into(),
        placement: s.placement_strategy().iter().map(placement).collect::<Option<Vec<_>>>().into(),
        placement_constraints: s.placement_constraints().iter().map(constraint).collect::<Option<Vec<_>>>().into(),
        zone_rebalancing: s.availability_zone_rebalancing().and_then(rebalancing).into(),
        // AWS's default, which older services do not name.
        deployment_controller: s
            .deployment_controller()
            .map_or_else(|| "ECS".to_owned(), |controller| controller.r#type().as_str().to_owned())
            .into(),
        created_at: s.created_at().and_then(timestamp).into(),
        ..Service::default()
    }
}

/// A service has a launch type or capacity providers. One that names neither says nothing of it.
fn launch_type(s: &SdkService) -> Fact<Option<String>> {
    match (word(s.launch_type()), s.capacity_provider_strategy()) {
        (None, []) => Fact::Unread,
        (named, _) => Fact::Known(named),
    }
}

fn capacity_providers(s: &SdkService) -> Fact<Vec<CapacityShare>> {
    match (s.launch_type(), s.capacity_provider_strategy()) {
        (None, []) => Fact::Unread,
        (_, providers) => Fact::Known(providers.iter().map(share).collect()),
    }
}

fn share(item: &CapacityProviderStrategyItem) -> CapacityShare {
    CapacityShare {
        provider: item.capacity_provider.clone(),
        weight: i64::from(item.weight),
        base: i64::from(item.base),
    }
}

fn public_addresses(network: &AwsVpcConfiguration) -> Option<bool> {
    match network.assign_public_ip()? {
        AssignPublicIp::Enabled => Some(true),
        AssignPublicIp::Disabled => Some(false),
        _ => None,
    }
}

/// Blue and green: one of the two takes the traffic.
fn target_groups(balancer: &LoadBalancer) -> Vec<String> {
    let other = balancer.advanced_configuration().and_then(|more| more.alternate_target_group_arn.clone());
    balancer.target_group_arn.clone().into_iter().chain(other).collect()
}

fn lattice_target_groups(s: &SdkService) -> Vec<String> {
    let primary = s.deployments().iter().filter(|deployment| deployment.status() == Some("PRIMARY"));
    primary
        .flat_map(|deployment| deployment.vpc_lattice_configurations())
        .map(|one| one.target_group_arn.clone())
        .collect()
}

fn placement(strategy: &PlacementStrategy) -> Option<Placement> {
    Some(Placement { strategy: word(strategy.r#type())?, field: strategy.field.clone() })
}

fn constraint(constraint: &PlacementConstraintOfService) -> Option<PlacementConstraint> {
    Some(PlacementConstraint { constraint: word(constraint.r#type())?, expression: constraint.expression.clone() })
}

fn rebalancing(mode: &AvailabilityZoneRebalancing) -> Option<bool> {
    match mode {
        AvailabilityZoneRebalancing::Enabled => Some(true),
        AvailabilityZoneRebalancing::Disabled => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_ecs::types::{AdvancedConfiguration, LaunchType};

    use super::*;

    #[test]
    fn a_launch_type_stands_alone_and_capacity_providers_replace_it() {
        let fargate = SdkService::builder().launch_type(LaunchType::Fargate).build();
        assert_eq!(launch_type(&fargate), Fact::Known(Some("FARGATE".to_owned())));
        assert_eq!(capacity_providers(&fargate), Fact::Known(Vec::new()));
        let item = CapacityProviderStrategyItem::builder().capacity_provider("FARGATE_SPOT").weight(3).base(1).build();
        let shared = SdkService::builder().capacity_provider_strategy(item.unwrap()).build();
        let share = CapacityShare { provider: "FARGATE_SPOT".to_owned(), weight: 3, base: 1 };
        assert_eq!(launch_type(&shared), Fact::Known(None));
        assert_eq!(capacity_providers(&shared), Fact::Known(vec![share]));
        assert!(launch_type(&SdkService::builder().build()).is_unread());
        assert!(capacity_providers(&SdkService::builder().build()).is_unread());
    }

    #[test]
    fn a_service_without_a_list_of_balancers_leaves_them_unread() {
        let facts = service_facts(&SdkService::builder().set_load_balancers(Some(Vec::new())).build());
        assert_eq!(facts.target_groups, Fact::Known(Vec::new()));
        let facts = service_facts(&SdkService::builder().build());
        assert!(facts.target_groups.is_unread() && facts.lattice_target_groups.is_unread());
    }

    #[test]
    fn both_colours_are_its_target_groups() {
        let other = AdvancedConfiguration::builder().alternate_target_group_arn("green").build();
        let balancer = LoadBalancer::builder().target_group_arn("blue").advanced_configuration(other).build();
        assert_eq!(target_groups(&balancer), ["blue", "green"]);
    }
}
