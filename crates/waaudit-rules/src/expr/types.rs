//! The types that expressions can have, and how they are read off the facts' JSON schema.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use serde_json::Value;

/// The type of an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Type {
    /// Known only at run time.
    Any,
    /// null and nothing else.
    Null,
    /// true or false.
    Bool,
    /// A whole number.
    Int,
    /// A real number. The engine compares it with a whole one, but has no arithmetic between the two.
    Double,
    /// A whole or a real number: fit for comparisons and words, not for arithmetic.
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

    /// The type, or null.
    #[must_use]
    pub fn or_null(self) -> Self {
        match self {
            Self::Any | Self::Null | Self::OrNull(_) => self,
            other => Self::OrNull(Box::new(other)),
        }
    }

    /// Whether it is a number of some sort.
    pub const fn is_number(&self) -> bool {
        matches!(self, Self::Int | Self::Double | Self::Number)
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
            (a, b) if a.is_number() && b.is_number() => true,
            (a, b) => a == b,
        }
    }

    /// Whether a value of this type may be used where the other is wanted.
    pub fn fits(&self, wanted: &Self) -> bool {
        match (self, wanted) {
            (Self::Any, _) | (_, Self::Any) => true,
            (of, Self::Number) => of.is_number(),
            (Self::List(of), Self::List(wanted)) => of.fits(wanted),
            (of, wanted) => of == wanted,
        }
    }

    /// The type of a value that is of one type or the other; nothing where the two have nothing in common.
    pub fn either(self, other: Self) -> Option<Self> {
        match (self, other) {
            // Of an empty list's elements nothing is known, so the other type decides.
            (Self::Any, of) | (of, Self::Any) => Some(of),
            (a, b) if a == b => Some(a),
            (Self::Null, of) | (of, Self::Null) => Some(of.or_null()),
            (Self::OrNull(a), b) | (b, Self::OrNull(a)) => a.either(b.present().clone()).map(Self::or_null),
            (a, b) if a.is_number() && b.is_number() => Some(Self::Number),
            (Self::List(a), Self::List(b)) => a.either(*b).map(|of| Self::List(Box::new(of))),
            _ => None,
        }
    }

    /// The type of a JSON schema's values, `root` being the document that `$ref` points into. An error names a form that
    /// has no type here.
    fn of_schema(schema: &Value, root: &Value) -> Result<Self, String> {
        if let Some(target) = schema.get("$ref").and_then(Value::as_str) {
            let pointer = target.trim_start_matches('#');
            let schema = root.pointer(pointer).ok_or_else(|| format!("`$ref` to `{target}`, which does not exist"))?;
            return Self::of_schema(schema, root);
        }
        if let Some(options) = options(schema) {
            let of_options =
                options.iter().map(|option| Self::of_schema(option, root)).collect::<Result<Vec<_>, _>>()?;
            let mut of_options = of_options.into_iter();
            let first = of_options.next().ok_or("a choice of nothing")?;
            return of_options.try_fold(first, |of, option| {
                of.clone().either(option.clone()).ok_or_else(|| format!("either {of} or {option}"))
            });
        }
        match schema.get("type") {
            Some(Value::String(name)) => Self::of_name(name, schema, root),
            Some(Value::Array(names)) => {
                let names = names.iter().filter_map(Value::as_str);
                let of_names = names.map(|name| Self::of_name(name, schema, root)).collect::<Result<Vec<_>, _>>()?;
                let mut of_names = of_names.into_iter();
                let first = of_names.next().ok_or("a choice of nothing")?;
                of_names.try_fold(first, |of, other| {
                    of.clone().either(other.clone()).ok_or_else(|| format!("either {of} or {other}"))
                })
            }
            _ => Err(format!("the schema {schema}")),
        }
    }

    fn of_name(name: &str, schema: &Value, root: &Value) -> Result<Self, String> {
        Ok(match name {
            "null" => Self::Null,
            "boolean" => Self::Bool,
            "integer" => Self::Int,
            "number" => Self::Double,
            "string" => Self::Text,
            "array" => {
                let items = schema.get("items").ok_or("a list of anything")?;
                Self::List(Box::new(Self::of_schema(items, root)?))
            }
            "object" => {
                if let Some(fields) = schema.get("properties").and_then(Value::as_object) {
                    Self::Fields(Arc::new(fields_of(fields, root)?))
                } else {
                    let values = schema.get("additionalProperties").filter(|values| values.is_object());
                    Self::Map(Box::new(Self::of_schema(values.ok_or("a map of anything")?, root)?))
                }
            }
            other => return Err(format!("the type `{other}`")),
        })
    }
}

