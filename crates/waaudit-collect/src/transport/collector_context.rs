//! The collectors' access to AWS: calls are made, and errors turned into gaps, here and in `pages` alone.
//!
//! A collector passes a call and gets an answer or nothing; it never sees an error. `rate_limit` decides when a call is
//! made, `attempts` how often it is tried. What it must not know: any kind, fact or rule.

use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;

use super::single_flight::Answers;
use crate::call::errors::Failed;
use crate::call::options::CallOptions;
use crate::call::{Answer, Call, OperationError};
use crate::rate_limit::{RateLimiter, Rates};
use aws_types::SdkConfig;
use waaudit_model::facts::Facts;
use waaudit_model::gap::{Gap, GapReason, Gaps};
use waaudit_model::snapshot::Resource;

/// Where a collector works: one kind in one region of one account.
#[derive(Clone)]
pub struct Context {
    /// The kind that is being collected.
    pub kind: &'static str,
    /// The region of what it finds, or "global".
    pub region: Arc<str>,
    /// The account's id.
    pub account: Arc<str>,
    /// aws, aws-cn or aws-us-gov.
    pub partition: Arc<str>,
    /// The output of the kinds named in `after`, in the same region.
    pub before: Before,
    config: SdkConfig,
    scan: Arc<Scan>,
    found: Arc<Mutex<Collected>>,
}

/// What all contexts of a scan share.
pub(crate) struct Scan {
    /// When calls are made.
    pub rate_limiter: Arc<RateLimiter>,
    /// Answers that more than one kind asks for.
    pub answers: Answers,
    /// When the scan began.
    taken_at: Timestamp,
}

impl Scan {
    pub(crate) fn new(rates: Rates, call_options: &CallOptions, taken_at: Timestamp) -> Self {
        Self { rate_limiter: Arc::new(RateLimiter::new(rates, call_options)), answers: Answers::default(), taken_at }
    }
}

/// A collector's output.
#[derive(Debug, Default, Clone)]
pub struct Collected {
    /// Resources.
    pub resources: Vec<Resource>,
    /// What could not be read.
    pub gaps: Gaps,
}

/// The output of kinds that another one starts from: lent, not copied.
#[derive(Debug, Default, Clone)]
pub struct Before(Vec<Arc<Collected>>);

impl Before {
    pub(crate) const fn new(found: Vec<Arc<Collected>>) -> Self {
        Self(found)
    }

    /// Their resources.
    pub fn resources(&self) -> impl Iterator<Item = &Resource> + Clone {
        self.0.iter().flat_map(|found| &found.resources)
    }

    /// What could not be read of them.
    pub fn gaps(&self) -> impl Iterator<Item = &Gap> {
        self.0.iter().flat_map(|found| found.gaps.iter())
    }
}

impl Context {
    pub(crate) fn new(
        kind: &'static str,
        region: &str,
        account: &str,
        partition: &str,
        config: SdkConfig,
        scan: Arc<Scan>,
        before: Before,
    ) -> Self {
        Self {
            kind,
            region: region.into(),
            account: account.into(),
            partition: partition.into(),
            before,
            config,
            scan,
            found: Arc::default(),
        }
    }

    /// What to build a service's client from.
    pub const fn config(&self) -> &SdkConfig {
        &self.config
    }

    /// What this context shares with the others of the scan.
    pub(crate) fn scan(&self) -> &Scan {
        &self.scan
    }

    /// When the scan began: the one "now" of all its windows of time.
    pub fn taken_at(&self) -> Timestamp {
        self.scan.taken_at
    }

    /// The region that answers: of a global kind, the one that answers for all.
    pub(crate) fn endpoint_region(&self) -> &str {
        self.config.region().map_or(waaudit_model::snapshot::GLOBAL, AsRef::as_ref)
    }

    /// An ARN in this place: `arn:aws:service:region:account:resource`.
    pub fn arn(&self, service: &str, resource: &str) -> String {
        let region = if &*self.region == waaudit_model::snapshot::GLOBAL { "" } else { &self.region };
        format!("arn:{}:{service}:{region}:{}:{resource}", self.partition, self.account)
    }

