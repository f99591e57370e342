//! `POST /match/{dataset}`: entities that resemble the examples of a request.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use interdict_engine::screening::{
    Algorithm, Candidate, CustomerReader, FieldMeaning, Policy, Query, ReadCustomer,
};
use interdict_engine::{Lists, Session};
use interdict_model::{
    Country, DatePrefix, Gap, GapCode, Gender, NameStrength, PartialDate, PropertyType, Schema,
    Score, four_digits,
};
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use crate::algorithms::algorithm;
use crate::app::App;
use crate::entity_view::{EntityView, datasets_of};
use crate::error::{ApiError, ValueError, json_response};
use crate::match_filter::MatchFilter;
use crate::match_request::{ExampleEntity, MatchRequest};
use crate::params::Params;
use crate::scope::DatasetScope;

/// The most results of a query, as in yente.
const MOST_RESULTS: i64 = 500;
/// Results that are not asked for in a number of their own.
const RESULTS: i64 = 5;
/// The most ids that an address may exclude, as in yente; the body may hold more.
const MOST_EXCLUDED: usize = 50;
/// Candidates that are looked at when a filter is set: it is applied to what the search finds.
const FILTERED_CANDIDATES: usize = 2_000;

/// How many candidates are asked for, from which score on, and by which algorithm.
pub(crate) struct MatchSettings {
    pub(crate) limit: i64,
    pub(crate) threshold: f64,
    /// The lowest score of a result; below the threshold if results that are no match are wanted.
    pub(crate) cutoff: f64,
    pub(crate) algorithm: Algorithm,
}

/// Answers a request.
pub(crate) async fn match_entities(
    State(app): State<Arc<App>>,
    Path(dataset): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, ApiError> {
    let mut params = Params::parse(query.unwrap_or_default().as_bytes());
    let (limit, threshold) =
        (params.integer("limit", RESULTS, MOST_RESULTS), params.number("threshold", 0.7));
    let cutoff = params.number("cutoff", 0.7).min(threshold);
    let changed_since = params.moment("changed_since");
    let excluded_ids = params.at_most("exclude_entity_ids", MOST_EXCLUDED);
    let params = params.checked()?;
    check_content_type(&headers, &body)?;
    let request = MatchRequest::parse(&body)?;
    let name = params.last("algorithm").unwrap_or("best");
    let settings =
        MatchSettings { limit, threshold, cutoff, algorithm: algorithm(name, &request.config)? };
    let joined = |name: &str, in_body: &str| {
        params.all(name).into_iter().chain(request.texts(in_body)).collect::<Vec<String>>()
    };
    let include = joined("include_dataset", "include_datasets");
    let exclude = joined("exclude_dataset", "exclude_datasets");
    let filter = MatchFilter {
        excluded_schemata: params.all("exclude_schema"),
        topics: params.all("topics"),
        changed_since,
        excluded_ids: excluded_ids.into_iter().chain(request.texts("exclude_entity_ids")).collect(),
    };
    app.work(move |app| {
        let loaded = app.loaded()?;
        let scope = DatasetScope::of_path(&loaded.lists, &dataset)?.narrow(&include, &exclude);
        let gaps = scope.check(&loaded.lists, app.config.refuse_stale)?;
        let matcher = Matcher {
            session: app.session()?,
            lists: &loaded.lists,
            scope: &scope,
            settings: &settings,
            filter: &filter,
        };
        let mut responses = Vec::with_capacity(request.queries.len());
        for (key, example) in &request.queries {
            responses.push((key.clone(), matcher.answer(example)?));
        }
        let batch_size = responses.len();
        let is_complete = responses.iter().all(|(_, response)| response.gaps.is_empty());
        let body = MatchBody { responses: Ordered(responses), limit };
        let mut response = json_response(StatusCode::OK, &body);
        set_headers(&mut response, batch_size, is_complete, &gaps);
        Ok(response)
    })
    .await
}

/// What is said beside the body: the number of queries, and what the answers do not rest on.
pub(crate) fn set_headers(
    response: &mut Response,
    batch_size: usize,
    is_complete: bool,
    gaps: &[Gap],
) {
    let headers = response.headers_mut();
    headers.insert("x-batch-size", HeaderValue::from(batch_size));
    let complete = if is_complete && gaps.is_empty() { "true" } else { "false" };
    headers.insert("x-interdict-complete", HeaderValue::from_static(complete));
    if gaps.iter().any(|gap| gap.code == GapCode::ListStale) {
        headers.insert("x-interdict-stale", HeaderValue::from_static("true"));
    }
}

/// A body without a type is read as JSON, as clients without a JSON library send it; text and forms are not.
fn check_content_type(headers: &HeaderMap, body: &Bytes) -> Result<(), ApiError> {
    let Some(kind) = headers.get(header::CONTENT_TYPE) else { return Ok(()) };
    let kind = kind.to_str().unwrap_or_default().split(';').next().unwrap_or_default().trim();
    if kind.is_empty() || kind == "application/json" || kind.ends_with("+json") {
        return Ok(());
    }
    let message = "Input should be a valid dictionary or object to extract fields from";
    let text: String = String::from_utf8_lossy(body).chars().take(200).collect();
    let error = ValueError::new("model_attributes_type", &["body"], message).with_input(text);
    Err(ApiError::of_value(error))
}

/// Answers queries, one after the other.
pub(crate) struct Matcher<'a> {
    pub(crate) session: Session,
    pub(crate) lists: &'a Lists,
    pub(crate) scope: &'a DatasetScope,
    pub(crate) settings: &'a MatchSettings,
    pub(crate) filter: &'a MatchFilter,
}

