//! Which part of an account's spend an expression of AWS Budgets or Cost Explorer leaves out.
//!
//! Both services have the same expressions under types of their own: each is turned into [`Filter`] and asked once.
//! What it must not know: what a budget or a monitor is for.

use aws_sdk_budgets::types::{Expression as BudgetExpression, MatchOption as BudgetMatch};
use aws_sdk_costexplorer::types::{Expression as CostExpression, MatchOption as CostMatch};

/// An expression over line items of a bill.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Filter {
    /// All of them hold.
    All(Vec<Filter>),
    /// One of them holds.
    Any(Vec<Filter>),
    /// It does not hold.
    Not(Box<Filter>),
    /// A dimension has one of some values.
    Dimension { key: String, values: Vec<String>, exact: bool },
    /// A tag, a cost category or what is not known, by its name.
    Other(&'static str),
}

/// Record types of a bill that are no use of a service. Without them, all use is still counted.
/// <https://docs.aws.amazon.com/cost-management/latest/userguide/ce-filtering.html>, "Charge type".
const NO_USE: &[&str] = &[
    "Bundled Discount",
    "BundledDiscount",
    "Credit",
    "Discount",
    "Distributor Discount",
    "EdpDiscount",
    "Enterprise Discount Program Discount",
    "Private Rate Discount",
    "PrivateRateDiscount",
    "Refund",
    "RiVolumeDiscount",
    "RI Volume Discount",
    "Solution Provider Program Discount",
    "SppDiscount",
    "Support",
    "Tax",
    "Upfront",
    "Upfront reservation fee",
    "Volume Discount",
];
/// Record types under which use is billed on demand: a filter that takes this one takes in what can run away.
const USE: &str = "Usage";
/// Services of a bill that are no use either.
const NO_SERVICES: &[&str] = &["Tax", "Refund", "AWS Support"];

impl Filter {
    /// Names of the dimensions by which an expression leaves out use of the account, each once, sorted.
    pub(crate) fn narrowed_by(&self, account: &str) -> Vec<String> {
        let mut names = self.kept(account);
        names.sort();
        names.dedup();
        names
    }

    /// What leaves use out where only what the expression holds of is counted.
    fn kept(&self, account: &str) -> Vec<String> {
        match self {
            Self::All(parts) => parts.iter().flat_map(|part| part.kept(account)).collect(),
            Self::Any(parts) => fewest(parts.iter().map(|part| part.kept(account))),
            Self::Not(part) => part.dropped(account),
            Self::Dimension { key, values, exact } => {
                let whole = match key.as_str() {
                    "RECORD_TYPE" => values.iter().any(|value| value == USE),
                    "LINKED_ACCOUNT" => values.iter().any(|value| value == account),
                    _ => false,
                };
                if whole && *exact { Vec::new() } else { vec![key.clone()] }
            }
            Self::Other(name) => vec![(*name).to_owned()],
        }
    }

    /// What leaves use out where only what the expression does not hold of is counted.
    fn dropped(&self, account: &str) -> Vec<String> {
        match self {
            Self::All(parts) => fewest(parts.iter().map(|part| part.dropped(account))),
            Self::Any(parts) => parts.iter().flat_map(|part| part.dropped(account)).collect(),
            Self::Not(part) => part.kept(account),
            Self::Dimension { key, values, exact } => {
                let harmless = |value: &String| match key.as_str() {
                    "RECORD_TYPE" => NO_USE.iter().any(|name| name.eq_ignore_ascii_case(value)),
                    "SERVICE" => NO_SERVICES.iter().any(|name| value.starts_with(name)),
                    "LINKED_ACCOUNT" => value != account,
                    _ => false,
                };
                if *exact && values.iter().all(harmless) { Vec::new() } else { vec![key.clone()] }
            }
            Self::Other(name) => vec![(*name).to_owned()],
        }
    }
}

/// Of alternatives, the one that leaves out least. Without any, nothing is counted at all.
fn fewest(alternatives: impl Iterator<Item = Vec<String>>) -> Vec<String> {
    alternatives.min_by_key(Vec::len).unwrap_or_else(|| vec!["OTHER".to_owned()])
}

/// All parts of an expression, of which AWS takes one, together; an expression without any leaves out what is not known.
fn joined(mut parts: Vec<Filter>) -> Filter {
    match parts.len() {
        0 => Filter::Other("OTHER"),
        1 => parts.remove(0),
        _ => Filter::All(parts),
    }
}

impl From<&BudgetExpression> for Filter {
    fn from(e: &BudgetExpression) -> Self {
        let mut parts = Vec::new();
        let each = |list: &[BudgetExpression]| list.iter().map(Self::from).collect();
        parts.extend((!e.and().is_empty()).then(|| Self::All(each(e.and()))));
        parts.extend((!e.or().is_empty()).then(|| Self::Any(each(e.or()))));
        parts.extend(e.not().map(|inner| Self::Not(Box::new(inner.into()))));
        parts.extend(e.dimensions().map(|dimension| Self::Dimension {
            key: dimension.key().as_str().to_owned(),
            values: dimension.values().to_vec(),
            exact: dimension.match_options().iter().all(|option| {
                matches!(option, BudgetMatch::Equals | BudgetMatch::CaseSensitive | BudgetMatch::CaseInsensitive)
            }),
        }));
        parts.extend(e.tags().map(|_| Self::Other("TAG")));
        parts.extend(e.cost_categories().map(|_| Self::Other("COST_CATEGORY")));
        joined(parts)
    }
}

