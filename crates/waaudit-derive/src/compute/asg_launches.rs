//! What an Auto Scaling group launches: the parts of it that are not there, and how its launches went.

use crate::engine::{Derivation, Item, List, Lookup, Patch, View, distinct, reads};
use waaudit_model::facts::autoscaling::{Group, LaunchConfiguration, LaunchHistory, TemplateVersion};
use waaudit_model::facts::ec2::{Image, LaunchTemplateVersion, Subnet};
use waaudit_model::facts::elb::TargetGroup;

pub(crate) const MISSING: Derivation = Derivation {
    kind: "autoscaling.group",
    facts: &["missing_launch_parts"],
    reads: reads![
        Group { launch_choices, launch_configuration, launch_template, subnets, target_groups },
        Image { state },
        LaunchConfiguration { image },
        LaunchTemplateVersion { image },
        Subnet {},
        TargetGroup {},
    ],
    compute: missing,
};
pub(crate) const HISTORY: Derivation = Derivation {
    kind: "autoscaling.group",
    facts: &["launches", "failed_launches"],
    reads: reads![Group {}, LaunchHistory { failed, launches }],
    compute: histories,
};

/// An image that a parameter of Systems Manager names.
const PARAMETER: &str = "resolve:ssm:";

/// All that a group launches from and into.
struct Parts<'l, 'a> {
    versions: Lookup<'l, 'a, LaunchTemplateVersion>,
    configurations: Lookup<'l, 'a, LaunchConfiguration>,
    images: Lookup<'l, 'a, Image>,
    subnets: Lookup<'l, 'a, Subnet>,
    target_groups: Lookup<'l, 'a, TargetGroup>,
}

fn missing(view: &View) -> Vec<Patch> {
    let (versions, configurations, images) = (view.here(), view.here(), view.here());
    let (subnets, target_groups): (List<Subnet>, List<TargetGroup>) = (view.here(), view.here());
    let parts = Parts {
        versions: versions.by_id(),
        configurations: configurations.by_id(),
        images: images.by_id(),
        subnets: subnets.by_id(),
        target_groups: target_groups.by_arn(),
    };
    let learned = |group: &Group| Group { missing_launch_parts: parts.missing(group).into(), ..Group::default() };
    view.here().iter().map(|group| group.patch(&learned(group.facts))).collect()
}

/// What can't be told of one part can't be told of the whole.
type Missing = Option<Vec<String>>;

impl Parts<'_, '_> {
    fn missing(&self, group: &Group) -> Missing {
        let mut missing = self.of_source(group)?;
        for subnet in group.subnets.known()? {
            missing.extend(absent(&self.subnets, subnet, || format!("subnet {subnet}"))?);
        }
        for arn in group.target_groups.known()? {
            missing.extend(absent(&self.target_groups, arn, || format!("target group {arn}"))?);
        }
        Some(distinct(missing))
    }

    /// A choice may have a template and an image of its own; others launch the group's.
    fn of_source(&self, group: &Group) -> Missing {
        if let Some(name) = group.launch_configuration.known()? {
            return self.of_configuration(name);
        }
        let own = group.launch_template.known()?.as_ref();
        let choices = group.launch_choices.known()?;
        let mut missing = Vec::new();
        for choice in choices {
            let template = choice.template.as_ref().or(own);
            missing.extend(self.of_version(template, choice.image.as_deref())?);
        }
        if choices.is_empty() {
            missing.extend(self.of_version(own, None)?);
        }
        Some(missing)
    }

    fn of_configuration(&self, name: &str) -> Missing {
        match self.configurations.get(name) {
            Some(configuration) => self.of_image(configuration.facts.image.known()?),
            None => absent(&self.configurations, name, || format!("launch configuration {name}")),
        }
    }

    fn of_version(&self, template: Option<&TemplateVersion>, image: Option<&str>) -> Missing {
        let Some(TemplateVersion { template, version }) = template else { return Some(Vec::new()) };
        let id = format!("{template}:{version}");
        let Some(found) = self.versions.get(&id) else {
            return absent(&self.versions, &id, || format!("launch template {template}, version {version}"));
        };
        match image {
            Some(image) => self.of_image(image),
            None => found.facts.image.known()?.as_ref().map_or(Some(Vec::new()), |image| self.of_image(image)),
        }
    }

    fn of_image(&self, image: &str) -> Missing {
        if image.starts_with(PARAMETER) {
            return None;
        }
        let Some(found) = self.images.get(image) else {
            return absent(&self.images, image, || format!("image {image}"));
        };
        let state = found.facts.state.known()?;
        Some(if state == "available" { Vec::new() } else { vec![format!("image {image} ({state})")] })
    }
}

fn absent<F>(parts: &Lookup<F>, key: &str, words: impl Fn() -> String) -> Missing {
    parts.has(key).map(|there| if there { Vec::new() } else { vec![words()] })
}

