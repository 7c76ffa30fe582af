//! What a run is asked to do: the event, its form, and what the function's environment adds to it.
//!
//! Everything is optional: an empty event audits the function's own account by all rules and leaves its report where the
//! environment says. A wrong event is an error that names the field, before AWS is asked for anything.

use std::collections::BTreeMap;
use std::path::PathBuf;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use super::run_error::RunError;
use waaudit_judge::selection::Selection;
use waaudit_judge::waivers::{Waiver, Waivers};
use waaudit_model::settings::Settings;

/// What a scheduled run is asked to do.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Event {
    /// What to look at.
    pub scope: Scope,
    /// Which rules to judge by.
    pub rules: Rules,
    /// Settings, as in `waaudit.toml`.
    pub settings: Settings,
    /// Accepted failures, as in a waivers file.
    pub waivers: Vec<Waiver>,
    /// Where the report goes, and which topic is notified.
    pub destination: Destination,
    /// When the run is due, RFC 3339: EventBridge Scheduler writes it for `<aws.scheduler.scheduled-time>`. Runs with the
    /// same time are one run, and the second changes nothing.
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    pub scheduled_at: Option<Timestamp>,
}

/// What to look at.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Scope {
    /// Regions; all that are enabled for the account where none is named.
    pub regions: Vec<String>,
    /// Only resources with all of these tags are reported on.
    pub tags: BTreeMap<String, String>,
    /// A role to assume, in this or another account; the report is stored with the function's own role all the same.
    pub role_arn: Option<String>,
    /// The external id that the role demands.
    pub external_id: Option<String>,
    /// Whether to ask CloudWatch for metrics; yes where nothing is said.
    pub metrics: Option<bool>,
    /// Whether to make calls that cost money; no where nothing is said.
    pub billed_calls: bool,
}

/// Which rules to judge by; all of them where nothing is said.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Rules {
    /// Only rules of these areas, as `multi-az`.
    pub areas: Vec<String>,
    /// Only these rules, by id.
    pub only: Vec<String>,
    /// All but these rules, by id.
    pub skip: Vec<String>,
    /// Folders of rules of your own, in the function's package (`/var/task/…`) or a layer (`/opt/…`).
    pub folders: Vec<PathBuf>,
}

/// Where the report goes, and which topic is notified.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Destination {
    /// An S3 bucket, in the function's region. Without one here and in the environment (WAAUDIT_BUCKET), nothing is stored.
    pub bucket: Option<String>,
    /// What the keys in the bucket begin with. Schedules of one account that look at different things need one each.
    /// Otherwise WAAUDIT_PREFIX.
    pub prefix: Option<String>,
    /// An SNS topic that is notified of a lost stage, a lower score and new critical findings. Otherwise WAAUDIT_TOPIC_ARN.
    pub topic_arn: Option<String>,
    /// By how many points the score has to drop for a notification; 5 where nothing is said.
    #[schemars(range(min = 0.0, max = 100.0))]
    pub score_drop: Option<f64>,
}

/// The parts of an event that are objects.
const PARTS: [&str; 4] = ["scope", "rules", "settings", "destination"];

/// A drop of the score that is worth a message.
const SCORE_DROP: f64 = 5.0;

impl Event {
    /// Reads an event and fills in what the function's environment says.
    pub(super) fn read(payload: Value) -> Result<Self, RunError> {
        // Where an object belongs, serde would take a list for the object's values.
        if !payload.is_object() {
            return Err(RunError::event("the event: no JSON object"));
        }
        let is_no_object = |name: &str| payload.get(name).is_some_and(|part| !part.is_object());
        if let Some(name) = PARTS.into_iter().find(|name| is_no_object(name)) {
            return Err(RunError::event(&format!("`{name}` of the event: no JSON object")));
        }
        let mut event: Self = serde_path_to_error::deserialize(payload).map_err(|error| {
            let path = error.path().to_string();
            let place = if path == "." { "the event".to_owned() } else { format!("`{path}` of the event") };
            RunError::event(&format!("{place}: {}", error.inner()))
        })?;
        let Destination { bucket, prefix, topic_arn, .. } = &mut event.destination;
        for (field, variable) in [(bucket, "BUCKET"), (prefix, "PREFIX"), (topic_arn, "TOPIC_ARN")] {
            let said = field.take().or_else(|| std::env::var(format!("WAAUDIT_{variable}")).ok());
            *field = said.filter(|text| !text.is_empty());
        }
        event.check()?;
        Ok(event)
    }

    /// The waivers, as a file has them.
    pub(super) fn waivers(&self) -> Waivers {
        Waivers { waiver: self.waivers.clone() }
    }

