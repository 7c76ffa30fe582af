//! A section of a simulation: its heading, its sentences and its grid.

use comfy_table::Cell;

use super::page::{Page, Tone, cell};
use crate::simulation::{Grade, Mark, Section};

pub(super) fn section(page: &mut Page, section: &Section) {
    page.heading(&section.title, &section.note);
    for line in &section.lines {
        page.line(Tone::Plain, line);
    }
    if let Some(grid) = &section.grid {
        let cells = |row: &Vec<Mark>| row.iter().map(marked).collect::<Vec<Cell>>();
        page.grid(&grid.header, grid.rows.iter().map(cells).collect());
    }
    section.commands.iter().for_each(|command| page.command(1, command));
}

fn marked(mark: &Mark) -> Cell {
    let tone = match mark.grade {
        Grade::Plain => Tone::Plain,
        Grade::Good => Tone::Good,
        Grade::Doubtful => Tone::Doubtful,
        Grade::Bad => Tone::Bad,
    };
    cell(tone, &mark.text)
}
