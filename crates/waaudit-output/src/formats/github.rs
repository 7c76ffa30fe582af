//! The findings as annotations of GitHub Actions, the worst first, for GitHub shows ten of a sort and step:
//! <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands>.

use std::io::{self, Write};

use super::Format;
use crate::text::clean;
use waaudit_judge::report::{Finding, Report, Verdict};
use waaudit_rules::Severity;

pub(super) const FORMAT: Format = Format {
    name: "github",
    about: "For GitHub Actions: annotations of a workflow's run",
    write: |report, _, to| annotations(report, to),
};

fn annotations(report: &Report, to: &mut dyn Write) -> io::Result<()> {
    let shown = |finding: &&Finding| matches!(finding.verdict, Verdict::Fail | Verdict::Unknown);
    let mut findings: Vec<&Finding> = report.findings.iter().filter(shown).collect();
    findings.sort_by_key(|finding| (finding.verdict, finding.severity()));
    for finding in findings {
        let title = format!("{} ({})", finding.rule.title, of(finding));
        let message = format!("{} [{} in {}]", finding.message, finding.rule.id, finding.resource.region);
        writeln!(to, "::{} title={}::{}", command(finding), property(&title), data(&message))?;
    }
    for diagnostic in &report.diagnostics {
        writeln!(to, "::warning title={}::{}", property(diagnostic.code.name()), data(&diagnostic.message))?;
    }
    Ok(())
}

/// How bad it is, in a word.
fn of(finding: &Finding) -> &'static str {
    match finding.verdict {
        Verdict::Fail => finding.severity().name(),
        other => other.name(),
    }
}

fn command(finding: &Finding) -> &'static str {
    if finding.verdict == Verdict::Fail { of_severity(finding.severity()) } else { "notice" }
}

/// The command for a failure.
pub(crate) const fn of_severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low => "notice",
    }
}

/// As the toolkit's `escapeData` does: <https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts>.
pub(crate) fn data(text: &str) -> String {
    clean(text).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// As the toolkit's `escapeProperty` does.
pub(crate) fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::{data, property};

    #[test]
    fn a_name_ends_no_command_and_begins_none() {
        assert_eq!(data("100 %\n::error::x"), "100 %25 ::error::x");
        assert_eq!(property("a,file=b::c"), "a%2Cfile=b%3A%3Ac");
    }
}
