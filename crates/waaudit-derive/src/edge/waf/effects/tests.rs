//! What `firewall` learns, and what it leaves unread.

use serde_json::{Value, json};

use crate::testing::snapshot_builder::SnapshotBuilder;
use waaudit_model::facts::wafv2::WebAcl;

fn rule(name: &str, statement: &str, action: &str, more: Value) -> Value {
    let mut rule = json!({"name": name, "priority": 0, "statement": statement, "action": action, "counted_rules": []});
    rule.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    rule
}

fn managed(group: &str, more: Value) -> Value {
    let mut facts = json!({"vendor": "AWS", "group": group});
    facts.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    rule(group, "managed_group", "none", facts)
}

fn rate(name: &str, more: Value) -> Value {
    let mut facts = json!({"rate_limit": 2000, "rate_window_seconds": 300, "rate_key": "IP"});
    facts.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    rule(name, "rate", "block", facts)
}

/// What a rule applies to: one test.
fn one(test: &str, more: Value) -> Value {
    let mut facts = json!({"test": test, "negated": false, "values": []});
    facts.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    json!([{"tests": [facts]}])
}

fn path(value: &str) -> Value {
    one("byte_match", json!({"field": "uri_path", "operator": "starts_with", "values": [value]}))
}

fn allow(applies_to: Value) -> Value {
    rule("allowed", "other", "allow", json!({"applies_to": applies_to}))
}

fn home() -> Value {
    allow(one("geo", json!({"values": ["DE"]})))
}

fn member(name: &str, action: &str, within: &str) -> Value {
    rule(name, "managed", action, json!({"within": within}))
}

struct Acl(Value);

impl Acl {
    fn new(rules: Vec<Value>) -> Self {
        let facts = json!({"default_action": "allow", "rules": rules, "group_rules": [], "unread_groups": []});
        Self(facts)
    }

    fn with(mut self, fact: &str, value: Value) -> Self {
        self.0[fact] = value;
        self
    }

    fn fact(&self, fact: &str) -> Option<Value> {
        SnapshotBuilder::new().with::<WebAcl>("acl", self.0.clone()).derive().fact::<WebAcl>("acl", fact)
    }

    /// Whether each of its rate rules, or managed groups, works, and why not.
    fn parts(&self, fact: &str, answer: &str) -> Vec<(Option<bool>, String)> {
        let parts = self.fact(fact).unwrap();
        let part =
            |part: &Value| (part.get(answer).and_then(Value::as_bool), part["fault"].as_str().unwrap().to_owned());
        parts.as_array().unwrap().iter().map(part).collect()
    }

    fn rates(&self) -> Vec<(Option<bool>, String)> {
        self.parts("rate_rules", "limits_each_client")
    }

    fn groups(&self) -> Vec<(Option<bool>, String)> {
        self.parts("managed_groups", "stops")
    }
}

fn fault(words: &str) -> (Option<bool>, String) {
    (Some(false), words.to_owned())
}

fn works() -> (Option<bool>, String) {
    (Some(true), String::new())
}

fn unclear() -> (Option<bool>, String) {
    (None, String::new())
}

const COMMON: &str = "AWSManagedRulesCommonRuleSet";
const SQL: &str = "AWSManagedRulesSQLiRuleSet";

#[test]
fn a_rate_rule_limits_each_client_where_no_link_of_it_is_broken() {
    let only = |more: Value| Acl::new(vec![rate("rate", more)]).rates().remove(0);
    assert_eq!(only(json!({})), works());
    assert_eq!(only(json!({"action": "count"})), fault("is in count mode"));
    assert_eq!(only(json!({"rate_key": "CONSTANT"})), fault("counts all clients together"));
    assert_eq!(only(json!({"rate_key": "FORWARDED_IP"})), works());
    assert_eq!(only(json!({"rate_key": null})), unclear());
    assert_eq!(only(json!({"applies_to": path("/login")})), fault("sees only some requests"));
    assert_eq!(only(json!({"applies_to": path("/")})), works());
    assert_eq!(only(json!({"applies_to": one("label", json!({"values": ["awswaf:x"]}))})), unclear());
}

