//! From load balancers over their listeners and target groups to what serves.

use super::addresses::Addresses;
use super::builder::{Drawing, How};
use super::endpoints::{Stations, placed};
use super::inputs::{Region, Worldwide};
use super::station::{Sort, Station};
use crate::engine::Item;
use waaudit_model::facts::elb::{ClassicLoadBalancer, LoadBalancer, Target, TargetGroup};
use waaudit_model::topology::graph::Relation;

const LISTENER: How = How::new(Relation::Forwards, "elasticloadbalancing:DescribeListeners ListenerArn");
const RULE: How = How::new(Relation::Forwards, "elasticloadbalancing:DescribeRules Actions[].TargetGroupArn");
const TARGET: How = How::new(Relation::Forwards, "elasticloadbalancing:DescribeTargetHealth Target.Id");
const INSTANCE: How = How::new(Relation::Forwards, "elasticloadbalancing:DescribeLoadBalancers Instances[].InstanceId");

/// What a load balancer's health check calls a target that gets requests.
const HEALTHY: &str = "healthy";
/// Functions serve without health checks, which are off by default.
const UNCHECKED: &str = "Target.HealthCheckDisabled";

/// Load balancers to their listeners, and those to the target groups of their rules. A weight of 0 is no traffic.
pub(crate) fn listeners(region: &Region, _: &Worldwide, drawing: &mut Drawing) {
    let groups = region.target_groups.by_arn();
    for balancer in region.balancers.iter() {
        let from = &balancer.resource.arn;
        let Some(listeners) = balancer.facts.listeners.known() else {
            drawing.end(from, Relation::Forwards, "its listeners could not be read");
            continue;
        };
        for listener in listeners {
            drawing.link(from, &listener.arn, &LISTENER);
            for forward in listener.rules.iter().flat_map(|rule| &rule.forwards) {
                let how = RULE.active(forward.weight != Some(0));
                let exists = groups.has(&forward.target_group);
                drawing.lead(
                    &listener.arn,
                    &forward.target_group,
                    exists,
                    &how,
                    "the target group that it forwards to",
                );
            }
        }
    }
}

/// Target groups to their targets.
pub(crate) fn targets(region: &Region, _: &Worldwide, drawing: &mut Drawing) {
    let addresses = Addresses::new(region);
    for group in region.target_groups.iter() {
        let from = &group.resource.arn;
        match (group.facts.target_type.known(), group.facts.targets.known()) {
            (Some(kind), Some(targets)) => {
                for one in targets {
                    target(region, &addresses, group, kind, one, drawing);
                }
            }
            _ => drawing.end(from, Relation::Forwards, "its targets could not be read"),
        }
    }
}

fn target(
    region: &Region,
    addresses: &Addresses,
    group: &Item<TargetGroup>,
    kind: &str,
    target: &Target,
    drawing: &mut Drawing,
) {
    let from = &group.resource.arn;
    let unchecked = kind == "lambda" && target.reason.as_deref() == Some(UNCHECKED);
    let active = target.state == HEALTHY || unchecked;
    let how = TARGET.active(active);
    match kind {
        "instance" => match region.instances.by_id().get(&target.id) {
            Some(instance) => drawing.link(from, &instance.resource.arn, &how),
            None if active => {
                drawing.end(from, Relation::Forwards, &format!("its target {} could not be read", target.id));
            }
            None => {}
        },
        "ip" => match addresses.node_of(group.facts.vpc.known(), target, drawing) {
            Some(node) => drawing.link(from, &node, &how),
            None if active => drawing.end(
                from,
                Relation::Forwards,
                &format!("who answers at {} is not among what was read", target.id),
            ),
            None => {}
        },
        // A function or load balancer by its ARN; a function may be with its version or alias.
        _ => {
            let arn = if kind == "lambda" { unqualified(&target.id) } else { target.id.clone() };
            if drawing.has(&arn) {
                drawing.link(from, &arn, &how);
            } else if active {
                drawing.end(from, Relation::Forwards, &format!("its target {} could not be read", target.id));
            }
        }
    }
}

/// A function's ARN without its version or alias, which is the eighth part.
fn unqualified(arn: &str) -> String {
    arn.splitn(8, ':').take(7).collect::<Vec<_>>().join(":")
}

/// Classic Load Balancers to their instances. They do not say which are healthy.
pub(crate) fn classics(region: &Region, _: &Worldwide, drawing: &mut Drawing) {
    let instances = region.instances.by_id();
    for classic in region.classics.iter() {
        let from = &classic.resource.arn;
        let Some(held) = classic.facts.instances.known() else {
            drawing.end(from, Relation::Forwards, "its instances could not be read");
            continue;
        };
        for id in held {
            match instances.get(id) {
                Some(instance) => drawing.link(from, &instance.resource.arn, &INSTANCE),
                None if instances.has(id) == Some(false) => {}
                None => drawing.end(from, Relation::Forwards, &format!("its instance {id} could not be read")),
            }
        }
    }
}

/// Load balancers inside a VPC may be called as servers are.
impl<'l> Stations<'l> {
    pub(crate) fn balancers(&mut self, region: &'l Region<'l>) {
        let internal = |balancer: &&Item<LoadBalancer>| {
            balancer.facts.scheme.known().is_none_or(|scheme| scheme.as_deref() == Some("internal"))
        };
        for balancer in region.balancers.iter().filter(internal) {
            let facts = balancer.facts;
            let (Some(groups), Some(listeners), Some(_), Some(vpc)) =
                (facts.security_groups.known(), facts.listeners.known(), facts.scheme.known(), facts.vpc.known())
            else {
                self.hidden.push(balancer.resource.arn.clone());
                continue;
            };
            self.callees.push(Station {
                vpc: Some(vpc),
                ports: listeners.iter().filter_map(|listener| listener.port).collect(),
                ..Station::new(balancer.resource.arn.clone(), groups, Sort::Balancer)
            });
        }
    }

    /// Which ports they listen on is not collected, so a rule for any port counts.
    pub(crate) fn classics(&mut self, region: &'l Region<'l>) {
        let subnets = region.subnets.by_id();
        let internal = |classic: &&Item<ClassicLoadBalancer>| {
            classic.facts.scheme.known().is_none_or(|scheme| scheme == "internal")
        };
        for classic in region.classics.iter().filter(internal) {
            let facts = classic.facts;
            let placed = facts.subnets.known().and_then(|own| placed(own, &subnets));
            match (facts.security_groups.known(), facts.scheme.known(), placed) {
                (Some(groups), Some(_), Some((vpc, _))) => self
                    .callees
                    .push(Station { vpc, ..Station::new(classic.resource.arn.clone(), groups, Sort::Balancer) }),
                _ => self.hidden.push(classic.resource.arn.clone()),
            }
        }
    }
}
