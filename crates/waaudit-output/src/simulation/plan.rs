//! The ladder and the plan: what is changed in which order, what that costs, and what the account is like afterwards.

use std::collections::BTreeSet;

use super::{Grade, Grid, Mark, Section, figure};
use crate::words::{self, count, tenths};
use waaudit_judge::report::{Bill, FixOfRule, Open, Plan, Readiness, StageStatus, State, Step, Verdict, ZoneChange};
use waaudit_judge::simulation::Simulation;
use waaudit_simulate::Outcome;

/// So many outcomes of one step can be taken in.
const MOST_CHANGES: usize = 4;

/// The page.
pub fn plan(simulated: &Simulation) -> Vec<Section> {
    let mut sections: Vec<Section> = simulated.ladder.iter().map(|stages| ladder(stages)).collect();
    let Some(plan) = &simulated.plan else {
        sections.push(Section {
            title: "Plan".to_owned(),
            lines: vec!["There is nothing left to do.".to_owned()],
            ..Section::default()
        });
        return sections;
    };
    sections.extend([steps(plan), then(plan)]);
    sections.extend(open(&plan.open));
    sections.extend(plan.steps.iter().enumerate().map(|(place, step)| commands(place, step)));
    sections
}

fn ladder(stages: &[StageStatus]) -> Section {
    let header: Vec<String> = stages.iter().map(|status| words::stage(status.stage)).collect();
    let rung = |status: &StageStatus| Mark::of(grade(status.status), words::rung(status));
    let grid = Grid { header, rows: vec![stages.iter().map(rung).collect()] };
    Section { title: "Ladder".to_owned(), grid: Some(grid), ..Section::default() }
}

const fn grade(readiness: Readiness) -> Grade {
    match readiness {
        Readiness::Ready => Grade::Good,
        Readiness::Unproven => Grade::Doubtful,
        Readiness::Blocked => Grade::Bad,
    }
}

/// All steps with what each brings with it, costs and changes.
fn steps(plan: &Plan) -> Section {
    let rows: Vec<Vec<Mark>> = plan.steps.iter().enumerate().map(|(place, step)| row(place, step)).collect();
    let source = &plan.prices;
    let note = format!("{}, most gain for the effort first", count(rows.len(), "step"));
    let prices = format!(
        "Prices: {} list prices of {}, as of {}, without data transfer.",
        source.currency, source.region, source.as_of
    );
    let grid = Grid::new(&["", "change", "fixes", "brings with it", "a month", "afterwards"], rows);
    Section {
        title: format!("Plan to {}", words::stage(plan.stage)),
        note,
        lines: vec![prices],
        grid,
        ..Section::default()
    }
}

fn row(place: usize, step: &Step) -> Vec<Mark> {
    // The area would break the column; the commands below name the whole rule.
    let fixes = step.fixes.iter().map(|fix| fix.rule.rsplit('/').next().unwrap_or_default());
    let flags: Vec<&str> = step.flags.iter().map(|flag| flag.words()).collect();
    vec![
        Mark::plain((place + 1).to_string()),
        Mark::plain(step.name.clone()),
        Mark::plain(fixes.collect::<Vec<_>>().join("\n")),
        Mark::plain(flags.join(", ")),
        Mark::plain(money(&step.monthly)),
        afterwards(step),
    ]
}

/// "$ 57", "at least $ 57", "not priced", nothing where nothing is bought.
pub(crate) fn money(bill: &Bill) -> String {
    match (bill.items.is_empty(), bill.missing.is_empty()) {
        (true, true) => String::new(),
        (true, false) => "not priced".to_owned(),
        (false, true) => format!("$ {}", figure(bill.usd)),
        (false, false) => format!("at least $ {}", figure(bill.usd)),
    }
}

fn afterwards(step: &Step) -> Mark {
    let Some(then) = &step.then else { return Mark::plain("") };
    let left = match then.blocking {
        0 => "nothing blocks".to_owned(),
        some => format!("{} left", count(some, "failure")),
    };
    let open = if step.not_simulated.is_empty() { "" } else { "; shows when it is done" };
    let grade = if step.not_simulated.is_empty() { Grade::Plain } else { Grade::Doubtful };
    Mark::of(grade, format!("{left}{open}"))
}

/// The commands of a step, rule by rule.
fn commands(place: usize, step: &Step) -> Section {
    let not_simulated = step.not_simulated.iter().map(|why| format!("Not simulated: {why}"));
    let not_priced = step.monthly.missing.iter().map(|why| format!("Not priced: {why}"));
    let of_fix = |fix: &FixOfRule| format!("# {} ({})\n{}", fix.title, fix.rule, fix.cli);
    Section {
        title: format!("{}. {}", place + 1, step.name),
        note: format!("{} in {}", step.kind, step.region),
        lines: not_simulated.chain(not_priced).collect(),
        commands: step.fixes.iter().map(of_fix).collect(),
        ..Section::default()
    }
}

pub(crate) fn open(open: &[Open]) -> Option<Section> {
    let row = |one: &Open| {
        let grade = if one.verdict == Verdict::Fail { Grade::Bad } else { Grade::Doubtful };
        let more = if one.count > 1 { format!(" (and {} more)", one.count - 1) } else { String::new() };
        vec![
            Mark::of(grade, one.verdict.name().to_owned()),
            Mark::plain(format!("{}{more}", one.message)),
            Mark::plain(one.rule.clone()),
        ]
    };
    let grid = Grid::new(&["", "finding", "rule"], open.iter().map(row).collect())?;
    let note = count(open.len(), "rule");
    Some(Section { title: "What is left".to_owned(), note, grid: Some(grid), ..Section::default() })
}

/// The state after all steps beside today's.
pub(crate) fn then(plan: &Plan) -> Section {
    let states = [("today", &plan.today), ("after all steps", &plan.then)];
    let row = |(when, state): &(&str, &State)| {
        let score = state.score.map_or("no score".to_owned(), |score| format!("{} of 100", tenths(score)));
        let first = state.first_bottleneck.as_ref().map_or("unknown".to_owned(), |limit| {
            format!("{} of {} at {}×", limit.resource.words(), limit.name, figure(limit.multiple))
        });
        let ready = Mark::of(grade(state.readiness), words::readiness(state.readiness).to_owned());
        vec![Mark::plain(*when), ready, Mark::plain(score), Mark::plain(first)]
    };
    let header = ["", &words::stage(plan.stage), "score", "first to saturate"];
    let changes: BTreeSet<String> = plan.then.zone_changes.iter().map(change).collect();
    let more = changes.len().saturating_sub(MOST_CHANGES);
    let mut lines: Vec<String> = changes.into_iter().take(MOST_CHANGES).collect();
    if more > 0 {
        lines.push(format!("And {} more.", count(more, "outcome")));
    }
    let note =
        format!("{} a month", Some(money(&plan.monthly)).filter(|sum| !sum.is_empty()).unwrap_or("$ 0".to_owned()));
    Section {
        title: "Afterwards".to_owned(),
        note,
        lines,
        grid: Grid::new(&header, states.iter().map(row).collect()),
        ..Section::default()
    }
}

/// "fernweh-shop without eu-west-1a: dies today, then survives".
pub(crate) fn change(change: &ZoneChange) -> String {
    let told = |outcome: Option<Outcome>| outcome.map_or("unknown", Outcome::words);
    format!("{} without {}: {} today, then {}", change.way_in, change.zone, told(change.from), told(change.to))
}
