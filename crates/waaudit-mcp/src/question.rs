//! What a question is: its arguments with their schema, its answer with its schema, and how long answers are kept short.
//!
//! A list is answered page by page. It must not know the protocol, nor what any question is about.

use std::cell::RefCell;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::account::{Account, Accounts};
use waaudit_model::error::Failure;

/// Entries on a page, unless the question says otherwise.
const USUAL: usize = 20;
/// Entries on a page, and in any list within an answer, at most.
const MOST: usize = 100;
/// A page ends after so many bytes of JSON, however few entries that are: assistants take in only so much.
const PAGE: usize = 40_000;
/// Characters of one text at most.
const TEXT: usize = 4_000;

/// A tool: its fields are its arguments.
pub(crate) trait Question: DeserializeOwned + JsonSchema + 'static {
    /// The tool's name.
    const NAME: &'static str;
    /// What it is for, in a sentence or two. Never with words of an account.
    const ABOUT: &'static str;
    /// Whether it asks AWS.
    const LIVE: bool = false;
    /// What it answers.
    type Answer: Serialize + JsonSchema + 'static;

    /// The answer.
    fn answer(self, asked: &Asked) -> Result<Self::Answer, Failure>;
}

/// The circumstances of a question.
pub(crate) struct Asked<'a> {
    pub(crate) accounts: &'a Accounts,
    /// Of the question without its page.
    hash: u64,
    notes: RefCell<Vec<String>>,
}

/// An answer, and what has to be said about its length.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Answered<T> {
    #[serde(flatten)]
    answer: T,
    /// What was left out of this answer, and how to get it; null where it is whole.
    note: Option<String>,
}

/// Which part of a list to answer with.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub(crate) struct Paging {
    /// Entries in one answer, 1 to 100. The default is 20.
    #[schemars(range(min = 1, max = 100))]
    #[serde(default)]
    pub(crate) limit: Option<usize>,
    /// `next_cursor` of the answer before, with the same other arguments. Without it, the list begins at its start.
    #[serde(default)]
    pub(crate) cursor: Option<String>,
}

/// A part of a list.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Page<T> {
    /// Entries of the whole list.
    pub(crate) total: usize,
    /// Entries of this part.
    pub(crate) items: Vec<T>,
    /// The cursor of the next part; null where this is the last one.
    pub(crate) next_cursor: Option<String>,
}

impl<T> Page<T> {
    pub(crate) fn map<U>(self, to: impl Fn(T) -> U) -> Page<U> {
        let Self { total, items, next_cursor } = self;
        Page { total, items: items.into_iter().map(to).collect(), next_cursor }
    }
}

/// The schema of a question's arguments: without references, which some clients do not follow, and closed.
pub(crate) fn arguments_schema<Q: Question>() -> Map<String, Value> {
    let inline = |settings: &mut SchemaSettings| settings.inline_subschemas = true;
    let schema = SchemaSettings::draft2020_12().with(inline).into_generator().into_root_schema_for::<Q>();
    let mut schema = untitled(schema);
    schema.entry("properties").or_insert_with(|| Value::Object(Map::new()));
    schema.insert("additionalProperties".to_owned(), Value::Bool(false));
    schema
}

/// The schema of its answer.
pub(crate) fn answer_schema<Q: Question>() -> Map<String, Value> {
    let settings = SchemaSettings::draft2020_12().for_serialize();
    untitled(settings.into_generator().into_root_schema_for::<Answered<Q::Answer>>())
}

/// Without the type's name, which says nothing to an assistant.
fn untitled(schema: Schema) -> Map<String, Value> {
    let mut schema = match schema.to_value() {
        Value::Object(schema) => schema,
        // `true`: a schema that allows everything.
        _ => Map::new(),
    };
    schema.remove("title");
    schema.remove("description");
    schema
}

/// Refuses arguments that a schema does not have: one that is misspelt would be a filter that filters nothing.
fn check(name: &str, arguments: &Map<String, Value>, schema: &Map<String, Value>) -> Result<(), Failure> {
    let known = schema.get("properties").and_then(Value::as_object);
    let is_known = |argument: &&String| known.is_some_and(|known| known.contains_key(*argument));
    let Some(wrong) = arguments.keys().find(|argument| !is_known(argument)) else { return Ok(()) };
    let all = known.into_iter().flat_map(Map::keys).map(String::as_str).collect::<Vec<_>>().join(", ");
    let help = if all.is_empty() { "it takes none".to_owned() } else { format!("it takes {all}") };
    Err(Failure::new(format!("`{name}` has no argument `{wrong}`")).help(help))
}

