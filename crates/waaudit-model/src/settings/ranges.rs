//! The ranges of settings: a value outside of them is an error when the file is read.

use serde::de::Error;
use serde::{Deserialize, Deserializer};

use super::Thresholds;

/// The largest share of the account's API rates.
pub(super) const MAX_SHARE: f64 = 0.5;
/// The largest number of calls in flight.
pub(super) const MAX_CALLS_IN_FLIGHT: usize = 64;

/// Limits are finite and not negative; a name tells which of them have an upper bound.
pub(super) fn thresholds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Thresholds, D::Error> {
    let thresholds = Thresholds::deserialize(deserializer)?;
    let numbers = serde_json::to_value(&thresholds).map_err(D::Error::custom)?;
    for (name, number) in numbers.as_object().into_iter().flatten() {
        // JSON has neither NaN nor infinity: they turn into null.
        let number = number.as_f64().unwrap_or(f64::NAN);
        let most = most(name);
        if !(0.0..=most).contains(&number) {
            let bounds = if most < f64::MAX { format!("0 to {most}") } else { "0 or more".to_owned() };
            return Err(D::Error::custom(format!("`{name}` is {bounds}, not {number}")));
        }
    }
    Ok(thresholds)
}

/// The largest value of a limit: a share and a ratio of hits end at 1. More than 100 per cent switches a rule off.
fn most(name: &str) -> f64 {
    let word = |word: &str| name.split('_').any(|part| part == word);
    match name {
        _ if word("share") || name.ends_with("hit_ratio") => 1.0,
        _ => f64::MAX,
    }
}

/// A day, `2026-01-31`, or nothing.
pub(super) fn day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    match text.parse::<jiff::civil::Date>() {
        _ if text.is_empty() => Ok(text),
        Ok(day) => Ok(day.to_string()),
        Err(_) => Err(D::Error::custom(format!("`{text}` is not a date: write it as 2026-01-31"))),
    }
}

pub(super) fn share<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    let share = f64::deserialize(deserializer)?;
    if share > 0.0 && share <= MAX_SHARE {
        return Ok(share);
    }
    Err(D::Error::custom(format!("`share` is above 0 and at most {MAX_SHARE}, not {share}: production needs the rest")))
}

pub(super) fn calls_in_flight<'de, D: Deserializer<'de>>(deserializer: D) -> Result<usize, D::Error> {
    let calls = usize::deserialize(deserializer)?;
    if (1..=MAX_CALLS_IN_FLIGHT).contains(&calls) {
        return Ok(calls);
    }
    Err(D::Error::custom(format!("`calls_in_flight` is 1 to {MAX_CALLS_IN_FLIGHT}, not {calls}")))
}
