//! Runs that panics and interruptions break off: the rest is kept, and gaps say what is missing.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::super::aws::{Call, Context, Named, Patience, Scan};
use super::super::cutoff::{Cutoff, Interrupter, Interruption};
use super::super::session::Session;
use super::super::{Allowed, Collecting, Kind, Reach, Wanted};
use super::{Event, Found, Run, Watcher};
use crate::facts::logs::LogGroup;
use crate::snapshot::GapReason;

const CALL: Call = Call::new("logs", "DescribeLogGroups");

const fn kind(name: &'static str, collect: fn(Context) -> Collecting) -> Kind {
    Kind { name, reach: Reach::Regional, calls: &[&CALL], after: [None; 4], billed: false, collect }
}

static FINE: Kind = kind("logs.log_group", |ctx| Box::pin(async move { push(&ctx, "fine") }));
static PANICS: Kind = kind("panics", |_| Box::pin(async { panic!("index out of bounds") }));
static FOLLOWS: Kind = Kind {
    after: [Some("panics"), Some("logs.log_group"), None, None],
    ..kind("follows", |ctx| Box::pin(async move { push(&ctx, &format!("after {}", ctx.before.resources.len())) }))
};
static HANGS: Kind = kind("hangs", |ctx| {
    Box::pin(async move {
        push(&ctx, "first page");
        std::future::pending::<()>().await;
    })
});

fn push(ctx: &Context, id: &str) {
    ctx.push(Named { arn: id.to_owned(), id: id.to_owned(), ..Named::default() }, LogGroup::default());
}

struct Silent;

impl Watcher for Silent {
    fn hear(&self, _: Event<'_>) {}
}

async fn found(kinds: &[&'static Kind], interruption: Interruption) -> Found {
    let (session, wanted) = (Session::offline(), Wanted::default());
    let run = Run {
        session: &session,
        scan: Arc::new(Scan::new(&Patience::default(), Timestamp::UNIX_EPOCH)),
        wanted: &wanted,
        allowed: Allowed::default(),
        taken_at: Timestamp::UNIX_EPOCH,
        cutoff: Cutoff::new(None, interruption),
    };
    run.kinds_of("eu-west-1", kinds, &Silent).await
}

fn ids(found: &Found) -> Vec<&str> {
    found.resources.iter().map(|resource| resource.id.as_str()).collect()
}

#[tokio::test]
async fn a_collector_that_panics_leaves_a_gap_and_the_rest() {
    let found = found(&[&FINE, &PANICS, &FOLLOWS], Interruption::never()).await;
    assert_eq!(ids(&found), ["fine", "after 1"]);
    let gap = &found.gaps[0];
    assert_eq!((found.gaps.len(), gap.reason, gap.kinds[0].as_str()), (1, GapReason::Failed, "panics"));
    assert_eq!(gap.message, "waaudit has a bug here: index out of bounds");
}

#[tokio::test(start_paused = true)]
async fn an_interruption_ends_collecting_and_keeps_what_was_read() {
    let (interrupter, interruption) = Interrupter::new();
    let interrupt = async {
        tokio::time::sleep(Duration::from_secs(5)).await;
        interrupter.interrupt()
    };
    let kinds: [&'static Kind; 2] = [&FINE, &HANGS];
    let (found, _) = futures::join!(found(&kinds, interruption), interrupt);
    assert_eq!(ids(&found), ["fine", "first page"]);
    let gap = &found.gaps[0];
    assert_eq!((found.gaps.len(), gap.reason, gap.kinds[0].as_str()), (1, GapReason::OutOfTime, "hangs"));
    assert_eq!(gap.message, "the scan was interrupted before it was done");
}
