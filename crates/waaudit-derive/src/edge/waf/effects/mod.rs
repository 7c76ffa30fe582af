//! What a web ACL's rules do after all overrides, each with what ends the evaluation before it.
//!
//! Every rule on web ACLs asks here, so that no two of them mean different things by a rule that works: it stops requests,
//! it sees practically all of them, and no Allow rule lets many of them past before.

use std::collections::BTreeMap;

use super::acting_rules::{Act, Acts, Does};
use super::answers::{Answer, per_client};
use super::traffic_share::{Reach, Share};
use super::{labels, traffic_share};
use crate::engine::{Derivation, Patch, View, any, reads};
use waaudit_model::facts::Fact;
use waaudit_model::facts::wafv2::{Alternative, ManagedGroup, RateRule, Test, WebAcl};

pub(crate) const EFFECTS: Derivation = Derivation {
    kind: "wafv2.web_acl",
    facts: &[
        "stops_requests",
        "allows_before",
        "admits_listed_only",
        "stops_sqli",
        "sqli_fault",
        "rate_rules",
        "managed_groups",
        "similar_rules",
    ],
    reads: reads![WebAcl { default_action, group_rules, rules, unread_groups }],
    compute: effects,
};

/// AWS's rule group against SQL injection.
const SQL_GROUP: &str = "AWSManagedRulesSQLiRuleSet";
/// Parts of a request in which values for a database come. What looks at others alone misses most injections.
const INPUTS: &[&str] = &["query_string", "all_query_arguments", "body", "json_body"];

fn effects(view: &View) -> Vec<Patch> {
    let of_acl = |acl: &crate::engine::Item<WebAcl>| {
        let Some(default_action) = acl.facts.default_action.known() else { return Vec::new() };
        let Some(acts) = Acts::of(acl.facts) else { return Vec::new() };
        let firewall = Firewall { acts, blocks: default_action == "block" };
        let (facts, reasons) = firewall.facts();
        vec![acl.patch(&facts), acl.explain(reasons)]
    };
    view.here().iter().flat_map(of_acl).collect()
}

struct Firewall<'a> {
    acts: Acts<'a>,
    blocks: bool,
}

