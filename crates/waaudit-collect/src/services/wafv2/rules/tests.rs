//! Rules, groups and overrides as the API describes them.

use super::*;
use aws_sdk_wafv2::types::builders::WebAclBuilder;
use aws_sdk_wafv2::types::{
    AndStatement, BlockAction, CountAction, DefaultAction, FirewallManagerStatement, NoneAction,
    RateBasedStatementAggregateKeyType, VisibilityConfig,
};

fn acting(web_acl: &SdkWebAcl) -> Option<Vec<Rule>> {
    rules(web_acl, &Sets::default())
}

fn visibility() -> VisibilityConfig {
    VisibilityConfig::builder().metric_name("m").build().unwrap()
}

fn web_acl() -> WebAclBuilder {
    SdkWebAcl::builder().name("shop").id("1").arn("arn").visibility_config(visibility())
}

fn managed(name: &str) -> ManagedRuleGroupStatement {
    let counted = RuleAction::builder().count(CountAction::builder().build()).build();
    let blocked = RuleAction::builder().block(BlockAction::builder().build()).build();
    let over = |name: &str, action| RuleActionOverride::builder().name(name).action_to_use(action).build().unwrap();
    ManagedRuleGroupStatement::builder()
        .vendor_name("AWS")
        .name(name)
        .rule_action_overrides(over("Counted", counted))
        .rule_action_overrides(over("Blocked", blocked))
        .excluded_rules(ExcludedRule::builder().name("Excluded").build().unwrap())
        .build()
        .unwrap()
}

fn group_rule(priority: i32, action: OverrideAction) -> SdkRule {
    let statement = Statement::builder().managed_rule_group_statement(managed("AWSManagedRulesSQLiRuleSet"));
    let rule = SdkRule::builder().name("sqli").priority(priority).statement(statement.build());
    rule.override_action(action).visibility_config(visibility()).build().unwrap()
}

fn rate_rule(priority: i32, action: RuleAction) -> SdkRule {
    let rate = RateBasedStatement::builder()
        .limit(2000)
        .evaluation_window_sec(300)
        .aggregate_key_type(RateBasedStatementAggregateKeyType::Ip)
        .build()
        .unwrap();
    let statement = Statement::builder().rate_based_statement(rate).build();
    let rule = SdkRule::builder().name("rate").priority(priority).statement(statement).action(action);
    rule.visibility_config(visibility()).build().unwrap()
}

fn counting() -> OverrideAction {
    OverrideAction::builder().count(CountAction::builder().build()).build()
}

fn blocking() -> RuleAction {
    RuleAction::builder().block(BlockAction::builder().build()).build()
}

#[test]
fn a_managed_group_that_is_overridden_counts() {
    let rules = acting(&web_acl().rules(group_rule(0, counting())).build().unwrap()).unwrap();
    assert_eq!((rules[0].statement.as_str(), rules[0].action.as_str()), ("managed_group", "count"));
    assert_eq!(rules[0].vendor.as_deref(), Some("AWS"));
    assert_eq!(rules[0].group.as_deref(), Some("AWSManagedRulesSQLiRuleSet"));
    assert_eq!(rules[0].counted_rules, ["Counted", "Excluded"]);
}

#[test]
fn a_rate_rule_has_its_limit_and_window() {
    let rules = acting(&web_acl().rules(rate_rule(0, blocking())).build().unwrap()).unwrap();
    assert_eq!((rules[0].statement.as_str(), rules[0].action.as_str()), ("rate", "block"));
    assert_eq!((rules[0].rate_limit, rules[0].rate_window_seconds), (Some(2000), Some(300)));
}

#[test]
fn rules_stand_in_the_order_in_which_they_are_asked() {
    let manager = |name: &str| {
        let statement = FirewallManagerStatement::builder().managed_rule_group_statement(managed("x")).build();
        let none = OverrideAction::builder().none(NoneAction::builder().build()).build();
        let group = FirewallManagerRuleGroup::builder().name(name).priority(0).firewall_manager_statement(statement);
        group.override_action(none).visibility_config(visibility()).build().unwrap()
    };
    let web_acl = web_acl()
        .rules(rate_rule(7, blocking()))
        .rules(group_rule(3, counting()))
        .pre_process_firewall_manager_rule_groups(manager("before"))
        .post_process_firewall_manager_rule_groups(manager("after"));
    let rules = acting(&web_acl.build().unwrap()).unwrap();
    let names: Vec<_> = rules.iter().map(|rule| rule.name.as_str()).collect();
    assert_eq!(names, ["before", "sqli", "rate", "after"]);
    assert_eq!(rules[0].action, "none");
}

