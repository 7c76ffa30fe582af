//! Many calls of one class against an AWS in process, on a paused clock: no call is lost, and none costs more than it has to.

mod constant_shares;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_elasticloadbalancing::Client;
use aws_sdk_sts::config::StalledStreamProtectionConfig;
use aws_sdk_sts::config::retry::RetryConfig;
use aws_smithy_async::rt::sleep::{SharedAsyncSleep, TokioSleep};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use aws_types::SdkConfig;
use aws_types::region::Region;
use futures::future::join_all;
use tokio::time::{Instant, sleep};

use super::HttpMiddleware;
use crate::call::Call;
use crate::call::errors::Failed;
use crate::call::options::CallOptions;
use crate::rate_limit::RateLimiter;
use crate::registry::RATES;
use waaudit_model::gap::GapReason;

const REGION: &str = "eu-west-1";
/// Reads of this service share ten calls a second, of which a scan takes five.
const CALL: Call = Call::new("elasticloadbalancing", "DescribeLoadBalancerAttributes");
const A_SECOND: f64 = 5.0;

/// What a request meets.
#[derive(Clone, Copy)]
enum Fate {
    Answer,
    Throttle,
    Fault,
    Cut,
    Hang,
}

/// The fate of the n-th request (from one), and how long it takes.
type Script = Arc<dyn Fn(u32) -> (Fate, Duration) + Send + Sync>;

const QUICK: Duration = Duration::from_millis(150);

const OK: &str = "<DescribeLoadBalancerAttributesResponse><DescribeLoadBalancerAttributesResult><LoadBalancerAttributes/></DescribeLoadBalancerAttributesResult></DescribeLoadBalancerAttributesResponse>";

fn error(code: &str) -> String {
    format!("<ErrorResponse><Error><Code>{code}</Code><Message>says AWS</Message></Error></ErrorResponse>")
}

/// An AWS in process.
#[derive(Clone)]
struct Scripted {
    script: Script,
    requests: Arc<AtomicU32>,
}

impl fmt::Debug for Scripted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Scripted")
    }
}

