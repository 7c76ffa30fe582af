//! Runs that panics and interruptions break off: the rest is kept, and gaps say what is missing.

use std::time::Duration;

use super::{Collected, Event, Run, Watcher};
use crate::call::Call;
use crate::kind::{Collecting, Kind, Reach, TagSource, Wanted};
use crate::transport::collector_context::{Context, ResourceId};
use crate::transport::cutoff::{Interrupter, Interruption};
use crate::transport::session::Session;
use waaudit_model::facts::logs::LogGroup;
use waaudit_model::gap::GapReason;

const CALL: Call = Call::new("logs", "DescribeLogGroups");

const fn kind(name: &'static str, collect: fn(Context) -> Collecting) -> Kind {
    Kind {
        name,
        reach: Reach::Regional,
        calls: &[&CALL],
        after: [None; 4],
        billed: false,
        tags: TagSource::Own,
        collect,
    }
}

static FINE: Kind = kind("logs.log_group", |ctx| Box::pin(async move { push(&ctx, "fine") }));
static PANICS: Kind = kind("panics", |_| Box::pin(async { panic!("index out of bounds") }));
static FOLLOWS: Kind = Kind {
    after: [Some("panics"), Some("logs.log_group"), None, None],
    ..kind("follows", |ctx| Box::pin(async move { push(&ctx, &format!("after {}", ctx.before.resources().count())) }))
};
static HANGS: Kind = kind("hangs", |ctx| {
    Box::pin(async move {
        push(&ctx, "first page");
        std::future::pending::<()>().await;
    })
});

static LOOKS: Kind = Kind {
    after: [Some("logs.log_group"), Some("panics"), None, None],
    ..kind("looks", |ctx| {
        Box::pin(async move {
            let places = ctx.before.resources().map(|resource| format!("{:?}", resource.arn.as_ptr()));
            places.for_each(|place| push(&ctx, &place));
        })
    })
};

fn push(ctx: &Context, id: &str) {
    ctx.push(ResourceId { arn: id.to_owned(), id: id.to_owned(), ..ResourceId::default() }, LogGroup::default());
}

struct Silent;

impl Watcher for Silent {
    fn hear(&self, _: Event<'_>) {}
}

async fn found(kinds: &[&'static Kind], interruption: Interruption) -> Collected {
    let (session, wanted) = (Session::offline(), Wanted::default());
    let run = Run::offline(&session, &wanted, interruption);
    run.kinds_of("eu-west-1", kinds, &Silent).await
}

fn ids(found: &Collected) -> Vec<&str> {
    found.resources.iter().map(|resource| resource.id.as_str()).collect()
}

#[tokio::test]
async fn a_collector_that_panics_leaves_a_gap_and_the_rest() {
    let found = found(&[&FINE, &PANICS, &FOLLOWS], Interruption::never()).await;
    assert_eq!(ids(&found), ["fine", "after 1"]);
    let gap = found.gaps.iter().next().unwrap();
    assert_eq!((found.gaps.iter().count(), gap.reason, gap.kinds[0].as_str()), (1, GapReason::Failed, "panics"));
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
    let gap = found.gaps.iter().next().unwrap();
    assert_eq!((found.gaps.iter().count(), gap.reason, gap.kinds[0].as_str()), (1, GapReason::OutOfTime, "hangs"));
    assert_eq!(gap.message, "the scan was interrupted before it was done");
}

#[tokio::test]
async fn resources_are_lent_to_the_kinds_that_start_from_them_and_held_once() {
    let found = found(&[&FINE, &PANICS, &LOOKS, &FOLLOWS], Interruption::never()).await;
    let fine = found.resources.iter().find(|resource| resource.id == "fine").unwrap();
    let seen = found.resources.iter().find(|resource| resource.id.starts_with("0x")).unwrap();
    assert_eq!(seen.id, format!("{:?}", fine.arn.as_ptr()));
}
