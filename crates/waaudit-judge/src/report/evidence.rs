//! The facts that a finding shows, kept as JSON text: a report has hundreds of thousands of them, and as maps they would
//! take most of its memory.

use std::borrow::Cow;
use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer, Serialize, Serializer, ser};
use serde_json::{Map, Value};

/// Facts by name. In JSON it is an object.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Evidence(Option<Box<str>>);

impl Evidence {
    /// Facts by name.
    pub fn new<'f, T: Serialize>(facts: impl IntoIterator<Item = (&'f str, T)>) -> Self {
        let facts: BTreeMap<&str, T> = facts.into_iter().collect();
        let text = (!facts.is_empty()).then(|| serde_json::to_string(&facts).ok()).flatten();
        Self(text.map(String::into))
    }

    /// The facts.
    pub fn facts(&self) -> Map<String, Value> {
        self.read().unwrap_or_default()
    }

    fn read(&self) -> Result<Map<String, Value>, serde_json::Error> {
        self.0.as_deref().map_or_else(|| Ok(Map::new()), serde_json::from_str)
    }
}

impl Serialize for Evidence {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.read().map_err(ser::Error::custom)?.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Evidence {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let facts = Map::<String, Value>::deserialize(deserializer)?;
        Ok(Self::new(facts.iter().map(|(name, value)| (name.as_str(), value))))
    }
}

impl JsonSchema for Evidence {
    fn schema_name() -> Cow<'static, str> {
        Map::<String, Value>::schema_name()
    }

    fn schema_id() -> Cow<'static, str> {
        Map::<String, Value>::schema_id()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Map::<String, Value>::json_schema(generator)
    }

    fn inline_schema() -> bool {
        Map::<String, Value>::inline_schema()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Evidence;

    #[test]
    fn what_is_kept_is_what_was_shown() {
        for shown in [json!({}), json!({"zones": ["a", "b"], "cpu": {"value": 79.9961, "of": null}, "name": "\"é\n"})]
        {
            let evidence: Evidence = serde_json::from_value(shown.clone()).unwrap();
            assert_eq!(serde_json::to_value(&evidence).unwrap(), shown);
            assert_eq!(serde_json::Value::Object(evidence.facts()), shown);
        }
    }

    #[test]
    fn what_is_no_object_is_no_evidence() {
        assert!(serde_json::from_value::<Evidence>(json!(["zones"])).is_err());
    }
}
