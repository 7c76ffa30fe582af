//! Sections as Markdown, for a pull request or a wiki. What comes from an account is escaped.

use std::fmt::Write as _;

use super::simulation::{Grid, Section};
use super::text::{clean, markdown as plain};

/// The page.
pub fn page(sections: &[Section]) -> String {
    let mut text = String::new();
    for section in sections {
        // Writing to a string can't fail.
        let _ = writeln!(text, "## {}\n", plain(&section.title));
        for line in &section.lines {
            let _ = writeln!(text, "{}\n", plain(line));
        }
        if let Some(grid) = &section.grid {
            table(&mut text, grid);
        }
        if !section.commands.is_empty() {
            let _ = writeln!(text, "{}\n", fenced(&section.commands.join("\n")));
        }
    }
    text
}

/// A block of commands. Its fence is longer than any that a name in it may hold.
fn fenced(commands: &str) -> String {
    let commands = commands.lines().map(clean).collect::<Vec<_>>().join("\n");
    let longest = commands.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}sh\n{commands}\n{fence}")
}

fn table(text: &mut String, grid: &Grid) {
    let row = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    text.push_str(&row(grid.header.iter().map(|word| plain(word)).collect()));
    text.push_str(&row(vec!["---".to_owned(); grid.header.len()]));
    for cells in &grid.rows {
        text.push_str(&row(cells.iter().map(|cell| plain(&cell.text)).collect()));
    }
    text.push('\n');
}
