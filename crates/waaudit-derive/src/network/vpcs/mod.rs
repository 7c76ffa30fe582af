//! VPCs as a whole: their zones, their NAT gateways, and the gateway endpoints that would spare traffic the detour.

use std::collections::BTreeMap;

use super::subnets::is_everywhere;
use crate::engine::{Derivation, Item, List, Patch, Referrers, ResourceId, View, all, any, distinct, one, only, reads};
use waaudit_model::facts::derived::vpc::Vpc;
use waaudit_model::facts::dynamodb::Table;
use waaudit_model::facts::ec2::{NatGateway, Route, RouteTable, Subnet, VpcEndpoint};

pub(crate) const MAKE: Derivation = Derivation {
    kind: "vpc",
    facts: &["availability_zones"],
    reads: reads![Subnet { availability_zone, vpc }],
    compute: make,
};
pub(crate) const NAT_GATEWAYS: Derivation = Derivation {
    kind: "vpc",
    facts: &["nat_gateways"],
    reads: reads![NatGateway { connectivity, state, vpc }, Vpc {}],
    compute: nat_gateways,
};
pub(crate) const NAT_TRAFFIC: Derivation = Derivation {
    kind: "vpc",
    facts: &["nat_gigabytes_a_day"],
    reads: reads![NatGateway { connectivity, gigabytes_a_day, state, vpc }, Vpc {}],
    compute: nat_traffic,
};
pub(crate) const S3_ENDPOINTS: Derivation = Derivation {
    kind: "vpc",
    facts: &["nat_tables_without_s3_endpoint"],
    reads: reads![
        RouteTable { routes, vpc },
        Vpc {},
        VpcEndpoint { endpoint_type, private_dns, route_tables, service, state, vpc },
    ],
    compute: s3_endpoints,
};
pub(crate) const DYNAMODB_ENDPOINTS: Derivation = Derivation {
    kind: "vpc",
    facts: &["nat_tables_without_dynamodb_endpoint"],
    reads: reads![
        RouteTable { routes, vpc },
        Table {},
        Vpc {},
        VpcEndpoint { endpoint_type, private_dns, route_tables, service, state, vpc },
    ],
    compute: dynamodb_endpoints,
};

fn make(view: &View) -> Vec<Patch> {
    let subnets = view.here::<Subnet>();
    let mut by_vpc: BTreeMap<&str, Vec<&Item<Subnet>>> = BTreeMap::new();
    for subnet in subnets.iter() {
        if let Some(vpc) = subnet.facts.vpc.known() {
            by_vpc.entry(vpc).or_default().push(subnet);
        }
    }
    let whole = subnets.whole().is_some() && subnets.iter().all(|subnet| !subnet.facts.vpc.is_unread());
    let made = by_vpc.into_iter().map(|(vpc, subnets)| {
        let tags = shared_tags(&subnets).filter(|_| whole);
        let zones = subnets.into_iter().map(|subnet| subnet.facts.availability_zone.known().cloned());
        let zones = zones.collect::<Option<Vec<_>>>().filter(|_| whole).map(distinct);
        let account = view.account();
        let arn = format!("arn:{}:ec2:{}:{}:vpc/{vpc}", account.partition, view.region, account.id);
        view.make(ResourceId { arn: &arn, id: vpc, tags }, &Vpc { availability_zones: zones.into(), ..Vpc::default() })
    });
    made.collect()
}

/// What all subnets of a VPC are tagged with says what the VPC is for. Its own tags are not collected.
fn shared_tags(subnets: &[&Item<Subnet>]) -> Option<BTreeMap<String, String>> {
    let tags = subnets.iter().map(|subnet| subnet.resource.tags.as_ref()).collect::<Option<Vec<_>>>()?;
    let (first, others) = tags.split_first()?;
    let shared = first.iter().filter(|(key, value)| others.iter().all(|tags| tags.get(*key) == Some(*value)));
    Some(shared.map(|(key, value)| (key.clone(), value.clone())).collect())
}

fn nat_gateways(view: &View) -> Vec<Patch> {
    let gateways = view.here();
    let gateways = by_vpc(&gateways);
    let of_vpc = |vpc: &String| {
        Some(distinct(gateways_of(vpc, &gateways)?.into_iter().map(|gateway| gateway.resource.id.clone())))
    };
    let learned = |vpc: &String| Vpc { nat_gateways: of_vpc(vpc).into(), ..Vpc::default() };
    view.here::<Vpc>().iter().map(|vpc| vpc.patch(&learned(&vpc.resource.id))).collect()
}

/// A VPC's gateways that lead out.
fn by_vpc<'l, 'a>(gateways: &'l List<'a, NatGateway>) -> Referrers<'l, 'a, NatGateway> {
    gateways.by(|gateway| one(gateway.facts.vpc.known()))
}

fn gateways_of<'l, 'a>(
    vpc: &String,
    gateways: &Referrers<'l, 'a, NatGateway>,
) -> Option<Vec<&'l Item<'a, NatGateway>>> {
    only(gateways.whole_of(vpc)?, |gateway| {
        all([gateway.facts.vpc.known().map(|other| other == vpc), leads_out(gateway.facts)])
    })
}

