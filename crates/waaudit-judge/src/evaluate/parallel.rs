//! Work on all cores, with results in the order of what was worked on.

use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// So many items are taken at a time: few enough that no thread waits long for the last one.
const AT_ONCE: usize = 32;

/// What comes of all items, in their order.
pub(super) fn flat_map<T: Sync, U: Send>(items: &[T], of: impl Fn(&T) -> Vec<U> + Sync) -> Vec<U> {
    let parts: Vec<&[T]> = items.chunks(AT_ONCE).collect();
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done: Vec<(usize, Vec<U>)> = Vec::new();
        loop {
            let place = next.fetch_add(1, Ordering::Relaxed);
            let Some(part) = parts.get(place) else { return done };
            done.push((place, part.iter().flat_map(&of).collect()));
        }
    };
    let cores = thread::available_parallelism().map_or(1, NonZero::get).min(parts.len());
    let mut done = thread::scope(|scope| {
        let others: Vec<_> = (1..cores).map(|_| scope.spawn(work)).collect();
        let mut done = work();
        for other in others {
            done.extend(other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
        done
    });
    done.sort_by_key(|(place, _)| *place);
    let mut all = Vec::with_capacity(done.iter().map(|(_, results)| results.len()).sum());
    for (_, results) in done {
        all.extend(results);
    }
    all
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::sync::{Barrier, Mutex};
    use std::{panic, thread};

    use super::{AT_ONCE, flat_map};

    #[test]
    fn results_are_in_the_order_of_items_however_many() {
        for count in [0, 1, AT_ONCE, 10 * AT_ONCE + 7] {
            let items: Vec<usize> = (0..count).collect();
            let expected: Vec<usize> = items.iter().flat_map(|item| vec![*item; item % 3]).collect();
            assert_eq!(flat_map(&items, |item| vec![*item; item % 3]), expected);
        }
    }

    #[test]
    fn several_threads_work() {
        let cores = thread::available_parallelism().unwrap().get();
        let (threads, start) = (Mutex::new(HashSet::new()), Barrier::new(cores));
        let items = vec![(); cores * AT_ONCE];
        flat_map(&items, |()| {
            // Each thread waits at its first item for all the others.
            if threads.lock().unwrap().insert(thread::current().id()) {
                start.wait();
            }
            vec![()]
        });
        assert_eq!(threads.lock().unwrap().len(), cores);
    }

    #[test]
    fn a_panic_of_a_thread_is_one_of_the_caller() {
        let items: Vec<usize> = (0..10 * AT_ONCE).collect();
        let broken = |item: &usize| if *item == 9 * AT_ONCE { panic!("broken") } else { vec![*item] };
        assert!(panic::catch_unwind(|| flat_map(&items, broken)).is_err());
    }
}
