//! The run over all kinds and regions, side by side, into a snapshot.
//!
//! Each kind in each region is one task; a task that starts from another kind's output waits for that one alone, and
//! the kinds that AWS answers slowest go first. A task that fails or panics costs its own facts and nothing else; what a
//! deadline or an interruption cuts short is gaps. It reports progress to an observer and knows nothing of terminals.

#[doc(hidden)]
mod order;
pub mod simulation;

use std::any::Any;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures::FutureExt;
use futures::future::{BoxFuture, Shared, join_all};
use jiff::Timestamp;

use self::order::slowest_first;
use crate::call::Call;
use crate::kind::{Allowed, Kind, Reach, Wanted};
use crate::metrics::{GET_METRIC_DATA, leave_out, measure};
use crate::registry::RATES;
use crate::tags::TagList;
use crate::transport::collector_context::{Before, Collected, Context, Scan};
use crate::transport::cutoff::{Cutoff, Interruption};
use crate::transport::session::Session;
use crate::{regions, tags};
use waaudit_model::error::Failure;
use waaudit_model::gap::{Gap, GapReason};
use waaudit_model::snapshot::{
    GLOBAL, MetricsAsked, Resource, ResourceType, SNAPSHOT_VERSION, Snapshot, Tagged as TaggedCount,
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
    let scan = Arc::new(Scan::new(RATES, &session.call_options, taken_at));
    let cutoff = Cutoff::new(session.call_options.deadline, interruption);
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
    let asked_tags = tags::Asked::by(wanted);
    let of_tags = join_all(tagged.iter().map(|region| run.tags(region, &asked_tags)));
    let (found, tags) = futures::join!(of_places, of_tags);
    let tags: BTreeMap<&str, Tagged> = tagged.iter().map(String::as_str).zip(tags).collect();
    let mut requested = 0;
    for (found, asked) in found {
        snapshot.resources.extend(found.resources);
        snapshot.gaps.extend(found.gaps);
        requested += asked;
    }
    snapshot.metrics = (allowed.metrics && !wanted.metrics.is_empty()).then(|| MetricsAsked::new(requested));
    let global_region = session.global_region();
    for resource in &mut snapshot.resources {
        let region = if resource.region == GLOBAL { &global_region } else { &resource.region };
        let list = tags.get(region.as_str()).and_then(|tagged| tagged.list.as_ref());
        asked_tags.tag(resource, list);
    }
    snapshot.account.alias = alias(&snapshot.resources);
    snapshot.tagged = wanted.inventory.then(|| counted(&tags));
    let silent = silent_regions(&snapshot.gaps, &snapshot.resources, &tags);
    let silent = run.without_answer(silent, &places).await;
    tell_apart_missing_services(&mut snapshot.gaps, &silent);
    snapshot.gaps.extend(tags.into_values().flat_map(|tagged| tagged.gaps));
    snapshot.effort = Some(run.scan.rate_limiter.effort());
    snapshot.sort();
    Ok(snapshot)
}

fn lives(kind: &Kind, place: &str) -> bool {
    (kind.reach == Reach::Global) == (place == GLOBAL)
}

fn alias(resources: &[Resource]) -> Option<String> {
    let account = resources.iter().find(|resource| resource.kind == "account")?;
    account.facts.get("alias")?.as_str().map(str::to_owned)
}

/// The tag list of a region, if all of it could be read.
struct Tagged {
    list: Option<TagList>,
    gaps: Vec<Gap>,
}