fn nat_traffic(view: &View) -> Vec<Patch> {
    let gateways = view.here();
    let gateways = by_vpc(&gateways);
    let traffic = |vpc: &String| {
        let measured = gateways_of(vpc, &gateways)?.into_iter().map(|gateway| gateway.facts.gigabytes_a_day.known());
        measured.map(|measured| Some(measured?.value)).sum::<Option<f64>>()
    };
    let learned = |vpc: &String| Vpc { nat_gigabytes_a_day: traffic(vpc).into(), ..Vpc::default() };
    view.here::<Vpc>().iter().map(|vpc| vpc.patch(&learned(&vpc.resource.id))).collect()
}

/// Whether a gateway works and leads to the internet.
fn leads_out(gateway: &NatGateway) -> Option<bool> {
    all([
        gateway.state.known().map(|state| state == "available"),
        gateway.connectivity.known().map(|connectivity| connectivity.as_deref().unwrap_or("public") == "public"),
    ])
}

fn leads_to_nat(route: &Route) -> bool {
    route.active && route.target.starts_with("nat-") && is_everywhere(&route.destination)
}

fn s3_endpoints(view: &View) -> Vec<Patch> {
    let (tables, endpoints) = (view.here(), view.here());
    let (tables, endpoints) = (tables_by_vpc(&tables), endpoints_by_place(&endpoints));
    let learned = |vpc: &String| Vpc {
        nat_tables_without_s3_endpoint: tables_without(vpc, ".s3", &tables, &endpoints).into(),
        ..Vpc::default()
    };
    view.here::<Vpc>().iter().map(|vpc| vpc.patch(&learned(&vpc.resource.id))).collect()
}

fn dynamodb_endpoints(view: &View) -> Vec<Patch> {
    let (tables, endpoints, stores) = (view.here(), view.here(), view.here::<Table>());
    let (tables, endpoints) = (tables_by_vpc(&tables), endpoints_by_place(&endpoints));
    let has_store = match stores.whole() {
        Some(stores) => Some(!stores.is_empty()),
        None => (stores.iter().count() > 0).then_some(true),
    };
    let without = |vpc: &String| match (has_store, tables_without(vpc, ".dynamodb", &tables, &endpoints)) {
        (Some(false), _) => Some(Vec::new()),
        (None, Some(without)) if !without.is_empty() => None,
        (_, without) => without,
    };
    let learned = |vpc: &String| Vpc { nat_tables_without_dynamodb_endpoint: without(vpc).into(), ..Vpc::default() };
    view.here::<Vpc>().iter().map(|vpc| vpc.patch(&learned(&vpc.resource.id))).collect()
}

fn tables_by_vpc<'l, 'a>(tables: &'l List<'a, RouteTable>) -> Referrers<'l, 'a, RouteTable> {
    tables.by(|table| one(table.facts.vpc.known()))
}

/// Endpoints by their VPC and their route tables.
fn endpoints_by_place<'l, 'a>(endpoints: &'l List<'a, VpcEndpoint>) -> Referrers<'l, 'a, VpcEndpoint> {
    endpoints.by(|endpoint| {
        let (vpc, tables) = (endpoint.facts.vpc.known()?, endpoint.facts.route_tables.known()?);
        Some(tables.iter().chain([vpc]).map(String::as_str))
    })
}

/// A VPC's route tables with a default route to a NAT gateway that no gateway endpoint of a service serves.
fn tables_without(
    vpc: &String,
    service: &str,
    tables: &Referrers<RouteTable>,
    endpoints: &Referrers<VpcEndpoint>,
) -> Option<Vec<String>> {
    let detours = only(tables.whole_of(vpc)?, |table| {
        all([
            table.facts.vpc.known().map(|other| other == vpc),
            table.facts.routes.known().map(|routes| routes.iter().any(leads_to_nat)),
        ])
    })?;
    let without = only(detours, |table| is_served(vpc, &table.resource.id, service, endpoints).map(|served| !served))?;
    Some(without.into_iter().map(|table| table.resource.id.clone()).collect())
}

/// Whether what goes to a service by a route table takes an endpoint: a gateway endpoint of that table, or an interface
/// endpoint to which the service's name leads in all of the VPC.
fn is_served(vpc: &String, table: &String, service: &str, endpoints: &Referrers<VpcEndpoint>) -> Option<bool> {
    let serves = |endpoint: &VpcEndpoint| {
        let of_type = |wanted: &str| endpoint.endpoint_type.known().map(|kind| kind == wanted);
        all([
            endpoint.state.known().map(|state| state == "available"),
            endpoint.service.known().map(|name| name.ends_with(service)),
            any([
                all([of_type("Gateway"), endpoint.route_tables.known().map(|tables| tables.contains(table))]),
                all([of_type("Interface"), endpoint.vpc.known().map(|other| other == vpc), endpoint.private_dns.get()]),
            ]),
        ])
    };
    let named = endpoints.of(vpc).chain(endpoints.of(table));
    any(named.map(|endpoint| serves(endpoint.facts)).chain(endpoints.missing()))
}

#[cfg(test)]
mod tests;
