//! How many vCPUs of each family a region comes to with every Auto Scaling group at its maximum, beside its quota.

use std::collections::BTreeMap;

use crate::engine::{Derivation, Item, List, Lookup, Patch, View, distinct, only, reads};
use crate::network::ip_headroom::parts;
use waaudit_model::facts::Fact;
use waaudit_model::facts::autoscaling::{Group, LaunchConfiguration};
use waaudit_model::facts::ec2::{Instance, InstanceType, LaunchTemplateVersion};
use waaudit_model::facts::servicequotas::Quota;

pub(crate) const AT_MAX: Derivation = Derivation {
    kind: "servicequotas.quota",
    facts: &["vcpus_at_max", "growing_groups"],
    reads: reads![
        Group {
            desired_capacity,
            launch_choices,
            launch_configuration,
            launch_template,
            max_size,
            on_demand_base,
            on_demand_percent
        },
        Instance { auto_scaling_group, instance_type, lifecycle, state },
        InstanceType { vcpus },
        LaunchConfiguration { instance_type, spot },
        LaunchTemplateVersion { by_requirements, instance_type, spot },
        Quota { code },
    ],
    compute: at_max,
};

/// The quotas of vCPUs that instances on demand draw on, and the one of Spot instances of the same families.
struct Family {
    on_demand: &'static str,
    spot: Option<&'static str>,
    /// The letters that the names of its types begin with.
    letters: &'static [&'static str],
}

const fn family(on_demand: &'static str, spot: Option<&'static str>, letters: &'static [&'static str]) -> Family {
    Family { on_demand, spot, letters }
}

/// EC2's quotas of vCPUs, from Service Quotas (November 2026). High memory and HPC types are not offered as Spot.
const FAMILIES: &[Family] = &[
    family("L-1216C47A", Some("L-34B43A08"), &["a", "c", "d", "h", "i", "im", "is", "m", "r", "t", "z"]),
    family("L-74FC7D96", Some("L-88CF9481"), &["f"]),
    family("L-DB2E81BA", Some("L-3819A6DF"), &["g", "gr", "vt"]),
    family("L-417A185B", Some("L-7212CCBC"), &["p"]),
    family("L-7295265B", Some("L-E3A00192"), &["x"]),
    family("L-1945791B", Some("L-B5D1601B"), &["inf"]),
    family("L-2C3B7624", Some("L-6B0D517C"), &["trn"]),
    family("L-6E869C2A", Some("L-85EED4F7"), &["dl"]),
    family("L-F7808C92", None, &["hpc"]),
    family("L-43DA4232", None, &["u"]),
];
/// The Spot quota of P5 types; that of the family's row holds for P2, P3 and P4.
const P5_SPOT: &str = "L-C4BD4855";
/// Families that only run on Dedicated Hosts, which have quotas of their own.
const ON_HOSTS: &[&str] = &["mac"];

/// How capacity is bought.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Market {
    OnDemand,
    Spot,
}

/// The quota that a type draws on; none for one that draws on none, nothing where it can't be told.
fn quota_of(name: &str, market: Market) -> Option<Option<&'static str>> {
    let letters = name.split(|c: char| !c.is_ascii_lowercase()).next()?;
    if ON_HOSTS.contains(&letters) {
        return Some(None);
    }
    let family = FAMILIES.iter().find(|family| family.letters.contains(&letters))?;
    match (market, letters) {
        (Market::OnDemand, _) => Some(Some(family.on_demand)),
        (Market::Spot, "p") => match name.as_bytes().get(1)? {
            b'2'..=b'4' => Some(family.spot),
            b'5' => Some(Some(P5_SPOT)),
            _ => None,
        },
        (Market::Spot, _) => Some(family.spot),
    }
}

/// Whether a quota limits vCPUs of instances.
fn is_of_vcpus(code: &str) -> bool {
    code == P5_SPOT || FAMILIES.iter().any(|family| family.on_demand == code || family.spot == Some(code))
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
        if !is_of_vcpus(code) {
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
    view.here().iter().map(|quota| quota.patch(&learned(quota))).collect()
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
            let facts = group.facts;
            Some(AtMax {
                name: group.resource.id.clone(),
                grows: facts.max_size.get()? > facts.desired_capacity.get()?,
                needs: self.needs(facts)?,
            })
        };
        groups.whole()?.iter().map(of_group).collect()
    }

    /// Instances outside groups: they stay as they are.
    fn alone(&self, instances: &List<Instance>) -> Option<Needs> {
        let mut needs = self.alone_in(instances, Market::OnDemand)?;
        for (code, vcpus) in self.alone_in(instances, Market::Spot)? {
            *needs.entry(code).or_default() += vcpus;
        }
        Some(needs)
    }

    fn alone_in(&self, instances: &List<Instance>, market: Market) -> Option<Needs> {
        let lifecycle = match market {
            Market::OnDemand => None,
            Market::Spot => Some("spot"),
        };
        let alone = only(instances.whole()?, |instance| {
            let instance = instance.facts;
            let runs = instance.state.known().map(|state| ["pending", "running"].contains(&state.as_str()));
            crate::engine::all([
                runs,
                instance.lifecycle.known().map(|found| found.as_deref() == lifecycle),
                instance.auto_scaling_group.known().map(Option::is_none),
            ])
        })?;
        let mut needs = Needs::new();
        for instance in alone {
            let name = instance.facts.instance_type.known()?;
            if let Some(code) = quota_of(name, market)? {
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
        let on_demand = if spot { 0 } else { on_demand(most, group)? };
        let mut needs = Needs::new();
        for (market, units) in [(Market::OnDemand, on_demand), (Market::Spot, most - on_demand)] {
            for (name, weight) in types.iter().filter(|_| units > 0) {
                if let Some(code) = quota_of(name, market)? {
                    let need = parts(units, *weight) * self.vcpus(name)?;
                    let known = needs.entry(code).or_default();
                    *known = need.max(*known);
                }
            }
        }
        Some(needs)
    }

    /// The types that a group launches with their weights, and whether all of them are Spot instances by the template.
    fn launched(&self, group: &Group) -> Option<(Vec<(String, i64)>, bool)> {
        if let Some(name) = group.launch_configuration.known()? {
            let configuration = self.configurations.get(name)?.facts;
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
                (None, Some(other)) => type_of(version(&other.template, &other.version)?.facts)?,
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
mod tests;
