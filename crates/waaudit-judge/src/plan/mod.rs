//! The plan: the smallest set of changes after which an account is ready for a stage, the one that gains most for its effort
//! first.
//!
//! Failures that block the stage are put together by what has to be changed ([`causes`]). What a change does is told by the
//! `after` of its rules' fixes: the facts are changed, everything is derived and judged anew, and the zones and limits are
//! simulated again ([`state`]). A change whose failures are gone before its turn is left out, and so is one without which
//! the others come as far. What can't be simulated is said, never assumed: after it the stage is unproven at best.
//!
//! ```
//! # use waaudit_judge::criteria::Criteria;
//! # fn story(inventory: &waaudit_derive::Inventory, criteria: &Criteria) {
//! if let Some(plan) = waaudit_judge::plan::plan(inventory, criteria, None) {
//!     let cost = plan.monthly.usd;    // at least so much more a month
//! }
//! # }
//! ```

mod causes;
mod effects;
mod prices;
mod state;
#[cfg(test)]
mod tests;

use self::causes::{Cause, causes};
use self::effects::Effects;
use self::prices::Prices;
use self::state::{Judged, World};
use crate::criteria::Criteria;
use crate::report::{Bill, Finding, Open, Plan, Readiness, Step, Verdict};
use crate::score::blocks;
use waaudit_derive::{Changes, Inventory};
use waaudit_rules::Stage;

/// More changes than this are not simulated one after the other, only all at once.
const MOST_SIMULATED: usize = 40;

/// The plan to a stage, or to the next one that the account is not ready for; nothing where it is ready.
pub fn plan(inventory: &Inventory, criteria: &Criteria, stage: Option<Stage>) -> Option<Plan> {
    let world = World::new(inventory, criteria);
    let today = world.today();
    let ready = |stage| today.readiness(stage) == Readiness::Ready;
    let stage = stage.or_else(|| Stage::ALL.into_iter().find(|stage| !ready(*stage)))?;
    if ready(stage) {
        return None;
    }
    let blocking: Vec<&Finding> = today
        .findings
        .iter()
        .filter(|finding| finding.verdict == Verdict::Fail && blocks(finding, &criteria.rules.rules, stage))
        .collect();
    let effects = Effects::new(inventory, criteria);
    let draft = |cause| Draft { effect: effects.of(&cause), cause };
    let drafts = causes(&blocking, criteria).into_iter().map(draft).collect();
    Some(Planner { world: &world, stage }.plan(drafts))
}

/// A change with what it does.
struct Draft<'f> {
    cause: Cause<'f>,
    effect: effects::Effect,
}

struct Planner<'p> {
    world: &'p World<'p>,
    stage: Stage,
}

impl Planner<'_> {
    fn plan(&self, drafts: Vec<Draft>) -> Plan {
        let step_by_step = drafts.len() <= MOST_SIMULATED;
        let drafts = if step_by_step { self.without_needless(drafts) } else { drafts };
        let mut so_far = Changes::default();
        let mut last: Option<Judged> = None;
        let mut steps = Vec::new();
        for draft in &drafts {
            so_far.extend(&draft.effect.changes);
            let mut step = step_of(draft);
            if step_by_step {
                let next = self.world.after(so_far.clone());
                step.not_simulated = not_simulated(draft, &next);
                step.cures = Some(next.cured_since(last.as_ref().unwrap_or(self.world.today())));
                step.then = Some(next.state(self.stage, self.world));
                last = Some(next);
            }
            steps.push(step);
        }
        let then = last.unwrap_or_else(|| self.world.after(so_far));
        Plan {
            stage: self.stage,
            today: self.world.today().state(self.stage, self.world),
            then: then.state(self.stage, self.world),
            open: open(&then.findings, self.world.criteria, self.stage),
            monthly: Bill::sum(steps.iter().map(|step| &step.monthly)),
            prices: Prices::shipped().source(),
            steps,
        }
    }

    /// The changes that are needed: not one whose failures are gone when its turn comes, and not one without which the
    /// others come as far.
    fn without_needless<'f>(&self, drafts: Vec<Draft<'f>>) -> Vec<Draft<'f>> {
        let mut needed: Vec<Draft> = Vec::new();
        let mut now: Option<Judged> = None;
        for draft in drafts {
            let so_far = now.as_ref().unwrap_or(self.world.today());
            if draft.cause.findings.iter().any(|finding| so_far.fails(&finding.fingerprint)) {
                needed.push(draft);
                now = Some(self.world.after(all_changes(&needed, None)));
            }
        }
        let left = now.as_ref().unwrap_or(self.world.today()).failing(self.world.criteria, self.stage);
        for place in (0..needed.len()).rev() {
            let overlaps = needed[place].cause.findings.iter().all(|finding| !left.contains(&finding.fingerprint));
            if overlaps
                && self.world.after(all_changes(&needed, Some(place))).failing(self.world.criteria, self.stage) == left
            {
                needed.remove(place);
            }
        }
        needed
    }
}

/// A step without what is simulated of it.
fn step_of(draft: &Draft) -> Step {
    let Draft { cause, effect } = draft;
    Step {
        name: cause.name.clone(),
        kind: cause.kind.clone(),
        region: cause.region.clone(),
        resources: cause.resources(),
        fixes: cause.fixes(),
        flags: cause.flags(),
        monthly: effect.bill.clone(),
        not_simulated: draft.effect.not_simulated.iter().map(|(rule, why)| format!("{rule}: {why}")).collect(),
        cures: None,
        then: None,
    }
}

/// What of a change can't be simulated, in words, as far as its failures are not gone anyway.
fn not_simulated(draft: &Draft, then: &Judged) -> Vec<String> {
    let still_fails = |rule: &str| {
        let mut own = draft.cause.findings.iter().filter(|finding| finding.rule.id == rule);
        own.any(|finding| then.fails(&finding.fingerprint))
    };
    let open = draft.effect.not_simulated.iter().filter(|(rule, _)| still_fails(rule));
    open.map(|(rule, why)| format!("{rule}: {why}")).collect()
}

/// The changes of all drafts, or of all but one.
fn all_changes(drafts: &[Draft], but: Option<usize>) -> Changes {
    let mut all = Changes::default();
    for (_, draft) in drafts.iter().enumerate().filter(|(place, _)| Some(*place) != but) {
        all.extend(&draft.effect.changes);
    }
    all
}

/// Rules that still block a stage, failures first.
fn open(findings: &[Finding], criteria: &Criteria, stage: Stage) -> Vec<Open> {
    let mut open: Vec<Open> = Vec::new();
    let is_open = |finding: &&Finding| matches!(finding.verdict, Verdict::Fail | Verdict::Unknown);
    for finding in findings.iter().filter(is_open).filter(|finding| blocks(finding, &criteria.rules.rules, stage)) {
        let of_rule = |one: &&mut Open| one.rule == finding.rule.id && one.verdict == finding.verdict;
        match open.iter_mut().find(of_rule) {
            Some(one) => one.count += 1,
            None => open.push(Open {
                rule: finding.rule.id.clone(),
                title: finding.rule.title.clone(),
                verdict: finding.verdict,
                count: 1,
                message: finding.message.clone(),
            }),
        }
    }
    open.sort_by_key(|one| one.verdict);
    open
}
