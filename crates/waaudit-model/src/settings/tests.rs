//! Which settings are refused.

use std::collections::BTreeMap;

use super::{NonProduction, Pacing, Settings};

fn read(text: &str) -> Result<Settings, String> {
    toml::from_str(text).map_err(|error| error.to_string())
}

#[test]
fn limits_are_finite_and_in_their_range_and_days_are_days() {
    for text in [
        "[thresholds]\nrds_cpu_percent = 150.0\nalb_server_error_share = 0.0\ncache_hit_ratio = 1.0",
        "[thresholds]\nexpected_growth_factor = 12.0\naurora_reader_day_ratio = 3.0",
        "[attest]\nrestore_tested_on = \"\"",
        "[attest]\nrestore_tested_on = \"2026-01-31\"",
    ] {
        assert!(read(text).is_ok(), "{text}: {:?}", read(text));
    }
    for (text, complaint) in [
        ("[thresholds]\nrds_cpu_percent = nan", "`rds_cpu_percent` is 0 or more, not NaN"),
        ("[thresholds]\nalb_response_seconds = -1.0", "`alb_response_seconds` is 0 or more, not -1"),
        ("[thresholds]\nalb_response_seconds = inf", "`alb_response_seconds` is 0 or more, not NaN"),
        ("[thresholds]\ncertificate_days = -3", "`certificate_days` is 0 or more, not -3"),
        ("[thresholds]\nalb_server_error_share = 1.1", "`alb_server_error_share` is 0 to 1, not 1.1"),
        ("[attest]\nrestore_tested_on = \"soon\"", "`soon` is not a date"),
    ] {
        let error = read(text).unwrap_err();
        assert!(error.contains(complaint), "{text}: {error}");
    }
}

#[test]
fn a_scan_may_ask_slower_and_never_faster() {
    assert_eq!(read("").unwrap().pace, Pacing::default());
    assert_eq!(
        read("[pace]\nshare = 0.1\ncalls_in_flight = 4").unwrap().pace,
        Pacing { share: 0.1, calls_in_flight: 4, emulator: false }
    );
    for (text, complaint) in [
        ("[pace]\nshare = 0.6", "above 0 and at most 0.5, not 0.6"),
        ("[pace]\nshare = 0.0", "above 0 and at most 0.5, not 0"),
        ("[pace]\nshare = nan", "above 0 and at most 0.5, not NaN"),
        ("[pace]\ncalls_in_flight = 65", "1 to 64, not 65"),
        ("[pace]\ncalls_in_flight = 0", "1 to 64, not 0"),
        ("[pace]\nrate = 3", "unknown field `rate`"),
    ] {
        let error = read(text).unwrap_err();
        assert!(error.contains(complaint), "{text}: {error}");
    }
}

#[test]
fn non_production_is_told_by_tags_and_names_whatever_their_case() {
    let names = vec!["*-dev".to_owned(), "[".to_owned()];
    let of = |judge| NonProduction { judge, names: names.clone(), ..NonProduction::default() }.compiled();
    let patterns = of(false);
    let tags = |key: &str, value: &str| BTreeMap::from([(key.to_owned(), value.to_owned())]);
    let by_tag = |key, value| patterns.cover("orders", None, Some(&tags(key, value)));
    assert!(by_tag("Environment", "QA") && by_tag("env", "non-production"));
    assert!(!by_tag("env", "production") && !by_tag("team", "dev") && !patterns.cover("orders", None, None));
    assert!(patterns.cover("Orders-Dev", None, None) && patterns.cover("i-1", Some("web-dev"), None));
    assert!(!patterns.cover("orders-developers", Some("["), None), "what is no pattern fits nothing");
    assert!(!of(true).cover("orders-dev", None, Some(&tags("env", "dev"))), "it is judged");
}
