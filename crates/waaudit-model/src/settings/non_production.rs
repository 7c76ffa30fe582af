//! What marks a resource as non-production.

use std::collections::BTreeMap;

use globset::{GlobBuilder, GlobMatcher};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What marks a resource as non-production, on itself or on what it is a part of (its cluster, its group). In all of
/// these `*` stands for anything, and upper and lower case are the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NonProduction {
    /// Whether such resources are evaluated all the same.
    pub judge: bool,
    /// Keys of tags that name an environment.
    pub tag_keys: Vec<String>,
    /// Values of such tags that mean non-production. Staging counts as production until it is named here.
    pub tag_values: Vec<String>,
    /// Ids and names of non-production resources, `*-dev`. None by default: names are less reliable than tags.
    pub names: Vec<String>,
    /// Aliases of non-production accounts. None by default: an account that is scanned is meant to be evaluated.
    pub account_aliases: Vec<String>,
}

impl NonProduction {
    /// The same with compiled patterns, to ask about many resources.
    pub fn compiled(&self) -> NonProductionPatterns {
        let [tag_keys, tag_values, names] =
            [&self.tag_keys, &self.tag_values, &self.names].map(|all| Patterns::new(all));
        NonProductionPatterns { judge: self.judge, tag_keys, tag_values, names }
    }
}

/// What marks a resource as non-production, with compiled patterns.
pub struct NonProductionPatterns {
    judge: bool,
    tag_keys: Patterns,
    tag_values: Patterns,
    names: Patterns,
}

impl NonProductionPatterns {
    /// Whether tags, id or name of a resource mean that it is no production. Where such resources are judged, none is.
    pub fn cover(&self, id: &str, name: Option<&str>, tags: Option<&BTreeMap<String, String>>) -> bool {
        let by_tag = |(key, value): (&String, &String)| self.tag_keys.fit(key) && self.tag_values.fit(value);
        let by_name = |name: &str| self.names.fit(name);
        !self.judge && (tags.into_iter().flatten().any(by_tag) || by_name(id) || name.is_some_and(by_name))
    }
}

/// Patterns in which `*` stands for anything; case does not matter. One that is no pattern fits nothing.
struct Patterns(Vec<GlobMatcher>);

impl Patterns {
    fn new(patterns: &[String]) -> Self {
        let globs = patterns.iter().filter_map(|pattern| GlobBuilder::new(pattern).case_insensitive(true).build().ok());
        Self(globs.map(|glob| glob.compile_matcher()).collect())
    }

    fn fit(&self, text: &str) -> bool {
        self.0.iter().any(|pattern| pattern.is_match(text))
    }
}

impl Default for NonProduction {
    fn default() -> Self {
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        Self {
            judge: false,
            tag_keys: words(&["env", "environment", "stage", "tier"]),
            tag_values: words(&[
                "dev",
                "development",
                "test",
                "testing",
                "qa",
                "sandbox",
                "ephemeral",
                "preview",
                "ci",
                "nonprod*",
                "non-prod*",
                "non_prod*",
                "non prod*",
            ]),
            names: Vec::new(),
            account_aliases: Vec::new(),
        }
    }
}
