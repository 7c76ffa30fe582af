//! Whether going slower helps: a rate that AWS enforces, or throttling that others cause.
//!
//! Where a service admits so many calls a second, a lower rate has fewer throttled answers. Where production uses the
//! allowance up, their share stays what it was, and going slower costs time for nothing. Each answer at a lowered rate
//! is evidence for one or the other: a sequential probability ratio test. It knows no clock and no call.

/// Answers at the whole rate fade by half when there are so many.
const MOST_ANSWERS: f64 = 200.0;
/// A service that enforces more than the lowered rate throttles so many all the same.
const FLOOR: f64 = 0.05;
/// Where more is throttled at the whole rate, little is lost by going slower, whatever causes it.
const MOST_THROTTLED: f64 = 0.9;
/// The answers have to be e^5, or 150, times as likely if others cause the throttling.
const ENOUGH: f64 = 5.0;
/// The most that earlier answers may speak against it, so that a change is noticed.
const MOST_AGAINST: f64 = -3.0;

/// What answers say of the cause of throttling.
#[derive(Default)]
pub(super) struct Evidence {
    /// Answers at the whole rate, and the throttled ones among them.
    answers: f64,
    throttled: f64,
    /// The logarithm of how many times as likely the answers at lowered rates are if others cause the throttling.
    ratio: f64,
}

impl Evidence {
    /// An answer came, at a rate that was halved so often.
    pub(super) fn count(&mut self, halvings: u32, is_throttled: bool) {
        if halvings == 0 { self.at_whole_rate(is_throttled) } else { self.at_lowered_rate(halvings, is_throttled) }
    }

    /// Whether others cause the throttling, so that going slower does not help.
    pub(super) fn is_in_vain(&self) -> bool {
        self.ratio >= ENOUGH
    }

    /// Begins again: the cause may change. What is known of the whole rate is kept.
    pub(super) fn restart(&mut self) {
        self.ratio = 0.0;
    }

    fn at_whole_rate(&mut self, is_throttled: bool) {
        if self.answers >= MOST_ANSWERS {
            self.answers /= 2.0;
            self.throttled /= 2.0;
        }
        self.answers += 1.0;
        self.throttled += f64::from(u8::from(is_throttled));
    }

    fn at_lowered_rate(&mut self, halvings: u32, is_throttled: bool) {
        let by_others = (self.throttled + 1.0) / (self.answers + 2.0);
        // What the service admits a second stays the same, so its share of fewer calls grows.
        let by_rate = (1.0 - (1.0 - by_others) * f64::from(1_u32 << halvings)).max(FLOOR);
        if by_others > MOST_THROTTLED || by_others <= by_rate {
            return;
        }
        let times = if is_throttled { by_others / by_rate } else { (1.0 - by_others) / (1.0 - by_rate) };
        self.ratio = (self.ratio + times.ln()).max(MOST_AGAINST);
    }
}

#[cfg(test)]
mod tests {
    use super::Evidence;

    /// Answers at the whole rate and at half of it; the share of throttled ones is given in percent.
    fn after(whole: u32, half: u32, answers: u32) -> Evidence {
        let mut evidence = Evidence::default();
        for (halvings, share) in [(0, whole), (1, half)] {
            (0..answers).for_each(|n| evidence.count(halvings, n * share / 100 < (n + 1) * share / 100));
        }
        evidence
    }

    #[test]
    fn a_share_that_stays_is_caused_by_others() {
        for share in [25, 40, 50, 60] {
            assert!(after(share, share, 60).is_in_vain(), "{share} %");
        }
    }

    #[test]
    fn a_share_that_falls_as_the_rate_does_is_a_rate_that_aws_enforces() {
        // A service that admits half, four tenths, a quarter of the calls.
        for (whole, half) in [(50, 0), (60, 20), (75, 50)] {
            for answers in 1..200 {
                assert!(!after(whole, half, answers).is_in_vain(), "{whole} % after {answers}");
            }
        }
    }

    #[test]
    fn where_all_is_throttled_nothing_is_said() {
        assert!(!after(100, 100, 500).is_in_vain());
    }

    #[test]
    fn it_begins_again_with_what_is_known_of_the_whole_rate() {
        let mut evidence = after(40, 40, 60);
        evidence.restart();
        assert!(!evidence.is_in_vain());
        (0..20).for_each(|n| evidence.count(1, n % 2 == 0));
        assert!(evidence.is_in_vain());
    }
}
