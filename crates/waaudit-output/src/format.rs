//! What a format of a document is, and what a document is laid out for.

use std::io::{self, Write};

use super::table::Look;
use waaudit_judge::diff::Difference;

/// One way to print a document: a report, a difference, a trend.
#[derive(Debug)]
pub struct Format<Document: 'static> {
    /// What `--format` calls it.
    pub name: &'static str,
    /// Who reads it, for the help.
    pub about: &'static str,
    /// Writes a document.
    pub write: fn(&Document, View, &mut dyn Write) -> io::Result<()>,
}

/// The formats of a document, in the order of the help.
pub type Formats<Document> = &'static [&'static Format<Document>];

/// What a document is laid out for.
#[derive(Debug, Clone, Copy)]
pub struct View<'d> {
    /// The width and colours of what has some, and which findings a page of text shows.
    pub look: Look,
    /// What changed since an earlier report, where one was given and the format has room for it.
    pub since: Option<&'d Difference>,
}

impl View<'_> {
    /// Of a document alone.
    pub const fn of(look: Look) -> Self {
        Self { look, since: None }
    }
}

/// The format of a name.
pub fn named<Document>(formats: Formats<Document>, name: &str) -> Option<&'static Format<Document>> {
    formats.iter().copied().find(|format| format.name == name)
}

#[cfg(test)]
mod tests {
    use super::{Formats, named};

    fn names_are_different_and_found<Document>(formats: Formats<Document>) {
        for format in formats {
            assert_eq!(named(formats, format.name).map(|found| found.about), Some(format.about));
        }
        assert!(named(formats, "tables").is_none());
    }

    #[test]
    fn formats_are_found_by_name() {
        names_are_different_and_found(crate::formats::FORMATS);
        names_are_different_and_found(crate::difference::FORMATS);
        names_are_different_and_found(crate::trend::FORMATS);
    }
}
