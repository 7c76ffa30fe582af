//! Both parsers read alike.

use cel::common::ast::IdedExpr;
use proptest::prelude::*;

use super::{FAST, by_grammar, each_node, tree_with_places};
use crate::expr::Expr;
use crate::load::RuleSet;
use crate::template::Template;
use crate::{Condition, Rule};

/// The sources of all expressions of a rule.
fn of_rule(rule: &Rule) -> Vec<&str> {
    let unless = rule.unless.iter().flat_map(|exception| both(&exception.holds, &exception.because));
    let steps = rule.fix.steps.iter().flat_map(|step| step.run.exprs().into_iter().chain(&step.only_if));
    let practice = rule.practice.iter().flat_map(|practice| both(&practice.absent, &practice.message));
    let all = both(&rule.expect, &rule.message).into_iter().chain(unless).chain(steps).chain(practice);
    all.map(Expr::source).collect()
}

fn of_condition(condition: &Condition) -> Vec<&str> {
    both(&condition.when, &condition.reason).into_iter().map(Expr::source).collect()
}

fn both<'r>(expr: &'r Expr, sentence: &'r Template) -> Vec<&'r Expr> {
    sentence.exprs().into_iter().chain([expr]).collect()
}

fn without_ids(mut tree: IdedExpr) -> IdedExpr {
    each_node(&mut tree, &mut |node| node.id = 0);
    tree
}

#[test]
fn both_parsers_read_every_built_in_expression_alike() {
    let set = RuleSet::load(&[]).unwrap_or_else(|failure| panic!("{failure}"));
    let sources = set.rules.iter().flat_map(of_rule).chain(set.conditions.iter().flat_map(of_condition));
    let mut read = 0;
    for source in sources {
        let fast = FAST.clone().parse(source).unwrap_or_else(|error| panic!("{source}: {error:?}"));
        assert_eq!(Some(without_ids(fast)), by_grammar().parse(source).ok().map(without_ids), "{source}");
        read += 1;
    }
    assert!(read > 1_000, "{read}");
}

#[test]
fn a_node_is_found_where_it_was_written() {
    let source = "r.days > 3 && r.multi_az";
    let (tree, offset_of) = tree_with_places(source).unwrap();
    assert_eq!(&source[offset_of(tree.id)..][..2], "&&");
}

/// Operands.
const LEAVES: &[&str] = &[
    "r.days",
    "r.tags['a']",
    "settings.x.y",
    "it",
    "1",
    "0",
    "2.5",
    "1e3",
    "0x1F",
    "7u",
    "true",
    "false",
    "null",
    "'text'",
    r"'it\'s\n'",
    r"r'\d+'",
    r#""a""#,
    r#""""#,
    "[]",
    "[1, 2]",
    "r.zones[0]",
    "-1",
    "- 1",
    "'é'",
    "'''a'b'''",
];
/// Operators between two operands; brackets are left out as often as not.
const BINARY: &[&str] = &["&&", "||", "==", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/", "%", "in"];
const UNARY: &[&str] = &["!", "-", "!!", "--", "- -"];
const CALLS: &[&str] = &["size", "like", "matches", "startsWith", "exists", "string"];
const COMPREHENSIONS: &[&str] = &["exists", "all", "filter", "map", "exists_one"];

fn one_of(words: &'static [&'static str]) -> impl Strategy<Value = &'static str> {
    prop::sample::select(words)
}

fn expressions() -> impl Strategy<Value = String> {
    one_of(LEAVES).prop_map(str::to_owned).prop_recursive(5, 40, 4, |part| {
        let a = || part.clone();
        prop_oneof![
            3 => (a(), one_of(BINARY), a()).prop_map(|(a, operator, b)| format!("{a} {operator} {b}")),
            1 => (one_of(UNARY), a()).prop_map(|(sign, a)| format!("{sign}{a}")),
            1 => a().prop_map(|a| format!("({a})")),
            1 => (a(), a(), a()).prop_map(|(a, b, c)| format!("{a} ? {b} : {c}")),
            1 => (one_of(CALLS), a(), a()).prop_map(|(name, a, b)| format!("{name}({a}, {b})")),
            1 => (a(), one_of(CALLS), a()).prop_map(|(a, name, b)| format!("({a}).{name}({b})")),
            1 => (a(), one_of(COMPREHENSIONS), a()).prop_map(|(a, name, b)| format!("({a}).{name}(it, {b})")),
            1 => (a(), a()).prop_map(|(a, b)| format!("[{a}, {b}]")),
            1 => (a(), a()).prop_map(|(a, b)| format!("({a})[{b}].field")),
        ]
    })
}

/// Whether the fast parser refuses a text, or reads it as the grammar does.
fn reads_alike(source: &str) -> Result<(), TestCaseError> {
    // The grammar has no `!` beside a `-`, and the check has nothing that both could precede.
    if let Ok(fast) = FAST.clone().parse(source)
        && !mixes_signs(source)
    {
        prop_assert_eq!(Some(without_ids(fast)), by_grammar().parse(source).ok().map(without_ids));
    }
    Ok(())
}

fn mixes_signs(source: &str) -> bool {
    let tight: String = source.chars().filter(|letter| !letter.is_whitespace()).collect();
    ["!-", "-!"].iter().any(|mixed| tight.contains(mixed))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn the_fast_parser_reads_expressions_as_the_grammar_does(source in expressions()) {
        reads_alike(&source)?;
    }

    #[test]
    fn the_fast_parser_reads_no_text_that_the_grammar_refuses(source in r#"[a-cr0-9.()\[\]?:!<>=&|+*/%'"\\, -]{0,12}"#) {
        reads_alike(&source)?;
    }
}
