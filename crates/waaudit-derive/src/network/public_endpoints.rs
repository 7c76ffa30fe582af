//! Whether users come in at a resource from the internet, by its own facts.

use crate::engine::all;
use waaudit_model::facts::apigateway::Stage;
use waaudit_model::facts::cloudfront::Distribution;
use waaudit_model::facts::ec2::Instance;
use waaudit_model::facts::elb::{ClassicLoadBalancer, LoadBalancer};
use waaudit_model::facts::{apprunner, appsync};

/// States of a load balancer that takes requests.
const ACTIVE: &[&str] = &["active", "active_impaired"];

/// Whether users come in at a distribution.
pub(crate) fn serves(distribution: &Distribution) -> Option<bool> {
    all([distribution.enabled.get(), distribution.staging.get().map(|staging| !staging)])
}

/// Whether users come in at a stage of an API.
pub(crate) fn is_public_stage(stage: &Stage) -> Option<bool> {
    stage.endpoint_types.known().map(|types| !types.iter().any(|kind| kind == "PRIVATE"))
}

/// Whether users come in at an AppSync API. Where AWS does not say, it was made before there were private ones.
pub(crate) fn is_public_graph(api: &appsync::Api) -> Option<bool> {
    api.visibility.known().map(|visibility| visibility.as_deref() != Some("PRIVATE"))
}

/// Whether users come in at an App Runner service. It runs in several zones by itself.
pub(crate) fn is_public_runner(service: &apprunner::Service) -> Option<bool> {
    all([
        service.publicly_accessible.get(),
        service.status.known().map(|status| ["RUNNING", "OPERATION_IN_PROGRESS"].contains(&status.as_str())),
    ])
}

/// Whether users come in at a load balancer.
pub(crate) fn is_public_balancer(balancer: &LoadBalancer) -> Option<bool> {
    all([
        balancer.scheme.known().map(|scheme| scheme.as_deref() == Some("internet-facing")),
        balancer.state.known().map(|state| ACTIVE.contains(&state.as_str())),
    ])
}

/// Whether users come in at a Classic Load Balancer.
pub(crate) fn is_public_classic(classic: &ClassicLoadBalancer) -> Option<bool> {
    classic.scheme.known().map(|scheme| scheme == "internet-facing")
}

/// Whether users come in at an instance by its own address: a load balancer's targets and the members of a group have
/// a better way in.
pub(crate) fn is_public_server(instance: &Instance) -> Option<bool> {
    all([
        instance.state.known().map(|state| state == "running"),
        instance.public_ip.known().map(Option::is_some),
        instance.in_public_subnet.get(),
        instance.open_service_ports.known().map(|ports| !ports.is_empty()),
        instance.target_groups.known().map(Vec::is_empty),
        instance.auto_scaling_group.known().map(Option::is_none),
    ])
}
