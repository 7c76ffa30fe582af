//! A custom lens for the AWS Well-Architected Tool, made of rules: a choice for each rule, a question for each area and
//! pillar: <https://docs.aws.amazon.com/wellarchitected/latest/userguide/lenses-format-specification.html>.
//!
//! It is a form to import, and knows no account.

use std::collections::BTreeMap;

use serde::Serialize;

use super::text::cut;
use super::words;
use waaudit_model::error::Failure;
use waaudit_rules::{Pillar, Rule, Severity};

/// The version of the form.
const SCHEMA: &str = "2021-11-01";
/// The tool takes so many questions in a pillar.
const QUESTIONS: usize = 20;
/// It takes 15 choices in a question, and one is that none of them holds.
const RULES: usize = 14;
/// Characters of a title, and of a text.
const TITLE: usize = 128;
const TEXT: usize = 2048;
/// Characters of the whole: <https://docs.aws.amazon.com/wellarchitected/latest/APIReference/API_ImportLens.html>.
const WHOLE: usize = 500_000;

/// Pillars in the tool's order, with its ids and names for them.
const PILLARS: [(Pillar, &str, &str); 5] = [
    (Pillar::Operations, "operationalExcellence", "Operational Excellence"),
    (Pillar::Security, "security", "Security"),
    (Pillar::Reliability, "reliability", "Reliability"),
    (Pillar::Performance, "performance", "Performance Efficiency"),
    (Pillar::Cost, "costOptimization", "Cost Optimization"),
];

/// The document.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Lens {
    schema_version: &'static str,
    name: &'static str,
    description: String,
    pillars: Vec<Section>,
}

