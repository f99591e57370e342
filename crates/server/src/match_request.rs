//! The body of `POST /match`: queries by key, in their order.

use std::fmt;

use interdict_model::Schema;
use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value, json};

use crate::error::{ApiError, ValueError};
use crate::unique_keys::check_keys;

/// The most queries of one request, as in yente.
pub(crate) const MOST_QUERIES: usize = 100;

/// The content of one request.
#[derive(Debug)]
pub(crate) struct MatchRequest {
    /// The queries with their keys, in the order of the request.
    pub(crate) queries: Vec<(String, ExampleEntity)>,
    /// Settings of the algorithm.
    pub(crate) config: Map<String, Value>,
    /// Parameters that may also be in the body, where a URL would become too long.
    pub(crate) params: Map<String, Value>,
}

/// An entity to look for.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ExampleEntity {
    pub(crate) id: Option<String>,
    pub(crate) schema: Schema,
    /// Properties with their values as texts, in the order of their names.
    pub(crate) properties: Vec<(String, Vec<String>)>,
}

impl MatchRequest {
    /// Reads a body.
    ///
    /// # Errors
    /// One malformed query fails the request, as clients of yente expect.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, ApiError> {
        let body = parse_json(bytes)?;
        check_keys(bytes)?;
        let Some(body) = body.as_object() else {
            let message = "Input should be a valid dictionary or object to extract fields from";
            let error = ValueError::new("model_attributes_type", &["body"], message);
            return Err(ApiError::of_value(error.with_input(body)));
        };
        let Some(queries) = body.get("queries") else {
            return Err(missing(&["body", "queries"], &Value::Object(body.clone())));
        };
        let Some(queries) = queries.as_object() else {
            return Err(not_a_dictionary(&["body", "queries"], queries));
        };
        let keys = keys_in_order(bytes, queries);
        let mut examples = Vec::with_capacity(keys.len());
        for key in keys {
            if let Some(query) = queries.get(&key) {
                examples.push((key.clone(), RawExample::parse(&key, query)?));
            }
        }
        if examples.is_empty() {
            return Err(ApiError::BadRequest("No queries provided.".to_owned()));
        }
        if examples.len() > MOST_QUERIES {
            let text = format!("Too many queries in one batch (limit: {MOST_QUERIES})");
            return Err(ApiError::BadRequest(text));
        }
        let queries = examples.into_iter().map(|(key, raw)| Ok((key, raw.resolve()?)));
        let queries = queries.collect::<Result<_, ApiError>>()?;
        // Weights belong to another comparison: they are checked to be numbers, and have no effect.
        for (name, weight) in part(body, "weights")? {
            if !weight.is_number() {
                let place = ["body", "weights", &name];
                let error = ValueError::new("float_type", &place, "Input should be a valid number");
                return Err(ApiError::of_value(error.with_input(weight)));
            }
        }
        Ok(Self { queries, config: part(body, "config")?, params: part(body, "params")? })
    }

    /// The texts of a parameter in the body.
    pub(crate) fn texts(&self, name: &str) -> Vec<String> {
        let values = self.params.get(name).and_then(Value::as_array);
        values.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
    }
}

/// An optional member of a body.
fn part(body: &Map<String, Value>, name: &str) -> Result<Map<String, Value>, ApiError> {
    match body.get(name) {
        None => Ok(Map::new()),
        Some(Value::Object(part)) => Ok(part.clone()),
        Some(other) => Err(not_a_dictionary(&["body", name], other)),
    }
}

/// A query whose shape was checked, but not its schema.
struct RawExample {
    id: Option<String>,
    schema: String,
    properties: Vec<(String, Vec<String>)>,
}

