//! `POST /reconcile/{dataset}`: queries and extensions of the Reconciliation Service API 0.2.

use std::sync::Arc;
use std::time::Instant;

use axum::body::Body;
use axum::extract::{
    Extension as FromLayer, FromRequest, Multipart, Path, RawQuery, Request, State,
};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use interdict_engine::Session;
use interdict_engine::audit::EventDraft;
use interdict_engine::screening::Algorithm;
use interdict_model::{Schema, Score};
use serde_json::{Map, Value, json};

use crate::algorithms::algorithm;
use crate::app::App;
use crate::body::read_body;
use crate::error::{ApiError, ValueError, json_response};
use crate::headers::say_gaps;
use crate::labels::value_label;
use crate::match_filter::MatchFilter;
use crate::match_request::{ExampleEntity, MOST_QUERIES};
use crate::matcher::{MatchResponse, MatchSettings, Matched, Matcher};
use crate::neighbours::Graph;
use crate::params::Params;
use crate::reconcile_manifest::schema_type;
use crate::requester::Requester;
use crate::scope::DatasetScope;
use crate::unique_keys::check_keys;

/// Results below this score do not help to reconcile a table, and would be most of the list.
const CUTOFF: f64 = 0.5;
/// Maximum number of rows times columns of one extension: a small request could otherwise ask for an answer of any
/// size.
const MOST_CELLS: usize = 100_000;
const QUERIES: &str = "RootModel[dict[str, FreebaseReconQuery]]";
const EXTENSION: &str = "FreebaseExtendQuery";

/// Answers a form.
pub(crate) async fn reconcile(
    State(app): State<Arc<App>>,
    FromLayer(requester): FromLayer<Requester>,
    Path(dataset): Path<String>,
    RawQuery(query): RawQuery,
    request: Request,
) -> Result<Response, ApiError> {
    let mut params = Params::parse(query.unwrap_or_default().as_bytes());
    let changed_since = params.moment("changed_since");
    let params = params.checked()?;
    let name = params.last("algorithm").unwrap_or("logic-v2");
    let algorithm = algorithm(name, &Map::new())?;
    let form = read_form(&app, request).await?;
    if let Some(text) = form.last("extend").filter(|text| !text.trim().is_empty()) {
        let extension = Extension::parse(text)?;
        return app.work(move |app| extension.answer(app)).await;
    }
    let Some(text) = form.last("queries").filter(|text| !text.trim().is_empty()) else {
        return Err(ApiError::BadRequest("No queries or extend request provided.".to_owned()));
    };
    let queries = parse_queries(text)?;
    let filter = MatchFilter { changed_since, ..MatchFilter::default() };
    let rows = Rows { dataset, queries, algorithm, filter };
    let (response, events) = app.work(move |app| rows.answer(app, &requester)).await?;
    app.record_with(response, events).await
}

/// The fields of a form, URL-encoded or multipart.
async fn read_form(app: &App, request: Request) -> Result<Params, ApiError> {
    let kind = request.headers().get(header::CONTENT_TYPE).cloned();
    let bytes = read_body(app, request).await?;
    let Some(kind) = kind.filter(|kind| kind.as_bytes().starts_with(b"multipart/form-data")) else {
        return Ok(Params::parse(&bytes));
    };
    let unreadable = || ApiError::BadRequest("There was an error parsing the body".to_owned());
    // Parsed from memory: the body as a whole has a limit on size and time, its parts have none.
    let mut request = Request::new(Body::from(bytes));
    request.headers_mut().insert(header::CONTENT_TYPE, kind);
    let mut parts = Multipart::from_request(request, &()).await.map_err(|_| unreadable())?;
    let mut fields = Vec::new();
    while let Some(part) = parts.next_field().await.map_err(|_| unreadable())? {
        let name = part.name().unwrap_or_default().to_owned();
        fields.push((name, part.text().await.map_err(|_| unreadable())?));
    }
    Ok(Params::of(fields))
}

