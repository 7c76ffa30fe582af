//! How many vCPUs of each family a region comes to with every Auto Scaling group at its maximum, beside its quota.

use std::collections::BTreeMap;

use super::addresses::parts;
use super::view::{distinct, only};
use super::{Item, Join, List, Lookup, Patch, View};
use crate::facts::Fact;
use crate::facts::autoscaling::{Group, LaunchConfiguration};
use crate::facts::ec2::{Instance, InstanceType, LaunchTemplateVersion};
use crate::facts::servicequotas::Quota;

pub(super) const AT_MAX: Join = Join {
    kind: "servicequotas.quota",
    facts: &["vcpus_at_max", "growing_groups"],
    reads: &[
        "autoscaling.group",
        "autoscaling.launch_configuration",
        "ec2.instance",
        "ec2.instance_type",
        "ec2.launch_template_version",
    ],
    learn: at_max,
};

/// Families of instance types, by the letters that their names begin with, and the quota of their on-demand vCPUs.
const QUOTAS: &[(&str, &[&str])] = &[
    ("L-1216C47A", &["a", "c", "d", "h", "i", "im", "is", "m", "r", "t", "z"]),
    ("L-74FC7D96", &["f"]),
    ("L-DB2E81BA", &["g", "gr", "vt"]),
    ("L-417A185B", &["p"]),
    ("L-7295265B", &["x"]),
    ("L-1945791B", &["inf"]),
    ("L-2C3B7624", &["trn"]),
    ("L-6E869C2A", &["dl"]),
    ("L-F7808C92", &["hpc"]),
    ("L-43DA4232", &["u"]),
];
/// Families that only run on Dedicated Hosts, which have quotas of their own.
const ON_HOSTS: &[&str] = &["mac"];

/// The quota that a type draws on; none for one that draws on none, nothing where it can't be told.
fn quota_of(name: &str) -> Option<Option<&'static str>> {
    let letters = name.split(|c: char| !c.is_ascii_lowercase()).next()?;
    if ON_HOSTS.contains(&letters) {
        return Some(None);
    }
    QUOTAS.iter().find(|(_, families)| families.contains(&letters)).map(|(code, _)| Some(*code))
}

/// vCPUs by quota.
type Needs = BTreeMap<&'static str, i64>;

fn at_max(view: &View) -> Vec<Patch> {
    let (groups, instances, types) = (view.here::<Group>(), view.here::<Instance>(), view.here());
    let (versions, configurations) = (view.here(), view.here());
    let fleet = Fleet { types: types.by_id(), versions: versions.by_id(), configurations: configurations.by_id() };
    let of_groups = fleet.of_groups(&groups);
    let alone = fleet.alone(&instances);
    let learned = |quota: &Item<Quota>| {
        let Some(code) = quota.facts.code.known() else { return Quota::default() };
        if !QUOTAS.iter().any(|(known, _)| known == code) {
            return Quota { vcpus_at_max: Fact::Known(None), growing_groups: Vec::new().into(), ..Quota::default() };
        }
        let sum = of_groups.as_ref().zip(alone.as_ref()).map(|(groups, alone)| {
            let of_groups: i64 = groups.iter().filter_map(|group| group.needs.get(code.as_str())).sum();
            Some(of_groups + alone.get(code.as_str()).unwrap_or(&0))
        });
        let growing = of_groups.as_ref().map(|groups| {
            let own = groups.iter().filter(|group| group.grows && group.needs.contains_key(code.as_str()));
            distinct(own.map(|group| group.name.clone()))
        });
        Quota { vcpus_at_max: sum.into(), growing_groups: growing.into(), ..Quota::default() }
    };
    view.here().iter().map(|quota| quota.learn(&learned(quota))).collect()
}

/// What a group comes to.
struct AtMax {
    name: String,
    grows: bool,
    needs: Needs,
}

struct Fleet<'l, 'a> {
    types: Lookup<'l, 'a, InstanceType>,
    versions: Lookup<'l, 'a, LaunchTemplateVersion>,
    configurations: Lookup<'l, 'a, LaunchConfiguration>,
}

