//! The run over all kinds and regions, side by side, into a snapshot.
//!
//! Each kind in each region is one task; a task that starts from another kind's output waits for that one alone, and
//! the kinds that AWS answers slowest go first. A task that fails or panics costs its own facts and nothing else; what a
//! deadline or an interruption cuts short is gaps. It reports progress to an observer and knows nothing of terminals.

use std::any::Any;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures::FutureExt;
use futures::future::{BoxFuture, Shared, join_all};
use jiff::Timestamp;

use super::aws::{Call, Context, Found, Scan};
use super::cutoff::{Cutoff, Interruption};
use super::metrics::{GET_METRIC_DATA, leave_out, measure};
use super::pace::slowest_first;
use super::session::Session;
use super::{Allowed, Kind, Reach, Wanted, regions, tags};
use crate::exit::Failure;
use crate::snapshot::{
    GLOBAL, Gap, GapReason, MetricsAsked, Resource, ResourceType, SNAPSHOT_VERSION, Snapshot, Tagged as TaggedCount,
};

/// What happens during a run.
#[derive(Debug, Clone, Copy)]
pub enum Event<'a> {
    /// So many tasks in so many regions lie ahead.
    Planned {
        /// Tasks.
        tasks: usize,
        /// Regions.
        regions: usize,
    },
    /// A kind in a region is done.
    Done {
        /// The kind.
        kind: &'a str,
        /// The region, or "global".
        region: &'a str,
    },
}

