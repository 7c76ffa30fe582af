//! The nodes of a region, with their zones and what the loss of one does to them.

use super::builder::{Drawing, Standing};
use super::inputs::Region;
use super::zone_loss::{self, Ground};
use crate::engine::{Item, all, distinct};
use crate::network::public_endpoints::{
    is_public_balancer, is_public_classic, is_public_graph, is_public_runner, is_public_server, is_public_stage, serves,
};
use waaudit_model::facts::derived::database::Database;
use waaudit_model::facts::ec2::{Instance, NatGateway};
use waaudit_model::facts::ecs::Service;
use waaudit_model::facts::elasticache::{Cluster, ReplicationGroup};
use waaudit_model::facts::elb::TargetGroup;
use waaudit_model::facts::lambda::Function;
use waaudit_model::topology::graph::Loss;

/// Adds what there is in a region.
pub(crate) fn nodes(region: &Region, drawing: &mut Drawing) {
    edge(region, drawing);
    let ground = Ground::new(region);
    balancing(&ground, drawing);
    compute(&ground, drawing);
    stores(region, drawing);
    network(region, drawing);
    for queue in region.queues.iter() {
        drawing.resource(queue.resource, Standing::default());
    }
    for acl in region.acls.iter() {
        drawing.resource(acl.resource, Standing::default());
    }
    for alarm in region.alarms.iter() {
        drawing.resource(alarm.resource, Standing::default());
    }
}

fn edge(region: &Region, drawing: &mut Drawing) {
    for record in region.records.iter().filter(|record| record.facts.private.get() == Some(false)) {
        if let Some(name) = record.facts.record_name.known() {
            let id = &record.resource.arn;
            drawing.add(id, "route53.record", name, &record.resource.region, Standing::default());
        }
    }
    for distribution in region.distributions.iter() {
        let entry = serves(distribution.facts) == Some(true);
        drawing.resource(distribution.resource, Standing { entry, ..Standing::default() });
    }
    for stage in region.stages.iter() {
        let entry = is_public_stage(stage.facts) == Some(true);
        drawing.resource(stage.resource, Standing { entry, ..Standing::default() });
    }
    for url in region.urls.iter() {
        drawing.resource(url.resource, Standing { entry: true, ..Standing::default() });
    }
    for runner in region.runners.iter() {
        let entry = is_public_runner(runner.facts) == Some(true);
        drawing.resource(runner.resource, Standing { entry, ..Standing::default() });
    }
    for api in region.graphs.iter() {
        let entry = is_public_graph(api.facts) == Some(true);
        drawing.resource(api.resource, Standing { entry, ..Standing::default() });
    }
    for bucket in region.buckets.iter() {
        drawing.bucket(&bucket.resource.id, &bucket.resource.region);
    }
}

fn balancing(ground: &Ground, drawing: &mut Drawing) {
    let region = ground.region;
    for balancer in region.balancers.iter() {
        let zones = balancer.facts.zones.known().map(|zones| distinct(zones.iter().map(|zone| zone.name.clone())));
        let standing = Standing {
            losses: zones.as_deref().map(|zones| zone_loss::alone(zones, "it is enabled")),
            zones,
            vpc: balancer.facts.vpc.known().cloned(),
            entry: is_public_balancer(balancer.facts) == Some(true),
        };
        drawing.resource(balancer.resource, standing);
        for listener in balancer.facts.listeners.known().into_iter().flatten() {
            let port = listener.port.map_or(String::new(), |port| format!(" {port}"));
            let name = format!("{}{port}", listener.protocol.as_deref().unwrap_or("all"));
            drawing.add(&listener.arn, "listener", &name, region.name, Standing::default());
        }
    }
    for classic in region.classics.iter() {
        let standing = Standing {
            zones: classic.facts.zones.known().cloned(),
            losses: zone_loss::of_classic(ground, classic),
            entry: is_public_classic(classic.facts) == Some(true),
            ..Standing::default()
        };
        drawing.resource(classic.resource, standing);
    }
    for group in region.target_groups.iter() {
        drawing.resource(group.resource, of_target_group(ground, group));
    }
}

fn of_target_group(ground: &Ground, group: &Item<TargetGroup>) -> Standing {
    let holds_servers = group.facts.target_type.known().map(|kind| ["instance", "ip"].contains(&kind.as_str()));
    Standing {
        zones: match holds_servers {
            Some(true) => group.facts.healthy_zones.known().cloned(),
            Some(false) => Some(Vec::new()),
            None => None,
        },
        losses: zone_loss::of_target_group(ground, group),
        vpc: group.facts.vpc.known().cloned().flatten(),
        ..Standing::default()
    }
}

fn compute(ground: &Ground, drawing: &mut Drawing) {
    let region = ground.region;
    for instance in region.instances.iter().filter(|instance| may_run(instance.facts)) {
        let standing = Standing {
            zones: instance.facts.availability_zone.known().map(|zone| vec![zone.clone()]),
            losses: zone_loss::of_instance(ground, instance),
            vpc: instance.facts.vpc.known().cloned().flatten(),
            entry: is_public_server(instance.facts) == Some(true),
        };
        drawing.resource(instance.resource, standing);
    }
    for fleet in region.fleets.iter() {
        let standing = Standing {
            zones: fleet.facts.in_service_zones.known().cloned(),
            losses: zone_loss::of_fleet(region, fleet.facts),
            vpc: fleet.facts.subnets.known().and_then(|subnets| region.vpc_of(subnets)),
            ..Standing::default()
        };
        drawing.resource(fleet.resource, standing);
    }
    for service in region.services.iter().filter(|service| runs_tasks(service.facts) != Some(false)) {
        let standing = Standing {
            zones: service.facts.zones.known().cloned(),
            losses: zone_loss::of_service(ground, service.facts),
            vpc: service.facts.subnets.known().and_then(|subnets| region.vpc_of(subnets)),
            ..Standing::default()
        };
        drawing.resource(service.resource, standing);
    }
    for function in region.functions.iter() {
        drawing.resource(function.resource, of_function(region, function.facts));
    }
}