/// A pillar of the lens.
#[derive(Debug, Serialize)]
struct Section {
    id: &'static str,
    name: &'static str,
    questions: Vec<Question>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Question {
    id: String,
    title: String,
    description: String,
    choices: Vec<Choice>,
    risk_rules: Vec<RiskRule>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Choice {
    id: String,
    title: String,
    helpful_resource: Text,
    /// The choice that none of the others holds has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    improvement_plan: Option<Text>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Text {
    display_text: String,
}

#[derive(Debug, Serialize)]
struct RiskRule {
    condition: String,
    risk: &'static str,
}

/// The lens of some rules, as JSON that the tool imports. An error says which of its limits they exceed.
pub fn lens(rules: &[Rule]) -> Result<String, Failure> {
    let pillars = PILLARS.iter().map(|(pillar, id, name)| section(rules, *pillar, id, name));
    let pillars: Vec<Section> = pillars.filter(|section| !section.questions.is_empty()).collect();
    if let Some(full) = pillars.iter().find(|section| section.questions.len() > QUESTIONS) {
        let number = full.questions.len();
        let message = format!("the pillar {} of the lens has {number} questions (limit {QUESTIONS})", full.id);
        return Err(Failure::new(format!("{message}: select areas with --area")));
    }
    let text = super::write::json(
        "lens",
        &Lens { schema_version: SCHEMA, name: "waaudit", description: about(rules), pillars },
    )?;
    match text.chars().count() {
        0..WHOLE => Ok(text),
        number => {
            Err(Failure::new(format!("the lens has {number} characters (limit {WHOLE}): select areas with --area")))
        }
    }
}

fn about(rules: &[Rule]) -> String {
    let rules = words::count(rules.len(), "rule");
    format!(
        "Whether a workload is ready to grow from its first users to a million: the {rules} of waaudit {}. A scan tells \
         which of them hold in an account.",
        env!("CARGO_PKG_VERSION")
    )
}

/// A rule is in the pillar that it serves first: a choice in two would be answered twice.
fn section(rules: &[Rule], pillar: Pillar, id: &'static str, name: &'static str) -> Section {
    let mut areas: BTreeMap<&str, Vec<&Rule>> = BTreeMap::new();
    for rule in rules.iter().filter(|rule| rule.pillars.first() == Some(&pillar)) {
        areas.entry(rule.area()).or_default().push(rule);
    }
    let questions = areas.into_iter().flat_map(|(area, rules)| questions(id, area, &rules));
    Section { id, name, questions: questions.collect() }
}

/// One, or several of about the same size where there are too many rules.
fn questions(pillar: &str, area: &str, rules: &[&Rule]) -> Vec<Question> {
    let parts = rules.len().div_ceil(RULES).max(1);
    let size = rules.len().div_ceil(parts);
    let part = |(place, rules)| question(pillar, area, (place + 1, parts), rules);
    rules.chunks(size.max(1)).enumerate().map(part).collect()
}

fn question(pillar: &str, area: &str, (part, parts): (usize, usize), rules: &[&Rule]) -> Question {
    let of = if parts > 1 { format!(" ({part} of {parts})") } else { String::new() };
    let severities = rules.iter().map(|rule| format!("{} is {}", rule.id, rule.severity.name()));
    let severities = severities.collect::<Vec<_>>().join(", ");
    let id = identifier(&format!("{pillar}_{area}_{part}"));
    let mut choices: Vec<Choice> = rules.iter().map(|rule| choice(rule)).collect();
    choices.push(none_of(&id));
    Question {
        title: cut(&format!("Which of these hold in the area {area}{of}?"), TITLE),
        description: cut(&format!("By severity: {severities}."), TEXT),
        choices,
        risk_rules: risk_rules(rules),
        id,
    }
}

fn choice(rule: &Rule) -> Choice {
    let commands = format!("waaudit scan --rule {} prints the commands for each resource that fails it.", rule.id);
    let terraform = Some(&rule.fix.terraform).filter(|fix| !fix.is_empty()).map(|fix| format!("In Terraform: {fix}."));
    let flags = rule.fix.flags.iter().map(|flag| flag.words()).collect::<Vec<_>>().join(", ");
    let flags = Some(flags).filter(|flags| !flags.is_empty()).map(|flags| format!("The fix: {flags}."));
    let plan = [Some(commands), terraform, flags].into_iter().flatten().collect::<Vec<_>>().join(" ");
    Choice {
        id: choice_id(rule),
        title: cut(&rule.title, TITLE),
        helpful_resource: Text { display_text: cut(rule.why.trim(), TEXT) },
        improvement_plan: Some(Text { display_text: cut(&plan, TEXT) }),
    }
}

/// By its ending, the tool knows that it excludes the others.
fn none_of(question: &str) -> Choice {
    let text = "None of these holds, or it is not known which do.".to_owned();
    Choice {
        id: cut(question, TITLE - 3) + "_no",
        title: "None of these".to_owned(),
        helpful_resource: Text { display_text: text },
        improvement_plan: None,
    }
}

/// An id of a rule that is no "none of these".
fn choice_id(rule: &Rule) -> String {
    let id = identifier(&rule.id);
    if id.ends_with("_no") { id + "_rule" } else { id }
}

/// Letters, digits and underscores.
fn identifier(id: &str) -> String {
    id.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).take(TITLE - "_rule".len()).collect()
}

/// No risk where all rules hold; medium where those that block a stage do.
fn risk_rules(rules: &[&Rule]) -> Vec<RiskRule> {
    let blocks = |rule: &Rule| matches!(rule.severity, Severity::Critical | Severity::High);
    let all =
        |rules: &mut dyn Iterator<Item = &&Rule>| rules.map(|rule| choice_id(rule)).collect::<Vec<_>>().join(" && ");
    let blocking = all(&mut rules.iter().filter(|rule| blocks(rule)));
    let every = all(&mut rules.iter());
    let rest = if blocking.is_empty() { "MEDIUM_RISK" } else { "HIGH_RISK" };
    let mut levels = vec![RiskRule { condition: every.clone(), risk: "NO_RISK" }];
    if !blocking.is_empty() && blocking != every {
        levels.push(RiskRule { condition: blocking, risk: "MEDIUM_RISK" });
    }
    levels.push(RiskRule { condition: "default".to_owned(), risk: rest });
    levels
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::{choice_id, identifier, lens, risk_rules};
    use waaudit_rules::{Rule, RuleSet, Severity};

    fn rules() -> Vec<Rule> {
        RuleSet::load(&[]).expect("the built-in rules").rules
    }

    fn list<'v>(value: &'v Value, name: &str) -> &'v Vec<Value> {
        value[name].as_array().expect("a list")
    }

    fn text<'v>(value: &'v Value, name: &str) -> &'v str {
        value[name].as_str().expect("a text")
    }

    fn has(value: &Value, name: &str, length: std::ops::RangeInclusive<usize>) {
        assert!(length.contains(&text(value, name).chars().count()), "{name}: {value}");
    }

    fn is_id(value: &Value) {
        has(value, "id", 3..=128);
        assert!(text(value, "id").chars().all(|c| c.is_ascii_alphanumeric() || c == '_'), "{value}");
    }

    /// The limits of the specification, in the order of its sections.
    #[test]
    fn the_lens_keeps_to_the_limits_that_aws_publishes() {
        let json = lens(&rules()).expect("a lens");
        assert!(json.chars().count() <= 500_000);
        let lens: Value = serde_json::from_str(&json).expect("JSON");
        assert_eq!(lens["schemaVersion"], "2021-11-01");
        has(&lens, "name", 1..=128);
        has(&lens, "description", 1..=2048);
        let (mut pillars, mut questions) = (BTreeSet::new(), BTreeSet::new());
        for pillar in list(&lens, "pillars") {
            is_id(pillar);
            has(pillar, "name", 1..=128);
            assert!(pillars.insert(text(pillar, "id")) && (1..=20).contains(&list(pillar, "questions").len()));
            for question in list(pillar, "questions") {
                is_id(question);
                has(question, "title", 1..=128);
                has(question, "description", 1..=2048);
                assert!(questions.insert(text(question, "id")), "{question}");
                keeps_to_limits(question);
            }
        }
        assert!((1..=10).contains(&pillars.len()));
        assert_eq!(pillars.len(), 5, "a pillar without a rule");
    }

    fn keeps_to_limits(question: &Value) {
        let choices = list(question, "choices");
        assert!((2..=15).contains(&choices.len()), "{question}");
        for choice in choices {
            is_id(choice);
            has(choice, "title", 1..=128);
            has(&choice["helpfulResource"], "displayText", 1..=2048);
            let excludes = text(choice, "id").ends_with("_no");
            assert_eq!(excludes, choice["improvementPlan"].is_null(), "{choice}");
            if !excludes {
                has(&choice["improvementPlan"], "displayText", 1..=2048);
            }
        }
        let ids: BTreeSet<&str> = choices.iter().map(|choice| text(choice, "id")).collect();
        assert_eq!(ids.len(), choices.len(), "{question}");
        let levels = list(question, "riskRules");
        assert!((2..=3).contains(&levels.len()), "{question}");
        let (last, before) = levels.split_last().expect("levels");
        assert_eq!(last["condition"], "default");
        for level in before {
            let named: BTreeSet<&str> = text(level, "condition").split(" && ").collect();
            assert!(named.is_subset(&ids), "{level}");
        }
        let risks: BTreeSet<&str> = levels.iter().map(|level| text(level, "risk")).collect();
        assert_eq!(risks.len(), levels.len(), "{question}");
    }

    #[test]
    fn every_rule_is_a_choice_of_one_question() {
        let lens: Value = serde_json::from_str(&lens(&rules()).expect("a lens")).expect("JSON");
        let questions = list(&lens, "pillars").iter().flat_map(|pillar| list(pillar, "questions"));
        let choices = questions.flat_map(|question| list(question, "choices"));
        let mut titles: Vec<&str> =
            choices.map(|choice| text(choice, "title")).filter(|title| *title != "None of these").collect();
        titles.sort_unstable();
        let rules = rules();
        let mut expected: Vec<&str> = rules.iter().map(|rule| rule.title.as_str()).collect();
        expected.sort_unstable();
        assert_eq!(titles, expected);
    }

    #[test]
    fn a_rule_that_blocks_a_stage_makes_a_high_risk() {
        let rules = rules();
        let blocks = |rule: &&Rule| matches!(rule.severity, Severity::Critical | Severity::High);
        let [grave, minor] =
            [rules.iter().find(blocks), rules.iter().find(|rule| !blocks(rule))].map(|rule| rule.expect("one"));
        let of = |rules: &[&Rule]| {
            risk_rules(rules).into_iter().map(|level| (level.condition, level.risk)).collect::<Vec<_>>()
        };
        let (first, second) = (choice_id(grave), choice_id(minor));
        let otherwise = |risk| ("default".to_owned(), risk);
        let both = (format!("{first} && {second}"), "NO_RISK");
        assert_eq!(of(&[grave, minor]), [both, (first.clone(), "MEDIUM_RISK"), otherwise("HIGH_RISK")]);
        assert_eq!(of(&[grave]), [(first, "NO_RISK"), otherwise("HIGH_RISK")]);
        assert_eq!(of(&[minor]), [(second, "NO_RISK"), otherwise("MEDIUM_RISK")]);
    }

    #[test]
    fn what_exceeds_a_limit_is_an_error_that_says_which() {
        let many = (0..21).flat_map(|area| {
            rules()
                .into_iter()
                .filter(|rule| rule.id == "multi-az/rds-instance")
                .map(move |rule| Rule { id: format!("own-{area}/no"), ..rule })
        });
        let many: Vec<Rule> = many.collect();
        assert_eq!(choice_id(&many[3]), "own_3_no_rule");
        let failure = lens(&many).expect_err("too many questions").to_string();
        assert!(failure.contains("the pillar reliability of the lens has 21 questions (limit 20)"), "{failure}");
        assert!(lens(&many[..20]).is_ok());
        assert_eq!(identifier(&"ä/".repeat(100)), "_".repeat(123));
    }
}
