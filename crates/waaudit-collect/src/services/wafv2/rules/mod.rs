//! A web ACL's rules in the vocabulary of facts: own rules, groups, and those that Firewall Manager puts around them.

use aws_sdk_wafv2::types::{
    ExcludedRule, FirewallManagerRuleGroup, ManagedRuleGroupStatement, OverrideAction, RateBasedStatement,
    RateBasedStatementCustomKey, Rule as SdkRule, RuleAction, RuleActionOverride, RuleGroupReferenceStatement,
    Statement, WebAcl as SdkWebAcl,
};

use super::conditions::{alternatives, first};
use super::sets::Sets;
use super::{Call, DESCRIBE_MANAGED_GROUP, GET_RULE_GROUP, sets};
use waaudit_model::facts::wafv2::Rule;

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
        labels: rule.rule_labels().iter().map(|label| label.name().to_owned()).collect(),
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

#[cfg(test)]
mod tests;
