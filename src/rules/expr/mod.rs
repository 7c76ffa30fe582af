//! Expressions: the only place that knows CEL, the language that rules are written in.
//!
//! An expression is compiled and checked once, when its rule is loaded, and judged many times. The engine has
//! no type checker, so `check` walks its syntax tree against the facts' JSON schema. Facts are lent to the engine,
//! not copied. What it must not know: what a rule is, or what a verdict is for.

mod check;
#[cfg(test)]
mod tests;
mod types;
mod words;

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, LazyLock};

use cel::common::types::{CelBool, CelDouble, CelInt, CelList, CelMap, CelMapKey, CelNull, CelString};
use cel::common::value::Val;
use cel::{Context, Env, ExecutionError, Program, Value as CelValue};
use serde_json::Value;

pub use self::types::{Type, Vocabulary};
use crate::snapshot::{Owner, Resource};

/// Longest expression, in bytes: nesting costs polynomial time, and a longer one can't be read.
const LONGEST: usize = 2_000;
/// Deepest nesting of brackets, and longest run of unary operators: the parser goes down one by one.
const DEEPEST: usize = 24;

/// A compiled and checked expression.
#[derive(Debug)]
pub struct Expr {
    source: String,
    program: Program,
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

static ENVIRONMENT: LazyLock<Arc<Env>> = LazyLock::new(|| Arc::new(Env::stdlib()));

impl Expr {
    /// Compiles a boolean expression over the vocabulary.
    pub fn boolean(source: &str, vocabulary: &Vocabulary) -> Result<Self, ExprError> {
        let (expr, of) = Self::compile(source, vocabulary)?;
        if matches!(of, Type::Bool | Type::Any) {
            return Ok(expr);
        }
        Err(ExprError { message: format!("is {of}, but has to be true or false"), help: None, offset: 0 })
    }

    /// Compiles an expression of any type.
    pub fn any(source: &str, vocabulary: &Vocabulary) -> Result<Self, ExprError> {
        Self::compile(source, vocabulary).map(|(expr, _)| expr)
    }

    fn compile(source: &str, vocabulary: &Vocabulary) -> Result<(Self, Type), ExprError> {
        if source.len() > LONGEST {
            let message = format!("is longer than {LONGEST} bytes");
            return Err(ExprError {
                message,
                help: Some("give the idea a fact of its own".to_owned()),
                offset: LONGEST,
            });
        }
        nesting(source)?;
        let program = ENVIRONMENT.compile(source).map_err(|errors| syntax(source, &errors))?;
        let checked = check::check(&program, vocabulary)?;
        Ok((Self { source: source.to_owned(), program, facts: checked.facts, settings: checked.settings }, checked.of))
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
        check::proven(self.program.expression(), truth)
    }

    /// True, false, or why neither.
    pub fn holds(&self, subject: &Subject) -> Result<bool, NoValue> {
        match self.program.execute(&subject.context) {
            Ok(CelValue::Bool(answer)) => Ok(answer),
            Ok(other) => Err(NoValue::Broken(format!("{other:?} is neither true nor false"))),
            Err(error) => Err(no_value(&error)),
        }
    }

    /// Whether it has a value that is neither null nor empty.
    pub fn has_value(&self, subject: &Subject) -> bool {
        match self.program.execute(&subject.context) {
            Ok(CelValue::Null) | Err(_) => false,
            Ok(CelValue::String(text)) => !text.is_empty(),
            Ok(CelValue::List(values)) => !values.is_empty(),
            Ok(_) => true,
        }
    }

    /// The value as the words of a command: one for each element of a list. Nothing where it is unread, null, or holds
    /// anything that is no scalar.
    pub fn arguments(&self, subject: &Subject) -> Option<Vec<String>> {
        match self.program.execute(&subject.context).ok()? {
            CelValue::List(values) => values.iter().map(scalar).collect(),
            value => Some(vec![scalar(&value)?]),
        }
    }

