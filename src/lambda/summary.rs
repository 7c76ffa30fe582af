//! The answer to an event, and the line in the log: the account's result, and where the report is.

use std::collections::BTreeSet;

use serde::Serialize;

use waaudit_judge::report::{Report, Verdicts};
use waaudit_model::gap::GapReason;
use waaudit_rules::Stage;

/// The account's result, and where the report is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Summary {
    /// The account: twelve digits.
    account: String,
    /// When collecting began, RFC 3339.
    taken_at: String,
    /// Whether collecting came to its end.
    complete: bool,
    /// What it did not come to: kinds and their regions.
    missing: Vec<String>,
    /// 0 to 100; null where nothing could be judged.
    score: Option<f64>,
    /// Judged findings over judged and unknown ones, 0 to 1.
    coverage: Option<f64>,
    /// The highest stage that is ready with all below it.
    stage: Option<Stage>,
    /// The lowest stage that is not ready.
    next_stage: Option<Stage>,
    /// Findings by verdict.
    verdicts: Verdicts,
    /// How many calls failed.
    gaps: usize,
    /// Resource types that are in use and that no rule looks at.
    not_assessed: Vec<String>,
    /// Waivers without effect.
    diagnostics: Vec<String>,
    /// What collecting took, in milliseconds.
    milliseconds: Option<u64>,
    /// Requests sent while collecting.
    calls: Option<u64>,
    /// Where the report is; null where it is nowhere.
    pub(super) report: Option<String>,
    /// Whether an earlier delivery of the same event left the report, and this one changed nothing.
    pub(super) repeated: bool,
    /// The report that this one was compared with.
    pub(super) compared_with: Option<String>,
    /// Why the topic was told.
    pub(super) told: Vec<String>,
}

impl Summary {
    /// The summary of a report that is stored nowhere yet.
    pub(super) fn of(report: &Report) -> Self {
        let summary = &report.summary;
        let effort = report.effort.as_ref();
        Self {
            account: report.account.id.clone(),
            taken_at: report.taken_at.clone(),
            complete: report.complete,
            missing: missing(report),
            score: summary.score,
            coverage: summary.coverage,
            stage: summary.stage,
            next_stage: summary.next_stage,
            verdicts: summary.verdicts,
            gaps: report.failed_calls(),
            not_assessed: not_assessed(report),
            diagnostics: report.diagnostics.iter().map(|diagnostic| diagnostic.message.clone()).collect(),
            milliseconds: effort.map(|effort| effort.milliseconds),
            calls: effort.map(|effort| effort.calls.values().sum()),
            report: None,
            repeated: false,
            compared_with: None,
            told: Vec::new(),
        }
    }
}

fn not_assessed(report: &Report) -> Vec<String> {
    let counted = report.not_assessed.iter().filter_map(|of| Some((of, of.count?)));
    counted
        .map(|(of, count)| format!("{} {} ({count})", of.service, of.r#type.as_deref().unwrap_or("resource")))
        .collect()
}

fn missing(report: &Report) -> Vec<String> {
    let gaps = report.gaps.iter().filter(|gap| gap.reason == GapReason::OutOfTime);
    let missing: BTreeSet<String> =
        gaps.flat_map(|gap| gap.kinds.iter().map(|kind| format!("{kind} in {}", gap.region))).collect();
    missing.into_iter().collect()
}