/// A query of a table's row.
struct RowQuery {
    key: String,
    example: ExampleEntity,
    limit: i64,
}

fn parse_queries(text: &str) -> Result<Vec<RowQuery>, ApiError> {
    let fault = |kind, place: &[&str], message: &str| {
        form_fault(QUERIES, ValueError::new(kind, place, message))
    };
    let value: Value =
        serde_json::from_str(text).map_err(|_| fault("json_invalid", &[], "Invalid JSON"))?;
    check_keys(text.as_bytes())?;
    let Some(queries) = value.as_object() else {
        return Err(fault("dict_type", &[], "Input should be a valid dictionary"));
    };
    if queries.len() > MOST_QUERIES {
        let text = format!("Too many queries in one batch (limit: {MOST_QUERIES})");
        return Err(ApiError::BadRequest(text));
    }
    let mut read = Vec::with_capacity(queries.len());
    for (key, query) in queries {
        let Some(query) = query.as_object() else {
            return Err(fault("model_type", &[key], "Input should be a valid dictionary"));
        };
        read.push(RowQuery {
            key: key.clone(),
            example: example(key, query)?,
            limit: limit(key, query)?,
        });
    }
    Ok(read)
}

fn form_fault(what: &'static str, error: ValueError) -> ApiError {
    let mut error = error.into_json();
    if let Some(object) = error.as_object_mut() {
        object.insert("url".to_owned(), json!("https://errors.pydantic.dev/"));
    }
    ApiError::Form { what, errors: vec![error] }
}

fn limit(key: &str, query: &Map<String, Value>) -> Result<i64, ApiError> {
    match query.get("limit") {
        None | Some(Value::Null) => Ok(5),
        Some(value) => number(value).ok_or_else(|| {
            let message = "Input should be a valid integer";
            form_fault(QUERIES, ValueError::new("int_type", &[key, "limit"], message))
        }),
    }
}

/// An integer, which some clients send as text.
fn number(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str().and_then(|text| text.trim().parse().ok()))
}

fn example(key: &str, query: &Map<String, Value>) -> Result<ExampleEntity, ApiError> {
    let mut properties: Vec<(String, Vec<String>)> = Vec::new();
    if let Some(name) = query.get("query").and_then(Value::as_str) {
        properties.push(("name".to_owned(), vec![name.to_owned()]));
    }
    for property in query.get("properties").and_then(Value::as_array).into_iter().flatten() {
        let pid = property.get("pid").and_then(Value::as_str).unwrap_or_default();
        let Some(value) = property.get("v") else {
            let error = ValueError::new("missing", &[key, "properties", "v"], "Field required");
            return Err(form_fault(QUERIES, error));
        };
        // Columns of a table that are no property of the vocabulary hold nothing that could be compared.
        let Some((schema, name)) = pid.split_once(':') else { continue };
        if Schema::from(schema.to_owned()).property(name).is_some() {
            properties.push((name.to_owned(), texts(value)));
        }
    }
    let kind = query.get("type").map(texts).unwrap_or_default();
    let name = kind.into_iter().next().unwrap_or_else(|| "Thing".to_owned());
    let schema = Schema::from(name);
    if schema.definition().is_none() || !schema.is_matchable() && schema.as_str() != "Thing" {
        return Err(ApiError::BadRequest(format!("Invalid type: {schema}")));
    }
    Ok(ExampleEntity { id: None, schema, properties })
}

/// The texts of a value: one or several texts, numbers, Booleans, or cells of a reconciled column.
fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::Null => Vec::new(),
        Value::String(text) => vec![text.clone()],
        Value::Array(values) => values.iter().flat_map(texts).collect(),
        Value::Object(cell) => {
            cell.get("name").or_else(|| cell.get("id")).map(texts).unwrap_or_default()
        }
        other => vec![other.to_string()],
    }
}

/// Rows of a table that are searched in lists.
struct Rows {
    dataset: String,
    queries: Vec<RowQuery>,
    algorithm: Algorithm,
    filter: MatchFilter,
}

