//! One run: collect, judge, store, compare, tell. Each step that fails is told at the end; none keeps the next from its work.
//!
//! What is stored first is the snapshot, and the report is a function of it. So a run that was cut short after that is
//! finished from its snapshot by the next delivery of its event, without asking the account again, and two deliveries at
//! once store the same. The delivery whose report is the stored one prints the metrics. The topic is told before the message is
//! stored beside the report: between the two, a crash makes a second message, and never none.

use jiff::Timestamp;
use serde_json::Value;

use super::destinations::{Allowance, Bucket, Topic, Written};
use super::event::Event;
use super::keys::{Form, Run};
use super::limits::Limits;
use super::message::{Message, Places, message};
use super::metrics;
use super::run_error::RunError;
use super::summary::Summary;
use crate::scan_plan;
use waaudit_collect::Allowed;
use waaudit_collect::call::options::CallOptions;
use waaudit_collect::scan::{Event as Progress, Watcher, collect};
use waaudit_collect::transport::cutoff::Interruption;
use waaudit_collect::transport::session::{Access, Session};
use waaudit_judge::audit::{audit, audit_and_simulate};
use waaudit_judge::criteria::Criteria;
use waaudit_judge::diff::{diff, renamed};
use waaudit_judge::report::Report;
use waaudit_judge::selection::select;
use waaudit_model::error::Failure;
use waaudit_model::snapshot::Snapshot;
use waaudit_output::formats::ndjson;
use waaudit_output::write::write_stdout;
use waaudit_rules::RuleSet;

/// Earlier reports that are opened in search of a complete one.
const EARLIER: usize = 5;

/// What Lambda says of an invocation.
#[derive(Debug, Clone)]
pub(super) struct Invocation {
    /// The request's id, the same when Lambda tries an event again.
    pub(super) request_id: String,
    /// When it began.
    pub(super) now: Timestamp,
    /// Until when it may take.
    pub(super) limits: Limits,
}

/// Does what an event asks.
pub(super) async fn run(payload: Value, invocation: &Invocation) -> Result<Summary, RunError> {
    let event = Event::read(payload)?;
    let rules = select(&event.rules.selection())?;
    event.waivers().check(&rules, "`waivers` of the event")?;
    let limits = invocation.limits;
    let call_options = CallOptions {
        call: CallOptions::default().call.min(limits.call),
        deadline: Some(limits.collect_until),
        ..CallOptions::default()
    }
    .paced(&event.settings.pace);
    let own = Session::open(&Access { call_options, ..Access::default() }).await?;
    let other = match &event.scope.role_arn {
        None => None,
        Some(role) => {
            let (role_arn, external_id) = (Some(role.clone()), event.scope.external_id.clone());
            Some(Session::open(&Access { role_arn, external_id, call_options, ..Access::default() }).await?)
        }
    };
    let allowance = Allowance { call: limits.destination_call, until: limits.end };
    let to = &event.destination;
    let bucket = to.bucket.as_ref().map(|name| Bucket::new(&own, name, &invocation.request_id, allowance));
    let topic = to.topic_arn.as_ref().map(|arn| Topic::new(&own, arn, allowance));
    let work = Work { session: other.as_ref().unwrap_or(&own), event: &event, rules: &rules, invocation, topic };
    let Some(bucket) = bucket else {
        let report = work.judge(work.collect().await?);
        let summary = Summary::of(&report);
        log(&summary)?;
        print_metrics(&report, true)?;
        return Ok(summary);
    };
    Box::pin(Storing { work: &work, run: work.name(&bucket).await, bucket, troubles: Vec::new() }.run()).await
}

/// A run's account, rules and ways.
struct Work<'a> {
    session: &'a Session,
    event: &'a Event,
    rules: &'a RuleSet,
    invocation: &'a Invocation,
    topic: Option<Topic>,
}

