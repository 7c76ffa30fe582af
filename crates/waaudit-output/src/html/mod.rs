//! A report as one page of HTML: readable without a script, and with its script a list of findings to filter, to link to
//! and to waive.
//!
//! The page asks for nothing: style, script and data are in it, and its policy forbids a browser to load or run anything
//! else. What a report says may come from someone else: templates escape it, control characters and marks that turn the
//! direction of reading are left out. Like every format it lays out and computes nothing.

mod changes;
mod data;
mod first;
mod lists;
mod parts;
mod policy;
mod ramp;
#[cfg(test)]
mod tests;
mod trend;

use std::io;

use askama::Template;

use self::changes::Changes;
use self::data::Carried;
use self::first::First;
use self::lists::AreaList;
use self::parts::{Coverage, Headroom, Method, Steps};
use self::ramp::RampPart;
use self::trend::Course;
use crate::picture::{self, Picture};
use crate::simulation::{Section, zone_loss};
use crate::table::moment;
use crate::text::clean;
use crate::words;
use waaudit_judge::diff::Difference;
use waaudit_judge::report::Report;
use waaudit_judge::trend::Trend;

/// A report, with what changed since an earlier one where that is given.
pub fn page(report: &Report, since: Option<&Difference>) -> io::Result<String> {
    let losses = report.simulation.as_ref();
    let page = ReportPage {
        report,
        first: First::new(report),
        changes: since.map(Changes::new),
        pictures: losses.map(picture::pictures).unwrap_or_default(),
        not_drawn: losses.map(picture::left_out).unwrap_or_default(),
        zones: losses.map(|losses| zone_loss::in_brief(&losses.zones)).unwrap_or_default(),
        headroom: Headroom::new(report),
        ramp: RampPart::new(report),
        points: parts::single_points(report),
        steps: report.plan.as_ref().map(Steps::new),
        lists: lists::lists(report),
        coverage: Coverage::new(report),
        method: Method::new(report),
    };
    let title = format!("{} · readiness · {}", page.first.account, moment(&report.taken_at));
    document(&title, &page, Some(&Carried::new(report)?))
}

/// What changed between two reports.
pub fn difference_page(difference: &Difference) -> io::Result<String> {
    let changes = Changes::new(difference);
    let title = format!("Account {} · {} → {}", difference.account, changes.before, changes.after);
    document(&title, &DifferencePage { changes, account: &difference.account }, None)
}

/// Accounts over stored reports.
pub fn trend_page(trend: &Trend) -> io::Result<String> {
    let accounts: Vec<Course> = trend.accounts.iter().map(Course::new).collect();
    let title = format!("Readiness of {}", words::count(accounts.len(), "account"));
    document(&title, &TrendPage { title: &title, accounts }, None)
}

/// The whole file.
fn document(title: &str, page: &impl Template, data: Option<&Carried>) -> io::Result<String> {
    let body = page.render().map_err(io::Error::other)?;
    let body: Vec<String> = body.lines().map(clean).collect();
    let shell = Shell {
        title: &clean(title),
        policy: &policy::policy(),
        style: policy::STYLE,
        script: policy::SCRIPT,
        body: &body.join("\n"),
        data,
    };
    shell.render().map_err(io::Error::other)
}

/// What is around a page.
#[derive(Template)]
#[template(path = "html/shell.html")]
struct Shell<'p> {
    title: &'p str,
    policy: &'p str,
    style: &'p str,
    script: &'p str,
    /// Has been escaped by its own template.
    body: &'p str,
    data: Option<&'p Carried>,
}

/// A report's page, in the order in which it is read.
#[derive(Template)]
#[template(path = "html/report.html")]
struct ReportPage<'r> {
    report: &'r Report,
    first: First<'r>,
    changes: Option<Changes<'r>>,
    pictures: Vec<Picture>,
    /// What the pictures leave out.
    not_drawn: Vec<String>,
    zones: Vec<Section>,
    headroom: Headroom<'r>,
    ramp: Option<RampPart<'r>>,
    points: Vec<Section>,
    steps: Option<Steps<'r>>,
    lists: Vec<AreaList<'r>>,
    coverage: Coverage,
    method: Method<'r>,
}

/// A difference's page.
#[derive(Template)]
#[template(path = "html/difference.html")]
struct DifferencePage<'d> {
    changes: Changes<'d>,
    account: &'d str,
}

/// A trend's page.
#[derive(Template)]
#[template(path = "html/trend.html")]
struct TrendPage<'t> {
    title: &'t str,
    accounts: Vec<Course>,
}
