//! A web ACL's rules in the vocabulary of facts: own rules, groups, and those that Firewall Manager puts around them.

use aws_sdk_wafv2::types::{
    ExcludedRule, FirewallManagerRuleGroup, ManagedRuleGroupStatement, OverrideAction, RateBasedStatement,
    RateBasedStatementCustomKey, Rule as SdkRule, RuleAction, RuleActionOverride, RuleGroupReferenceStatement,
    Statement, WebAcl as SdkWebAcl,
};

use super::conditions::alternatives;
use super::sets::{self, Sets};
use super::{Call, DESCRIBE_MANAGED_GROUP, GET_RULE_GROUP};
use crate::facts::wafv2::Rule;

/// What the rule group is called that Shield Advanced's automatic mitigation puts into web ACLs. It is AWS's, can't be
/// read, and stops nothing but a flood under way:
/// <https://docs.aws.amazon.com/waf/latest/developerguide/ddos-automatic-app-layer-response-rg.html>.
const SHIELD_GROUP: &str = "/ShieldMitigationRuleGroup_";

/// allow or block.
pub(super) fn default_action(web_acl: &SdkWebAcl) -> Option<String> {
    let action = web_acl.default_action()?;
    first(&[(action.block.is_some(), "block"), (action.allow.is_some(), "allow")])
}

/// All rules in the order in which WAF asks them; nothing where one has an action that is not known.
pub(super) fn rules(web_acl: &SdkWebAcl, sets: &Sets) -> Option<Vec<Rule>> {
    let manager = |rule| manager_rule(rule, sets);
    let before = web_acl.pre_process_firewall_manager_rule_groups().iter().map(manager);
    let own = web_acl.rules().iter().map(|rule| own_rule(rule, sets));
    let after = web_acl.post_process_firewall_manager_rule_groups().iter().map(manager);
    Some([by_priority(before)?, by_priority(own)?, by_priority(after)?].concat())
}

/// ARNs of the IP sets that decide which requests a rule sees. A rule that only blocks the addresses of one is not asked.
pub(super) fn ip_sets(rule: &SdkRule) -> Vec<&str> {
    let plain = rule.statement().is_some_and(|statement| statement.ip_set_reference_statement().is_some());
    let allows = rule.action().is_some_and(|action| action.allow.is_some());
    rule.statement().filter(|_| allows || !plain).map(sets::referred).unwrap_or_default()
}

/// ARNs of the IP sets in the scope-down statement of one of Firewall Manager's rules.
pub(super) fn manager_ip_sets(rule: &FirewallManagerRuleGroup) -> Vec<&str> {
    let managed = rule.firewall_manager_statement().and_then(|statement| statement.managed_rule_group_statement());
    managed.and_then(|managed| managed.scope_down_statement()).map(sets::referred).unwrap_or_default()
}

/// A rule group that a web ACL refers to, and what it makes of the group's rules.
pub(super) struct Reference<'a> {
    /// The name of the rule that refers to it.
    pub(super) name: &'a str,
    /// The group.
    pub(super) group: Group<'a>,
    counts_all: bool,
}

/// The rule groups that a web ACL refers to, the vendors' groups included, in the order in which WAF asks them.
pub(super) fn references(web_acl: &SdkWebAcl) -> Vec<Reference<'_>> {
    let before = web_acl.pre_process_firewall_manager_rule_groups().iter();
    let after = web_acl.post_process_firewall_manager_rule_groups().iter();
    let own = web_acl.rules().iter().filter_map(|rule| {
        let statement = rule.statement()?;
        let group = Group::of(statement.managed_rule_group_statement(), statement.rule_group_reference_statement())?;
        Some(Reference::new(rule.name(), group, rule.override_action()))
    });
    before.filter_map(Reference::of_manager).chain(own).chain(after.filter_map(Reference::of_manager)).collect()
}

impl<'a> Reference<'a> {
    fn new(name: &'a str, group: Group<'a>, action: Option<&OverrideAction>) -> Self {
        Self { name, group, counts_all: action.is_some_and(|action| action.count.is_some()) }
    }

    fn of_manager(rule: &'a FirewallManagerRuleGroup) -> Option<Self> {
        let statement = rule.firewall_manager_statement()?;
        let group = Group::of(statement.managed_rule_group_statement(), statement.rule_group_reference_statement())?;
        Some(Self::new(rule.name(), group, rule.override_action()))
    }

