//! Paged lists, for SDKs with a paginator and for those without.
//!
//! A list is read as long as its pages come, however many. What it must not know: any kind, fact or rule.

use std::collections::HashSet;
use std::hash::Hash;

use aws_smithy_async::future::pagination_stream::PaginationStream;

use super::collector_context::Context;
use crate::call::errors::Failed;
use crate::call::{Answer, Call, OperationError};

/// What marks the next page of a list.
pub trait Mark: Clone + Eq + Hash {
    /// Whether it marks no page: some services send an empty token with their last one.
    fn is_empty(&self) -> bool;
}

impl Mark for String {
    fn is_empty(&self) -> bool {
        self.as_str().is_empty()
    }
}

impl<A: Clone + Eq + Hash, B: Clone + Eq + Hash> Mark for (String, A, B) {
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Context {
    /// A paged list: `each` gets every page as it comes. Pages before a failed one are kept; the answer says
    /// whether all of them came.
    pub async fn pages<T: Send, E: OperationError>(
        &self,
        call: &Call,
        stream: PaginationStream<Answer<T, E>>,
        each: impl FnMut(T),
    ) -> bool {
        self.pages_or_none(call, &[], stream, each).await
    }

    /// A paged list, where some error codes are answers that mean "there are none".
    pub async fn pages_or_none<T: Send, E: OperationError>(
        &self,
        call: &Call,
        none_codes: &[&str],
        stream: PaginationStream<Answer<T, E>>,
        each: impl FnMut(T),
    ) -> bool {
        match self.every_page(call, stream, each).await {
            Err(failed) if failed.code.as_deref().is_some_and(|code| none_codes.contains(&code)) => true,
            pages => self.keep(call, None, pages).is_some(),
        }
    }

    /// All pages of a list, or why the one after those that came is missing. That is not noted yet.
    pub(crate) async fn every_page<T: Send, E: OperationError>(
        &self,
        call: &Call,
        mut stream: PaginationStream<Answer<T, E>>,
        mut each: impl FnMut(T),
    ) -> Result<(), Failed> {
        while let Some(page) = self.gated(call, async { stream.next().await.transpose() }).await? {
            each(page);
        }
        Ok(())
    }

    /// A paged list that the SDK has no paginator for: `ask` gets the mark of a page, none for the first, and
    /// `next` reads the mark of the page behind one. Whether all pages came.
    pub async fn marked_pages<T, M, E, R>(
        &self,
        call: &Call,
        ask: impl Fn(Option<M>) -> R,
        next: impl Fn(&T) -> Option<M>,
        mut each: impl FnMut(T),
    ) -> bool
    where
        T: Send,
        M: Mark,
        E: OperationError,
        R: Future<Output = Answer<T, E>> + Send,
    {
        let (mut mark, mut followed) = (None, HashSet::new());
        loop {
            let Some(page) = self.list(call, ask(mark)).await else { return false };
            let following = next(&page).filter(|mark| !mark.is_empty());
            each(page);
            let Some(following) = following else { return true };
            // A list that comes back to a page would never end.
            if !followed.insert(following.clone()) {
                self.unreadable(call, None, "the list does not advance from page to page");
                return false;
            }
            mark = Some(following);
        }
    }

    /// A paged answer about one resource. `None` where a page failed: half a list is not the list.
    pub async fn detail_pages<T: Send, E: OperationError>(
        &self,
        call: &Call,
        arn: &str,
        mut stream: PaginationStream<Answer<T, E>>,
    ) -> Option<Vec<T>> {
        let mut pages = Vec::new();
        loop {
            let page = self.gated(call, async { stream.next().await.transpose() }).await;
            match self.keep(call, Some(arn), page)? {
                Some(page) => pages.push(page),
                None => return Some(pages),
            }
        }
    }
}
