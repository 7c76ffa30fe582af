//! The page that all parts write on: headings, wrapped lines, tables and commands, in the width that is given.
//!
//! All text passes here, and loses what could steer a terminal: names in an account are other people's words.

use std::fmt::Write;

use anstyle::{AnsiColor, Style};
use comfy_table::{
    Attribute, Cell, CellAlignment, Color, ColumnConstraint, ContentArrangement, LineStyle, Table, TableStyle, Width,
};

use unicode_width::UnicodeWidthStr;

use super::{Look, Shown};
use crate::text::clean;

/// From this width on, a rule has a column of its own.
const WIDE: usize = 140;
/// A single line between the header and the rows, and no other.
const LIGHT: TableStyle = TableStyle::new().header_separator(LineStyle::none().fill('─'));
/// A table's column has a space on either side.
const PADDING: usize = 2;

/// How text is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tone {
    Plain,
    Strong,
    Faint,
    Good,
    Doubtful,
    Bad,
    Worst,
}

impl Tone {
    fn style(self) -> Style {
        match self {
            Self::Plain => Style::new(),
            Self::Strong => Style::new().bold(),
            Self::Faint => Style::new().dimmed(),
            Self::Good => AnsiColor::Green.on_default(),
            Self::Doubtful => AnsiColor::Yellow.on_default(),
            Self::Bad => AnsiColor::Red.on_default(),
            Self::Worst => AnsiColor::Red.on_default().bold(),
        }
    }

    fn of_cell(self, cell: Cell) -> Cell {
        match self {
            Self::Plain => cell,
            Self::Strong => cell.add_attribute(Attribute::Bold),
            Self::Faint => cell.add_attribute(Attribute::Dim),
            Self::Good => cell.fg(Color::DarkGreen),
            Self::Doubtful => cell.fg(Color::DarkYellow),
            Self::Bad => cell.fg(Color::DarkRed),
            Self::Worst => cell.fg(Color::DarkRed).add_attribute(Attribute::Bold),
        }
    }
}

/// How wide a column may get.
#[derive(Debug, Clone, Copy)]
pub(super) enum Size {
    /// As wide as its longest content; for short words that must not be broken.
    Whole,
    /// Exactly this.
    Exactly(usize),
    /// What the others leave.
    Rest,
}

/// A page in the making.
pub(super) struct Page {
    look: Look,
    text: String,
}

impl Page {
    pub(super) fn new(look: Look) -> Self {
        Self { look: Look { width: look.width.clamp(60, 400), ..look }, text: String::new() }
    }

    pub(super) fn into_text(self) -> String {
        self.text
    }

    pub(super) const fn width(&self) -> usize {
        self.look.width
    }

    pub(super) const fn shown(&self) -> Shown {
        self.look.shown
    }

    pub(super) const fn is_wide(&self) -> bool {
        self.look.width >= WIDE
    }

    /// The title of a part, in a line across the page; with a note at its end, or below where there is no room.
    pub(super) fn heading(&mut self, title: &str, note: &str) {
        let (title, note) = (clean(title), clean(note));
        let taken = length(&title) + length(&note) + 8;
        let fits = !note.is_empty() && taken <= self.width();
        let end = if fits { format!(" {note} ──") } else { String::new() };
        let dashes = self.width().saturating_sub(length(&title) + length(&end) + 4);
        let line = format!("── {title} {}{end}", "─".repeat(dashes));
        self.gap();
        self.write(Tone::Strong, &line);
        if !fits && !note.is_empty() {
            self.line(Tone::Plain, &note);
        }
    }

    /// Words, wrapped, one space from the edge as tables are.
    pub(super) fn line(&mut self, tone: Tone, text: &str) {
        self.indented(tone, 1, text);
    }

    /// Words, wrapped, some spaces from the edge.
    pub(super) fn indented(&mut self, tone: Tone, spaces: usize, text: &str) {
        self.item(tone, &" ".repeat(spaces), text);
    }

    /// Words, wrapped, with a mark before the first line and as much space before the others.
    pub(super) fn item(&mut self, tone: Tone, mark: &str, text: &str) {
        self.brief(tone, mark, text, usize::MAX);
    }

    /// Such words in at most so many lines: what is cut ends with an ellipsis.
    pub(super) fn brief(&mut self, tone: Tone, mark: &str, text: &str, most: usize) {
        for (number, line) in self.wrapped(mark, text, most).iter().enumerate() {
            let line = if number == 0 { format!("{mark}{}", line.trim_start()) } else { line.clone() };
            self.write(tone, &line);
        }
    }

