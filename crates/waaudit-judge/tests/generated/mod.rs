//! Large accounts for benchmarks and tests of growth: the demo many times over, each copy under names of its own.
//!
//! A copy shares nothing with the others but what an account or region has once: quotas, budgets, instance types. All
//! that identifies something (ids, ARNs, DNS names, security groups, VPCs, addresses) is renamed, everywhere in the copy
//! alike. The first copy is the demo itself.

#![allow(clippy::expect_used, clippy::panic, reason = "a measurement ends where its ground gives way")]

mod name;

use std::collections::BTreeSet;

use serde_json::{Map, Value};
use waaudit_model::gap::Gap;
use waaudit_model::snapshot::{Resource, Snapshot};
use waaudit_rules::fixtures::DEMO;

use self::name::{Name, Words, words};

/// Kinds of which the account or each of its regions has one set.
const SINGLE: &[&str] = &[
    "account",
    "apigateway.account",
    "budgets.budget",
    "ce.anomaly_monitor",
    "ce.anomaly_subscription",
    "ce.commitment_coverage",
    "ce.monthly_cost",
    "cloudfront.cache_policy",
    "ec2.instance_type",
    "ec2.prefix_list",
    "elb.limits",
    "lambda.settings",
    "rds.class",
    "rds.orderable_class",
    "s3.public_access_block",
    "servicequotas.quota",
    "servicequotas.settings",
];

/// Words in the ids of resources that are not theirs alone.
const COMMON: &[&str] = &[
    "$Latest",
    "$default",
    "A",
    "api",
    "aws",
    "example",
    "fifo",
    "instance",
    "journal",
    "lambda",
    "lookbook",
    "media",
    "postgresql",
    "prod",
    "rds",
    "service",
    "table",
    "web",
    "www",
];

/// Endings of the DNS names that AWS gives, of which the first label is the resource's.
const AWS_DOMAINS: &[&str] = &[".amazonaws.com", ".awsglobalaccelerator.com", ".cloudfront.net"];

/// The demo in a form that copies are made from.
pub(crate) struct Generator {
    demo: Snapshot,
    single: Vec<Resource>,
    copied: Vec<Template>,
    gaps: Vec<(Gap, Vec<Name>)>,
}

/// A resource with the places in its strings that are renamed.
struct Template {
    resource: Resource,
    arn: Name,
    id: Name,
    name: Option<Name>,
    tags: Option<Vec<(String, Name)>>,
    facts: Vec<(String, Renamed)>,
}

/// A value with the places in its strings that are renamed.
enum Renamed {
    Fixed(Value),
    Text(Name),
    List(Vec<Renamed>),
    Group(Vec<(String, Renamed)>),
}

impl Generator {
    /// Reads the demo.
    pub(crate) fn new() -> Self {
        let mut demo = Snapshot::from_json(DEMO).expect("the demo is a snapshot");
        let resources = std::mem::take(&mut demo.resources);
        let (single, copied): (Vec<_>, Vec<_>) =
            resources.into_iter().partition(|resource| SINGLE.contains(&resource.kind.as_str()));
        let words = own_words(&copied, &single);
        let gaps = std::mem::take(&mut demo.gaps).into_iter().map(|gap| {
            let resources = gap.resources.iter().map(|arn| Name::new(arn, &words)).collect();
            (gap, resources)
        });
        let (gaps, copied) =
            (gaps.collect(), copied.into_iter().map(|resource| Template::new(resource, &words)).collect());
        Self { demo, single, copied, gaps }
    }

    /// The number of copies that come nearest to a number of resources.
    #[allow(dead_code, reason = "benchmarks alone ask for a size")]
    pub(crate) fn copies_for(&self, resources: usize) -> usize {
        let of_copies = resources.saturating_sub(self.single.len());
        ((of_copies + self.copied.len() / 2) / self.copied.len()).max(1)
    }

