//! What changed since the report that the server was started with as its baseline.
//!
//! A question can't name a report: a server that opens files by name would read any file of its user for any text that gets
//! an assistant to ask.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::question::{Asked, Paging, Question};
use waaudit_judge::diff::{Change, Difference, compare};
use waaudit_model::error::Failure;

/// Which part of the changes.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct Diff {
    #[serde(flatten)]
    paging: Paging,
}

/// Changes, in parts.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Changes {
    /// Both results, and the changes of this part: new failures come first, then fixed ones, others, and vanished ones.
    difference: Difference,
    /// Changes of all parts.
    counts: Counts,
    /// The cursor of the next part; null where this is the last one.
    next_cursor: Option<String>,
}

/// Changes by their sort.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Counts {
    /// What fails and did not fail before.
    new: usize,
    /// What failed and passes.
    fixed: usize,
    /// Other verdicts than before.
    changed: usize,
    /// What failed and is not among the findings any more.
    vanished: usize,
}

impl Question for Diff {
    const NAME: &'static str = "diff";
    const ABOUT: &'static str = "What changed since the earlier report that the server was started with (--baseline): new failures, fixed ones, \
         other verdicts, the scores. Reports are never read by name.";
    type Answer = Changes;

    fn answer(self, asked: &Asked) -> Result<Changes, Failure> {
        let baseline = asked.accounts.baseline.as_ref().ok_or_else(|| {
            Failure::new("there is no earlier report to compare with")
                .help("the server was started without one: waaudit mcp --baseline REPORT")
        })?;
        let account = asked.account()?;
        let mut difference = compare(baseline, &account.report, &asked.accounts.rules)?;
        let counts = Counts {
            new: difference.new.len(),
            fixed: difference.fixed.len(),
            changed: difference.changed.len(),
            vanished: difference.vanished.len(),
        };
        let all: Vec<(usize, Change)> =
            lists(&mut difference).into_iter().enumerate().flat_map(|(place, list)| labelled(place, list)).collect();
        let page = asked.page(&self.paging, &account, all)?;
        for (place, change) in page.items {
            if let Some(list) = lists(&mut difference).into_iter().nth(place) {
                list.push(change);
            }
        }
        Ok(Changes { difference, counts, next_cursor: page.next_cursor })
    }
}

fn lists(difference: &mut Difference) -> [&mut Vec<Change>; 4] {
    [&mut difference.new, &mut difference.fixed, &mut difference.changed, &mut difference.vanished]
}

fn labelled(place: usize, list: &mut Vec<Change>) -> Vec<(usize, Change)> {
    std::mem::take(list).into_iter().map(|change| (place, change)).collect()
}
