//! Examples: patches on a healthy sample, and what the rule has to say of them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::expr::Subject;
use crate::file::Example;
use waaudit_model::facts;
use waaudit_model::settings::Settings;
use waaudit_model::snapshot::{Owner, Resource};

/// What an example expects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs, reason = "the verdicts' own names")]
pub enum Expected {
    Pass,
    Fail,
    Skip,
    Unknown,
}

impl Expected {
    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Skip => "skip",
            Self::Unknown => "unknown",
        }
    }
}

/// A resource and settings that an example makes.
pub struct Case {
    /// The sample with the patch.
    pub resource: Resource,
    /// What the resource is a part of.
    pub owners: Vec<Owner>,
    /// The settings with the patch.
    pub settings: Value,
}

impl Case {
    /// The resource and the settings, ready to be judged.
    pub fn subject(&self) -> Subject<'_> {
        Subject::new(&self.resource, &self.settings).with_owners(&self.owners)
    }
}

impl Example {
    /// The names of the facts that it sets, empties or withholds.
    pub fn facts(&self) -> impl Iterator<Item = &str> {
        let set = self.0.keys().map(String::as_str).filter(|key| !WORDS.contains(key));
        set.chain(self.names("none")).chain(self.names("unread"))
    }

    /// The kind that it names, in a condition's example.
    pub fn kind(&self) -> Option<&str> {
        self.0.get("kind").and_then(Value::as_str)
    }

    /// Patches a sample. An error is a word of the example that has the wrong form.
    pub fn apply(&self, sample: &Resource) -> Result<Case, String> {
        let (mut resource, mut owners) = (sample.clone(), Vec::new());
        let mut settings = Settings::default().as_value();
        for (key, value) in &self.0 {
            match key.as_str() {
                "kind" | "none" | "unread" => {}
                "id" => resource.id = of("id", value)?,
                "name" => resource.name = of("name", value)?,
                "region" => resource.region = of("region", value)?,
                "tags" => resource.tags = of("tags", value)?,
                "owners" => owners = of("owners", value)?,
                "settings" => {
                    settings = of::<Settings>("settings", value)?.as_value();
                }
                fact => drop(resource.facts.insert(fact.to_owned(), value.clone())),
            }
        }
        for fact in self.names("none") {
            resource.facts.insert(fact.to_owned(), Value::Null);
        }
        for fact in self.names("unread") {
            if fact == "tags" {
                resource.tags = None;
            }
            resource.facts.remove(fact);
        }
        resource.facts = facts::complete(&resource.kind, &resource.facts)?;
        Ok(Case { resource, owners, settings })
    }

    fn names(&self, key: &str) -> impl Iterator<Item = &str> {
        self.0.get(key).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
    }
}

/// Keys of an example that are not facts.
const WORDS: &[&str] = &["none", "unread", "kind", "id", "name", "region", "tags", "owners", "settings"];

fn of<T: serde::de::DeserializeOwned>(key: &str, value: &Value) -> Result<T, String> {
    serde_json::from_value(value.clone()).map_err(|error| format!("`{key}` of an example: {error}"))
}
