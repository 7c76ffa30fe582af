//! What Auto Scaling groups launch: the versions of launch templates that they name, and the images and types of all that
//! runs or may be launched. Only what is in use is asked for.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_ec2::Client;
use aws_sdk_ec2::types::{
    Filter, Image as SdkImage, InstanceTypeInfo, LaunchTemplateVersion as SdkVersion, MarketType,
    ResponseLaunchTemplateData, VCpuInfo,
};

use super::named;
use crate::call::Call;
use crate::kind::Kind;
use crate::transport::bounded::run_bounded;
use crate::transport::collector_context::{Context, ResourceId};
use crate::transport::decode::word;
use waaudit_model::facts;
use waaudit_model::facts::Facts;
use waaudit_model::facts::autoscaling::{Group, LaunchConfiguration, TemplateVersion};
use waaudit_model::facts::ec2::{Image, Instance, InstanceType, LaunchTemplateVersion};
use waaudit_model::snapshot::Resource;

const DESCRIBE_VERSIONS: Call = Call::new("ec2", "DescribeLaunchTemplateVersions");
const DESCRIBE_IMAGES: Call = Call::new("ec2", "DescribeImages");
const DESCRIBE_TYPES: Call = Call::new("ec2", "DescribeInstanceTypes");

pub(crate) const LAUNCH_TEMPLATE_VERSION: Kind =
    Kind::regional::<facts::ec2::LaunchTemplateVersion>(&[&DESCRIBE_VERSIONS], |ctx| Box::pin(versions(ctx)))
        .after::<facts::autoscaling::Group>()
        .own_tags();
pub(crate) const IMAGE: Kind = Kind::regional::<facts::ec2::Image>(&[&DESCRIBE_IMAGES], |ctx| Box::pin(images(ctx)))
    .after::<facts::autoscaling::Group>()
    .after::<facts::autoscaling::LaunchConfiguration>()
    .after::<facts::ec2::LaunchTemplateVersion>()
    .after::<facts::ec2::Instance>()
    .own_tags();
pub(crate) const INSTANCE_TYPE: Kind =
    Kind::regional::<facts::ec2::InstanceType>(&[&DESCRIBE_TYPES], |ctx| Box::pin(types(ctx)))
        .after::<facts::autoscaling::Group>()
        .after::<facts::autoscaling::LaunchConfiguration>()
        .after::<facts::ec2::LaunchTemplateVersion>()
        .after::<facts::ec2::Instance>()
        .own_tags();

/// Errors that say that a template or a version is not there.
const NO_VERSION: &[&str] = &[
    "InvalidLaunchTemplateId.NotFound",
    "InvalidLaunchTemplateId.NotFoundException",
    "InvalidLaunchTemplateId.VersionNotFound",
    "InvalidLaunchTemplateName.NotFoundException",
];

/// Values that one filter may have.
const VALUES_A_FILTER: usize = 200;

fn all<'r, F: Facts>(before: impl IntoIterator<Item = &'r Resource>) -> impl Iterator<Item = F> {
    before.into_iter().filter(|resource| resource.kind == F::KIND).filter_map(|resource| resource.facts::<F>().ok())
}

async fn versions(ctx: Context) {
    ctx.inherit_gaps();
    let client = Client::new(ctx.config());
    let named = all::<Group>(ctx.before.resources()).flat_map(|group| named_by(&group));
    let asked: BTreeSet<(String, String)> = named.map(|named| (named.template, named.version)).collect();
    run_bounded(asked.iter().map(|(template, asked)| version(&ctx, &client, template, asked))).await;
}

fn named_by(group: &Group) -> Vec<TemplateVersion> {
    let own = group.launch_template.known().cloned().flatten();
    let choices = group.launch_choices.known().into_iter().flatten().filter_map(|choice| choice.template.clone());
    own.into_iter().chain(choices).collect()
}

