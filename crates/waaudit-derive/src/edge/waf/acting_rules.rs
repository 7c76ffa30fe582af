//! A web ACL's rules as a list of what acts, in the order in which AWS WAF asks: groups are taken apart.

use super::traffic_share;
use super::traffic_share::Reach;
use crate::engine::{all, any};
use waaudit_model::facts::wafv2::{Alternative, Rule, WebAcl};

/// Actions after which a request does not reach what is protected.
const STOPS: &[&str] = &["block", "captcha", "challenge"];
/// A group works as long as one in so many of its rules stops requests: some are in count mode for their false alarms.
const RULES_THAT_STOP: usize = 3;

/// What a rule does to the requests that it looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Does {
    Stops,
    Allows,
    /// It counts, or its group's rules all do.
    Nothing,
    /// Its group could not be read.
    Unclear,
}

/// A rule of the web ACL or of its own groups, or a managed group as one.
pub(crate) struct Act<'a> {
    pub(crate) rule: &'a Rule,
    pub(crate) does: Does,
    pub(crate) reach: Reach,
    /// Of a managed group, its rules where they were read.
    members: Vec<&'a Rule>,
}

/// What acts, in order.
pub(crate) struct Acts<'a>(Vec<Act<'a>>);

impl<'a> Acts<'a> {
    /// Nothing where rules that it depends on are unread.
    pub(crate) fn of(acl: &'a WebAcl) -> Option<Self> {
        let rules = acl.rules.known()?.iter().filter(|rule| rule.statement != "shield");
        let acts = rules.map(|rule| acts_of(rule, acl)).collect::<Option<Vec<_>>>()?;
        Some(Self(acts.into_iter().flatten().collect()))
    }

    pub(crate) fn iter(&self) -> std::slice::Iter<'_, Act<'a>> {
        self.0.iter()
    }

    pub(crate) fn all(&self) -> &[Act<'a>] {
        &self.0
    }

    /// Those that are asked before the one at a place.
    pub(crate) fn before(&self, place: usize) -> &[Act<'a>] {
        self.0.get(..place).unwrap_or(&self.0)
    }

    /// Those that are asked after the one at a place.
    pub(crate) fn behind(&self, place: usize) -> &[Act<'a>] {
        self.0.get(place + 1..).unwrap_or(&[])
    }
}

fn acts_of<'a>(rule: &'a Rule, acl: &'a WebAcl) -> Option<Vec<Act<'a>>> {
    let managed = rule.statement == "managed_group";
    if !managed && rule.statement != "rule_group" {
        return Some(vec![Act::single(rule)]);
    }
    let as_a_whole = |does| Some(vec![Act { rule, does, reach: traffic_share::of_rule(rule), members: Vec::new() }]);
    if rule.action == "count" {
        return as_a_whole(Does::Nothing);
    }
    if managed && rule.vendor.as_deref() == Some("AWS") && rule.counted_rules.is_empty() && !is_taken_apart(rule, acl) {
        return as_a_whole(Does::Stops);
    }
    let (members, unread) = (acl.group_rules.known()?, acl.unread_groups.known()?);
    if unread.contains(&rule.name) {
        return as_a_whole(Does::Unclear);
    }
    let members: Vec<&Rule> = members.iter().filter(|member| is_member(member, rule)).collect();
    if !managed {
        return Some(members.into_iter().map(Act::single).collect());
    }
    if members.is_empty() {
        return as_a_whole(Does::Unclear);
    }
    let stops = members.iter().any(|member| stops(member));
    let does = if stops { Does::Stops } else { Does::Nothing };
    let allowing = members.iter().copied().filter(|member| member.action == "allow").map(Act::single);
    let mut acts: Vec<Act> = allowing.collect();
    acts.push(Act { rule, does, reach: traffic_share::of_rule(rule), members });
    Some(acts)
}

/// Whether rules of the group are among those that were read. Taking that knowledge away leaves all unread, since then
/// nothing tells that there was none.
fn is_taken_apart(rule: &Rule, acl: &WebAcl) -> bool {
    let read = acl.group_rules.known().is_none_or(|members| members.iter().any(|member| is_member(member, rule)));
    let unread = acl.unread_groups.known().is_none_or(|unread| unread.contains(&rule.name));
    read || unread
}