impl Fleet<'_, '_> {
    fn of_groups(&self, groups: &List<Group>) -> Option<Vec<AtMax>> {
        let of_group = |group: &Item<Group>| {
            let facts = &group.facts;
            Some(AtMax {
                name: group.resource.id.clone(),
                grows: facts.max_size.get()? > facts.desired_capacity.get()?,
                needs: self.needs(facts)?,
            })
        };
        groups.whole()?.iter().map(of_group).collect()
    }

    /// On-demand instances outside groups: they stay as they are.
    fn alone(&self, instances: &List<Instance>) -> Option<Needs> {
        let alone = only(instances.whole()?, |instance| {
            let instance = &instance.facts;
            let runs = instance.state.known().map(|state| ["pending", "running"].contains(&state.as_str()));
            super::view::all([
                runs,
                instance.lifecycle.known().map(Option::is_none),
                instance.auto_scaling_group.known().map(Option::is_none),
            ])
        })?;
        let mut needs = Needs::new();
        for instance in alone {
            let name = instance.facts.instance_type.known()?;
            if let Some(code) = quota_of(name)? {
                *needs.entry(code).or_default() += self.vcpus(name)?;
            }
        }
        Some(needs)
    }

    fn vcpus(&self, name: &str) -> Option<i64> {
        self.types.get(name)?.facts.vcpus.get()
    }

    /// Of each quota, the largest need that a choice among the group's types could make.
    fn needs(&self, group: &Group) -> Option<Needs> {
        let most = group.max_size.get()?;
        if most == 0 {
            return Some(Needs::new());
        }
        let (types, spot) = self.launched(group)?;
        let units = if spot { 0 } else { on_demand(most, group)? };
        let mut needs = Needs::new();
        for (name, weight) in types {
            if let Some(code) = quota_of(&name)? {
                let need = parts(units, weight) * self.vcpus(&name)?;
                let known = needs.entry(code).or_default();
                *known = need.max(*known);
            }
        }
        Some(needs)
    }

    /// The types that a group launches with their weights, and whether all of them are Spot instances by the template.
    fn launched(&self, group: &Group) -> Option<(Vec<(String, i64)>, bool)> {
        if let Some(name) = group.launch_configuration.known()? {
            let configuration = &self.configurations.get(name)?.facts;
            return Some((vec![(configuration.instance_type.known()?.clone(), 1)], configuration.spot.get()?));
        }
        let own = group.launch_template.known()?.as_ref()?;
        let version = |template: &str, version: &str| self.versions.get(&format!("{template}:{version}"));
        let own = &version(&own.template, &own.version)?.facts;
        let choices = group.launch_choices.known()?;
        if choices.is_empty() {
            return Some((vec![(type_of(own)?, 1)], own.spot.get()?));
        }
        let mut types = Vec::new();
        for choice in choices {
            if choice.by_requirements {
                return None;
            }
            let name = match (&choice.instance_type, &choice.template) {
                (Some(name), _) => name.clone(),
                (None, Some(other)) => type_of(&version(&other.template, &other.version)?.facts)?,
                (None, None) => type_of(own)?,
            };
            types.push((name, choice.weight.as_deref().map_or(Some(1), weight)?));
        }
        // Beside a mixed-instances policy, a template may not ask for Spot itself.
        Some((types, false))
    }
}

/// A weight counts one or more.
fn weight(words: &str) -> Option<i64> {
    words.parse().ok().filter(|&weight| weight > 0)
}

/// The type of a template that names one.
fn type_of(version: &LaunchTemplateVersion) -> Option<String> {
    if version.by_requirements.get()? {
        return None;
    }
    version.instance_type.known()?.clone()
}

/// Units of capacity on demand with so many in all.
fn on_demand(most: i64, group: &Group) -> Option<i64> {
    let Some(base) = *group.on_demand_base.known()? else { return Some(most) };
    let percent = (*group.on_demand_percent.known()?)?;
    let base = base.min(most);
    Some(base + parts((most - base) * percent, 100))
}

#[cfg(test)]
#[path = "vcpus_tests.rs"]
mod tests;
