//! Circuit breaker for each service and region.
//!
//! A call that timed out, while its operation (or the whole service) answered nothing since the attempt was sent, opens
//! the circuit: later calls of the operation (or the service) are refused at once, with the same reason. So a service
//! that hangs in one region costs one `--timeout`, however many kinds and resources wait for it. Where others are
//! answered, a timed-out call costs itself, until the time so lost is ten times `--timeout`; each answer makes up for a
//! part of it. There is no limit on how long a service is used: a list is read as long as its pages come.
//! A service that recovers is not asked again in the same scan, unless an answer was still on its way.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::time::Instant;

use crate::call::errors::Failed;
use waaudit_model::gap::GapReason;

/// An operation may lose the time of so many calls.
const LOST_CALLS: u32 = 10;
/// So many answers make up for one call that timed out: one in ten may.
const ANSWERS_A_CALL: u32 = 10;

/// What a service in a region answered, and what it did not.
#[derive(Debug, Default)]
pub(super) struct CircuitBreaker {
    operations: BTreeMap<&'static str, Operation>,
    /// When any operation last answered.
    answered: Option<Instant>,
    /// Why the service is no longer asked.
    open: Option<Failed>,
}

#[derive(Debug, Default)]
struct Operation {
    /// When it last answered.
    answered: Option<Instant>,
    /// Time spent on calls that got no answer, less what answers made up for.
    lost: Duration,
    /// Why it is no longer asked.
    open: Option<Failed>,
}

impl CircuitBreaker {
    /// An answer came, whatever it says.
    pub(super) fn answered(&mut self, operation: &'static str, now: Instant, timeout: Duration) {
        let own = self.operations.entry(operation).or_default();
        own.answered = Some(now);
        own.lost = own.lost.saturating_sub(timeout / ANSWERS_A_CALL);
        if own.lost < timeout * LOST_CALLS {
            own.open = None;
        }
        self.answered = Some(now);
        self.open = None;
    }

    /// A call failed that last sent a request at that time, and spent so long on its requests.
    pub(super) fn failed(
        &mut self,
        operation: &'static str,
        sent: Instant,
        spent: Duration,
        timeout: Duration,
        failed: &Failed,
    ) {
        if !matches!(failed.reason, GapReason::TimedOut | GapReason::Unreachable | GapReason::NotInRegion) {
            return;
        }
        let is_silent = |answered: Option<Instant>| answered.is_none_or(|answered| answered <= sent);
        let own = self.operations.entry(operation).or_default();
        own.lost += spent;
        if is_silent(own.answered) || own.lost >= timeout * LOST_CALLS {
            own.open = Some(failed.clone());
        }
        if is_silent(self.answered) {
            self.open = Some(failed.clone());
        }
    }

    /// Why a call is not made, if so.
    pub(super) fn refusal(&self, operation: &'static str) -> Option<Failed> {
        let own = self.operations.get(operation).and_then(|own| own.open.as_ref());
        self.open.as_ref().or(own).map(Failed::again)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::Instant;

    use super::CircuitBreaker;
    use crate::call::errors::Failed;
    use waaudit_model::gap::GapReason;

    const MINUTE: Duration = Duration::from_mins(1);

    fn fail(circuit_breaker: &mut CircuitBreaker, operation: &'static str, sent: Instant, reason: GapReason) {
        let failed = Failed { reason, message: "no answer".to_owned(), request_id: None, code: None };
        circuit_breaker.failed(operation, sent, MINUTE, MINUTE, &failed);
    }

    fn refusal(circuit_breaker: &CircuitBreaker, operation: &'static str) -> Option<GapReason> {
        circuit_breaker.refusal(operation).map(|failed| failed.reason)
    }

    #[test]
    fn a_service_without_any_answer_is_not_waited_for_twice() {
        let (mut circuit_breaker, began) = (CircuitBreaker::default(), Instant::now());
        fail(&mut circuit_breaker, "ListThings", began, GapReason::TimedOut);
        assert_eq!(refusal(&circuit_breaker, "ListThings"), Some(GapReason::TimedOut));
        assert_eq!(refusal(&circuit_breaker, "DescribeThing"), Some(GapReason::TimedOut));
    }

    #[test]
    fn an_operation_without_any_answer_costs_that_one_alone() {
        let (mut circuit_breaker, began) = (CircuitBreaker::default(), Instant::now());
        circuit_breaker.answered("ListThings", began + MINUTE / 2, MINUTE);
        fail(&mut circuit_breaker, "DescribeThing", began, GapReason::TimedOut);
        assert_eq!(refusal(&circuit_breaker, "DescribeThing"), Some(GapReason::TimedOut));
        assert_eq!(refusal(&circuit_breaker, "ListThings"), None);
    }

    #[test]
    fn a_call_that_hangs_beside_answered_ones_costs_only_itself() {
        let (mut circuit_breaker, began) = (CircuitBreaker::default(), Instant::now());
        circuit_breaker.answered("DescribeThing", began + MINUTE / 2, MINUTE);
        fail(&mut circuit_breaker, "DescribeThing", began, GapReason::TimedOut);
        assert_eq!(refusal(&circuit_breaker, "DescribeThing"), None);
    }

    #[test]
    fn calls_that_hang_beside_answered_ones_are_borne_until_ten_timeouts_are_lost() {
        let often = |answers: u32| {
            let (mut circuit_breaker, began) = (CircuitBreaker::default(), Instant::now());
            for n in 0..100 {
                let sent = began + MINUTE * n;
                (0..answers).for_each(|_| circuit_breaker.answered("DescribeThing", sent + MINUTE / 2, MINUTE));
                fail(&mut circuit_breaker, "DescribeThing", sent, GapReason::TimedOut);
                if refusal(&circuit_breaker, "DescribeThing").is_some() {
                    return n + 1;
                }
            }
            100
        };
        assert_eq!(often(1), 11, "every second call hangs");
        assert_eq!(often(10), 100, "one in eleven hangs");
    }

    #[test]
    fn an_error_that_aws_sends_is_an_answer() {
        let (mut circuit_breaker, began) = (CircuitBreaker::default(), Instant::now());
        fail(&mut circuit_breaker, "ListThings", began, GapReason::Denied);
        assert_eq!(refusal(&circuit_breaker, "ListThings"), None);
    }

    #[test]
    fn a_late_answer_closes_the_circuit() {
        let (mut circuit_breaker, began) = (CircuitBreaker::default(), Instant::now());
        fail(&mut circuit_breaker, "ListThings", began, GapReason::TimedOut);
        circuit_breaker.answered("ListThings", began + MINUTE, MINUTE);
        assert_eq!(refusal(&circuit_breaker, "ListThings"), None);
    }
}