impl Firewall<'_> {
    fn facts(&self) -> (WebAcl, BTreeMap<String, String>) {
        let (stops, allows, listed) = (self.stops_requests(), self.allows_before(), self.admits_listed_only());
        let (sqli, similar) = (self.stops_sqli(), self.similar_rules());
        let (rates, rate_doubt) = self.rate_rules();
        let (groups, group_doubt) = self.managed_groups();
        let reasons = [
            ("stops_requests", stops.doubt()),
            ("allows_before", allows.as_ref().err().cloned()),
            ("admits_listed_only", listed.doubt()),
            ("stops_sqli", sqli.doubt()),
            ("similar_rules", similar.doubt()),
            ("limits_each_client", rate_doubt),
            ("stops", group_doubt),
        ];
        let reasons = reasons.into_iter().filter_map(|(fact, why)| Some((fact.to_owned(), why?))).collect();
        let facts = WebAcl {
            stops_requests: stops.holds.into(),
            allows_before: allows.ok().into(),
            admits_listed_only: listed.holds.into(),
            sqli_fault: Fact::Known(sqli.fault()),
            stops_sqli: sqli.holds.into(),
            rate_rules: Fact::Known(rates),
            managed_groups: Fact::Known(groups),
            similar_rules: similar.holds.into(),
            ..WebAcl::default()
        };
        (facts, reasons)
    }

    /// A rule behind one that allows every request is never asked; what no rule decides, the default action does.
    fn stops_requests(&self) -> Answer {
        let mut answers = Vec::new();
        for (place, act) in self.acts.iter().enumerate().filter(|(_, act)| act.may_stop()) {
            let acts = Answer::new(act.stops(), act.doubt());
            answers.push(Answer::all(vec![acts, Self::not_all_allowed(self.acts.before(place))]));
        }
        if self.blocks {
            answers.push(Self::not_all_allowed(self.acts.all()));
        }
        Answer::any(answers)
    }

    fn not_all_allowed(acts: &[Act]) -> Answer {
        if let Some(hidden) = acts.iter().find(|act| act.does == Does::Unclear) {
            return Answer::new(None, hidden.doubt());
        }
        let allowing: Vec<&Act> = acts.iter().filter(|act| act.does == Does::Allows).collect();
        let every = reach_of(&allowing).is_at_least(Share::Every);
        let names = allowing.iter().map(|act| act.name()).collect::<Vec<_>>().join(", ");
        Answer::new(every.map(|every| !every), format!("it can't be told how many requests are allowed by {names}"))
    }

    /// Names of the Allow rules that let a large part of the requests past rules behind them.
    fn allows_before(&self) -> Result<Vec<String>, String> {
        let (mut found, mut doubt) = (Vec::new(), None);
        for (place, act) in self.acts.iter().enumerate() {
            let behind = self.acts.behind(place).iter();
            let passed = any(behind.filter(|later| later.may_stop()).map(|later| past(act, later)));
            match passed {
                Some(true) => found.push(act.name()),
                Some(false) => {}
                None => doubt = doubt.or_else(|| Some(act.leaves_open())),
            }
        }
        match doubt {
            Some(doubt) if found.is_empty() => Err(doubt),
            _ => Ok(found),
        }
    }

    /// Whether no earlier rule lets a large part of the requests past the act at a place.
    fn is_reached(&self, place: usize) -> Vec<Answer> {
        let Some(act) = self.acts.all().get(place) else { return Vec::new() };
        let answer = |earlier: &Act| {
            let passes = past(earlier, act);
            let why = match passes {
                Some(_) => format!("comes after the Allow rule {}", earlier.name()),
                None => earlier.leaves_open(),
            };
            Answer::new(passes.map(|passes| !passes), why)
        };
        self.acts.before(place).iter().map(answer).collect()
    }

    /// Whether a rule at a place works: it stops requests, sees practically all of them, and is reached. One that counts
    /// may leave it to rules behind it to block by its labels.
    fn works(&self, place: usize, act: &Act, enough: Answer, more: Vec<Answer>) -> Answer {
        let mut stops = Answer::all(vec![Answer::new(act.stops(), act.fault()), enough]);
        if stops.holds == Some(false)
            && let Some(behind) = labels::stopped_behind(act, self.acts.behind(place))
        {
            stops = Answer::new(behind, "rules behind it may block some of what it labels");
        }
        let mut answers = vec![stops];
        answers.extend(more);
        answers.extend(self.is_reached(place));
        Answer::all(answers)
    }

    fn admits_listed_only(&self) -> Answer {
        let mut answers: Vec<Answer> = self
            .acts
            .iter()
            .enumerate()
            .map(|(place, act)| {
                let mut answers =
                    vec![Answer::new(act.stops_unlisted(), "the addresses of an IP set could not be read")];
                answers.extend(self.is_reached(place));
                Answer::all(answers)
            })
            .collect();
        if self.blocks {
            let allows = self.acts.iter().filter(|act| matches!(act.does, Does::Allows | Does::Unclear));
            answers.push(Answer::all(allows.map(|act| Answer::new(act.admits_listed(), act.leaves_open())).collect()));
        }
        Answer::any(answers)
    }

    fn stops_sqli(&self) -> Answer {
        let mut answers = Vec::new();
        for (place, act) in self.acts.iter().enumerate() {
            if act.rule.statement == "managed_group" {
                if act.rule.group.as_deref() == Some(SQL_GROUP) {
                    let inputs = Answer::new(act.sqli_rules_stop(), act.fault());
                    answers.push(self.works(place, act, inputs, vec![covers(act.reach)]).about(act));
                } else if act.rule.vendor.as_deref() != Some("AWS") && act.may_stop() {
                    answers.push(Answer::new(None, format!("the vendor of {} may stop it", act.name())));
                }
            } else if act.does == Does::Unclear {
                answers.push(Answer::new(None, act.doubt()));
            } else if act.rule.statement != "rate" {
                answers.extend(self.own_sqli(place, act));
            }
        }
        Answer::any(answers)
    }

    /// What a rule that may look for SQL injection by itself does about it.
    fn own_sqli(&self, place: usize, act: &Act) -> Option<Answer> {
        let alternatives = act.rule.applies_to.as_deref()?;
        if !sees_sqli(alternatives) {
            return (act.does == Does::Stops && is_hidden(alternatives))
                .then(|| Answer::new(None, format!("{} may stop it", act.name())));
        }
        let inputs = Answer::new(sqli_inputs(alternatives), "looks neither into queries nor into bodies");
        let more = vec![inputs, covers(sqli_reach(alternatives))];
        Some(self.works(place, act, Answer::yes(), more).about(act))
    }

    fn rate_rules(&self) -> (Vec<RateRule>, Option<String>) {
        let rates: Vec<(usize, &Act)> =
            self.acts.iter().enumerate().filter(|(_, act)| act.rule.statement == "rate").collect();
        let scopes = |act: &Act| act.stops() == Some(true) && per_client(act.rule).holds == Some(true);
        let scopes = rates.iter().filter(|(_, act)| scopes(act)).map(|(_, act)| *act).collect::<Vec<_>>();
        let together = reach_of(&scopes).covers() == Some(true);
        let (mut rules, mut doubt) = (Vec::new(), None);
        for (place, act) in rates {
            let Some(limit) = act.rule.rate_limit else { continue };
            let part_of_all = together && scopes.iter().any(|scoped| std::ptr::eq(scoped.rule, act.rule));
            let sees = if part_of_all { Answer::yes() } else { covers(act.reach) };
            let answer = self.works(place, act, Answer::yes(), vec![per_client(act.rule), sees]);
            doubt = doubt.or_else(|| answer.doubt().map(|why| format!("{}: {why}", act.name())));
            rules.push(RateRule {
                rule: act.name(),
                limit,
                window_seconds: act.rule.rate_window_seconds,
                fault: answer.fault().unwrap_or_default(),
                limits_each_client: answer.holds.into(),
            });
        }
        // A group that could not be read may hold one.
        let hidden = self.acts.iter().find(|act| act.rule.statement == "rule_group" && act.does == Does::Unclear);
        if let Some(act) = hidden {
            doubt = doubt.or_else(|| Some(act.doubt()));
            let unread =
                RateRule { rule: act.name(), limit: 0, limits_each_client: Fact::Unread, ..RateRule::default() };
            rules.push(unread);
        }
        (rules, doubt)
    }

    fn managed_groups(&self) -> (Vec<ManagedGroup>, Option<String>) {
        let (mut groups, mut doubt) = (Vec::new(), None);
        for (place, act) in self.acts.iter().enumerate().filter(|(_, act)| act.rule.statement == "managed_group") {
            let enough = Answer::new(act.most_rules_stop(), act.fault());
            let answer = self.works(place, act, enough, vec![covers(act.reach)]);
            doubt = doubt.or_else(|| answer.doubt().map(|why| format!("{}: {why}", act.name())));
            groups.push(ManagedGroup {
                rule: act.name(),
                vendor: act.rule.vendor.clone().unwrap_or_default(),
                group: act.rule.group.clone().unwrap_or_default(),
                fault: answer.fault().unwrap_or_default(),
                stops: answer.holds.into(),
            });
        }
        (groups, doubt)
    }

    /// Rules of a vendor, and rules in groups of the account's own that look into requests, can't be compared with AWS's.
    fn similar_rules(&self) -> Answer {
        let similar = |act: &Act| {
            let vendor = act.rule.statement == "managed_group" && act.rule.vendor.as_deref() != Some("AWS");
            let looks = |test: &str| ["sqli", "xss", "regex", "regex_set", "other"].contains(&test);
            let tests = act.rule.applies_to.iter().flatten().flat_map(|alternative| &alternative.tests);
            let in_group = act.rule.within.is_some() && tests.into_iter().any(|test| looks(&test.test));
            act.may_stop() && (vendor || in_group || act.does == Does::Unclear)
        };
        let found = self.acts.iter().find(|act| similar(act));
        found.map_or_else(
            || Answer::new(Some(false), ""),
            |act| Answer::new(None, format!("{} may stop the same attacks", act.name())),
        )
    }
}

