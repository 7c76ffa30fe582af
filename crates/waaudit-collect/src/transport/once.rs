//! Calls that several kinds make with the same arguments: each is made once, and each kind keeps a gap of its own.

use std::sync::Arc;

use aws_smithy_async::future::pagination_stream::PaginationStream;
use futures::FutureExt;
use futures::future::BoxFuture;

use super::collector_context::Context;
use crate::call::errors::Failed;
use crate::call::{Answer, Call, OperationError};
use waaudit_model::snapshot::GLOBAL;

impl Context {
    /// A call that other kinds make with the same arguments: it is made once. The key says them. Without an ARN,
    /// a missing answer may mean missing resources; with one, missing facts.
    pub async fn once<T, E>(
        &self,
        call: &'static Call,
        arn: Option<&str>,
        key: &str,
        request: impl Future<Output = Answer<T, E>> + Send + 'static,
    ) -> Option<Arc<T>>
    where
        T: Send + Sync + 'static,
        E: OperationError,
    {
        let own = self.clone();
        self.shared(call, arn, key, async move { own.gated(call, request).await }.boxed()).await
    }

    /// All pages of a list that other kinds ask for with the same arguments. `None` where a page failed: half a
    /// list is not the list.
    pub async fn once_pages<T, E>(
        &self,
        call: &'static Call,
        arn: Option<&str>,
        key: &str,
        mut stream: PaginationStream<Answer<T, E>>,
    ) -> Option<Arc<Vec<T>>>
    where
        T: Send + Sync + 'static,
        E: OperationError,
    {
        let own = self.clone();
        let all = async move {
            let mut pages = Vec::new();
            while let Some(page) = own.gated(call, async { stream.next().await.transpose() }).await? {
                pages.push(page);
            }
            Ok(pages)
        };
        self.shared(call, arn, key, all.boxed()).await
    }

    async fn shared<T: Send + Sync + 'static>(
        &self,
        call: &'static Call,
        arn: Option<&str>,
        key: &str,
        work: BoxFuture<'static, Result<T, Failed>>,
    ) -> Option<Arc<T>> {
        let region = if self.scan().rate_limiter.is_global(call) { GLOBAL } else { self.endpoint_region() };
        let key = (call.service, call.operation, region.to_owned(), key.to_owned());
        let flight = self.scan().answers.join(key, work);
        let answer = self.keep(call, arn, flight.await)?;
        let answer = answer.downcast().ok();
        if answer.is_none() {
            self.unreadable(call, arn, "two forms of one answer");
        }
        answer
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};

    use aws_sdk_sts::operation::get_caller_identity::{GetCallerIdentityError, GetCallerIdentityOutput};

    use crate::call::options::CallOptions;
    use crate::call::{Answer, Call};
    use crate::registry::RATES;
    use crate::transport::collector_context::{Before, Context, Scan};
    use waaudit_model::gap::{Gap, GapReason};

    const REGIONAL: Call = Call::new("rds", "DescribeDBInstances");
    const GLOBAL: Call = Call::new("organizations", "DescribeOrganization");

    fn context(scan: &Arc<Scan>, kind: &'static str, region: &'static str) -> Context {
        let config = aws_types::SdkConfig::builder().region(aws_types::region::Region::new(region)).build();
        Context::new(kind, region, "111122223333", "aws", config, Arc::clone(scan), Before::default())
    }

    fn scan() -> Arc<Scan> {
        Arc::new(Scan::new(RATES, &CallOptions::default(), jiff::Timestamp::UNIX_EPOCH))
    }

    type Identity = Answer<GetCallerIdentityOutput, GetCallerIdentityError>;

    fn asked(counter: &Arc<AtomicU32>, answer: fn() -> Identity) -> impl Future<Output = Identity> + Send + 'static {
        let counter = Arc::clone(counter);
        async move {
            counter.fetch_add(1, Ordering::Relaxed);
            tokio::task::yield_now().await;
            answer()
        }
    }

    #[allow(clippy::result_large_err, reason = "the SDK's own error")]
    fn answered() -> Identity {
        Ok(GetCallerIdentityOutput::builder().account("111122223333").build())
    }

    #[allow(clippy::result_large_err, reason = "the SDK's own error")]
    fn refused() -> Identity {
        Err(aws_sdk_sts::error::SdkError::timeout_error("no answer"))
    }

    #[tokio::test]
    async fn kinds_that_ask_the_same_share_one_answer() {
        let (scan, counter) = (scan(), Arc::default());
        let (one, two) = (context(&scan, "one", "eu-west-1"), context(&scan, "two", "eu-west-1"));
        let (first, second) = futures::join!(
            one.once(&REGIONAL, None, "all", asked(&counter, answered)),
            two.once(&REGIONAL, None, "all", asked(&counter, answered)),
        );
        assert!(Arc::ptr_eq(&first.unwrap(), &second.unwrap()));
        assert_eq!(counter.load(Ordering::Relaxed), 1);
    }

    #[tokio::test]
    async fn other_arguments_and_other_regions_are_other_calls_but_for_apis_above_regions() {
        let (scan, counter) = (scan(), Arc::default());
        let (west, central) = (context(&scan, "one", "eu-west-1"), context(&scan, "one", "eu-central-1"));
        west.once(&REGIONAL, None, "all", asked(&counter, answered)).await.unwrap();
        west.once(&REGIONAL, None, "some", asked(&counter, answered)).await.unwrap();
        central.once(&REGIONAL, None, "all", asked(&counter, answered)).await.unwrap();
        assert_eq!(counter.load(Ordering::Relaxed), 3);
        west.once(&GLOBAL, None, "", asked(&counter, answered)).await.unwrap();
        central.once(&GLOBAL, None, "", asked(&counter, answered)).await.unwrap();
        assert_eq!(counter.load(Ordering::Relaxed), 4);
    }

    #[tokio::test]
    async fn each_kind_that_asked_for_what_failed_has_a_gap_of_its_own() {
        let (scan, counter) = (scan(), Arc::default());
        for kind in ["one", "two"] {
            let ctx = context(&scan, kind, "eu-west-1");
            assert!(ctx.once(&REGIONAL, None, "all", asked(&counter, refused)).await.is_none());
            let gaps: Vec<Gap> = ctx.take_collected().gaps.into_iter().collect();
            assert_eq!((gaps.len(), gaps[0].reason, gaps[0].kinds[0].as_str()), (1, GapReason::TimedOut, kind));
        }
        assert_eq!(counter.load(Ordering::Relaxed), 1);
    }
}
