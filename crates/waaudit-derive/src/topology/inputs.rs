//! The typed lists that the graph is drawn from: those of one region, and those above the regions.

use std::collections::{BTreeMap, BTreeSet};

use crate::edge::dns::Names;
use crate::edge::region_failover::{is_left_when_unhealthy, is_one_of_several};
use crate::engine::{List, View, all};
use waaudit_model::facts::apigateway::{DomainName, Stage};
use waaudit_model::facts::autoscaling::Group;
use waaudit_model::facts::cloudfront::Distribution;
use waaudit_model::facts::cloudwatch::Alarm;
use waaudit_model::facts::derived::database::Database;
use waaudit_model::facts::ec2::{
    Instance, NatGateway, NetworkInterface, PrefixList, RouteTable, SecurityGroup, Subnet,
};
use waaudit_model::facts::ecs::Service;
use waaudit_model::facts::efs::FileSystem;
use waaudit_model::facts::elasticache::{Cluster, ReplicationGroup, ServerlessCache, SubnetGroup};
use waaudit_model::facts::elb::{ClassicLoadBalancer, LoadBalancer, TargetGroup};
use waaudit_model::facts::globalaccelerator::Accelerator;
use waaudit_model::facts::lambda::{EventSourceMapping, Function, FunctionUrl};
use waaudit_model::facts::rds::{DbCluster, DbInstance};
use waaudit_model::facts::route53::Record;
use waaudit_model::facts::s3::Bucket;
use waaudit_model::facts::sqs::Queue;
use waaudit_model::facts::wafv2::WebAcl;
use waaudit_model::facts::{apprunner, appsync, lightsail};
use waaudit_model::settings::NonProductionPatterns;
use waaudit_model::snapshot::Resource;

/// The lists of one region.
pub(crate) struct Region<'a> {
    pub(crate) name: &'a str,
    pub(crate) non_production: &'a NonProductionPatterns,
    pub(crate) accelerators: List<'a, Accelerator>,
    pub(crate) acls: List<'a, WebAcl>,
    pub(crate) alarms: List<'a, Alarm>,
    pub(crate) balancers: List<'a, LoadBalancer>,
    pub(crate) buckets: List<'a, Bucket>,
    pub(crate) cache_clusters: List<'a, Cluster>,
    pub(crate) cache_subnet_groups: List<'a, SubnetGroup>,
    pub(crate) cache_groups: List<'a, ReplicationGroup>,
    pub(crate) classics: List<'a, ClassicLoadBalancer>,
    pub(crate) databases: List<'a, Database>,
    pub(crate) db_clusters: List<'a, DbCluster>,
    pub(crate) db_instances: List<'a, DbInstance>,
    pub(crate) distributions: List<'a, Distribution>,
    pub(crate) file_systems: List<'a, FileSystem>,
    pub(crate) fleets: List<'a, Group>,
    pub(crate) functions: List<'a, Function>,
    pub(crate) gateways: List<'a, NatGateway>,
    pub(crate) graphs: List<'a, appsync::Api>,
    pub(crate) instances: List<'a, Instance>,
    pub(crate) interfaces: List<'a, NetworkInterface>,
    pub(crate) lightsail_balancers: List<'a, lightsail::LoadBalancer>,
    pub(crate) lightsail_databases: List<'a, lightsail::Database>,
    pub(crate) lightsail_instances: List<'a, lightsail::Instance>,
    pub(crate) mappings: List<'a, EventSourceMapping>,
    pub(crate) prefix_lists: List<'a, PrefixList>,
    pub(crate) queues: List<'a, Queue>,
    pub(crate) runners: List<'a, apprunner::Service>,
    pub(crate) records: List<'a, Record>,
    pub(crate) security_groups: List<'a, SecurityGroup>,
    pub(crate) services: List<'a, Service>,
    pub(crate) serverless_caches: List<'a, ServerlessCache>,
    pub(crate) stages: List<'a, Stage>,
    pub(crate) subnets: List<'a, Subnet>,
    pub(crate) tables: List<'a, RouteTable>,
    pub(crate) target_groups: List<'a, TargetGroup>,
    pub(crate) urls: List<'a, FunctionUrl>,
}

