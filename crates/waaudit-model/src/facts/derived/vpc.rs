//! What is true of a VPC as a whole. Derived from its subnets, their routes and interfaces.
//!
//! Zones are named, as subnets name them.

parts! {
    /// How a private subnet that is in use reaches the internet.
    Egress {
        /// The subnet's id.
        subnet: String,
        /// The subnet's zone.
        availability_zone: String,
        /// What its default route leads to, by id.
        target: String,
        /// nat_gateway, nat_instance, network_interface, gateway_load_balancer_endpoint (Network Firewall's too), transit_gateway, virtual_private_gateway, egress_only_internet_gateway, local_gateway, carrier_gateway, core_network, peering_connection or other.
        target_kind: String,
        /// Zones that the way passes from there on, by name: that of the target, and of what its own subnet's default route leads to. Gateways that are in every zone name none.
        zones: Vec<String>,
    }
}

facts! {
    /// A VPC with at least one subnet. Derived from `ec2.subnet`; its tags are those that all its subnets bear alike.
    "vpc" Vpc {
        /// Zones of its subnets.
        availability_zones: Vec<String>,
        /// The default routes of private subnets in which an interface of a server, function or task is in use (those of load balancers, databases, caches, mount targets and the network itself aside), one for each target. A route to a NAT gateway that does not work is none.
        egress: Vec<Egress>,
        /// Zones of `egress`, each once.
        egress_zones: Vec<String>,
        /// Of `egress`, the ways that pass a zone other than the subnet's. Absent where one goes on out of sight: behind a transit gateway, or in another account.
        cross_zone_egress: Vec<Egress>,
        /// Whether there are such ways.
        leaves_through_other_zone: bool,
        /// Public NAT gateways that are available, regional ones included.
        nat_gateways: Vec<String>,
        /// Gigabytes that pass these on a day, in both directions.
        nat_gigabytes_a_day: f64,
        /// Route tables with a default route to a NAT gateway that lack a gateway endpoint for Amazon S3.
        nat_tables_without_s3_endpoint: Vec<String>,
        /// The same for DynamoDB; empty where the region has no table.
        nat_tables_without_dynamodb_endpoint: Vec<String>,
    }
}
