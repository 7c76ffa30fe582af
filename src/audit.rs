//! The pure part of the pipe: from a snapshot to the report. No network, no clock.

use std::collections::BTreeMap;

use crate::derive::derive;
use crate::evaluate::evaluate;
use crate::report::{REPORT_VERSION, Report, Tool};
use crate::rules::RuleSet;
use crate::score::summarise;
use crate::settings::Settings;
use crate::snapshot::Snapshot;
use crate::waive::{Waivers, waive};

/// Judges a snapshot as it was collected, and reports on resources that have all of these tags. The others are judged
/// too, for what one resource is depends on its neighbours; only their findings are left out.
pub fn audit(
    snapshot: Snapshot,
    rules: &RuleSet,
    settings: &Settings,
    waivers: &Waivers,
    tags: &[(String, String)],
) -> Report {
    let snapshot = derive(snapshot);
    let mut findings = evaluate(&snapshot, rules, &settings.as_value());
    findings.retain(|finding| finding.resource.tags.as_ref().is_none_or(|own| has_all(own, tags)));
    waive(&mut findings, waivers, snapshot.taken_at);
    Report {
        schema_version: REPORT_VERSION,
        tool: Tool { name: env!("CARGO_PKG_NAME").to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() },
        summary: summarise(&rules.rules, &findings),
        account: snapshot.account,
        taken_at: snapshot.taken_at.to_string(),
        regions: snapshot.regions,
        findings,
        gaps: snapshot.gaps,
    }
}

fn has_all(own: &BTreeMap<String, String>, wanted: &[(String, String)]) -> bool {
    wanted.iter().all(|(key, value)| own.get(key) == Some(value))
}