    /// Whether the group's rules have to be known. AWS's groups stop requests as they come; of a group that is
    /// overridden to count as a whole, nothing acts.
    pub(super) fn is_asked(&self) -> bool {
        let aws = self.group.managed.is_some_and(|managed| managed.vendor_name() == "AWS");
        let as_it_comes = self.group.overrides.is_empty() && self.group.excluded.is_empty();
        !(self.counts_all || self.group.is_shield() || (aws && as_it_comes))
    }

    /// The call that reads it.
    pub(super) const fn call(&self) -> &'static Call {
        if self.group.managed.is_some() { &DESCRIBE_MANAGED_GROUP } else { &GET_RULE_GROUP }
    }

    /// A rule of the group as it acts here. An excluded rule is counted: the older way of saying so.
    pub(super) fn overriding(&self, rule: Rule) -> Rule {
        let excluded = self.group.excluded.iter().any(|excluded| excluded.name() == rule.name);
        let over = self.group.overrides.iter().find(|over| over.name() == rule.name);
        let over = over.and_then(|over| rule_action(over.action_to_use()?));
        let action = if self.counts_all || excluded { "count".to_owned() } else { over.unwrap_or(rule.action) };
        Rule { action, within: Some(self.name.to_owned()), ..rule }
    }
}

pub(super) fn by_priority(rules: impl Iterator<Item = Option<Rule>>) -> Option<Vec<Rule>> {
    let mut rules = rules.collect::<Option<Vec<_>>>()?;
    rules.sort_by_key(|rule| rule.priority);
    Some(rules)
}

pub(super) fn own_rule(rule: &SdkRule, sets: &Sets) -> Option<Rule> {
    let statement = rule.statement()?;
    let group = Group::of(statement.managed_rule_group_statement(), statement.rule_group_reference_statement());
    if let Some(group) = group {
        return group.rule(rule.name(), rule.priority(), rule.override_action(), sets);
    }
    let plain = Rule {
        name: rule.name().to_owned(),
        priority: rule.priority().into(),
        statement: statement_type(statement),
        action: rule_action(rule.action()?)?,
        ..Rule::default()
    };
    Some(match statement.rate_based_statement() {
        Some(rate) => rate_rule(plain, rate, sets),
        None => Rule { applies_to: Some(alternatives(statement, sets)), ..plain },
    })
}

fn rate_rule(plain: Rule, rate: &RateBasedStatement, sets: &Sets) -> Rule {
    Rule {
        rate_limit: Some(rate.limit()),
        rate_window_seconds: Some(rate.evaluation_window_sec()).filter(|&seconds| seconds > 0),
        rate_key: Some(rate.aggregate_key_type().as_str().to_owned()),
        rate_keys: rate.custom_keys().iter().map(custom_key).collect(),
        applies_to: rate.scope_down_statement().map(|scope| alternatives(scope, sets)),
        ..plain
    }
}

fn custom_key(key: &RateBasedStatementCustomKey) -> String {
    first(&[
        (key.ip.is_some(), "ip"),
        (key.forwarded_ip.is_some(), "forwarded_ip"),
        (key.http_method.is_some(), "method"),
        (key.uri_path.is_some(), "uri_path"),
        (key.query_string.is_some(), "query_string"),
        (key.query_argument.is_some(), "query_argument"),
        (key.header.is_some(), "header"),
        (key.cookie.is_some(), "cookie"),
        (key.label_namespace.is_some(), "label"),
        (key.ja3_fingerprint.is_some(), "ja3"),
        (key.ja4_fingerprint.is_some(), "ja4"),
        (key.asn.is_some(), "asn"),
    ])
    .unwrap_or_else(|| "other".to_owned())
}

fn manager_rule(rule: &FirewallManagerRuleGroup, sets: &Sets) -> Option<Rule> {
    let statement = rule.firewall_manager_statement()?;
    Group::of(statement.managed_rule_group_statement(), statement.rule_group_reference_statement())?.rule(
        rule.name(),
        rule.priority(),
        rule.override_action(),
        sets,
    )
}

