//! What the classes of instances are made of. RDS does not say; EC2 does, of the type that a class is named after.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_ec2::types::{Filter, InstanceTypeInfo};

use super::{DESCRIBE_TYPES, text, unnamed};
use crate::transport::collector_context::Context;
use waaudit_model::facts::rds::Class;

/// Types that one page brings at most.
const PAGE: i32 = 100;
/// How the names of classes begin.
const OF_DATABASES: &str = "db.";

pub(super) async fn collect(ctx: Context) {
    ctx.inherit_gaps();
    let classes = ctx.before.resources().filter_map(|instance| text(instance, "instance_class"));
    let classes: BTreeSet<&str> = classes.collect();
    let families: BTreeSet<String> = classes.iter().filter_map(|class| Some(format!("{}.*", family(class)?))).collect();
    if families.is_empty() {
        return push(&ctx, &classes, &BTreeMap::new());
    }
    let client = aws_sdk_ec2::Client::new(ctx.config());
    let filter = Filter::builder().name("instance-type").set_values(Some(families.into_iter().collect())).build();
    let request = client.describe_instance_types().filters(filter).max_results(PAGE);
    let mut types = BTreeMap::new();
    let whole = ctx.pages(&DESCRIBE_TYPES, request.into_paginator().send(), |page| {
        for found in page.instance_types() {
            if let Some(name) = found.instance_type() {
                types.insert(name.as_str().to_owned(), found.clone());
            }
        }
    });
    if whole.await {
        push(&ctx, &classes, &types);
    }
}

/// The family of the EC2 type that a class is named after; none for a serverless class.
fn family(class: &str) -> Option<&str> {
    Some(class.strip_prefix(OF_DATABASES)?.split_once('.')?.0)
}

fn push(ctx: &Context, classes: &BTreeSet<&str>, types: &BTreeMap<String, InstanceTypeInfo>) {
    for class in classes {
        let twin = class.strip_prefix(OF_DATABASES).and_then(|name| types.get(name));
        let largest = family(class).and_then(|family| largest_of(family, types));
        ctx.push(unnamed(ctx, "class", class), Class { family_max_vcpus: largest.into(), ..facts(twin) });
    }
}

/// vCPUs of a family's largest type, bare metal aside, which RDS does not offer.
fn largest_of(family: &str, types: &BTreeMap<String, InstanceTypeInfo>) -> Option<i64> {
    let members = types.iter().filter(|(name, _)| name.split_once('.').is_some_and(|(own, _)| own == family));
    let virtual_ones = members.filter(|(_, found)| found.bare_metal() != Some(true));
    virtual_ones.filter_map(|(_, found)| vcpus(found)).max()
}

fn vcpus(found: &InstanceTypeInfo) -> Option<i64> {
    found.v_cpu_info()?.default_v_cpus.map(i64::from)
}

fn facts(twin: Option<&InstanceTypeInfo>) -> Class {
    let ebs = twin.and_then(|twin| twin.ebs_info()?.ebs_optimized_info());
    Class {
        vcpus: twin.and_then(vcpus).into(),
        memory_mib: twin.and_then(|twin| twin.memory_info()?.size_in_mib).into(),
        ebs_baseline_iops: ebs.and_then(|ebs| ebs.baseline_iops).map(i64::from).into(),
        ebs_maximum_iops: ebs.and_then(|ebs| ebs.maximum_iops).map(i64::from).into(),
        ebs_baseline_mbps: ebs.and_then(|ebs| ebs.baseline_bandwidth_in_mbps).map(i64::from).into(),
        ebs_maximum_mbps: ebs.and_then(|ebs| ebs.maximum_bandwidth_in_mbps).map(i64::from).into(),
        ..Class::default()
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_ec2::types::{InstanceType, VCpuInfo};

    use super::*;
    use waaudit_model::facts::Fact;

    #[test]
    fn a_class_is_named_after_a_type_and_its_family_ends_below_bare_metal() {
        assert_eq!(family("db.r7g.large"), Some("r7g"));
        assert_eq!(family("db.r5.large.tpc1.mem2x"), Some("r5"));
        assert_eq!(family("db.serverless"), None);
        let of = |name: &str, vcpus: i32, metal: bool| {
            let info = VCpuInfo::builder().default_v_cpus(vcpus).build();
            let built = InstanceTypeInfo::builder().instance_type(InstanceType::from(name)).v_cpu_info(info);
            (name.to_owned(), built.bare_metal(metal).build())
        };
        let types = [of("r7i.large", 2, false), of("r7i.48xlarge", 192, false), of("r7i.metal-48xl", 256, true)];
        let types = BTreeMap::from(types);
        assert_eq!(largest_of("r7i", &types), Some(192));
        assert_eq!(largest_of("r7", &types), None);
        assert_eq!(facts(types.get("r7i.large")).vcpus, Fact::Known(Some(2)));
        assert_eq!(facts(None).vcpus, Fact::Known(None));
    }
}