/// A version that is not there is left out: of a whole list, that says so.
async fn version(ctx: &Context, client: &Client, template: &str, asked: &str) {
    let id = format!("{template}:{asked}");
    let arn = ctx.arn("ec2", &format!("launch-template/{template}/{asked}"));
    let request = client.describe_launch_template_versions().launch_template_id(template).versions(asked);
    let answer = ctx.detail_or_none(&DESCRIBE_VERSIONS, &arn, NO_VERSION, request.send()).await;
    let facts = match &answer {
        None => LaunchTemplateVersion::default(),
        Some(None) => return,
        Some(Some(answer)) => match answer.launch_template_versions() {
            [] => return,
            [version, ..] => version_facts(ctx, &arn, version),
        },
    };
    let facts = LaunchTemplateVersion { template: template.to_owned().into(), asked: asked.to_owned().into(), ..facts };
    ctx.push(ResourceId { arn, id, tags: Some(BTreeMap::new()), ..ResourceId::default() }, facts);
}

fn version_facts(ctx: &Context, arn: &str, v: &SdkVersion) -> LaunchTemplateVersion {
    let data = ctx.whole(&DESCRIBE_VERSIONS, arn, "image", v.launch_template_data.clone());
    let Some(data) = data.known() else { return LaunchTemplateVersion::default() };
    LaunchTemplateVersion {
        version: v.version_number.into(),
        image: data.image_id.clone().into(),
        instance_type: word(data.instance_type()).into(),
        by_requirements: data.instance_requirements().is_some().into(),
        spot: is_spot(data).into(),
        ..LaunchTemplateVersion::default()
    }
}

fn is_spot(data: &ResponseLaunchTemplateData) -> bool {
    data.instance_market_options().and_then(|market| market.market_type()) == Some(&MarketType::Spot)
}

async fn images(ctx: Context) {
    ctx.inherit_gaps();
    let client = Client::new(ctx.config());
    let ids: Vec<String> = images_of(ctx.before.resources()).into_iter().collect();
    run_bounded(ids.chunks(VALUES_A_FILTER).map(|ids| some_images(&ctx, &client, ids))).await;
}

/// Parameters of Systems Manager, which name an image elsewhere, aside.
fn images_of<'r>(before: impl IntoIterator<Item = &'r Resource> + Clone) -> BTreeSet<String> {
    let running = all::<Instance>(before.clone()).filter_map(|instance| instance.image.known().cloned().flatten());
    let choices = all::<Group>(before.clone()).filter_map(|group| group.launch_choices.known().cloned()).flatten();
    let chosen = choices.filter_map(|choice| choice.image);
    let templates =
        all::<LaunchTemplateVersion>(before.clone()).filter_map(|version| version.image.known().cloned().flatten());
    let configurations = all::<LaunchConfiguration>(before.clone()).filter_map(|one| one.image.known().cloned());
    running.chain(chosen).chain(templates).chain(configurations).filter(|image| image.starts_with("ami-")).collect()
}

/// By a filter, since one id that is not there would fail the whole call.
async fn some_images(ctx: &Context, client: &Client, ids: &[String]) {
    let filter = Filter::builder().name("image-id").set_values(Some(ids.to_vec())).build();
    let request = client.describe_images().filters(filter).include_deprecated(true).include_disabled(true);
    ctx.listed(
        &DESCRIBE_IMAGES,
        request.into_paginator().send(),
        |page| page.images(),
        |image| {
            let id = image.image_id()?;
            let arn = format!("arn:{}:ec2:{}::image/{id}", ctx.partition, ctx.region);
            Some((named(arn, id, image.tags()), image_facts(image)))
        },
    )
    .await;
}

fn image_facts(i: &SdkImage) -> Image {
    Image {
        state: word(i.state()).into(),
        deprecated_at: i.deprecation_time.clone().into(),
        owner: i.owner_id.clone().into(),
        image_name: i.name.clone().into(),
    }
}