impl RawExample {
    fn parse(key: &str, query: &Value) -> Result<Self, ApiError> {
        let place = ["body", "queries", key];
        let Some(object) = query.as_object() else {
            return Err(not_a_dictionary(&place, query));
        };
        let part = |name: &str| {
            let place = ["body", "queries", key, name];
            object.get(name).ok_or_else(|| missing(&place, query))
        };
        let schema = part("schema")?;
        let Some(schema) = schema.as_str() else {
            return Err(not_a_text(&["body", "queries", key, "schema"], schema));
        };
        let properties = part("properties")?;
        let Some(properties) = properties.as_object() else {
            return Err(not_a_dictionary(&["body", "queries", key, "properties"], properties));
        };
        let values = properties.iter().map(|(name, value)| {
            let place = ["body", "queries", key, "properties", name];
            Ok((name.clone(), texts(&place, value)?))
        });
        if let Some(id) = object.get("id").filter(|id| !id.is_string() && !id.is_null()) {
            return Err(not_a_text(&["body", "queries", key, "id"], id));
        }
        Ok(Self {
            id: object.get("id").and_then(Value::as_str).map(str::to_owned),
            schema: schema.to_owned(),
            properties: values.collect::<Result<_, ApiError>>()?,
        })
    }

    fn resolve(self) -> Result<ExampleEntity, ApiError> {
        let bad =
            |text: String| ApiError::BadRequest(format!("Cannot parse example entity: {text}"));
        let schema = Schema::from(self.schema);
        if schema.definition().is_none() {
            return Err(bad(format!("Unknown schema: '{schema}'")));
        }
        if !schema.is_matchable() && schema.as_str() != "Thing" {
            return Err(bad(format!("Non-matchable schema for query: {schema}")));
        }
        Ok(ExampleEntity { id: self.id, schema, properties: self.properties })
    }
}

