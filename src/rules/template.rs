//! Sentences with expressions in braces: `{r.id} runs in {r.availability_zone} alone`.

use std::fmt;

use super::expr::{Expr, ExprError, Subject, Vocabulary};

/// A checked sentence. `{{` and `}}` stand for braces.
pub struct Template {
    parts: Vec<Part>,
}

enum Part {
    Text(String),
    Expr(Expr),
}

impl Template {
    /// Parses a sentence and checks its expressions.
    pub fn new(source: &str, vocabulary: &Vocabulary) -> Result<Self, ExprError> {
        let mut parts = Vec::new();
        let mut text = String::new();
        let mut at = 0;
        while let Some(found) = source[at..].find(['{', '}']) {
            let brace = at + found;
            text.push_str(&source[at..brace]);
            let rest = &source[brace..];
            if rest.starts_with("{{") || rest.starts_with("}}") {
                text.push_str(&rest[..1]);
                at = brace + 2;
                continue;
            }
            let end = rest.find('}').filter(|_| rest.starts_with('{')).ok_or_else(|| unbalanced(brace))?;
            parts.push(Part::Text(std::mem::take(&mut text)));
            let expr = Expr::any(&rest[1..end], vocabulary)
                .map_err(|error| ExprError { offset: error.offset + brace + 1, ..error })?;
            parts.push(Part::Expr(expr));
            at = brace + end + 1;
        }
        text.push_str(&source[at..]);
        parts.push(Part::Text(text));
        Ok(Self { parts })
    }

    /// The facts that it mentions.
    pub fn facts(&self) -> impl Iterator<Item = &str> {
        let exprs = self.parts.iter().filter_map(|part| match part {
            Part::Expr(expr) => Some(expr),
            Part::Text(_) => None,
        });
        exprs.flat_map(Expr::facts).map(String::as_str)
    }

    /// The sentence about a subject; what is unread reads "(unread)".
    pub fn fill(&self, subject: &Subject) -> String {
        self.fill_with(subject, "(unread)", |words| words)
    }

    /// A command about a subject, safe to paste: names are chosen by others, and can hold what a shell obeys. What is
    /// unread is the reader's to fill in.
    pub fn fill_command(&self, subject: &Subject) -> String {
        self.fill_with(subject, "<unread>", quoted)
    }

    fn fill_with(&self, subject: &Subject, unread: &str, put: impl Fn(String) -> String) -> String {
        let words = self.parts.iter().map(|part| match part {
            Part::Text(text) => text.clone(),
            Part::Expr(expr) => expr.words(subject).map_or_else(|_| unread.to_owned(), &put),
        });
        words.collect()
    }
}

fn quoted(words: String) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "._:/@%+=,-".contains(c);
    if words.chars().all(plain) { words } else { format!("'{}'", words.replace('\'', "'\\''")) }
}

fn unbalanced(offset: usize) -> ExprError {
    ExprError {
        message: "a brace stands alone".to_owned(),
        help: Some("write `{{` or `}}` for a brace in the text".to_owned()),
        offset,
    }
}

impl fmt::Display for Template {
    /// The sentence as it was written.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for part in &self.parts {
            match part {
                Part::Text(text) => f.write_str(text)?,
                Part::Expr(expr) => write!(f, "{{{}}}", expr.source())?,
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.to_string())
    }
}
