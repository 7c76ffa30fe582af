//! One way in with what is behind it, walked once and judged zone by zone.

use std::collections::BTreeSet;

use waaudit_model::lookup::Lookup;
use waaudit_model::topology::graph::{Basis, Graph, Loss, Node, Outcome};
use waaudit_model::topology::reach::{Reachability, WayOut};

use super::outcome::Tally;
use super::practice::PracticeRuns;
use super::spread::{Spread, Spreads};
use super::{Contradiction, Hop, ZoneLoss};
use crate::ways_in::WayIn;

/// Kinds of nodes that answer requests, behind a target group.
const TARGETS: &[&str] =
    &["address", "ec2.instance", "ecs.service", "elb.load_balancer", "lambda.function", "autoscaling.group"];

/// Kinds of nodes that call a server at its own address.
const CALLERS: &[&str] =
    &["apigateway.stage", "cloudfront.distribution", "globalaccelerator.accelerator", "route53.record"];

/// A way in with what is behind it.
pub(super) struct Path<'p, 'g> {
    reach: &'p Reachability<'g>,
    runs: &'p PracticeRuns,
    way_in: WayIn,
    links: Vec<Link<'g>>,
    /// Zones in which something of it is.
    touched: BTreeSet<&'g str>,
    /// Gateways of other zones that its servers leave by; nothing where that was not read.
    ways_out: Option<Vec<WayOut<'g>>>,
    /// The same of servers that it may need.
    possible_ways_out: Option<Vec<WayOut<'g>>>,
    /// Why it may serve nothing even today.
    idle: Option<String>,
}

/// A node on the path.
struct Link<'g> {
    node: &'g Node,
    certain: bool,
    /// Whether requests are sent to its own address, and no other address can replace that.
    addressed: bool,
    spread: Spread,
}

impl<'p, 'g> Path<'p, 'g> {
    pub(super) fn new(
        reach: &'p Reachability<'g>,
        runs: &'p PracticeRuns,
        spreads: &Spreads,
        addresses: &Addressed,
        way_in: WayIn,
        node: &'g Node,
    ) -> Self {
        let node_id = node.id.clone();
        let needed: BTreeSet<&str> = reach.needed(&node.id).into_iter().map(|node| node.id.as_str()).collect();
        let link = |(node, certain): (&'g Node, bool)| Link {
            node,
            certain,
            addressed: needed.contains(node.id.as_str()) && addresses.is_called(node, &needed, &node_id),
            spread: spreads.of(node),
        };
        let links: Vec<Link> = reach.chain(&node.id).into_iter().map(link).collect();
        let (ways_out, possible_ways_out) =
            (reach.foreign_ways_out(&node.id), reach.possible_foreign_ways_out(&node.id));
        let mut touched: BTreeSet<&str> = BTreeSet::new();
        for link in &links {
            touched.extend(link.node.zones.iter().flatten().map(String::as_str));
            touched.extend(link.node.losses.iter().flatten().map(|loss| loss.zone.as_str()));
        }
        touched.extend(ways_out.iter().chain(&possible_ways_out).flatten().map(|way| way.zone));
        let idle = idle(&links);
        Self { reach, runs, way_in, links, touched, ways_out, possible_ways_out, idle }
    }

    /// What the loss of a zone does to it.
    pub(super) fn lose(&self, region: &str, zone: &str) -> ZoneLoss {
        let touched = self.touched.contains(zone);
        let mut tally = Tally::new(self.reach.fate(&self.way_in.resource, zone));
        if touched {
            for link in &self.links {
                if link.certain || tally.is_decided_by(link.node) {
                    count(link, zone, &mut tally);
                }
            }
            self.leave(zone, &mut tally);
        }
        if let Some(why) = &self.idle {
            tally.doubt(why);
        }
        let contradicted = self.contradict(touched, &mut tally);
        if touched && contradicted.is_none() && self.links.iter().any(|link| self.runs.succeeded(link.node)) {
            tally.observe();
        }
        let chain = if touched { self.chain(zone) } else { Vec::new() };
        let told = tally.told();
        ZoneLoss {
            way_in: self.way_in.clone(),
            region: region.to_owned(),
            zone: zone.to_owned(),
            outcome: told.outcome,
            unknown: told.unknown,
            decided_by: told.decided_by,
            downtime: told.downtime,
            capacity: told.capacity,
            basis: told.basis,
            contradicted,
            chain,
        }
    }

    /// Servers of other zones that leave by a gateway in the zone get no further than their VPC. Those that are only
    /// allowed to be called may be needed.
    fn leave(&self, zone: &str, tally: &mut Tally) {
        let (Some(ways), Some(possible)) = (&self.ways_out, &self.possible_ways_out) else {
            return tally.doubt_unless_degraded("whether its servers leave their VPC by that zone could not be read");
        };
        for way in ways.iter().filter(|way| way.zone == zone) {
            tally.add(way.gateway, &cut_off(zone));
        }
        if let Some(way) = possible.iter().find(|way| way.zone == zone) {
            let why = "servers in other zones leave their VPC by it";
            let name = &way.gateway.name;
            tally.doubt_unless_degraded(&format!(
                "whether it depends on {name} can't be told from security groups ({why})"
            ));
        }
    }

