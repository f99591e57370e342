//! The manifest of the reconciliation service, and its pages.

use std::sync::Arc;

use axum::extract::{Path, RawQuery, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use interdict_engine::Lists;
use interdict_model::Schema;
use serde_json::{Value, json};

use crate::app::App;
use crate::entity_view::caption;
use crate::error::{ApiError, json_response};
use crate::labels::value_label;
use crate::neighbours::Graph;
use crate::params::Params;
use crate::scope::DatasetScope;

/// The URI of the vocabulary of ids and schemata.
const SPACE: &str = "https://www.opensanctions.org/reference/#schema";
/// The recommended batch size of clients.
const BATCH: u32 = 25;

/// `GET /reconcile/{dataset}`.
pub(crate) async fn manifest(
    State(app): State<Arc<App>>,
    Path(dataset): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiError> {
    let loaded = app.loaded()?;
    DatasetScope::of_path(&loaded.lists, &dataset)?;
    // Some clients can send a key only in the URL. Browsers open the pages of entities without any other.
    let query = query.filter(|query| !query.is_empty());
    let base = format!("{}/reconcile/{dataset}", app.config.base_url());
    let more = query.as_ref().map_or_else(String::new, |query| format!("&{query}"));
    let page = format!("{base}/preview?id={{{{id}}}}{more}");
    let query = query.map_or_else(String::new, |query| format!("?{query}"));
    let service =
        |path: &str| json!({ "service_url": base, "service_path": format!("{path}{query}") });
    let settings = json!([
        {
            "name": "limit", "label": "Limit", "type": "number", "default": 0,
            "help_text": "Maximum number of values to return per row (0 for no limit)",
        },
        {
            "name": "render", "label": "Render", "type": "select", "default": "caption",
            "help_text": "Show codes as words, or as they are",
            "choices": [
                { "id": "caption", "value": "caption", "name": "Caption" },
                { "id": "raw", "value": "raw", "name": "Raw value" },
            ],
        },
    ]);
    let body = json!({
        "versions": ["0.2"],
        "name": format!("{} (Interdict)", title(&loaded.lists, &dataset)),
        "identifierSpace": SPACE,
        "schemaSpace": SPACE,
        "documentation": format!("{}/catalog", app.config.base_url()),
        "batchSize": BATCH,
        "view": { "url": page },
        "preview": { "url": page, "width": 430, "height": 600 },
        "suggest": {
            "entity": service("/suggest/entity"),
            "type": service("/suggest/type"),
            "property": service("/suggest/property"),
        },
        "extend": {
            "propose_properties": service("/extend/property"),
            "property_settings": settings,
            "propose_settings": settings,
        },
        "defaultTypes": default_types(),
    });
    Ok(json_response(StatusCode::OK, &body))
}

fn title(lists: &Lists, dataset: &str) -> String {
    let list = lists.health().iter().find(|list| list.dataset.as_str() == dataset);
    list.map_or_else(|| "All lists in use".to_owned(), |list| list.title.clone())
}

fn default_types() -> Vec<Value> {
    Schema::matchable().filter_map(|schema| schema_type(&schema)).collect()
}

/// A schema as a type of reconciliation.
pub(crate) fn schema_type(schema: &Schema) -> Option<Value> {
    let labels = schema.labels()?;
    Some(json!({ "id": schema, "name": labels.plural, "description": labels.label }))
}

/// `GET /reconcile/{dataset}/preview?id=`: a small page about an entity.
pub(crate) async fn preview(
    State(app): State<Arc<App>>,
    Path(dataset): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiError> {
    let params = Params::parse(query.unwrap_or_default().as_bytes());
    let id = params.last("id").unwrap_or_default().to_owned();
    app.work(move |app| {
        let loaded = app.loaded()?;
        DatasetScope::of_path(&loaded.lists, &dataset)?;
        let session = app.session();
        let graph = Graph { session: &session, lists: &loaded.lists };
        let entity = graph.find(&id)?.ok_or(ApiError::NotFound("No such entity!"))?;
        let labels = entity.schema.labels();
        let mut rows = String::new();
        for property in labels.map(|labels| labels.featured.as_slice()).unwrap_or_default() {
            let Some(shown) = entity.schema.property_labels(property) else { continue };
            let values: Vec<String> = entity
                .values(property)
                .iter()
                .map(|value| value_label(shown.type_name, value))
                .collect();
            if !values.is_empty() && shown.type_name != "entity" {
                let (label, values) = (escape(shown.label), escape(&values.join(", ")));
                rows.push_str(&format!("<tr><th>{label}</th><td>{values}</td></tr>"));
            }
        }
        let name = escape(&caption(&entity));
        let kind = escape(labels.map_or(entity.schema.as_str(), |labels| labels.label));
        let page = format!(
            "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>{name}</title>\
             <style>body{{font:14px sans-serif;margin:12px}}th{{text-align:left;vertical-align:top;\
             padding-right:12px}}</style><h1>{name}</h1><p>{kind}</p><table>{rows}</table></html>"
        );
        Ok(([(header::CONTENT_TYPE, "text/html; charset=utf-8")], page).into_response())
    })
    .await
}

/// A text escaped for HTML.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            letter => escaped.push(letter),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_lists_cannot_become_markup() {
        assert_eq!(
            escape("<a href=\"x\">'&'</a>"),
            "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/a&gt;"
        );
    }
}
