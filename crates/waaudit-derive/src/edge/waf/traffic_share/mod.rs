//! How many requests a rule of AWS WAF looks at, as bounds: a statement's exact share of the traffic can't be known.
//!
//! Clients choose what they send, so only tests of the client's address, the path and the method are taken at their
//! word. Whatever else narrows a rule leaves open how many requests pass the test.

use regex::Regex;

use waaudit_model::facts::wafv2::{Alternative, Rule, Test};

/// A share of all requests, in steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Share {
    Nothing,
    /// Single addresses, single pages, attacks.
    Few,
    /// Countries, a part of the site, a method.
    Part,
    /// All but few.
    Most,
    Every,
}

use Share::{Every, Few, Most, Nothing, Part};

/// The least and the most that it can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Reach {
    pub(crate) least: Share,
    pub(crate) most: Share,
}

impl Reach {
    pub(crate) const ALL: Self = Self::new(Every, Every);
    const UNCLEAR: Self = Self::new(Nothing, Every);
    /// A part of the site: it may be one page, and it is not all.
    const SECTION: Self = Self::new(Few, Part);
    const PART: Self = Self::new(Part, Part);
    const FEW: Self = Self::new(Few, Few);

    const fn new(least: Share, most: Share) -> Self {
        Self { least, most }
    }

    /// Whether it leaves out few requests at most.
    pub(crate) fn covers(self) -> Option<bool> {
        self.is_at_least(Most)
    }

    /// Whether it reaches a share.
    pub(crate) fn is_at_least(self, share: Share) -> Option<bool> {
        if self.least >= share {
            return Some(true);
        }
        (self.most < share).then_some(false)
    }

    fn negated(self) -> Self {
        let rest = |share| match share {
            Nothing => Every,
            Few => Most,
            Part => Part,
            Most => Few,
            Every => Nothing,
        };
        Self::new(rest(self.most), rest(self.least))
    }
}

/// The requests that a rule looks at.
pub(crate) fn of_rule(rule: &Rule) -> Reach {
    match (&rule.applies_to, rule.statement.as_str()) {
        (Some(alternatives), _) => of_alternatives(alternatives),
        (None, "rate" | "managed_group" | "rule_group") => Reach::ALL,
        (None, "geo") => Reach::PART,
        // A vendor's rule finds what its name says.
        (None, "managed") => Reach::SECTION,
        (None, _) => Reach::UNCLEAR,
    }
}

/// The requests that pass all tests of one alternative.
pub(crate) fn of_alternatives(alternatives: &[Alternative]) -> Reach {
    if complementary(alternatives) {
        return Reach::ALL;
    }
    let reaches: Vec<Reach> = alternatives.iter().map(|alternative| of_tests(&alternative.tests)).collect();
    let least = reaches.iter().map(|reach| reach.least).max().unwrap_or(Nothing);
    let most = reaches.iter().map(|reach| reach.most).max().unwrap_or(Nothing);
    let parts = reaches.iter().filter(|reach| reach.most >= Part).count();
    let specific = alternatives.iter().all(|alternative| alternative.tests.iter().any(is_specific));
    let shares: f64 = alternatives.iter().filter_map(set_alone).sum();
    let most = if (parts > 1 && !specific) || shares > WHOLE { Every } else { most };
    let least = if shares > WHOLE { least.max(Part) } else { least };
    Reach::new(least, most)
}

/// Of an IP version's addresses; the other version's are not in the set.
const WHOLE: f64 = 0.99;
/// A set of more addresses than that, as of a large network operator, is no list of some clients.
const LARGE: f64 = 1.0 / 256.0;

fn set_alone(alternative: &Alternative) -> Option<f64> {
    let [test] = alternative.tests.as_slice() else { return None };
    test.share.filter(|_| !test.negated)
}

/// A test that asks for something which not all requests have.
fn is_specific(test: &Test) -> bool {
    !test.negated && of_test(test).most <= Part
}

/// The requests that pass all of some tests.
pub(crate) fn of_tests(tests: &[Test]) -> Reach {
    let reaches: Vec<Reach> = tests.iter().map(of_test).collect();
    let most = reaches.iter().map(|reach| reach.most).min().unwrap_or(Every);
    let narrowing: Vec<Share> = reaches.iter().map(|reach| reach.least).filter(|least| *least < Most).collect();
    let least = match narrowing.as_slice() {
        [] => reaches.iter().map(|reach| reach.least).min().unwrap_or(Every),
        [one] => *one,
        _ => Nothing,
    };
    Reach::new(least, most)
}