/// Answers a question, with the schema of its arguments.
pub(crate) fn answer<Q: Question>(
    accounts: &Accounts,
    arguments: Map<String, Value>,
    schema: &Map<String, Value>,
) -> Result<Value, Failure> {
    check(Q::NAME, &arguments, schema)?;
    let paging = ["limit", "cursor"];
    let mut hasher = DefaultHasher::new();
    let rest: Vec<String> = arguments
        .iter()
        .filter(|(name, value)| !paging.contains(&name.as_str()) && !value.is_null())
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    (Q::NAME, rest).hash(&mut hasher);
    let asked = Asked { accounts, hash: hasher.finish(), notes: RefCell::default() };
    let question: Q = serde_json::from_value(Value::Object(arguments))
        .map_err(|error| Failure::new(format!("the arguments of `{}` are wrong: {error}", Q::NAME)))?;
    let answer = question.answer(&asked)?;
    let whole = Answered { answer, note: None };
    let mut value = serde_json::to_value(whole)
        .map_err(|error| Failure::new(format!("could not write the answer of `{}`: {error}", Q::NAME)))?;
    let cut = shorten(&mut value);
    let mut notes = asked.notes.into_inner();
    if cut > 0 {
        notes.push(format!(
            "{cut} lists or texts in this answer were longer than {MOST} entries or {TEXT} characters and are cut off; \
             the JSON formats of waaudit scan and waaudit simulate have them whole"
        ));
    }
    if let (Some(fields), false) = (value.as_object_mut(), notes.is_empty()) {
        fields.insert("note".to_owned(), Value::String(notes.join(". ")));
    }
    Ok(value)
}

impl Asked<'_> {
    pub(crate) fn account(&self) -> Result<Arc<Account>, Failure> {
        self.accounts.account()
    }

    /// Something to say about the length of the answer.
    pub(crate) fn note(&self, note: impl Into<String>) {
        self.notes.borrow_mut().push(note.into());
    }

    /// The first entries of a list beside a page, as many as an answer has room for; `more` says how to get the others.
    pub(crate) fn first<T: Serialize>(&self, list: Vec<T>, more: &str) -> Vec<T> {
        let all = list.len();
        let mut bytes = 0;
        let fits = |item: &T| {
            let is_first = bytes == 0;
            bytes += length(item);
            is_first || bytes <= PAGE
        };
        let kept: Vec<T> = list.into_iter().take_while(fits).collect();
        if kept.len() < all {
            self.note(format!("{} of {all} details are left out: {more}", all - kept.len()));
        }
        kept
    }

    /// The part of a list that was asked for.
    pub(crate) fn page<T: Serialize>(
        &self,
        paging: &Paging,
        account: &Account,
        all: Vec<T>,
    ) -> Result<Page<T>, Failure> {
        let limit = paging.limit.unwrap_or(USUAL);
        if !(1..=MOST).contains(&limit) {
            return Err(Failure::new(format!("`limit` is {limit}")).help(format!("it may be 1 to {MOST}")));
        }
        let total = all.len();
        let mark = format!("{:x}", self.hash ^ account.number.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let start = paging.cursor.as_deref().map_or(Ok(0), |cursor| place(cursor, &mark, total))?;
        let mut items = Vec::new();
        let mut bytes = 0;
        for item in all.into_iter().skip(start).take(limit) {
            bytes += length(&item);
            if bytes > PAGE && !items.is_empty() {
                break;
            }
            items.push(item);
        }
        let end = start + items.len();
        let next_cursor = (end < total).then(|| format!("{end}-{mark}"));
        if let Some(cursor) = &next_cursor {
            self.note(format!("{} more entries: ask again with the cursor {cursor}", total - end));
        }
        Ok(Page { total, items, next_cursor })
    }
}

/// Where a cursor leads to. One of another question, or of an account that was scanned again since, would skip entries.
fn place(cursor: &str, mark: &str, total: usize) -> Result<usize, Failure> {
    let parts = cursor.split_once('-').filter(|(_, of)| *of == mark);
    parts.and_then(|(place, _)| place.parse().ok()).filter(|place| *place < total).ok_or_else(|| {
        Failure::new("the cursor does not belong to this question")
            .help("a cursor holds for the same arguments and until the next scan; leave it out to begin again")
    })
}

/// Its length as JSON after it is shortened.
fn length(item: &impl Serialize) -> usize {
    serde_json::to_value(item).map_or(0, |mut value| {
        shorten(&mut value);
        value.to_string().len()
    })
}

/// Cuts off what is longer than an assistant should get, and says how many lists and texts that were.
fn shorten(value: &mut Value) -> usize {
    match value {
        Value::String(text) => text.char_indices().nth(TEXT).map(|(at, _)| at).map_or(0, |at| {
            text.truncate(at);
            text.push('…');
            1
        }),
        Value::Array(list) => {
            let cut = usize::from(list.len() > MOST);
            list.truncate(MOST);
            cut + list.iter_mut().map(shorten).sum::<usize>()
        }
        Value::Object(fields) => fields.iter_mut().map(|(_, field)| shorten(field)).sum(),
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
    }
}
