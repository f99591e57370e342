//! `GET /entities/{id}` and the adjacent entities.

use std::cmp::Reverse;
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use interdict_model::Entity;
use serde_json::{Map, Value, json};

use crate::app::App;
use crate::entity_view::caption;
use crate::error::{ApiError, json_response};
use crate::neighbours::{Graph, Neighbours};
use crate::params::Params;

const NO_ENTITY: ApiError = ApiError::NotFound("No such entity!");
/// The most neighbours of a page, as in yente.
const MOST_NEIGHBOURS: i64 = 500;
/// The largest offset of a page, as in yente.
const LAST_OFFSET: i64 = 9_499;

/// One entity.
pub(crate) async fn entity(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    uri: Uri,
) -> Result<Response, ApiError> {
    let mut params = Params::parse(uri.query().unwrap_or_default().as_bytes());
    let nested = params.boolean("nested", true);
    params.checked()?;
    of_entity(app, id, uri, move |graph, entity| {
        let (view, is_cut) = match nested {
            true => graph.nested(entity)?,
            false => (graph.flat(entity), false),
        };
        Ok(marked(json_response(StatusCode::OK, &view), is_cut))
    })
    .await
}

/// Finds an entity and answers about it. Another id of it is redirected to its main id.
async fn of_entity(
    app: Arc<App>,
    id: String,
    uri: Uri,
    answer: impl FnOnce(&Graph<'_>, &Entity) -> Result<Response, ApiError> + Send + 'static,
) -> Result<Response, ApiError> {
    app.work(move |app| {
        let loaded = app.loaded()?;
        let session = app.session();
        let graph = Graph { session: &session, lists: &loaded.lists };
        let entity = graph.find(&id)?.ok_or(NO_ENTITY)?;
        match entity.id.as_str() == id {
            true => answer(&graph, &entity),
            false => Ok(moved(&entity, &uri)),
        }
    })
    .await
}

/// All adjacent entities, by property.
pub(crate) async fn adjacent(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    uri: Uri,
) -> Result<Response, ApiError> {
    let page = Page::parse(uri.query())?;
    of_entity(app, id, uri, move |graph, entity| {
        let Neighbours { by_property, is_cut } = graph.neighbours(entity)?;
        let mut adjacent = Map::new();
        for (property, neighbours) in by_property {
            adjacent.insert(property, page.of(graph, entity, neighbours)?);
        }
        let body = json!({ "entity": graph.flat(entity), "adjacent": adjacent });
        Ok(marked(json_response(StatusCode::OK, &body), is_cut))
    })
    .await
}

/// The adjacent entities of one property.
pub(crate) async fn adjacent_by(
    State(app): State<Arc<App>>,
    Path((id, property)): Path<(String, String)>,
    uri: Uri,
) -> Result<Response, ApiError> {
    let page = Page::parse(uri.query())?;
    of_entity(app, id, uri, move |graph, entity| {
        if !shows_entities(entity, &property) {
            return Err(ApiError::NotFound("No such property!"));
        }
        let Neighbours { mut by_property, is_cut } = graph.neighbours(entity)?;
        let neighbours = by_property.remove(&property).unwrap_or_default();
        let body = page.of(graph, entity, neighbours)?;
        Ok(marked(json_response(StatusCode::OK, &body), is_cut))
    })
    .await
}

/// Whether entities of that schema have a property with entities, including inverse ones.
fn shows_entities(entity: &Entity, property: &str) -> bool {
    let own = entity.schema.property_labels(property);
    own.is_some_and(|property| property.type_name == "entity")
        || entity.schema.reverse_properties().any(|reverse| reverse.name == property)
}

/// The redirect for another id of an entity: its URL with the sub-path and the parameters of the request. Both are kept
/// as they were sent, so that encoded characters stay encoded.
fn moved(entity: &Entity, asked: &Uri) -> Response {
    let address = asked.path_and_query().map_or("", |address| address.as_str());
    let rest = address.strip_prefix("/entities/").unwrap_or_default();
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let below = rest.get(end..).unwrap_or_default();
    let location = format!("/entities/{}{below}", encoded(entity.id.as_str()));
    let mut response = StatusCode::PERMANENT_REDIRECT.into_response();
    if let Ok(location) = HeaderValue::from_str(&location) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}

/// A text as a path segment.
fn encoded(text: &str) -> String {
    let mut path = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'-' | b'.' | b'_' | b'~' => path.push(char::from(byte)),
            byte if byte.is_ascii_alphanumeric() => path.push(char::from(byte)),
            byte => path.push_str(&format!("%{byte:02X}")),
        }
    }
    path
}

/// Marks an answer that does not hold all neighbours.
fn marked(mut response: Response, is_cut: bool) -> Response {
    if is_cut {
        response.headers_mut().insert("x-interdict-complete", HeaderValue::from_static("false"));
    }
    response
}

/// Which neighbours of a property are requested, and in which order.
struct Page {
    limit: i64,
    offset: i64,
    /// Fields, and whether the order is descending.
    sort: Vec<(String, bool)>,
}

impl Page {
    fn parse(query: Option<&str>) -> Result<Self, ApiError> {
        let mut params = Params::parse(query.unwrap_or_default().as_bytes());
        let limit = params.integer("limit", 10, MOST_NEIGHBOURS);
        let offset = params.integer("offset", 0, LAST_OFFSET);
        let params = params.checked()?;
        let sort = params.all("sort").into_iter().map(|sort| match sort.split_once(':') {
            Some((field, order)) => (field.to_owned(), order == "desc"),
            None => (sort, false),
        });
        Ok(Self { limit, offset, sort: sort.collect() })
    }

    /// The page of an entity's neighbours.
    fn of(
        &self,
        graph: &Graph<'_>,
        entity: &Entity,
        mut all: Vec<Entity>,
    ) -> Result<Value, ApiError> {
        // The last field first: the sort is stable, so that each one keeps the order of the previous one where values
        // are equal.
        for (field, descending) in self.sort.iter().rev() {
            let key = |entity: &Entity| field_value(entity, field);
            match descending {
                // Missing values come last in both orders.
                true => all.sort_by_cached_key(|entity| {
                    let key = key(entity);
                    (key.is_none(), Reverse(key))
                }),
                false => all.sort_by_cached_key(|entity| {
                    let key = key(entity);
                    (key.is_none(), key)
                }),
            }
        }
        let total = all.len();
        let place = |number: i64| usize::try_from(number).unwrap_or(0);
        let shown = all.iter().skip(place(self.offset)).take(place(self.limit));
        let results = shown.map(|neighbour| graph.neighbour(neighbour, &entity.id));
        let results = results.collect::<Result<Vec<_>, ApiError>>()?;
        Ok(json!({
            "results": results, "total": { "value": total, "relation": "eq" }, "limit": self.limit,
            "offset": self.offset,
        }))
    }
}

/// The value of a field that entities are sorted by.
fn field_value(entity: &Entity, field: &str) -> Option<String> {
    match field {
        "caption" => Some(caption(entity).to_lowercase()),
        "schema" => Some(entity.schema.to_string()),
        "first_seen" => entity.first_seen.clone(),
        "last_seen" => entity.last_seen.clone(),
        "last_change" => entity.last_change.clone(),
        _ => {
            let property = field.strip_prefix("properties.")?;
            entity.values(property).iter().map(|value| value.to_lowercase()).min()
        }
    }
}
