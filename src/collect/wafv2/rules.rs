//! A web ACL's rules in the vocabulary of facts: own rules, groups, and those that Firewall Manager puts around them.

use aws_sdk_wafv2::types::{
    ExcludedRule, FirewallManagerRuleGroup, ManagedRuleGroupStatement, OverrideAction, Rule as SdkRule, RuleAction,
    RuleActionOverride, RuleGroupReferenceStatement, Statement, WebAcl as SdkWebAcl,
};

use crate::facts::wafv2::Rule;

/// allow or block.
pub(super) fn default_action(web_acl: &SdkWebAcl) -> Option<String> {
    let action = web_acl.default_action()?;
    first(&[(action.block.is_some(), "block"), (action.allow.is_some(), "allow")])
}

/// All rules in the order in which WAF asks them; nothing where one has an action that is not known.
pub(super) fn rules(web_acl: &SdkWebAcl) -> Option<Vec<Rule>> {
    let before = web_acl.pre_process_firewall_manager_rule_groups().iter().map(manager_rule);
    let own = web_acl.rules().iter().map(own_rule);
    let after = web_acl.post_process_firewall_manager_rule_groups().iter().map(manager_rule);
    Some([by_priority(before)?, by_priority(own)?, by_priority(after)?].concat())
}

/// A rule group that a web ACL refers to, and what it makes of the group's rules.
pub(super) struct Reference {
    /// The group's ARN.
    pub(super) arn: String,
    counts_all: bool,
    counted: Vec<String>,
}

/// The rule groups that a web ACL refers to, vendors' groups aside.
pub(super) fn references(web_acl: &SdkWebAcl) -> Vec<Reference> {
    let managers =
        [web_acl.pre_process_firewall_manager_rule_groups(), web_acl.post_process_firewall_manager_rule_groups()];
    let managed = managers.into_iter().flatten().filter_map(|rule| {
        Reference::of(rule.firewall_manager_statement()?.rule_group_reference_statement()?, rule.override_action())
    });
    let own = web_acl
        .rules()
        .iter()
        .filter_map(|rule| Reference::of(rule.statement()?.rule_group_reference_statement()?, rule.override_action()));
    own.chain(managed).collect()
}

impl Reference {
    fn of(group: &RuleGroupReferenceStatement, action: Option<&OverrideAction>) -> Option<Self> {
        let counted = Group::of(None, Some(group))?.counted_rules();
        let counts_all = action.is_some_and(|action| action.count.is_some());
        Some(Self { arn: group.arn().to_owned(), counts_all, counted })
    }

    /// The group's rules as they act here; nothing where one has an action that is not known.
    pub(super) fn rules(&self, rules: &[SdkRule]) -> Option<Vec<Rule>> {
        let mut rules = by_priority(rules.iter().map(own_rule))?;
        for rule in rules.iter_mut().filter(|rule| self.counts_all || self.counted.contains(&rule.name)) {
            "count".clone_into(&mut rule.action);
        }
        Some(rules)
    }
}

fn by_priority(rules: impl Iterator<Item = Option<Rule>>) -> Option<Vec<Rule>> {
    let mut rules = rules.collect::<Option<Vec<_>>>()?;
    rules.sort_by_key(|rule| rule.priority);
    Some(rules)
}

fn own_rule(rule: &SdkRule) -> Option<Rule> {
    let statement = rule.statement()?;
    let group = Group::of(statement.managed_rule_group_statement(), statement.rule_group_reference_statement());
    if let Some(group) = group {
        return group.rule(rule.name(), rule.priority(), rule.override_action());
    }
    let rate = statement.rate_based_statement();
    Some(Rule {
        name: rule.name().to_owned(),
        priority: rule.priority().into(),
        statement: statement_type(statement),
        action: rule_action(rule.action()?)?,
        rate_limit: rate.map(|rate| rate.limit()),
        rate_window_seconds: rate.map(|rate| rate.evaluation_window_sec()).filter(|&seconds| seconds > 0),
        ..Rule::default()
    })
}

fn manager_rule(rule: &FirewallManagerRuleGroup) -> Option<Rule> {
    let statement = rule.firewall_manager_statement()?;
    Group::of(statement.managed_rule_group_statement(), statement.rule_group_reference_statement())?.rule(
        rule.name(),
        rule.priority(),
        rule.override_action(),
    )
}

/// A group of rules: a vendor's or the account's own.
struct Group<'a> {
    managed: Option<&'a ManagedRuleGroupStatement>,
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
        Some(Self { managed, excluded, overrides })
    }

    fn rule(&self, name: &str, priority: i32, action: Option<&OverrideAction>) -> Option<Rule> {
        let statement = if self.managed.is_some() { "managed_group" } else { "rule_group" };
        Some(Rule {
            name: name.to_owned(),
            priority: priority.into(),
            statement: statement.to_owned(),
            action: override_action(action?)?,
            vendor: self.managed.map(|group| group.vendor_name().to_owned()),
            group: self.managed.map(|group| group.name().to_owned()),
            counted_rules: self.counted_rules(),
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

fn rule_action(action: &RuleAction) -> Option<String> {
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
fn first(members: &[(bool, &str)]) -> Option<String> {
    members.iter().find(|(there, _)| *there).map(|(_, name)| (*name).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_sdk_wafv2::types::builders::WebAclBuilder;
    use aws_sdk_wafv2::types::{
        AndStatement, BlockAction, CountAction, DefaultAction, FirewallManagerStatement, NoneAction,
        RateBasedStatement, RateBasedStatementAggregateKeyType, VisibilityConfig,
    };

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
        let rules = rules(&web_acl().rules(group_rule(0, counting())).build().unwrap()).unwrap();
        assert_eq!((rules[0].statement.as_str(), rules[0].action.as_str()), ("managed_group", "count"));
        assert_eq!(rules[0].vendor.as_deref(), Some("AWS"));
        assert_eq!(rules[0].group.as_deref(), Some("AWSManagedRulesSQLiRuleSet"));
        assert_eq!(rules[0].counted_rules, ["Counted", "Excluded"]);
    }

    #[test]
    fn a_rate_rule_has_its_limit_and_window() {
        let rules = rules(&web_acl().rules(rate_rule(0, blocking())).build().unwrap()).unwrap();
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
        let rules = rules(&web_acl.build().unwrap()).unwrap();
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
            let references = references(&web_acl().rules(rule).build().unwrap());
            references[0].rules(&[rate_rule(0, blocking())]).unwrap()[0].action.clone()
        };
        let none = || OverrideAction::builder().none(NoneAction::builder().build()).build();
        assert_eq!(acting("other", none()), "block");
        assert_eq!(acting("rate", none()), "count");
        assert_eq!(acting("other", counting()), "count");
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
        assert_eq!(rules(&web_acl().rules(unknown).build().unwrap()), None);
    }

    #[test]
    fn the_default_action_is_named_or_not_known() {
        assert_eq!(default_action(&web_acl().build().unwrap()), None);
        let block = DefaultAction::builder().block(BlockAction::builder().build()).build();
        let web_acl = web_acl().default_action(block).build().unwrap();
        assert_eq!(default_action(&web_acl).as_deref(), Some("block"));
    }
}
