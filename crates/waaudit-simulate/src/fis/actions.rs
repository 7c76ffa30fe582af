//! The actions of the scenario "AZ Availability: Power Interruption", each for the hops that it concerns.

use std::collections::BTreeSet;

use waaudit_derive::Inventory;
use waaudit_model::facts::ec2::Instance;
use waaudit_model::snapshot::Resource;

use super::draft::{Draft, OUTAGE, Step, strings};
use super::{Filter, Target};
use crate::index::ByArn;
use crate::zone_loss::{Hop, ZoneLoss};

/// The tag that EC2 Auto Scaling puts on the instances of a group.
const GROUP_TAG: &str = "aws:autoscaling:groupName";

/// The path in the zone, with the resources of its hops.
pub(super) struct Scene<'s> {
    inventory: &'s Inventory,
    zone: &'s str,
    hops: Vec<&'s Hop>,
    resources: &'s ByArn<'s>,
}

impl<'s> Scene<'s> {
    pub(super) fn new(inventory: &'s Inventory, resources: &'s ByArn<'s>, loss: &'s ZoneLoss) -> Self {
        let certain = loss.chain.iter().filter(|hop| hop.certain);
        Self { inventory, zone: &loss.zone, hops: certain.collect(), resources }
    }

    /// Hops of a kind that may be in the zone.
    fn here(&self, kind: &str) -> impl Iterator<Item = &'s Hop> {
        let zone = self.zone;
        let hops = self
            .hops
            .iter()
            .copied()
            .filter(move |hop| hop.zones.as_ref().is_none_or(|zones| zones.iter().any(|own| own == zone)));
        let kind = kind.to_owned();
        hops.filter(move |hop| hop.kind == kind)
    }

    fn resource(&self, kind: &str, arn: &str) -> Option<&'s Resource> {
        self.resources.get(kind, arn)
    }
}

/// One action, or one for each hop of a kind.
type Add = fn(&Scene, &mut Draft);

/// The actions in the order of the scenario.
const ACTIONS: &[Add] = &[
    stop_group_instances,
    stop_instances,
    pause_launches,
    stop_tasks,
    cut_subnets_off,
    fail_clusters_over,
    fail_instances_over,
    interrupt_caches,
    pause_volumes,
    shift_traffic,
    name_the_rest,
];

/// Adds all actions that concern the path.
pub(super) fn add_all(scene: &Scene, draft: &mut Draft) {
    for add in ACTIONS {
        add(scene, draft);
    }
}

const STOP: Step = Step {
    name: "stop-instances",
    action_id: "aws:ec2:stop-instances",
    description: "compute in the zone stops",
    target_key: "Instances",
    parameters: &[("startInstancesAfterDuration", OUTAGE), ("completeIfInstancesTerminated", "true")],
    start_after: &[],
};

/// The instances of each group in the zone, by the tag that they have: who they are changes.
fn stop_group_instances(scene: &Scene, draft: &mut Draft) {
    for group in scene.here("autoscaling.group") {
        let Some(resource) = scene.resource("autoscaling.group", &group.resource) else { continue };
        let filter = |path: &str, value: &str| Filter { path: path.to_owned(), values: vec![value.to_owned()] };
        let target = Target {
            resource_type: "aws:ec2:instance".to_owned(),
            resource_tags: strings(&[(GROUP_TAG, &resource.id)]),
            filters: vec![filter("Placement.AvailabilityZone", scene.zone), filter("State.Name", "running")],
            ..Target::default()
        };
        draft.act(&STOP, target);
    }
}

/// Instances in no group, by their ARNs.
fn stop_instances(scene: &Scene, draft: &mut Draft) {
    let arns: Vec<String> = standalone(scene).iter().map(|resource| resource.arn.clone()).collect();
    draft.act_on(&STOP, "aws:ec2:instance", &arns);
}

fn standalone<'s>(scene: &Scene<'s>) -> Vec<&'s Resource> {
    let found = scene.here("ec2.instance").filter_map(|hop| scene.resource("ec2.instance", &hop.resource));
    found.filter(|resource| resource.facts.get("auto_scaling_group").is_some_and(serde_json::Value::is_null)).collect()
}

