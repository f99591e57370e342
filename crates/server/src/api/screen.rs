//! `POST /api/v1/screen`: one party, several, or lines of them.

use std::sync::Arc;
use std::time::Instant;

use axum::body::Bytes;
use axum::extract::{Extension, Request, State};
use axum::http::{StatusCode, header};
use axum::response::Response;
use interdict_engine::audit::{Change, RecordedScreening, StoreError};
use interdict_model::Verdict;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::once::{change_once, once_key, once_of};
use super::party_result::PartyResult;
use super::read_json;
use super::screen_lines;
use super::screen_settings::{Basis, Party, Screener, Settings};
use crate::app::App;
use crate::body::read_body;
use crate::error::{ApiError, json_response};
use crate::params::Params;
use crate::record::ScreeningDraft;
use crate::requester::Requester;
use crate::strict_json;

/// The most parties of one body; lines and jobs take more.
const MOST_PARTIES: usize = 1_000;

/// A body: one party, or several, with settings for all of them.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Call {
    #[serde(default)]
    settings: Settings,
    party: Option<Party>,
    /// Each is parsed separately: an invalid one does not fail the others.
    #[schemars(with = "Option<Vec<Party>>")]
    parties: Option<Vec<Value>>,
}

/// Answers a request.
pub(crate) async fn screen(
    State(app): State<Arc<App>>,
    Extension(requester): Extension<Requester>,
    request: Request,
) -> Result<Response, ApiError> {
    let is_lines = request.headers().get(header::CONTENT_TYPE).is_some_and(|kind| {
        let kind = kind.as_bytes();
        kind.starts_with(b"application/x-ndjson") || kind.starts_with(b"application/jsonl")
    });
    let query = request.uri().query().unwrap_or_default().to_owned();
    let key = once_key(request.headers())?;
    if is_lines && key.is_some() {
        let text = "Idempotency-Key: not for lines of JSON, whose answers are not kept; make a job of them";
        return Err(ApiError::BadRequest(text.to_owned()));
    }
    let body = read_body(&app, request).await?;
    if is_lines {
        return screen_lines::screen(app, requester, &query, body).await;
    }
    Params::parse(query.as_bytes()).only(&screen_lines::PARAMETERS)?;
    let call = Call::parse(&body)?;
    let is_one = call.is_one;
    let (by, tenant) = (app.by(&requester), requester.caller.tenant.clone());
    let once = once_of(key, &tenant, (&by.0, by.1), &[b"/api/v1/screen", &body]);
    let (basis, mut items, drafts) = app.work(move |app| call.answer(app, &requester)).await?;
    if once.is_some() {
        let record = move |change: &mut Change<'_>| {
            let drafts = drafts.into_iter();
            let recorded: Result<_, StoreError> =
                drafts.map(|draft| draft.record(change)).collect();
            note_recorded(&mut items, recorded?);
            Ok(Answer::new(basis, items, is_one))
        };
        return Ok(json_response(StatusCode::OK, &change_once(&app, once, record).await?));
    }
    note_recorded(&mut items, app.record_screenings(drafts).await?);
    Ok(json_response(StatusCode::OK, &Answer::new(basis, items, is_one)))
}

/// Adds the number of its event to each recorded answer, and the cases of its matches.
pub(super) fn note_recorded(items: &mut [Item], recorded: Vec<RecordedScreening>) {
    let screened = items.iter_mut().filter_map(|item| match item {
        Item::Screened(result) => Some(result),
        Item::Failed(_) => None,
    });
    for (result, recorded) in screened.zip(recorded) {
        result.note_recorded(recorded);
    }
}

/// The outcome for one party.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
pub(super) enum Item {
    Screened(Box<PartyResult>),
    /// Not screened: the status says so. There is no list of candidates, since an empty one could be read as "no
    /// match".
    Failed(Value),
}

impl Item {
    pub(super) fn failed(error: &ApiError) -> Self {
        let (status, fault) = error.fault();
        Self::Failed(
            json!({ "status": status.as_u16(), "code": fault.code, "detail": fault.detail }),
        )
    }
}

/// Number of parties by outcome.
#[derive(Debug, Default, Clone, Copy, Serialize, JsonSchema)]
pub(super) struct Summary {
    parties: usize,
    matched: usize,
    clear: usize,
    incomplete: usize,
    failed: usize,
    /// Of the matched parties: those whose matches are all suppressed by entries of the allow-list.
    suppressed: usize,
}

impl Summary {
    pub(super) fn add(&mut self, item: &Item) {
        self.parties += 1;
        if matches!(item, Item::Screened(result) if result.is_all_suppressed()) {
            self.suppressed += 1;
        }
        let count = match item {
            Item::Failed(_) => &mut self.failed,
            Item::Screened(result) => match result.verdict {
                Verdict::Match => &mut self.matched,
                Verdict::Incomplete => &mut self.incomplete,
                _ => &mut self.clear,
            },
        };
        *count += 1;
    }
}

/// The answer to a request.
#[derive(Serialize, JsonSchema)]
pub(super) struct Answer {
    #[serde(flatten)]
    basis: Basis,
    #[serde(flatten)]
    result: AnswerItems,
}

#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
enum AnswerItems {
    One(Item),
    Many { results: Vec<Item>, summary: Summary },
}

impl Answer {
    fn new(basis: Basis, mut items: Vec<Item>, is_one: bool) -> Self {
        let result = match items.pop() {
            Some(result) if is_one => AnswerItems::One(result),
            last => {
                items.extend(last);
                let mut summary = Summary::default();
                items.iter().for_each(|item| summary.add(item));
                AnswerItems::Many { results: items, summary }
            }
        };
        Self { basis, result }
    }
}

/// A parsed body.
struct Parsed {
    settings: Settings,
    parties: Vec<Result<Party, ApiError>>,
    is_one: bool,
}

impl Call {
    fn parse(bytes: &Bytes) -> Result<Parsed, ApiError> {
        let Self { settings, party, parties } = read_json(bytes)?;
        let shape = |text: &str| Err(ApiError::Shape(text.to_owned()));
        match (party, parties) {
            (Some(party), None) => Ok(Parsed { settings, parties: vec![Ok(party)], is_one: true }),
            (None, Some(parties)) if (1..=MOST_PARTIES).contains(&parties.len()) => {
                let parties = parties.iter().map(|party| {
                    strict_json::from_value(party)
                        .map_err(|error| ApiError::Shape(error.to_string()))
                });
                Ok(Parsed { settings, parties: parties.collect(), is_one: false })
            }
            (None, Some(_)) => shape("parties: 1 to 1000; send more as lines of JSON, or as a job"),
            _ => shape("either party or parties has to be there"),
        }
    }
}

impl Parsed {
    fn answer(
        self,
        app: &App,
        requester: &Requester,
    ) -> Result<(Basis, Vec<Item>, Vec<ScreeningDraft>), ApiError> {
        let loaded = app.loaded()?;
        let session = app.session_of(requester);
        let screener =
            Screener::new(app, &loaded.lists, session, &requester.caller, &self.settings)?;
        let start = Instant::now();
        let (mut items, mut events) = (Vec::with_capacity(self.parties.len()), Vec::new());
        for party in self.parties {
            app.check_time(start)?;
            match party.and_then(|party| screener.screen(&party)) {
                Ok((result, event)) => {
                    items.push(Item::Screened(Box::new(result)));
                    events.extend(event);
                }
                // A failure of the only party is the failure of the request.
                Err(error) if self.is_one || !error.is_of_caller() => return Err(error),
                Err(error) => items.push(Item::failed(&error)),
            }
        }
        Ok((screener.basis(), items, events))
    }
}
