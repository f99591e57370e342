//! Schemas of bodies and answers.

use serde_json::{Map, Value, json};

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
    let mut example = object(json!({ "schema": text(), "properties": map_of(values) }));
    example["properties"]["id"] = maybe("string");
    let mut request = object(json!({ "queries": map_of(reference("Example")) }));
    request["properties"]["weights"] = map_of(json!({ "type": "number" }));
    request["properties"]["config"] = map_of(json!({}));
    request["properties"]["params"] = json!({ "type": "object" });
    json!({
        "Example": example,
        "MatchRequest": request,
        "ReconcileForm": {
            "type": "object",
            "properties": {
                "queries": { "type": "string", "contentMediaType": "application/json" },
                "extend": { "type": "string", "contentMediaType": "application/json" },
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
    let mut scored = entity_members();
    scored["score"] = number.clone();
    scored["match"] = json!({ "type": "boolean" });
    scored["explanations"] = map_of(reference("Explanation"));
    let whole = json!({ "type": "integer" });
    let page = json!({
        "results": list_of(reference("Entity")), "total": whole, "limit": whole, "offset": whole,
    });
    json!({
        "Entity": object(entity_members()),
        "ScoredEntity": object(scored),
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
    let mut response = object(json!({
        "status": whole, "results": list_of(reference("ScoredEntity")), "total": reference("Total"),
        "query": reference("Example"),
    }));
    response["properties"]["gaps"] = list_of(reference("Gap"));
    let mut search = object(json!({
        "limit": whole, "offset": whole, "total": reference("Total"),
        "results": list_of(reference("Entity")), "facets": map_of(reference("Facet")),
    }));
    search["properties"]["gaps"] = list_of(reference("Gap"));
    json!({
        "Total": object(json!({ "value": whole, "relation": { "enum": ["eq", "gte"] } })),
        // Why an answer without a match would not mean that a party is clear.
        "Gap": { "type": "object" },
        "MatchResponse": response,
        "MatchAnswer": object(json!({ "responses": map_of(reference("MatchResponse")), "limit": whole })),
        "Facet": object(json!({ "label": text(), "values": list_of(value) })),
        "SearchAnswer": search,
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
    let mut kind = object(json!({ "id": text(), "name": text() }));
    kind["properties"]["description"] = text();
    let mut suggestion = kind.clone();
    suggestion["properties"]["type"] = list_of(kind);
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
    let mut fault = object(json!({ "type": text(), "loc": place, "msg": text(), "input": {} }));
    fault["properties"]["ctx"] = json!({ "type": "object" });
    let mut refusal = object(json!({ "detail": text() }));
    refusal["properties"]["errors"] = list_of(json!({ "type": "object" }));
    json!({
        "Detail": object(json!({ "detail": text() })),
        "Refusal": refusal,
        "Invalid": object(json!({ "detail": list_of(fault) })),
        "Failure": object(json!({ "status": { "const": "error" } })),
    })
}