fn is_member(member: &Rule, rule: &Rule) -> bool {
    member.within.as_deref() == Some(rule.name.as_str())
}

fn stops(rule: &Rule) -> bool {
    STOPS.contains(&rule.action.as_str())
}

impl<'a> Act<'a> {
    fn single(rule: &'a Rule) -> Self {
        let does = match rule.action.as_str() {
            "allow" => Does::Allows,
            _ if stops(rule) => Does::Stops,
            _ => Does::Nothing,
        };
        Self { rule, does, reach: traffic_share::of_rule(rule), members: Vec::new() }
    }

    /// Its name, and that of the rule which refers to its group.
    pub(crate) fn name(&self) -> String {
        match &self.rule.within {
            Some(group) => format!("{} (in {group})", self.rule.name),
            None => self.rule.name.clone(),
        }
    }

    pub(crate) fn may_stop(&self) -> bool {
        matches!(self.does, Does::Stops | Does::Unclear)
    }

    /// Vendors' groups leave it to others to allow requests.
    pub(crate) fn may_allow(&self) -> bool {
        self.does == Does::Allows || (self.does == Does::Unclear && self.rule.statement == "rule_group")
    }

    pub(crate) fn stops(&self) -> Option<bool> {
        match self.does {
            Does::Stops => Some(true),
            Does::Allows | Does::Nothing => Some(false),
            Does::Unclear => None,
        }
    }

    /// Whether enough rules of a managed group stop requests.
    pub(crate) fn most_rules_stop(&self) -> Option<bool> {
        let stopping = self.members.iter().filter(|member| stops(member)).count();
        self.stops().map(|some| some && stopping * RULES_THAT_STOP >= self.members.len())
    }

    /// Whether a rule stops requests that looks at queries or bodies: of AWS's group against SQL injection.
    pub(crate) fn sqli_rules_stop(&self) -> Option<bool> {
        let of_inputs = |member: &&&Rule| ["_BODY", "_QUERYARGUMENTS"].iter().any(|part| member.name.ends_with(part));
        let some = self.members.is_empty() || self.members.iter().filter(of_inputs).any(|member| stops(member));
        self.stops().map(|stops| stops && some)
    }

    /// Whether it allows addresses of small IP sets alone.
    pub(crate) fn admits_listed(&self) -> Option<bool> {
        if !self.may_allow() {
            return Some(true);
        }
        let listed = |alternative: &Alternative| any(alternative.tests.iter().map(traffic_share::is_listed));
        all(self.rule.applies_to.as_ref()?.iter().map(listed))
    }

    /// Whether it stops all addresses outside a small IP set: not above a rate alone, nor only what a group finds.
    pub(crate) fn stops_unlisted(&self) -> Option<bool> {
        if ["managed_group", "rule_group", "rate"].contains(&self.rule.statement.as_str()) {
            return Some(false);
        }
        match self.rule.applies_to.as_deref() {
            Some([alternative]) if self.does == Does::Stops => match alternative.tests.as_slice() {
                [test] => traffic_share::is_unlisted(test),
                _ => Some(false),
            },
            _ => Some(false),
        }
    }

    /// Why it does not stop what it should.
    pub(crate) fn fault(&self) -> String {
        let counting = self.members.iter().filter(|member| !stops(member)).count();
        match self.does {
            Does::Unclear => self.doubt(),
            Does::Allows => "allows what it finds".to_owned(),
            _ if counting > 0 => format!("has {counting} of its {} rules in count mode", self.members.len()),
            _ if self.rule.action == "monetize" => "asks for payment".to_owned(),
            _ => "is in count mode".to_owned(),
        }
    }

    /// Why it can't be told what it does.
    pub(crate) fn doubt(&self) -> String {
        format!("the rules in {} could not be read", self.name())
    }

    /// Why it can't be told what it lets past.
    pub(crate) fn leaves_open(&self) -> String {
        match self.does {
            Does::Unclear => self.doubt(),
            _ => format!("how many requests the Allow rule {} lets past can't be told", self.name()),
        }
    }
}