    /// The value as words for a reader: lists joined, null as "none".
    pub fn words(&self, subject: &Subject) -> Result<String, NoValue> {
        self.program.execute(&subject.context).map(|value| words(&value)).map_err(|error| no_value(&error))
    }
}

/// Refuses brackets in brackets and unary operators before unary operators, in so many levels that the parser's stack
/// could end. Brackets in texts count too, which no sensible expression notices.
fn nesting(source: &str) -> Result<(), ExprError> {
    let mut open = 0_usize;
    let mut unary = 0_usize;
    for (offset, letter) in source.char_indices() {
        match letter {
            '(' | '[' | '{' => open += 1,
            ')' | ']' | '}' => open = open.saturating_sub(1),
            _ => {}
        }
        unary = match letter {
            '!' | '-' => unary + 1,
            letter if letter.is_whitespace() => unary,
            _ => 0,
        };
        if open > DEEPEST || unary > DEEPEST {
            let message = format!("is nested more than {DEEPEST} deep");
            return Err(ExprError { message, help: Some("give the idea a fact of its own".to_owned()), offset });
        }
    }
    Ok(())
}

fn syntax(source: &str, errors: &cel::ParseErrors) -> ExprError {
    let (line, column, message) = errors.errors.first().map_or((1, 1, "can't be parsed".to_owned()), |error| {
        let first_line = error.msg.lines().next().unwrap_or("can't be parsed");
        (error.pos.0.max(1), error.pos.1.max(1), first_line.to_owned())
    });
    let before: usize = source.split_inclusive('\n').take(usize::try_from(line - 1).unwrap_or(0)).map(str::len).sum();
    ExprError { message, help: None, offset: before + usize::try_from(column - 1).unwrap_or(0) }
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

/// A resource and the settings, ready to be judged by many expressions.
pub struct Subject<'a> {
    context: Context<'a, 'a>,
}

impl<'a> Subject<'a> {
    /// Lends a resource and the settings to the engine.
    pub fn new(resource: &'a Resource, settings: &'a Value) -> Self {
        let mut context = Context::with_env(Arc::clone(&ENVIRONMENT));
        let label = resource.label();
        let mut fields: HashMap<CelMapKey<'a>, Box<dyn Val + 'a>> =
            resource.facts.iter().map(|(name, value)| (key(name), lend(value))).collect();
        for (name, value) in [
            ("id", &resource.id),
            ("arn", &resource.arn),
            ("kind", &resource.kind),
            ("region", &resource.region),
            ("account", &resource.account),
        ] {
            fields.insert(key(name), text(value));
        }
        fields.insert(key("label"), Box::new(CelString::from(label)));
        fields.insert(key("name"), resource.name.as_ref().map_or_else(null, |name| text(name)));
        if let Some(tags) = &resource.tags {
            let tags: HashMap<_, _> = tags.iter().map(|(name, value)| (key(name), text(value))).collect();
            fields.insert(key("tags"), Box::new(CelMap::from(tags)));
        }
        fields.insert(key("owners"), Box::new(CelList::from(resource.owners.iter().map(owner).collect::<Vec<_>>())));
        context.add_variable_as_val("r", Box::new(CelMap::from(fields)));
        context.add_variable_as_val("settings", lend(settings));
        // The name is free: a test calls it.
        let _ = context.add_function("like", like);
        words::add(&mut context);
        Self { context }
    }
}

fn owner(owner: &Owner) -> Box<dyn Val + '_> {
    let tags: Box<dyn Val + '_> = match &owner.tags {
        Some(tags) => {
            Box::new(CelMap::from(tags.iter().map(|(name, value)| (key(name), text(value))).collect::<HashMap<_, _>>()))
        }
        None => null(),
    };
    let fields = HashMap::from([(key("kind"), text(&owner.kind)), (key("id"), text(&owner.id)), (key("tags"), tags)]);
    Box::new(CelMap::from(fields))
}

/// Whether a text is one of the patterns, in which `*` stands for anything; upper and lower case are the same. Nothing
/// else in a pattern means more than itself.
fn like(text: Arc<String>, patterns: Arc<Vec<CelValue>>) -> bool {
    let text = text.to_lowercase();
    patterns.iter().any(|pattern| matches!(pattern, CelValue::String(pattern) if fits(&text, &pattern.to_lowercase())))
}

/// Matches greedily from the left, so that the time is at most the product of the two lengths.
fn fits(text: &str, pattern: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let Some(last) = parts.next_back() else { return rest.is_empty() };
    for part in parts {
        let Some(found) = rest.find(part) else { return false };
        rest = rest.get(found + part.len()..).unwrap_or_default();
    }
    rest.ends_with(last)
}

fn lend(value: &Value) -> Box<dyn Val + '_> {
    match value {
        Value::Null => null(),
        Value::Bool(value) => Box::new(CelBool::from(*value)),
        Value::Number(number) => match number.as_i64() {
            Some(integer) => Box::new(CelInt::from(integer)),
            None => Box::new(CelDouble::from(number.as_f64().unwrap_or(f64::NAN))),
        },
        Value::String(value) => text(value),
        Value::Array(values) => Box::new(CelList::from(values.iter().map(lend).collect::<Vec<_>>())),
        Value::Object(fields) => {
            let fields: HashMap<_, _> = fields.iter().map(|(name, value)| (key(name), lend(value))).collect();
            Box::new(CelMap::from(fields))
        }
    }
}

fn key(name: &str) -> CelMapKey<'_> {
    CelMapKey::String(CelString::from(name))
}

fn text<'a>(value: &'a str) -> Box<dyn Val + 'a> {
    Box::new(CelString::from(value))
}

fn null<'a>() -> Box<dyn Val + 'a> {
    Box::new(CelNull)
}
