//! The bounds that each test of a request sets.

use serde_json::{Value, json};

use super::*;

fn test(facts: Value) -> Test {
    let mut whole = json!({"test": "geo", "negated": false, "values": []});
    whole.as_object_mut().unwrap().extend(facts.as_object().unwrap().clone());
    serde_json::from_value(whole).unwrap()
}

fn geo(code: &str, negated: bool) -> Test {
    test(json!({"values": [code], "negated": negated}))
}

fn set(share: f64) -> Test {
    test(json!({"test": "ip_set", "share": share}))
}

fn path(operator: &str, value: &str) -> Test {
    test(json!({"test": "byte_match", "field": "uri_path", "operator": operator, "values": [value]}))
}

fn any(alternatives: &[&[Test]]) -> Reach {
    let all: Vec<Alternative> = alternatives.iter().map(|tests| Alternative { tests: tests.to_vec() }).collect();
    of_alternatives(&all)
}

fn not(test: &Test) -> Test {
    Test { negated: !test.negated, ..test.clone() }
}

#[test]
fn a_country_and_all_but_one_country_are_a_part() {
    assert_eq!(of_test(&geo("DE", false)), Reach::PART);
    assert_eq!(of_test(&geo("DE", true)), Reach::PART);
}

#[test]
fn some_addresses_are_few_and_leave_most_when_negated() {
    assert_eq!(of_test(&set(1e-9)), Reach::FEW);
    assert_eq!(of_test(&not(&set(1e-9))).covers(), Some(true));
    assert_eq!(of_test(&set(0.5)), Reach::PART);
    assert_eq!(of_test(&set(1.0)).is_at_least(Part), Some(true));
    assert_eq!(any(&[&[set(0.5)], &[set(0.5)]]).is_at_least(Part), Some(true));
    assert_eq!(of_test(&test(json!({"test": "ip_set"}))), Reach::UNCLEAR);
}

#[test]
fn every_path_starts_with_a_slash() {
    assert_eq!(of_test(&path("starts_with", "/")), Reach::ALL);
    assert_eq!(of_test(&path("contains", "/")), Reach::ALL);
    assert_eq!(of_test(&path("starts_with", "/login")).covers(), Some(false));
    assert_eq!(of_test(&not(&path("starts_with", "/static"))).covers(), None);
    assert_eq!(of_test(&not(&path("exactly", "/health"))).covers(), Some(true));
}

#[test]
fn what_clients_send_besides_is_unclear_unless_it_is_one_value() {
    let header = |operator: &str| {
        of_test(&test(json!({"test": "byte_match", "field": "header:x-key", "operator": operator, "values": []})))
    };
    assert_eq!(header("exactly").covers(), Some(false));
    assert_eq!(header("contains").covers(), None);
    let host = test(json!({"test": "byte_match", "field": "header:host", "operator": "exactly", "values": []}));
    assert_eq!(of_test(&host), Reach::UNCLEAR);
    assert_eq!(of_test(&test(json!({"test": "other"}))), Reach::UNCLEAR);
}

#[test]
fn a_pattern_is_tried_on_paths() {
    let regex = |pattern: &str| of_test(&test(json!({"test": "regex", "field": "uri_path", "values": [pattern]})));
    for all in [".*", "^/", "^/.*$", "/"] {
        assert_eq!(regex(all).covers(), Some(true), "{all}");
    }
    for some in ["^/login", r"\.js$"] {
        assert_eq!(regex(some).covers(), Some(false), "{some}");
    }
    assert_eq!(regex("^/(?!static)"), Reach::UNCLEAR);
}

#[test]
fn a_size_that_all_have_narrows_nothing() {
    let size = |field: &str, operator: &str, size: &str| {
        of_test(&test(json!({"test": "size", "field": field, "operator": operator, "values": [size]})))
    };
    assert_eq!(size("body", "ge", "0"), Reach::ALL);
    assert_eq!(size("uri_path", "gt", "0"), Reach::ALL);
    assert_eq!(size("body", "gt", "8192"), Reach::UNCLEAR);
}

#[test]
fn tests_together_are_no_more_than_each() {
    let both = of_tests(&[geo("DE", false), path("starts_with", "/")]);
    assert_eq!(both, Reach::PART);
    assert_eq!(of_tests(&[geo("DE", false), path("starts_with", "/a")]).most, Part);
    assert_eq!(of_tests(&[not(&set(1e-9)), not(&path("exactly", "/health"))]).covers(), Some(true));
    assert_eq!(of_tests(&[]), Reach::ALL);
}

#[test]
fn alternatives_may_add_up_to_everything() {
    assert_eq!(any(&[&[geo("DE", false)], &[geo("DE", true)]]), Reach::ALL);
    assert_eq!(any(&[&[path("starts_with", "/login")], &[path("starts_with", "/signup")]]).covers(), Some(false));
    assert_eq!(any(&[&[geo("DE", false)], &[geo("AT", true)]]).covers(), None);
    assert_eq!(any(&[&[set(1e-9)], &[set(1e-9)]]), Reach::FEW);
}
