//! The findings in the AWS Security Finding Format, for Security Hub:
//! <https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-findings-format.html>.
//!
//! It sends nothing. Each line is the list that one call of `BatchImportFindings` takes, of one Region, as large as Security
//! Hub accepts, so that a shell can send a line at a time.

mod finding;
mod types;

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::Format;
use waaudit_judge::report::{Finding, Report, Verdict};

pub(super) const FORMAT: Format = Format {
    name: "asff",
    about: "For AWS Security Hub: findings to import, a batch a line",
    write: |report, _, to| batches(report, to),
};

/// Security Hub takes as many findings in a call:
/// <https://docs.aws.amazon.com/securityhub/latest/partnerguide/guidelines-batchimportfindings.html>.
const MOST_FINDINGS: usize = 100;
/// It takes 6 MB in a call; the rest is for the request around the list.
const MOST_BYTES: usize = 5_900_000;

fn batches(report: &Report, to: &mut dyn Write) -> io::Result<()> {
    for (region, findings) in by_region(report) {
        let mut batch = Batch::default();
        for finding in findings {
            let text = serde_json::to_string(&finding::of(report, finding, &region))?;
            if !batch.has_room(text.len()) {
                batch.end(to)?;
            }
            batch.add(&text);
        }
        batch.end(to)?;
    }
    Ok(())
}

/// A call reaches the Security Hub of one Region. What a rule does not apply to is no finding.
fn by_region(report: &Report) -> BTreeMap<String, Vec<&Finding>> {
    let mut regions: BTreeMap<String, Vec<&Finding>> = BTreeMap::new();
    for finding in report.findings.iter().filter(|finding| finding.verdict != Verdict::Skip) {
        regions.entry(finding::region(report, &finding.resource)).or_default().push(finding);
    }
    regions
}

/// The list of one call.
#[derive(Default)]
struct Batch {
    text: String,
    findings: usize,
}

impl Batch {
    fn has_room(&self, bytes: usize) -> bool {
        self.findings < MOST_FINDINGS && self.text.len() + bytes < MOST_BYTES
    }

    fn add(&mut self, finding: &str) {
        self.text.push(if self.findings == 0 { '[' } else { ',' });
        self.text.push_str(finding);
        self.findings += 1;
    }

    /// Writes it, and begins anew.
    fn end(&mut self, to: &mut dyn Write) -> io::Result<()> {
        if self.findings > 0 {
            writeln!(to, "{}]", self.text)?;
        }
        *self = Self::default();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Batch, MOST_BYTES};

    #[test]
    fn a_batch_has_room_for_so_many_findings_and_bytes() {
        let mut batch = Batch::default();
        (0..100).for_each(|_| {
            assert!(batch.has_room(2));
            batch.add("{}");
        });
        assert!(!batch.has_room(2));
        let mut text = Vec::new();
        batch.end(&mut text).expect("a vector takes it");
        assert_eq!(serde_json::from_slice::<Vec<serde_json::Value>>(&text).expect("JSON").len(), 100);
        batch.add(&"1".repeat(MOST_BYTES - 10));
        assert!(batch.has_room(8) && !batch.has_room(9));
    }
}