impl Matcher<'_> {
    /// The entities that resemble an example, the best first.
    pub(crate) fn answer(&self, example: &ExampleEntity) -> Result<MatchResponse, ApiError> {
        let ReadCustomer { query, unread, .. } = read_example(example, self.lists.day());
        let mut gaps: Vec<Gap> = unread
            .into_iter()
            .map(|unread| Gap::new(GapCode::FieldUnread, unread.why.to_string()))
            .collect();
        let mut response = MatchResponse::empty(example);
        // Nothing to ask for, or nothing that could be read: no result, as in yente.
        if let Ok(query) = query
            && !self.scope.datasets.is_empty()
        {
            gaps.extend(self.search(&query, &mut response)?);
        } else {
            gaps.push(Gap::new(GapCode::RowUnscreened, "nothing was searched for"));
        }
        response.gaps = gaps;
        Ok(response)
    }

    fn search(&self, query: &Query, response: &mut MatchResponse) -> Result<Vec<Gap>, ApiError> {
        let settings = self.settings;
        let limit = usize::try_from(settings.limit).unwrap_or(0);
        let policy = Policy {
            threshold: Score::clamped(settings.cutoff.min(settings.threshold)),
            limit: if self.filter.is_empty() { limit.max(1) } else { FILTERED_CANDIDATES },
            algorithm: settings.algorithm,
            datasets: self.scope.datasets.clone(),
            ..Policy::default()
        };
        let answer = self.session.screen(self.lists, query, &policy)?;
        let candidates =
            answer.outcome.candidates.iter().filter(|one| self.filter.keeps(&one.entity));
        let results: Vec<MatchResult> = candidates
            .map(|candidate| self.result(candidate))
            .filter(|result| result.is_match || result.score > settings.cutoff)
            .collect();
        // At a cutoff below the threshold, the number of matches is not that of the results.
        response.total = match self.filter.is_empty() && settings.cutoff >= settings.threshold {
            true => answer.outcome.matches,
            false => results.iter().filter(|result| result.is_match).count(),
        };
        response.results = results.into_iter().take(limit).collect();
        Ok(answer.searched.gaps)
    }

    fn result(&self, candidate: &Candidate) -> MatchResult {
        let score = candidate.score.value();
        let datasets = datasets_of(&candidate.entity, self.lists, &candidate.datasets);
        MatchResult {
            entity: EntityView::flat(&candidate.entity, &datasets),
            score: four_digits(score),
            explanations: explanations(candidate),
            // At the threshold of a request that is below the policy's, the candidate's own answer does not say.
            is_match: candidate.is_match && score >= self.settings.threshold,
        }
    }
}

/// The query of an example. Values that cannot be read are reported and left out.
fn read_example(example: &ExampleEntity, day: DatePrefix) -> ReadCustomer {
    let schema = Some(example.schema.clone()).filter(|schema| schema.as_str() != "Thing");
    let mut reader = CustomerReader::new(schema);
    for (at, (property, values)) in example.properties.iter().enumerate() {
        let meaning = FieldMeaning::new(property, None).on(Some(day));
        for value in values {
            match Query::takes(property) {
                true => reader.field(at, &meaning, value),
                false => reader.other_text(at, value),
            }
        }
    }
    reader.finish()
}

/// What speaks for a candidate and against it, by name.
fn explanations(candidate: &Candidate) -> BTreeMap<String, Explanation> {
    let mut explained = BTreeMap::new();
    if let Some(name) = &candidate.name {
        let explanation = Explanation {
            detail: format!(
                "{:?} resembles the {} {:?}",
                name.query,
                kind(name.strength),
                name.listed
            ),
            score: four_digits(name.score.value()),
            query: Some(name.query.clone()),
            candidate: Some(name.listed.clone()),
        };
        explained.insert("name_match".to_owned(), explanation);
    }
    for fact in &candidate.evidence {
        let given = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
        let explanation = Explanation {
            detail: format!("{}: {}", fact.code, fact.text),
            score: four_digits(fact.effect.abs()),
            query: given(&fact.query),
            candidate: given(&fact.entity),
        };
        explained.insert(snake_case(&format!("{:?}", fact.code)), explanation);
    }
    explained
}

