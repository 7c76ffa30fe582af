//! How what is behind a way in leaves its VPC: by which gateways, and in which zones they are.

use std::collections::{BTreeMap, BTreeSet};

use petgraph::graph::NodeIndex;
use petgraph::visit::EdgeRef;

use super::{Reachability, Walk};
use crate::topology::graph::{Node, Relation};

/// A gateway by which servers of other zones leave their VPC.
#[derive(Debug, Clone, Copy)]
pub struct WayOut<'g> {
    /// The gateway's zone.
    pub zone: &'g str,
    /// The gateway.
    pub gateway: &'g Node,
}

impl<'g> Reachability<'g> {
    /// Zones whose loss cuts servers in other zones off from the internet: those of NAT gateways that they leave by.
    pub fn zones_of_way_out(&self, id: &str) -> Option<BTreeSet<&'g str>> {
        Some(self.foreign_ways_out(id)?.into_iter().map(|way| way.zone).collect())
    }

    /// Gateways by which servers behind a way in leave their VPC; nothing where that could not be read.
    pub fn gateways(&self, id: &str) -> Option<Vec<&'g Node>> {
        let ways = self.ways_out(id, Walk::Sure)?.into_iter();
        let gateways: BTreeMap<&str, &Node> = ways.map(|(_, gateway)| (gateway.id.as_str(), gateway)).collect();
        Some(gateways.into_values().collect())
    }

    /// Gateways in other zones by which servers behind a way in leave their VPC; nothing where that could not be read.
    pub fn foreign_ways_out(&self, id: &str) -> Option<Vec<WayOut<'g>>> {
        self.foreign(id, Walk::Sure)
    }

    /// The same of all servers that may lie behind a way in.
    pub fn possible_foreign_ways_out(&self, id: &str) -> Option<Vec<WayOut<'g>>> {
        self.foreign(id, Walk::All)
    }

    fn foreign(&self, id: &str, walk: Walk) -> Option<Vec<WayOut<'g>>> {
        let mut foreign = BTreeMap::new();
        for (subnet, gateway) in self.ways_out(id, walk)? {
            let (from, to) = (subnet.zones.as_ref()?, gateway.zones.as_ref()?);
            let zones = to.iter().filter(|zone| !from.contains(zone)).map(String::as_str);
            foreign.extend(zones.map(|zone| ((zone, gateway.id.as_str()), gateway)));
        }
        Some(foreign.into_iter().map(|((zone, _), gateway)| WayOut { zone, gateway }).collect())
    }

    /// Subnets of the servers behind a way in, with the gateways that they leave by.
    fn ways_out(&self, id: &str, walk: Walk) -> Option<Vec<(&'g Node, &'g Node)>> {
        let mut ways = Vec::new();
        let unread = |place: NodeIndex| self.ends.contains_key(&(place, false));
        for server in self.places.get(id).map(|start| self.walk(*start, walk))? {
            if unread(server) {
                return None;
            }
            for subnet in self.leave(server) {
                let tables = self.leave(subnet);
                if unread(subnet) || tables.iter().any(|table| unread(*table)) {
                    return None;
                }
                for gateway in tables.into_iter().flat_map(|table| self.leave(table)) {
                    ways.push((self.node(subnet)?, self.node(gateway)?));
                }
            }
        }
        Some(ways)
    }

    fn leave(&self, place: NodeIndex) -> Vec<NodeIndex> {
        let ways =
            self.net.edges(place).filter(|edge| edge.weight().relation == Relation::Leaves && edge.weight().active);
        ways.map(|edge| edge.target()).collect()
    }
}
