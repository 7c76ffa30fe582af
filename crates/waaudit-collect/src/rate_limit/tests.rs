//! The pace of calls without HTTP: order, permits, refusals, long lists.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use aws_sdk_sts::operation::get_caller_identity::GetCallerIdentityError;
use futures::future::join_all;

use super::{CALL, IN_FLIGHT_A_SERVICE, RateLimiter, simulated_request};
use crate::call::options::CallOptions;
use crate::call::{Answer, Call};
use crate::registry::RATES;
use waaudit_model::gap::GapReason;

const LIST: Call = Call::new("s3", "GetBucketVersioning");

type Nothing = Answer<(), GetCallerIdentityError>;

fn pace() -> RateLimiter {
    RateLimiter::new(RATES, &CallOptions { call: Duration::from_millis(40), ..CallOptions::default() })
}

#[tokio::test(start_paused = true)]
async fn a_service_never_holds_all_permits() {
    let (pace, busy, most) = (pace(), AtomicUsize::new(0), AtomicUsize::new(0));
    let calls = (0..60).map(|_| {
        pace.call(&LIST, "eu-west-1", async {
            most.fetch_max(busy.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            tokio::time::sleep(Duration::from_millis(1)).await;
            busy.fetch_sub(1, Ordering::SeqCst);
            Nothing::Ok(())
        })
    });
    assert!(join_all(calls).await.iter().all(Result::is_ok));
    assert_eq!(most.into_inner(), IN_FLIGHT_A_SERVICE);
}

#[tokio::test(start_paused = true)]
async fn a_service_that_hangs_costs_the_time_of_one_call_and_no_other_region() {
    let (pace, made) = (pace(), AtomicUsize::new(0));
    let list = Call::new("rds", "DescribeDBInstances");
    let detail = Call::new("rds", "DescribeDBClusters");
    let hang = |call: &'static Call| {
        pace.call(call, "eu-west-1", async {
            made.fetch_add(1, Ordering::SeqCst);
            Nothing::Err(aws_sdk_sts::error::SdkError::timeout_error("no answer"))
        })
    };
    let (list, detail): (&'static Call, &'static Call) = (Box::leak(Box::new(list)), Box::leak(Box::new(detail)));
    assert_eq!(hang(list).await.unwrap_err().reason, GapReason::TimedOut);
    let later = hang(detail).await.unwrap_err();
    assert_eq!(later.reason, GapReason::TimedOut);
    assert!(later.message.ends_with("was not asked again"), "{}", later.message);
    assert_eq!(made.load(Ordering::SeqCst), 1);
    assert!(pace.call(detail, "eu-central-1", async { Nothing::Ok(()) }).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_call_that_sends_nothing_takes_no_token() {
    let slow = Call::new("wafv2", "ListResourcesForWebACL");
    let pace = pace();
    let calls = (0..3).map(|_| pace.call(&slow, "eu-west-1", async { Nothing::Ok(()) }));
    // At one call in two seconds this would take four.
    let all = tokio::time::timeout(Duration::from_secs(1), join_all(calls));
    assert!(all.await.is_ok());
    assert!(pace.effort().calls.is_empty());
}

#[tokio::test(start_paused = true)]
async fn calls_of_a_class_go_in_the_order_they_came() {
    let (pace, order) = (pace(), Arc::new(std::sync::Mutex::new(Vec::new())));
    let calls = (0..5).map(|n| {
        let order = Arc::clone(&order);
        pace.call(&LIST, "eu-west-1", async move {
            order.lock().unwrap().push(n);
            Nothing::Ok(())
        })
    });
    join_all(calls).await;
    assert_eq!(*order.lock().unwrap(), [0, 1, 2, 3, 4]);
}

#[tokio::test(start_paused = true)]
async fn a_list_of_thousands_of_pages_is_read_to_its_end() {
    // 300,000 log groups in pages of 50.
    let (pace, pages) = (RateLimiter::new(RATES, &CallOptions::default()), 6000);
    let list = Call::new("logs", "DescribeLogGroups");
    for page in 0..pages {
        let answer = pace.call(&list, "eu-west-1", simulated_request(Duration::from_millis(250))).await;
        assert!(answer.is_ok(), "page {page}: {answer:?}");
    }
    let calls = pace.effort().calls;
    assert_eq!(calls["logs:DescribeLogGroups"], pages);
}

#[tokio::test(start_paused = true)]
async fn a_list_that_stops_after_ten_pages_is_given_up_after_one_timeout() {
    let pace = RateLimiter::new(RATES, &CallOptions { attempts: 1, ..CallOptions::default() });
    let list = Call::new("logs", "DescribeLogGroups");
    for _ in 0..10 {
        pace.call(&list, "eu-west-1", simulated_request(Duration::from_millis(250))).await.unwrap();
    }
    let began = tokio::time::Instant::now();
    let hanging = async {
        let tracker = CALL.get();
        let attempt = tracker.begin().await.unwrap();
        tokio::time::sleep(attempt.limit).await;
        tracker.end(attempt);
        Nothing::Err(aws_sdk_sts::error::SdkError::timeout_error("no answer"))
    };
    assert_eq!(pace.call(&list, "eu-west-1", hanging).await.unwrap_err().reason, GapReason::TimedOut);
    let refused = pace.call(&list, "eu-west-1", simulated_request(Duration::ZERO)).await.unwrap_err();
    assert!(refused.message.ends_with("was not asked again"), "{}", refused.message);
    assert!((60..62).contains(&began.elapsed().as_secs()), "{:?}", began.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_service_never_holds_all_permits_over_many_regions() {
    let pace = RateLimiter::new(RATES, &CallOptions::default());
    let list = Call::new("rds", "DescribeDBInstances");
    let hang = |region: &'static str| pace.call(&list, region, std::future::pending::<Nothing>());
    let regions = ["eu-west-1", "eu-west-2", "eu-central-1", "us-east-1", "us-east-2", "us-west-2"];
    let hanging = join_all(regions.iter().flat_map(|region| (0..20).map(|_| hang(region))));
    let other = async {
        tokio::time::sleep(Duration::from_secs(30)).await;
        pace.call(&LIST, "eu-west-1", simulated_request(Duration::from_millis(1))).await
    };
    tokio::select! {
        _ = hanging => panic!("they hang"),
        answer = tokio::time::timeout(Duration::from_mins(1), other) => assert!(answer.unwrap().is_ok()),
    }
}
