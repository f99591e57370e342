//! Schemas of the bodies of our own interface, generated from their types.

use schemars::JsonSchema;
use schemars::generate::{SchemaGenerator, SchemaSettings};
use serde_json::{Map, Value, json};

use crate::api::{Bodies, Documents};

/// The prefix of these schemas, which distinguishes them from those of yente's interface.
const PREFIX: &str = "Api";
const PATH: &str = "/components/schemas";

/// All schemas by name.
pub(super) fn api_schemas() -> Map<String, Value> {
    let settings =
        || SchemaSettings::draft2020_12().with(|settings| settings.definitions_path = PATH.into());
    let mut schemas = definitions::<Documents>(settings().for_serialize().into_generator());
    schemas.extend(definitions::<Bodies>(settings().for_deserialize().into_generator()));
    schemas.insert("Problem".to_owned(), problem());
    schemas
}

/// The types of the members of a struct, and all that these use.
fn definitions<T: JsonSchema>(mut generator: SchemaGenerator) -> Map<String, Value> {
    generator.subschema_for::<T>();
    let definitions = Value::Object(generator.take_definitions(true)).to_string();
    let before = format!("\"#{PATH}/");
    let renamed = definitions.replace(&before, &format!("{before}{PREFIX}"));
    let Ok(Value::Object(definitions)) = serde_json::from_str(&renamed) else { return Map::new() };
    definitions.into_iter().map(|(name, schema)| (format!("{PREFIX}{name}"), schema)).collect()
}

fn problem() -> Value {
    let text = json!({ "type": "string" });
    json!({
        "type": "object",
        "required": ["type", "title", "status", "detail", "instance", "code", "request_id"],
        "properties": {
            "type": text, "title": text, "status": { "type": "integer" }, "detail": text,
            "instance": text, "code": text, "request_id": text,
            "errors": { "type": "array", "items": {
                "type": "object", "properties": { "pointer": text, "detail": text, "code": text },
            } },
        },
    })
}
