//! One file for each verb of the command line.

pub mod completions;
pub mod diff;
pub mod facts;
pub mod graph;
pub mod permissions;
pub mod rule;
pub mod scaffold;
pub mod scan;
pub mod schema;
pub mod settings;
pub mod source;

use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::exit::Failure;
use crate::output::is_stdout;
use crate::report::table::Look;
use crate::rules::{Rule, RuleSet};

/// Which rules to use.
#[derive(Debug, Clone, Default, Args)]
pub struct Selection {
    /// Only rules of an area, as `multi-az` (repeatable)
    #[arg(long = "area", value_name = "AREA")]
    pub areas: Vec<String>,
    /// Only this rule (repeatable)
    #[arg(long = "rule", value_name = "ID")]
    pub rules: Vec<String>,
    /// All but this rule (repeatable)
    #[arg(long = "skip-rule", value_name = "ID")]
    pub skip_rules: Vec<String>,
    /// A folder of your own rules, `DIR/<area>/<subject>.toml` (repeatable)
    #[arg(long = "rules", value_name = "DIR")]
    pub folders: Vec<PathBuf>,
}

/// Loads the rules, and keeps those that were asked for.
pub fn select(selection: &Selection) -> Result<RuleSet, Failure> {
    let mut set = RuleSet::load(&selection.folders)?;
    for id in selection.rules.iter().chain(&selection.skip_rules) {
        find(&set, id)?;
    }
    for area in &selection.areas {
        if !set.rules.iter().any(|rule| rule.area() == area) {
            let areas: std::collections::BTreeSet<&str> = set.rules.iter().map(Rule::area).collect();
            let known = areas.into_iter().collect::<Vec<_>>().join(", ");
            return Err(Failure::new(format!("no area `{area}`")).help(format!("areas: {known}")));
        }
    }
    let all = selection.areas.is_empty() && selection.rules.is_empty();
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
    set.rules.iter().find(|rule| rule.answers_to(id)).ok_or_else(|| {
        let ids = set.rules.iter().map(|rule| rule.id.as_str());
        Failure::new(format!("no rule `{id}`")).help(did_you_mean(id, ids, "waaudit rule list"))
    })
}

/// The nearest of the names, and the command that lists them.
fn did_you_mean<'n>(wrong: &str, names: impl Iterator<Item = &'n str>, list: &str) -> String {
    let nearest = names.max_by(|a, b| strsim::jaro(wrong, a).total_cmp(&strsim::jaro(wrong, b)));
    nearest.map_or(list.to_owned(), |name| format!("did you mean `{name}`? {list}"))
}

/// What a page has to fit: the terminal, if that is where it goes.
fn look(output: Option<&Path>, no_color: bool) -> Look {
    let to_stdout = output.is_none_or(is_stdout);
    let to_terminal = to_stdout && std::io::stdout().is_terminal();
    let coloured = anstream::AutoStream::choice(&std::io::stdout()) != anstream::ColorChoice::Never;
    let width = terminal_size::terminal_size().map_or(100, |(width, _)| usize::from(width.0));
    let asked = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    Look {
        width: asked.unwrap_or(if to_terminal { width } else { 100 }).clamp(60, 400),
        colour: to_terminal && coloured && !no_color,
    }
}

/// The text of a file that the user names; `doing` says what for.
fn read_file(doing: &str, file: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(file).map_err(|error| Failure::file(doing, file, &error))
}
