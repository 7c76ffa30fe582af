//! One fact, which was read or wasn't. It knows no kind.

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A fact that was read, or wasn't.
///
/// "AWS says there is none" is not this type's business: a fact that can be none is a `Fact<Option<T>>`,
/// and only then does an absent answer mean none. In a plain `Fact<T>` an absent answer means unread.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Fact<T> {
    /// It could not be read; the key is absent from the snapshot.
    #[default]
    Unread,
    /// AWS's answer.
    Known(T),
}

impl<T> Fact<T> {
    /// Whether the fact is missing from the snapshot.
    pub const fn is_unread(&self) -> bool {
        matches!(self, Self::Unread)
    }

    /// The value, or `None` where it is unread: lets a derivation stop with `?`.
    pub const fn known(&self) -> Option<&T> {
        match self {
            Self::Unread => None,
            Self::Known(value) => Some(value),
        }
    }
}

impl<T: Copy> Fact<T> {
    /// A copy of the value, or `None` where it is unread.
    pub const fn get(&self) -> Option<T> {
        match self {
            Self::Unread => None,
            Self::Known(value) => Some(*value),
        }
    }
}

impl<T> From<T> for Fact<T> {
    fn from(value: T) -> Self {
        Self::Known(value)
    }
}

impl<T> From<Option<T>> for Fact<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Unread, Self::Known)
    }
}

impl<T: Serialize> Serialize for Fact<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Unread => Err(serde::ser::Error::custom("an unread fact has no value to write")),
            Self::Known(value) => value.serialize(serializer),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Fact<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(deserializer).map(Self::Known)
    }
}

impl<T: JsonSchema> JsonSchema for Fact<T> {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        T::schema_name()
    }
    /// Of the same id as the type within: otherwise a fact and one that can be none would define that type twice.
    fn schema_id() -> std::borrow::Cow<'static, str> {
        T::schema_id()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }
    fn inline_schema() -> bool {
        T::inline_schema()
    }
}