    /// A list call that does not page, or whose pages the service does not cut. Without an answer, whole
    /// resources may be missing.
    pub fn list<T: Send, E: OperationError>(
        &self,
        call: &Call,
        request: impl Future<Output = Answer<T, E>> + Send,
    ) -> impl Future<Output = Option<T>> + Send {
        self.ask(call, None, request)
    }

    /// The same, where some error codes are answers that mean "there is none". `Some(None)` is none; `None` is unread.
    pub fn list_or_none<T: Send, E: OperationError>(
        &self,
        call: &Call,
        none_codes: &[&str],
        request: impl Future<Output = Answer<T, E>> + Send,
    ) -> impl Future<Output = Option<Option<T>>> + Send {
        self.ask_or_none(call, None, none_codes, request)
    }

    /// A call about one resource. Without an answer, its facts are missing.
    pub fn detail<T: Send, E: OperationError>(
        &self,
        call: &Call,
        arn: &str,
        request: impl Future<Output = Answer<T, E>> + Send,
    ) -> impl Future<Output = Option<T>> + Send {
        self.ask(call, Some(arn), request)
    }

    /// A call about one resource, where some error codes are answers that mean "there is none".
    /// `Some(None)` is none; `None` is unread.
    pub fn detail_or_none<T: Send, E: OperationError>(
        &self,
        call: &Call,
        arn: &str,
        none_codes: &[&str],
        request: impl Future<Output = Answer<T, E>> + Send,
    ) -> impl Future<Output = Option<Option<T>>> + Send {
        self.ask_or_none(call, Some(arn), none_codes, request)
    }

    async fn ask_or_none<T: Send, E: OperationError>(
        &self,
        call: &Call,
        arn: Option<&str>,
        none_codes: &[&str],
        request: impl Future<Output = Answer<T, E>> + Send,
    ) -> Option<Option<T>> {
        let answer = self.gated(call, request).await;
        if let Err(failed) = &answer
            && failed.code.as_deref().is_some_and(|code| none_codes.contains(&code))
        {
            return Some(None);
        }
        self.keep(call, arn, answer).map(Some)
    }

    /// Adds a resource to what was found.
    pub fn push<F: Facts>(&self, resource: ResourceId, facts: F) {
        let Ok(facts) = facts.to_json() else {
            // A number that JSON has no form for, say. The resource is there, so it must not get lost without a word.
            return self.lost(F::KIND, &resource.arn);
        };
        let tags = resource.tags;
        let name = resource.name.or_else(|| tags.as_ref().and_then(|tags| tags.get("Name").cloned()));
        self.found().resources.push(Resource {
            kind: F::KIND.to_owned(),
            arn: resource.arn,
            id: resource.id,
            name,
            region: resource.region.unwrap_or_else(|| self.region.to_string()),
            account: self.account.to_string(),
            tags,
            facts,
            unread: std::collections::BTreeMap::new(),
        });
    }

    /// Notes a resource whose facts could not be written down.
    fn lost(&self, kind: &str, arn: &str) {
        self.found().gaps.note(Gap {
            service: kind.split('.').next().unwrap_or(kind).to_owned(),
            operation: kind.to_owned(),
            action: kind.to_owned(),
            region: self.region.to_string(),
            reason: GapReason::Unreadable,
            message: format!("the facts of {arn} have no JSON form"),
            request_id: None,
            kinds: vec![kind.to_owned()],
            resources: Vec::new(),
            count: 1,
        });
    }

    /// Copies the parent kinds' list-level gaps: resources that they did not list are missing here too.
    pub fn inherit_gaps(&self) {
        let cuts = self.before.gaps().filter(|gap| gap.is_of_list());
        let own = cuts.map(|gap| Gap { kinds: vec![self.kind.to_owned()], ..gap.clone() });
        self.found().gaps.extend(own);
    }

    /// Notes an answer that came but lacks what the API promises.
    pub fn unreadable(&self, call: &Call, arn: Option<&str>, message: &str) {
        self.gap(call, arn, GapReason::Unreadable, message.to_owned(), None);
    }