fn kind(strength: NameStrength) -> &'static str {
    match strength {
        NameStrength::Primary => "primary name",
        NameStrength::Strong => "alias",
        NameStrength::Former => "former name",
        NameStrength::Weak => "weak alias",
    }
}

/// `birth_year_differs` for `BirthYearDiffers`.
fn snake_case(name: &str) -> String {
    let mut text = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !text.is_empty() {
            text.push('_');
        }
        text.extend(letter.to_lowercase());
    }
    text
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

/// The answer to one query. `complete` and `gaps` are there only when an answer without a match would not mean
/// that the party is clear.
#[derive(Debug, Serialize)]
pub(crate) struct MatchResponse {
    status: u16,
    pub(crate) results: Vec<MatchResult>,
    #[serde(serialize_with = "serialize_total")]
    total: usize,
    query: EchoedQuery,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) gaps: Vec<Gap>,
}

fn serialize_total<S: Serializer>(total: &usize, serializer: S) -> Result<S::Ok, S::Error> {
    serde_json::json!({ "value": total, "relation": "eq" }).serialize(serializer)
}

impl MatchResponse {
    fn empty(example: &ExampleEntity) -> Self {
        let query = EchoedQuery::of(example);
        Self { status: 200, results: Vec::new(), total: 0, query, gaps: Vec::new() }
    }
}

/// One entity that resembles the example.
#[derive(Debug, Serialize)]
pub(crate) struct MatchResult {
    #[serde(flatten)]
    pub(crate) entity: EntityView,
    pub(crate) score: f64,
    explanations: BTreeMap<String, Explanation>,
    #[serde(rename = "match")]
    pub(crate) is_match: bool,
}

#[derive(Debug, Serialize)]
struct Explanation {
    detail: String,
    score: f64,
    query: Option<String>,
    candidate: Option<String>,
}

/// The example as it was read.
#[derive(Debug, Serialize)]
struct EchoedQuery {
    id: Option<String>,
    schema: String,
    properties: BTreeMap<String, Vec<String>>,
}

impl EchoedQuery {
    fn of(example: &ExampleEntity) -> Self {
        let mut properties = BTreeMap::new();
        for (name, values) in &example.properties {
            // A query for anything may use the properties of anything.
            let property = example.schema.property(name).or_else(|| {
                Schema::matchable()
                    .find_map(|schema| schema.property(name))
                    .filter(|_| example.schema.as_str() == "Thing")
            });
            let Some(property) = property else { continue };
            let clean = values.iter().filter_map(|value| clean(property.kind, value));
            let clean: Vec<String> = clean.collect();
            if !clean.is_empty() {
                properties.insert(name.clone(), clean);
            }
        }
        Self { id: example.id.clone(), schema: example.schema.to_string(), properties }
    }
}

/// A value in the form of the exchange format; none if it is not of its type.
fn clean(kind: PropertyType, value: &str) -> Option<String> {
    let value = value.trim();
    let text = match kind {
        PropertyType::Country => value.parse::<Country>().ok()?.code().to_owned(),
        PropertyType::Gender => value.parse::<Gender>().ok()?.as_str().to_owned(),
        PropertyType::Date => {
            let is_iso = |text: &str| {
                text.bytes().all(|byte| byte.is_ascii_digit() || b"-T:".contains(&byte))
            };
            value.parse::<PartialDate>().ok().filter(|_| is_iso(value)).map(|_| value.to_owned())?
        }
        PropertyType::Email => value.to_lowercase(),
        _ => value.to_owned(),
    };
    Some(text).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_echoed_in_the_form_of_the_exchange_format() {
        for (kind, value, expected) in [
            (PropertyType::Country, "Russia", Some("ru")),
            (PropertyType::Country, "Nowhere", None),
            (PropertyType::Gender, "M", Some("male")),
            (PropertyType::Date, "1965", Some("1965")),
            (PropertyType::Date, "1965-04-25", Some("1965-04-25")),
            (PropertyType::Date, "12 March 1965", None),
            (PropertyType::Email, "A@Example.org", Some("a@example.org")),
            (PropertyType::Name, " Ivo Roe ", Some("Ivo Roe")),
            (PropertyType::Name, " ", None),
        ] {
            assert_eq!(clean(kind, value).as_deref(), expected, "{value}");
        }
    }

    #[test]
    fn rules_have_names_of_words() {
        assert_eq!(snake_case("BirthYearDiffers"), "birth_year_differs");
    }
}
