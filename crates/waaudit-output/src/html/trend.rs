//! An account over stored reports, for its template: a line of scores as a picture, and the rows of the terminal's chart.

use std::fmt::Write as _;

use crate::chart;
use crate::simulation::{Grid, Section};
use waaudit_judge::trend::AccountTrend;

/// The picture's size, in its own units; a score of 100 is at its top.
const WIDTH: f64 = 600.0;
const HEIGHT: f64 = 100.0;

pub(super) struct Course {
    pub(super) section: Section,
    /// The points of a line, `x,y x,y`; empty where fewer than two reports have a score.
    pub(super) line: String,
    /// The same in words.
    pub(super) words: String,
}

impl Course {
    pub(super) fn new(of: &AccountTrend) -> Self {
        let mut section = chart::account(of);
        if let Some(grid) = &mut section.grid {
            without_bars(grid);
        }
        Self { line: line(of), words: section.lines.join(" "), section }
    }
}

/// The picture replaces the terminal's bars, which have no word over them.
fn without_bars(grid: &mut Grid) {
    let Some(bars) = grid.header.iter().position(String::is_empty) else { return };
    grid.header.remove(bars);
    for row in &mut grid.rows {
        row.remove(bars);
    }
}

/// Reports are as far from each other as their number says: what matters is what changed from one to the next.
#[allow(clippy::cast_precision_loss, reason = "a folder has no 2^52 reports")]
fn line(of: &AccountTrend) -> String {
    let steps = of.points.len().saturating_sub(1).max(1) as f64;
    let scored = of.points.iter().enumerate().filter_map(|(place, point)| Some((place, point.score?)));
    let scored: Vec<(usize, f64)> = scored.collect();
    if scored.len() < 2 {
        return String::new();
    }
    scored.into_iter().fold(String::new(), |mut line, (place, score)| {
        let (x, y) = (place as f64 / steps * WIDTH, HEIGHT - score.clamp(0.0, 100.0));
        // Writing to a string can't fail.
        let _ = write!(line, "{x:.1},{y:.1} ");
        line
    })
}