/// Whether two alternatives are one test and its opposite: together they are every request.
fn complementary(alternatives: &[Alternative]) -> bool {
    let single = |alternative: &'_ Alternative| match alternative.tests.as_slice() {
        [test] => Some(test.clone()),
        _ => None,
    };
    let tests: Vec<Test> = alternatives.iter().filter_map(single).collect();
    tests.iter().any(|test| is_comparable(test) && tests.contains(&Test { negated: !test.negated, ..test.clone() }))
}

/// Whether no request matches both: one rule looks at what passes a test, the other at what fails it.
pub(crate) fn disjoint(one: &Rule, other: &Rule) -> bool {
    match (one.applies_to.as_deref(), other.applies_to.as_deref()) {
        (Some([a]), Some([b])) if a.tests.len() == 1 && b.tests.len() == 1 => complementary(&[a.clone(), b.clone()]),
        _ => false,
    }
}

/// Whether two of the same facts are the same test. What headers are compared with is not known, nor which set is asked.
fn is_comparable(test: &Test) -> bool {
    !test.values.is_empty()
}

fn of_test(test: &Test) -> Reach {
    let reach = positive(test);
    if test.negated { reach.negated() } else { reach }
}

fn positive(test: &Test) -> Reach {
    match test.test.as_str() {
        "geo" => Reach::PART,
        "asn" => Reach::SECTION,
        "ip_set" => test.share.map_or(Reach::UNCLEAR, of_set),
        "label" => test.values.first().map_or(Reach::UNCLEAR, |label| of_label(label)),
        "sqli" | "xss" => Reach::FEW,
        "byte_match" => of_bytes(test),
        "regex" => of_regex(test),
        "size" => of_size(test),
        _ => Reach::UNCLEAR,
    }
}

/// Whether it asks for an address on a list that is no large part of all addresses.
pub(crate) fn is_listed(test: &Test) -> Option<bool> {
    if test.test != "ip_set" || test.negated {
        return Some(false);
    }
    test.share.map(|share| share <= LARGE)
}

/// Whether it asks for an address outside such a list.
pub(crate) fn is_unlisted(test: &Test) -> Option<bool> {
    is_listed(&Test { negated: !test.negated, ..test.clone() })
}

fn of_set(share: f64) -> Reach {
    if share > WHOLE {
        Reach::new(Part, Every)
    } else if share > LARGE {
        Reach::PART
    } else {
        Reach::FEW
    }
}

/// Labels that AWS WAF adds by itself or AWS's rule groups add:
/// <https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-bot.html>.
fn of_label(label: &str) -> Reach {
    if label.starts_with("awswaf:clientip:geo:") {
        Reach::PART
    } else if label.starts_with("awswaf:managed:aws:bot-control:bot:verified") {
        Reach::FEW
    } else {
        Reach::UNCLEAR
    }
}

/// Every path starts with a slash.
fn of_bytes(test: &Test) -> Reach {
    let (field, operator) = (test.field.as_deref().unwrap_or_default(), test.operator.as_deref().unwrap_or_default());
    let value = test.values.first().map(String::as_str);
    match (field, operator, value) {
        ("uri_path", "starts_with" | "contains", Some("/" | "")) => Reach::ALL,
        ("uri_path", "exactly", _) => Reach::FEW,
        ("method", "exactly", Some(method)) if ["get", "post"].contains(&method.to_lowercase().as_str()) => Reach::PART,
        // A site may have one name alone, which all its requests have.
        ("header:host", _, _) => Reach::UNCLEAR,
        ("uri_path", _, _) | (_, "exactly", _) => Reach::SECTION,
        _ => Reach::UNCLEAR,
    }
}

/// Paths as sites of all sorts have them.
const PATHS: &[&str] = &[
    "/",
    "/index.html",
    "/login",
    "/products/4711",
    "/api/v1/orders",
    "/static/app.js",
    "/images/logo-2.png",
    "/search",
    "/Wp-Admin/setup_config.php",
];

fn of_regex(test: &Test) -> Reach {
    let pattern = test.values.first().filter(|_| test.field.as_deref() == Some("uri_path"));
    let Some(pattern) = pattern.and_then(|pattern| Regex::new(pattern).ok()) else { return Reach::UNCLEAR };
    if PATHS.iter().all(|path| pattern.is_match(path)) { Reach::new(Most, Every) } else { Reach::SECTION }
}

/// A part that may be empty has a size of zero or more; a path has one of at least one.
fn of_size(test: &Test) -> Reach {
    let size = test.values.first().and_then(|size| size.parse::<i64>().ok());
    let least = i64::from(test.field.as_deref() == Some("uri_path"));
    match (test.operator.as_deref(), size) {
        (Some("ge"), Some(size)) if size <= least => Reach::ALL,
        (Some("gt"), Some(size)) if size < least => Reach::ALL,
        _ => Reach::UNCLEAR,
    }
}

#[cfg(test)]
mod tests;
