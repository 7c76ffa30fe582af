//! How accounts developed over stored reports: a point for each report, with what changed since the one before.
//!
//! Pure: it sees reports one after the other, and keeps one of them at a time.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::diff::diff;
use crate::report::{Report, Verdict, Verdicts};
use waaudit_model::snapshot::AccountIdentity;
use waaudit_rules::{Severity, Stage};
use waaudit_simulate::Outcome;

/// Reports over time, account by account.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Trend {
    /// Accounts, by their ids.
    pub accounts: Vec<AccountTrend>,
}

/// An account over time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AccountTrend {
    /// Whose account it is, as its newest report says.
    pub account: AccountIdentity,
    /// A point for each report, the oldest first.
    pub points: Vec<Point>,
}

/// What a report says, in a few numbers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Point {
    /// When collecting began, RFC 3339.
    pub taken_at: String,
    /// Whether collecting came to its end.
    pub complete: bool,
    /// 0 to 100; null where nothing could be judged.
    pub score: Option<f64>,
    /// Judged findings over judged and unknown ones, 0 to 1; null where there are none.
    pub coverage: Option<f64>,
    /// The highest stage that is ready with all below it; null where launch is not.
    pub stage: Option<Stage>,
    /// Findings by verdict.
    pub verdicts: Verdicts,
    /// Failures of critical or high severity.
    pub grave: usize,
    /// Zones whose loss takes down a way in; null where that was not simulated.
    pub deadly_zones: Option<usize>,
    /// What fails and did not fail in the report before; null in the first.
    pub new: Option<usize>,
    /// What failed in the report before and passes; null in the first.
    pub fixed: Option<usize>,
}

impl Trend {
    /// Takes in the next report; those of an account have to come in the order of time. `renamed` are former ids of rules.
    pub fn add(&mut self, report: &Report, before: Option<&Report>, renamed: &BTreeMap<String, String>) {
        let change = before.map(|before| diff(before, report, renamed));
        let point = Point {
            new: change.as_ref().map(|change| change.new.len()),
            fixed: change.as_ref().map(|change| change.fixed.len()),
            ..point(report)
        };
        let place = self.accounts.binary_search_by(|one| one.account.id.cmp(&report.account.id));
        match place {
            Ok(place) => {
                self.accounts[place].account = report.account.clone();
                self.accounts[place].points.push(point);
            }
            Err(place) => {
                let own = AccountTrend { account: report.account.clone(), points: vec![point] };
                self.accounts.insert(place, own);
            }
        }
    }
}

fn point(report: &Report) -> Point {
    let grave = |verdict, severity| verdict == Verdict::Fail && severity <= Severity::High;
    let summary = &report.summary;
    Point {
        taken_at: report.taken_at.clone(),
        complete: report.complete,
        score: summary.score,
        coverage: summary.coverage,
        stage: summary.stage,
        verdicts: summary.verdicts,
        grave: report.findings.iter().filter(|finding| grave(finding.verdict, finding.severity())).count(),
        deadly_zones: report.simulation.as_ref().map(|losses| {
            let deadly = losses.zones.iter().filter(|zone| zone.outcome == Some(Outcome::Dies));
            deadly.map(|zone| &zone.zone).collect::<std::collections::BTreeSet<_>>().len()
        }),
        new: None,
        fixed: None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::Trend;
    use crate::audit::audit_and_simulate;
    use crate::criteria::Criteria;
    use crate::report::{Report, Verdict};
    use crate::score::summarise;
    use waaudit_model::settings::Settings;
    use waaudit_model::snapshot::Snapshot;
    use waaudit_rules::RuleSet;
    use waaudit_rules::fixtures::DEMO;

    fn demo(rules: &RuleSet) -> Report {
        let snapshot = Snapshot::from_json(DEMO).expect("the demo");
        audit_and_simulate(snapshot, &Criteria::new(rules, &Settings::default()))
    }

    /// The same a day later, with its first failure fixed and its first pass broken.
    fn a_day_later(rules: &RuleSet, report: &Report) -> Report {
        let mut later = Report { taken_at: "2026-11-03T09:00:00Z".to_owned(), ..report.clone() };
        let turn = |later: &mut Report, from, to| {
            later.findings.iter_mut().find(|finding| finding.verdict == from).expect("one").verdict = to;
        };
        let pass = later.findings.iter().position(|finding| finding.verdict == Verdict::Pass).expect("a pass");
        turn(&mut later, Verdict::Fail, Verdict::Pass);
        later.findings[pass].verdict = Verdict::Fail;
        later.summary = summarise(&rules.rules, &later.findings);
        later
    }

    #[test]
    fn a_point_says_what_changed_since_the_one_before() {
        let rules = RuleSet::load(&[]).unwrap_or_else(|failure| panic!("{failure}"));
        let first = demo(&rules);
        let second = a_day_later(&rules, &first);
        let mut trend = Trend::default();
        trend.add(&first, None, &BTreeMap::new());
        trend.add(&second, Some(&first), &BTreeMap::new());
        let mut other = first.clone();
        other.account.id = "000000000001".to_owned();
        trend.add(&other, None, &BTreeMap::new());
        let ids: Vec<&str> = trend.accounts.iter().map(|one| one.account.id.as_str()).collect();
        assert_eq!(ids, ["000000000001", first.account.id.as_str()]);
        let points = &trend.accounts[1].points;
        assert_eq!([points[0].new, points[0].fixed, points[1].new, points[1].fixed], [None, None, Some(1), Some(1)]);
        assert_eq!(points[0].score, first.summary.score);
        assert_eq!(points[0].deadly_zones, Some(2), "eu-west-1a and eu-west-1b");
        assert!(points[0].grave > 10 && points[0].grave < first.summary.verdicts.fail);
    }
}
