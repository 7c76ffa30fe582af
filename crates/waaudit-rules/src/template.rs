//! Sentences with expressions in braces: `{r.id} runs in {r.availability_zone} only`.
//!
//! A clause between `{?` and `?}` is printed only where each of its expressions has something to say: a value that is
//! known, not null and not empty. Outside of clauses a sentence is said whole or not at all.

use std::collections::BTreeSet;
use std::fmt;

use crate::expr::{Expr, ExprError, NoValue, Subject, Vocabulary};

/// A checked sentence. `{{` and `}}` stand for braces.
pub struct Template {
    parts: Vec<Part>,
}

enum Part {
    Text(String),
    Expr(Expr),
    Clause(Vec<Part>),
}

/// Facts without which a sentence can't be said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread(BTreeSet<String>);

impl fmt::Display for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.0.iter().map(String::as_str).collect();
        write!(f, "{} could not be read", names.join(", "))
    }
}

impl Template {
    /// Parses a sentence and checks its expressions.
    pub fn new(source: &str, vocabulary: &Vocabulary) -> Result<Self, ExprError> {
        let mut parser = Parser { source, at: 0, vocabulary };
        let parts = parser.parts(false)?;
        Ok(Self { parts })
    }

    /// The facts that it mentions.
    pub fn facts(&self) -> impl Iterator<Item = &str> {
        exprs(&self.parts).into_iter().flat_map(Expr::facts).map(String::as_str)
    }

    /// The expressions in it.
    #[cfg(test)]
    pub(crate) fn exprs(&self) -> Vec<&Expr> {
        exprs(&self.parts)
    }

    /// The sentence about a subject. An error names what it would have to print and can't.
    pub fn fill(&self, subject: &Subject) -> Result<String, Unread> {
        let mut sentence = String::new();
        let mut unread = BTreeSet::new();
        for part in &self.parts {
            if let Err(Unread(names)) = part.say(&mut sentence, subject) {
                unread.extend(names);
            }
        }
        if unread.is_empty() { Ok(sentence) } else { Err(Unread(unread)) }
    }

    /// A command about a subject, safe to paste: names are chosen by others, and can hold what a shell obeys. What is
    /// not known is a quoted placeholder. A resource that belongs to no region has no endpoint of its own: `--region`
    /// goes.
    pub fn fill_command(&self, subject: &Subject) -> String {
        let mut command = String::new();
        for part in &self.parts {
            part.command(&mut command, subject);
        }
        command.replace(" --region global", "")
    }
}

impl Part {
    fn say(&self, sentence: &mut String, subject: &Subject) -> Result<(), Unread> {
        match self {
            Self::Text(words) => sentence.push_str(words),
            Self::Expr(expr) => match expr.words(subject) {
                Ok(words) => sentence.push_str(&words),
                Err(NoValue::Unread(name) | NoValue::Broken(name)) => return Err(Unread([name].into())),
            },
            Self::Clause(parts) if has_values(parts, subject) => {
                return parts.iter().try_for_each(|part| part.say(sentence, subject));
            }
            Self::Clause(_) => {}
        }
        Ok(())
    }

    fn command(&self, command: &mut String, subject: &Subject) {
        match self {
            Self::Text(words) => command.push_str(words),
            Self::Expr(expr) => {
                let value = argument(expr, subject);
                bind(command, &value);
                command.push_str(&value);
            }
            Self::Clause(parts) if has_values(parts, subject) => {
                for part in parts {
                    part.command(command, subject);
                }
            }
            Self::Clause(_) => {}
        }
    }
}

/// Whether each expression of a clause has something to say.
fn has_values(parts: &[Part], subject: &Subject) -> bool {
    exprs(parts).into_iter().all(|expr| expr.has_value(subject))
}