/// How many resources of each type have tags, by region. Of a list that was cut short nothing is counted.
fn counted(tags: &BTreeMap<&str, Tagged>) -> Vec<TaggedCount> {
    let mut counts: BTreeMap<(&ResourceType, &str), usize> = BTreeMap::new();
    for (region, tagged) in tags {
        let listed = tagged.list.iter().flat_map(|list| &list.counts);
        counts.extend(listed.map(|(of, count)| ((of, *region), *count)));
    }
    let counts = counts.into_iter();
    counts
        .map(|((of, region), count)| TaggedCount { resource_type: of.clone(), region: region.to_owned(), count })
        .collect()
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
    fn context(&self, kind: &'static str, place: &str, before: Before) -> Context {
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
        let context = self.context("region", GLOBAL, Before::default());
        let enabled = self.within(&context, &[&regions::LIST_REGIONS], regions::enabled(&context)).await.ok().flatten();
        let mut missing: Vec<Gap> = context.take_collected().gaps.into_iter().collect();
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
    async fn place(&self, place: &str, kinds: &[&'static Kind], watcher: &dyn Watcher) -> (Collected, usize) {
        let mut found = self.kinds_of(place, kinds, watcher).await;
        let requested = self.measure(&mut found).await;
        (found, requested)
    }

    /// Measures what was found. A list may span regions, and a metric lives where its resource does.
    async fn measure(&self, found: &mut Collected) -> usize {
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
            let context = self.context("metrics", &region, Before::default());
            let measuring = measure(&context, metrics, self.taken_at, &mut resources);
            let requested = self.within(&context, &[&GET_METRIC_DATA], measuring).await;
            let requested = requested.unwrap_or_else(|why| {
                leave_out(metrics, &why, &mut resources);
                0
            });
            (resources, context.take_collected().gaps, requested)
        });
        let mut requested = 0;
        for (resources, gaps, asked) in join_all(of_regions).await {
            found.resources.extend(resources);
            found.gaps.extend(gaps);
            requested += asked;
        }
        requested
    }

    async fn kinds_of(&self, place: &str, kinds: &[&'static Kind], watcher: &dyn Watcher) -> Collected {
        let mut running: HashMap<&str, Shared<BoxFuture<'_, Arc<Collected>>>> = HashMap::new();
        let mut tasks = Vec::new();
        for kind in kinds.iter().copied().filter(|kind| lives(kind, place)) {
            let before = kind.after.iter().flatten().filter_map(|name| running.get(name).cloned()).collect();
            let task = self.task(kind, place, before, watcher).boxed().shared();
            running.insert(kind.name, task.clone());
            tasks.push(task);
        }
        // Each output has one owner then, and need not be copied.
        drop(running);
        let mut all = Collected::default();
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
        before: Vec<Shared<BoxFuture<'_, Arc<Collected>>>>,
        watcher: &dyn Watcher,
    ) -> Arc<Collected> {
        let context = self.context(kind.name, place, Before::new(join_all(before).await));
        if kind.billed && !self.allowed.billed_calls {
            context.leave_out_billed(kind.calls);
        } else {
            // A gap says why it was not done.
            let _ = self.within(&context, kind.calls, (kind.collect)(context.clone())).await;
        }
        watcher.hear(Event::Done { kind: kind.name, region: place });
        Arc::new(context.take_collected())
    }

    async fn tags(&self, region: &str, asked: &tags::Asked) -> Tagged {
        let context = self.context("tags", region, Before::default());
        let list = self.within(&context, &[&tags::GET_RESOURCES], tags::list(&context, asked)).await.ok().flatten();
        Tagged { list, gaps: context.take_collected().gaps.into_iter().collect() }
    }

    /// The regions among these in which AWS does not answer. What is no place that is looked at can't be asked.
    async fn without_answer(&self, regions: BTreeSet<String>, places: &[&str]) -> BTreeSet<String> {
        let asked = regions.into_iter().map(async |region| {
            let context = self.context("tags", &region, Before::default());
            let is_place = places.contains(&region.as_str());
            let asking = self.within(&context, &[], tags::is_answered(&context));
            let is_answered = is_place && asking.await.unwrap_or(false);
            (!is_answered).then_some(region)
        });
        join_all(asked).await.into_iter().flatten().collect()
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

/// Regions in which a service's name can't be looked up, and no call is known to have been answered.
fn silent_regions(gaps: &[Gap], resources: &[Resource], tags: &BTreeMap<&str, Tagged>) -> BTreeSet<String> {
    let with_tags = tags.iter().filter(|(_, tagged)| tagged.list.as_ref().is_some_and(|list| list.is_read));
    let with_tags = with_tags.map(|(region, _)| *region);
    let answered: BTreeSet<&str> = resources.iter().map(|resource| resource.region.as_str()).chain(with_tags).collect();
    let missing = gaps.iter().filter(|gap| gap.reason == GapReason::NotInRegion).map(|gap| &gap.region);
    missing.filter(|region| !answered.contains(region.as_str())).cloned().collect()
}

/// A name that can't be looked up means "no such service there" only where other services of the region answered;
/// without any answer it is our network that is broken.
fn tell_apart_missing_services(gaps: &mut [Gap], silent: &BTreeSet<String>) {
    for gap in gaps.iter_mut().filter(|gap| gap.reason == GapReason::NotInRegion) {
        if silent.contains(&gap.region) {
            gap.reason = GapReason::Unreachable;
        }
    }
}

#[cfg(test)]
mod broken_off;

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::{Tagged, silent_regions, tell_apart_missing_services};
    use crate::tags::TagList;
    use waaudit_model::gap::{Gap, GapReason};

    fn missing(region: &str) -> Gap {
        Gap {
            service: "dax".to_owned(),
            operation: "DescribeClusters".to_owned(),
            action: "dax:DescribeClusters".to_owned(),
            region: region.to_owned(),
            reason: GapReason::NotInRegion,
            message: "dns error".to_owned(),
            request_id: None,
            kinds: vec!["dax.cluster".to_owned()],
            resources: Vec::new(),
            count: 1,
        }
    }

    #[test]
    fn a_name_that_can_not_be_looked_up_is_a_missing_service_only_where_others_answer() {
        let mut gaps = ["ap-south-2", "eu-west-1", "us-east-1"].map(missing);
        let read = |is_read| Tagged { list: Some(TagList { is_read, ..TagList::default() }), gaps: Vec::new() };
        let tags = BTreeMap::from([("us-east-1", read(true)), ("eu-west-1", read(false))]);
        let silent = silent_regions(&gaps, &[], &tags);
        assert_eq!(silent.iter().collect::<Vec<_>>(), ["ap-south-2", "eu-west-1"]);
        tell_apart_missing_services(&mut gaps, &BTreeSet::from(["eu-west-1".to_owned()]));
        let expected = [GapReason::NotInRegion, GapReason::Unreachable, GapReason::NotInRegion];
        assert_eq!(gaps.map(|gap| gap.reason), expected);
    }
}