/// Progress observer.
pub trait Watcher: Sync {
    /// Called on each event.
    fn hear(&self, event: Event<'_>);
}

/// Collects what is wanted in the regions asked for (all enabled ones where none are named), until an interruption.
pub async fn collect(
    session: &Session,
    wanted: &Wanted,
    allowed: Allowed,
    asked: &[String],
    taken_at: Timestamp,
    interruption: Interruption,
    watcher: &dyn Watcher,
) -> Result<Snapshot, Failure> {
    let kinds = slowest_first(&wanted.kinds);
    let scan = Arc::new(Scan::new(&session.patience, taken_at));
    let cutoff = Cutoff::new(session.patience.deadline, interruption);
    let run = Run { session, scan, wanted, allowed, taken_at, cutoff };
    let mut snapshot = Snapshot {
        snapshot_version: SNAPSHOT_VERSION,
        account: session.account.clone(),
        taken_at,
        regions: Vec::new(),
        kinds: kinds.iter().map(|kind| kind.name.to_owned()).collect(),
        resources: Vec::new(),
        gaps: Vec::new(),
        tagged: None,
        metrics: None,
        graph: crate::graph::Graph::default(),
        effort: None,
    };
    snapshot.regions = run.regions(asked, &kinds, &mut snapshot.gaps).await?;
    let places: Vec<&str> = snapshot.regions.iter().map(String::as_str).chain([GLOBAL]).collect();
    watcher.hear(Event::Planned {
        tasks: places.iter().map(|place| kinds.iter().filter(|kind| lives(kind, place)).count()).sum(),
        regions: snapshot.regions.len(),
    });
    let of_places = join_all(places.iter().map(|place| run.place(place, &kinds, watcher)));
    let tagged: BTreeSet<String> = snapshot.regions.iter().cloned().chain([session.global_region()]).collect();
    let of_tags = join_all(tagged.iter().map(|region| run.tags(region)));
    let (found, tags) = futures::join!(of_places, of_tags);
    let tags: BTreeMap<&str, Tagged> = tagged.iter().map(String::as_str).zip(tags).collect();
    let mut requested = 0;
    for (found, asked) in found {
        snapshot.resources.extend(found.resources);
        snapshot.gaps.extend(found.gaps);
        requested += asked;
    }
    snapshot.metrics = (allowed.metrics && !wanted.metrics.is_empty()).then(|| MetricsAsked::new(requested));
    for resource in &mut snapshot.resources {
        tag(resource, &tags, &session.global_region());
    }
    snapshot.account.alias = alias(&snapshot.resources);
    snapshot.tagged = Some(counted(&tags));
    tell_apart_missing_services(&mut snapshot.gaps, &snapshot.resources, &tags);
    snapshot.gaps.extend(tags.into_values().flat_map(|tagged| tagged.gaps));
    snapshot.effort = Some(run.scan.pace.effort());
    snapshot.sort();
    Ok(snapshot)
}

/// The output of several kinds as one.
fn together(found: Vec<Arc<Found>>) -> Arc<Found> {
    match &found[..] {
        [one] => Arc::clone(one),
        several => Arc::new(Found {
            resources: several.iter().flat_map(|found| &found.resources).cloned().collect(),
            gaps: several.iter().flat_map(|found| &found.gaps).cloned().collect(),
        }),
    }
}

fn lives(kind: &Kind, place: &str) -> bool {
    (kind.reach == Reach::Global) == (place == GLOBAL)
}

fn alias(resources: &[Resource]) -> Option<String> {
    let account = resources.iter().find(|resource| resource.kind == "account")?;
    account.facts.get("alias")?.as_str().map(str::to_owned)
}

/// The tags of a region by ARN, if all could be read.
struct Tagged {
    by_arn: Option<BTreeMap<String, tags::Tags>>,
    gaps: Vec<Gap>,
}

/// How many resources of each type have tags, by region. Of a list that was cut short nothing is counted.
fn counted(tags: &BTreeMap<&str, Tagged>) -> Vec<TaggedCount> {
    let mut counts: BTreeMap<(ResourceType, &str), usize> = BTreeMap::new();
    for (region, tagged) in tags {
        let arns = tagged.by_arn.iter().flat_map(BTreeMap::keys);
        for of in arns.filter_map(|arn| ResourceType::of_arn(arn)) {
            *counts.entry((of, region)).or_default() += 1;
        }
    }
    let counts = counts.into_iter();
    counts
        .map(|((resource_type, region), count)| TaggedCount { resource_type, region: region.to_owned(), count })
        .collect()
}

/// Gives a resource its tags where its own list did not carry them. A complete list that lacks it means no tags.
fn tag(resource: &mut Resource, tags: &BTreeMap<&str, Tagged>, global_region: &str) {
    let region = if resource.region == GLOBAL { global_region } else { &resource.region };
    if resource.tags.is_none()
        && tags::are_listed(&resource.arn)
        && let Some(by_arn) = tags.get(region).and_then(|tagged| tagged.by_arn.as_ref())
    {
        resource.tags = Some(by_arn.get(&resource.arn).cloned().unwrap_or_default());
    }
}

struct Run<'a> {
    session: &'a Session,
    scan: Arc<Scan>,
    wanted: &'a Wanted,
    allowed: Allowed,
    taken_at: Timestamp,
    cutoff: Cutoff,
}

