//! Completion of names, types and properties for clients of the Reconciliation Service API.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use interdict_engine::text_search::{Facet, Scope, SearchRequest};
use interdict_model::{Entity, PropertyLabels, Schema};
use serde_json::{Value, json};

use crate::app::{App, Loaded};
use crate::entity_view::caption;
use crate::error::{ApiError, json_response};
use crate::params::Params;
use crate::reconcile_manifest::schema_type;
use crate::scope::DatasetScope;
use crate::search_handler::search_failed;

/// Suggestions of types and properties.
const FEW: usize = 5;

/// `GET /reconcile/{dataset}/suggest/entity`.
pub(crate) async fn entity(
    State(app): State<Arc<App>>,
    Path(dataset): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiError> {
    let mut params = Params::parse(query.unwrap_or_default().as_bytes());
    let limit = params.integer("limit", 10, 500);
    let params = params.checked()?;
    let prefix = params.last("prefix").unwrap_or_default().to_owned();
    app.work(move |app| {
        let loaded = app.loaded()?;
        let datasets = DatasetScope::of_path(&loaded.lists, &dataset)?.datasets;
        let scope = Scope { datasets, ..Scope::default() };
        let found = app
            .session()
            .suggest_entities(
                (&loaded.lists, &loaded.index),
                &scope,
                &prefix,
                usize::try_from(limit).unwrap_or(0),
            )
            .map_err(search_failed)?;
        Ok(suggestions(&prefix, found.iter().map(suggested).collect()))
    })
    .await
}

fn suggested(entity: &Entity) -> Value {
    let labels = entity.schema.labels();
    // The name that matched the prefix: the list's caption may be another spelling.
    let first =
        labels.and_then(|labels| labels.caption.first()).and_then(|name| entity.first(name));
    json!({
        "id": entity.id,
        "name": first.map_or_else(|| caption(entity), str::to_owned),
        "description": labels.map_or(entity.schema.as_str(), |labels| labels.label),
        "type": [schema_type(&entity.schema)],
    })
}

/// `GET /reconcile/{dataset}/suggest/type`.
pub(crate) async fn kind(
    State(app): State<Arc<App>>,
    Path(dataset): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiError> {
    let prefix = prefix(query);
    app.work(move |app| {
        let loaded = app.loaded()?;
        let schemata = schemata_in(app, &loaded, &dataset)?;
        let begins = |schema: &Schema| {
            let label = schema.labels().map_or("", |labels| labels.label);
            begins_with(schema.as_str(), &prefix) || begins_with(label, &prefix)
        };
        let found = schemata.iter().map(|name| Schema::from(name.clone()));
        let found = found.filter(|schema| schema.is_matchable() && begins(schema));
        let found: Vec<Value> = found.filter_map(|schema| schema_type(&schema)).take(FEW).collect();
        Ok(suggestions(&prefix, found))
    })
    .await
}

/// `GET /reconcile/{dataset}/suggest/property`.
pub(crate) async fn property(
    State(app): State<Arc<App>>,
    Path(dataset): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiError> {
    let prefix = prefix(query);
    app.work(move |app| {
        let loaded = app.loaded()?;
        let schemata = schemata_in(app, &loaded, &dataset)?;
        let mut found: Vec<&PropertyLabels> = Vec::new();
        for schema in schemata.iter().map(|name| Schema::from(name.clone())) {
            let own = schema.properties().filter(|property| property.schema == schema.as_str());
            found.extend(own.filter(|property| {
                let begins =
                    begins_with(property.name, &prefix) || begins_with(property.label, &prefix);
                begins && !property.is_hidden && property.type_name != "entity"
            }));
        }
        found.sort_by_key(|property| (property.label, property.schema, property.name));
        let found = found.into_iter().take(FEW).map(|property| {
            json!({
                "id": format!("{}:{}", property.schema, property.name),
                "name": property.label,
                "description": property.schema,
            })
        });
        Ok(suggestions(&prefix, found.collect()))
    })
    .await
}

/// `GET /reconcile/{dataset}/extend/property`: the properties with which a table can be extended.
pub(crate) async fn extension(RawQuery(query): RawQuery) -> Result<Response, ApiError> {
    let mut params = Params::parse(query.unwrap_or_default().as_bytes());
    let limit = params.integer("limit", 0, i64::MAX);
    let params = params.checked()?;
    let name = params.last("type").unwrap_or("Thing");
    let schema = Schema::from(name.to_owned());
    let Some(labels) = schema.labels() else {
        return Err(ApiError::BadRequest(format!("Invalid type: {name}")));
    };
    let mut properties: Vec<&PropertyLabels> =
        schema.properties().filter(|property| !property.is_hidden).collect();
    properties.sort_by_key(|property| {
        let place = labels.featured.iter().position(|name| *name == property.name);
        (place.unwrap_or(usize::MAX), property.label)
    });
    properties.dedup_by_key(|property| property.name);
    if limit > 0 {
        properties.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    }
    properties.sort_by_key(|property| property.label);
    let properties: Vec<Value> = properties
        .iter()
        .map(|property| json!({ "id": property.name, "name": property.label }))
        .collect();
    let body = json!({ "limit": limit, "type": name, "properties": properties });
    Ok(json_response(StatusCode::OK, &body))
}

fn prefix(query: Option<String>) -> String {
    let params = Params::parse(query.unwrap_or_default().as_bytes());
    params.last("prefix").unwrap_or_default().trim().to_lowercase()
}

/// Whether a text begins with a prefix, which is in lower case. An empty prefix matches nothing.
fn begins_with(text: &str, prefix: &str) -> bool {
    !prefix.is_empty() && text.to_lowercase().starts_with(prefix)
}

/// The schemata of the entities of a dataset, and their ancestors.
fn schemata_in(app: &App, loaded: &Loaded, dataset: &str) -> Result<BTreeSet<String>, ApiError> {
    let datasets = DatasetScope::of_path(&loaded.lists, dataset)?.datasets;
    let request = SearchRequest {
        scope: Scope { datasets, ..Scope::default() },
        facets: vec![Facet::Schema],
        ..SearchRequest::default()
    };
    let found = app
        .session()
        .search_entities((&loaded.lists, &loaded.index), &request)
        .map_err(search_failed)?;
    let schemata = found.facets.into_iter().flat_map(|counts| counts.values).map(|(name, _)| name);
    let with_ancestors = schemata.flat_map(|name| Schema::from(name).with_ancestors());
    Ok(with_ancestors.map(String::from).collect())
}

fn suggestions(prefix: &str, found: Vec<Value>) -> Response {
    let body = json!({
        "code": "/api/status/ok", "status": "200 OK", "prefix": prefix, "result": found,
    });
    json_response(StatusCode::OK, &body)
}
