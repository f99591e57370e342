//! `POST /match/{dataset}`: entities that resemble the examples of a request.

use std::sync::Arc;
use std::time::Instant;

use axum::body::Bytes;
use axum::extract::{Extension, Path, RawQuery, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use interdict_engine::PolicyConfig;
use interdict_engine::audit::EventDraft;
use interdict_model::Score;
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use crate::algorithms::{algorithm, is_best};
use crate::app::App;
use crate::body::read_body;
use crate::error::{ApiError, ValueError, json_response};
use crate::headers::say_gaps;
use crate::match_filter::MatchFilter;
use crate::match_request::MatchRequest;
use crate::matcher::{MatchResponse, MatchSettings, Matched, Matcher};
use crate::params::Params;
use crate::requester::Requester;
use crate::scope::DatasetScope;

/// The most results of a query, as in yente.
const MOST_RESULTS: i64 = 500;
/// Default number of results.
const RESULTS: i64 = 5;
/// Maximum number of excluded ids in a URL, as in yente; the body may hold more.
const MOST_EXCLUDED: usize = 50;

/// Answers a request.
pub(crate) async fn match_entities(
    State(app): State<Arc<App>>,
    Extension(requester): Extension<Requester>,
    Path(dataset): Path<String>,
    RawQuery(query): RawQuery,
    request: Request,
) -> Result<Response, ApiError> {
    let policy = app.session().config().policy.clone();
    let asked = Asked::parse(&query.unwrap_or_default(), &policy)?;
    let headers = request.headers().clone();
    let body = read_body(&app, request).await?;
    check_content_type(&headers, &body)?;
    let call = asked.with(MatchRequest::parse(&body)?, dataset, &policy)?;
    let (response, events) = app.work(move |app| call.answer(app, &requester)).await?;
    app.record_with(response, events).await
}

/// The parameters of an address.
struct Asked {
    params: Params,
    limit: i64,
    threshold: f64,
    cutoff: f64,
    changed_since: Option<String>,
    excluded_ids: Vec<String>,
}

impl Asked {
    fn parse(query: &str, policy: &PolicyConfig) -> Result<Self, ApiError> {
        let mut params = Params::parse(query.as_bytes());
        let default = policy.threshold.unwrap_or(Score::DEFAULT_THRESHOLD).value();
        let limit = params.integer("limit", RESULTS, MOST_RESULTS);
        let threshold = params.number("threshold", default);
        let cutoff = params.number("cutoff", default).min(threshold);
        let changed_since = params.moment("changed_since");
        let excluded_ids = params.at_most("exclude_entity_ids", MOST_EXCLUDED);
        let params = params.checked()?;
        Ok(Self { params, limit, threshold, cutoff, changed_since, excluded_ids })
    }

    /// The complete request: lists and ids may also be in the body.
    fn with(
        self,
        request: MatchRequest,
        dataset: String,
        policy: &PolicyConfig,
    ) -> Result<MatchCall, ApiError> {
        let Self { params, limit, threshold, cutoff, changed_since, excluded_ids } = self;
        let name = params.last("algorithm").unwrap_or("best");
        let named = algorithm(name, &request.config)?;
        let configured = policy.algorithm.filter(|_| is_best(name));
        let joined =
            |name: &str, in_body: &str| [params.all(name), request.texts(in_body)].concat();
        Ok(MatchCall {
            dataset,
            include: joined("include_dataset", "include_datasets"),
            exclude: joined("exclude_dataset", "exclude_datasets"),
            filter: MatchFilter {
                excluded_schemata: params.all("exclude_schema"),
                topics: params.all("topics"),
                changed_since,
                excluded_ids: [excluded_ids, request.texts("exclude_entity_ids")].concat(),
            },
            settings: MatchSettings {
                limit,
                threshold,
                cutoff,
                algorithm: configured.unwrap_or(named),
                weak_alias_alone: policy.weak_alias_alone,
                cleared_by_years: policy.policy().cleared_by_years,
            },
            request,
        })
    }
}

/// The queries, and the lists to search.
struct MatchCall {
    dataset: String,
    include: Vec<String>,
    exclude: Vec<String>,
    filter: MatchFilter,
    settings: MatchSettings,
    request: MatchRequest,
}

impl MatchCall {
    fn answer(
        &self,
        app: &App,
        requester: &Requester,
    ) -> Result<(Response, Vec<EventDraft>), ApiError> {
        let loaded = app.loaded()?;
        let scope = DatasetScope::of_path(&loaded.lists, &self.dataset)?
            .narrow(&self.include, &self.exclude);
        let gaps = scope.check(app, &loaded.lists)?;
        let matcher = Matcher {
            session: app.session_of(requester),
            lists: &loaded.lists,
            scope: &scope,
            settings: &self.settings,
            filter: &self.filter,
            caller: &requester.caller,
            keep_days: app.keep_days(),
        };
        let start = Instant::now();
        let mut responses = Vec::with_capacity(self.request.queries.len());
        let mut events = Vec::new();
        for (key, example) in &self.request.queries {
            app.check_time(start)?;
            let Matched { mut response, event } = matcher.answer(example)?;
            response.add_gaps(&gaps);
            events.extend(event);
            responses.push((key.clone(), response));
        }
        let batch_size = responses.len();
        let is_complete = responses.iter().all(|(_, response)| response.gaps.is_empty());
        let body = MatchBody { responses: Ordered(responses), limit: self.settings.limit };
        let mut response = json_response(StatusCode::OK, &body);
        response.headers_mut().insert("x-batch-size", HeaderValue::from(batch_size));
        say_gaps(&mut response, is_complete, &gaps);
        Ok((response, events))
    }
}

/// A body without a content type is read as JSON, as clients without a JSON library send it; text and forms are not.
fn check_content_type(headers: &HeaderMap, body: &Bytes) -> Result<(), ApiError> {
    let Some(kind) = headers.get(header::CONTENT_TYPE) else { return Ok(()) };
    let kind = kind.to_str().unwrap_or_default().split(';').next().unwrap_or_default();
    let kind = kind.trim().to_ascii_lowercase();
    if kind.is_empty() || kind == "application/json" || kind.ends_with("+json") {
        return Ok(());
    }
    let message = "Input should be a valid dictionary or object to extract fields from";
    let text: String = String::from_utf8_lossy(body).chars().take(200).collect();
    let error = ValueError::new("model_attributes_type", &["body"], message).with_input(text);
    Err(ApiError::of_value(error))
}

#[derive(Serialize)]
struct MatchBody {
    responses: Ordered,
    limit: i64,
}

/// Answers by key, in the order of the request.
struct Ordered(Vec<(String, MatchResponse)>);

impl Serialize for Ordered {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (key, response) in &self.0 {
            map.serialize_entry(key, response)?;
        }
        map.end()
    }
}