impl Rows {
    fn answer(
        &self,
        app: &App,
        requester: &Requester,
    ) -> Result<(Response, Vec<EventDraft>), ApiError> {
        let loaded = app.loaded()?;
        let scope = DatasetScope::of_path(&loaded.lists, &self.dataset)?;
        let gaps = scope.check(app, &loaded.lists)?;
        let (mut body, mut is_complete, mut events) = (Map::new(), true, Vec::new());
        let start = Instant::now();
        for query in &self.queries {
            app.check_time(start)?;
            let session = app.session_of(requester);
            let matcher = Matcher {
                settings: &self.settings(&session, query.limit),
                session,
                lists: &loaded.lists,
                scope: &scope,
                filter: &self.filter,
                caller: &requester.caller,
                keep_days: app.keep_days(),
            };
            let Matched { mut response, event } = matcher.answer(&query.example)?;
            response.add_gaps(&gaps);
            is_complete &= response.gaps.is_empty();
            events.extend(event);
            body.insert(query.key.clone(), item(&response));
        }
        let mut response = json_response(StatusCode::OK, &body);
        response.headers_mut().insert("x-batch-size", HeaderValue::from(self.queries.len()));
        say_gaps(&mut response, is_complete, &gaps);
        Ok((response, events))
    }

    fn settings(&self, session: &Session, limit: i64) -> MatchSettings {
        let policy = &session.config().policy;
        let threshold = policy.threshold.unwrap_or(Score::DEFAULT_THRESHOLD).value();
        MatchSettings {
            limit,
            threshold,
            cutoff: CUTOFF.min(threshold),
            algorithm: self.algorithm,
            weak_alias_alone: policy.weak_alias_alone,
            cleared_by_years: policy.policy().cleared_by_years,
        }
    }
}

/// The answer to one row.
fn item(response: &MatchResponse) -> Value {
    let results: Vec<Value> = response
        .results
        .iter()
        .map(|result| {
            let schema = Schema::from(result.entity.schema.clone());
            json!({
                "id": result.entity.id,
                "name": result.entity.caption,
                "description": schema.labels().map_or(schema.as_str(), |labels| labels.label),
                "type": [schema_type(&schema)],
                "score": result.score,
                "match": result.is_match,
            })
        })
        .collect();
    let mut item = json!({ "result": results });
    // A row that was not read or searched completely must not look like one without a match.
    if let Some(item) = item.as_object_mut().filter(|_| !response.gaps.is_empty()) {
        item.insert("gaps".to_owned(), json!(response.gaps));
    }
    item
}

/// A request for property values of reconciled entities.
struct Extension {
    ids: Vec<String>,
    properties: Vec<WantedProperty>,
}

struct WantedProperty {
    id: String,
    /// Maximum number of values; 0 for all.
    limit: usize,
    is_raw: bool,
}

impl Extension {
    fn parse(text: &str) -> Result<Self, ApiError> {
        let value: Value = serde_json::from_str(text)
            .map_err(|_| ApiError::BadRequest("Cannot decode extension request".to_owned()))?;
        let missing = |name: &str| {
            form_fault(EXTENSION, ValueError::new("missing", &[name], "Field required"))
        };
        let ids = value.get("ids").and_then(Value::as_array).ok_or_else(|| missing("ids"))?;
        let properties = value
            .get("properties")
            .and_then(Value::as_array)
            .ok_or_else(|| missing("properties"))?;
        let properties = properties.iter().map(|property| {
            let settings = property.get("settings");
            let setting = |name: &str| settings.and_then(|settings| settings.get(name));
            let limit = setting("limit").and_then(number).unwrap_or(0);
            Ok(WantedProperty {
                id: property
                    .get("id")
                    .and_then(Value::as_str)
                    .ok_or_else(|| missing("id"))?
                    .to_owned(),
                limit: usize::try_from(limit).unwrap_or(0),
                is_raw: setting("render").and_then(Value::as_str) == Some("raw"),
            })
        });
        let properties: Vec<WantedProperty> = properties.collect::<Result<_, ApiError>>()?;
        if ids.len().saturating_mul(properties.len()) > MOST_CELLS {
            let text = format!("Too many cells in one extension (limit: {MOST_CELLS})");
            return Err(ApiError::BadRequest(text));
        }
        let ids = ids.iter().filter_map(Value::as_str).map(str::to_owned).collect();
        Ok(Self { ids, properties })
    }