#[test]
fn custom_keys_tell_clients_apart_by_their_address_alone() {
    let keys = |keys: Value| {
        let rate = rate("rate", json!({"rate_key": "CUSTOM_KEYS", "rate_keys": keys}));
        Acl::new(vec![rate]).rates().remove(0).0
    };
    assert_eq!(keys(json!(["ip"])), Some(true));
    assert_eq!(keys(json!(["forwarded_ip", "method"])), Some(true));
    assert_eq!(keys(json!(["method"])), Some(false));
    assert_eq!(keys(json!(["ip", "uri_path"])), None);
    assert_eq!(keys(json!(["header"])), None);
}

#[test]
fn two_rate_rules_may_see_every_request_together() {
    let of = |negated: bool| json!({"applies_to": one("geo", json!({"values": ["DE"], "negated": negated}))});
    let acl = Acl::new(vec![rate("home", of(false)), rate("abroad", of(true))]);
    assert_eq!(acl.rates(), [works(), works()]);
    assert_eq!(Acl::new(vec![rate("home", of(false))]).rates(), [fault("sees only some requests")]);
}

#[test]
fn allow_ends_the_evaluation_for_what_it_matches() {
    let after = |allow: Value| Acl::new(vec![allow, rate("rate", json!({})), managed(COMMON, json!({}))]);
    let acl = after(home());
    assert_eq!(acl.fact("allows_before"), Some(json!(["allowed"])));
    assert_eq!(acl.rates(), [fault("comes after the Allow rule allowed")]);
    assert_eq!(acl.groups(), [fault("comes after the Allow rule allowed")]);
    assert_eq!(acl.fact("stops_requests"), Some(json!(true)));
    let office = after(allow(one("ip_set", json!({"share": 1e-9}))));
    assert_eq!(office.fact("allows_before"), Some(json!([])));
    assert_eq!((office.rates(), office.groups()), (vec![works()], vec![works()]));
    let everybody = after(allow(path("/")));
    assert_eq!(everybody.fact("stops_requests"), Some(json!(false)));
    let part = after(allow(path("/hooks")));
    assert_eq!((part.fact("allows_before"), part.rates()), (None, vec![unclear()]));
}

#[test]
fn allow_behind_the_rules_or_for_others_bypasses_none() {
    let last = Acl::new(vec![managed(COMMON, json!({})), home()]);
    assert_eq!((last.fact("allows_before"), last.groups()), (Some(json!([])), vec![works()]));
    let abroad =
        rule("abroad", "other", "block", json!({"applies_to": one("geo", json!({"values": ["DE"], "negated": true}))}));
    assert_eq!(Acl::new(vec![home(), abroad]).fact("allows_before"), Some(json!([])));
}

#[test]
fn a_default_action_that_blocks_stops_what_no_rule_allows() {
    let blocking = |rules: Vec<Value>| Acl::new(rules).with("default_action", json!("block"));
    let office = |share: Value| allow(one("ip_set", json!({"share": share})));
    assert_eq!(blocking(vec![]).fact("stops_requests"), Some(json!(true)));
    assert_eq!(blocking(vec![home()]).fact("stops_requests"), Some(json!(true)));
    assert_eq!(blocking(vec![home()]).fact("admits_listed_only"), Some(json!(false)));
    assert_eq!(blocking(vec![allow(path("/"))]).fact("stops_requests"), Some(json!(false)));
    assert_eq!(blocking(vec![office(json!(1e-9))]).fact("admits_listed_only"), Some(json!(true)));
    assert_eq!(blocking(vec![office(json!(0.9))]).fact("admits_listed_only"), Some(json!(false)));
    assert_eq!(blocking(vec![office(json!(null))]).fact("admits_listed_only"), None);
    assert_eq!(Acl::new(vec![office(json!(1e-9))]).fact("admits_listed_only"), Some(json!(false)));
}