    /// Notes that the collector did not come to its end: any of its calls may be the one that is missing.
    pub(crate) fn broke_off(&self, calls: &[&Call], reason: GapReason, message: &str) {
        for call in calls {
            self.gap(call, None, reason, message.to_owned(), None);
        }
    }

    /// Notes that a kind's calls cost money and were not made.
    pub(crate) fn leave_out_billed(&self, calls: &[&Call]) {
        for call in calls {
            self.gap(call, None, GapReason::Billed, "the call costs money".to_owned(), None);
        }
    }

    /// What was found so far; the context starts again empty.
    pub(crate) fn take_collected(&self) -> Collected {
        std::mem::take(&mut *self.found())
    }

    fn found(&self) -> std::sync::MutexGuard<'_, Collected> {
        // A collector that panicked leaves whole resources behind, so what it found still holds.
        self.found.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A call in its turn.
    pub(crate) fn gated<T: Send, E: OperationError>(
        &self,
        call: &Call,
        request: impl Future<Output = Answer<T, E>> + Send,
    ) -> impl Future<Output = Result<T, Failed>> + Send {
        self.scan.rate_limiter.call(call, self.endpoint_region(), request)
    }

    async fn ask<T: Send, E: OperationError>(
        &self,
        call: &Call,
        arn: Option<&str>,
        request: impl Future<Output = Answer<T, E>> + Send,
    ) -> Option<T> {
        let answer = self.gated(call, request).await;
        self.keep(call, arn, answer)
    }

    /// An answer, or a gap.
    pub(crate) fn keep<T>(&self, call: &Call, arn: Option<&str>, answer: Result<T, Failed>) -> Option<T> {
        answer.map_err(|failed| self.note(call, arn, failed)).ok()
    }

    /// Notes a call that failed.
    pub(crate) fn note(&self, call: &Call, arn: Option<&str>, failed: Failed) {
        self.gap(call, arn, failed.reason, failed.message, failed.request_id);
    }

    fn gap(&self, call: &Call, arn: Option<&str>, reason: GapReason, message: String, request_id: Option<String>) {
        self.found().gaps.note(Gap {
            service: call.service.to_owned(),
            operation: call.operation.to_owned(),
            action: call.action(),
            region: self.region.to_string(),
            reason,
            message,
            request_id,
            kinds: vec![self.kind.to_owned()],
            resources: arn.into_iter().map(str::to_owned).collect(),
            count: 1,
        });
    }
}

/// What a resource is called, apart from its facts.
#[derive(Debug, Default, Clone)]
pub struct ResourceId {
    /// The ARN, or for what has none, an id of the same form.
    pub arn: String,
    /// The id or name that AWS's commands take.
    pub id: String,
    /// A friendlier name; the Name tag serves where there is none.
    pub name: Option<String>,
    /// Another region than the context's, for lists that span regions.
    pub region: Option<String>,
    /// Tags, if the answer carried them.
    pub tags: Option<std::collections::BTreeMap<String, String>>,
}

impl ResourceId {
    /// An ARN and the id or name that AWS's commands take, if it has one.
    pub fn of(arn: &str, id: Option<&str>) -> Self {
        Self { arn: arn.to_owned(), id: id.unwrap_or(arn).to_owned(), ..Self::default() }
    }
}

/// Tags out of any SDK's list of tags.
pub fn tags<'a, T: 'a>(
    list: impl IntoIterator<Item = &'a T>,
    key: impl Fn(&'a T) -> Option<&'a str>,
    value: impl Fn(&'a T) -> Option<&'a str>,
) -> std::collections::BTreeMap<String, String> {
    list.into_iter().filter_map(|tag| Some((key(tag)?.to_owned(), value(tag).unwrap_or("").to_owned()))).collect()
}

/// An SDK timestamp as RFC 3339, in UTC.
pub fn timestamp(at: &aws_smithy_types::DateTime) -> Option<String> {
    at.fmt(aws_smithy_types::date_time::Format::DateTime).ok()
}