#[test]
fn rules_of_a_group_act_as_the_web_acl_has_them_act() {
    let counted = |name: &str| ExcludedRule::builder().name(name).build().unwrap();
    let acting = |excluded: &str, action: OverrideAction| {
        let group = RuleGroupReferenceStatement::builder().arn("group").excluded_rules(counted(excluded));
        let statement = Statement::builder().rule_group_reference_statement(group.build().unwrap()).build();
        let rule = SdkRule::builder().name("own").priority(0).statement(statement).override_action(action);
        let rule = rule.visibility_config(visibility()).build().unwrap();
        let web_acl = web_acl().rules(rule).build().unwrap();
        let rule = own_rule(&rate_rule(0, blocking()), &Sets::default()).unwrap();
        references(&web_acl)[0].overriding(rule)
    };
    let none = || OverrideAction::builder().none(NoneAction::builder().build()).build();
    let (as_it_comes, excluded) = (acting("other", none()), acting("rate", none()));
    assert_eq!((as_it_comes.action.as_str(), as_it_comes.within.as_deref()), ("block", Some("own")));
    assert_eq!(excluded.action, "count");
    assert_eq!(acting("other", counting()).action, "count");
}

#[test]
fn a_compound_statement_is_other() {
    let parts = Statement::builder().build();
    let and = AndStatement::builder().statements(parts).build().unwrap();
    assert_eq!(statement_type(&Statement::builder().and_statement(and).build()), "other");
}

#[test]
fn an_action_that_is_not_known_leaves_all_rules_unread() {
    let unknown = rate_rule(0, RuleAction::builder().build());
    assert_eq!(acting(&web_acl().rules(unknown).build().unwrap()), None);
}

#[test]
fn the_default_action_is_named_or_not_known() {
    assert_eq!(default_action(&web_acl().build().unwrap()), None);
    let block = DefaultAction::builder().block(BlockAction::builder().build()).build();
    let web_acl = web_acl().default_action(block).build().unwrap();
    assert_eq!(default_action(&web_acl).as_deref(), Some("block"));
}

#[test]
fn groups_are_asked_about_where_their_own_actions_do_not_tell_all() {
    let asked = |web_acl: SdkWebAcl| references(&web_acl).iter().map(Reference::is_asked).collect::<Vec<_>>();
    let none = OverrideAction::builder().none(NoneAction::builder().build()).build();
    let of = |vendor: &str, action: &OverrideAction| {
        let group = ManagedRuleGroupStatement::builder().vendor_name(vendor).name("group").build().unwrap();
        let statement = Statement::builder().managed_rule_group_statement(group).build();
        let rule = SdkRule::builder().name("r").priority(0).statement(statement).override_action(action.clone());
        asked(web_acl().rules(rule.visibility_config(visibility()).build().unwrap()).build().unwrap())
    };
    assert_eq!(of("AWS", &none), [false]);
    assert_eq!(of("F5", &none), [true]);
    assert_eq!(of("F5", &counting()), [false]);
    assert_eq!(asked(web_acl().rules(group_rule(0, none)).build().unwrap()), [true]);
}

#[test]
fn the_group_of_shield_advanced_is_told_by_its_name() {
    let group = |name: &str| {
        let arn = format!("arn:aws:wafv2:eu-west-1:999988887777:regional/rulegroup/{name}/id");
        let group = RuleGroupReferenceStatement::builder().arn(arn).build().unwrap();
        let statement = Statement::builder().rule_group_reference_statement(group).build();
        let none = OverrideAction::builder().none(NoneAction::builder().build()).build();
        let rule = SdkRule::builder().name("r").priority(0).statement(statement).override_action(none);
        own_rule(&rule.visibility_config(visibility()).build().unwrap(), &Sets::default()).unwrap().statement
    };
    assert_eq!(group("ShieldMitigationRuleGroup_111122223333_acl_1"), "shield");
    assert_eq!(group("limits"), "rule_group");
}
