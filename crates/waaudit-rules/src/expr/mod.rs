//! Expressions: the only place that knows CEL, the language that rules are written in.
//!
//! An expression is parsed and checked once, when its rule is loaded, and judged many times. The engine has
//! no type checker, so `check` walks its syntax tree against the facts' JSON schema. Facts are lent to the engine,
//! one by one as they are asked for, not copied. What it must not know: what a rule is, or what a verdict is for.

mod check;
mod functions;
mod parse;
mod patterns;
mod subject;
#[cfg(test)]
mod tests;
mod types;
mod words;

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Arc, LazyLock};

use cel::common::ast::IdedExpr;
use cel::{Context, Env, ExecutionError, Value as CelValue};
use serde_json::Value;

pub use self::subject::Subject;
pub use self::types::{Type, Vocabulary};
pub use self::words::separated;

/// A compiled and checked expression.
#[derive(Debug)]
pub struct Expr {
    source: String,
    tree: IdedExpr,
    facts: BTreeSet<String>,
    settings: BTreeSet<String>,
}

/// What is wrong with an expression, and where in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExprError {
    /// What is wrong, in lower case.
    pub message: String,
    /// What may help.
    pub help: Option<String>,
    /// Byte offset in the expression.
    pub offset: usize,
}

/// Why an expression has no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoValue {
    /// It met a fact or setting of this name that is unread.
    Unread(String),
    /// It broke: the engine's own words.
    Broken(String),
}

impl fmt::Display for NoValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unread(name) => write!(f, "{name} could not be read"),
            Self::Broken(words) => write!(f, "the expression broke: {words}"),
        }
    }
}

static ENVIRONMENT: LazyLock<Arc<Env>> = LazyLock::new(|| Arc::new(functions::environment()));

impl Expr {
    /// Compiles a boolean expression over the vocabulary.
    pub fn boolean(source: &str, vocabulary: &Vocabulary) -> Result<Self, ExprError> {
        let (expr, of) = Self::compile(source, vocabulary)?;
        if matches!(of, Type::Bool | Type::Any) {
            return Ok(expr);
        }
        Err(ExprError { message: format!("is {of}, but has to be true or false"), help: None, offset: 0 })
    }

    /// Compiles an expression whose values fit where a type is wanted.
    pub fn of_type(source: &str, vocabulary: &Vocabulary, wanted: &Type) -> Result<Self, ExprError> {
        let (expr, of) = Self::compile(source, vocabulary)?;
        if of.comparable(wanted) || of.fits(wanted) {
            return Ok(expr);
        }
        Err(ExprError { message: format!("is {of}, but has to be {wanted}"), help: None, offset: 0 })
    }

    /// Compiles an expression of any type.
    pub fn any(source: &str, vocabulary: &Vocabulary) -> Result<Self, ExprError> {
        Self::compile(source, vocabulary).map(|(expr, _)| expr)
    }

    fn compile(source: &str, vocabulary: &Vocabulary) -> Result<(Self, Type), ExprError> {
        let tree = parse::tree(source)?;
        let checked = match check::check(&tree, vocabulary) {
            Ok(checked) => checked,
            Err(_) => Self::check_in_place(source, vocabulary)?,
        };
        let tree = parse::with_memory(tree);
        Ok((Self { source: source.to_owned(), tree, facts: checked.facts, settings: checked.settings }, checked.of))
    }

    /// Checks an expression that has a fault once more, by a tree that knows where each node was written.
    fn check_in_place(source: &str, vocabulary: &Vocabulary) -> Result<check::Checked, ExprError> {
        let (tree, offset_of) = parse::tree_with_places(source)?;
        check::check(&tree, vocabulary).map_err(|fault| ExprError {
            offset: offset_of(fault.node),
            message: fault.message,
            help: fault.help,
        })
    }

    fn value(&self, subject: &Subject) -> Result<CelValue, ExecutionError> {
        let mut context = Context::with_env(Arc::clone(&ENVIRONMENT));
        context.set_variable_resolver(subject);
        CelValue::resolve(&self.tree, &context)
    }

    /// The expression as it was written.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The names of the facts that it mentions.
    pub const fn facts(&self) -> &BTreeSet<String> {
        &self.facts
    }

    /// The settings that it mentions, `attest.app_local_cache`.
    pub const fn settings(&self) -> &BTreeSet<String> {
        &self.settings
    }

    /// The paths that are not null once it came out as `truth`.
    pub fn proven(&self, truth: bool) -> BTreeSet<String> {
        check::proven(&self.tree, truth)
    }

    /// True, false, or why neither.
    pub fn holds(&self, subject: &Subject) -> Result<bool, NoValue> {
        match self.value(subject) {
            Ok(CelValue::Bool(answer)) => Ok(answer),
            Ok(other) => Err(NoValue::Broken(format!("{other:?} is neither true nor false"))),
            Err(error) => Err(no_value(&error)),
        }
    }

    /// Whether it has a value that is neither null nor empty.
    pub fn has_value(&self, subject: &Subject) -> bool {
        match self.value(subject) {
            Ok(CelValue::Null) | Err(_) => false,
            Ok(CelValue::String(text)) => !text.is_empty(),
            Ok(CelValue::List(values)) => !values.is_empty(),
            Ok(_) => true,
        }
    }

    /// The value as the words of a command: one for each element of a list. Nothing where it is unread, null, or holds
    /// anything that is no scalar.
    pub fn arguments(&self, subject: &Subject) -> Option<Vec<String>> {
        match self.value(subject).ok()? {
            CelValue::List(values) => values.iter().map(scalar).collect(),
            value => Some(vec![scalar(&value)?]),
        }
    }

    /// The value as JSON.
    pub fn json(&self, subject: &Subject) -> Result<Value, NoValue> {
        let value = self.value(subject).map_err(|error| no_value(&error))?;
        value.json().map_err(|error| NoValue::Broken(error.to_string()))
    }

    /// The value as words for a reader: lists joined, null as "none".
    pub fn words(&self, subject: &Subject) -> Result<String, NoValue> {
        self.value(subject).map(|value| words(&value)).map_err(|error| no_value(&error))
    }
}

fn no_value(error: &ExecutionError) -> NoValue {
    match error {
        ExecutionError::NoSuchKey(name) => NoValue::Unread(name.to_string()),
        other => NoValue::Broken(other.to_string()),
    }
}

fn scalar(value: &CelValue) -> Option<String> {
    let is_scalar = !matches!(value, CelValue::Null | CelValue::List(_) | CelValue::Map(_));
    is_scalar.then(|| match value {
        CelValue::Float(value) => value.to_string(),
        other => words(other),
    })
}

fn words(value: &CelValue) -> String {
    match value {
        CelValue::Null => "none".to_owned(),
        CelValue::Bool(value) => value.to_string(),
        CelValue::Int(value) => value.to_string(),
        CelValue::UInt(value) => value.to_string(),
        CelValue::Float(value) => value.to_string(),
        CelValue::String(value) => value.to_string(),
        CelValue::List(values) if values.is_empty() => "none".to_owned(),
        CelValue::List(values) => values.iter().map(words).collect::<Vec<_>>().join(", "),
        CelValue::Map(map) => {
            let mut entries: Vec<_> = map.map.iter().map(|(key, value)| format!("{key} {}", words(value))).collect();
            entries.sort();
            entries.join(", ")
        }
        other => format!("{other:?}"),
    }
}
