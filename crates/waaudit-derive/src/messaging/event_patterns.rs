//! Whether an EventBridge pattern matches an event of which some fields are known.
//!
//! The operators: <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html>. A field
//! that is not known, and an operator that is not understood, leave the answer open.

use serde_json::{Map, Value};

use crate::engine::{all, any};

/// Whether a pattern matches. `event` holds what is known of the event.
pub(crate) fn matches(pattern: &Value, event: &Value) -> Option<bool> {
    of_fields(pattern.as_object()?, Some(event))
}

fn of_fields(pattern: &Map<String, Value>, event: Option<&Value>) -> Option<bool> {
    all(pattern.iter().map(|(key, wanted)| match (key.as_str(), wanted) {
        ("$or", Value::Array(choices)) => any(choices.iter().map(|choice| of_fields(choice.as_object()?, event))),
        (_, Value::Object(inner)) => of_fields(inner, event.and_then(|event| event.get(key))),
        (_, Value::Array(matchers)) => {
            let value = event.and_then(|event| event.get(key))?;
            any(matchers.iter().map(|matcher| accepts(matcher, value)))
        }
        _ => None,
    }))
}

/// Whether one of a field's matchers accepts its value. Of a list, one element is enough.
fn accepts(matcher: &Value, value: &Value) -> Option<bool> {
    match (matcher, value) {
        (Value::Object(operator), _) => {
            let (name, argument) = operator.iter().next().filter(|_| operator.len() == 1)?;
            operated(name, argument, value)
        }
        (_, Value::Array(elements)) => Some(elements.contains(matcher)),
        _ => Some(matcher == value),
    }
}

fn operated(name: &str, argument: &Value, value: &Value) -> Option<bool> {
    let texts: Vec<&str> = match value {
        Value::Array(elements) => elements.iter().map(Value::as_str).collect::<Option<_>>()?,
        one => vec![one.as_str()?],
    };
    match name {
        "exists" => argument.as_bool(),
        "anything-but" => any(texts.into_iter().map(|text| excluded(argument, text).map(|excluded| !excluded))),
        _ => any(texts.into_iter().map(|text| compared(name, argument, text))),
    }
}

/// Whether `anything-but` leaves a value out: a value, a list of them, or another operator with either.
fn excluded(argument: &Value, text: &str) -> Option<bool> {
    match argument {
        Value::Array(values) => any(values.iter().map(|value| excluded(value, text))),
        Value::Object(operator) => {
            let (name, argument) = operator.iter().next().filter(|_| operator.len() == 1)?;
            match argument {
                Value::Array(values) => any(values.iter().map(|value| compared(name, value, text))),
                one => compared(name, one, text),
            }
        }
        one => Some(one.as_str() == Some(text)),
    }
}

fn compared(name: &str, argument: &Value, text: &str) -> Option<bool> {
    if let Some(folded) = argument.get("equals-ignore-case") {
        let folded = Value::String(folded.as_str()?.to_lowercase());
        return compared(name, &folded, &text.to_lowercase());
    }
    let argument = argument.as_str()?;
    match name {
        "prefix" => Some(text.starts_with(argument)),
        "suffix" => Some(text.ends_with(argument)),
        "equals-ignore-case" => Some(text.to_lowercase() == argument.to_lowercase()),
        "wildcard" => Some(fits(text, argument)),
        _ => None,
    }
}

/// Whether a text fits a pattern in which `*` matches anything. An escaped one is not understood as such, and is
/// taken for any text.
fn fits(text: &str, pattern: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else { return rest.is_empty() };
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::matches;

    fn event() -> Value {
        json!({
            "source": "aws.cloudwatch", "detail-type": "CloudWatch Alarm State Change",
            "resources": ["arn:aws:cloudwatch:eu-west-1:111122223333:alarm:orders-cpu"],
            "detail": {"alarmName": "orders-cpu", "state": {"value": "ALARM"}}
        })
    }

    #[test]
    fn every_field_has_to_match_and_one_value_of_each_is_enough() {
        let matched = |pattern: Value| matches(&pattern, &event());
        assert_eq!(matched(json!({"source": ["aws.ec2", "aws.cloudwatch"]})), Some(true));
        assert_eq!(matched(json!({"source": ["aws.ec2"]})), Some(false));
        let state = |value: &str| json!({"source": ["aws.cloudwatch"], "detail": {"state": {"value": [value]}}});
        assert_eq!((matched(state("ALARM")), matched(state("OK"))), (Some(true), Some(false)));
        let or = json!({"$or": [{"source": ["aws.ec2"]}, {"detail-type": ["CloudWatch Alarm State Change"]}]});
        assert_eq!(matched(or), Some(true));
    }

    #[test]
    fn operators_compare_texts() {
        let named = |operator: Value| matches(&json!({"detail": {"alarmName": [operator]}}), &event());
        assert_eq!(named(json!({"prefix": "orders-"})), Some(true));
        assert_eq!(named(json!({"prefix": {"equals-ignore-case": "ORDERS"}})), Some(true));
        assert_eq!(named(json!({"suffix": "-memory"})), Some(false));
        assert_eq!(named(json!({"wildcard": "o*-c*u"})), Some(true));
        assert_eq!(named(json!({"wildcard": "o*-x*u"})), Some(false));
        assert_eq!(named(json!({"anything-but": ["orders-cpu", "bills-cpu"]})), Some(false));
        assert_eq!(named(json!({"anything-but": {"prefix": "TargetTracking-"}})), Some(true));
        assert_eq!(named(json!({"exists": true})), Some(true));
    }

    #[test]
    fn unknown_fields_and_operators_leave_it_open_unless_another_field_decides() {
        let matched = |pattern: Value| matches(&pattern, &event());
        assert_eq!(matched(json!({"detail": {"configuration": {"description": ["page"]}}})), None);
        assert_eq!(matched(json!({"detail": {"alarmName": [{"like": "o"}]}})), None);
        assert_eq!(matched(json!({"source": ["aws.ec2"], "id": ["1"]})), Some(false));
        assert_eq!(matched(json!("nonsense")), None);
    }
}
