//! What simulations say, laid out as sections of words and grids: one layout for the terminal and for Markdown.
//!
//! It computes nothing: outcomes, multiples and their sources come from `waaudit-simulate`.

pub(crate) mod headroom;
mod pictures;
pub(crate) mod plan;
mod single_points;
pub(crate) mod zone_loss;

pub use self::headroom::headroom;
pub use self::pictures::{Notes, notes};
pub use self::plan::plan;
pub use self::single_points::single_points;
pub use self::zone_loss::zone_loss;

use waaudit_rules::expr::separated;
use waaudit_simulate::Outcome;

/// A part of a page.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Section {
    /// Its title.
    pub title: String,
    /// A few words beside the title: how many there are.
    pub note: String,
    /// Sentences before the grid.
    pub lines: Vec<String>,
    /// Rows under a header; none where there is nothing to list.
    pub grid: Option<Grid>,
    /// Commands to paste, line by line.
    pub commands: Vec<String>,
}

/// Rows under a header.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Grid {
    /// A word over each column.
    pub header: Vec<String>,
    /// Rows of as many cells.
    pub rows: Vec<Vec<Mark>>,
}

/// A cell: its words, and how good that is. The words say it all; a format may repeat it as a colour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// The words.
    pub text: String,
    /// How good it is.
    pub grade: Grade,
}

/// How good something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grade {
    /// Neither good nor bad.
    Plain,
    /// As it should be.
    Good,
    /// Could be better, or is not known.
    Doubtful,
    /// It fails.
    Bad,
}

impl Mark {
    pub(crate) fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), grade: Grade::Plain }
    }

    pub(crate) const fn of(grade: Grade, text: String) -> Self {
        Self { text, grade }
    }
}

impl Grid {
    pub(crate) fn new(header: &[&str], rows: Vec<Vec<Mark>>) -> Option<Self> {
        let header = header.iter().map(|&word| word.to_owned()).collect();
        (!rows.is_empty()).then_some(Self { header, rows })
    }
}

/// How good an outcome is.
pub(crate) const fn grade(outcome: Option<Outcome>) -> Grade {
    match outcome {
        Some(Outcome::Survives) => Grade::Good,
        Some(Outcome::FailsOver | Outcome::Degraded) | None => Grade::Doubtful,
        Some(Outcome::Recovers | Outcome::Dies) => Grade::Bad,
    }
}

/// How good it is that a limit is reached at a multiple of today's peak.
pub(crate) const fn of_multiple(multiple: f64) -> Grade {
    match multiple {
        low if low < 1.0 => Grade::Bad,
        low if low < 2.0 => Grade::Doubtful,
        _ => Grade::Good,
    }
}

/// A number as people say it: two digits that matter below ten, none behind the point above.
pub(super) fn figure(value: f64) -> String {
    let digits = match value.abs() {
        small if small < 10.0 => 1,
        _ => 0,
    };
    let text = format!("{value:.digits$}");
    let text = text.strip_suffix(".0").map_or_else(|| text.clone(), str::to_owned);
    separated(&text)
}

/// "90 s", "12 minutes".
fn seconds(seconds: f64) -> String {
    match seconds {
        short if short < 120.0 => format!("{} s", figure(short.round())),
        minutes if minutes < 7200.0 => format!("{} minutes", figure((minutes / 60.0).round())),
        hours => format!("{} hours", figure((hours / 3600.0).round())),
    }
}

#[cfg(test)]
mod tests {
    use super::{figure, seconds};

    #[test]
    fn numbers_read_as_people_say_them() {
        let figures = [0.55, 1.0, 1.94, 10.4, 999.6, 12_000.0, 1_234_567.0, -4_500.0].map(figure);
        assert_eq!(figures, ["0.6", "1", "1.9", "10", "1,000", "12,000", "1,234,567", "-4,500"]);
        assert_eq!([20.0, 119.0, 600.0, 14_400.0].map(seconds), ["20 s", "119 s", "10 minutes", "4 hours"]);
    }
}
