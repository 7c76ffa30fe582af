//! Openness: which ports the whole internet may connect to, by the security groups of a resource.
//!
//! A source is written as one range, as several ranges that add up, or as a prefix list; a protocol as a name, a number or
//! "all". Every derivation that asks who may connect asks here, so that all of them get the same answer.

use std::collections::BTreeSet;

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

use super::security_groups::Groups;
use crate::engine::{List, Lookup};
use waaudit_model::facts::ec2::{IngressRule, PrefixList, SecurityGroup};

/// A transport protocol with ports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Transport {
    Tcp,
    Udp,
}

impl Transport {
    /// How rules name it.
    const fn names(self) -> &'static [&'static str] {
        match self {
            Self::Tcp => &["tcp", "6"],
            Self::Udp => &["udp", "17"],
        }
    }

    /// The name that people use in `53/udp`.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Tcp => "tcp",
            Self::Udp => "udp",
        }
    }

    /// The protocols of a listener or target group: `TCP_UDP` and `TCP_QUIC` are both.
    pub(crate) fn of(protocol: Option<&str>) -> &'static [Self] {
        match protocol {
            Some("UDP" | "QUIC") => &[Self::Udp],
            Some("TCP_UDP" | "TCP_QUIC") => &[Self::Tcp, Self::Udp],
            _ => &[Self::Tcp],
        }
    }
}

/// A run of ports, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) from: i64,
    pub(crate) to: i64,
}

/// Every port.
pub(crate) const ALL_PORTS: Span = Span { from: 0, to: 65_535 };

impl Span {
    pub(crate) const fn holds(self, port: i64) -> bool {
        self.from <= port && port <= self.to
    }
}

/// The inbound rules of a region with what their prefix lists hold.
pub(crate) struct Openness<'l, 'a> {
    groups: Groups<'l, 'a>,
    lists: Lookup<'l, 'a, PrefixList>,
}

/// What one rule admits: its ports, and its ranges where they were read.
struct Admitted {
    ports: Span,
    ranges: Option<Vec<IpNet>>,
}

impl<'l, 'a> Openness<'l, 'a> {
    pub(crate) fn new(groups: &'l List<'a, SecurityGroup>, lists: &'l List<'a, PrefixList>) -> Self {
        Self { groups: Groups::new(groups), lists: lists.by_id() }
    }

    /// Whether every address may connect to a port. What could not be read takes away the answer no alone.
    pub(crate) fn admits_all(&self, attached: &[String], transport: Transport, port: i64) -> Option<bool> {
        let (admitted, whole) = self.admitted(attached, transport);
        let on_port: Vec<&Admitted> = admitted.iter().filter(|one| one.ports.holds(port)).collect();
        internet_within(&on_port, whole)
    }

    /// Whether every address may connect to some port.
    pub(crate) fn admits_all_somewhere(&self, attached: &[String]) -> Option<bool> {
        let spans = [Transport::Tcp, Transport::Udp].map(|transport| self.open_spans(attached, transport));
        crate::engine::any(spans.map(|spans| spans.map(|spans| !spans.is_empty())))
    }

    /// The ports that every address may connect to; nothing where that can't be told of some port.
    pub(crate) fn open_spans(&self, attached: &[String], transport: Transport) -> Option<Vec<Span>> {
        let (admitted, whole) = self.admitted(attached, transport);
        if !whole {
            return None;
        }
        let starts: BTreeSet<i64> =
            admitted.iter().flat_map(|one| [one.ports.from, one.ports.to + 1]).filter(|port| *port <= 65_535).collect();
        let ends = starts.iter().skip(1).map(|next| next - 1).chain([ALL_PORTS.to]);
        let mut open: Vec<Span> = Vec::new();
        for (&from, to) in starts.iter().zip(ends) {
            let here: Vec<&Admitted> = admitted.iter().filter(|one| one.ports.holds(from)).collect();
            if !internet_within(&here, true)? {
                continue;
            }
            match open.last_mut() {
                Some(last) if last.to + 1 == from => last.to = to,
                _ => open.push(Span { from, to }),
            }
        }
        Some(open)
    }

    /// What the groups admit by a protocol, and whether the rules of all of them were read.
    fn admitted(&self, attached: &[String], transport: Transport) -> (Vec<Admitted>, bool) {
        let rules: Vec<Option<&[IngressRule]>> = attached.iter().map(|id| self.groups.rules(id)).collect();
        let whole = rules.iter().all(Option::is_some);
        let rules = rules.into_iter().flatten().flatten();
        let admitted = rules.filter_map(|rule| {
            let ports = ports(rule, transport)?;
            Some(Admitted { ports, ranges: self.ranges(rule) })
        });
        (admitted.collect(), whole)
    }