    fn answer(&self, app: &App) -> Result<Response, ApiError> {
        let loaded = app.loaded()?;
        let session = app.session();
        let graph = Graph { session: &session, lists: &loaded.lists };
        let mut rows = Map::new();
        for id in &self.ids {
            let mut row = Map::new();
            if let Some(entity) = graph.find(id)? {
                if entity.id.as_str() != id {
                    let text = "Please specify the canonical entity ID, not a referent";
                    return Err(ApiError::BadRequest(text.to_owned()));
                }
                for wanted in &self.properties {
                    let Some(shown) = entity.schema.property_labels(wanted.name()) else {
                        continue;
                    };
                    let limit = if wanted.limit == 0 { usize::MAX } else { wanted.limit };
                    let values = entity.values(shown.name).iter().take(limit).map(|value| {
                        let text = match wanted.is_raw {
                            true => value.clone(),
                            false => value_label(shown.type_name, value),
                        };
                        json!({ "str": text })
                    });
                    row.insert(wanted.id.clone(), values.collect());
                }
            }
            rows.insert(id.clone(), Value::Object(row));
        }
        let meta: Vec<Value> = self.properties.iter().filter_map(WantedProperty::meta).collect();
        Ok(json_response(StatusCode::OK, &json!({ "meta": meta, "rows": rows })))
    }
}

impl WantedProperty {
    /// The property's name without an optional schema prefix.
    fn name(&self) -> &str {
        self.id.rsplit(':').next().unwrap_or(&self.id)
    }

    fn meta(&self) -> Option<Value> {
        let label = Schema::all().find_map(|schema| schema.property_labels(self.name()))?.label;
        Some(json!({ "id": self.id, "name": label }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> RowQuery {
        parse_queries(text).unwrap().remove(0)
    }

    #[test]
    fn cells_of_every_kind_are_read() {
        let query = parsed(
            r#"{"q0": {"query": "Ivo Roe", "type": ["Person"], "limit": "3", "properties": [
                {"pid": "Thing:country", "v": {"id": "ru", "name": "Russia"}},
                {"pid": "Person:birthDate", "v": 1965},
                {"pid": "Thing:alias", "v": ["a", null, true]},
                {"pid": "country", "v": "mt"}, {"pid": "Thing:shoeSize", "v": "43"}]}}"#,
        );
        let expected = [
            ("name", vec!["Ivo Roe"]),
            ("country", vec!["Russia"]),
            ("birthDate", vec!["1965"]),
            ("alias", vec!["a", "true"]),
        ];
        let properties: Vec<(&str, Vec<&str>)> = query
            .example
            .properties
            .iter()
            .map(|(name, values)| (name.as_str(), values.iter().map(String::as_str).collect()))
            .collect();
        assert_eq!(properties, expected);
        assert_eq!((query.limit, query.example.schema.as_str()), (3, "Person"));
        assert_eq!(parsed(r#"{"q": {"query": "x"}}"#).example.schema.as_str(), "Thing");
    }

    #[test]
    fn what_is_not_of_the_shape_is_refused() {
        for text in ["[]", "{", r#"{"q": 7}"#, r#"{"q": {"limit": "x"}}"#] {
            assert!(matches!(parse_queries(text), Err(ApiError::Form { .. })), "{text}");
        }
        assert!(matches!(Extension::parse("{"), Err(ApiError::BadRequest(_))));
        assert!(matches!(Extension::parse("{}"), Err(ApiError::Form { .. })));
    }
}
