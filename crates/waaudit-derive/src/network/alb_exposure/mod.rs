//! Load balancer exposure: public, CloudFront only, or secret header.

use std::net::IpAddr;

use ipnet::IpNet;

use super::open_ports::{Openness, Transport, ports};
use super::security_groups::Groups;
use crate::engine::{Derivation, Lookup, Patch, View, any, reads};
use waaudit_model::facts::ec2::{IngressRule, PrefixList, SecurityGroup};
use waaudit_model::facts::elb::{Listener, ListenerRule, LoadBalancer};

pub(crate) const OPEN: Derivation = Derivation {
    kind: "elb.load_balancer",
    facts: &["open_to_the_world"],
    reads: reads![
        LoadBalancer { balancer_type, listeners, security_groups },
        PrefixList { ranges },
        SecurityGroup { ingress },
    ],
    compute: open_to_the_world,
};
pub(crate) const CLOUDFRONT_ONLY: Derivation = Derivation {
    kind: "elb.load_balancer",
    facts: &["admits_cloudfront_only"],
    reads: reads![
        LoadBalancer { balancer_type, listeners, scheme, security_groups },
        PrefixList { list_name, ranges },
        SecurityGroup { ingress },
    ],
    compute: cloudfront_only,
};
pub(crate) const ORIGIN_HEADER: Derivation = Derivation {
    kind: "elb.load_balancer",
    facts: &["demands_origin_header"],
    reads: reads![LoadBalancer { listeners }],
    compute: origin_header,
};

/// What every browser sends: a listener that demands it demands nothing.
const BROWSER_HEADERS: &[&str] = &[
    "accept",
    "accept-encoding",
    "accept-language",
    "connection",
    "cookie",
    "host",
    "origin",
    "referer",
    "user-agent",
];

/// Whether a rule of a security group is about some listener's port.
fn about_a_listener(rule: &IngressRule, listeners: &[Listener]) -> bool {
    listeners.iter().any(|listener| match listener.port {
        Some(port) => transports(listener).iter().any(|by| ports(rule, *by).is_some_and(|span| span.holds(port))),
        // A Gateway Load Balancer listens on all ports.
        None => true,
    })
}

fn transports(listener: &Listener) -> &'static [Transport] {
    Transport::of(listener.protocol.as_deref())
}

fn open_to_the_world(view: &View) -> Vec<Patch> {
    let (groups, lists) = (view.here::<SecurityGroup>(), view.here::<PrefixList>());
    let openness = Openness::new(&groups, &lists);
    let learned = |balancer: &LoadBalancer| LoadBalancer {
        open_to_the_world: open(balancer, &openness).into(),
        ..LoadBalancer::default()
    };
    view.here().iter().map(|balancer| balancer.patch(&learned(balancer.facts))).collect()
}

fn open(balancer: &LoadBalancer, openness: &Openness) -> Option<bool> {
    let listeners = balancer.listeners.known()?;
    any(listeners.iter().map(|listener| admits_all(balancer, listener, openness)))
}

/// Whether the security groups of a load balancer admit every address at a listener. A Network Load Balancer without
/// groups admits all.
fn admits_all(balancer: &LoadBalancer, listener: &Listener, openness: &Openness) -> Option<bool> {
    let attached = balancer.security_groups.known()?;
    if attached.is_empty() {
        return (balancer.balancer_type.known()? == "network").then_some(true);
    }
    match listener.port {
        Some(port) => any(transports(listener).iter().map(|by| openness.admits_all(attached, *by, port))),
        None => openness.admits_all_somewhere(attached),
    }
}

/// Whether the whole internet may connect to a listener.
pub(crate) fn listener_open(balancer: &LoadBalancer, listener: &Listener, openness: &Openness) -> Option<bool> {
    let public = balancer.scheme.known().map(|scheme| scheme.as_deref() == Some("internet-facing"));
    crate::engine::all([public, admits_all(balancer, listener, openness)])
}

/// Whom a rule of a security group lets in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Admits {
    /// The account's own: another group, or a private range.
    Own,
    CloudFront,
    Others,
}

