//! The typed lists that the graph is drawn from: those of one region, and those above the regions.

use std::collections::BTreeMap;

use crate::derive::names::Names;
use crate::derive::view::{List, View};
use crate::facts::apigateway::{DomainName, Stage};
use crate::facts::autoscaling::Group;
use crate::facts::cloudfront::Distribution;
use crate::facts::cloudwatch::Alarm;
use crate::facts::database::Database;
use crate::facts::ec2::{Instance, NatGateway, NetworkInterface, PrefixList, RouteTable, SecurityGroup, Subnet};
use crate::facts::ecs::Service;
use crate::facts::elasticache::{Cluster, ReplicationGroup, ServerlessCache, SubnetGroup};
use crate::facts::elb::{ClassicLoadBalancer, LoadBalancer, TargetGroup};
use crate::facts::lambda::{EventSourceMapping, Function, FunctionUrl};
use crate::facts::rds::{DbCluster, DbInstance};
use crate::facts::route53::Record;
use crate::facts::s3::Bucket;
use crate::facts::sqs::Queue;
use crate::facts::wafv2::WebAcl;
use crate::facts::{apprunner, appsync};
use crate::settings::NonProduction;
use crate::snapshot::Resource;

/// The lists of one region.
pub(super) struct Region<'a> {
    pub(super) name: &'a str,
    pub(super) non_production: &'a NonProduction,
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
    pub(super) graphs: List<'a, appsync::Api>,
    pub(super) instances: List<'a, Instance>,
    pub(super) interfaces: List<'a, NetworkInterface>,
    pub(super) mappings: List<'a, EventSourceMapping>,
    pub(super) prefix_lists: List<'a, PrefixList>,
    pub(super) queues: List<'a, Queue>,
    pub(super) runners: List<'a, apprunner::Service>,
    pub(super) records: List<'a, Record>,
    pub(super) security_groups: List<'a, SecurityGroup>,
    pub(super) services: List<'a, Service>,
    pub(super) serverless_caches: List<'a, ServerlessCache>,
    pub(super) stages: List<'a, Stage>,
    pub(super) subnets: List<'a, Subnet>,
    pub(super) tables: List<'a, RouteTable>,
    pub(super) target_groups: List<'a, TargetGroup>,
    pub(super) urls: List<'a, FunctionUrl>,
}

impl<'a> Region<'a> {
    pub(super) fn new(view: &View<'a>, non_production: &'a NonProduction) -> Self {
        Self {
            name: view.region,
            non_production,
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
            graphs: view.here(),
            instances: view.here(),
            interfaces: view.here(),
            mappings: view.here(),
            prefix_lists: view.here(),
            queues: view.here(),
            runners: view.here(),
            records: view.here(),
            security_groups: view.here(),
            services: view.here(),
            serverless_caches: view.here(),
            stages: view.here(),
            subnets: view.here(),
            tables: view.here(),
            target_groups: view.here(),
            urls: view.here(),
        }
    }

    /// The zones of subnets by name, each once.
    pub(super) fn zones_of(&self, subnets: &[String]) -> Option<Vec<String>> {
        let known = self.subnets.by_id();
        let zones = subnets.iter().map(|id| known.get(id)?.facts.availability_zone.known().cloned());
        Some(crate::derive::view::distinct(zones.collect::<Option<Vec<_>>>()?))
    }

    /// Whether a resource is no production, by the settings of the user: as in the rules.
    pub(super) fn is_spare(&self, resource: &Resource) -> bool {
        self.non_production.covers(&resource.id, resource.name.as_deref(), resource.tags.as_ref())
    }

    /// The VPC of subnets.
    pub(super) fn vpc_of(&self, subnets: &[String]) -> Option<String> {
        self.subnets.by_id().get(subnets.first()?)?.facts.vpc.known().cloned()
    }
}

/// What belongs to no region, and what names lead to in any region.
pub(super) struct Worldwide<'a> {
    records: List<'a, Record>,
    /// Nodes by DNS name or public address. The stages of an API share its name.
    ends: BTreeMap<String, Vec<String>>,
}

impl<'a> Worldwide<'a> {
    pub(super) fn new(view: &View<'a>) -> Self {
        let mut ends: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let mut add = |name: Option<&String>, resource: &Resource| {
            if let Some(name) = name {
                ends.entry(name.clone()).or_default().push(resource.arn.clone());
            }
        };
        for item in view.global::<Distribution>().iter() {
            add(item.facts.domain.known(), item.resource);
        }
        for item in view.everywhere::<LoadBalancer>().iter() {
            add(item.facts.dns_name.known().and_then(Option::as_ref), item.resource);
        }
        for item in view.everywhere::<ClassicLoadBalancer>().iter() {
            add(item.facts.dns_name.known(), item.resource);
        }
        for item in view.everywhere::<Instance>().iter() {
            add(item.facts.public_ip.known().and_then(Option::as_ref), item.resource);
        }
        for item in view.everywhere::<Stage>().iter() {
            add(item.facts.domain.known(), item.resource);
        }
        let stages = view.everywhere::<Stage>();
        for domain in view.everywhere::<DomainName>().iter() {
            let (Some(names), Some(own)) = (domain.facts.targets.known(), domain.facts.stages.known()) else {
                continue;
            };
            for name in names.iter().chain(domain.facts.domain.known()) {
                let led_to = stages.iter().filter(|stage| own.contains(&stage.resource.id));
                led_to.for_each(|stage| add(Some(name), stage.resource));
            }
        }
        for item in view.everywhere::<FunctionUrl>().iter() {
            add(item.facts.domain.known(), item.resource);
        }
        for item in view.everywhere::<apprunner::Service>().iter() {
            add(item.facts.domain.known().and_then(Option::as_ref), item.resource);
        }
        for item in view.everywhere::<appsync::Api>().iter() {
            add(item.facts.domain.known().and_then(Option::as_ref), item.resource);
        }
        Self { records: view.global(), ends }
    }

    pub(super) fn names(&self) -> Names<'_> {
        Names::new(&self.records)
    }

    /// The nodes that have a DNS name or public address. A Network Load Balancer has a name for each zone too.
    pub(super) fn bearers(&self, end: &str) -> impl Iterator<Item = &str> {
        let own = self.ends.get(end);
        let zonal = || self.ends.get(end.split_once('.')?.1);
        own.or_else(zonal).into_iter().flatten().map(String::as_str)
    }
}