impl Work<'_> {
    async fn collect(&self) -> Result<Snapshot, RunError> {
        let scope = &self.event.scope;
        let allowed = Allowed { metrics: scope.metrics.unwrap_or(true), billed_calls: scope.billed_calls };
        let wanted = scan_plan::wanted_by(self.rules, &self.event.rules.selection());
        // Lambda sends no signal before it ends a function that has a deadline of its own.
        let (now, never) = (self.invocation.now, Interruption::never());
        Ok(Box::pin(collect(self.session, &wanted, allowed, &scope.regions, now, never, &Silent)).await?)
    }

    fn judge(&self, snapshot: Snapshot) -> Report {
        let waivers = self.event.waivers();
        let tags: Vec<(String, String)> = self.event.scope.tags.clone().into_iter().collect();
        let criteria = Criteria { waivers: &waivers, tags: &tags, ..Criteria::new(self.rules, &self.event.settings) };
        let whole = self.event.rules.selection().is_of_all_areas();
        if whole { audit_and_simulate(snapshot, &criteria) } else { audit(snapshot, &criteria) }
    }

    /// The run that the event asks for. An unscheduled one may have been tried before, by the same request.
    async fn name(&self, bucket: &Bucket) -> Run {
        let (prefix, account) = (self.event.destination.prefix.as_deref(), self.session.account.id.as_str());
        if let Some(at) = self.event.scheduled_at {
            return Run::scheduled(prefix, account, at);
        }
        let id = &self.invocation.request_id;
        let run = Run::on_demand(prefix, account, self.invocation.now, id);
        let keys = bucket.keys(&run.folder(Form::Snapshot), &run.yesterday(Form::Snapshot)).await;
        // Where keys can't be listed, the first write tells why.
        keys.map_or(run.clone(), |keys| run.named_before(&keys, id))
    }
}

/// A run whose report is stored.
struct Storing<'a> {
    work: &'a Work<'a>,
    run: Run,
    bucket: Bucket,
    troubles: Vec<RunError>,
}