fn cloudfront_only(view: &View) -> Vec<Patch> {
    let (groups, lists) = (view.here::<SecurityGroup>(), view.here::<PrefixList>());
    let (groups, lists) = (Groups::new(&groups), lists.by_id());
    let learned = |balancer: &LoadBalancer| LoadBalancer {
        admits_cloudfront_only: only_cloudfront(balancer, &groups, &lists).into(),
        ..LoadBalancer::default()
    };
    view.here().iter().map(|balancer| balancer.patch(&learned(balancer.facts))).collect()
}

fn only_cloudfront(balancer: &LoadBalancer, groups: &Groups, lists: &Lookup<PrefixList>) -> Option<bool> {
    if balancer.scheme.known()?.as_deref()? != "internet-facing" {
        return None;
    }
    let listeners = balancer.listeners.known()?;
    let own_groups = balancer.security_groups.known()?;
    if own_groups.is_empty() {
        return (balancer.balancer_type.known()? == "network").then_some(false);
    }
    let mut admitted = Vec::new();
    for group in own_groups {
        match groups.rules(group) {
            Some(rules) => {
                let rules = rules.iter().filter(|rule| about_a_listener(rule, listeners));
                admitted.extend(rules.map(|rule| admits(rule, lists)));
            }
            None => admitted.push(None),
        }
    }
    if admitted.contains(&Some(Admits::Others)) {
        return Some(false);
    }
    let admitted = admitted.into_iter().collect::<Option<Vec<_>>>()?;
    Some(admitted.contains(&Admits::CloudFront))
}

fn admits(rule: &IngressRule, lists: &Lookup<PrefixList>) -> Option<Admits> {
    if let Some(id) = &rule.prefix_list {
        let list = lists.get(id)?.facts;
        if is_cloudfront(list.list_name.known()?) {
            return Some(Admits::CloudFront);
        }
        let private = |ranges: &Vec<String>| ranges.iter().all(|range| is_private(range));
        return Some(if list.ranges.known()?.as_ref().is_some_and(private) { Admits::Own } else { Admits::Others });
    }
    if let Some(range) = &rule.cidr {
        return Some(if is_private(range) { Admits::Own } else { Admits::Others });
    }
    rule.group.as_ref().map(|_| Admits::Own)
}

/// Names that begin with com.amazonaws are AWS's own; no one else can take one.
fn is_cloudfront(list: &str) -> bool {
    list.starts_with("com.amazonaws.global.") && list.ends_with("cloudfront.origin-facing")
}

/// RFC 1918, or an IPv6 unique local range.
fn is_private(range: &str) -> bool {
    let within = |range: IpNet, outer: &str| outer.parse::<IpNet>().is_ok_and(|outer| outer.contains(&range));
    let private = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"];
    let single = || range.parse::<IpAddr>().map(IpNet::from).ok();
    range.parse().ok().or_else(single).is_some_and(|range| private.iter().any(|outer| within(range, outer)))
}

fn origin_header(view: &View) -> Vec<Patch> {
    let demands = |listeners: &Vec<Listener>| listeners.iter().all(demands_header);
    let learned = |balancer: &LoadBalancer| LoadBalancer {
        demands_origin_header: balancer.listeners.known().map(demands).into(),
        ..LoadBalancer::default()
    };
    view.here().iter().map(|balancer| balancer.patch(&learned(balancer.facts))).collect()
}

/// A listener that forwards nothing, such as one that sends HTTP to HTTPS, has nothing to guard. The default rule
/// has no conditions, so it demands nothing.
fn demands_header(listener: &Listener) -> bool {
    let guarded = |rule: &ListenerRule| {
        let secret = |header: &String| !BROWSER_HEADERS.contains(&header.as_str());
        !rule.is_default && rule.required_headers.iter().any(secret)
    };
    listener.rules.iter().filter(|rule| !rule.forwards.is_empty()).all(guarded)
}

#[cfg(test)]
mod tests;
