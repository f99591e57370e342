//! Schemas of bodies and answers.

use interdict_model::Schema;
use serde_json::{Map, Value, json};

use crate::algorithms::CONFIG;
use crate::match_request::MOST_QUERIES;

/// All schemas by name.
pub(crate) fn schemas() -> Map<String, Value> {
    let parts = [requests(), entities(), answers(), lists(), reconciliation(), failures()];
    let parts = parts.into_iter().filter_map(|part| match part {
        Value::Object(part) => Some(part),
        _ => None,
    });
    parts.flatten().collect()
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

fn list_of(items: Value) -> Value {
    json!({ "type": "array", "items": items })
}

/// An object whose members are all required.
fn object(members: Value) -> Value {
    let required: Vec<String> =
        members.as_object().map(|members| members.keys().cloned().collect()).unwrap_or_default();
    json!({ "type": "object", "properties": members, "required": required })
}

/// An object with optional members.
fn object_with(members: Value, optional: Value) -> Value {
    let object = object(members.clone());
    let required = object.get("required").cloned().unwrap_or_default();
    json!({ "type": "object", "properties": joined(members, optional), "required": required })
}

fn joined(members: Value, others: Value) -> Value {
    match (members, others) {
        (Value::Object(members), Value::Object(others)) => {
            Value::Object(members.into_iter().chain(others).collect())
        }
        (members, _) => members,
    }
}

/// An object with members of any name.
fn map_of(values: Value) -> Value {
    json!({ "type": "object", "additionalProperties": values })
}

fn text() -> Value {
    json!({ "type": "string" })
}

fn maybe(kind: &str) -> Value {
    json!({ "type": [kind, "null"] })
}

fn requests() -> Value {
    let value = json!({ "type": ["string", "number", "boolean", "null"] });
    let values = json!({ "anyOf": [text(), list_of(value)] });
    let matchable = Schema::matchable().map(String::from).chain(["Thing".to_owned()]);
    let schema = json!({ "type": "string", "enum": matchable.collect::<Vec<String>>() });
    let example = object_with(
        json!({ "schema": schema, "properties": map_of(values) }),
        json!({ "id": maybe("string") }),
    );
    let mut queries = map_of(reference("Example"));
    if let Some(queries) = queries.as_object_mut() {
        queries.insert("minProperties".to_owned(), json!(1));
        queries.insert("maxProperties".to_owned(), json!(MOST_QUERIES));
    }
    let known = CONFIG.iter().map(|(name, ..)| ((*name).to_owned(), json!({})));
    let config = json!({
        "type": "object", "properties": known.collect::<Map<String, Value>>(),
        "additionalProperties": false,
    });
    let request = object_with(
        json!({ "queries": queries }),
        json!({
            "weights": map_of(json!({ "type": "number" })), "config": config,
            "params": { "type": "object" },
        }),
    );
    json!({
        "Example": example,
        "MatchRequest": request,
        "ReconcileForm": {
            "type": "object",
            "anyOf": [{ "required": ["queries"] }, { "required": ["extend"] }],
            "properties": {
                "queries": { "type": "string", "pattern": "\\S", "contentMediaType": "application/json" },
                "extend": { "type": "string", "pattern": "\\S", "contentMediaType": "application/json" },
            },
        },
    })
}

fn entity_members() -> Value {
    let values = list_of(json!({ "anyOf": [text(), reference("Entity")] }));
    json!({
        "id": text(), "caption": text(), "schema": text(), "properties": map_of(values),
        "datasets": list_of(text()), "referents": list_of(text()), "target": { "type": "boolean" },
        "first_seen": maybe("string"), "last_seen": maybe("string"), "last_change": maybe("string"),
    })
}

fn entities() -> Value {
    let number = json!({ "type": "number" });
    let scored = json!({
        "score": number, "match": { "type": "boolean" }, "explanations": map_of(reference("Explanation")),
    });
    let whole = json!({ "type": "integer" });
    let page = json!({
        "results": list_of(reference("Entity")), "total": reference("Total"), "limit": whole,
        "offset": whole,
    });
    json!({
        "Entity": object(entity_members()),
        "ScoredEntity": object(joined(entity_members(), scored)),
        "Explanation": object(json!({
            "detail": text(), "score": number, "query": maybe("string"), "candidate": maybe("string"),
        })),
        "AdjacentPage": object(page),
        "Adjacent": object(json!({
            "entity": reference("Entity"), "adjacent": map_of(reference("AdjacentPage")),
        })),
    })
}

fn answers() -> Value {
    let whole = json!({ "type": "integer" });
    let value = object(json!({ "name": text(), "label": text(), "count": whole }));
    let gaps = json!({ "gaps": list_of(reference("Gap")) });
    let response = json!({
        "status": whole, "results": list_of(reference("ScoredEntity")), "total": reference("Total"),
        "query": reference("Example"),
    });
    let search = json!({
        "limit": whole, "offset": whole, "total": reference("Total"),
        "results": list_of(reference("Entity")), "facets": map_of(reference("Facet")),
    });
    json!({
        "Total": object(json!({ "value": whole, "relation": { "enum": ["eq", "gte"] } })),
        // The gaps: reasons why an answer without a match would not mean that a party is clear.
        "Gap": { "type": "object" },
        "MatchResponse": object_with(response, gaps.clone()),
        "MatchAnswer": object(json!({ "responses": map_of(reference("MatchResponse")), "limit": whole })),
        "Facet": object(json!({ "label": text(), "values": list_of(value) })),
        "SearchAnswer": object_with(search, gaps),
    })
}

fn lists() -> Value {
    let (whole, truth) = (json!({ "type": "integer" }), json!({ "type": "boolean" }));
    let dataset = json!({
        "name": text(), "title": text(), "version": maybe("string"), "index_version": maybe("string"),
        "entity_count": whole, "thing_count": whole, "children": list_of(text()), "load": truth,
        "index_current": truth, "updated_at": maybe("string"), "last_export": maybe("string"),
    });
    let names = list_of(text());
    let feature = object(json!({
        "description": text(), "coefficient": { "type": "number" }, "url": maybe("string"),
    }));
    let docs = object(json!({
        "name": text(), "description": text(), "config": map_of(json!({ "type": "object" })),
        "features": map_of(feature.clone()),
    }));
    let algorithm = object(json!({
        "name": text(), "description": text(), "features": map_of(feature), "docs": docs,
    }));
    json!({
        "Catalog": object(json!({
            "datasets": list_of(object(dataset)), "current": names, "outdated": names,
            "index_stale": truth,
        })),
        "Algorithms": object(json!({
            "algorithms": list_of(algorithm), "default": text(), "best": text(),
        })),
        "Status": object(json!({ "status": { "const": "ok" } })),
    })
}

fn reconciliation() -> Value {
    let described = json!({ "id": text(), "name": text() });
    let kind = object_with(described.clone(), json!({ "description": text() }));
    let suggestion =
        object_with(described, json!({ "description": text(), "type": list_of(kind) }));
    let any = json!({ "type": "object" });
    json!({
        "Manifest": object(json!({
            "versions": list_of(text()), "name": text(), "identifierSpace": text(),
            "schemaSpace": text(), "view": any, "preview": any, "suggest": any, "extend": any,
            "defaultTypes": list_of(any.clone()), "batchSize": { "type": "integer" },
        })),
        // By key for queries; `meta` and `rows` for an extension.
        "Reconciled": any,
        "Suggestions": object(json!({
            "code": text(), "status": text(), "prefix": text(), "result": list_of(suggestion),
        })),
        "Proposal": object(json!({
            "limit": { "type": "integer" }, "type": text(),
            "properties": list_of(object(json!({ "id": text(), "name": text() }))),
        })),
    })
}

fn failures() -> Value {
    let place = list_of(json!({ "type": ["string", "integer"] }));
    let fault = json!({ "type": text(), "loc": place, "msg": text(), "input": {} });
    let fault = object_with(fault, json!({ "ctx": { "type": "object" } }));
    let errors = json!({ "errors": list_of(json!({ "type": "object" })) });
    let refusal = object_with(json!({ "detail": text() }), errors);
    json!({
        "Detail": object(json!({ "detail": text() })),
        "Refusal": refusal,
        "Invalid": object(json!({ "detail": list_of(fault) })),
        "Failure": object(json!({ "status": { "const": "error" } })),
    })
}