#[test]
fn a_group_works_by_the_actions_that_are_left_to_its_rules() {
    let members = |actions: &[&str]| {
        let members: Vec<Value> = actions.iter().map(|action| member("One_BODY", action, COMMON)).collect();
        let group = managed(COMMON, json!({"counted_rules": ["One_BODY"]}));
        Acl::new(vec![group]).with("group_rules", json!(members))
    };
    assert_eq!(members(&["block", "count", "count"]).groups(), [works()]);
    assert_eq!(members(&["count", "count"]).groups(), [fault("has 2 of its 2 rules in count mode")]);
    assert_eq!(members(&["count", "count"]).fact("stops_requests"), Some(json!(false)));
    assert_eq!(members(&["challenge", "count", "count", "count"]).groups()[0].0, Some(false));
    let unread = Acl::new(vec![managed(COMMON, json!({"counted_rules": ["One_BODY"]}))]);
    assert_eq!(unread.with("unread_groups", json!([COMMON])).groups(), [unclear()]);
    let whole = Acl::new(vec![managed(COMMON, json!({"action": "count"}))]);
    assert_eq!(whole.groups(), [fault("is in count mode")]);
    let narrow = Acl::new(vec![managed(COMMON, json!({"applies_to": path("/admin")}))]);
    assert_eq!(narrow.groups(), [fault("sees only some requests")]);
}

#[test]
fn rules_in_a_group_count_where_the_group_stands() {
    let limits = rule("limits", "rule_group", "none", json!({}));
    let inner = rate("rate", json!({"within": "limits"}));
    let acl = |rules: Vec<Value>| Acl::new(rules).with("group_rules", json!([inner.clone()]));
    assert_eq!(acl(vec![limits.clone()]).rates(), [works()]);
    assert_eq!(acl(vec![home(), limits.clone()]).rates(), [fault("comes after the Allow rule allowed")]);
    let hidden = Acl::new(vec![limits.clone(), managed(COMMON, json!({}))]).with("unread_groups", json!(["limits"]));
    assert_eq!((hidden.rates(), hidden.groups()), (vec![unclear()], vec![unclear()]));
    assert_eq!(hidden.fact("similar_rules"), None);
}

#[test]
fn the_group_of_shield_advanced_is_left_out() {
    let shield = rule("ShieldMitigationRuleGroup_1", "shield", "none", json!({}));
    let acl = Acl::new(vec![shield]);
    assert_eq!(acl.fact("stops_requests"), Some(json!(false)));
    assert_eq!(acl.fact("rate_rules"), Some(json!([])));
    assert_eq!(acl.fact("stops_sqli"), Some(json!(false)));
    assert_eq!(acl.fact("similar_rules"), Some(json!(false)));
}

#[test]
fn sql_injection_is_stopped_in_queries_and_bodies_of_practically_all_requests() {
    let sqli = |field: &str, more: Value| {
        let mut tests = vec![json!({"test": "sqli", "negated": false, "field": field, "values": []})];
        tests.extend(more.as_array().unwrap().clone());
        let applies_to = json!({"applies_to": [{"tests": tests}]});
        Acl::new(vec![rule("own", "other", "block", applies_to)])
    };
    let stops = |acl: Acl| acl.fact("stops_sqli");
    assert_eq!(stops(sqli("body", json!([]))), Some(json!(true)));
    assert_eq!(stops(sqli("header:user-agent", json!([]))), Some(json!(false)));
    let office = json!([{"test": "ip_set", "negated": true, "values": [], "share": 1e-9}]);
    assert_eq!(stops(sqli("body", office)), Some(json!(true)));
    let narrow = sqli("body", json!([{"test": "geo", "negated": false, "values": ["DE"]}]));
    assert_eq!(narrow.fact("sqli_fault"), Some(json!("own sees only some requests")));
    let labelled = json!([{"test": "label", "negated": true, "values": ["trusted"]}]);
    assert_eq!(stops(sqli("body", labelled)), None);
}

