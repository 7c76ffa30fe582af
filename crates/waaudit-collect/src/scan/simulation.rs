//! A scan of a made-up account on a paused clock: the real schedule and rate limiter, and calls that AWS answers after a
//! fixed time. It tells how near a scan comes to the shortest that AWS allows, for sizes that no emulator bears.
//!
//! No scan is shorter than its slowest bucket's tokens take to come, nor than its longest chain of answers that wait for
//! one another. Both follow from the declarations and the account. It reads nothing of the facts.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use futures::future::join_all;
use jiff::Timestamp;
use tokio::time::Instant;

use super::order::slowest_first;
use super::{Event, Run, Watcher, lives};
use crate::call::Call;
use crate::call::options::CallOptions;
use crate::kind::{Allowed, Collecting, Kind, Reach, Wanted};
use crate::rate_limit::simulated_request;
use crate::registry::{KINDS, RATES, allowance};
use crate::transport::bounded::run_bounded;
use crate::transport::collector_context::{Context, Scan};
use crate::transport::cutoff::{Cutoff, Interruption};
use crate::transport::session::Session;
use waaudit_model::snapshot::GLOBAL;

/// What a call takes.
const LATENCY: Duration = Duration::from_millis(150);
/// Resources in an answer.
const PAGE: usize = 100;
/// The first region has so many of a hundred resources, and the second; the others share the rest.
const LARGE_REGIONS: [usize; 2] = [40, 20];
const REGIONS: [&str; 17] = [
    "eu-west-1",
    "us-east-1",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ca-central-1",
    "eu-central-1",
    "eu-north-1",
    "eu-west-2",
    "eu-west-3",
    "sa-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
];

/// Of 10,000 resources, how many are of a kind. Of other kinds there are none, but their lists are read.
const OF_TEN_THOUSAND: &[(&str, usize)] = &[
    ("ec2.instance", 1200),
    ("ec2.volume", 1600),
    ("ec2.network_interface", 2000),
    ("ec2.security_group", 600),
    ("ec2.snapshot", 1500),
    ("ec2.subnet", 200),
    ("logs.log_group", 800),
    ("lambda.function", 400),
    ("lambda.concurrency", 40),
    ("lambda.function_url", 400),
    ("cloudwatch.alarm", 400),
    ("sqs.queue", 150),
    ("s3.bucket", 200),
    ("dynamodb.table", 100),
    ("ecs.service", 60),
    ("ecs.task_definition", 60),
    ("elb.load_balancer", 30),
    ("elb.target_group", 60),
    ("rds.db_instance", 50),
    ("rds.parameter_group", 5),
    ("events.rule", 60),
    ("efs.file_system", 10),
    ("eks.cluster", 3),
    ("eks.nodegroup", 6),
    ("cloudfront.distribution", 10),
    ("wafv2.web_acl", 2),
    ("sns.topic", 20),
    ("apigateway.stage", 14),
    ("route53.record", 20),
];

tokio::task_local! {
    /// Resources of the account.
    static RESOURCES: usize;
}

/// How a simulated scan went.
#[derive(Debug)]
pub struct Simulated {
    /// Requests sent.
    pub calls: u64,
    /// Seconds that it took.
    pub seconds: f64,
    /// Seconds that the longest chain of answers takes.
    pub chain: f64,
    /// Seconds that the slowest bucket's tokens take to come, and its name.
    pub slowest: (f64, String),
}

impl Simulated {
    /// How many times as long as the shortest that AWS allows.
    pub fn times_ideal(&self) -> f64 {
        self.seconds / self.chain.max(self.slowest.0)
    }
}

struct Silent;

impl Watcher for Silent {
    fn hear(&self, _: Event<'_>) {}
}

/// Scans an account with so many resources in 17 regions. The clock of the runtime has to be paused.
pub async fn simulated(resources: usize) -> Simulated {
    RESOURCES.scope(resources, run(resources)).await
}

impl<'r> Run<'r> {
    /// One that asks no account.
    pub(super) fn offline(session: &'r Session, wanted: &'r Wanted, interruption: Interruption) -> Self {
        Self {
            session,
            scan: Arc::new(Scan::new(RATES, &CallOptions::default(), Timestamp::UNIX_EPOCH)),
            wanted,
            allowed: Allowed::default(),
            taken_at: Timestamp::UNIX_EPOCH,
            cutoff: Cutoff::new(None, interruption),
        }
    }
}

async fn run(resources: usize) -> Simulated {
    let kinds: Vec<&'static Kind> = KINDS.iter().filter(|kind| !kind.billed).map(stand_in).collect();
    let kinds = slowest_first(&kinds);
    let (session, wanted) = (Session::offline(), Wanted::default());
    let run = Run::offline(&session, &wanted, Interruption::never());
    let began = Instant::now();
    let places = || REGIONS.into_iter().chain([GLOBAL]);
    join_all(places().map(|place| run.kinds_of(place, &kinds, &Silent))).await;
    let here =
        |place: &'static str| kinds.iter().filter(move |kind| lives(kind, place)).map(move |kind| (*kind, place));
    let chains = places().flat_map(here).map(|(kind, place)| chain(kind, place, &kinds, resources));
    Simulated {
        calls: run.scan.rate_limiter.effort().calls.values().sum(),
        seconds: began.elapsed().as_secs_f64(),
        chain: chains.fold(0.0, f64::max),
        slowest: slowest_bucket(places().flat_map(here), resources),
    }
}

/// The kind with calls of the same names, in the number that its real function would make.
fn stand_in(kind: &Kind) -> &'static Kind {
    let stand_in = Kind { collect: collected, ..*kind };
    Box::leak(Box::new(stand_in))
}