impl Run<'_> {
    fn context(&self, kind: &'static str, place: &str, before: Arc<Found>) -> Context {
        let account = &self.session.account;
        let config = match place {
            GLOBAL => self.session.config_for(&self.session.global_region()),
            region => self.session.config_for(region),
        };
        Context::new(kind, place, &account.id, &account.partition, config, Arc::clone(&self.scan), before)
    }

    /// Work until the deadline or an interruption. Then no call starts. Where the work was not done, or panicked, its
    /// calls are gaps, and the error says why.
    async fn within<T>(&self, context: &Context, calls: &[&Call], work: impl Future<Output = T>) -> Result<T, String> {
        // What a panic leaves behind is what the context found, whole resources each.
        let work = AssertUnwindSafe(work).catch_unwind();
        let (reason, message) = tokio::select! {
            biased;
            why = self.cutoff.reached() => (GapReason::OutOfTime, why.to_owned()),
            done = work => match done {
                Ok(done) => return Ok(done),
                Err(panic) => (GapReason::Failed, format!("waaudit has a bug here: {}", words_of(&*panic))),
            },
        };
        context.broke_off(calls, reason, &message);
        Err(message)
    }

    /// The regions to look at. Where they can't be listed, the ones asked for or the home region, and a gap.
    async fn regions(
        &self,
        asked: &[String],
        kinds: &[&'static Kind],
        gaps: &mut Vec<Gap>,
    ) -> Result<Vec<String>, Failure> {
        let context = self.context("region", GLOBAL, Arc::default());
        let enabled = self.within(&context, &[&regions::LIST_REGIONS], regions::enabled(&context)).await.ok().flatten();
        let mut missing = context.take_found().gaps;
        let Some(enabled) = enabled else {
            // Named regions are a scope of their own; only "all of them" loses something.
            for gap in &mut missing {
                gap.kinds = if asked.is_empty() { unlisted_kinds(kinds) } else { Vec::new() };
                gap.region = if asked.is_empty() { "unlisted regions".to_owned() } else { GLOBAL.to_owned() };
            }
            gaps.extend(missing);
            let fallback = if asked.is_empty() { vec![self.session.home_region.clone()] } else { asked.to_vec() };
            return Ok(sorted(fallback));
        };
        let unknown: Vec<&str> =
            asked.iter().map(String::as_str).filter(|region| !enabled.iter().any(|name| name == region)).collect();
        if !unknown.is_empty() {
            let message =
                format!("no region {} is enabled for account {}", unknown.join(", "), self.session.account.id);
            return Err(Failure::new(message).help(format!("enabled: {}", enabled.join(" "))));
        }
        Ok(sorted(if asked.is_empty() { enabled } else { asked.to_vec() }))
    }

    /// All kinds that live in a place, and what there is to measure of them: that many series were asked for.
    async fn place(&self, place: &str, kinds: &[&'static Kind], watcher: &dyn Watcher) -> (Found, usize) {
        let mut found = self.kinds_of(place, kinds, watcher).await;
        let requested = self.measure(&mut found).await;
        (found, requested)
    }

    /// Measures what was found. A list may span regions, and a metric lives where its resource does.
    async fn measure(&self, found: &mut Found) -> usize {
        let metrics = &self.wanted.metrics;
        if !self.allowed.metrics {
            leave_out(metrics, "metrics were left out (--no-metrics)", &mut found.resources);
            return 0;
        }
        let mut by_region: BTreeMap<String, Vec<Resource>> = BTreeMap::new();
        for resource in std::mem::take(&mut found.resources) {
            by_region.entry(resource.region.clone()).or_default().push(resource);
        }
        let of_regions = by_region.into_iter().map(async |(region, mut resources)| {
            let context = self.context("metrics", &region, Arc::default());
            let measuring = measure(&context, metrics, self.taken_at, &mut resources);
            let requested = self.within(&context, &[&GET_METRIC_DATA], measuring).await;
            let requested = requested.unwrap_or_else(|why| {
                leave_out(metrics, &why, &mut resources);
                0
            });
            (resources, context.take_found().gaps, requested)
        });
        let mut requested = 0;
        for (resources, gaps, asked) in join_all(of_regions).await {
            found.resources.extend(resources);
            found.gaps.extend(gaps);
            requested += asked;
        }
        requested
    }

    async fn kinds_of(&self, place: &str, kinds: &[&'static Kind], watcher: &dyn Watcher) -> Found {
        let mut running: HashMap<&str, Shared<BoxFuture<'_, Arc<Found>>>> = HashMap::new();
        let mut tasks = Vec::new();
        for kind in kinds.iter().copied().filter(|kind| lives(kind, place)) {
            let before = kind.after.iter().flatten().filter_map(|name| running.get(name).cloned()).collect();
            let task = self.task(kind, place, before, watcher).boxed().shared();
            running.insert(kind.name, task.clone());
            tasks.push(task);
        }
        // Each output has one owner then, and need not be copied.
        drop(running);
        let mut all = Found::default();
        for found in join_all(tasks).await {
            let found = Arc::try_unwrap(found).unwrap_or_else(|shared| (*shared).clone());
            all.resources.extend(found.resources);
            all.gaps.extend(found.gaps);
        }
        all
    }

    async fn task(
        &self,
        kind: &'static Kind,
        place: &str,
        before: Vec<Shared<BoxFuture<'_, Arc<Found>>>>,
        watcher: &dyn Watcher,
    ) -> Arc<Found> {
        let context = self.context(kind.name, place, together(join_all(before).await));
        if kind.billed && !self.allowed.billed_calls {
            context.leave_out_billed(kind.calls);
        } else {
            // A gap says why it was not done.
            let _ = self.within(&context, kind.calls, (kind.collect)(context.clone())).await;
        }
        watcher.hear(Event::Done { kind: kind.name, region: place });
        Arc::new(context.take_found())
    }

    async fn tags(&self, region: &str) -> Tagged {
        let context = self.context("tags", region, Arc::default());
        let by_arn = self.within(&context, &[&tags::GET_RESOURCES], tags::by_arn(&context)).await.ok().flatten();
        Tagged { by_arn, gaps: context.take_found().gaps }
    }
}

/// What a panic says.
fn words_of(panic: &(dyn Any + Send)) -> &str {
    let owned = panic.downcast_ref::<String>().map(String::as_str);
    owned.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("a panic without words")
}

fn sorted(regions: Vec<String>) -> Vec<String> {
    regions.into_iter().collect::<BTreeSet<_>>().into_iter().collect()
}

fn unlisted_kinds(kinds: &[&'static Kind]) -> Vec<String> {
    let regional = kinds.iter().filter(|kind| kind.reach == Reach::Regional);
    regional.map(|kind| kind.name.to_owned()).chain(["region".to_owned()]).collect()
}

/// A name that can't be looked up means "no such service there" only where other services of the region answered;
/// without any answer it is our network that is broken.
fn tell_apart_missing_services(gaps: &mut [Gap], resources: &[Resource], tags: &BTreeMap<&str, Tagged>) {
    let with_tags = tags.iter().filter(|(_, tagged)| tagged.by_arn.is_some()).map(|(region, _)| *region);
    let answered: BTreeSet<&str> = resources.iter().map(|resource| resource.region.as_str()).chain(with_tags).collect();
    for gap in gaps.iter_mut().filter(|gap| gap.reason == GapReason::NotInRegion) {
        if !answered.contains(gap.region.as_str()) {
            gap.reason = GapReason::Unreachable;
        }
    }
}

#[cfg(test)]
#[path = "run_tests.rs"]
mod broken_off;

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{Tagged, tell_apart_missing_services};
    use crate::snapshot::{Gap, GapReason};

    fn reason_after(tags_answered: bool) -> GapReason {
        let gap = Gap {
            service: "dax".to_owned(),
            operation: "DescribeClusters".to_owned(),
            action: "dax:DescribeClusters".to_owned(),
            region: "ap-south-2".to_owned(),
            reason: GapReason::NotInRegion,
            message: "dns error".to_owned(),
            request_id: None,
            kinds: vec!["dax.cluster".to_owned()],
            resource: None,
        };
        let tagged = Tagged { by_arn: tags_answered.then(BTreeMap::new), gaps: Vec::new() };
        let mut gaps = [gap];
        tell_apart_missing_services(&mut gaps, &[], &BTreeMap::from([("ap-south-2", tagged)]));
        gaps[0].reason
    }

    #[test]
    fn a_name_that_can_not_be_looked_up_is_a_missing_service_only_where_others_answer() {
        assert_eq!(reason_after(true), GapReason::NotInRegion);
        assert_eq!(reason_after(false), GapReason::Unreachable);
    }
}
