//! Services that stopped answering in a region: nobody waits there a second time.
//!
//! A call that found no answer, while its operation (or the whole service) gave none to any other call either, says that
//! none is to be expected: later calls are refused at once with its reason. So a service that hangs in one region
//! costs the patience of one call, however many kinds and resources wait for it, and a call that hangs beside
//! answered ones costs only itself. A service that answers, but ever so slowly, is refused after ten times
//! that patience; time that calls wait for their turn does not count. The cost is that a service which comes back is
//! not asked again in the same scan.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::time::Instant;

use super::super::errors::Failed;
use crate::snapshot::GapReason;

/// A service in a region may take as long as this many calls.
const CALLS_A_SERVICE: u32 = 10;

/// What was heard from a service in a region, and what was not.
#[derive(Debug, Default)]
pub(super) struct Silence {
    /// When each operation last answered.
    heard: BTreeMap<&'static str, Instant>,
    /// Why an operation is not asked any more.
    operations: BTreeMap<&'static str, Failed>,
    /// Why the service is not asked any more.
    service: Option<Failed>,
    /// When the first call was made.
    since: Option<Instant>,
    /// How long calls waited for their turn.
    waited: Duration,
}

impl Silence {
    /// An answer came, whatever it said.
    pub(super) fn heard(&mut self, operation: &'static str, now: Instant) {
        self.heard.insert(operation, now);
        self.operations.remove(operation);
        self.service = None;
    }

    /// Calls waited for their turn.
    pub(super) fn waited(&mut self, time: Duration) {
        self.waited += time;
    }

    /// A call that began at that time failed.
    pub(super) fn failed(&mut self, operation: &'static str, began: Instant, failed: &Failed) {
        if !matches!(failed.reason, GapReason::TimedOut | GapReason::Unreachable | GapReason::NotInRegion) {
            return;
        }
        let is_before = |heard: &Instant| *heard < began;
        if self.heard.get(operation).is_none_or(is_before) {
            self.operations.insert(operation, failed.clone());
        }
        if self.heard.values().all(is_before) {
            self.service = Some(failed.clone());
        }
    }

    /// Why a call need not be made, if so.
    pub(super) fn refuses(&mut self, operation: &'static str, now: Instant, patience: Duration) -> Option<Failed> {
        let since = *self.since.get_or_insert(now);
        let silent = self.service.as_ref().or_else(|| self.operations.get(operation));
        if let Some(failed) = silent {
            return Some(failed.again());
        }
        let spent = now.duration_since(since).saturating_sub(self.waited);
        (spent > patience * CALLS_A_SERVICE).then(|| Failed {
            reason: GapReason::TimedOut,
            message: format!("not done after {} s", spent.as_secs()),
            request_id: None,
            code: None,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::Instant;

    use super::super::super::errors::Failed;
    use super::Silence;
    use crate::snapshot::GapReason;

    const MINUTE: Duration = Duration::from_mins(1);

    fn failed(reason: GapReason) -> Failed {
        Failed { reason, message: "no answer".to_owned(), request_id: None, code: None }
    }

    fn reason(silence: &mut Silence, operation: &'static str, now: Instant) -> Option<GapReason> {
        silence.refuses(operation, now, MINUTE).map(|failed| failed.reason)
    }

    #[test]
    fn a_service_without_any_answer_is_not_waited_for_twice() {
        let (mut silence, began) = (Silence::default(), Instant::now());
        silence.failed("ListThings", began, &failed(GapReason::TimedOut));
        assert_eq!(reason(&mut silence, "ListThings", began + MINUTE), Some(GapReason::TimedOut));
        assert_eq!(reason(&mut silence, "DescribeThing", began + MINUTE), Some(GapReason::TimedOut));
    }

    #[test]
    fn an_operation_without_any_answer_costs_that_one_alone() {
        let (mut silence, began) = (Silence::default(), Instant::now());
        silence.heard("ListThings", began + MINUTE / 2);
        silence.failed("DescribeThing", began, &failed(GapReason::TimedOut));
        assert_eq!(reason(&mut silence, "DescribeThing", began + MINUTE), Some(GapReason::TimedOut));
        assert_eq!(reason(&mut silence, "ListThings", began + MINUTE), None);
    }

    #[test]
    fn a_call_that_hangs_beside_answered_ones_costs_only_itself() {
        let (mut silence, began) = (Silence::default(), Instant::now());
        silence.heard("DescribeThing", began + MINUTE / 2);
        silence.failed("DescribeThing", began, &failed(GapReason::TimedOut));
        assert_eq!(reason(&mut silence, "DescribeThing", began + MINUTE), None);
    }

    #[test]
    fn a_refusal_is_an_answer() {
        let (mut silence, began) = (Silence::default(), Instant::now());
        silence.failed("ListThings", began, &failed(GapReason::Denied));
        assert_eq!(reason(&mut silence, "ListThings", began), None);
    }

    #[test]
    fn a_service_that_answers_again_is_asked_again() {
        let (mut silence, began) = (Silence::default(), Instant::now());
        silence.failed("ListThings", began, &failed(GapReason::TimedOut));
        silence.heard("ListThings", began + MINUTE);
        assert_eq!(reason(&mut silence, "ListThings", began + MINUTE), None);
    }

    #[test]
    fn a_service_that_is_ever_so_slow_ends_and_the_wait_for_a_turn_does_not_count() {
        let (mut silence, began) = (Silence::default(), Instant::now());
        assert_eq!(reason(&mut silence, "ListThings", began), None);
        silence.waited(MINUTE);
        assert_eq!(reason(&mut silence, "ListThings", began + MINUTE * 11), None);
        assert_eq!(reason(&mut silence, "ListThings", began + MINUTE * 12), Some(GapReason::TimedOut));
    }
}