async fn types(ctx: Context) {
    ctx.inherit_gaps();
    let client = Client::new(ctx.config());
    let names: Vec<String> = types_of(ctx.before.resources()).into_iter().collect();
    run_bounded(names.chunks(VALUES_A_FILTER).map(|names| some_types(&ctx, &client, names))).await;
}

fn types_of<'r>(before: impl IntoIterator<Item = &'r Resource> + Clone) -> BTreeSet<String> {
    let running = all::<Instance>(before.clone()).filter_map(|instance| instance.instance_type.known().cloned());
    let choices = all::<Group>(before.clone()).filter_map(|group| group.launch_choices.known().cloned()).flatten();
    let chosen = choices.filter_map(|choice| choice.instance_type);
    let templates =
        all::<LaunchTemplateVersion>(before.clone()).filter_map(|one| one.instance_type.known().cloned().flatten());
    let configurations =
        all::<LaunchConfiguration>(before.clone()).filter_map(|one| one.instance_type.known().cloned());
    running.chain(chosen).chain(templates).chain(configurations).collect()
}

async fn some_types(ctx: &Context, client: &Client, names: &[String]) {
    let filter = Filter::builder().name("instance-type").set_values(Some(names.to_vec())).build();
    let request = client.describe_instance_types().filters(filter);
    ctx.pages(&DESCRIBE_TYPES, request.into_paginator().send(), |page| {
        for info in page.instance_types() {
            let name = word(info.instance_type());
            let Some(id) = ctx.entry(&DESCRIBE_TYPES, name.as_deref()) else { continue };
            let arn = format!("arn:{}:ec2:{}::instance-type/{id}", ctx.partition, ctx.region);
            ctx.push(named(arn, id, &[]), InstanceType { vcpus: vcpus(info).into() });
        }
    })
    .await;
}

fn vcpus(info: &InstanceTypeInfo) -> Option<i64> {
    info.v_cpu_info().and_then(VCpuInfo::default_v_cpus).map(i64::from)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn resource<F: Facts>(facts: Value) -> Resource {
        serde_json::from_value(json!({
            "kind": F::KIND, "arn": "arn:aws:ec2:eu-west-1:111122223333:x", "id": "x", "name": null,
            "region": "eu-west-1", "account": "111122223333", "tags": {}, "facts": facts,
        }))
        .unwrap()
    }

    fn before() -> Vec<Resource> {
        let choice = json!({
            "instance_type": "m7g.large", "by_requirements": false, "weight": null,
            "template": {"template": "lt-2", "version": "$Latest"}, "image": "ami-3",
        });
        let own = json!({"template": "lt-1", "version": "4"});
        vec![
            resource::<Group>(json!({"launch_template": own, "launch_choices": [choice]})),
            resource::<Group>(json!({"launch_template": null, "launch_choices": []})),
            resource::<LaunchTemplateVersion>(json!({"image": "ami-1", "instance_type": null})),
            resource::<LaunchTemplateVersion>(json!({"image": "resolve:ssm:/web/image", "instance_type": "c7g.large"})),
            resource::<LaunchConfiguration>(json!({"image": "ami-2", "instance_type": "t3.micro"})),
            resource::<Instance>(json!({"instance_type": "r7g.large", "image": "ami-4"})),
            resource::<Instance>(json!({})),
        ]
    }

    #[test]
    fn only_what_is_in_use_is_asked_for() {
        let before = before();
        assert_eq!(images_of(&before).into_iter().collect::<Vec<_>>(), ["ami-1", "ami-2", "ami-3", "ami-4"]);
        assert_eq!(
            types_of(&before).into_iter().collect::<Vec<_>>(),
            ["c7g.large", "m7g.large", "r7g.large", "t3.micro"]
        );
        let named: Vec<String> =
            all::<Group>(&before).flat_map(|group| named_by(&group)).map(|one| one.template).collect();
        assert_eq!(named, ["lt-1", "lt-2"]);
    }
}
