//! Work on many resources, on some at a time.
//!
//! A large account has tens of thousands of resources, and a call about each. A future for each of them from the beginning
//! would take memory for calls that the rate limiter starts minutes later. It knows no call.

use futures::future::BoxFuture;
use futures::stream::{self, StreamExt};

/// A collector works on so many resources at once. A service has fewer calls in flight in a region, so that there is
/// always one that waits for its turn, even while many back off.
const AT_ONCE: usize = 64;

/// Does all of the work, a bounded part of it at a time, and gives the outputs in the order of the work. Each future is
/// made when its turn comes.
pub(crate) fn run_bounded<'w, W, F>(work: W) -> BoxFuture<'w, Vec<F::Output>>
where
    W: IntoIterator<Item = F, IntoIter: Send + 'w>,
    F: Future<Output: Send> + Send + 'w,
{
    // One slow piece must not hold back those behind it, so the outputs are put in order at the end.
    let numbered = work.into_iter().enumerate().map(|(number, piece)| async move { (number, piece.await) });
    Box::pin(async move {
        let mut done: Vec<(usize, F::Output)> = stream::iter(numbered).buffer_unordered(AT_ONCE).collect().await;
        done.sort_unstable_by_key(|(number, _)| *number);
        done.into_iter().map(|(_, output)| output).collect()
    })
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    use tokio::time::{Instant, sleep};

    use super::{AT_ONCE, run_bounded};

    #[tokio::test(start_paused = true)]
    async fn fifty_thousand_pieces_are_made_as_they_are_worked_on_and_keep_their_order() {
        let (made, done, most) = (AtomicUsize::new(0), AtomicUsize::new(0), AtomicUsize::new(0));
        let pieces = (0..50_000).map(|number| {
            let open = made.fetch_add(1, Ordering::SeqCst) + 1 - done.load(Ordering::SeqCst);
            most.fetch_max(open, Ordering::SeqCst);
            let done = &done;
            async move {
                // The later ones are done first.
                sleep(Duration::from_millis(10 - number % 10)).await;
                done.fetch_add(1, Ordering::SeqCst);
                number
            }
        });
        let outputs = run_bounded(pieces).await;
        assert!(outputs.into_iter().eq(0..50_000));
        assert!(most.into_inner() <= AT_ONCE + 1);
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_piece_holds_back_no_other() {
        let began = Instant::now();
        let second = Duration::from_secs(1);
        run_bounded((0..64 * 60).map(|number| sleep(if number == 0 { second * 60 } else { second }))).await;
        assert!(began.elapsed() <= second * 62, "{:?}", began.elapsed());
    }
}