/// Groups that may launch in the zone can't; nor can who launches instances on their behalf.
fn pause_launches(scene: &Scene, draft: &mut Draft) {
    let (mut arns, mut old) = (Vec::new(), Vec::new());
    let zone = scene.zone;
    let may_launch =
        |hop: &&&Hop| hop.configured_zones.as_ref().is_none_or(|zones| zones.iter().any(|own| own == zone));
    for hop in scene.hops.iter().filter(|hop| hop.kind == "autoscaling.group").filter(may_launch) {
        let configured = scene
            .resource("autoscaling.group", &hop.resource)
            .and_then(|group| group.facts.get("launch_configuration"));
        let list = if configured.is_some_and(|name| !name.is_null()) { &mut old } else { &mut arns };
        list.push(hop.resource.clone());
    }
    for arn in old {
        draft.note(format!("{arn} launches from a launch configuration, whose launches FIS can't refuse"));
    }
    if arns.is_empty() {
        return;
    }
    let parameters = [("duration", OUTAGE), ("availabilityZoneIdentifiers", zone), ("percentage", "100")];
    let step = Step {
        name: "pause-group-launches",
        action_id: "aws:ec2:asg-insufficient-instance-capacity-error",
        description: "groups find no capacity in the zone",
        target_key: "AutoScalingGroups",
        parameters: &parameters,
        start_after: &[],
    };
    draft.act_on(&step, "aws:ec2:autoscaling-group", &arns);
    let step = Step {
        name: "pause-instance-launches",
        action_id: "aws:ec2:api-insufficient-instance-capacity-error",
        description: "roles that launch instances find no capacity in the zone",
        target_key: "Roles",
        ..step
    };
    let role = draft.role("<role-that-launches-instances>");
    draft.act_on(&step, "aws:iam:role", &[role]);
    draft.note(
        "put in the role of what launches instances (a cluster autoscaler), or take pause-instance-launches out"
            .to_owned(),
    );
}

/// Tasks of each service in the zone. ECS starts others at once, in the zone too where it has capacity there.
fn stop_tasks(scene: &Scene, draft: &mut Draft) {
    for hop in scene.hops.iter().filter(|hop| hop.kind == "ecs.service") {
        let Some(resource) = scene.resource("ecs.service", &hop.resource) else { continue };
        let Some(cluster) = resource.facts.get("cluster").and_then(serde_json::Value::as_str) else { continue };
        let service = resource.id.rsplit('/').next().unwrap_or(&resource.id);
        let step = Step {
            name: "stop-tasks",
            action_id: "aws:ecs:stop-task",
            description: "tasks in the zone stop",
            target_key: "Tasks",
            parameters: &[],
            start_after: &[],
        };
        let target = Target {
            resource_type: "aws:ecs:task".to_owned(),
            parameters: strings(&[("cluster", cluster), ("service", service)]),
            filters: vec![Filter { path: "AvailabilityZone".to_owned(), values: vec![scene.zone.to_owned()] }],
            ..Target::default()
        };
        draft.act(&step, target);
        draft.note(format!("FIS can't keep ECS from starting tasks of {} in {} again", hop.name, scene.zone));
    }
}

/// The zone's subnets of each VPC of the path. FIS takes two minutes of this for its scenario, which breaks connections.
fn cut_subnets_off(scene: &Scene, draft: &mut Draft) {
    let hops: BTreeSet<&str> = scene.hops.iter().map(|hop| hop.resource.as_str()).collect();
    let nodes = scene.inventory.graph.nodes.iter().filter(|node| hops.contains(node.id.as_str()));
    let vpcs: BTreeSet<&str> = nodes.filter_map(|node| node.vpc.as_deref()).collect();
    for vpc in vpcs {
        let step = Step {
            name: "cut-subnets-off",
            action_id: "aws:network:disrupt-connectivity",
            description: "nothing gets into or out of the zone's subnets",
            target_key: "Subnets",
            parameters: &[("duration", "PT2M"), ("scope", "all")],
            start_after: &[],
        };
        let target = Target {
            resource_type: "aws:ec2:subnet".to_owned(),
            parameters: strings(&[("availabilityZoneIdentifier", scene.zone), ("vpc", vpc)]),
            ..Target::default()
        };
        draft.act(&step, target);
        draft.note(format!("cut-subnets-off acts on all subnets of {vpc} in {}, on this path or not", scene.zone));
    }
}

/// Clusters whose writer is in the zone.
fn fail_clusters_over(scene: &Scene, draft: &mut Draft) {
    let clusters: Vec<String> = databases(scene, "cluster").into_iter().map(|hop| hop.resource.clone()).collect();
    let step = Step {
        name: "fail-clusters-over",
        action_id: "aws:rds:failover-db-cluster",
        description: "a reader in another zone takes over from the writer",
        target_key: "Clusters",
        parameters: &[],
        start_after: &[],
    };
    draft.act_on(&step, "aws:rds:cluster", &clusters);
}

/// Instances with a standby, by a reboot that is a failover. Without one, FIS has no action that takes them away.
fn fail_instances_over(scene: &Scene, draft: &mut Draft) {
    let (mut arns, mut single) = (Vec::new(), Vec::new());
    for hop in databases(scene, "instance") {
        let list = if hop.downtime.is_some() { &mut arns } else { &mut single };
        list.push(hop);
    }
    let step = Step {
        name: "fail-databases-over",
        action_id: "aws:rds:reboot-db-instances",
        description: "the standby takes over from the primary",
        target_key: "DBInstances",
        parameters: &[("forceFailover", "true")],
        start_after: &[],
    };
    let arns: Vec<String> = arns.into_iter().map(|hop| hop.resource.clone()).collect();
    draft.act_on(&step, "aws:rds:db", &arns);
    for hop in single {
        draft.note(format!(
            "{} has no standby: FIS has no action that takes it away, and its loss needs no proof",
            hop.name
        ));
    }
}