/// A group of rules: a vendor's or the account's own.
pub(super) struct Group<'a> {
    /// The vendor's group, if it is one.
    pub(super) managed: Option<&'a ManagedRuleGroupStatement>,
    reference: Option<&'a RuleGroupReferenceStatement>,
    excluded: &'a [ExcludedRule],
    overrides: &'a [RuleActionOverride],
}

impl<'a> Group<'a> {
    fn of(
        managed: Option<&'a ManagedRuleGroupStatement>,
        reference: Option<&'a RuleGroupReferenceStatement>,
    ) -> Option<Self> {
        let managed_group =
            |group: &'a ManagedRuleGroupStatement| (group.excluded_rules(), group.rule_action_overrides());
        let own_group =
            |group: &'a RuleGroupReferenceStatement| (group.excluded_rules(), group.rule_action_overrides());
        let (excluded, overrides) = managed.map(managed_group).or_else(|| reference.map(own_group))?;
        Some(Self { managed, reference, excluded, overrides })
    }

    /// The ARN of a group that is not a vendor's.
    pub(super) fn arn(&self) -> Option<&'a str> {
        self.reference.map(RuleGroupReferenceStatement::arn)
    }

    /// Whether Shield Advanced put it there.
    fn is_shield(&self) -> bool {
        self.arn().is_some_and(|arn| arn.contains(SHIELD_GROUP))
    }

    fn rule(&self, name: &str, priority: i32, action: Option<&OverrideAction>, sets: &Sets) -> Option<Rule> {
        let statement = match self.managed {
            Some(_) => "managed_group",
            None if self.is_shield() => "shield",
            None => "rule_group",
        };
        let scope = self.managed.and_then(ManagedRuleGroupStatement::scope_down_statement);
        Some(Rule {
            name: name.to_owned(),
            priority: priority.into(),
            statement: statement.to_owned(),
            action: override_action(action?)?,
            vendor: self.managed.map(|group| group.vendor_name().to_owned()),
            group: self.managed.map(|group| group.name().to_owned()),
            counted_rules: self.counted_rules(),
            applies_to: scope.map(|scope| alternatives(scope, sets)),
            ..Rule::default()
        })
    }

    /// An excluded rule is counted: the older way of saying so.
    fn counted_rules(&self) -> Vec<String> {
        let counts = |rule: &&RuleActionOverride| rule.action_to_use().is_some_and(|action| action.count.is_some());
        let overridden = self.overrides.iter().filter(counts).map(|rule| rule.name().to_owned());
        overridden.chain(self.excluded.iter().map(|rule| rule.name().to_owned())).collect()
    }
}

fn statement_type(s: &Statement) -> String {
    first(&[
        (s.rate_based_statement.is_some(), "rate"),
        (s.sqli_match_statement.is_some(), "sqli"),
        (s.xss_match_statement.is_some(), "xss"),
        (s.byte_match_statement.is_some(), "byte_match"),
        (s.size_constraint_statement.is_some(), "size"),
        (s.geo_match_statement.is_some(), "geo"),
        (s.ip_set_reference_statement.is_some(), "ip_set"),
        (s.regex_match_statement.is_some(), "regex"),
        (s.regex_pattern_set_reference_statement.is_some(), "regex_set"),
        (s.label_match_statement.is_some(), "label"),
        (s.asn_match_statement.is_some(), "asn"),
    ])
    .unwrap_or_else(|| "other".to_owned())
}

pub(super) fn rule_action(action: &RuleAction) -> Option<String> {
    first(&[
        (action.allow.is_some(), "allow"),
        (action.block.is_some(), "block"),
        (action.count.is_some(), "count"),
        (action.captcha.is_some(), "captcha"),
        (action.challenge.is_some(), "challenge"),
        (action.monetize.is_some(), "monetize"),
    ])
}

fn override_action(action: &OverrideAction) -> Option<String> {
    first(&[(action.count.is_some(), "count"), (action.none.is_some(), "none")])
}

/// The name of the member that is there: AWS fills in exactly one.
pub(super) fn first(members: &[(bool, &str)]) -> Option<String> {
    members.iter().find(|(there, _)| *there).map(|(_, name)| (*name).to_owned())
}

#[cfg(test)]
mod tests {
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
            let group =
                FirewallManagerRuleGroup::builder().name(name).priority(0).firewall_manager_statement(statement);
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
}
