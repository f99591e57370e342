//! JSON objects with a duplicate key. Parsers keep one of the two values: the other would not be screened, without
//! notice.

use std::collections::HashSet;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use crate::error::ApiError;

/// Characters of a key that an answer repeats at most.
const MOST_NAMED: usize = 60;

/// Checks that no object has a duplicate key. Invalid JSON is left to its parser.
///
/// # Errors
/// 400, with the first duplicate key.
pub(crate) fn check_keys(bytes: &[u8]) -> Result<(), ApiError> {
    match serde_json::from_slice::<Checked>(bytes) {
        Err(error) if error.is_data() => Err(ApiError::BadRequest(error.to_string())),
        _ => Ok(()),
    }
}

/// A value whose objects were checked.
struct Checked;

impl<'de> Deserialize<'de> for Checked {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(CheckVisitor)
    }
}

struct CheckVisitor;

impl<'de> Visitor<'de> for CheckVisitor {
    type Value = Checked;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Checked, A::Error> {
        let mut keys = HashSet::new();
        while let Some(key) = map.next_key::<String>()? {
            map.next_value::<Checked>()?;
            if let Some(twice) = keys.replace(key) {
                let name: String = twice.chars().take(MOST_NAMED).collect();
                return Err(A::Error::custom(format!(
                    "the key {name:?} stands twice in one object"
                )));
            }
        }
        Ok(Checked)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<Checked, A::Error> {
        while values.next_element::<Checked>()?.is_some() {}
        Ok(Checked)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Checked, E> {
        Ok(Checked)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Checked, E> {
        Ok(Checked)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Checked, E> {
        Ok(Checked)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Checked, E> {
        Ok(Checked)
    }

    fn visit_str<E>(self, _: &str) -> Result<Checked, E> {
        Ok(Checked)
    }

    fn visit_unit<E>(self) -> Result<Checked, E> {
        Ok(Checked)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_stands_twice_is_found_wherever_it_is() {
        for text in [
            r#"{"name":"a","name":"b"}"#,
            r#"{"x":[{"y":{"name":1,"na\u006de":2}}]}"#,
            r#"[1,{"a":null,"b":true,"a":-1.5}]"#,
        ] {
            let error = check_keys(text.as_bytes()).unwrap_err().to_string();
            assert!(error.contains("stands twice"), "{text}: {error}");
        }
        for text in [r#"{"a":{"a":1},"b":{"a":1}}"#, r#"[{"a":1},{"a":2}]"#, "{", "", "7", "\"a\""]
        {
            assert!(check_keys(text.as_bytes()).is_ok(), "{text}");
        }
    }
}
