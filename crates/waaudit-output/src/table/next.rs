//! The end of the page: what to fix first, with commands to paste, and where to read on.

use super::page::{Page, Size, Tone, cell};
use crate::next_steps::by_urgency;
use crate::words;
use waaudit_judge::report::{Finding, Fix, Report, Verdict};

/// So many fixes can be taken in.
const MOST_FIXES: usize = 5;

/// The first fixes, one for each rule: what blocks a stage before what does not, the worst first.
pub(super) fn fixes(page: &mut Page, report: &Report) {
    let by_rule = by_urgency(report);
    if by_rule.is_empty() {
        return;
    }
    let rules = by_rule.len();
    let note = if rules > MOST_FIXES { format!("{MOST_FIXES} of {rules} rules") } else { String::new() };
    page.heading("What to do next", &note);
    for (place, findings) in by_rule.values().take(MOST_FIXES).enumerate() {
        if place > 0 {
            page.gap();
        }
        write_fix(page, place + 1, findings);
    }
    let shown = by_rule.values().take(MOST_FIXES).filter_map(|findings| findings.first());
    if shown.into_iter().any(|(_, fix)| fix.cli.contains('<')) {
        page.gap();
        page.line(Tone::Faint, "Replace the words in <angle brackets> by your own values.");
    }
}

fn write_fix(page: &mut Page, place: usize, findings: &[(&Finding, &Fix)]) {
    let Some((finding, fix)) = findings.first() else { return };
    let others = match findings.len() - 1 {
        0 => String::new(),
        more => format!(", and {more} more of this rule"),
    };
    let resource = format!("{} in {}{others}", words::label(&finding.resource), finding.resource.region);
    page.item(Tone::Strong, &format!(" {place}. "), &format!("{} ({})", finding.rule.title, finding.severity().name()));
    page.indented(Tone::Plain, 4, &resource);
    if !finding.rule.flags.is_empty() {
        let flags: Vec<&str> = finding.rule.flags.iter().map(|flag| flag.words()).collect();
        page.indented(Tone::Doubtful, 4, &flags.join(", "));
    }
    fix.cli.lines().for_each(|command| page.command(4, command));
    if !finding.rule.fix_terraform.is_empty() {
        page.indented(Tone::Faint, 4, &format!("in Terraform: {}", finding.rule.fix_terraform));
    }
}

/// Where to read on.
pub(super) fn hints(page: &mut Page, report: &Report) {
    let worst = report.findings.iter().filter(|finding| finding.verdict == Verdict::Fail);
    let worst = worst.min_by_key(|finding| (finding.severity(), finding.rule.stage));
    let explain = format!("waaudit rule explain {}", worst.map_or("<id>", |finding| &finding.rule.id));
    let hints = [
        ("why it matters", explain.as_str()),
        ("all findings", "waaudit scan --full"),
        ("keep the facts", "waaudit scan --save-snapshot FILE"),
    ];
    page.gap();
    let rows = hints.map(|(what, command)| [cell(Tone::Faint, what), cell(Tone::Plain, command)]);
    page.table(["", ""], [Size::Whole, Size::Whole], rows.into());
}
