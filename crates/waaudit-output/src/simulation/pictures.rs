//! What a simulation says of each node of the account's graph, for its picture.

use std::collections::BTreeMap;

use super::{Grade, Mark, figure, grade};
use waaudit_judge::report::Plan;
use waaudit_judge::simulation::Simulation;
use waaudit_simulate::Outcome;
use waaudit_simulate::headroom::Headroom;
use waaudit_simulate::single_points::SinglePoint;
use waaudit_simulate::zone_loss::ZoneLoss;

/// A line for a node, by its id.
pub type Notes = BTreeMap<String, Mark>;

/// The notes of what was simulated.
pub fn notes(simulated: &Simulation) -> Notes {
    let mut notes = Notes::new();
    notes.extend(simulated.zone_losses.iter().flat_map(|losses| of_zones(losses)));
    notes.extend(simulated.single_points.iter().flatten().map(of_single_point));
    notes.extend(simulated.headroom.iter().flat_map(of_headroom));
    notes.extend(simulated.plan.iter().flat_map(of_plan));
    notes
}

/// The worst that the loss of a zone does to each hop, and in which zone.
fn of_zones(losses: &[ZoneLoss]) -> Notes {
    let mut worst: BTreeMap<&str, (Outcome, &str)> = BTreeMap::new();
    for loss in losses {
        let own = loss.outcome.map(|outcome| (loss.way_in.resource.as_str(), outcome));
        let hops = loss.chain.iter().filter_map(|hop| Some((hop.resource.as_str(), hop.outcome?)));
        for (id, outcome) in own.into_iter().chain(hops) {
            let known = worst.entry(id).or_insert((outcome, &loss.zone));
            if outcome > known.0 {
                *known = (outcome, &loss.zone);
            }
        }
    }
    let told = |(id, (outcome, zone)): (&str, (Outcome, &str))| {
        let without = if outcome == Outcome::Survives { String::new() } else { format!(" without {zone}") };
        (id.to_owned(), Mark::of(grade(Some(outcome)), format!("{}{without}", outcome.words())))
    };
    worst.into_iter().map(told).collect()
}

fn of_single_point(point: &SinglePoint) -> (String, Mark) {
    let ways = super::super::words::count(point.cuts.len(), "way");
    let mark = if point.certain { Grade::Bad } else { Grade::Doubtful };
    (point.resource.clone(), Mark::of(mark, format!("cuts off {ways} in")))
}

/// The limit of each hop that is reached first.
fn of_headroom(headroom: &Headroom) -> Notes {
    let mut notes = Notes::new();
    for limit in &headroom.limits {
        let note = || {
            Mark::of(
                super::of_multiple(limit.multiple),
                format!("{} at {}×", limit.resource.words(), figure(limit.multiple)),
            )
        };
        notes.entry(limit.node.clone()).or_insert_with(note);
    }
    notes
}

fn of_plan(plan: &Plan) -> Notes {
    let mut notes = Notes::new();
    for (place, step) in plan.steps.iter().enumerate() {
        for resource in &step.resources {
            notes.entry(resource.clone()).or_insert_with(|| Mark::of(Grade::Doubtful, format!("step {}", place + 1)));
        }
    }
    notes
}
