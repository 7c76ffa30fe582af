//! Small snapshots for tests.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde_json::{Value, json};

use waaudit_model::facts::{Facts, schemas};
use waaudit_model::gap::{Gap, GapReason};
use waaudit_model::snapshot::{AccountIdentity, GLOBAL, Resource, SNAPSHOT_VERSION, Snapshot};

/// The region of whatever names no other.
pub const HOME: &str = "eu-west-1";
/// The account's id.
pub const ACCOUNT: &str = "111122223333";

/// A snapshot in the making. Every kind was looked for, in two regions, and nothing is missing.
#[derive(Clone)]
pub struct SnapshotBuilder(/** The snapshot. */ pub Snapshot);

impl SnapshotBuilder {
    /// An empty account.
    pub fn new() -> Self {
        Self(Snapshot {
            snapshot_version: SNAPSHOT_VERSION,
            account: AccountIdentity {
                id: ACCOUNT.to_owned(),
                alias: None,
                arn: format!("arn:aws:iam::{ACCOUNT}:user/auditor"),
                partition: "aws".to_owned(),
            },
            taken_at: "2026-03-10T12:00:00Z".parse().unwrap(),
            regions: vec![HOME.to_owned(), "us-east-1".to_owned()],
            kinds: collected(),
            resources: Vec::new(),
            tagged: None,
            gaps: Vec::new(),
            metrics: None,
            effort: None,
        })
    }

    /// Adds a resource of the home region. Its ARN is [`arn`] of its id.
    pub fn with<F: Facts>(self, id: &str, facts: Value) -> Self {
        self.within::<F>(HOME, id, facts)
    }

    /// Adds a resource that belongs to no region.
    pub fn global<F: Facts>(self, id: &str, facts: Value) -> Self {
        self.within::<F>(GLOBAL, id, facts)
    }

    /// Adds a resource of some region. The facts must fit the vocabulary.
    pub fn within<F: Facts>(mut self, region: &str, id: &str, facts: Value) -> Self {
        let Value::Object(facts) = facts else { panic!("{id}: facts are an object") };
        let fits = F::from_json(&facts);
        assert!(fits.is_ok(), "{} {id}: {:?}", F::KIND, fits.err());
        self.0.resources.push(Resource {
            kind: F::KIND.to_owned(),
            arn: arn_of(F::KIND, region, id),
            id: id.to_owned(),
            name: None,
            region: region.to_owned(),
            account: ACCOUNT.to_owned(),
            tags: Some(BTreeMap::new()),
            facts,
            unread: BTreeMap::new(),
        });
        self
    }

    /// Tags the resource that was added last.
    pub fn tagged(mut self, key: &str, value: &str) -> Self {
        let last = self.0.resources.last_mut().unwrap();
        last.tags.get_or_insert_default().insert(key.to_owned(), value.to_owned());
        self
    }

    /// Takes the tags of the resource that was added last away.
    pub fn tags_unread(mut self) -> Self {
        self.0.resources.last_mut().unwrap().tags = None;
        self
    }

    /// Hides all resources of a kind, as if the caller might not list them.
    pub fn unread<F: Facts>(mut self) -> Self {
        self.0.resources.retain(|resource| resource.kind != F::KIND);
        self.half_read::<F>()
    }

    /// Keeps the resources of a kind, as if the list were cut short.
    pub fn half_read<F: Facts>(mut self) -> Self {
        self.0.gaps.push(gap(F::KIND));
        self
    }

    /// The same with all that is derived from it.
    pub fn derive(self) -> Self {
        self.derive_with(&waaudit_model::settings::NonProduction::default())
    }

    /// The same, by the settings of a user.
    pub fn derive_with(self, non_production: &waaudit_model::settings::NonProduction) -> Self {
        Self(crate::derive(self.0, non_production).snapshot)
    }

    /// All that is derived, by the settings that hold without any.
    pub fn inventory(self) -> crate::Inventory {
        crate::derive(self.0, &waaudit_model::settings::NonProduction::default())
    }

    /// A fact of a resource; nothing where it is unread.
    pub fn fact<F: Facts>(&self, id: &str, fact: &str) -> Option<Value> {
        assert!(properties(F::KIND).contains(fact), "{} has no fact {fact}", F::KIND);
        let resource = self.0.of(F::KIND).find(|resource| resource.id == id);
        assert!(resource.is_some(), "there is no {} {id}", F::KIND);
        resource.and_then(|resource| resource.facts.get(fact).cloned())
    }
}

/// The ARN of a resource in the home region.
pub fn arn<F: Facts>(id: &str) -> String {
    arn_of(F::KIND, HOME, id)
}

fn arn_of(kind: &str, region: &str, id: &str) -> String {
    format!("arn:aws:{}:{region}:{ACCOUNT}:{id}", kind.split('.').next().unwrap())
}

/// The gap of a kind that could not be listed anywhere.
pub fn gap(kind: &str) -> Gap {
    Gap {
        service: "test".to_owned(),
        operation: "List".to_owned(),
        action: "test:List".to_owned(),
        region: GLOBAL.to_owned(),
        reason: GapReason::Denied,
        message: "AccessDenied".to_owned(),
        request_id: None,
        kinds: vec![kind.to_owned()],
        resources: Vec::new(),
        count: 1,
    }
}

/// The names of every kind's facts. Generating schemas is expensive, so it is done once.
static PROPERTIES: LazyLock<BTreeMap<&str, BTreeSet<String>>> = LazyLock::new(|| {
    let of_kind = |schema: Value| schema["properties"].as_object().unwrap().keys().cloned().collect();
    schemas().into_iter().map(|(kind, schema)| (kind, of_kind(json!(schema)))).collect()
});

/// The names of a kind's facts.
pub fn properties(kind: &str) -> &'static BTreeSet<String> {
    PROPERTIES.get(kind).unwrap_or_else(|| panic!("{kind} is no kind"))
}

/// The kinds that can be collected.
fn collected() -> BTreeSet<String> {
    let made = |kind: &&&str| crate::registry::DERIVED_KINDS.iter().any(|made| made.kind == **kind);
    PROPERTIES.keys().filter(|kind| !made(kind)).map(|kind| (*kind).to_owned()).collect()
}
