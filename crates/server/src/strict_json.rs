//! Strict deserialisation of JSON: an array is refused where an object is expected, and each error names its place.
//!
//! Derived implementations of `Deserialize` accept an array for a struct and assign its values in the order of the
//! declared fields. A request with such an array is a mistake and would be answered as a different query.

use std::fmt;

use serde::de::value::StrDeserializer;
use serde::de::{
    self, DeserializeOwned, DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, SeqAccess,
    Unexpected, Visitor,
};
use serde::forward_to_deserialize_any;
use serde_json::{Map, Value};

/// Reads a value.
///
/// # Errors
/// When it has another shape.
pub(crate) fn from_value<T: DeserializeOwned>(value: &Value) -> Result<T, ShapeError> {
    T::deserialize(Strict(value))
}

/// A value that does not fit the expected type.
#[derive(Debug)]
pub(crate) struct ShapeError {
    message: String,
    /// The keys down to it, the innermost first.
    place: Vec<String>,
}

impl ShapeError {
    fn within(mut self, key: impl Into<String>) -> Self {
        self.place.push(key.into());
        self
    }
}

/// With its place as a JSON pointer (RFC 6901).
impl fmt::Display for ShapeError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for key in self.place.iter().rev() {
            write!(formatter, "/{}", key.replace('~', "~0").replace('/', "~1"))?;
        }
        let separator = if self.place.is_empty() { "" } else { ": " };
        write!(formatter, "{separator}{}", self.message)
    }
}

impl std::error::Error for ShapeError {}

impl de::Error for ShapeError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self { message: message.to_string(), place: Vec::new() }
    }
}

#[derive(Clone, Copy)]
struct Strict<'de>(&'de Value);

impl<'de> Deserializer<'de> for Strict<'de> {
    type Error = ShapeError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ShapeError> {
        match self.0 {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(*value),
            Value::String(text) => visitor.visit_borrowed_str(text),
            Value::Array(values) => visitor.visit_seq(Items { values, next: 0 }),
            Value::Object(members) => visitor.visit_map(Members::new(members)),
            number @ Value::Number(_) => number.deserialize_any(visitor).map_err(de::Error::custom),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ShapeError> {
        match self.0 {
            Value::Array(_) => Err(de::Error::invalid_type(Unexpected::Seq, &"an object")),
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ShapeError> {
        match self.0 {
            Value::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, ShapeError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ShapeError> {
        self.0.deserialize_enum(name, variants, visitor).map_err(de::Error::custom)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct seq tuple tuple_struct map identifier ignored_any
    }
}

struct Items<'de> {
    values: &'de [Value],
    next: usize,
}

impl<'de> SeqAccess<'de> for Items<'de> {
    type Error = ShapeError;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, ShapeError> {
        let Some(value) = self.values.get(self.next) else { return Ok(None) };
        let place = self.next;
        self.next += 1;
        seed.deserialize(Strict(value)).map(Some).map_err(|error| error.within(place.to_string()))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.values.len().saturating_sub(self.next))
    }
}

struct Members<'de> {
    members: serde_json::map::Iter<'de>,
    value: Option<(&'de str, &'de Value)>,
}

impl<'de> Members<'de> {
    fn new(members: &'de Map<String, Value>) -> Self {
        Self { members: members.iter(), value: None }
    }
}

impl<'de> MapAccess<'de> for Members<'de> {
    type Error = ShapeError;

    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, ShapeError> {
        let Some((key, value)) = self.members.next() else { return Ok(None) };
        self.value = Some((key, value));
        let key: StrDeserializer<'_, ShapeError> = key.as_str().into_deserializer();
        seed.deserialize(key).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<S::Value, ShapeError> {
        let missing = || de::Error::custom("a value without a key");
        let (key, value) = self.value.take().ok_or_else(missing)?;
        seed.deserialize(Strict(value)).map_err(|error: ShapeError| error.within(key))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Deserialize;
    use serde_json::json;

    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Outer {
        name: String,
        #[serde(default)]
        inner: Option<Inner>,
        #[serde(default)]
        all: Vec<Inner>,
        #[serde(default)]
        by_name: BTreeMap<String, Inner>,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Inner {
        count: u8,
        kind: Option<Kind>,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Kind {
        Plain,
    }

    fn fault(value: &Value) -> String {
        from_value::<Outer>(value).unwrap_err().to_string()
    }

    #[test]
    fn what_is_of_its_shape_is_read_as_ever() {
        let value = json!({
            "name": "a", "inner": { "count": 1, "kind": "plain" }, "all": [{ "count": 2 }],
            "by_name": { "x": { "count": 3, "kind": null } },
        });
        let read: Outer = from_value(&value).unwrap();
        assert_eq!(read, serde_json::from_value(value).unwrap());
    }

    #[test]
    fn an_array_is_no_object_and_the_place_is_named() {
        let expected = "invalid type: sequence, expected an object";
        assert_eq!(fault(&json!(["a", null])), expected);
        assert_eq!(fault(&json!({ "name": "a", "inner": [1] })), format!("/inner: {expected}"));
        let all = json!({ "name": "a", "all": [{ "count": 1 }, [1]] });
        assert_eq!(fault(&all), format!("/all/1: {expected}"));
        let by_name = json!({ "name": "a", "by_name": { "x/y~": [1] } });
        assert_eq!(fault(&by_name), format!("/by_name/x~1y~0: {expected}"));
    }

    #[test]
    fn other_faults_have_their_place_too() {
        for (value, text) in [
            (json!({ "name": 1 }), "/name: invalid type: integer `1`, expected a string"),
            (json!({}), "missing field `name`"),
            (json!({ "name": "a", "inner": { "count": 256 } }), "/inner/count: invalid value"),
            (json!({ "name": "a", "inner": { "count": 1, "kind": "x" } }), "/inner/kind: unknown"),
            (json!({ "name": "a", "other": 1 }), "unknown field `other`"),
        ] {
            assert!(fault(&value).starts_with(text), "{}", fault(&value));
        }
    }
}