#[test]
fn the_group_against_sql_injection_needs_its_rules_for_queries_or_bodies() {
    let group = |actions: [&str; 3]| {
        let names = ["SQLi_BODY", "SQLi_QUERYARGUMENTS", "SQLi_COOKIE"];
        let members: Vec<Value> = names.iter().zip(actions).map(|(name, action)| member(name, action, SQL)).collect();
        let acl = Acl::new(vec![managed(SQL, json!({"counted_rules": ["SQLi_BODY"]}))]);
        acl.with("group_rules", json!(members)).fact("stops_sqli")
    };
    assert_eq!(group(["count", "block", "block"]), Some(json!(true)));
    assert_eq!(group(["count", "count", "block"]), Some(json!(false)));
    assert_eq!(Acl::new(vec![managed(SQL, json!({}))]).fact("stops_sqli"), Some(json!(true)));
    let vendor = Acl::new(vec![managed("OWASP", json!({"vendor": "F5"}))]);
    let vendor = vendor.with("group_rules", json!([member("All", "block", "OWASP")]));
    assert_eq!((vendor.fact("stops_sqli"), vendor.fact("similar_rules")), (None, None));
    assert_eq!(Acl::new(vec![]).fact("sqli_fault"), Some(json!(null)));
}

#[test]
fn reasons_say_what_could_not_be_told() {
    let acl = Acl::new(vec![allow(path("/hooks")), managed(COMMON, json!({}))]);
    let derived = SnapshotBuilder::new().with::<WebAcl>("acl", acl.0).derive();
    let unread = &derived.0.resources[0].unread;
    let reason = "how many requests the Allow rule allowed lets past can't be told";
    assert_eq!(unread.get("allows_before").map(String::as_str), Some(reason));
}

#[test]
fn a_rule_behind_may_block_by_the_labels_of_one_that_counts() {
    let by = |label: &str| {
        rule("by-label", "label", "block", json!({"applies_to": one("label", json!({"values": [label]}))}))
    };
    let counting = || managed(COMMON, json!({"action": "count"}));
    let acl = |behind: Value| Acl::new(vec![counting(), behind]).groups();
    assert_eq!(acl(by("awswaf:managed:aws:core-rule-set:")), [works()]);
    assert_eq!(acl(by("awswaf:managed:aws:core-rule-set:NoUserAgent_Header")), [unclear()]);
    assert_eq!(acl(by("awswaf:managed:aws:sql-database:")), [fault("is in count mode")]);
    let rate = rate("rate", json!({"action": "count", "labels": ["flood"]}));
    assert_eq!(Acl::new(vec![rate.clone(), by("flood")]).rates(), [works()]);
    assert_eq!(Acl::new(vec![by("flood"), rate]).rates(), [fault("is in count mode")]);
}

#[test]
fn a_rule_may_block_all_addresses_but_those_of_a_list() {
    let fence = |share: f64| {
        let others = one("ip_set", json!({"share": share, "negated": true}));
        rule("others", "other", "block", json!({"applies_to": others}))
    };
    let listed = |rules: Vec<Value>| Acl::new(rules).fact("admits_listed_only");
    assert_eq!(listed(vec![fence(1e-9)]), Some(json!(true)));
    assert_eq!(listed(vec![fence(0.5)]), Some(json!(false)));
    assert_eq!(listed(vec![home(), fence(1e-9)]), Some(json!(false)));
    let others = || one("ip_set", json!({"share": 1e-9, "negated": true}));
    assert_eq!(listed(vec![rate("flood", json!({"applies_to": others()}))]), Some(json!(false)));
    assert_eq!(
        listed(vec![managed("AWSManagedRulesCommonRuleSet", json!({"applies_to": others()}))]),
        Some(json!(false))
    );
}
