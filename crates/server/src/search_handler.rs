//! `GET /search/{dataset}`: text search.

use std::sync::Arc;

use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use interdict_engine::text_search::{
    Facet, FacetCounts, Filter, Operator, Scope, SearchRequest, Sort, Syntax,
};
use interdict_engine::{EntitySearchError, Lists};
use interdict_model::Schema;
use serde_json::{Map, Value, json};

use crate::app::App;
use crate::entity_view::{EntityView, related_schemata};
use crate::error::{ApiError, json_response};
use crate::headers::say_gaps;
use crate::labels::value_label;
use crate::params::Params;
use crate::scope::DatasetScope;

/// The most results of a page, as in yente.
const MOST_RESULTS: i64 = 500;
/// The largest offset of a page, as in yente.
const LAST_OFFSET: i64 = 9_499;
/// Up to this number results are counted exactly, as in yente.
const MOST_COUNTED: u64 = 10_000;

/// Facets by the names of their parameters.
const FACETS: [(&str, Facet); 6] = [
    ("datasets", Facet::Datasets),
    ("schema", Facet::Schema),
    ("countries", Facet::Countries),
    ("identifiers", Facet::Identifiers),
    ("topics", Facet::Topics),
    ("genders", Facet::Genders),
];

/// Answers a search.
pub(crate) async fn search(
    State(app): State<Arc<App>>,
    Path(dataset): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiError> {
    let call = SearchCall::parse(dataset, &query.unwrap_or_default())?;
    app.work(move |app| call.answer(app)).await
}

/// The search, and the lists to search.
struct SearchCall {
    dataset: String,
    include: Vec<String>,
    exclude: Vec<String>,
    limit: i64,
    offset: i64,
    /// The search, before its lists are known.
    request: SearchRequest,
}

impl SearchCall {
    fn parse(dataset: String, query: &str) -> Result<Self, ApiError> {
        let mut params = Params::parse(query.as_bytes());
        let limit = params.integer("limit", 10, MOST_RESULTS).max(0);
        let offset = params.integer("offset", 0, LAST_OFFSET).max(0);
        let operator = params.choice("filter_op", &["OR", "AND"]);
        let names: Vec<&str> = FACETS.iter().map(|(name, _)| *name).collect();
        let facets = params.choices("facets", &names, &["countries", "topics", "datasets"]);
        let (fuzzy, simple) = (params.boolean("fuzzy", false), params.boolean("simple", false));
        let target = params.last("target").is_some().then(|| params.boolean("target", false));
        let changed_since = params.moment("changed_since");
        let params = params.checked()?;
        let mut filters = filters(&params)?;
        filters.extend(target.map(|target| filter("target", &target.to_string())));
        let place = |number: i64| usize::try_from(number).unwrap_or(0);
        let request = SearchRequest {
            query: params.last("q").unwrap_or_default().to_owned(),
            syntax: if simple { Syntax::Simple } else { Syntax::Lucene },
            fuzzy,
            scope: Scope {
                datasets: Vec::new(),
                schemata: Some(related_schemata(&schema(&params)?)),
                exclude_schemata: params.all("exclude_schema"),
            },
            filters,
            filter_operator: if operator == "AND" { Operator::And } else { Operator::Or },
            changed_since,
            sort: sorts(&params),
            limit: place(limit),
            offset: place(offset),
            facets: facets.iter().filter_map(|name| facet(name)).collect(),
        };
        let (include, exclude) = (params.all("include_dataset"), params.all("exclude_dataset"));
        Ok(Self { dataset, include, exclude, limit, offset, request })
    }

    fn answer(mut self, app: &App) -> Result<Response, ApiError> {
        let loaded = app.loaded()?;
        let scope = DatasetScope::of_path(&loaded.lists, &self.dataset)?
            .narrow(&self.include, &self.exclude);
        self.request.scope.datasets = scope.datasets.clone();
        let found = app
            .session()
            .search_entities((&loaded.lists, &loaded.index), &self.request)
            .map_err(search_failed)?;
        let entities = found.entities.iter();
        let results: Vec<EntityView> =
            entities.map(|entity| EntityView::flat(entity, &entity.datasets)).collect();
        let relation = if found.total > MOST_COUNTED { "gte" } else { "eq" };
        let facets = found.facets.into_iter().map(|counts| facet_view(counts, &loaded.lists));
        let gaps = scope.gaps(app, &loaded.lists);
        let mut body = json!({
            "limit": self.limit,
            "offset": self.offset,
            "total": { "value": found.total.min(MOST_COUNTED), "relation": relation },
            "results": results,
            "facets": facets.collect::<Map<String, Value>>(),
        });
        if let Some(body) = body.as_object_mut().filter(|_| !gaps.is_empty()) {
            body.insert("gaps".to_owned(), json!(gaps));
        }
        let mut response = json_response(StatusCode::OK, &body);
        say_gaps(&mut response, true, &gaps);
        Ok(response)
    }
}

/// The failure of a search: most are faults of the query.
pub(crate) fn search_failed(error: EntitySearchError) -> ApiError {
    match error {
        EntitySearchError::Search(error) => ApiError::BadRequest(format!("Search error: {error}")),
        EntitySearchError::Engine(error) => ApiError::Engine(error),
    }
}

/// The schema of a search; `Thing` by default.
fn schema(params: &Params) -> Result<Schema, ApiError> {
    let schema = Schema::from(params.last("schema").unwrap_or("Thing").to_owned());
    match schema.definition() {
        Some(_) => Ok(schema),
        None => Err(ApiError::BadRequest("Invalid schema".to_owned())),
    }
}

fn filter(field: &str, value: &str) -> Filter {
    Filter { field: field.to_owned(), value: value.to_owned() }
}

/// The filters, by parameter.
fn filters(params: &Params) -> Result<Vec<Filter>, ApiError> {
    let mut filters = Vec::new();
    for field in ["countries", "topics", "datasets"] {
        filters.extend(params.all(field).iter().map(|value| filter(field, value)));
    }
    for text in params.all("filter") {
        match text.split_once(':') {
            Some((field, value)) => filters.push(filter(field, value)),
            None => return Err(ApiError::BadRequest(format!("Invalid filter: '{text}'"))),
        }
    }
    Ok(filters)
}

fn sorts(params: &Params) -> Vec<Sort> {
    let sorts = params.all("sort").into_iter().map(|text| match text.rsplit_once(':') {
        Some((field, order)) => Sort { field: field.to_owned(), descending: order == "desc" },
        None => Sort { field: text, descending: false },
    });
    sorts.collect()
}

fn facet(name: &str) -> Option<Facet> {
    FACETS.iter().find(|(known, _)| *known == name).map(|(_, facet)| *facet)
}

/// A facet with labels. Without values, its label is the name of the field.
fn facet_view(counts: FacetCounts, lists: &Lists) -> (String, Value) {
    let name = FACETS.iter().find(|(_, facet)| *facet == counts.facet).map_or("", |(name, _)| name);
    let (label, type_name) = match counts.facet {
        Facet::Datasets => ("Data sources", ""),
        Facet::Schema => ("Entity types", ""),
        Facet::Countries => ("Countries", "country"),
        Facet::Identifiers => ("Identifiers", "identifier"),
        Facet::Topics => ("Topics", "topic"),
        Facet::Genders => ("Genders", "gender"),
    };
    let label = if counts.values.is_empty() { name } else { label };
    let values: Vec<Value> = counts
        .values
        .into_iter()
        .map(|(value, count)| {
            let label = match counts.facet {
                Facet::Datasets => title(lists, &value),
                Facet::Schema => plural(&value),
                _ => value_label(type_name, &value),
            };
            json!({ "name": value, "label": label, "count": count })
        })
        .collect();
    (name.to_owned(), json!({ "label": label, "values": values }))
}

fn title(lists: &Lists, dataset: &str) -> String {
    let list = lists.health().iter().find(|list| list.dataset.as_str() == dataset);
    let title = list.map(|list| list.title.clone()).filter(|title| !title.is_empty());
    title.unwrap_or_else(|| dataset.to_owned())
}

fn plural(schema: &str) -> String {
    let labels = Schema::from(schema.to_owned()).labels();
    labels.map_or_else(|| schema.to_owned(), |labels| labels.plural.to_owned())
}
