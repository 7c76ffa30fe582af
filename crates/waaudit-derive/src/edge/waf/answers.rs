//! Answers on web ACL rules that keep their reason, and what a rate-based rule counts by.

use super::acting_rules::Act;
use crate::engine::{all, any};
use waaudit_model::facts::wafv2::Rule;

/// A yes, a no or neither, and the reason unless it is a yes.
pub(crate) struct Answer {
    pub(crate) holds: Option<bool>,
    why: Option<String>,
}

impl Answer {
    pub(crate) fn new(holds: Option<bool>, why: impl Into<String>) -> Self {
        Self { holds, why: Some(why.into()).filter(|_| holds != Some(true)) }
    }

    pub(crate) const fn yes() -> Self {
        Self { holds: Some(true), why: None }
    }

    pub(crate) fn fault(&self) -> Option<String> {
        self.why.clone().filter(|_| self.holds == Some(false))
    }

    pub(crate) fn doubt(&self) -> Option<String> {
        self.why.clone().filter(|_| self.holds.is_none())
    }

    /// All of them have to hold; the first that does not says why.
    pub(crate) fn all(answers: Vec<Self>) -> Self {
        let holds = all(answers.iter().map(|answer| answer.holds));
        let why = answers.into_iter().find(|answer| answer.holds == holds).and_then(|answer| answer.why);
        Self { holds, why: why.filter(|_| holds != Some(true)) }
    }

    /// One is enough; else the first that could not be told, or the first that does not hold, says why.
    pub(crate) fn any(answers: Vec<Self>) -> Self {
        let holds = any(answers.iter().map(|answer| answer.holds));
        let why = answers.into_iter().find(|answer| answer.holds == holds).and_then(|answer| answer.why);
        Self { holds, why: why.filter(|_| holds != Some(true)) }
    }

    /// Names the rule that the reason is about.
    pub(crate) fn about(mut self, act: &Act) -> Self {
        self.why = self.why.map(|why| format!("{} {why}", act.name()));
        self
    }
}

/// Keys that tell clients apart, and those that add nothing to a client's address.
const CLIENTS: &[&str] = &["ip", "forwarded_ip"];
const BESIDE_CLIENTS: &[&str] = &["ip", "forwarded_ip", "method", "asn"];
/// Keys that a client can change with each request.
const SENT: &[&str] = &["header", "cookie", "query_argument", "query_string", "ja3", "ja4", "uri_path", "other"];

/// Whether each client is counted for itself. With a key beside the address that clients choose, each of its values has
/// a count of its own.
pub(crate) fn per_client(rule: &Rule) -> Answer {
    match rule.rate_key.as_deref() {
        Some("IP" | "FORWARDED_IP") => Answer::yes(),
        Some("CONSTANT") => Answer::new(Some(false), "counts all clients together"),
        Some("CUSTOM_KEYS") => {
            let keys = rule.rate_keys.join(", ");
            let has = |of: &[&str]| rule.rate_keys.iter().any(|key| of.contains(&key.as_str()));
            let clients = has(CLIENTS);
            if clients && rule.rate_keys.iter().all(|key| BESIDE_CLIENTS.contains(&key.as_str())) {
                Answer::yes()
            } else if !clients && !has(SENT) {
                Answer::new(Some(false), format!("does not count clients apart, but by {keys}"))
            } else {
                Answer::new(None, format!("it counts by {keys}, which clients can change"))
            }
        }
        _ => Answer::new(None, "what it counts by could not be read"),
    }
}