/// A value that begins with a hyphen would be read as an option, unless an equals sign binds it to the option before.
fn bind(command: &mut String, value: &str) {
    let option = command.strip_suffix(' ').filter(|start| {
        let word = start.rsplit(' ').next().unwrap_or(start);
        word.starts_with("--")
    });
    if let Some(option) = option.filter(|_| value.starts_with('-')) {
        command.truncate(option.len());
        command.push('=');
    }
}

fn exprs(parts: &[Part]) -> Vec<&Expr> {
    let of = |part| match part {
        &Part::Text(_) => Vec::new(),
        Part::Expr(expr) => vec![expr],
        Part::Clause(parts) => exprs(parts),
    };
    parts.iter().flat_map(of).collect()
}

/// A value as one shell word for each of its elements, or a placeholder that names the fact.
fn argument(expr: &Expr, subject: &Subject) -> String {
    match expr.arguments(subject) {
        Some(words) if !words.is_empty() => words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" "),
        _ => {
            let name = expr.facts().iter().next().map_or("value", String::as_str);
            format!("'<{}>'", name.replace('_', "-"))
        }
    }
}

/// A word as a POSIX shell reads it back. A shell can't be told a NUL.
fn quoted(word: &str) -> String {
    let word = word.replace('\0', "");
    shlex::try_quote(&word).map_or_else(|_| "''".to_owned(), std::borrow::Cow::into_owned)
}

struct Parser<'a> {
    source: &'a str,
    at: usize,
    vocabulary: &'a Vocabulary,
}

impl Parser<'_> {
    /// The parts up to the end, or of a clause up to its end.
    fn parts(&mut self, in_clause: bool) -> Result<Vec<Part>, ExprError> {
        let mut parts = Vec::new();
        let mut text = String::new();
        let opened = self.at;
        while let Some(found) = self.source[self.at..].find(['{', '}', '?']) {
            let brace = self.at + found;
            text.push_str(&self.source[self.at..brace]);
            let rest = &self.source[brace..];
            if in_clause && rest.starts_with("?}") {
                self.at = brace + 2;
                parts.push(Part::Text(text));
                return Ok(parts);
            }
            if rest.starts_with("{{") || rest.starts_with("}}") || rest.starts_with('?') {
                text.push_str(&rest[..1]);
                self.at = brace + if rest.starts_with('?') { 1 } else { 2 };
                continue;
            }
            parts.push(Part::Text(std::mem::take(&mut text)));
            parts.push(self.braces(brace, rest, in_clause)?);
        }
        if in_clause {
            return Err(unbalanced(opened.saturating_sub(2)));
        }
        text.push_str(&self.source[self.at..]);
        parts.push(Part::Text(text));
        Ok(parts)
    }

    /// A clause or an expression, which starts at `brace`.
    fn braces(&mut self, brace: usize, rest: &str, in_clause: bool) -> Result<Part, ExprError> {
        if rest.starts_with("{?") && !in_clause {
            self.at = brace + 2;
            return self.parts(true).map(Part::Clause);
        }
        let end = rest.find('}').filter(|_| rest.starts_with('{')).ok_or_else(|| unbalanced(brace))?;
        self.at = brace + end + 1;
        let expr = Expr::any(&rest[1..end], self.vocabulary);
        expr.map(Part::Expr).map_err(|error| ExprError { offset: error.offset + brace + 1, ..error })
    }
}

fn unbalanced(offset: usize) -> ExprError {
    ExprError {
        message: "unbalanced brace".to_owned(),
        help: Some("write `{{` or `}}` for a brace in the text; a clause is `{?…?}`".to_owned()),
        offset,
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Expr(expr) => write!(f, "{{{}}}", expr.source()),
            Self::Clause(parts) => {
                f.write_str("{?")?;
                parts.iter().try_for_each(|part| part.fmt(f))?;
                f.write_str("?}")
            }
        }
    }
}

impl fmt::Display for Template {
    /// The sentence as it was written.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.parts.iter().try_for_each(|part| part.fmt(f))
    }
}

impl fmt::Debug for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.to_string())
    }
}