fn collected(ctx: Context) -> Collecting {
    Box::pin(async move {
        let reach = if &*ctx.region == GLOBAL { Reach::Global } else { Reach::Regional };
        let Some(kind) = KINDS.iter().find(|kind| kind.name == ctx.kind && kind.reach == reach) else { return };
        let work = Work::of(kind, &ctx.region, RESOURCES.get());
        for _ in 0..work.pages {
            made(&ctx, work.list).await;
        }
        run_bounded((0..work.resources).map(|_| async {
            for call in work.details {
                made(&ctx, Some(call)).await;
            }
        }))
        .await;
    })
}

async fn made(ctx: &Context, call: Option<&'static Call>) {
    if let Some(call) = call {
        // Every call is answered.
        let _ = ctx.gated(call, simulated_request(LATENCY)).await;
    }
}

/// The calls of a kind in a place: pages of its list, then the others for each resource. A kind that starts from another
/// lists nothing.
struct Work {
    list: Option<&'static Call>,
    pages: usize,
    details: &'static [&'static Call],
    resources: usize,
}

impl Work {
    fn of(kind: &Kind, place: &str, account: usize) -> Self {
        let resources = resources_of(kind.name, place, account);
        let starts_from_another = kind.after.iter().any(Option::is_some);
        let (list, details) = match kind.calls {
            [list, details @ ..] if !starts_from_another => (Some(*list), details),
            details => (None, details),
        };
        let pages = if list.is_some() { resources.div_ceil(PAGE).max(1) } else { 0 };
        Self { list, pages, details, resources }
    }
}

fn resources_of(kind: &str, place: &str, account: usize) -> usize {
    let of_kind =
        OF_TEN_THOUSAND.iter().find(|(name, _)| *name == kind).map_or(0, |(_, count)| count * account / 10_000);
    let rest = 100 - LARGE_REGIONS.iter().sum::<usize>();
    match REGIONS.iter().position(|region| *region == place) {
        None => of_kind,
        Some(number) => match LARGE_REGIONS.get(number) {
            Some(percent) => of_kind * percent / 100,
            None => of_kind * rest / 100 / (REGIONS.len() - LARGE_REGIONS.len()),
        },
    }
}

/// Seconds of a kind's calls that wait for one another, and of those that it starts from.
fn chain(kind: &Kind, place: &str, kinds: &[&'static Kind], account: usize) -> f64 {
    let work = Work::of(kind, place, account);
    let details = if work.resources == 0 { 0 } else { work.details.len() };
    let own = LATENCY.mul_f64(count(work.pages + details)).as_secs_f64();
    let parents = kinds.iter().filter(|other| kind.after.contains(&Some(other.name)) && lives(other, place));
    own + parents.map(|parent| chain(parent, place, kinds, account)).fold(0.0, f64::max)
}

/// The bucket whose tokens take longest to come.
fn slowest_bucket<'k>(kinds: impl Iterator<Item = (&'k Kind, &'k str)>, account: usize) -> (f64, String) {
    let mut calls: BTreeMap<String, (f64, f64, usize)> = BTreeMap::new();
    for (kind, place) in kinds {
        let work = Work::of(kind, place, account);
        let list = work.list.into_iter().map(|call| (call, work.pages));
        for (call, times) in list.chain(work.details.iter().map(|call| (*call, work.resources))) {
            let allowance = allowance(call);
            let place = if allowance.global { "" } else { place };
            let share = CallOptions::default().share;
            let burst = (f64::from(allowance.burst) * share).floor().max(1.0);
            let bucket = calls.entry(format!("{} {place}", allowance.bucket));
            bucket.or_insert((allowance.refill * share, burst, 0)).2 += times;
        }
    }
    let took = calls.into_iter().map(|(name, (rate, burst, calls))| ((count(calls) - burst).max(0.0) / rate, name));
    took.max_by(|a, b| a.0.total_cmp(&b.0)).unwrap_or_default()
}

#[allow(clippy::cast_precision_loss, reason = "counts of calls are far below 2^52")]
fn count(number: usize) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests {
    use super::simulated;

    #[tokio::test(start_paused = true)]
    async fn a_scan_takes_little_more_than_aws_makes_it() {
        for resources in [1000, 10_000] {
            let scan = simulated(resources).await;
            assert!(scan.times_ideal() < 1.2, "{resources}: {scan:?}");
        }
    }
}