/// The schemas of which a value has one, where a schema is such a choice.
fn options(schema: &Value) -> Option<&Vec<Value>> {
    ["anyOf", "oneOf"].iter().find_map(|key| schema.get(key)).and_then(Value::as_array)
}

/// The types of fields. An error names the field and what has no type.
fn fields_of(fields: &serde_json::Map<String, Value>, root: &Value) -> Result<BTreeMap<String, Type>, String> {
    let of_field = |(name, field): (&String, &Value)| {
        let of = Type::of_schema(field, root).map_err(|problem| format!("`{name}`: {problem}"))?;
        Ok((name.clone(), of))
    };
    fields.iter().map(of_field).collect()
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => f.write_str("anything"),
            Self::Null => f.write_str("null"),
            Self::Bool => f.write_str("a boolean"),
            Self::Int => f.write_str("an integer"),
            Self::Double => f.write_str("a decimal number"),
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
    /// Types by variable. Shared, as each guard gives a vocabulary of its own.
    pub variables: Arc<BTreeMap<String, Type>>,
    /// Paths that are proven not to be null by what was asked before.
    pub present: BTreeSet<String>,
}

impl Vocabulary {
    /// The vocabulary for resources of a kind whose facts have this JSON schema. An error names a fact or setting whose
    /// schema has no type here: it would pass every check.
    pub fn new(kind: &str, facts: &Value, settings: &Value) -> Result<Self, String> {
        let problem = |problem: String| format!("{kind}: {problem} has no type in expressions");
        let mut fields = match Type::of_schema(facts, facts).map_err(problem)? {
            Type::Fields(fields) => Arc::unwrap_or_clone(fields),
            other => return Err(format!("{kind}: {other} instead of facts")),
        };
        for name in ["id", "arn", "kind", "region", "account", "label"] {
            fields.insert(name.to_owned(), Type::Text);
        }
        fields.insert("name".to_owned(), Type::Text.or_null());
        let tags = Type::Map(Box::new(Type::Text));
        let owner = BTreeMap::from([
            ("kind".to_owned(), Type::Text),
            ("id".to_owned(), Type::Text),
            ("tags".to_owned(), tags.clone().or_null()),
        ]);
        fields.insert("owners".to_owned(), Type::List(Box::new(Type::Fields(Arc::new(owner)))));
        fields.insert("tags".to_owned(), tags);
        let variables = BTreeMap::from([
            ("r".to_owned(), Type::Fields(Arc::new(fields))),
            ("settings".to_owned(), Type::of_schema(settings, settings).map_err(problem)?),
        ]);
        Ok(Self { kind: kind.to_owned(), variables: Arc::new(variables), present: BTreeSet::new() })
    }

    /// Whether resources of the kind have a fact of this name.
    pub fn has(&self, fact: &str) -> bool {
        matches!(self.variables.get("r"), Some(Type::Fields(fields)) if fields.contains_key(fact))
    }

    /// The type of a fact or of a field in it, by the path to it: `cpu_percent_p95.value`. Null on the way is passed over.
    pub fn type_at(&self, path: &str) -> Option<Type> {
        let field = |of: Type, name: &str| match of.present() {
            Type::Fields(fields) => fields.get(name).cloned(),
            Type::Map(of) => Some((**of).clone()),
            _ => None,
        };
        path.split('.').try_fold(self.variables.get("r")?.clone(), field)
    }

    /// The vocabulary that also has `zones`, the Availability Zones in use in the resource's region.
    #[must_use]
    pub fn with_zones(mut self) -> Self {
        let zones = Type::List(Box::new(Type::Text));
        Arc::make_mut(&mut self.variables).insert("zones".to_owned(), zones);
        self
    }

    /// The vocabulary where an expression is known to be true, or false.
    #[must_use]
    pub fn given(mut self, expr: &super::Expr, truth: bool) -> Self {
        self.present.extend(expr.proven(truth));
        self
    }
}
