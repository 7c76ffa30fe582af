//! Which question and choice of the Well-Architected Tool a best practice is, by a dated table that ships with the tool.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

static TABLE: LazyLock<Table> = LazyLock::new(|| toml::from_str(include_str!("choices.toml")).unwrap_or_default());

/// The table as its file has it.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Table {
    pub(super) as_of: String,
    pub(super) lens: String,
    pub(super) question: Vec<Question>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Question {
    pub(super) id: String,
    pub(super) pillar: String,
    /// Choices by best practice, `REL10-BP01`.
    pub(super) choices: BTreeMap<String, String>,
}

impl Table {
    /// The table that ships with the tool.
    pub(super) fn shipped() -> &'static Self {
        &TABLE
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::Table;
    use waaudit_rules::RuleSet;

    /// The tool's name of a pillar, how best practices of it begin, and how choices of it do.
    const PILLARS: &[(&str, &str, &str)] = &[
        ("operationalExcellence", "OPS", "ops_"),
        ("security", "SEC", "sec_"),
        ("reliability", "REL", "rel_"),
        ("performance", "PERF", "perf_"),
        ("costOptimization", "COST", "cost_"),
        ("sustainability", "SUS", "sus_"),
    ];

    #[test]
    fn it_has_every_best_practice_that_a_rule_refers_to_and_no_other() {
        let rules = RuleSet::load(&[]).unwrap();
        let cited: BTreeSet<&str> =
            rules.rules.iter().flat_map(|rule| &rule.refs.well_architected).map(String::as_str).collect();
        let questions = &Table::shipped().question;
        let listed: BTreeSet<&str> =
            questions.iter().flat_map(|question| question.choices.keys()).map(String::as_str).collect();
        assert_eq!(listed, cited);
    }

    #[test]
    fn questions_and_choices_are_of_one_pillar_and_named_once() {
        let table = Table::shipped();
        assert_eq!(table.lens, "wellarchitected");
        let mut ids = BTreeSet::new();
        for question in &table.question {
            let (_, practice, choice) = PILLARS.iter().find(|(pillar, ..)| *pillar == question.pillar).unwrap();
            assert!(ids.insert(&question.id) && !question.choices.is_empty(), "{}", question.id);
            for (number, id) in &question.choices {
                assert!(number.starts_with(practice) && id.starts_with(choice) && id.len() <= 64, "{number}: {id}");
                assert!(ids.insert(id), "{id}");
            }
            // All choices of a question are of the same question in the framework: `REL10`.
            let numbers: BTreeSet<&str> = question.choices.keys().filter_map(|key| key.split('-').next()).collect();
            assert_eq!(numbers.len(), 1, "{}", question.id);
        }
    }
}
