//! Adds up what happens to the hops of a path: the worst outcome, which hop decides it, for how long, and how sure it is.

use waaudit_model::topology::graph::{Basis, Capacity, Downtime, Loss, Node, Outcome};
use waaudit_model::topology::reach::ZoneLossOutcome;

use super::Decider;

/// What was found so far.
pub(super) struct Tally {
    outcome: Option<Outcome>,
    unknown: Option<String>,
    decided_by: Option<Decider>,
    downtime: Option<Downtime>,
    /// Whether a hop comes back in a time that AWS does not name.
    open_ended: bool,
    capacity: Option<Capacity>,
    /// What the hop that decides rests on.
    own_basis: Basis,
    /// Whether something that survives or degrades rests on an assumption.
    assumed: bool,
    observed: bool,
}

/// What was found, in the end.
pub(super) struct Told {
    pub(super) outcome: Option<Outcome>,
    pub(super) unknown: Option<String>,
    pub(super) decided_by: Option<Decider>,
    pub(super) downtime: Option<Downtime>,
    pub(super) capacity: Option<Capacity>,
    pub(super) basis: Option<Basis>,
}

/// The outcome of a loss with its capacity: what is left has to carry the peak, and an unmeasured peak is not taken to be
/// carried.
pub(super) fn with_capacity(loss: &Loss) -> Outcome {
    let short = loss
        .capacity
        .as_ref()
        .is_some_and(|capacity| capacity.peak_percent.is_none_or(|peak| peak > capacity.left_percent));
    if short { loss.outcome.max(Outcome::Degraded) } else { loss.outcome }
}

impl Tally {
    /// Begins with what the walk found.
    pub(super) fn new(fate: ZoneLossOutcome) -> Self {
        let decided_by = fate.hop.map(|(node, why)| decider(node, why));
        let redirected = fate.outcome == Some(Outcome::FailsOver);
        Self {
            outcome: fate.outcome,
            unknown: fate.unclear.filter(|_| fate.outcome.is_none()),
            decided_by: decided_by.filter(|_| fate.outcome.is_some_and(|outcome| outcome > Outcome::Survives)),
            downtime: None,
            open_ended: redirected,
            capacity: None,
            own_basis: if redirected { Basis::Assumed } else { Basis::Computed },
            assumed: false,
            observed: false,
        }
    }

    pub(super) const fn outcome(&self) -> Option<Outcome> {
        self.outcome
    }

    /// Whether a hop decides the outcome so far.
    pub(super) fn is_decided_by(&self, node: &Node) -> bool {
        self.decided_by.as_ref().is_some_and(|decider| decider.resource == node.id)
    }

    /// Adds a hop that is certainly needed, or that decides.
    pub(super) fn add(&mut self, node: &Node, loss: &Loss) {
        let outcome = with_capacity(loss);
        self.assumed |= loss.basis == Basis::Assumed;
        if let Some(capacity) = &loss.capacity {
            self.keep_least(capacity);
        }
        if self.is_decided_by(node) && Some(loss.outcome) == self.outcome {
            self.own_basis = loss.basis;
            self.open_ended = false;
        }
        self.wait(loss);
        if outcome == Outcome::Degraded && self.outcome.is_some_and(|so_far| so_far < outcome) {
            self.decide(node, &loss.why, outcome, loss.basis);
        }
    }

    /// Adds the death of a hop that the walk takes to be replaced.
    pub(super) fn kill(&mut self, node: &Node, why: &str) {
        if self.outcome != Some(Outcome::Dies) {
            self.decide(node, why, Outcome::Dies, Basis::Computed);
        }
    }

    fn decide(&mut self, node: &Node, why: &str, outcome: Outcome, basis: Basis) {
        self.outcome = Some(outcome);
        self.unknown = None;
        self.decided_by = Some(decider(node, why));
        self.own_basis = basis;
    }

    /// What fails over is waited for whatever else happens; a relaunch only where it decides.
    fn wait(&mut self, loss: &Loss) {
        let relaunches = loss.outcome == Outcome::Recovers && self.outcome == Some(Outcome::Recovers);
        if loss.outcome != Outcome::FailsOver && !relaunches {
            return;
        }
        let Some(downtime) = &loss.downtime else { return };
        self.open_ended |= downtime.max_seconds.is_none();
        let longer = self.downtime.as_ref().is_none_or(|so_far| so_far.max_seconds < downtime.max_seconds);
        if longer {
            self.downtime = Some(downtime.clone());
        }
    }

    fn keep_least(&mut self, capacity: &Capacity) {
        let rank = |capacity: &Capacity| capacity.of_peak().unwrap_or(capacity.left_percent);
        if self.capacity.as_ref().is_none_or(|least| rank(capacity) < rank(least)) {
            self.capacity = Some(capacity.clone());
        }
    }

    /// Something that may change any outcome but death could not be read.
    pub(super) fn doubt(&mut self, why: &str) {
        if self.outcome.is_some_and(|outcome| outcome < Outcome::Dies) {
            self.unknown_because(why);
        }
    }

    /// Something that may degrade could not be read.
    pub(super) fn doubt_unless_degraded(&mut self, why: &str) {
        if self.outcome.is_some_and(|outcome| outcome < Outcome::Degraded) {
            self.unknown_because(why);
        }
    }

    fn unknown_because(&mut self, why: &str) {
        self.outcome = None;
        self.decided_by = None;
        self.unknown = Some(why.to_owned());
    }

    /// A practice run succeeded: a computed survival was observed.
    pub(super) fn observe(&mut self) {
        self.observed = self.outcome == Some(Outcome::Survives);
    }

    /// A practice run failed where survival was computed.
    pub(super) fn contradict(&mut self, node: &Node, why: &str) {
        self.outcome = Some(Outcome::Degraded);
        self.decided_by = Some(decider(node, why));
        self.observed = true;
    }

    pub(super) fn told(self) -> Told {
        let (basis, comes_back) = (self.basis(), self.comes_back());
        let bounded = |downtime: Downtime| Downtime {
            max_seconds: downtime.max_seconds.filter(|_| !self.open_ended),
            ..downtime
        };
        Told {
            outcome: self.outcome,
            unknown: self.unknown,
            decided_by: self.decided_by,
            downtime: self.downtime.filter(|_| comes_back).map(bounded),
            capacity: self.capacity,
            basis,
        }
    }

    fn comes_back(&self) -> bool {
        self.outcome.is_some_and(|outcome| outcome < Outcome::Dies)
    }

    fn basis(&self) -> Option<Basis> {
        let outcome = self.outcome?;
        if self.observed {
            return Some(Basis::Observed);
        }
        let of_others = if self.assumed && outcome <= Outcome::Degraded { Basis::Assumed } else { Basis::Computed };
        Some(self.own_basis.max(of_others))
    }
}

fn decider(node: &Node, why: &str) -> Decider {
    Decider { resource: node.id.clone(), kind: node.kind.clone(), name: node.name.clone(), why: why.to_owned() }
}
