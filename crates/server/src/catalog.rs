//! `GET /catalog`: the lists in use, with their versions.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use interdict_engine::{ListHealth, Lists};
use serde_json::{Value, json};

use crate::app::App;
use crate::error::{ApiError, json_response};
use crate::scope::EVERYTHING;

/// The lists in use.
pub(crate) async fn catalog(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let loaded = app.loaded()?;
    let lists = &loaded.lists;
    let body = body(lists);
    let tag = tag(body.to_string().as_bytes());
    let is_known = headers
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|known| known.trim() == tag || known.trim() == "*");
    let mut response = match is_known {
        true => StatusCode::NOT_MODIFIED.into_response(),
        false => json_response(StatusCode::OK, &body),
    };
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    let cache = HeaderValue::from_static("public, max-age=300");
    response.headers_mut().insert(header::CACHE_CONTROL, cache);
    Ok(response)
}

/// The entity tag of an answer, which changes with every list, version and state of health.
fn tag(body: &[u8]) -> String {
    // FNV-1a: the tag distinguishes answers and has no security purpose.
    let hash = body.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3)
    });
    format!("\"{hash:016x}\"")
}

fn body(lists: &Lists) -> Value {
    let mut datasets: Vec<Value> = lists.health().iter().map(dataset).collect();
    let names: Vec<&str> = lists.health().iter().map(|list| list.dataset.as_str()).collect();
    if !names.contains(&EVERYTHING) {
        datasets.push(everything(lists, &names));
    }
    let is_stale = lists.health().iter().any(|list| list.stale) || !lists.missing().is_empty();
    json!({ "datasets": datasets, "current": names, "outdated": [], "index_stale": is_stale })
}

/// The version in the form that clients parse: the moment of the import, or the day of the built-in
/// list.
fn version(list: &ListHealth) -> String {
    let moment = list.imported_at.map(|moment| moment.strftime("%Y%m%d%H%M%S").to_string());
    moment.unwrap_or_else(|| match list.version.parse::<jiff::civil::Date>() {
        Ok(day) => day.strftime("%Y%m%d000000").to_string(),
        Err(_) => list.version.clone(),
    })
}

fn dataset(list: &ListHealth) -> Value {
    let updated = list.imported_at.map(|moment| moment.strftime("%Y-%m-%dT%H:%M:%S").to_string());
    let version = version(list);
    json!({
        "name": list.dataset, "title": list.title, "license": null, "summary": null,
        "description": null, "url": null, "updated_at": updated, "last_export": updated,
        "entity_count": list.entities, "thing_count": list.targets, "version": version,
        "list_version": list.version, "category": null, "tags": [], "publisher": null,
        "coverage": null, "resources": [], "children": [], "deprecation": null, "deprecated": false,
        "load": true, "entities_url": null, "delta_url": null, "namespace": false,
        "index_version": version, "index_current": true, "stale": list.stale,
        "age_days": list.age_days,
    })
}

/// All lists as one dataset, under the name that clients use.
fn everything(lists: &Lists, names: &[&str]) -> Value {
    let count = |of: fn(&ListHealth) -> u64| lists.health().iter().map(of).sum::<u64>();
    let latest = lists.health().iter().map(version).max();
    json!({
        "name": EVERYTHING, "title": "All lists in use", "license": null, "summary": null,
        "description": null, "url": null, "updated_at": null, "last_export": null,
        "entity_count": count(|list| list.entities), "thing_count": count(|list| list.targets),
        "version": latest, "category": null, "tags": [], "publisher": null, "coverage": null,
        "resources": [], "children": names, "deprecation": null, "deprecated": false,
        "load": false, "entities_url": null, "delta_url": null, "namespace": false,
        "index_version": latest, "index_current": false,
    })
}
