//! Where a run's objects lie in the bucket: keys that Athena takes for partitions, the same for every delivery of a run.
//!
//! ```text
//! reports/account=111122223333/date=2026-11-24/2026-11-24T030000Z.json
//! ```
//!
//! Within a folder, the order of keys is the order of time. An unscheduled run is told from others by its
//! request id, which Lambda keeps when it tries an event again.

use jiff::{SignedDuration, Timestamp};

/// What a run leaves in the bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// What was collected. The first to be written: from it, the others can be made again.
    Snapshot,
    /// The findings, one a line.
    Findings,
    /// The report. It is written last: where it exists, the run is done.
    Report,
    /// What the topic was told, if there was something to tell.
    Message,
}

impl Form {
    const fn folder(self) -> &'static str {
        match self {
            Self::Snapshot => "snapshots",
            Self::Findings => "findings",
            Self::Report => "reports",
            Self::Message => "messages",
        }
    }

    const fn ending(self) -> &'static str {
        match self {
            Self::Findings => "ndjson",
            Self::Snapshot | Self::Report | Self::Message => "json",
        }
    }
}

/// How far back an earlier report is looked for.
const LOOK_BACK_DAYS: i64 = 35;

/// One run on one account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Run {
    prefix: String,
    account: String,
    at: Timestamp,
    /// The objects' name without its ending.
    name: String,
}

impl Run {
    /// The run that is due at a time.
    pub(super) fn scheduled(prefix: Option<&str>, account: &str, at: Timestamp) -> Self {
        let prefix = prefix.unwrap_or("").trim_matches('/');
        Self {
            prefix: if prefix.is_empty() { String::new() } else { format!("{prefix}/") },
            account: account.to_owned(),
            at,
            name: at.strftime("%Y-%m-%dT%H%M%SZ").to_string(),
        }
    }

    /// An unscheduled run.
    pub(super) fn on_demand(prefix: Option<&str>, account: &str, now: Timestamp, request_id: &str) -> Self {
        let scheduled = Self::scheduled(prefix, account, now);
        Self { name: format!("{}-{request_id}", scheduled.name), ..scheduled }
    }

    /// The same run as an earlier delivery of the same request named it, if one of these keys is its.
    pub(super) fn named_before(self, keys: &[String], request_id: &str) -> Self {
        let of_request = format!("-{request_id}.{}", Form::Snapshot.ending());
        let earlier = keys.iter().find(|key| key.ends_with(&of_request));
        let name = earlier.and_then(|key| key.rsplit('/').next()?.strip_suffix(".json"));
        let at = name.and_then(|name| Some((name, moment(name)?)));
        match at {
            Some((name, at)) => Self { name: name.to_owned(), at, ..self },
            None => self,
        }
    }

    /// The key of an object.
    pub(super) fn key(&self, form: Form) -> String {
        format!("{}/{}.{}", self.day(form, self.at), self.name, form.ending())
    }

    /// What the keys of all runs on the account begin with.
    pub(super) fn folder(&self, form: Form) -> String {
        format!("{}{}/account={}/", self.prefix, form.folder(), self.account)
    }

    /// A key before those of the days in which an earlier report is looked for.
    pub(super) fn look_back(&self, form: Form) -> String {
        self.day(form, self.at - SignedDuration::from_hours(24 * LOOK_BACK_DAYS))
    }

    /// A key before those of yesterday.
    pub(super) fn yesterday(&self, form: Form) -> String {
        self.day(form, self.at - SignedDuration::from_hours(24))
    }

    fn day(&self, form: Form, at: Timestamp) -> String {
        format!("{}date={}", self.folder(form), at.strftime("%Y-%m-%d"))
    }
}

/// The time in a name.
fn moment(name: &str) -> Option<Timestamp> {
    Timestamp::strptime("%Y-%m-%dT%H%M%S%z", format!("{}+0000", name.get(..17)?)).ok()
}

#[cfg(test)]
mod tests {
    use super::{Form, Run, moment};

    const ID: &str = "8476a536-e9f4-11e8-9739-2dfe598c3fcd";

    #[test]
    fn keys_are_partitions_by_account_and_day() {
        let at = "2026-11-24T03:00:00Z".parse().unwrap();
        let run = Run::scheduled(None, "111122223333", at);
        assert_eq!(run.key(Form::Report), "reports/account=111122223333/date=2026-11-24/2026-11-24T030000Z.json");
        let run = Run::scheduled(Some("/audits/daily/"), "111122223333", at);
        assert_eq!(
            run.key(Form::Findings),
            "audits/daily/findings/account=111122223333/date=2026-11-24/2026-11-24T030000Z.ndjson"
        );
        assert_eq!(run.look_back(Form::Report), "audits/daily/reports/account=111122223333/date=2026-10-20");
    }

    #[test]
    fn a_request_that_is_tried_again_is_the_same_run_even_on_the_next_day() {
        let first = Run::on_demand(None, "111122223333", "2026-11-24T23:59:58Z".parse().unwrap(), ID);
        let again = Run::on_demand(None, "111122223333", "2026-11-25T00:01:00Z".parse().unwrap(), ID);
        assert_ne!(first, again);
        assert!(again.yesterday(Form::Snapshot) < first.key(Form::Snapshot));
        let keys = ["snapshots/account=111122223333/date=2026-11-24/2026-11-24T010000Z.json".to_owned()];
        assert_eq!(again.clone().named_before(&keys, ID), again);
        let keys = [keys[0].clone(), first.key(Form::Snapshot)];
        assert_eq!(again.named_before(&keys, ID).key(Form::Report), first.key(Form::Report));
    }

    #[test]
    fn a_name_tells_its_time() {
        assert_eq!(moment("2026-11-24T030000Z-x").map(|at| at.to_string()).as_deref(), Some("2026-11-24T03:00:00Z"));
        assert_eq!(moment("latest"), None);
    }
}
