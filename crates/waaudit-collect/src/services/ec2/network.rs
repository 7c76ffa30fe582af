//! Subnets, routes, NAT gateways, network interfaces and VPC endpoints. Which subnet is public is joined later.

use aws_sdk_ec2::types::{
    NatGateway as SdkNatGateway, NetworkInterface as SdkInterface, NetworkInterfaceAssociation,
    NetworkInterfaceAttachment, Route as SdkRoute, RouteState, RouteTable as SdkRouteTable, RouteTableAssociation,
    Subnet as SdkSubnet, VpcEndpoint as SdkEndpoint, VpcEndpointType,
};

use super::{PAGE, SMALL_PAGE, named, owned_arn};
use crate::call::Call;
use crate::kind::Kind;
use crate::transport::collector_context::Context;
use crate::transport::decode::word;
use waaudit_model::facts;
use waaudit_model::facts::Fact;
use waaudit_model::facts::ec2::{NatGateway, NetworkInterface, Route, RouteTable, Subnet, VpcEndpoint};

const DESCRIBE_SUBNETS: Call = Call::new("ec2", "DescribeSubnets");
const DESCRIBE_ROUTE_TABLES: Call = Call::new("ec2", "DescribeRouteTables");
const DESCRIBE_NAT_GATEWAYS: Call = Call::new("ec2", "DescribeNatGateways");
const DESCRIBE_INTERFACES: Call = Call::new("ec2", "DescribeNetworkInterfaces");
const DESCRIBE_ENDPOINTS: Call = Call::new("ec2", "DescribeVpcEndpoints");

pub(crate) const SUBNET: Kind =
    Kind::regional::<facts::ec2::Subnet>(&[&DESCRIBE_SUBNETS], |ctx| Box::pin(subnets(ctx))).own_tags();
pub(crate) const ROUTE_TABLE: Kind =
    Kind::regional::<facts::ec2::RouteTable>(&[&DESCRIBE_ROUTE_TABLES], |ctx| Box::pin(route_tables(ctx))).own_tags();
pub(crate) const NAT_GATEWAY: Kind =
    Kind::regional::<facts::ec2::NatGateway>(&[&DESCRIBE_NAT_GATEWAYS], |ctx| Box::pin(nat_gateways(ctx))).own_tags();
pub(crate) const NETWORK_INTERFACE: Kind =
    Kind::regional::<facts::ec2::NetworkInterface>(&[&DESCRIBE_INTERFACES], |ctx| Box::pin(network_interfaces(ctx)))
        .own_tags();
pub(crate) const VPC_ENDPOINT: Kind =
    Kind::regional::<facts::ec2::VpcEndpoint>(&[&DESCRIBE_ENDPOINTS], |ctx| Box::pin(vpc_endpoints(ctx))).own_tags();

async fn subnets(ctx: Context) {
    let client = aws_sdk_ec2::Client::new(ctx.config());
    let pages = client.describe_subnets().into_paginator().page_size(PAGE).send();
    ctx.listed(
        &DESCRIBE_SUBNETS,
        pages,
        |page| page.subnets(),
        |subnet| {
            let id = subnet.subnet_id()?;
            let arn = owned_arn(&ctx, subnet.owner_id(), &format!("subnet/{id}"));
            Some((named(arn, id, subnet.tags()), subnet_facts(subnet)))
        },
    )
    .await;
}

async fn route_tables(ctx: Context) {
    let client = aws_sdk_ec2::Client::new(ctx.config());
    let pages = client.describe_route_tables().into_paginator().page_size(SMALL_PAGE).send();
    ctx.listed(
        &DESCRIBE_ROUTE_TABLES,
        pages,
        |page| page.route_tables(),
        |table| {
            let id = table.route_table_id()?;
            let arn = owned_arn(&ctx, table.owner_id(), &format!("route-table/{id}"));
            let facts = route_table_facts(&ctx, &arn, table);
            Some((named(arn, id, table.tags()), facts))
        },
    )
    .await;
}

async fn nat_gateways(ctx: Context) {
    let client = aws_sdk_ec2::Client::new(ctx.config());
    let pages = client.describe_nat_gateways().into_paginator().page_size(PAGE).send();
    ctx.listed(
        &DESCRIBE_NAT_GATEWAYS,
        pages,
        |page| page.nat_gateways(),
        |gateway| {
            let id = gateway.nat_gateway_id()?;
            let arn = ctx.arn("ec2", &format!("natgateway/{id}"));
            let facts = nat_gateway_facts(&ctx, &arn, gateway);
            Some((named(arn, id, gateway.tags()), facts))
        },
    )
    .await;
}

