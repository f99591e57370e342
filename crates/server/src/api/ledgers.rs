//! `/api/v1/wallets`, `/api/v1/traces` and `/api/v1/exposures`: addresses in lists and ledgers.
//!
//! Each answer is the document that the command line prints, and is recorded before it is sent.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Extension, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use interdict_engine::audit::{EventDraft, LedgerRecord};
use interdict_engine::tracing::TraceError;
use interdict_engine::{
    ChainError, EngineError, JsonDocument, Lists, SearchedLists, Session, TraceAnswer,
};
use interdict_model::Verdict;
use serde_json::Value;

use super::ledger_calls::{ExposureCall, TraceCall, WalletCall};
use super::read_json;
use crate::app::App;
use crate::body::read_body;
use crate::error::ApiError;
use crate::headers::say_gaps;
use crate::requester::Requester;
use crate::scope::{DatasetScope, EVERYTHING};

/// An answer that is recorded.
trait LedgerAnswer: JsonDocument {
    /// The kind of its event.
    const KIND: &'static str;
    fn searched(&self) -> &SearchedLists;
    fn verdict(&self) -> Option<Verdict>;
}

impl LedgerAnswer for interdict_engine::WalletAnswer {
    const KIND: &'static str = "wallet";
    fn searched(&self) -> &SearchedLists {
        &self.searched
    }
    fn verdict(&self) -> Option<Verdict> {
        Some(self.verdict)
    }
}

impl LedgerAnswer for TraceAnswer {
    const KIND: &'static str = "trace";
    fn searched(&self) -> &SearchedLists {
        &self.searched
    }
    fn verdict(&self) -> Option<Verdict> {
        None
    }
}

impl LedgerAnswer for interdict_engine::ExposureAnswer {
    const KIND: &'static str = "exposure";
    fn searched(&self) -> &SearchedLists {
        &self.searched
    }
    fn verdict(&self) -> Option<Verdict> {
        Some(self.verdict)
    }
}

/// The listings and labels of a wallet address, and the addresses joined with it.
pub(crate) async fn wallet(
    State(app): State<Arc<App>>,
    Extension(requester): Extension<Requester>,
    request: Request,
) -> Result<Response, ApiError> {
    let body = read_body(&app, request).await?;
    let query = read_json::<WalletCall>(&body)?.read(&app.config.chain);
    answer(app, requester, body, move |session, lists| session.wallet(lists, &query)).await
}

/// A forward trace.
pub(crate) async fn trace(
    State(app): State<Arc<App>>,
    Extension(requester): Extension<Requester>,
    request: Request,
) -> Result<Response, ApiError> {
    let body = read_body(&app, request).await?;
    let query = read_json::<TraceCall>(&body)?.read(&app.config.chain)?;
    answer(app, requester, body, move |session, lists| session.trace(lists, &query)).await
}

/// The exposure of a wallet.
pub(crate) async fn exposure(
    State(app): State<Arc<App>>,
    Extension(requester): Extension<Requester>,
    request: Request,
) -> Result<Response, ApiError> {
    let body = read_body(&app, request).await?;
    let query = read_json::<ExposureCall>(&body)?.read(&app.config.chain)?;
    answer(app, requester, body, move |session, lists| session.exposure(lists, &query)).await
}

/// Answers from all lists. A match holds even if lists are missing, and a trace has no verdict; every other answer
/// could be read as "clear", and is refused if the lists permit no answer.
async fn answer<T: LedgerAnswer>(
    app: Arc<App>,
    requester: Requester,
    body: Bytes,
    ask: impl FnOnce(&Session, &Lists) -> Result<T, EngineError> + Send + 'static,
) -> Result<Response, ApiError> {
    let (response, event) = app
        .work(move |app| {
            let loaded = app.loaded()?;
            let session = app.session_of(&requester);
            let answer = ask(&session, &loaded.lists).map_err(of_caller)?;
            let scope = DatasetScope::of_path(&loaded.lists, EVERYTHING)?;
            let gaps = match answer.verdict() {
                None | Some(Verdict::Match) => scope.gaps(app, &loaded.lists),
                Some(_) => scope.check(app, &loaded.lists)?,
            };
            let bytes = serde_json::to_vec(&session.document(&answer))
                .map_err(|_| ApiError::Internal("writing an answer"))?;
            let event = event(app, &session, &requester, &body, &answer, &bytes);
            let kind = [(header::CONTENT_TYPE, "application/json")];
            let mut response = (StatusCode::OK, kind, bytes).into_response();
            say_gaps(&mut response, answer.searched().complete, &gaps);
            Ok((response, event))
        })
        .await?;
    app.record_with(response, event.into_iter().collect()).await
}

/// The event of an answer, if the server has a store.
fn event<T: LedgerAnswer>(
    app: &App,
    session: &Session,
    requester: &Requester,
    query: &[u8],
    answer: &T,
    body: &[u8],
) -> Option<EventDraft> {
    let keep_days = app.keep_days()?;
    let query: Value = serde_json::from_slice(query).unwrap_or_default();
    let record = LedgerRecord {
        kind: T::KIND,
        query: &query,
        searched: answer.searched(),
        verdict: answer.verdict(),
        body,
        keep_days,
    };
    Some(session.ledger_event(&requester.caller, record))
}

/// A fault that another request would avoid is a fault of the caller (4xx); a missing ledger is not a fault of the
/// server either.
fn of_caller(error: EngineError) -> ApiError {
    match error {
        EngineError::Chain(ChainError::NoLedgers) => {
            ApiError::NotFound("There are no ledgers of transfers.")
        }
        EngineError::Chain(
            error @ (ChainError::Address { .. }
            | ChainError::Amount { .. }
            | ChainError::Opening(_)
            | ChainError::Category { .. }
            | ChainError::Asset(_)
            | ChainError::Cluster(_)
            | ChainError::Trace(
                TraceError::Asset(_)
                | TraceError::Seed { .. }
                | TraceError::Unsupported { .. }
                | TraceError::TooManyEvents(_),
            )),
        ) => ApiError::Shape(error.to_string()),
        other => other.into(),
    }
}
