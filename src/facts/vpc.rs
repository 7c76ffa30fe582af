//! What is true of a VPC as a whole. Derived from its subnets, routes and what stands in them.
//!
//! Zones are named, as subnets name them.

parts! {
    /// How a private subnet that is in use reaches the internet.
    Egress {
        /// The subnet's id.
        subnet: String,
        /// The subnet's zone.
        availability_zone: String,
        /// The NAT gateway of its default route.
        nat_gateway: String,
        /// The gateway's zone; null for a regional gateway, which is in all of them.
        nat_availability_zone: Option<String>,
    }
}

facts! {
    /// A VPC with at least one subnet. Derived from `ec2.subnet`; its tags are those that all its subnets bear alike.
    "vpc" Vpc {
        /// Zones of its subnets.
        availability_zones: Vec<String>,
        /// Private subnets with an interface in use (those of NAT gateways, Network Load Balancers and endpoints aside) whose default route leads to a public NAT gateway that is available. A default route to anything else is no egress.
        egress: Vec<Egress>,
        /// Zones of `egress`, each once.
        egress_zones: Vec<String>,
        /// Of `egress`, the subnets whose NAT gateway lies in another zone.
        cross_zone_egress: Vec<Egress>,
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