/// Whether an act lets a large part of the requests past one behind it.
fn past(earlier: &Act, later: &Act) -> Option<bool> {
    match earlier.does {
        Does::Allows if traffic_share::disjoint(earlier.rule, later.rule) => Some(false),
        Does::Allows => earlier.reach.is_at_least(Share::Part),
        Does::Unclear if earlier.may_allow() => None,
        _ => Some(false),
    }
}

fn covers(reach: Reach) -> Answer {
    let holds = reach.covers();
    let why = if holds.is_none() { "how many requests it sees can't be told" } else { "sees only some requests" };
    Answer::new(holds, why)
}

/// All requests that any of some rules look at.
fn reach_of(acts: &[&Act]) -> Reach {
    if acts.iter().any(|act| act.reach == Reach::ALL) {
        return Reach::ALL;
    }
    let alternatives = acts.iter().flat_map(|act| act.rule.applies_to.iter().flatten().cloned());
    traffic_share::of_alternatives(&alternatives.collect::<Vec<Alternative>>())
}

/// Whether a statement looks for SQL injection.
fn sees_sqli(alternatives: &[Alternative]) -> bool {
    tests(alternatives).any(|test| test.test == "sqli" && !test.negated)
}

/// Whether a part of a statement is not written out.
fn is_hidden(alternatives: &[Alternative]) -> bool {
    tests(alternatives).any(|test| test.test == "other")
}

fn tests(alternatives: &[Alternative]) -> impl Iterator<Item = &Test> {
    alternatives.iter().flat_map(|alternative| &alternative.tests)
}

/// Whether it does so where values for a database come.
fn sqli_inputs(alternatives: &[Alternative]) -> Option<bool> {
    let looking = tests(alternatives).filter(|test| test.test == "sqli");
    any(looking.map(|test| Some(INPUTS.contains(&test.field.as_deref()?))))
}

/// The requests that are looked at for SQL injection.
fn sqli_reach(alternatives: &[Alternative]) -> Reach {
    let of_sqli =
        |alternative: &&Alternative| alternative.tests.iter().any(|test| test.test == "sqli" && !test.negated);
    let rest = |alternative: &Alternative| Alternative {
        tests: alternative.tests.iter().filter(|test| test.test != "sqli").cloned().collect(),
    };
    traffic_share::of_alternatives(&alternatives.iter().filter(of_sqli).map(rest).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests;