/// Databases of a shape that the loss of the zone does something to.
fn databases<'s>(scene: &Scene<'s>, shape: &str) -> Vec<&'s Hop> {
    let is_shape = |hop: &&Hop| {
        let database = scene.resource("database", &hop.resource);
        database.and_then(|database| database.facts.get("shape")).is_some_and(|own| own == shape)
    };
    scene.here("database").filter(|hop| hop.why.is_some()).filter(is_shape).collect()
}

/// Replication groups, which FIS finds by tags alone.
fn interrupt_caches(scene: &Scene, draft: &mut Draft) {
    for hop in scene.here("elasticache.replication_group") {
        let Some(resource) = scene.resource("elasticache.replication_group", &hop.resource) else { continue };
        let Some(tags) = resource.tags.clone().filter(|tags| !tags.is_empty()) else {
            draft
                .note(format!("{} has no tag that was read, and FIS finds replication groups by tags alone", hop.name));
            continue;
        };
        let step = Step {
            name: "interrupt-caches",
            action_id: "aws:elasticache:replicationgroup-interrupt-az-power",
            description: "cache nodes in the zone lose power, and replicas are promoted",
            target_key: "ReplicationGroups",
            parameters: &[("duration", OUTAGE)],
            start_after: &[],
        };
        let target = Target {
            resource_type: "aws:elasticache:replicationgroup".to_owned(),
            resource_tags: tags,
            parameters: strings(&[("availabilityZoneIdentifier", scene.zone)]),
            ..Target::default()
        };
        draft.act(&step, target);
    }
}

/// Volumes of standalone instances, after these have started again: they do not answer at first.
fn pause_volumes(scene: &Scene, draft: &mut Draft) {
    let volumes = standalone(scene).into_iter().filter_map(|resource| {
        let facts: Instance = resource.facts().ok()?;
        Some(facts.volumes.known()?.iter().map(|volume| volume.volume.clone()).collect::<Vec<_>>())
    });
    let arns: Vec<String> = volumes.flatten().map(|id| draft.ec2(&format!("volume/{id}"))).collect();
    if arns.is_empty() {
        return;
    }
    let after: Vec<String> =
        draft.template.actions.keys().filter(|name| name.starts_with(STOP.name)).cloned().collect();
    let after: Vec<&str> = after.iter().map(String::as_str).collect();
    let step = Step {
        name: "pause-volumes",
        action_id: "aws:ebs:pause-volume-io",
        description: "volumes of the zone do not answer",
        target_key: "Volumes",
        parameters: &[("duration", OUTAGE)],
        start_after: &after,
    };
    draft.act_on(&step, "aws:ec2:ebs-volume", &arns);
    draft.note("aws:ebs:pause-volume-io needs instances of the Nitro System".to_owned());
}

/// Load balancers that ARC may shift traffic away from the zone, five minutes in.
fn shift_traffic(scene: &Scene, draft: &mut Draft) {
    let balancers = scene.hops.iter().filter(|hop| hop.kind == "elb.load_balancer");
    let shiftable = balancers.filter(|hop| {
        let balancer = scene.resource("elb.load_balancer", &hop.resource);
        balancer.and_then(|balancer| balancer.facts.get("zonal_shift")).is_some_and(|fact| fact == true)
    });
    let arns: Vec<String> = shiftable.map(|hop| hop.resource.clone()).collect();
    if arns.is_empty() {
        return;
    }
    draft.wait("wait-for-shift", "PT5M");
    let parameters = [
        ("duration", "PT25M"),
        ("availabilityZoneIdentifier", scene.zone),
        ("managedResourceTypes", "ALB,NLB"),
        ("zonalAutoshiftStatus", "ANY"),
    ];
    let step = Step {
        name: "shift-traffic",
        action_id: "aws:arc:start-zonal-autoshift",
        description: "traffic leaves the zone",
        target_key: "ManagedResources",
        parameters: &parameters,
        start_after: &["wait-for-shift"],
    };
    draft.act_on(&step, "aws:arc:zonal-shift-managed-resource", &arns);
}

/// What is in the zone and FIS has no action for.
fn name_the_rest(scene: &Scene, draft: &mut Draft) {
    for kind in
        ["elasticache.cluster", "efs.file_system", "lightsail.instance", "lightsail.database", "ec2.nat_gateway"]
    {
        for hop in scene.here(kind).filter(|hop| hop.why.is_some()) {
            draft.note(format!("FIS has no action that takes {} away", hop.name));
        }
    }
}
