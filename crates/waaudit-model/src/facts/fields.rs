//! Reading, writing and describing facts, field by field.
//!
//! What is done with a field depends on its type alone, so that text is read by one function in all kinds. Derived for each
//! struct, the same was several times as much code, and compiled again in each crate that reads facts. It knows no kind.

use schemars::{Schema, SchemaGenerator, json_schema};
use serde::Serialize;
use serde::de::{DeserializeOwned, Error as _};
use serde_json::{Error, Map, Value};

use super::{Fact, Named};

/// A field of a kind, for its schema.
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) doc: &'static str,
    pub(super) schema: fn(&mut SchemaGenerator) -> Schema,
}

/// Reads a fact by its name. An error says which one does not fit, and why.
pub(super) fn read<T: DeserializeOwned>(facts: &Named, name: &str) -> Result<Fact<T>, Error> {
    let Some(value) = facts.get(name) else { return Ok(Fact::Unread) };
    T::deserialize(value).map(Fact::Known).map_err(|error| Error::custom(format!("`{name}`: {error}")))
}

/// An error where there is more than was read: a name that the kind does not have.
pub(super) fn refuse_unknown(facts: &Named, read: &[bool], names: &'static [&'static str]) -> Result<(), Error> {
    if facts.len() == read.iter().filter(|read| **read).count() {
        return Ok(());
    }
    let unknown = facts.keys().find(|name| !names.contains(&name.as_str()));
    unknown.map_or(Ok(()), |name| Err(Error::unknown_field(name, names)))
}

/// Writes a fact under its name, if it is known.
pub(super) fn write<T: Serialize>(facts: &mut Named, name: &str, fact: &Fact<T>) -> Result<(), Error> {
    if let Fact::Known(value) = fact {
        facts.insert(name.to_owned(), serde_json::to_value(value)?);
    }
    Ok(())
}

/// The schema of a kind: none of its fields has to be there.
pub(super) fn schema(generator: &mut SchemaGenerator, doc: &str, fields: &[Field]) -> Schema {
    let properties: Map<String, Value> = fields
        .iter()
        .map(|field| {
            let mut schema = (field.schema)(generator);
            schema.insert("description".to_owned(), text(field.doc).into());
            (field.name.to_owned(), schema.to_value())
        })
        .collect();
    json_schema!({
        "type": "object", "description": text(doc), "properties": properties, "additionalProperties": false,
    })
}

/// The text of a comment, without the space that begins its lines.
fn text(doc: &str) -> String {
    doc.lines().map(str::trim).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::facts::acm::Certificate;
    use crate::facts::{Fact, Facts};

    fn read(facts: &Value) -> Result<Certificate, String> {
        Certificate::from_json(facts.as_object().unwrap()).map_err(|error| error.to_string())
    }

    #[test]
    fn what_is_not_there_is_unread_and_null_is_none_where_there_can_be_none() {
        let read = read(&json!({"status": "ISSUED", "expires_at": null})).unwrap();
        assert_eq!((&read.status, &read.domain), (&Fact::Known("ISSUED".to_owned()), &Fact::Unread));
        assert_eq!(read.expires_at, Fact::Known(None));
        assert_eq!(Value::Object(read.to_json().unwrap()), json!({"status": "ISSUED", "expires_at": null}));
    }

    #[test]
    fn what_does_not_fit_is_named() {
        let null = read(&json!({"status": null})).unwrap_err();
        assert_eq!(null, "`status`: invalid type: null, expected a string");
        let unknown = read(&json!({"status": "ISSUED", "state": "ISSUED"})).unwrap_err();
        assert!(unknown.starts_with("unknown field `state`, expected one of `domain`, `status`"), "{unknown}");
    }
}
