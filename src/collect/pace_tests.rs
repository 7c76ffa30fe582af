//! The pace of calls that send nothing: order, places, refusals.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use aws_sdk_sts::operation::get_caller_identity::GetCallerIdentityError;
use futures::future::join_all;

use super::super::aws::{Answer, Call, Patience};
use super::super::{KINDS, Kind};
use super::{IN_FLIGHT_A_SERVICE, Pace, jitter, slowest_first, slowness};
use crate::snapshot::GapReason;

const LIST: Call = Call::new("s3", "GetBucketVersioning");

type Nothing = Answer<(), GetCallerIdentityError>;

fn pace() -> Pace {
    Pace::new(&Patience { call: Duration::from_millis(40), ..Patience::default() })
}

#[tokio::test]
async fn a_service_never_holds_all_places() {
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

#[tokio::test]
async fn a_service_that_hangs_costs_the_patience_of_one_call_and_no_other_region() {
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

#[tokio::test]
async fn a_call_that_sends_nothing_takes_no_token() {
    let slow = Call::new("wafv2", "ListResourcesForWebACL");
    let pace = pace();
    let calls = (0..3).map(|_| pace.call(&slow, "eu-west-1", async { Nothing::Ok(()) }));
    // At one call in two seconds this would take four.
    let all = tokio::time::timeout(Duration::from_secs(1), join_all(calls));
    assert!(all.await.is_ok());
    assert!(pace.effort().calls.is_empty());
}

#[test]
fn the_slowest_kinds_start_first_and_none_before_what_it_starts_from() {
    let kinds: Vec<&'static Kind> = KINDS.iter().collect();
    let ordered = slowest_first(&kinds);
    assert_eq!(ordered.len(), kinds.len());
    // Web ACLs in scope CLOUDFRONT start from the distributions and their tenants.
    assert_eq!(
        ordered[..3].iter().map(|kind| kind.name).collect::<Vec<_>>(),
        ["cloudfront.distribution", "cloudfront.distribution_tenant", "wafv2.web_acl"]
    );
    for (n, kind) in ordered.iter().enumerate() {
        let mut before = kind.after.iter().flatten().map(|name| ordered.iter().position(|other| other.name == *name));
        assert!(before.all(|before| before < Some(n)), "{}", kind.name);
    }
    assert!(ordered.windows(2).all(|two| slowness(two[0], &kinds) >= slowness(two[1], &kinds)));
}

#[test]
fn a_jitter_is_between_nothing_and_all_and_differs() {
    let jitters: Vec<f64> = (0..20).map(|_| jitter()).collect();
    assert!(jitters.iter().all(|jitter| (0.0..=1.0).contains(jitter)));
    assert!(jitters.windows(2).any(|two| two[0].total_cmp(&two[1]).is_ne()));
}

#[tokio::test]
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
