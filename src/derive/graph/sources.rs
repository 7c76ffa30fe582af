//! The typed lists that the graph is drawn from: those of one region, and those above the regions.

use std::collections::BTreeMap;

use crate::derive::names::Names;
use crate::derive::view::{List, View};
use crate::facts::autoscaling::Group;
use crate::facts::cloudfront::Distribution;
use crate::facts::cloudwatch::Alarm;
use crate::facts::database::Database;
use crate::facts::ec2::{Instance, NatGateway, NetworkInterface, PrefixList, RouteTable, SecurityGroup, Subnet};
use crate::facts::ecs::Service;
use crate::facts::elasticache::{Cluster, ReplicationGroup, ServerlessCache, SubnetGroup};
use crate::facts::elb::{ClassicLoadBalancer, LoadBalancer, TargetGroup};
use crate::facts::lambda::{EventSourceMapping, Function};
use crate::facts::rds::{DbCluster, DbInstance};
use crate::facts::route53::Record;
use crate::facts::s3::Bucket;
use crate::facts::sqs::Queue;
use crate::facts::wafv2::WebAcl;

/// The lists of one region.
pub(super) struct Region<'a> {
    pub(super) name: &'a str,
    pub(super) acls: List<'a, WebAcl>,
    pub(super) alarms: List<'a, Alarm>,
    pub(super) balancers: List<'a, LoadBalancer>,
    pub(super) buckets: List<'a, Bucket>,
    pub(super) cache_clusters: List<'a, Cluster>,
    pub(super) cache_subnet_groups: List<'a, SubnetGroup>,
    pub(super) cache_groups: List<'a, ReplicationGroup>,
    pub(super) classics: List<'a, ClassicLoadBalancer>,
    pub(super) databases: List<'a, Database>,
    pub(super) db_clusters: List<'a, DbCluster>,
    pub(super) db_instances: List<'a, DbInstance>,
    pub(super) distributions: List<'a, Distribution>,
    pub(super) fleets: List<'a, Group>,
    pub(super) functions: List<'a, Function>,
    pub(super) gateways: List<'a, NatGateway>,
    pub(super) instances: List<'a, Instance>,
    pub(super) interfaces: List<'a, NetworkInterface>,
    pub(super) mappings: List<'a, EventSourceMapping>,
    pub(super) prefix_lists: List<'a, PrefixList>,
    pub(super) queues: List<'a, Queue>,
    pub(super) records: List<'a, Record>,
    pub(super) security_groups: List<'a, SecurityGroup>,
    pub(super) services: List<'a, Service>,
    pub(super) serverless_caches: List<'a, ServerlessCache>,
    pub(super) subnets: List<'a, Subnet>,
    pub(super) tables: List<'a, RouteTable>,
    pub(super) target_groups: List<'a, TargetGroup>,
}

impl<'a> Region<'a> {
    pub(super) fn new(view: &View<'a>) -> Self {
        Self {
            name: view.region,
            acls: view.here(),
            alarms: view.here(),
            balancers: view.here(),
            buckets: view.here(),
            cache_clusters: view.here(),
            cache_subnet_groups: view.here(),
            cache_groups: view.here(),
            classics: view.here(),
            databases: view.here(),
            db_clusters: view.here(),
            db_instances: view.here(),
            distributions: view.here(),
            fleets: view.here(),
            functions: view.here(),
            gateways: view.here(),
            instances: view.here(),
            interfaces: view.here(),
            mappings: view.here(),
            prefix_lists: view.here(),
            queues: view.here(),
            records: view.here(),
            security_groups: view.here(),
            services: view.here(),
            serverless_caches: view.here(),
            subnets: view.here(),
            tables: view.here(),
            target_groups: view.here(),
        }
    }

    /// The zones of subnets by name, each once.
    pub(super) fn zones_of(&self, subnets: &[String]) -> Option<Vec<String>> {
        let known = self.subnets.by_id();
        let zones = subnets.iter().map(|id| known.get(id)?.facts.availability_zone.known().cloned());
        Some(crate::derive::view::distinct(zones.collect::<Option<Vec<_>>>()?))
    }

    /// The VPC of subnets.
    pub(super) fn vpc_of(&self, subnets: &[String]) -> Option<String> {
        self.subnets.by_id().get(subnets.first()?)?.facts.vpc.known().cloned()
    }
}

/// What belongs to no region, and what names lead to in any region.
pub(super) struct Worldwide<'a> {
    records: List<'a, Record>,
    /// Nodes by DNS name or public address.
    ends: BTreeMap<String, String>,
}

impl<'a> Worldwide<'a> {
    pub(super) fn new(view: &View<'a>) -> Self {
        let mut ends = BTreeMap::new();
        for distribution in view.global::<Distribution>().iter() {
            if let Some(domain) = distribution.facts.domain.known() {
                ends.insert(domain.clone(), distribution.resource.arn.clone());
            }
        }
        for balancer in view.everywhere::<LoadBalancer>().iter() {
            if let Some(Some(name)) = balancer.facts.dns_name.known() {
                ends.insert(name.clone(), balancer.resource.arn.clone());
            }
        }
        for balancer in view.everywhere::<ClassicLoadBalancer>().iter() {
            if let Some(name) = balancer.facts.dns_name.known() {
                ends.insert(name.clone(), balancer.resource.arn.clone());
            }
        }
        for instance in view.everywhere::<Instance>().iter() {
            if let Some(Some(address)) = instance.facts.public_ip.known() {
                ends.insert(address.clone(), instance.resource.arn.clone());
            }
        }
        Self { records: view.global(), ends }
    }

    pub(super) fn names(&self) -> Names<'_> {
        Names::new(&self.records)
    }

    /// The node that bears a DNS name or public address. A Network Load Balancer has a name for each zone too.
    pub(super) fn bearer(&self, end: &str) -> Option<&str> {
        let own = self.ends.get(end);
        let zonal = || self.ends.get(end.split_once('.')?.1);
        own.or_else(zonal).map(String::as_str)
    }
}
