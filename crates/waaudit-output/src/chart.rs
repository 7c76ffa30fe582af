//! An account over stored reports, as a chart of its scores: a row and a bar for each report.

use crate::simulation::{Grade, Grid, Mark, Section};
use crate::table::moment;
use crate::words::{self, count, tenths};
use waaudit_judge::trend::{AccountTrend, Point, Trend};

/// A bar of a whole score has so many blocks.
const BAR: f64 = 20.0;

/// A section for each account.
pub(crate) fn trend(trend: &Trend) -> Vec<Section> {
    trend.accounts.iter().map(account).collect()
}

/// The reports of an account.
pub(crate) fn account(of: &AccountTrend) -> Section {
    let title = match &of.account.alias {
        Some(alias) => format!("account {} ({alias})", of.account.id),
        None => format!("account {}", of.account.id),
    };
    let header = ["report", "score", "", "stage", "fail", "critical or high", "new", "fixed", "deadly zones"];
    Section {
        title,
        note: count(of.points.len(), "report"),
        lines: of.points.first().zip(of.points.last()).map(|(first, last)| story(first, last)).into_iter().collect(),
        grid: Grid::new(&header, of.points.iter().map(row).collect()),
        ..Section::default()
    }
}

/// "Score 61.2 → 67, ready for launch → 10k users, 148 → 130 failures."
fn story(first: &Point, last: &Point) -> String {
    let [score, stage, fail] = [score, stage, |point: &Point| point.verdicts.fail.to_string()];
    let change = |of: fn(&Point) -> String| {
        let (before, after) = (of(first), of(last));
        if before == after { after } else { format!("{before} → {after}") }
    };
    format!("Score {}, stage {}, failures {}.", change(score), change(stage), change(fail))
}

fn row(point: &Point) -> Vec<Mark> {
    let counted = |number: Option<usize>| Mark::plain(number.map_or(String::new(), |number| number.to_string()));
    let worse = |number: Option<usize>| match number {
        Some(1..) => Grade::Bad,
        _ => Grade::Plain,
    };
    let complete = if point.complete { "" } else { " (incomplete)" };
    vec![
        Mark::plain(format!("{}{complete}", moment(&point.taken_at))),
        Mark::plain(score(point)),
        Mark { text: bar(point.score), grade: grade(point.score) },
        Mark::plain(stage(point)),
        counted(Some(point.verdicts.fail)),
        counted(Some(point.grave)),
        Mark { grade: worse(point.new), ..counted(point.new) },
        counted(point.fixed),
        Mark { grade: worse(point.deadly_zones), ..counted(point.deadly_zones) },
    ]
}

fn score(point: &Point) -> String {
    point.score.map_or("none".to_owned(), tenths)
}

fn stage(point: &Point) -> String {
    point.stage.map_or("none".to_owned(), words::stage)
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a score is from 0 to 100")]
fn bar(score: Option<f64>) -> String {
    let blocks = score.map_or(0.0, |score| (score.clamp(0.0, 100.0) / 100.0 * BAR).round());
    "█".repeat(blocks as usize)
}

fn grade(score: Option<f64>) -> Grade {
    match score {
        Some(high) if high >= 80.0 => Grade::Good,
        Some(middle) if middle >= 50.0 => Grade::Doubtful,
        Some(_) => Grade::Bad,
        None => Grade::Plain,
    }
}

#[cfg(test)]
mod tests {
    use super::{Point, Trend, bar, trend};
    use waaudit_judge::report::Verdicts;
    use waaudit_judge::trend::AccountTrend;
    use waaudit_model::snapshot::AccountIdentity;
    use waaudit_rules::Stage;

    fn point(day: u8, score: f64, stage: Option<Stage>) -> Point {
        Point {
            taken_at: format!("2026-11-0{day}T09:00:00Z"),
            complete: day != 2,
            score: Some(score),
            coverage: Some(1.0),
            stage,
            verdicts: Verdicts { fail: 3, ..Verdicts::default() },
            grave: 1,
            deadly_zones: None,
            new: (day > 1).then_some(2),
            fixed: (day > 1).then_some(0),
        }
    }

    #[test]
    fn an_account_has_a_story_and_a_bar_for_each_report() {
        let [id, arn, partition] = ["123456789012", "arn:aws:iam::123456789012:root", "aws"].map(str::to_owned);
        let account = AccountIdentity { id, alias: None, arn, partition };
        let points = vec![point(1, 49.9, None), point(2, 75.0, Some(Stage::Launch))];
        let sections = trend(&Trend { accounts: vec![AccountTrend { account, points }] });
        assert_eq!(sections[0].lines, ["Score 49.9 → 75, stage none → launch, failures 3."]);
        let rows = &sections[0].grid.as_ref().expect("rows").rows;
        assert_eq!(rows[0][2].text, "█".repeat(10));
        assert_eq!(rows[1][0].text, "2026-11-02 09:00 UTC (incomplete)");
        assert_eq!([&rows[0][6].text, &rows[1][6].text], ["", "2"]);
    }

    #[test]
    fn a_bar_fits_its_column_whatever_the_score() {
        let lengths =
            [None, Some(f64::NAN), Some(-3.0), Some(0.0), Some(100.0), Some(1e9)].map(|of| bar(of).chars().count());
        assert_eq!(lengths, [0, 0, 0, 0, 20, 20]);
    }
}