    /// Such words where the mark alone has the tone.
    pub(super) fn marked(&mut self, tone: Tone, mark: &str, text: &str, most: usize) {
        let style = if self.look.colour { tone.style() } else { Style::new() };
        for (number, line) in self.wrapped(mark, text, most).iter().enumerate() {
            let line = if number == 0 { format!("{style}{mark}{style:#}{}", line.trim_start()) } else { line.clone() };
            self.write(Tone::Plain, &line);
        }
    }

    /// Lines with space for a mark.
    fn wrapped(&self, mark: &str, text: &str, most: usize) -> Vec<String> {
        let mut table = Table::new();
        table.load_style(TableStyle::new()).add_row([cell(Tone::Plain, text)]);
        if let Some(column) = table.column_mut(0) {
            column.set_padding((columns(length(mark)), 0));
        }
        self.fit(&mut table);
        let mut lines: Vec<String> = table.force_no_tty().trim_fmt().lines().map(str::to_owned).collect();
        if lines.len() > most {
            lines.truncate(most);
            if let Some(last) = lines.last_mut() {
                cut(last, self.width());
            }
        }
        lines
    }

    /// A command to paste: never wrapped, so that it can be copied whole.
    pub(super) fn command(&mut self, spaces: usize, command: &str) {
        for line in command.lines().filter(|line| !line.trim().is_empty()) {
            let line = format!("{}{}", " ".repeat(spaces), clean(line));
            self.write(Tone::Strong, line.trim_end());
        }
    }

    /// An empty line, but never two.
    pub(super) fn gap(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with("\n\n") {
            self.text.push('\n');
        }
    }

    /// A table; without a header where that is empty.
    pub(super) fn table<const N: usize>(&mut self, header: [&str; N], sizes: [Size; N], rows: Vec<[Cell; N]>) {
        let mut table = Table::new();
        table.load_style(LIGHT).add_rows(rows);
        if header.iter().any(|word| !word.is_empty()) {
            table.set_header(header.map(|word| cell(Tone::Faint, word)));
        }
        table.set_constraints(sizes.map(Size::constraint));
        self.write_table(table);
    }

    /// A table of as many columns as its header has words.
    pub(super) fn grid(&mut self, header: &[String], rows: Vec<Vec<Cell>>) {
        let mut table = Table::new();
        table.load_style(LIGHT).set_header(header.iter().map(|word| cell(Tone::Faint, word))).add_rows(rows);
        self.write_table(table);
    }

    /// A table of a single row, with a word over each of its cells.
    pub(super) fn row(&mut self, header: &[String], cells: Vec<Cell>) {
        let mut table = Table::new();
        table.load_style(LIGHT).set_header(header.iter().map(|word| cell(Tone::Faint, word))).add_row(cells);
        self.write_table(table);
    }

    fn write_table(&mut self, mut table: Table) {
        self.fit(&mut table);
        if self.look.colour {
            table.enforce_styling();
        } else {
            table.force_no_tty();
        }
        for line in table.lines() {
            self.text.push_str(line.trim_end());
            self.text.push('\n');
        }
    }

    fn fit(&self, table: &mut Table) {
        table.set_content_arrangement(ContentArrangement::Dynamic).set_width(columns(self.width()));
    }

    fn write(&mut self, tone: Tone, line: &str) {
        let style = if self.look.colour { tone.style() } else { Style::new() };
        // Writing to a String can't fail.
        let _ = writeln!(self.text, "{style}{line}{style:#}");
    }
}

impl Size {
    fn constraint(self) -> ColumnConstraint {
        match self {
            Self::Whole => ColumnConstraint::ContentWidth,
            Self::Exactly(width) => ColumnConstraint::Absolute(Width::Fixed(columns(width + PADDING))),
            Self::Rest => ColumnConstraint::LowerBoundary(Width::Fixed(12)),
        }
    }
}

/// Ends a line with an ellipsis, at a word's end.
fn cut(line: &mut String, width: usize) {
    while length(line) + 2 > width {
        let Some(end) = line.trim_end().rfind(' ') else { break };
        line.truncate(end);
    }
    line.truncate(line.trim_end_matches([' ', ',', ';', ':', '.']).len());
    line.push_str(" …");
}

/// A cell of one line or more.
pub(super) fn cell(tone: Tone, text: &str) -> Cell {
    tone.of_cell(Cell::new(text.lines().map(clean).collect::<Vec<_>>().join("\n")))
}

/// A cell with a number in it.
pub(super) fn number(number: usize) -> Cell {
    Cell::new(number).set_alignment(CellAlignment::Right)
}

/// The columns that a text takes in a terminal: an ideograph takes two, a combining mark none.
pub(super) fn length(text: &str) -> usize {
    text.width()
}

fn columns(count: usize) -> u16 {
    u16::try_from(count).unwrap_or(u16::MAX)
}
