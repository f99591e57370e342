//! Values in nested objects, whatever their keys.

use interdict_model::WrittenDates;
use serde_json::Value;

/// Whether a value is an object or a list that contains one.
pub(crate) fn is_nested(value: &Value) -> bool {
    match value {
        Value::Object(_) => true,
        Value::Array(values) => values.iter().any(|value| value.is_object() || value.is_array()),
        _ => false,
    }
}

pub(crate) fn is_scalar(value: &Value) -> bool {
    match value {
        Value::Object(_) => false,
        Value::Array(values) => values.iter().all(is_scalar),
        _ => true,
    }
}

/// The texts and numbers of values, in their order.
pub(crate) fn texts_of<'v>(values: impl IntoIterator<Item = &'v Value>) -> Vec<String> {
    let mut texts = Vec::new();
    let mut rest: Vec<&Value> = values.into_iter().collect();
    rest.reverse();
    while let Some(value) = rest.pop() {
        match value {
            Value::String(text) if !text.trim().is_empty() => texts.push(text.clone()),
            Value::Number(number) => texts.push(number.to_string()),
            Value::Array(values) => rest.extend(values.iter().rev()),
            Value::Object(object) => rest.extend(object.values().rev()),
            Value::String(_) | Value::Null | Value::Bool(_) => {}
        }
    }
    texts
}

/// Whether a text within a document may be its number: it has digits and is not a date.
pub(crate) fn is_perhaps_number(text: &str) -> bool {
    const SIGNS: usize = 5;
    text.chars().filter(|letter| letter.is_alphanumeric()).count() >= SIGNS
        && text.contains(|letter: char| letter.is_numeric())
        && (WrittenDates::parse(text, None).is_err() || !text.contains(['-', '/', '.', ' ']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_of_a_document_has_digits_and_is_no_date() {
        for text in ["G649385", "109420132", "45 10 123456", "19650425"] {
            assert!(is_perhaps_number(text), "{text}");
        }
        for text in ["2010-01-01", "25.04.1965", "passport", "42", ""] {
            assert!(!is_perhaps_number(text), "{text}");
        }
    }

    #[test]
    fn texts_stand_in_their_order() {
        let value = serde_json::json!([{"a": "1", "b": [2, {"c": "3"}]}, null, true, " ", "4"]);
        assert_eq!(texts_of([&value]), ["1", "2", "3", "4"]);
        assert!(is_nested(&value) && !is_scalar(&value));
        let list = serde_json::json!(["1", 2]);
        assert!(!is_nested(&list) && is_scalar(&list));
    }
}
