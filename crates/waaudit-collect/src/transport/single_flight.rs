//! Single-flight requests: one call whose answer is shared by kinds and, for global APIs, by regions.
//!
//! `once` has the calls of collectors. Calls are equal if service, operation, region and the arguments named by a key are. A failed call is shared as well;
//! each kind that asked gets a gap of its own. The cost is that answers are kept until the scan ends: use it only for
//! requests that several collectors share.

use std::any::Any;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use futures::FutureExt;
use futures::future::{BoxFuture, Shared};

use crate::call::errors::Failed;

/// Service, operation, region and arguments.
pub(super) type Key = (&'static str, &'static str, String, String);
/// An answer of any form.
pub(super) type Kept = Arc<dyn Any + Send + Sync>;
pub(super) type Flight = Shared<BoxFuture<'static, Result<Kept, Failed>>>;

/// The answers of a scan that are shared.
#[derive(Default)]
pub(crate) struct Answers(Mutex<HashMap<Key, Flight>>);

impl Answers {
    pub(super) fn join<T: Send + Sync + 'static>(
        &self,
        key: Key,
        work: BoxFuture<'static, Result<T, Failed>>,
    ) -> Flight {
        // The future is fully built before insertion.
        let mut flights = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let start = || work.map(|answer| answer.map(|answer| Arc::new(answer) as Kept)).boxed().shared();
        flights.entry(key).or_insert_with(start).clone()
    }
}
