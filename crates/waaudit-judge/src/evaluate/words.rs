//! What a finding says of its resource: the message, the evidence, the commands that fix it, and its fingerprint.

use serde::{Serialize, Serializer};
use serde_json::{Number, Value};
use sha2::{Digest, Sha256};

use super::Prepared;
use super::case::{Exemption, Judgement};
use crate::report::{Evidence, Finding, Fix, Shared, Subject as Judged, Verdict};
use waaudit_model::snapshot::Resource;
use waaudit_rules::conditions::Effect;
use waaudit_rules::{Rule, Subject, Unread};

/// A resource as findings name it.
pub(super) fn judged(resource: &Resource) -> Judged {
    Judged {
        kind: resource.kind.clone(),
        arn: Some(resource.arn.clone()),
        id: Some(resource.id.clone()),
        name: resource.name.clone(),
        region: resource.region.clone(),
        account: resource.account.clone(),
        tags: resource.tags.clone(),
    }
}

/// What a rule says of a resource.
pub(super) fn of_resource(
    prepared: &Prepared,
    resource: &Resource,
    judged: &Shared<Judged>,
    subject: &Subject,
    (verdict, reason): Judgement,
) -> Finding {
    let rule = prepared.rule;
    let message = match (&verdict, &reason) {
        (Verdict::Fail, _) => rule.message.fill(subject).unwrap_or_else(|unread| unsaid(rule, resource, &unread)),
        (Verdict::Unknown | Verdict::Skip, Some(reason)) => format!("{}: {reason}", resource.label()),
        _ => format!("{} is as expected", resource.label()),
    };
    let fix = (verdict == Verdict::Fail).then(|| Fix { cli: rule.fix.commands(subject) });
    let shown = |fact: &String| resource.facts.get(fact).map(Rounded);
    let evidence = rule.evidence.iter().filter_map(|fact| Some((fact.as_str(), shown(fact)?)));
    Finding {
        evidence: Evidence::new(evidence),
        settings: prepared.settings.clone(),
        fix,
        ..finding(prepared, judged.clone(), verdict, message, reason)
    }
}

/// What is said of a failure whose message would print something unread.
fn unsaid(rule: &Rule, resource: &Resource, unread: &Unread) -> String {
    format!("{} does not meet \"{}\" ({unread})", resource.label(), rule.title)
}

/// A finding without evidence.
pub(super) fn finding(
    prepared: &Prepared,
    resource: Shared<Judged>,
    verdict: Verdict,
    message: String,
    reason: Option<String>,
) -> Finding {
    Finding {
        fingerprint: fingerprint(&prepared.words.id, &resource),
        rule: prepared.words.clone(),
        severity: None,
        verdict,
        message,
        evidence: Evidence::default(),
        settings: Shared::default(),
        resource,
        fix: None,
        reason,
        severity_reason: None,
        because_of: Vec::new(),
        explains: Vec::new(),
    }
}

/// One step less severe where a general condition says so.
pub(super) fn lowered(rule: &Rule, exemptions: &[Exemption], finding: Finding) -> Finding {
    let lowering = |(condition, _): &&Exemption| condition.effect == Effect::Lower && condition.is_for(rule);
    match exemptions.iter().find(lowering) {
        Some((condition, reason)) if rule.severity.lowered() != rule.severity => Finding {
            severity: Some(rule.severity.lowered()),
            severity_reason: Some(format!("{}: {} by itself, but {reason}", condition.id, rule.severity.name())),
            ..finding
        },
        _ => finding,
    }
}

/// A value for a reader: six digits of each decimal number. Rules are judged by the whole value.
struct Rounded<'v>(&'v Value);

impl Serialize for Rounded<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Number(number) if number.is_f64() => {
                let six = number.as_f64().and_then(|number| format!("{number:.5e}").parse::<f64>().ok());
                six.and_then(Number::from_f64).as_ref().unwrap_or(number).serialize(serializer)
            }
            Value::Array(values) => serializer.collect_seq(values.iter().map(Rounded)),
            Value::Object(fields) => serializer.collect_map(fields.iter().map(|(name, value)| (name, Rounded(value)))),
            other => other.serialize(serializer),
        }
    }
}

fn fingerprint(rule: &str, resource: &Judged) -> String {
    let mut hash = Sha256::new();
    for part in [rule, &resource.account, &resource.region, resource.arn.as_deref().unwrap_or("")] {
        hash.update(part);
        hash.update([0]);
    }
    let mut first_half = [0; 16];
    first_half.copy_from_slice(&hash.finalize()[..16]);
    format!("{:032x}", u128::from_be_bytes(first_half))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Rounded;

    #[test]
    fn evidence_shows_six_digits_of_decimal_numbers_and_all_of_integers() {
        let whole = json!({"value": 79.996_123_4, "all": [1_234_567_890, 0.000_123_456_78], "of": "1.23456789"});
        let shown = serde_json::to_value(Rounded(&whole)).unwrap();
        assert_eq!(shown, json!({"value": 79.9961, "all": [1_234_567_890, 0.000_123_457], "of": "1.23456789"}));
    }
}