impl From<&CostExpression> for Filter {
    fn from(e: &CostExpression) -> Self {
        let mut parts = Vec::new();
        let each = |list: &[CostExpression]| list.iter().map(Self::from).collect();
        parts.extend((!e.and().is_empty()).then(|| Self::All(each(e.and()))));
        parts.extend((!e.or().is_empty()).then(|| Self::Any(each(e.or()))));
        parts.extend(e.not().map(|inner| Self::Not(Box::new(inner.into()))));
        parts.extend(e.dimensions().map(|dimension| Self::Dimension {
            key: dimension.key().map_or("OTHER", |key| key.as_str()).to_owned(),
            values: dimension.values().to_vec(),
            exact: dimension.match_options().iter().all(|option| {
                matches!(option, CostMatch::Equals | CostMatch::CaseSensitive | CostMatch::CaseInsensitive)
            }),
        }));
        parts.extend(e.tags().map(|_| Self::Other("TAG")));
        parts.extend(e.cost_categories().map(|_| Self::Other("COST_CATEGORY")));
        joined(parts)
    }
}

#[cfg(test)]
mod tests {
    use super::Filter;

    const ACCOUNT: &str = "111122223333";

    fn dimension(key: &str, values: &[&str]) -> Filter {
        let values = values.iter().map(|value| (*value).to_owned()).collect();
        Filter::Dimension { key: key.to_owned(), values, exact: true }
    }

    fn without(filter: Filter) -> Filter {
        Filter::Not(Box::new(filter))
    }

    #[test]
    fn credits_refunds_and_taxes_are_no_use() {
        for values in [&["Credit", "Refund"][..], &["Tax"], &["Credit", "Enterprise Discount Program Discount"]] {
            assert!(without(dimension("RECORD_TYPE", values)).narrowed_by(ACCOUNT).is_empty(), "{values:?}");
        }
        assert_eq!(without(dimension("RECORD_TYPE", &["Credit", "Usage"])).narrowed_by(ACCOUNT), ["RECORD_TYPE"]);
        assert!(dimension("RECORD_TYPE", &["Usage", "Tax"]).narrowed_by(ACCOUNT).is_empty());
        assert_eq!(dimension("RECORD_TYPE", &["Tax"]).narrowed_by(ACCOUNT), ["RECORD_TYPE"]);
        assert!(without(dimension("SERVICE", &["Tax", "AWS Support (Business)"])).narrowed_by(ACCOUNT).is_empty());
        assert_eq!(without(dimension("SERVICE", &["Amazon Simple Storage Service"])).narrowed_by(ACCOUNT), ["SERVICE"]);
    }

    #[test]
    fn the_account_itself_is_no_part_of_it() {
        assert!(dimension("LINKED_ACCOUNT", &[ACCOUNT]).narrowed_by(ACCOUNT).is_empty());
        assert_eq!(dimension("LINKED_ACCOUNT", &["444455556666"]).narrowed_by(ACCOUNT), ["LINKED_ACCOUNT"]);
        assert!(without(dimension("LINKED_ACCOUNT", &["444455556666"])).narrowed_by(ACCOUNT).is_empty());
        assert_eq!(without(dimension("LINKED_ACCOUNT", &[ACCOUNT])).narrowed_by(ACCOUNT), ["LINKED_ACCOUNT"]);
    }

    #[test]
    fn parts_narrow_together_and_alternatives_only_alone() {
        let (credits, storage) = (without(dimension("RECORD_TYPE", &["Credit"])), dimension("SERVICE", &["Amazon S3"]));
        let all = Filter::All(vec![credits.clone(), storage.clone()]);
        assert_eq!(all.narrowed_by(ACCOUNT), ["SERVICE"]);
        assert!(Filter::Any(vec![credits, storage.clone()]).narrowed_by(ACCOUNT).is_empty());
        let either = Filter::Any(vec![dimension("RECORD_TYPE", &["Credit"]), storage]);
        assert_eq!(without(either).narrowed_by(ACCOUNT), ["SERVICE"]);
        let twice = without(without(dimension("SERVICE", &["Amazon S3"])));
        assert_eq!(twice.narrowed_by(ACCOUNT), ["SERVICE"]);
        assert_eq!(Filter::Other("TAG").narrowed_by(ACCOUNT), ["TAG"]);
    }

    #[test]
    fn a_pattern_in_place_of_a_value_may_leave_out_anything() {
        let filter = Filter::Dimension { key: "RECORD_TYPE".into(), values: vec!["Credit".into()], exact: false };
        assert_eq!(without(filter).narrowed_by(ACCOUNT), ["RECORD_TYPE"]);
    }
}