    fn contradict(&self, touched: bool, tally: &mut Tally) -> Option<Contradiction> {
        let computed = tally.outcome().filter(|outcome| touched && outcome.goes_on())?;
        let certain = self.links.iter().filter(|link| link.certain);
        let (node, run) = certain.into_iter().find_map(|link| Some((link.node, self.runs.failed(link.node)?)))?;
        let why = format!("its practice run of {} ended as {}", run.started_at, run.outcome);
        tally.contradict(node, &why);
        Some(Contradiction {
            resource: node.id.clone(),
            name: node.name.clone(),
            started_at: run.started_at.clone(),
            practice_run: run.outcome.clone(),
            computed,
        })
    }

    /// The hops with what becomes of each. What may be called, and would go on, says nothing.
    fn chain(&self, zone: &str) -> Vec<Hop> {
        let hops = self.links.iter().map(|link| hop(link, zone));
        let mut hops: Vec<Hop> = hops.filter(|hop| hop.certain || hop.outcome != Some(Outcome::Survives)).collect();
        let gateways = self.ways_out.iter().flatten().filter(|way| way.zone == zone).map(|way| way.gateway);
        hops.extend(gateways.map(|gateway| {
            let spread = Spread { configured: None, actual: gateway.zones.clone() };
            with_loss(&Link { node: gateway, certain: true, addressed: false, spread }, Some(&cut_off(zone)))
        }));
        hops
    }
}

/// Servers whose own address is called: by a name, by a distribution, by an accelerator.
pub(super) struct Addressed<'g>(Lookup<&'g str, Vec<&'g str>>);

impl<'g> Addressed<'g> {
    pub(super) fn new(graph: &'g Graph) -> Self {
        let kinds: Lookup<&str, &str> = graph.nodes.iter().map(|node| (node.id.as_str(), node.kind.as_str())).collect();
        let mut callers: Lookup<&str, Vec<&str>> = Lookup::default();
        for edge in graph.edges.iter().filter(|edge| edge.active && edge.alternative.is_none()) {
            let to_server = kinds.get(edge.to.as_str()) == Some(&"ec2.instance");
            let caller = kinds.get(edge.from.as_str());
            if to_server && caller.is_some_and(|kind| CALLERS.contains(kind)) {
                callers.entry(&edge.to).or_default().push(&edge.from);
            }
        }
        Self(callers)
    }

    /// Whether a way in, or something that it needs, calls a server at its address.
    fn is_called(&self, node: &Node, needed: &BTreeSet<&str>, way_in: &str) -> bool {
        let is_way_in = node.kind == "ec2.instance" && node.id == way_in;
        let callers = self.0.get(node.id.as_str()).into_iter().flatten();
        is_way_in || callers.into_iter().any(|caller| needed.contains(caller))
    }
}

fn cut_off(zone: &str) -> Loss {
    Loss::new(zone, Outcome::Degraded, format!("servers in other zones leave their VPC by it, and it is in {zone}"))
}

/// What a hop adds to what the walk found: its time, what is left of it, and how sure that is.
fn count(link: &Link, zone: &str, tally: &mut Tally) {
    if own_address_is_called(link, zone) {
        return tally.kill(link.node, &own_address(zone));
    }
    if let Some(loss) = link.node.losses.iter().flatten().find(|loss| loss.zone == zone) {
        tally.add(link.node, loss);
    }
}

fn own_address(zone: &str) -> String {
    format!("clients call its own address, and it is in {zone} only")
}

/// A server whose own address users call is not replaced by its peers.
fn own_address_is_called(link: &Link, zone: &str) -> bool {
    let node = link.node;
    let is_there = node.zones.as_deref().is_some_and(|zones| zones == [zone]);
    link.addressed && is_there
}

/// Why a path with target groups has nothing that answers; nothing where one of them has.
fn idle(links: &[Link]) -> Option<String> {
    let certain = || links.iter().filter(|link| link.certain).map(|link| link.node);
    let group = certain().find(|node| node.kind == "elb.target_group")?;
    let behind = certain().skip_while(|node| node.id != group.id);
    let answered = behind.skip(1).any(|node| TARGETS.contains(&node.kind.as_str()));
    (!answered).then(|| format!("{} has no healthy target today", group.name))
}

fn hop(link: &Link, zone: &str) -> Hop {
    if own_address_is_called(link, zone) {
        return with_loss(link, Some(&Loss::new(zone, Outcome::Dies, own_address(zone))));
    }
    let loss = link.node.losses.iter().flatten().find(|loss| loss.zone == zone);
    let mut hop = with_loss(link, loss);
    let gone = link.node.zones.as_deref().is_some_and(|zones| zones == [zone]);
    if gone && loss.is_none() && hop.outcome.is_some() {
        hop.why = Some(format!("it is lost with {zone}; what else answers in its place decides"));
    }
    hop
}

fn with_loss(link: &Link, loss: Option<&Loss>) -> Hop {
    let known = link.node.losses.is_some() || loss.is_some();
    let of_loss = |loss: &Loss| super::outcome::with_capacity(loss);
    let Spread { configured, actual } = link.spread.clone();
    Hop {
        resource: link.node.id.clone(),
        kind: link.node.kind.clone(),
        name: link.node.name.clone(),
        configured_zones: configured,
        zones: actual,
        certain: link.certain,
        outcome: known.then(|| loss.map_or(Outcome::Survives, of_loss)),
        why: loss.map(|loss| loss.why.clone()),
        downtime: loss.and_then(|loss| loss.downtime.clone()),
        capacity: loss.and_then(|loss| loss.capacity.clone()),
        basis: known.then(|| loss.map_or(Basis::Computed, |loss| loss.basis)),
    }
}
