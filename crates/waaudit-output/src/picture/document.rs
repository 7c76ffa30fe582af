//! The pictures of all Regions as a file of its own, with the words that explain it.

use std::io;

use askama::Template;

use super::{Picture, left_out, pictures, style};
use crate::table::moment;
use crate::text::legal_xml;
use waaudit_judge::report::Report;

/// Room for the words above, and for a line of those below.
const HEAD: usize = 44;
const LINE: usize = 18;
/// Beside the pictures, on both sides together.
const MARGINS: usize = 32;
/// As much as the longest line of words takes.
const NARROWEST: usize = 760;

const LEGEND: &[&str] = &[
    "From left to right, from the ways in to what serves them.",
    "Red has no standby, or takes ways in down with its zone. Amber weakens them, or may have no standby.",
    "Dashed: security groups allow the call, and nothing else says that it is made. Dotted: the way out of the network.",
];

#[derive(Template)]
#[template(path = "picture/document.svg")]
struct Document {
    title: String,
    style: String,
    width: usize,
    height: usize,
    placed: Vec<(usize, Picture)>,
    words: Vec<(usize, String)>,
}

/// The file.
pub(crate) fn document(report: &Report) -> io::Result<String> {
    let pictures = report.simulation.as_ref().map(pictures).unwrap_or_default();
    let words = words(report, pictures.is_empty());
    let width = pictures.iter().map(|picture| picture.width).fold(NARROWEST, usize::max) + MARGINS;
    let mut height = HEAD;
    let placed = pictures.into_iter().map(|picture| (put(&mut height, picture.height), picture)).collect();
    height += LINE;
    let words = words.into_iter().map(|text| (put(&mut height, LINE), text)).collect();
    let account = crate::words::account(&report.account);
    let title = format!("Request paths of {account} · {}", moment(&report.taken_at));
    let document = Document { title, style: style::on_white(), width, height, placed, words };
    let text = document.render().map_err(io::Error::other)?;
    Ok(text.lines().map(|line| legal_xml(line) + "\n").collect())
}

/// Puts something below all else: where it begins.
const fn put(height: &mut usize, own: usize) -> usize {
    let top = *height;
    *height += own;
    top
}

/// What explains the picture, or why there is none.
fn words(report: &Report, empty: bool) -> Vec<String> {
    let Some(losses) = &report.simulation else {
        return vec!["A report of some areas or rules alone has no request paths.".to_owned()];
    };
    if empty {
        return vec!["No way in from the internet was found.".to_owned()];
    }
    let left_out = left_out(losses);
    let left_out = (!left_out.is_empty()).then(|| format!("Not drawn: {}.", left_out.join(", ")));
    LEGEND.iter().map(|line| (*line).to_owned()).chain(left_out).collect()
}