    fn check(&self) -> Result<(), RunError> {
        let wrong = |field: &str, words: &str| Err(RunError::event(&format!("`{field}` of the event: {words}")));
        if self.scope.external_id.is_some() && self.scope.role_arn.is_none() {
            return wrong("scope.external_id", "there is no `scope.role_arn` that could demand it");
        }
        if self.scope.role_arn.as_ref().is_some_and(|arn| !is_arn(arn, "iam")) {
            return wrong("scope.role_arn", "no ARN of a role, `arn:aws:iam::111122223333:role/NAME`");
        }
        if self.destination.topic_arn.as_ref().is_some_and(|arn| !is_arn(arn, "sns")) {
            return wrong("destination.topic_arn", "no ARN of a topic, `arn:aws:sns:eu-west-1:111122223333:NAME`");
        }
        if !(0.0..=100.0).contains(&self.destination.score_drop()) {
            return wrong("destination.score_drop", "not from 0 to 100");
        }
        Ok(())
    }
}

impl Rules {
    /// As the command line would say it.
    pub(super) fn selection(&self) -> Selection {
        Selection {
            areas: self.areas.clone(),
            rules: self.only.clone(),
            skip_rules: self.skip.clone(),
            folders: self.folders.clone(),
        }
    }
}

impl Destination {
    /// By how many points the score has to drop.
    pub(super) fn score_drop(&self) -> f64 {
        self.score_drop.unwrap_or(SCORE_DROP)
    }
}

fn is_arn(text: &str, service: &str) -> bool {
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    parts.len() == 6 && parts[0] == "arn" && parts[2] == service && !parts[4].is_empty() && !parts[5].is_empty()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::Event;

    fn refusal(event: Value) -> String {
        Event::read(event).unwrap_err().to_string()
    }

    #[test]
    fn an_empty_event_is_whole() {
        let event = Event::read(json!({})).unwrap();
        assert!(event.scope.regions.is_empty() && event.scheduled_at.is_none());
        assert!((event.destination.score_drop() - 5.0).abs() < f64::EPSILON);
    }

    #[test]
    fn everything_can_be_said() {
        let event = Event::read(json!({
            "scope": {"regions": ["eu-west-1"], "tags": {"team": "shop"}, "external_id": "x",
                      "role_arn": "arn:aws:iam::111122223333:role/audit"},
            "rules": {"areas": ["cost"], "only": ["multi-az/rds-instance"], "skip": ["cost/none"], "folders": ["/opt/rules"]},
            "settings": {"attest": {"app_local_cache": true}},
            "waivers": [{"rule": "cost/none", "reason": "moving", "owner": "ada", "until": "2027-01-31"}],
            "destination": {"bucket": "reports", "prefix": "daily", "score_drop": 2.5,
                            "topic_arn": "arn:aws:sns:eu-west-1:111122223333:readiness"},
            "scheduled_at": "2026-11-24T03:00:00Z",
        }));
        let event = event.unwrap();
        assert_eq!(event.scheduled_at.map(|at| at.to_string()).as_deref(), Some("2026-11-24T03:00:00Z"));
        assert_eq!(event.rules.selection().rules, ["multi-az/rds-instance"]);
    }

    #[test]
    fn a_wrong_event_is_refused_and_its_field_named() {
        for (event, words) in [
            (json!({"scop": {}}), "the event: unknown field `scop`"),
            (json!({"scope": {"region": "eu-west-1"}}), "`scope.region` of the event: unknown field `region`"),
            (json!({"scope": {"regions": "eu-west-1"}}), "`scope.regions` of the event: invalid type"),
            (json!({"scope": {"regions": ["eu-west-1", 3]}}), "`scope.regions[1]` of the event: invalid type"),
            (json!({"settings": {"attest": {"app_local_cache": 1}}}), "`settings.attest.app_local_cache`"),
            (json!({"waivers": [{"rule": "cost/none"}]}), "`waivers[0]` of the event: missing field `reason`"),
            (json!({"scheduled_at": "tomorrow"}), "`scheduled_at` of the event"),
            (json!({"scope": {"role_arn": "audit"}}), "`scope.role_arn` of the event: no ARN"),
            (json!({"scope": {"external_id": "x"}}), "`scope.external_id` of the event"),
            (json!({"destination": {"topic_arn": "arn:aws:s3:::x"}}), "`destination.topic_arn` of the event: no ARN"),
            (json!({"destination": {"score_drop": -1}}), "`destination.score_drop` of the event"),
            (json!({"destination": ["reports"]}), "`destination` of the event: no JSON object"),
            (json!([]), "the event: no JSON object"),
        ] {
            let said = refusal(event.clone());
            assert!(said.contains(words), "{event}: {said}");
        }
    }
}
