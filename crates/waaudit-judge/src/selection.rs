//! Which rules to judge by: all, those of some areas, or those named.

use std::collections::BTreeSet;
use std::path::PathBuf;

use waaudit_model::error::Failure;
use waaudit_rules::{Rule, RuleSet};

/// Which rules to use.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Only rules of an area, as `multi-az` (repeatable)
    pub areas: Vec<String>,
    /// Only this rule (repeatable)
    pub rules: Vec<String>,
    /// All but this rule (repeatable)
    pub skip_rules: Vec<String>,
    /// A folder of your own rules, `DIR/<area>/<subject>.toml` (repeatable)
    pub folders: Vec<PathBuf>,
}

impl Selection {
    /// Whether it leaves no area out, but for single rules.
    pub const fn is_of_all_areas(&self) -> bool {
        self.areas.is_empty() && self.rules.is_empty()
    }
}

/// Loads the rules, and keeps those that were asked for.
pub fn select(selection: &Selection) -> Result<RuleSet, Failure> {
    let mut set = RuleSet::load(&selection.folders)?;
    for id in selection.rules.iter().chain(&selection.skip_rules) {
        find(&set, id)?;
    }
    for area in &selection.areas {
        if !set.rules.iter().any(|rule| rule.area() == area) {
            let areas: BTreeSet<&str> = set.rules.iter().map(Rule::area).collect();
            let known = areas.into_iter().collect::<Vec<_>>().join(", ");
            return Err(Failure::new(format!("no area `{area}`")).help(format!("areas: {known}")));
        }
    }
    let all = selection.is_of_all_areas();
    set.rules.retain(|rule| {
        let wanted = all || selection.areas.iter().any(|area| area == rule.area()) || rule.is_any_of(&selection.rules);
        wanted && !rule.is_any_of(&selection.skip_rules)
    });
    if set.rules.is_empty() {
        return Err(Failure::new("no rules selected").help("waaudit rule list"));
    }
    Ok(set)
}

/// A rule by its id or a former one.
pub fn find<'s>(set: &'s RuleSet, id: &str) -> Result<&'s Rule, Failure> {
    let found = set.rules.iter().find(|rule| rule.answers_to(id));
    found.ok_or_else(|| Failure::new(format!("no rule `{id}`")).help(set.did_you_mean(id)))
}