impl Storing<'_> {
    async fn run(mut self) -> Result<Summary, RunError> {
        let stored = self.read(Form::Report).await;
        let (mut summary, report) = match stored.and_then(|text| Report::from_json(&text).ok()) {
            Some(report) => {
                let mut summary = Summary::of(&report);
                summary.report = Some(self.url(Form::Report));
                summary.repeated = true;
                (summary, report)
            }
            None => self.make().await?,
        };
        if summary.report.is_some() {
            self.tell(&report, &mut summary).await;
        }
        // The log has it, whatever became of the bucket.
        log(&summary)?;
        RunError::all(&self.troubles).map_or(Ok(summary), Err)
    }

    /// Collects, judges and stores: the snapshot first, the report last, and nothing after what could not be stored.
    async fn make(&mut self) -> Result<(Summary, Report), RunError> {
        let (snapshot, is_stored) = match self.stored_snapshot().await {
            Some(snapshot) => (snapshot, true),
            None => self.store_snapshot(self.work.collect().await?).await?,
        };
        let report = self.work.judge(snapshot);
        let mut summary = Summary::of(&report);
        let written = if is_stored { self.store_report(&report).await? } else { None };
        if written != Some(Written::Before) {
            print_metrics(&report, written.is_some())?;
        }
        summary.repeated = written == Some(Written::Before);
        summary.report = written.map(|_| self.url(Form::Report));
        Ok((summary, report))
    }

    /// The snapshot of an earlier delivery that did not come to its end, or of another one that runs at the same time.
    async fn stored_snapshot(&mut self) -> Option<Snapshot> {
        Snapshot::from_json(&self.read(Form::Snapshot).await?).ok()
    }

    /// The snapshot that the run goes on with, and whether it is stored.
    async fn store_snapshot(&mut self, snapshot: Snapshot) -> Result<(Snapshot, bool), RunError> {
        let written = self.write(Form::Snapshot, one_line("snapshot", &snapshot)?).await;
        if written == Some(Written::Before) {
            return Ok((self.stored_snapshot().await.unwrap_or(snapshot), true));
        }
        Ok((snapshot, written.is_some()))
    }

    async fn store_report(&mut self, report: &Report) -> Result<Option<Written>, RunError> {
        if self.write(Form::Findings, finding_lines(report)?).await.is_none() {
            return Ok(None);
        }
        Ok(self.write(Form::Report, one_line("report", report)?).await)
    }

    /// Compares with the last report, and notifies the topic of what it was not notified of before.
    async fn tell(&mut self, report: &Report, summary: &mut Summary) {
        let Some((key, last)) = self.last_report().await else { return };
        let before = self.bucket.url(&key);
        let difference = diff(&last, report, &renamed(self.work.rules));
        let after = self.url(Form::Report);
        let places = Places { before: &before, after: &after };
        let message = message(&difference, report, self.work.event.destination.score_drop(), places);
        summary.compared_with = Some(before.clone());
        let (Some(message), Some(topic)) = (message, &self.work.topic) else { return };
        summary.told.clone_from(&message.reasons);
        if self.is_told().await {
            return;
        }
        match topic.publish(&message.subject, &message.text).await {
            Ok(()) => self.note(&message).await,
            Err(trouble) => {
                summary.told.clear();
                self.troubles.push(trouble);
            }
        }
    }

    async fn is_told(&mut self) -> bool {
        self.read(Form::Message).await.is_some()
    }

    async fn note(&mut self, message: &Message) {
        match one_line("message", message) {
            Ok(text) => _ = self.write(Form::Message, text).await,
            Err(trouble) => self.troubles.push(trouble),
        }
    }

    /// The newest complete report from before this run.
    async fn last_report(&mut self) -> Option<(String, Report)> {
        let (folder, after) = (self.run.folder(Form::Report), self.run.look_back(Form::Report));
        let keys = self.bucket.keys(&folder, &after).await;
        let keys = self.note_trouble(keys)?;
        let own = self.run.key(Form::Report);
        for key in keys.into_iter().filter(|key| *key < own).rev().take(EARLIER) {
            let text = self.bucket.read(&key).await;
            let Some(text) = self.note_trouble(text).flatten() else { continue };
            match Report::from_json(&text) {
                Ok(report) if report.complete => return Some((key, report)),
                Ok(_) => {}
                Err(error) => {
                    let words = format!("{} is no report that this waaudit reads: {error}", self.bucket.url(&key));
                    // Written by another version; the run is none the worse for it.
                    eprintln!("warning: {words}");
                }
            }
        }
        None
    }

    fn url(&self, form: Form) -> String {
        self.bucket.url(&self.run.key(form))
    }

    async fn read(&mut self, form: Form) -> Option<String> {
        let text = self.bucket.read(&self.run.key(form)).await;
        self.note_trouble(text).flatten()
    }

    async fn write(&mut self, form: Form, text: String) -> Option<Written> {
        let written = self.bucket.write_new(&self.run.key(form), text).await;
        self.note_trouble(written)
    }

    fn note_trouble<T>(&mut self, outcome: Result<T, RunError>) -> Option<T> {
        outcome.map_err(|trouble| self.troubles.push(trouble)).ok()
    }
}

/// The findings, a line each, as Athena reads them.
fn finding_lines(report: &Report) -> Result<String, RunError> {
    let mut lines = Vec::new();
    let written = ndjson::lines(report, &mut lines).map_err(|error| error.to_string());
    let text = written.and_then(|()| String::from_utf8(lines).map_err(|error| error.to_string()));
    Ok(text.map_err(|problem| Failure::new(format!("could not write the findings: {problem}")))?)
}

/// JSON in one line, as Athena reads it.
fn one_line(what: &str, value: &impl serde::Serialize) -> Result<String, RunError> {
    waaudit_output::write::line(what, value).map_err(RunError::from)
}

fn log(summary: &Summary) -> Result<(), RunError> {
    Ok(write_stdout(&one_line("summary", &serde_json::json!({ "waaudit": summary }))?)?)
}

fn print_metrics(report: &Report, is_kept: bool) -> Result<(), RunError> {
    let at = report.taken_at.parse().unwrap_or_else(|_| Timestamp::now());
    metrics::lines(report, is_kept, at).iter().try_for_each(|line| Ok(write_stdout(&format!("{line}\n"))?))
}

/// A scheduled run shows no progress.
struct Silent;

impl Watcher for Silent {
    fn hear(&self, _: Progress<'_>) {}
}