/// The texts of a property: one text, or a list of texts, numbers and Booleans.
fn texts(place: &[&str], value: &Value) -> Result<Vec<String>, ApiError> {
    let text = |value: &Value| match value {
        Value::Null => Some(None),
        Value::String(text) => Some(Some(text.clone())),
        Value::Number(number) => Some(Some(number.to_string())),
        Value::Bool(truth) => Some(Some(truth.to_string())),
        Value::Array(_) | Value::Object(_) => None,
    };
    match value {
        Value::String(text) => Ok(vec![text.clone()]),
        Value::Array(values) => {
            let read =
                values.iter().map(|value| text(value).ok_or_else(|| not_a_text(place, value)));
            Ok(read.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
        }
        other => {
            let error = ValueError::new("list_type", place, "Input should be a valid list");
            Err(ApiError::of_value(error.with_input(other.clone())))
        }
    }
}

/// A body as JSON.
pub(crate) fn parse_json(bytes: &[u8]) -> Result<Value, ApiError> {
    if std::str::from_utf8(bytes).is_err() {
        return Err(ApiError::BadRequest("There was an error parsing the body".to_owned()));
    }
    if bytes.trim_ascii().is_empty() {
        return Err(missing(&["body"], &Value::Null));
    }
    serde_json::from_slice(bytes).map_err(|error| {
        let mut fault = ValueError::new("json_invalid", &["body"], "JSON decode error");
        fault.place.push(offset(bytes, error.line(), error.column()).into());
        fault = fault.with_input(json!({})).with_context(json!({ "error": error.to_string() }));
        ApiError::of_value(fault)
    })
}

/// The byte offset of a line and a column.
fn offset(bytes: &[u8], line: usize, column: usize) -> usize {
    let lines = bytes.split_inclusive(|byte| *byte == b'\n').take(line.saturating_sub(1));
    lines.map(<[u8]>::len).sum::<usize>() + column.saturating_sub(1)
}

fn missing(place: &[&str], input: &Value) -> ApiError {
    ApiError::of_value(
        ValueError::new("missing", place, "Field required").with_input(input.clone()),
    )
}

fn not_a_dictionary(place: &[&str], input: &Value) -> ApiError {
    let error = ValueError::new("dict_type", place, "Input should be a valid dictionary");
    ApiError::of_value(error.with_input(input.clone()))
}

fn not_a_text(place: &[&str], input: &Value) -> ApiError {
    let error = ValueError::new("string_type", place, "Input should be a valid string");
    ApiError::of_value(error.with_input(input.clone()))
}

/// The keys of the queries in the order of the request, which a map does not keep.
fn keys_in_order(bytes: &[u8], queries: &Map<String, Value>) -> Vec<String> {
    #[derive(Deserialize)]
    struct Body {
        queries: Keys,
    }
    let read = serde_json::from_slice::<Body>(bytes).map(|body| body.queries.0);
    read.unwrap_or_else(|_| queries.keys().cloned().collect())
}

/// The keys of an object, in its order.
struct Keys(Vec<String>);

impl<'de> Deserialize<'de> for Keys {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeyVisitor;
        impl<'de> Visitor<'de> for KeyVisitor {
            type Value = Keys;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Keys, A::Error> {
                let mut keys = Vec::new();
                while let Some((key, _)) = map.next_entry::<String, IgnoredAny>()? {
                    keys.push(key);
                }
                Ok(Keys(keys))
            }
        }
        deserializer.deserialize_map(KeyVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(body: &str) -> (String, Value) {
        match MatchRequest::parse(body.as_bytes()) {
            Err(ApiError::Validation(errors)) => {
                (errors[0]["type"].as_str().unwrap().to_owned(), errors[0]["loc"].clone())
            }
            Err(ApiError::BadRequest(text)) => (text, Value::Null),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn queries_keep_the_order_of_the_request() {
        let body = r#"{"queries": {"z": {"schema": "Person", "properties": {"name": "Ivo Roe"}},
            "a": {"id": "7", "schema": "Thing", "properties": {"birthDate": [1965, null, true, "x"]}}}}"#;
        let request = MatchRequest::parse(body.as_bytes()).unwrap();
        let keys: Vec<&str> = request.queries.iter().map(|(key, _)| key.as_str()).collect();
        assert_eq!(keys, ["z", "a"]);
        let values = ["1965", "true", "x"].map(str::to_owned).to_vec();
        assert_eq!(request.queries[1].1.properties, [("birthDate".to_owned(), values)]);
        assert_eq!(request.queries[1].1.id.as_deref(), Some("7"));
    }

    #[test]
    fn what_is_not_of_the_shape_is_named_with_its_place() {
        for (body, kind, place) in [
            ("", "missing", json!(["body"])),
            ("{", "json_invalid", json!(["body", 0])),
            ("[]", "model_attributes_type", json!(["body"])),
            ("{}", "missing", json!(["body", "queries"])),
            (r#"{"queries": []}"#, "dict_type", json!(["body", "queries"])),
            (r#"{"queries": {"q": null}}"#, "dict_type", json!(["body", "queries", "q"])),
            (r#"{"queries": {"q": {}}}"#, "missing", json!(["body", "queries", "q", "schema"])),
            (
                r#"{"queries": {"q": {"schema": "Person"}}}"#,
                "missing",
                json!(["body", "queries", "q", "properties"]),
            ),
            (
                r#"{"queries": {"q": {"schema": "Person", "properties": {"name": 7}}}}"#,
                "list_type",
                json!(["body", "queries", "q", "properties", "name"]),
            ),
            (
                r#"{"queries": {"q": {"schema": "Person", "properties": {"name": [["x"]]}}}}"#,
                "string_type",
                json!(["body", "queries", "q", "properties", "name"]),
            ),
        ] {
            assert_eq!(fault(body), (kind.to_owned(), place), "{body}");
        }
    }

    #[test]
    fn one_query_that_cannot_be_asked_fails_the_request() {
        let of_schema = |schema: &str| {
            fault(&format!(
                r#"{{"queries": {{"q": {{"schema": "{schema}", "properties": {{}}}}}}}}"#
            ))
            .0
        };
        assert_eq!(of_schema("Foo"), "Cannot parse example entity: Unknown schema: 'Foo'");
        assert_eq!(
            of_schema("Sanction"),
            "Cannot parse example entity: Non-matchable schema for query: Sanction"
        );
        assert_eq!(fault(r#"{"queries": {}}"#).0, "No queries provided.");
        let many: Vec<String> = (0..101)
            .map(|n| format!(r#""{n}": {{"schema": "Person", "properties": {{}}}}"#))
            .collect();
        let body = format!(r#"{{"queries": {{{}}}}}"#, many.join(","));
        assert_eq!(fault(&body).0, "Too many queries in one batch (limit: 100)");
        let invalid = MatchRequest::parse(b"{\"queries\": \"\xff\"}");
        assert!(
            matches!(invalid, Err(ApiError::BadRequest(text)) if text.contains("parsing the body"))
        );
    }
}
