//! `POST /api/v1/cases/{id}/...`: moves of a case. Each request names the version of the case on which it is based.

use std::sync::Arc;

use axum::extract::{Extension, Path, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use interdict_engine::audit::{CaseMove, CaseStep, OnceKey};
use jiff::Timestamp;
use serde::de::DeserializeOwned;

use super::bodies::{Assignment, ClaimTime, Note, NoteWithFile, Reason};
use super::{call, with_version};
use crate::api::once::{change_once, once_key};
use crate::api::read_json;
use crate::app::App;
use crate::body::read_body;
use crate::error::{ApiError, json_response};
use crate::requester::Requester;

/// The common parts of all requests that move a case.
type Asked = (State<Arc<App>>, Extension<Requester>, Path<String>, Request);

/// Defines the handler of a move; the argument reads its body.
macro_rules! moves {
    ($($(#[doc = $text:literal])+ $name:ident => $read:expr;)+) => {
        $($(#[doc = $text])+
        pub(crate) async fn $name(
            state: State<Arc<App>>,
            requester: Extension<Requester>,
            id: Path<String>,
            request: Request,
        ) -> Result<Response, ApiError> {
            moved((state, requester, id, request), $read).await
        })+
    };
}

moves! {
    /// Claims a case for a limited time.
    claim => ClaimTime::read;
    /// Assigns a case to an actor.
    assign => Assignment::read;
    /// Escalates a case to the second level.
    escalate => |note: Note, _| note.read(CaseStep::Escalate);
    /// Proposes a decision.
    propose => Reason::read;
    /// Approves the proposal of another person.
    approve => |note: Note, _| note.read(CaseStep::Approve);
    /// Returns a case to its proposer.
    send_back => Note::read_send_back;
    /// Reopens a case.
    reopen => |note: Note, _| note.read_required(CaseStep::Reopen);
    /// Adds a comment to a case.
    comment => |note: NoteWithFile, _| note.read();
}

async fn moved<Body: DeserializeOwned>(
    asked: Asked,
    read: impl FnOnce(Body, Timestamp) -> Result<CaseMove, ApiError>,
) -> Result<Response, ApiError> {
    let (State(app), Extension(requester), Path(id), request) = asked;
    let version = version_seen(request.headers())?;
    let key = once_key(request.headers())?;
    let path = request.uri().path().to_owned();
    let body = read_body(&app, request).await?;
    // Moves with an optional text accept an empty body.
    let body = if body.is_empty() { "{}".into() } else { body };
    let call = call(&app, &requester, id, version);
    let wanted = read(read_json(&body)?, call.now)?;
    let once = key.map(|key| {
        let asked = [path.as_bytes(), body.as_ref()];
        OnceKey::new(call.tenant.clone(), &call.origin.actor, &key, &asked, call.now)
    });
    let case = change_once(&app, once, move |change| change.move_case(&call, wanted)).await?;
    let version = case.get("version").and_then(serde_json::Value::as_i64).unwrap_or_default();
    Ok(with_version(json_response(StatusCode::OK, &case), version))
}

/// The version of the case in `If-Match`; `None` for `*`, which accepts any version.
fn version_seen(headers: &HeaderMap) -> Result<Option<i64>, ApiError> {
    let value = headers.get(header::IF_MATCH).ok_or(ApiError::NoVersion)?;
    let text = value.to_str().unwrap_or_default().trim();
    if text == "*" {
        return Ok(None);
    }
    let quoted = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
    let quoted = quoted.ok_or_else(|| {
        ApiError::BadRequest("If-Match: one ETag of an answer, in quotes".to_owned())
    })?;
    // A version of another form is never the current one.
    Ok(Some(quoted.parse().unwrap_or(-1)))
}

#[cfg(test)]
mod version_tests {
    use super::*;

    #[test]
    fn a_version_is_named_as_its_tag() {
        let seen = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::IF_MATCH, value.parse().unwrap());
            version_seen(&headers)
        };
        assert_eq!(seen("\"7\"").unwrap(), Some(7));
        assert_eq!(seen(" \"7\"").unwrap(), Some(7));
        assert_eq!(seen("*").unwrap(), None);
        assert_eq!(seen("\"x\"").unwrap(), Some(-1));
        for wrong in ["7", "W/\"7\"", "", "\""] {
            assert!(matches!(seen(wrong), Err(ApiError::BadRequest(_))), "{wrong}");
        }
        assert!(matches!(version_seen(&HeaderMap::new()), Err(ApiError::NoVersion)));
    }
}