    /// The ranges that a rule admits; none for one that names a group, nothing for a prefix list that was not read.
    pub(crate) fn ranges(&self, rule: &IngressRule) -> Option<Vec<IpNet>> {
        if let Some(range) = &rule.cidr {
            return Some(range.parse().into_iter().collect());
        }
        let Some(list) = &rule.prefix_list else { return Some(Vec::new()) };
        let ranges = self.lists.get(list)?.facts.ranges.known()?;
        // AWS's own lists hold the addresses of its services.
        let Some(ranges) = ranges else { return Some(Vec::new()) };
        Some(ranges.iter().filter_map(|range| range.parse().ok()).collect())
    }
}

/// The ports of a rule that is about a protocol. AWS writes -1, or nothing, for all.
pub(crate) fn ports(rule: &IngressRule, transport: Transport) -> Option<Span> {
    if rule.protocol == "-1" {
        return Some(ALL_PORTS);
    }
    let from = rule.from_port.filter(|port| *port >= 0).unwrap_or(ALL_PORTS.from);
    let to = rule.to_port.filter(|port| *port >= 0).unwrap_or(ALL_PORTS.to);
    transport.names().contains(&rule.protocol.as_str()).then_some(Span { from, to })
}

fn internet_within(admitted: &[&Admitted], whole: bool) -> Option<bool> {
    let known = admitted.iter().filter_map(|one| one.ranges.as_ref()).flatten().copied();
    if holds_internet(known) {
        return Some(true);
    }
    (whole && admitted.iter().all(|one| one.ranges.is_some())).then_some(false)
}

/// Whether ranges together hold at least half of all IPv4 addresses, or of all public IPv6 ones. Lists that spare some
/// ranges (the private ones, a country's) admit strangers all the same; no list of partners comes near a half.
pub(crate) fn holds_internet(ranges: impl IntoIterator<Item = IpNet>) -> bool {
    let merged = IpNet::aggregate(&ranges.into_iter().collect());
    let (mut four, mut six) = (0_u128, 0_u128);
    for range in merged {
        match range {
            IpNet::V4(range) => four += addresses_of_four(range),
            IpNet::V6(range) => six += public_addresses_of_six(range),
        }
    }
    four >= 1 << 31 || six >= 1 << 124
}

fn addresses_of_four(range: Ipv4Net) -> u128 {
    1 << (32 - u32::from(range.prefix_len()))
}

/// All public IPv6 addresses lie in 2000::/3.
fn public_addresses_of_six(range: Ipv6Net) -> u128 {
    let (first, last) = (1_u128 << 125, (1_u128 << 126) - 1);
    let from = u128::from(range.network()).max(first);
    let to = u128::from(range.broadcast()).min(last);
    if from <= to { to - from + 1 } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::holds_internet;

    fn together(ranges: &[&str]) -> bool {
        holds_internet(ranges.iter().map(|range| range.parse().unwrap()))
    }

    #[test]
    fn the_internet_is_one_range_or_ranges_that_add_up() {
        assert!(together(&["0.0.0.0/0"]) && together(&["::/0"]) && together(&["2000::/3"]));
        assert!(together(&["0.0.0.0/1", "128.0.0.0/1"]));
        assert!(together(&["0.0.0.0/2", "64.0.0.0/2"]) && together(&["64.0.0.0/2", "128.0.0.0/2", "192.0.0.0/2"]));
        // Everything but the private ranges.
        assert!(together(&[
            "0.0.0.0/5",
            "8.0.0.0/7",
            "11.0.0.0/8",
            "12.0.0.0/6",
            "16.0.0.0/4",
            "32.0.0.0/3",
            "64.0.0.0/2",
            "128.0.0.0/3"
        ]));
        assert!(together(&["2000::/4", "3000::/4"]));
    }

    #[test]
    fn a_part_of_the_internet_is_not_the_internet() {
        assert!(!together(&[]) && !together(&["10.0.0.0/8"]) && !together(&["203.0.113.0/24", "198.51.100.0/24"]));
        // The same range twice is one range.
        assert!(!together(&["64.0.0.0/2", "64.0.0.0/2"]));
        assert!(!together(&["2001:db8::/32"]) && !together(&["fc00::/7"]) && !together(&["8000::/1"]));
    }
}
