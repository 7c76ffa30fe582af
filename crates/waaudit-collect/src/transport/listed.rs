//! Lists whose every entry is a resource.

use aws_smithy_async::future::pagination_stream::PaginationStream;

use super::collector_context::{Context, ResourceId};
use crate::call::{Answer, Call, OperationError};
use waaudit_model::facts::Facts;

impl Context {
    /// A paged list of resources: `entries` are a page's, `resource` says what one is called and what it is. An entry of
    /// which it says nothing has no name, and is noted. Whether all pages came.
    pub async fn listed<T, E, I, F>(
        &self,
        call: &Call,
        pages: PaginationStream<Answer<T, E>>,
        entries: impl Fn(&T) -> &[I],
        resource: impl Fn(&I) -> Option<(ResourceId, F)>,
    ) -> bool
    where
        T: Send,
        E: OperationError,
        F: Facts,
    {
        let each = |entry: &I| match resource(entry) {
            Some((named, facts)) => self.push(named, facts),
            None => self.unnamed(call),
        };
        self.pages(call, pages, |page| entries(&page).iter().for_each(&each)).await
    }
}
