//! The account in brief, and the scan that reads it anew.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::question::{Asked, Question};
use waaudit_judge::report::{
    Diagnostic, Gap, LimitInBrief, Losses, Report, StageStatus, Summary as SummaryOfReport, Tool,
};
use waaudit_model::error::Failure;
use waaudit_model::snapshot::AccountIdentity;
use waaudit_model::topology::graph::Outcome;
use waaudit_rules::Stage;

/// No arguments.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct Summary {}

/// The account in brief.
#[derive(Serialize, JsonSchema)]
pub(crate) struct AccountInBrief {
    /// What judged it.
    tool: Tool,
    /// Whose account it is.
    account: AccountIdentity,
    /// When collecting began, RFC 3339.
    taken_at: String,
    /// The regions that were looked at.
    regions: Vec<String>,
    /// Whether collecting came to its end.
    complete: bool,
    /// Score, stages, areas, and the checklist before an expected peak. Blockers are those of the next stage alone,
    /// which block all later ones too; the tool `plan` has those of a later stage.
    summary: SummaryOfReport,
    /// What the loss of each zone in use does; null where the report does not say.
    zones: Option<Vec<ZoneInBrief>>,
    /// The limit that is reached first; null where none could be computed.
    first_limit: Option<LimitInBrief>,
    /// Expired and unused waivers, and targets without effect.
    diagnostics: Vec<Diagnostic>,
    /// What could not be read. Verdicts that rest on it are unknown.
    gaps: Vec<Gap>,
}

/// What the loss of a zone does.
#[derive(Serialize, JsonSchema)]
pub(crate) struct ZoneInBrief {
    /// The zone's region.
    region: String,
    /// The zone's name.
    zone: String,
    /// Public ways in by what becomes of them: `dies`, `recovers`, `degraded`, `fails_over`, `survives`, `unknown`.
    ways_in: BTreeMap<&'static str, usize>,
}

impl Question for Summary {
    const NAME: &'static str = "summary";
    const ABOUT: &'static str = "How ready the account is to grow: score, stage reached and what blocks the next one, areas, the checklist \
         before an expected peak, what each Availability Zone takes down, and what could not be read. Start here.";
    type Answer = AccountInBrief;

    fn answer(self, asked: &Asked) -> Result<AccountInBrief, Failure> {
        Ok(in_brief(&asked.account()?.report))
    }
}

/// No arguments: regions and credentials are those that the server was started with.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct Scan {}

impl Question for Scan {
    const NAME: &'static str = "scan";
    const ABOUT: &'static str = "Reads the live AWS account, with read-only calls, and judges it; takes minutes. CloudWatch metrics are billed \
         unless the server was started without them. All other tools answer from this scan afterwards. Answers as summary.";
    const LIVE: bool = true;
    type Answer = AccountInBrief;

    fn answer(self, asked: &Asked) -> Result<AccountInBrief, Failure> {
        Ok(in_brief(&asked.accounts.scan()?.report))
    }
}

fn in_brief(report: &Report) -> AccountInBrief {
    AccountInBrief {
        tool: report.tool.clone(),
        account: report.account.clone(),
        taken_at: report.taken_at.clone(),
        regions: report.regions.clone(),
        complete: report.complete,
        summary: SummaryOfReport { stages: ladder(report, report.summary.next_stage), ..report.summary.clone() },
        zones: report.simulation.as_ref().map(zones),
        first_limit: report.headroom.first().cloned(),
        diagnostics: report.diagnostics.clone(),
        gaps: report.gaps.clone(),
    }
}

/// The stages, with the blockers of one of them: each repeats those of the stages below.
pub(super) fn ladder(report: &Report, shown: Option<Stage>) -> Vec<StageStatus> {
    let mut stages = report.summary.stages.clone();
    stages.iter_mut().filter(|one| Some(one.stage) != shown).for_each(|one| one.blockers.clear());
    stages
}

fn zones(losses: &Losses) -> Vec<ZoneInBrief> {
    let mut zones: BTreeMap<(&str, &str), BTreeMap<&'static str, usize>> = BTreeMap::new();
    for loss in &losses.zones {
        let outcome = loss.outcome.map_or("unknown", Outcome::name);
        *zones.entry((&loss.region, &loss.zone)).or_default().entry(outcome).or_default() += 1;
    }
    let in_brief = |((region, zone), ways_in): ((&str, &str), _)| ZoneInBrief {
        region: region.to_owned(),
        zone: zone.to_owned(),
        ways_in,
    };
    zones.into_iter().map(in_brief).collect()
}
