//! The query of an answer: the example as it was read.

use std::collections::BTreeMap;

use interdict_model::{Country, Gender, PartialDate, PropertyType, Schema};
use serde::Serialize;

use crate::match_request::ExampleEntity;

/// The example as it was read.
#[derive(Debug, Serialize)]
pub(crate) struct EchoedQuery {
    id: Option<String>,
    schema: String,
    properties: BTreeMap<String, Vec<String>>,
}

impl EchoedQuery {
    /// The values that are valid for their type, in the form of the exchange format.
    pub(crate) fn of(example: &ExampleEntity) -> Self {
        let mut properties = BTreeMap::new();
        for (name, values) in &example.properties {
            // A query for the schema `Thing` may use the properties of every schema.
            let property = example.schema.property(name).or_else(|| {
                Schema::matchable()
                    .find_map(|schema| schema.property(name))
                    .filter(|_| example.schema.as_str() == "Thing")
            });
            let Some(property) = property else { continue };
            let clean = values.iter().filter_map(|value| clean(property.kind, value));
            let clean: Vec<String> = clean.collect();
            if !clean.is_empty() {
                properties.insert(name.clone(), clean);
            }
        }
        Self { id: example.id.clone(), schema: example.schema.to_string(), properties }
    }
}

/// A value in the form of the exchange format; `None` if it is invalid for its type.
fn clean(kind: PropertyType, value: &str) -> Option<String> {
    let value = value.trim();
    let text = match kind {
        PropertyType::Country => value.parse::<Country>().ok()?.code().to_owned(),
        PropertyType::Gender => value.parse::<Gender>().ok()?.as_str().to_owned(),
        PropertyType::Date => {
            let is_iso = |text: &str| {
                text.bytes().all(|byte| byte.is_ascii_digit() || b"-T:".contains(&byte))
            };
            value.parse::<PartialDate>().ok().filter(|_| is_iso(value)).map(|_| value.to_owned())?
        }
        PropertyType::Email => value.to_lowercase(),
        _ => value.to_owned(),
    };
    Some(text).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_echoed_in_the_form_of_the_exchange_format() {
        for (kind, value, expected) in [
            (PropertyType::Country, "Russia", Some("ru")),
            (PropertyType::Country, "Nowhere", None),
            (PropertyType::Gender, "M", Some("male")),
            (PropertyType::Date, "1965", Some("1965")),
            (PropertyType::Date, "1965-04-25", Some("1965-04-25")),
            (PropertyType::Date, "12 March 1965", None),
            (PropertyType::Email, "A@Example.org", Some("a@example.org")),
            (PropertyType::Name, " Ivo Roe ", Some("Ivo Roe")),
            (PropertyType::Name, " ", None),
        ] {
            assert_eq!(clean(kind, value).as_deref(), expected, "{value}");
        }
    }
}