impl<'a> Region<'a> {
    pub(crate) fn new(view: &View<'a>, non_production: &'a NonProductionPatterns) -> Self {
        Self {
            name: view.region,
            non_production,
            accelerators: view.here(),
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
            file_systems: view.here(),
            fleets: view.here(),
            functions: view.here(),
            gateways: view.here(),
            graphs: view.here(),
            instances: view.here(),
            interfaces: view.here(),
            lightsail_balancers: view.here(),
            lightsail_databases: view.here(),
            lightsail_instances: view.here(),
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
    pub(crate) fn zones_of(&self, subnets: &[String]) -> Option<Vec<String>> {
        let known = self.subnets.by_id();
        let zones = subnets.iter().map(|id| known.get(id)?.facts.availability_zone.known().cloned());
        Some(crate::engine::distinct(zones.collect::<Option<Vec<_>>>()?))
    }

    /// Whether a resource is no production, by the settings of the user: as in the rules.
    pub(crate) fn is_spare(&self, resource: &Resource) -> bool {
        self.non_production.cover(&resource.id, resource.name.as_deref(), resource.tags.as_ref())
    }

    /// The VPC of subnets.
    pub(crate) fn vpc_of(&self, subnets: &[String]) -> Option<String> {
        self.subnets.by_id().get(subnets.first()?)?.facts.vpc.known().cloned()
    }
}

/// What belongs to no region, and what names lead to in any region.
pub(crate) struct Worldwide<'a> {
    records: List<'a, Record>,
    /// Names whose records replace each other when what they lead to is unhealthy.
    failing_over: BTreeSet<&'a str>,
    /// Nodes by DNS name or public address. The stages of an API share its name.
    ends: BTreeMap<String, Vec<String>>,
    /// ARNs of instances by their ids.
    instances: BTreeMap<&'a str, &'a str>,
}

impl<'a> Worldwide<'a> {
    pub(crate) fn new(view: &View<'a>) -> Self {
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
        for item in view.everywhere::<lightsail::Instance>().iter() {
            add(item.facts.public_ip.known().and_then(Option::as_ref), item.resource);
        }
        for item in view.global::<Accelerator>().iter() {
            item.facts.dns_names.known().into_iter().flatten().for_each(|name| add(Some(name), item.resource));
        }
        for item in view.everywhere::<Stage>().iter() {
            add(item.facts.domain.known(), item.resource);
        }
        let stages = view.everywhere::<Stage>();
        let stages = stages.by(|stage| Some([stage.resource.id.as_str()]));
        for domain in view.everywhere::<DomainName>().iter() {
            let (Some(names), Some(own)) = (domain.facts.targets.known(), domain.facts.stages.known()) else {
                continue;
            };
            for name in names.iter().chain(domain.facts.domain.known()) {
                let led_to = own.iter().flat_map(|id| stages.of(id));
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
        let instances = view.everywhere::<Instance>();
        let instances = instances.iter().map(|item| (item.resource.id.as_str(), item.resource.arn.as_str())).collect();
        let records = view.global();
        Self { failing_over: failing_over(&records), records, ends, instances }
    }

    /// Whether Route 53 answers for a name with what is healthy alone.
    pub(crate) fn fails_over(&self, name: &str) -> bool {
        self.failing_over.contains(name)
    }

    /// The ARN of an instance.
    pub(crate) fn instance(&self, id: &str) -> Option<&str> {
        self.instances.get(id).copied()
    }

    pub(crate) fn names(&self) -> Names<'_> {
        Names::new(&self.records)
    }

    /// The nodes that have a DNS name or public address. A Network Load Balancer has a name for each zone too.
    pub(crate) fn bearers(&self, end: &str) -> impl Iterator<Item = &str> {
        let own = self.ends.get(end);
        let zonal = || self.ends.get(end.split_once('.')?.1);
        own.or_else(zonal).into_iter().flatten().map(String::as_str)
    }
}

/// Names of which each record is one among several and is left while what it leads to is unhealthy.
fn failing_over<'a>(records: &List<'a, Record>) -> BTreeSet<&'a str> {
    let mut by_name: BTreeMap<&str, bool> = BTreeMap::new();
    for record in records.iter().map(|record| record.facts).filter(|record| record.private.get() != Some(true)) {
        let Some(name) = record.record_name.known() else { return BTreeSet::new() };
        let left = all([is_one_of_several(record), is_left_when_unhealthy(record)]) == Some(true);
        *by_name.entry(name).or_insert(true) &= left;
    }
    by_name.into_iter().filter_map(|(name, left)| left.then_some(name)).collect()
}