/// Whether an ECS service keeps tasks running.
pub(crate) fn runs_tasks(service: &Service) -> Option<bool> {
    all([
        service.status.known().map(|status| status == "ACTIVE"),
        service.scheduling.known().map(|scheduling| scheduling == "REPLICA"),
        service.desired_count.get().map(|wanted| wanted > 0),
    ])
}

fn may_run(instance: &Instance) -> bool {
    instance.state.known().is_none_or(|state| state == "running")
}

/// A function outside a VPC runs in all zones; one in a VPC where its subnets are.
fn of_function(region: &Region, function: &Function) -> Standing {
    let subnets = function.subnets.known();
    let zones = subnets.and_then(|subnets| region.zones_of(subnets));
    Standing {
        losses: zones.as_deref().map(|zones| zone_loss::alone(zones, "its subnets are")),
        zones,
        vpc: subnets.and_then(|subnets| region.vpc_of(subnets)),
        ..Standing::default()
    }
}

fn stores(region: &Region, drawing: &mut Drawing) {
    for database in region.databases.iter() {
        drawing.resource(database.resource, of_database(region, database));
    }
    for group in region.cache_groups.iter() {
        drawing.resource(group.resource, of_cache_group(group.facts));
    }
    for cluster in region.cache_clusters.iter().filter(|cluster| stands_alone(cluster.facts) != Some(false)) {
        let zone = cluster.facts.availability_zone.known().and_then(Option::as_ref);
        let zones = zone.map(|zone| if zone == "Multiple" { Vec::new() } else { vec![zone.clone()] });
        let standing = Standing { zones, losses: zone_loss::of_cache_cluster(cluster.facts), ..Standing::default() };
        drawing.resource(cluster.resource, standing);
    }
    for cache in region.serverless_caches.iter() {
        let vpc = cache.facts.subnets.known().and_then(|subnets| region.vpc_of(subnets));
        drawing.resource(cache.resource, Standing { vpc, ..Standing::default() });
    }
}

/// Whether a cache cluster is no member of a replication group.
pub(crate) fn stands_alone(cluster: &Cluster) -> Option<bool> {
    cluster.replication_group.known().map(Option::is_none)
}

fn of_database(region: &Region, database: &Item<Database>) -> Standing {
    let id = &database.resource.id;
    let (instances, clusters) = (region.db_instances.by_id(), region.db_clusters.by_id());
    let shape = database.facts.shape.known().map(String::as_str);
    let losses: Option<Vec<Loss>> = match shape {
        Some("cluster") => clusters.get(id).and_then(|cluster| zone_loss::of_db_cluster(region, cluster.facts)),
        Some(_) => instances.get(id).and_then(|instance| zone_loss::of_db_instance(instance.facts)),
        None => None,
    };
    let zones = match shape {
        Some("cluster") => clusters.get(id).and_then(|cluster| cluster.facts.member_zones.known().cloned()),
        _ => instances.get(id).and_then(|instance| {
            let standby = instance.facts.secondary_availability_zone.known()?.clone();
            Some(distinct(instance.facts.availability_zone.known()?.iter().cloned().chain(standby)))
        }),
    };
    Standing { zones, losses, vpc: database.facts.vpc.known().cloned().flatten(), ..Standing::default() }
}

fn of_cache_group(group: &ReplicationGroup) -> Standing {
    let members = group.shards.known().map(|shards| shards.iter().flat_map(|shard| &shard.members));
    let zones = members.and_then(|members| members.map(|member| member.availability_zone.clone()).collect());
    Standing {
        zones: zones.map(|zones: Vec<String>| distinct(zones)),
        losses: zone_loss::of_cache_group(group),
        ..Standing::default()
    }
}

fn network(region: &Region, drawing: &mut Drawing) {
    for subnet in region.subnets.iter() {
        let standing = Standing {
            zones: subnet.facts.availability_zone.known().map(|zone| vec![zone.clone()]),
            vpc: subnet.facts.vpc.known().cloned(),
            ..Standing::default()
        };
        drawing.resource(subnet.resource, standing);
    }
    for table in region.tables.iter() {
        let vpc = table.facts.vpc.known().cloned();
        drawing.resource(table.resource, Standing { vpc, ..Standing::default() });
    }
    for gateway in region.gateways.iter() {
        let zones = zones_of_gateway(region, gateway.facts);
        let vpc = gateway.facts.vpc.known().cloned();
        drawing.resource(gateway.resource, Standing { zones, vpc, ..Standing::default() });
    }
}

/// A regional gateway is in all zones.
fn zones_of_gateway(region: &Region, gateway: &NatGateway) -> Option<Vec<String>> {
    if gateway.availability_mode.known()?.as_deref() == Some("regional") {
        return Some(Vec::new());
    }
    region.zones_of(&[gateway.subnet.known()?.clone()?])
}