/// A group that the whole list leaves out launched nothing.
fn histories(view: &View) -> Vec<Patch> {
    let histories = view.here::<LaunchHistory>();
    let histories = histories.by_id();
    let learned = |group: &Item<Group>| {
        if let Some(history) = histories.get(&group.resource.id) {
            Group {
                launches: history.facts.launches.get().into(),
                failed_launches: history.facts.failed.known().cloned().into(),
                ..Group::default()
            }
        } else {
            let nothing = histories.has(&group.resource.id).is_some();
            Group {
                launches: nothing.then_some(0).into(),
                failed_launches: nothing.then(Vec::new).into(),
                ..Group::default()
            }
        }
    };
    view.here().iter().map(|group| group.patch(&learned(group))).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::snapshot_builder::{SnapshotBuilder, arn};
    use waaudit_model::facts::autoscaling::{Group, LaunchConfiguration, LaunchHistory};
    use waaudit_model::facts::ec2::{Image, LaunchTemplateVersion, Subnet};
    use waaudit_model::facts::elb::TargetGroup;

    fn group(template: Value, configuration: Value, choices: Value) -> Value {
        json!({
            "launch_template": template, "launch_configuration": configuration, "launch_choices": choices,
            "subnets": ["subnet-a"], "target_groups": [arn::<TargetGroup>("web")],
        })
    }

    fn version(number: &str) -> Value {
        json!({"template": "lt-1", "version": number})
    }

    fn choice(template: Value, image: Value) -> Value {
        json!({"instance_type": "m7g.large", "by_requirements": false, "weight": null, "template": template, "image": image})
    }

    fn world() -> SnapshotBuilder {
        SnapshotBuilder::new()
            .with::<Subnet>("subnet-a", json!({}))
            .with::<TargetGroup>("web", json!({}))
            .with::<Image>("ami-1", json!({"state": "available"}))
            .with::<Image>("ami-2", json!({"state": "disabled"}))
            .with::<LaunchTemplateVersion>("lt-1:1", json!({"image": "ami-1"}))
            .with::<LaunchTemplateVersion>("lt-1:2", json!({"image": "ami-2"}))
            .with::<LaunchTemplateVersion>("lt-1:3", json!({"image": "ami-3"}))
            .with::<LaunchTemplateVersion>("lt-1:4", json!({"image": "resolve:ssm:/web"}))
            .with::<LaunchConfiguration>("old", json!({"image": "ami-1"}))
    }

    fn missing(world: SnapshotBuilder, facts: Value) -> Option<Value> {
        world.with::<Group>("web", facts).derive().fact::<Group>("web", "missing_launch_parts")
    }

    #[test]
    fn an_image_is_gone_or_not_available() {
        let of = |number| missing(world(), group(version(number), json!(null), json!([])));
        assert_eq!(of("1"), Some(json!([])));
        assert_eq!(of("2"), Some(json!(["image ami-2 (disabled)"])));
        assert_eq!(of("3"), Some(json!(["image ami-3"])));
        assert_eq!(of("4"), None, "a parameter names it");
        assert_eq!(of("9"), Some(json!(["launch template lt-1, version 9"])));
    }

    #[test]
    fn a_choice_launches_its_own_template_and_image_or_the_groups() {
        let own = choice(version("1"), json!("ami-9"));
        let of = |choices| missing(world(), group(version("3"), json!(null), choices));
        assert_eq!(of(json!([own])), Some(json!(["image ami-9"])), "nothing launches the group's own version");
        assert_eq!(of(json!([own, choice(json!(null), json!(null))])), Some(json!(["image ami-3", "image ami-9"])));
    }

    #[test]
    fn a_launch_configuration_a_subnet_and_a_target_group_are_parts() {
        let of = |name: &str| missing(world(), group(json!(null), json!(name), json!([])));
        assert_eq!(of("old"), Some(json!([])));
        assert_eq!(of("gone"), Some(json!(["launch configuration gone"])));
        let mut elsewhere = group(version("1"), json!(null), json!([]));
        elsewhere["subnets"] = json!(["subnet-z"]);
        assert_eq!(missing(world(), elsewhere), Some(json!(["subnet subnet-z"])));
    }

    #[test]
    fn of_half_a_list_nothing_is_missing() {
        let facts = || group(version("3"), json!(null), json!([]));
        assert_eq!(missing(world().half_read::<Image>(), facts()), None);
        assert_eq!(missing(world().half_read::<LaunchTemplateVersion>(), facts()), Some(json!(["image ami-3"])));
        assert_eq!(missing(world().half_read::<Subnet>(), facts()), Some(json!(["image ami-3"])));
    }

    #[test]
    fn a_group_without_a_history_launched_nothing_if_the_list_is_whole() {
        let failed = json!({"at": "2026-03-01T00:00:00Z", "cause": "quota", "followed_by_success": false});
        let world = SnapshotBuilder::new()
            .with::<Group>("web", json!({}))
            .with::<Group>("idle", json!({}))
            .with::<LaunchHistory>("web", json!({"launches": 3, "failed": [failed]}));
        let derived = world.clone().derive();
        assert_eq!(derived.fact::<Group>("web", "launches"), Some(json!(3)));
        assert_eq!(derived.fact::<Group>("web", "failed_launches"), Some(json!([failed])));
        assert_eq!(derived.fact::<Group>("idle", "launches"), Some(json!(0)));
        assert_eq!(world.half_read::<LaunchHistory>().derive().fact::<Group>("idle", "launches"), None);
    }
}
