//! What the report does not cover: resource types that no rule judges, and waivers without effect.

use std::collections::BTreeMap;

use super::page::{Page, Tone};
use crate::words;
use waaudit_judge::report::{Diagnostic, NotAssessed, Report};

/// Resource types in use that no rule judges, a line for each service, then services that are not read at all.
pub(super) fn not_assessed(page: &mut Page, report: &Report) {
    if report.not_assessed.is_empty() {
        return;
    }
    let mut in_use: BTreeMap<&str, Vec<&NotAssessed>> = BTreeMap::new();
    for of in report.not_assessed.iter().filter(|of| of.count.is_some()) {
        in_use.entry(name(of)).or_default().push(of);
    }
    let types: usize = in_use.values().map(Vec::len).sum();
    page.heading("Not assessed", &if types > 0 { words::count(types, "resource type") } else { String::new() });
    if types > 0 {
        page.line(Tone::Plain, "Tagged resources of these types exist, and no rule judges them:");
    }
    for (service, types) in in_use {
        let types: Vec<String> = types.into_iter().map(in_words).collect();
        page.indented(Tone::Plain, 3, &format!("{service}: {}", types.join(", ")));
    }
    let unread: Vec<&str> = report.not_assessed.iter().filter(|of| of.count.is_none()).map(name).collect();
    if !unread.is_empty() {
        page.line(Tone::Faint, &format!("Not read, whether in use or not: {}.", unread.join(", ")));
    }
}

fn name(of: &NotAssessed) -> &str {
    of.product.as_deref().unwrap_or(&of.service)
}

/// "job-queue (3)".
fn in_words(of: &NotAssessed) -> String {
    let count = of.count.unwrap_or_default();
    format!("{} ({count})", of.r#type.as_deref().unwrap_or("resource"))
}

/// Waivers and targets without effect.
pub(super) fn diagnostics(page: &mut Page, diagnostics: &[Diagnostic]) {
    if diagnostics.is_empty() {
        return;
    }
    page.heading("Waivers and targets without effect", &diagnostics.len().to_string());
    for diagnostic in diagnostics {
        page.item(Tone::Doubtful, " · ", &diagnostic.message);
    }
}