    /// An account of so many copies.
    pub(crate) fn account(&self, copies: usize) -> Snapshot {
        let mut account = self.demo.clone();
        account.resources = Vec::with_capacity(self.single.len() + copies * self.copied.len());
        account.resources.extend(self.single.iter().cloned());
        for copy in 0..copies {
            account.resources.extend(self.copied.iter().map(|template| template.copy(copy)));
            let gaps = self.gaps.iter().filter(|(gap, _)| copy == 0 || !gap.is_of_list());
            account.gaps.extend(gaps.map(|(gap, resources)| {
                let resources = resources.iter().map(|arn| arn.of_copy(copy)).collect();
                Gap { resources, ..gap.clone() }
            }));
        }
        account.sort();
        account
    }
}

/// The words that identify the resources of a copy.
fn own_words(copied: &[Resource], single: &[Resource]) -> Words {
    let mut own = BTreeSet::new();
    for resource in copied {
        if !resource.id.starts_with("arn:") {
            own.extend(words(&resource.id).map(str::to_owned));
        }
        own.extend(resource.name.iter().flat_map(|name| words(name)).map(str::to_owned));
        for value in resource.facts.values() {
            labels(value, &mut own);
        }
    }
    let of_all = single.iter().flat_map(|resource| words(&resource.id).chain(words(&resource.arn)));
    let common = of_all.chain(COMMON.iter().copied()).map(str::to_owned).collect();
    Words { own, common }
}

/// The first labels of the DNS names that AWS gave.
fn labels(value: &Value, own: &mut BTreeSet<String>) {
    match value {
        Value::String(text) if AWS_DOMAINS.iter().any(|domain| text.ends_with(domain)) => {
            own.extend(words(text).next().map(str::to_owned));
        }
        Value::Array(values) => values.iter().for_each(|value| labels(value, own)),
        Value::Object(values) => values.values().for_each(|value| labels(value, own)),
        _ => {}
    }
}

impl Template {
    fn new(mut resource: Resource, words: &Words) -> Self {
        let facts = std::mem::take(&mut resource.facts);
        let tags = resource.tags.take();
        Self {
            arn: Name::new(&resource.arn, words),
            id: Name::new(&resource.id, words),
            name: resource.name.as_ref().map(|name| Name::new(name, words)),
            tags: tags.map(|tags| tags.into_iter().map(|(key, value)| (key, Name::new(&value, words))).collect()),
            facts: facts.into_iter().map(|(fact, value)| (fact, Renamed::new(value, words))).collect(),
            resource,
        }
    }

    fn copy(&self, copy: usize) -> Resource {
        let tags = self.tags.as_ref();
        Resource {
            kind: self.resource.kind.clone(),
            arn: self.arn.of_copy(copy),
            id: self.id.of_copy(copy),
            name: self.name.as_ref().map(|name| name.of_copy(copy)),
            region: self.resource.region.clone(),
            account: self.resource.account.clone(),
            tags: tags.map(|tags| tags.iter().map(|(key, value)| (key.clone(), value.of_copy(copy))).collect()),
            facts: group(&self.facts, copy),
            unread: self.resource.unread.clone(),
        }
    }
}

impl Renamed {
    fn new(value: Value, words: &Words) -> Self {
        match value {
            Value::String(text) => match Name::new(&text, words) {
                name if name.is_fixed() => Self::Fixed(Value::String(text)),
                name => Self::Text(name),
            },
            Value::Array(values) => Self::List(values.into_iter().map(|value| Self::new(value, words)).collect()),
            Value::Object(values) => {
                Self::Group(values.into_iter().map(|(key, value)| (key, Self::new(value, words))).collect())
            }
            fixed => Self::Fixed(fixed),
        }
    }

    fn of_copy(&self, copy: usize) -> Value {
        match self {
            Self::Fixed(value) => value.clone(),
            Self::Text(name) => Value::String(name.of_copy(copy)),
            Self::List(values) => Value::Array(values.iter().map(|value| value.of_copy(copy)).collect()),
            Self::Group(values) => Value::Object(group(values, copy)),
        }
    }
}

fn group(values: &[(String, Renamed)], copy: usize) -> Map<String, Value> {
    values.iter().map(|(key, value)| (key.clone(), value.of_copy(copy))).collect()
}
