//! How servers leave their VPC: over the route table of their subnet to a NAT gateway.

use super::builder::{Drawing, How};
use super::inputs::{Region, Worldwide};
use crate::engine::Lookup;
use crate::network::subnets::{RouteTables, is_everywhere};
use waaudit_model::facts::ec2::Subnet;
use waaudit_model::topology::graph::Relation;

const INSTANCE: How = How::new(Relation::Leaves, "ec2:DescribeInstances SubnetId");
const FUNCTION: How = How::new(Relation::Leaves, "lambda:ListFunctions VpcConfig.SubnetIds");
const SERVICE: How =
    How::new(Relation::Leaves, "ecs:DescribeServices networkConfiguration.awsvpcConfiguration.subnets");
const TABLE: How = How::new(Relation::Leaves, "ec2:DescribeRouteTables Associations[].SubnetId, or Main");
const ROUTE: How = How::new(Relation::Leaves, "ec2:DescribeRouteTables Routes[].NatGatewayId");

/// Servers to their subnets, those to their route tables, and those to the gateways of their default routes.
pub(crate) fn ways_out(region: &Region, _: &Worldwide, drawing: &mut Drawing) {
    let subnets = region.subnets.by_id();
    for instance in region.instances.iter() {
        match instance.facts.subnet.known() {
            Some(Some(id)) => is_in(&instance.resource.arn, id, &subnets, &INSTANCE, drawing),
            Some(None) => {}
            None => drawing.end(&instance.resource.arn, Relation::Leaves, "its subnet could not be read"),
        }
    }
    for function in region.functions.iter() {
        match function.facts.subnets.known() {
            Some(own) => own.iter().for_each(|id| is_in(&function.resource.arn, id, &subnets, &FUNCTION, drawing)),
            None => drawing.end(&function.resource.arn, Relation::Leaves, "its subnets could not be read"),
        }
    }
    // Tasks without a network interface of their own leave as their instances do: no subnet is named for them.
    for service in region.services.iter() {
        match service.facts.subnets.known() {
            Some(own) => own.iter().for_each(|id| is_in(&service.resource.arn, id, &subnets, &SERVICE, drawing)),
            None => drawing.end(&service.resource.arn, Relation::Leaves, "its subnets could not be read"),
        }
    }
    let tables = RouteTables::new(&region.tables);
    for subnet in region.subnets.iter() {
        match tables.of_subnet(&subnet.resource.id, subnet.facts) {
            Some(table) => drawing.link(&subnet.resource.arn, &table.resource.arn, &TABLE),
            None => drawing.end(&subnet.resource.arn, Relation::Leaves, "its route table could not be read"),
        }
    }
    let gateways = region.gateways.by_id();
    for table in region.tables.iter() {
        let from = &table.resource.arn;
        let Some(routes) = table.facts.routes.known() else {
            drawing.end(from, Relation::Leaves, "its routes could not be read");
            continue;
        };
        let to_nat = |target: &str| target.starts_with("nat-");
        for route in routes.iter().filter(|route| to_nat(&route.target) && is_everywhere(&route.destination)) {
            match gateways.get(&route.target) {
                Some(gateway) => drawing.link(from, &gateway.resource.arn, &ROUTE.active(route.active)),
                None => drawing.end(from, Relation::Leaves, &format!("{} could not be read", route.target)),
            }
        }
    }
}

fn is_in(from: &str, subnet: &str, subnets: &Lookup<Subnet>, how: &How, drawing: &mut Drawing) {
    match subnets.get(subnet) {
        Some(subnet) => drawing.link(from, &subnet.resource.arn, how),
        None => drawing.end(from, Relation::Leaves, &format!("its subnet {subnet} could not be read")),
    }
}
