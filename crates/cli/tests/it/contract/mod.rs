//! Checks JSON documents against their schemas. What a schema does not name is refused here; the published
//! schemas allow it, so that a program that checks against them keeps working when a field is added.

use std::collections::{BTreeMap, BTreeSet};

use interdict_engine::json_schemas;
use jsonschema::Validator;
use serde_json::Value;

use crate::support::Workplace;

/// Closes a schema: fields that it does not name are refused. `is_value` says whether it is a schema for
/// a value of its own, and not a further condition on the value of the schema around it.
fn close(schema: &mut Value, is_value: bool) {
    let Value::Object(keywords) = schema else { return };
    for (keyword, inner) in keywords.iter_mut() {
        match (keyword.as_str(), inner) {
            ("properties" | "patternProperties", Value::Object(all)) => {
                all.values_mut().for_each(|inner| close(inner, true));
            }
            ("$defs", Value::Object(all)) => {
                all.values_mut().for_each(|inner| close(inner, false));
            }
            ("items" | "additionalProperties", inner) => close(inner, true),
            ("prefixItems", Value::Array(all)) => all.iter_mut().for_each(|one| close(one, true)),
            ("oneOf" | "anyOf" | "allOf", Value::Array(all)) => {
                all.iter_mut().for_each(|inner| close(inner, false));
            }
            _ => {}
        }
    }
    if is_value {
        keywords.insert("unevaluatedProperties".to_owned(), false.into());
    }
}

pub(crate) fn validator(schema: &Value) -> Validator {
    let mut schema = schema.clone();
    close(&mut schema, true);
    jsonschema::options().should_validate_formats(true).build(&schema).unwrap()
}

/// Checks documents, and remembers which there were.
pub(crate) struct Contract {
    validators: BTreeMap<&'static str, Validator>,
    pub(crate) seen: BTreeSet<&'static str>,
}

impl Contract {
    pub(crate) fn new() -> Self {
        let schemas = json_schemas();
        let validators = schemas.iter().map(|(name, schema)| (*name, validator(schema)));
        Self { validators: validators.collect(), seen: BTreeSet::new() }
    }

    /// Runs a command, and checks each document that it prints. In `arguments`, `~` stands for a space
    /// and `[HERE]` for the folder of the test.
    pub(crate) fn check(&mut self, place: &Workplace, name: &str, arguments: &str) {
        self.check_input(place, name, arguments, "");
    }

    pub(crate) fn check_input(
        &mut self,
        place: &Workplace,
        name: &str,
        arguments: &str,
        input: &str,
    ) {
        let here = place.folder.path().display().to_string();
        let argument = |text: &str| text.replace('~', " ").replace("[HERE]", &here);
        let owned: Vec<String> =
            arguments.split(' ').chain(["--format", "json"]).map(argument).collect();
        let given: Vec<&str> = owned.iter().map(String::as_str).collect();
        let run = place.run_with_input(&given, input);
        assert!(run.code != 2, "{arguments}: {}", run.stderr);
        let (name, validator) = self.validators.get_key_value(name).unwrap();
        let documents = serde_json::Deserializer::from_str(&run.stdout).into_iter::<Value>();
        let mut count = 0;
        for document in documents {
            let document = document.unwrap();
            let errors = validator.iter_errors(&document);
            let errors: Vec<String> =
                errors.map(|error| format!("{}: {error}", error.instance_path())).collect();
            assert!(errors.is_empty(), "{arguments}: {}\n{document:#}", errors.join("\n"));
            assert_eq!(document["program_version"], env!("CARGO_PKG_VERSION"));
            count += 1;
        }
        let expected = if input.is_empty() { 1 } else { input.lines().count() };
        assert_eq!(count, expected, "{arguments}: {}", run.stdout);
        self.seen.insert(name);
    }
}