async fn network_interfaces(ctx: Context) {
    let client = aws_sdk_ec2::Client::new(ctx.config());
    let pages = client.describe_network_interfaces().into_paginator().page_size(PAGE).send();
    ctx.listed(
        &DESCRIBE_INTERFACES,
        pages,
        |page| page.network_interfaces(),
        |interface| {
            let id = interface.network_interface_id()?;
            let arn = owned_arn(&ctx, interface.owner_id(), &format!("network-interface/{id}"));
            let facts = interface_facts(&ctx, &arn, interface);
            Some((named(arn, id, interface.tag_set()), facts))
        },
    )
    .await;
}

async fn vpc_endpoints(ctx: Context) {
    let client = aws_sdk_ec2::Client::new(ctx.config());
    let pages = client.describe_vpc_endpoints().into_paginator().page_size(PAGE).send();
    ctx.listed(
        &DESCRIBE_ENDPOINTS,
        pages,
        |page| page.vpc_endpoints(),
        |endpoint| {
            let id = endpoint.vpc_endpoint_id()?;
            let arn = owned_arn(&ctx, endpoint.owner_id(), &format!("vpc-endpoint/{id}"));
            Some((named(arn, id, endpoint.tags()), endpoint_facts(endpoint)))
        },
    )
    .await;
}

fn subnet_facts(s: &SdkSubnet) -> Subnet {
    Subnet {
        vpc: s.vpc_id.clone().into(),
        availability_zone: s.availability_zone.clone().into(),
        availability_zone_id: s.availability_zone_id.clone().into(),
        cidr: s.cidr_block.clone().into(),
        outpost: s.outpost_arn.clone().into(),
        owner: s.owner_id.clone().into(),
        free_addresses: s.available_ip_address_count.map(i64::from).into(),
        // EC2 says so of IPv6-only subnets alone.
        ipv6_only: s.ipv6_native.unwrap_or(false).into(),
        ..Subnet::default()
    }
}

fn route_table_facts(ctx: &Context, arn: &str, t: &SdkRouteTable) -> RouteTable {
    // Main and gateway associations name no subnet.
    let subnets = t.associations.as_ref().map(|all| all.iter().filter_map(|one| one.subnet_id.clone()).collect());
    RouteTable {
        vpc: t.vpc_id.clone().into(),
        main: t.associations.as_deref().and_then(is_main).into(),
        subnets: subnets.into(),
        routes: ctx.parts(&DESCRIBE_ROUTE_TABLES, arn, "routes", t.routes.as_ref(), route),
    }
}

/// One main association is enough; without one, every association has to say that it isn't.
fn is_main(associations: &[RouteTableAssociation]) -> Option<bool> {
    if associations.iter().any(|association| association.main == Some(true)) {
        return Some(true);
    }
    associations.iter().all(|association| association.main == Some(false)).then_some(false)
}

fn route(r: &SdkRoute) -> Option<Route> {
    let destination =
        r.destination_cidr_block().or(r.destination_ipv6_cidr_block()).or(r.destination_prefix_list_id())?;
    // A route to an instance names its interface too, and keeps it when the instance is gone.
    let target = r
        .gateway_id()
        .or(r.nat_gateway_id())
        .or(r.transit_gateway_id())
        .or(r.vpc_peering_connection_id())
        .or(r.egress_only_internet_gateway_id())
        .or(r.network_interface_id())
        .or(r.instance_id())
        .or(r.local_gateway_id())
        .or(r.carrier_gateway_id())
        .or(r.core_network_arn())
        .or(r.odb_network_arn())
        .or(r.ip_address())?;
    Some(Route {
        destination: destination.to_owned(),
        target: target.to_owned(),
        active: *r.state()? == RouteState::Active,
    })
}

fn nat_gateway_facts(ctx: &Context, arn: &str, g: &SdkNatGateway) -> NatGateway {
    // An address that is private, or not yet there, has no public part.
    let addresses = g.nat_gateway_addresses.as_ref();
    let public = ctx.parts(&DESCRIBE_NAT_GATEWAYS, arn, "public_ips", addresses, |one| Some(one.public_ip.clone()));
    NatGateway {
        state: word(g.state()).into(),
        vpc: g.vpc_id.clone().into(),
        subnet: g.subnet_id.clone().into(),
        connectivity: word(g.connectivity_type()).into(),
        availability_mode: word(g.availability_mode()).into(),
        public_ips: public.known().map(|all| all.iter().flatten().cloned().collect()).into(),
        ..NatGateway::default()
    }
}