impl HttpClient for Scripted {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Scripted {
    fn call(&self, _: HttpRequest) -> HttpConnectorFuture {
        let (fate, time) = (self.script)(self.requests.fetch_add(1, Ordering::SeqCst) + 1);
        HttpConnectorFuture::new(async move {
            sleep(time).await;
            let (status, body) = match fate {
                Fate::Answer => (200, OK.to_owned()),
                Fate::Throttle => (400, error("Throttling")),
                Fate::Fault => (500, error("InternalFailure")),
                Fate::Cut => return Err(ConnectorError::io("connection reset".into())),
                Fate::Hang => std::future::pending().await,
            };
            Ok(HttpResponse::new(status.try_into().unwrap(), SdkBody::from(body)))
        })
    }
}

/// What became of calls that were all made at once.
struct Outcome {
    failed: Vec<Failed>,
    requests: u32,
    seconds: f64,
}

async fn outcome(calls: u32, script: impl Fn(u32) -> (Fate, Duration) + Send + Sync + 'static) -> Outcome {
    outcome_of(&CALL, CallOptions::default(), calls, script).await
}

/// The same for calls that share another allowance.
async fn outcome_of(
    call: &Call,
    call_options: CallOptions,
    calls: u32,
    script: impl Fn(u32) -> (Fate, Duration) + Send + Sync + 'static,
) -> Outcome {
    let requests = Arc::<AtomicU32>::default();
    let scripted = Scripted { script: Arc::new(script), requests: Arc::clone(&requests) };
    let credentials = Credentials::new("AKIA111122223333", "secret", None, None, "test");
    let config = SdkConfig::builder()
        .behavior_version(aws_sdk_sts::config::BehaviorVersion::latest())
        .region(Region::new(REGION))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .http_client(HttpMiddleware::new(SharedHttpClient::new(scripted)))
        .sleep_impl(SharedAsyncSleep::new(TokioSleep::new()))
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
        .retry_config(RetryConfig::standard().with_max_attempts(CallOptions::default().attempts))
        .build();
    let (client, pace) = (Client::new(&config), RateLimiter::new(RATES, &call_options));
    let began = Instant::now();
    let all = (0..calls).map(|n| {
        let request = client.describe_load_balancer_attributes().load_balancer_name(n.to_string());
        pace.call(call, REGION, request.send())
    });
    let answers = join_all(all).await;
    let seconds = began.elapsed().as_secs_f64();
    let failed = answers.into_iter().filter_map(Result::err).collect();
    Outcome { failed, requests: requests.load(Ordering::SeqCst), seconds }
}

/// What so many requests take at the class's rate.
fn at_the_rate(requests: u32) -> f64 {
    f64::from(requests) / A_SECOND
}

#[tokio::test(start_paused = true)]
async fn twenty_of_five_hundred_calls_throttled_once_cost_twenty_calls() {
    let all = outcome(500, |n| (if n % 25 == 0 { Fate::Throttle } else { Fate::Answer }, QUICK)).await;
    assert_eq!((all.failed, all.requests), (Vec::new(), 520));
    assert!(all.seconds < at_the_rate(520) * 1.1, "{} s", all.seconds);
}

#[tokio::test(start_paused = true)]
async fn a_slow_class_with_every_tenth_answer_a_throttle_loses_no_call() {
    let all = outcome(700, |n| (if n % 10 == 0 { Fate::Throttle } else { Fate::Answer }, QUICK * 10)).await;
    assert_eq!((all.failed, all.requests), (Vec::new(), 777));
    assert!(all.seconds < at_the_rate(777) * 1.1, "{} s", all.seconds);
}

#[tokio::test(start_paused = true)]
async fn calls_that_are_all_throttled_at_first_are_answered_later() {
    let all = outcome(700, |n| (if n <= 60 { Fate::Throttle } else { Fate::Answer }, QUICK)).await;
    assert_eq!(all.failed, Vec::new());
    assert!(all.seconds < at_the_rate(760) * 1.6, "{} s", all.seconds);
}

#[tokio::test(start_paused = true)]
async fn every_second_answer_a_throttle_is_slow_and_loses_next_to_nothing() {
    let all = outcome(400, |n| (if n % 2 == 0 { Fate::Throttle } else { Fate::Answer }, QUICK)).await;
    // Ten in a row for one call, by one chance in a thousand.
    assert!(all.failed.len() <= 4, "{:?}", all.failed);
    assert!(all.seconds < at_the_rate(800) * 9.0, "{} s", all.seconds);
}

#[tokio::test(start_paused = true)]
async fn faults_and_lost_connections_cost_their_repetition() {
    let script = |n: u32| match n % 20 {
        0 => (Fate::Fault, QUICK),
        10 => (Fate::Cut, QUICK),
        _ => (Fate::Answer, QUICK),
    };
    let all = outcome(500, script).await;
    assert_eq!(all.failed, Vec::new());
    assert!(all.seconds < at_the_rate(all.requests) * 1.1, "{} s", all.seconds);
}

#[tokio::test(start_paused = true)]
async fn calls_that_hang_take_one_timeout_together() {
    let all = outcome(500, |_| (Fate::Hang, QUICK)).await;
    assert_eq!(all.failed.len(), 500);
    assert!(all.failed.iter().all(|failed| failed.reason == GapReason::TimedOut));
    assert_eq!(all.failed.iter().filter(|failed| failed.message == "no answer within 60 s").count(), 16);
    assert!((60.0..70.0).contains(&all.seconds), "{} s", all.seconds);
}

#[tokio::test(start_paused = true)]
async fn one_hanging_call_costs_itself_alone() {
    let all = outcome(200, |n| (if n == 50 { Fate::Hang } else { Fate::Answer }, QUICK)).await;
    assert_eq!((all.failed.len(), all.requests), (1, 200), "{} s", all.seconds);
    assert!(all.seconds < 110.0, "{} s", all.seconds);
}

#[tokio::test(start_paused = true)]
async fn what_fails_to_the_end_is_told_in_the_words_of_aws() {
    let throttled = outcome(1, |_| (Fate::Throttle, QUICK)).await;
    assert_eq!(
        (throttled.requests, throttled.failed[0].reason),
        (CallOptions::default().attempts, GapReason::Throttled)
    );
    assert_eq!(throttled.failed[0].message, "Throttling: says AWS");
    // Backing off after faults takes the call's own time, and may use it up before the attempts.
    let faulty = outcome(1, |_| (Fate::Fault, QUICK)).await;
    assert!((5..=CallOptions::default().attempts).contains(&faulty.requests), "{}", faulty.requests);
    assert_eq!(
        (faulty.failed[0].reason, faulty.failed[0].message.as_str()),
        (GapReason::Failed, "InternalFailure: says AWS")
    );
    let cut = outcome(1, |_| (Fate::Cut, QUICK)).await;
    assert!((5..=CallOptions::default().attempts).contains(&cut.requests), "{}", cut.requests);
    assert_eq!(cut.failed[0].reason, GapReason::Unreachable);
}
