//! JSON Schemas of the types that are written as one text or number, each with the form of that text.
//! All other types derive theirs.

use std::borrow::Cow;

use schemars::{JsonSchema, SchemaGenerator, json_schema};
use serde_json::{Value, json};

use crate::{
    Country, DatasetName, EntityId, EvidenceCode, PartialDate, ProblemCode, Schema, Score,
    Sha256Digest,
};

macro_rules! schemas {
    ($($name:ident = $body:expr;)+) => {
        $(impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn schema_id() -> Cow<'static, str> {
                concat!(module_path!(), "::", stringify!($name)).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> schemars::Schema {
                $body
            }
        })+
    };
}

schemas! {
    EntityId = json_schema!({
        "description": "The id of an entity, such as `ofac-43377`.",
        "type": "string", "minLength": 1, "maxLength": 255, "pattern": r"^\S+$",
    });
    DatasetName = json_schema!({
        "description": "The name of a dataset, such as `us_ofac_sdn`.",
        "type": "string", "pattern": "^[a-z0-9_]{1,64}$",
    });
    PartialDate = json_schema!({
        "description": "A date as precise as its source gives it, in the Extended Date/Time Format: a \
            day, a month (`1965-04`), a year (`1965`) or a range (`1960/1965`), with `~` if it is \
            approximate.",
        "type": "string",
        "pattern": r"^\d{4}(-\d{2}){0,2}(/\d{4}(-\d{2}){0,2})?~?$",
    });
    Country = json_schema!({
        "description": "A country or territory: an ISO 3166-1 alpha-2 code in lower case, or \
            FollowTheMoney's code of a former country (`suhh`) or a disputed territory (`ua-cri`).",
        "type": "string", "pattern": "^([a-z]{2}|[a-z]{4}|[a-z]{2}-[a-z]{2,4})$",
    });
    Schema = json_schema!({
        "description": "The name of a FollowTheMoney schema, such as `Person` or `Vessel`. Names outside \
            that vocabulary are kept as a list gives them.",
        "type": "string",
    });
    Sha256Digest = json_schema!({
        "description": "A SHA-256 digest.",
        "type": "string", "pattern": "^[0-9a-f]{64}$",
    });
    Score = json_schema!({
        "description": "A score with at most four digits after the point. It is cut, not rounded: a \
            written score never reaches a threshold that the exact score does not reach.",
        "type": "number", "minimum": 0, "maximum": 1,
    });
    EvidenceCode = codes(
        "A rule of screening, by its stable code.",
        EvidenceCode::ALL.iter().map(|code| (code.as_str(), code.description())),
    );
    ProblemCode = codes(
        "A kind of problem, by its stable code.",
        ProblemCode::all().map(|code| (code.as_str(), code.description())),
    );
}

/// One of several texts, each with its meaning.
fn codes(
    description: &str,
    all: impl Iterator<Item = (&'static str, &'static str)>,
) -> schemars::Schema {
    let one = |(code, meaning): (&str, &str)| json!({"const": code, "description": meaning});
    let all: Vec<Value> = all.map(one).collect();
    json_schema!({"description": description, "type": "string", "oneOf": all})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_code_is_listed_with_its_meaning() {
        let schema = schemars::schema_for!(EvidenceCode);
        let all = schema.get("oneOf").and_then(Value::as_array).unwrap();
        assert_eq!(all.len(), EvidenceCode::ALL.len());
        let first = json!({"const": "SCR101", "description": "The birth dates agree to the day."});
        assert_eq!(all.first(), Some(&first));
    }
}