fn interface_facts(ctx: &Context, arn: &str, i: &SdkInterface) -> NetworkInterface {
    let addresses = i.private_ip_addresses.as_ref();
    NetworkInterface {
        subnet: i.subnet_id.clone().into(),
        vpc: i.vpc_id.clone().into(),
        interface_type: word(i.interface_type()).into(),
        status: word(i.status()).into(),
        public_ip: word(i.association().and_then(NetworkInterfaceAssociation::public_ip)).into(),
        ipv6_addresses: ctx.parts(&DESCRIBE_INTERFACES, arn, "ipv6_addresses", i.ipv6_addresses.as_ref(), |address| {
            address.ipv6_address.clone()
        }),
        private_ips: ctx
            .parts(&DESCRIBE_INTERFACES, arn, "private_ips", addresses, |address| address.private_ip_address.clone()),
        security_groups: ctx
            .parts(&DESCRIBE_INTERFACES, arn, "security_groups", i.groups.as_ref(), |group| group.group_id.clone()),
        instance: word(i.attachment().and_then(NetworkInterfaceAttachment::instance_id)).into(),
        description: i.description.clone().into(),
    }
}

fn endpoint_facts(e: &SdkEndpoint) -> VpcEndpoint {
    VpcEndpoint {
        vpc: e.vpc_id.clone().into(),
        service: e.service_name.clone().into(),
        endpoint_type: word(e.vpc_endpoint_type()).into(),
        state: e.state().map(|state| state.as_str().to_lowercase()).into(),
        route_tables: endpoint_route_tables(e),
        private_dns: private_dns(e).into(),
        subnets: endpoint_subnets(e),
        ..VpcEndpoint::default()
    }
}

/// Off for a gateway endpoint, which is found by its route. Where the name leads, S3 says in a second option; other
/// services have none.
fn private_dns(endpoint: &SdkEndpoint) -> Option<bool> {
    if matches!(endpoint.vpc_endpoint_type(), Some(VpcEndpointType::Gateway)) || !endpoint.private_dns_enabled? {
        return Some(false);
    }
    let inbound_only =
        endpoint.dns_options().and_then(|options| options.private_dns_only_for_inbound_resolver_endpoint);
    let is_s3 = endpoint.service_name()?.ends_with(".s3");
    if is_s3 { inbound_only.map(|only| !only) } else { Some(!inbound_only.unwrap_or(false)) }
}

/// Only gateway endpoints are in route tables.
fn endpoint_route_tables(endpoint: &SdkEndpoint) -> Fact<Vec<String>> {
    match (&endpoint.route_table_ids, endpoint.vpc_endpoint_type()) {
        (Some(tables), _) => tables.clone().into(),
        (None, Some(VpcEndpointType::Gateway) | None) => Fact::Unread,
        (None, Some(_)) => Fact::Known(Vec::new()),
    }
}

/// A gateway endpoint has no interfaces.
fn endpoint_subnets(endpoint: &SdkEndpoint) -> Fact<Vec<String>> {
    match (&endpoint.subnet_ids, endpoint.vpc_endpoint_type()) {
        (_, Some(VpcEndpointType::Gateway)) => Fact::Known(Vec::new()),
        (Some(subnets), _) => subnets.clone().into(),
        (None, _) => Fact::Unread,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn association(main: Option<bool>) -> RouteTableAssociation {
        RouteTableAssociation::builder().set_main(main).build()
    }

    fn to(route: aws_sdk_ec2::types::builders::RouteBuilder) -> Option<Route> {
        super::route(&route.destination_cidr_block("0.0.0.0/0").build())
    }

    #[test]
    fn a_table_is_main_only_when_an_association_says_so() {
        assert_eq!(is_main(&[]), Some(false));
        assert_eq!(is_main(&[association(Some(false)), association(Some(true))]), Some(true));
        assert_eq!(is_main(&[association(Some(false)), association(None)]), None);
    }

    #[test]
    fn a_route_to_an_instance_names_its_interface() {
        let route = to(SdkRoute::builder().instance_id("i-1").network_interface_id("eni-1").state(RouteState::Active));
        assert_eq!(route.map(|route| route.target).as_deref(), Some("eni-1"));
    }

    #[test]
    fn a_blackhole_is_not_active_and_a_silent_route_is_unread() {
        let blackhole = to(SdkRoute::builder().nat_gateway_id("nat-1").state(RouteState::Blackhole));
        assert_eq!(blackhole.map(|route| route.active), Some(false));
        assert_eq!(to(SdkRoute::builder().nat_gateway_id("nat-1")), None);
        assert_eq!(to(SdkRoute::builder().state(RouteState::Active)), None);
    }
}
