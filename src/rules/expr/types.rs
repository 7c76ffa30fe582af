//! The types that expressions can have, and how they are read off the facts' JSON schema.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use serde_json::Value;

/// The type of an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Type {
    /// Known only when judged.
    Any,
    /// null and nothing else.
    Null,
    /// true or false.
    Bool,
    /// A whole or real number: the engine compares them freely.
    Number,
    /// Text.
    Text,
    /// A list.
    List(Box<Type>),
    /// Named fields, each with its type. Shared, as each mention of a variable asks for its type.
    Fields(Arc<BTreeMap<String, Type>>),
    /// Any keys, one type of value.
    Map(Box<Type>),
    /// The type, or null.
    OrNull(Box<Type>),
}

impl Type {
    /// The type without the possibility of null.
    pub fn present(&self) -> &Self {
        match self {
            Self::OrNull(inner) => inner,
            other => other,
        }
    }

    /// Whether values of the two types can be equal.
    pub fn comparable(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Any, _)
            | (_, Self::Any)
            | (Self::Null, Self::OrNull(_))
            | (Self::OrNull(_), Self::Null)
            | (Self::Fields(_), Self::Map(_))
            | (Self::Map(_), Self::Fields(_)) => true,
            (Self::OrNull(a), b) | (b, Self::OrNull(a)) => a.comparable(b.present()),
            (Self::List(a), Self::List(b)) | (Self::Map(a), Self::Map(b)) => a.comparable(b),
            (a, b) => a == b,
        }
    }

    /// The type of a JSON schema's values, `root` being the document that `$ref` points into.
    fn of_schema(schema: &Value, root: &Value) -> Self {
        if let Some(target) = schema.get("$ref").and_then(Value::as_str) {
            let pointer = target.trim_start_matches('#');
            return root.pointer(pointer).map_or(Self::Any, |schema| Self::of_schema(schema, root));
        }
        if let Some(options) = schema.get("anyOf").and_then(Value::as_array) {
            let not_null = options.iter().find(|option| option.get("type").and_then(Value::as_str) != Some("null"));
            return not_null.map_or(Self::Null, |option| Self::OrNull(Box::new(Self::of_schema(option, root))));
        }
        match schema.get("type") {
            Some(Value::String(name)) => Self::of_name(name, schema, root),
            Some(Value::Array(names)) => {
                let name = names.iter().filter_map(Value::as_str).find(|name| *name != "null");
                name.map_or(Self::Null, |name| Self::OrNull(Box::new(Self::of_name(name, schema, root))))
            }
            _ => Self::Any,
        }
    }

    fn of_name(name: &str, schema: &Value, root: &Value) -> Self {
        match name {
            "boolean" => Self::Bool,
            "integer" | "number" => Self::Number,
            "string" => Self::Text,
            "array" => {
                let items = schema.get("items").map_or(Self::Any, |items| Self::of_schema(items, root));
                Self::List(Box::new(items))
            }
            "object" => schema.get("properties").and_then(Value::as_object).map_or_else(
                || {
                    let values = schema.get("additionalProperties").filter(|values| values.is_object());
                    Self::Map(Box::new(values.map_or(Self::Any, |values| Self::of_schema(values, root))))
                },
                |fields| {
                    let typed = fields.iter().map(|(name, field)| (name.clone(), Self::of_schema(field, root)));
                    Self::Fields(Arc::new(typed.collect()))
                },
            ),
            _ => Self::Any,
        }
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => f.write_str("anything"),
            Self::Null => f.write_str("null"),
            Self::Bool => f.write_str("a boolean"),
            Self::Number => f.write_str("a number"),
            Self::Text => f.write_str("text"),
            Self::List(of) => write!(f, "a list of {of}"),
            Self::Fields(_) => f.write_str("a group of fields"),
            Self::Map(_) => f.write_str("a map"),
            Self::OrNull(inner) => write!(f, "{inner} or null"),
        }
    }
}

/// What an expression may speak of: the variables `r` and `settings`.
#[derive(Debug, Clone)]
pub struct Vocabulary {
    /// The kind, for messages.
    pub kind: String,
    /// Types by variable.
    pub variables: BTreeMap<String, Type>,
    /// Paths that are proven not to be null by what was asked before.
    pub present: BTreeSet<String>,
}

impl Vocabulary {
    /// The vocabulary for resources of a kind whose facts have this JSON schema.
    pub fn new(kind: &str, facts: &Value, settings: &Value) -> Self {
        let mut fields = match Type::of_schema(facts, facts) {
            Type::Fields(fields) => Arc::unwrap_or_clone(fields),
            _ => BTreeMap::new(),
        };
        for name in ["id", "arn", "kind", "region", "account", "label"] {
            fields.insert(name.to_owned(), Type::Text);
        }
        fields.insert("name".to_owned(), Type::OrNull(Box::new(Type::Text)));
        let tags = Type::Map(Box::new(Type::Text));
        let owner = BTreeMap::from([
            ("kind".to_owned(), Type::Text),
            ("id".to_owned(), Type::Text),
            ("tags".to_owned(), Type::OrNull(Box::new(tags.clone()))),
        ]);
        fields.insert("owners".to_owned(), Type::List(Box::new(Type::Fields(Arc::new(owner)))));
        fields.insert("tags".to_owned(), tags);
        let variables = BTreeMap::from([
            ("r".to_owned(), Type::Fields(Arc::new(fields))),
            ("settings".to_owned(), Type::of_schema(settings, settings)),
        ]);
        Self { kind: kind.to_owned(), variables, present: BTreeSet::new() }
    }

    /// The vocabulary where an expression is known to be true, or false.
    #[must_use]
    pub fn given(mut self, expr: &super::Expr, truth: bool) -> Self {
        self.present.extend(expr.proven(truth));
        self
    }
}
