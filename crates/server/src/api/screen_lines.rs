//! Parties as lines of JSON, answered line by line. The last line is a summary, so that a client can detect a truncated
//! stream.

use std::sync::Arc;

use axum::body::Bytes;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::screen::{Item, Summary, note_recorded};
use super::screen_settings::{Party, Screener, Settings, check_screening};
use crate::app::App;
use crate::error::ApiError;
use crate::params::Params;
use crate::record::ScreeningDraft;
use crate::requester::Requester;
use crate::streamed::{BodySender, streamed};
use crate::strict_json;
use crate::unique_keys::check_keys;

/// Lines that are screened and recorded together: they share one flush to the disk.
const CHUNK: usize = 64;
/// The parameters of the screening.
pub(super) const PARAMETERS: [&str; 4] = ["datasets", "threshold", "limit", "algorithm"];
/// Chunks buffered for a slow reader.
const WAITING: usize = 4;

/// Answers lines as they are screened.
pub(super) async fn screen(
    app: Arc<App>,
    requester: Requester,
    query: &str,
    body: Bytes,
) -> Result<Response, ApiError> {
    let settings = settings(query)?;
    // A fault that concerns all lines is reported here, with a status of its own.
    check_screening(&app, &requester, settings.clone()).await?;
    let (sender, streamed) = streamed(WAITING);
    tokio::spawn(stream(app, requester, settings, body, sender));
    let kind = [(header::CONTENT_TYPE, "application/x-ndjson")];
    Ok((StatusCode::OK, kind, streamed).into_response())
}

/// Reads the settings from the parameters: the body has parties alone.
pub(super) fn settings(query: &str) -> Result<Settings, ApiError> {
    let params = Params::parse(query.as_bytes());
    params.only(&PARAMETERS)?;
    settings_of(&params)
}

/// The same, from parameters among which there are others.
pub(super) fn settings_of(params: &Params) -> Result<Settings, ApiError> {
    let datasets = params.all("datasets");
    let mut settings = json!({ "datasets": datasets });
    for name in ["threshold", "limit"] {
        if let (Some(text), Some(settings)) = (params.last(name), settings.as_object_mut()) {
            let number = serde_json::from_str(text)
                .map_err(|_| ApiError::Shape(format!("{name}: a number is expected")))?;
            settings.insert(name.to_owned(), number);
        }
    }
    if let (Some(name), Some(settings)) = (params.last("algorithm"), settings.as_object_mut()) {
        settings.insert("algorithm".to_owned(), name.into());
    }
    serde_json::from_value(settings).map_err(|error| ApiError::Shape(error.to_string()))
}

async fn stream(
    app: Arc<App>,
    requester: Requester,
    settings: Settings,
    body: Bytes,
    mut sender: BodySender,
) {
    let mut summary = Summary::default();
    let mut rest = body;
    while !rest.is_empty() {
        let chunk = take_lines(&mut rest);
        match screen_chunk(&app, &requester, &settings, chunk).await {
            Ok(items) => {
                items.iter().for_each(|item| summary.add(item));
                if sender.send_data(lines(&items)).await.is_err() {
                    return;
                }
            }
            Err(error) => {
                let (status, fault) = error.fault();
                let (status, code) = (status.as_u16(), fault.code);
                let last =
                    json!({ "error": { "status": status, "code": code, "detail": fault.detail } });
                let _ = sender.send_data(format!("{last}\n").into()).await;
                return;
            }
        }
    }
    let _ = sender.send_data(format!("{}\n", json!({ "summary": summary })).into()).await;
}

/// Removes the complete lines from the buffer.
fn take_lines(rest: &mut Bytes) -> Bytes {
    let ends = rest.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at + 1);
    // The last line may lack its line end.
    let end = ends.take(CHUNK).last().unwrap_or(rest.len());
    rest.split_to(end)
}

async fn screen_chunk(
    app: &Arc<App>,
    requester: &Requester,
    settings: &Settings,
    chunk: Bytes,
) -> Result<Vec<Item>, ApiError> {
    let (asking, settings) = (requester.clone(), settings.clone());
    let (mut items, drafts) = app
        .work(move |app| {
            let loaded = app.loaded()?;
            let session = app.session_of(&asking);
            let screener = Screener::new(app, &loaded.lists, session, &asking.caller, &settings)?;
            let (mut items, mut events) = (Vec::new(), Vec::new());
            for line in
                chunk.split(|byte| *byte == b'\n').filter(|line| !line.trim_ascii().is_empty())
            {
                match screen_line(&screener, line) {
                    Ok((item, event)) => {
                        items.push(item);
                        events.extend(event);
                    }
                    Err(error) if error.is_of_caller() => items.push(Item::failed(&error)),
                    Err(error) => return Err(error),
                }
            }
            Ok((items, events))
        })
        .await?;
    note_recorded(&mut items, app.record_screenings(drafts).await?);
    Ok(items)
}

fn screen_line(
    screener: &Screener<'_>,
    line: &[u8],
) -> Result<(Item, Option<ScreeningDraft>), ApiError> {
    check_keys(line)?;
    let value: serde_json::Value =
        serde_json::from_slice(line).map_err(|error| ApiError::Shape(error.to_string()))?;
    let party: Party =
        strict_json::from_value(&value).map_err(|error| ApiError::Shape(error.to_string()))?;
    let (result, event) = screener.screen(&party)?;
    Ok((Item::Screened(Box::new(result)), event))
}

fn lines(items: &[Item]) -> Bytes {
    let mut text = Vec::new();
    for item in items {
        // All keys are strings, so serialisation cannot fail.
        let _ = serde_json::to_writer(&mut text, item);
        text.push(b'\n');
    }
    text.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_taken_whole_and_the_last_need_not_end() {
        let body = "x\n".repeat(CHUNK + 1) + "y";
        let mut rest = Bytes::from(body);
        assert_eq!(take_lines(&mut rest).len(), 2 * CHUNK);
        assert_eq!(take_lines(&mut rest), Bytes::from("x\n"));
        assert_eq!(take_lines(&mut rest), Bytes::from("y"));
        assert!(rest.is_empty());
    }
}
