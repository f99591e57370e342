//! The result of a job, streamed line by line from the store.

use std::sync::Arc;

use axum::extract::{Extension, Path, RawQuery, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use interdict_engine::audit::{Job, StoreError};
use serde_json::{Value, json};

use crate::app::App;
use crate::error::ApiError;
use crate::params::Params;
use crate::requester::Requester;
use crate::streamed::{BodySender, streamed};

/// Parts buffered for a slow reader.
const WAITING: usize = 2;
const COLUMNS: &str = "row,customer,status,verdict,matches,suppressed,entity,caption,score,match,datasets,listed_name,case,suppressed_by,audit_event,detail\r\n";

/// The format of the result.
#[derive(Clone, Copy, PartialEq)]
enum Form {
    Ndjson,
    Csv,
}

/// The result of a finished job. NDJSON ends with a summary line, so that a truncated download can be detected.
pub(crate) async fn result(
    State(app): State<Arc<App>>,
    Extension(requester): Extension<Requester>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiError> {
    let mut params = Params::parse(query.unwrap_or_default().as_bytes());
    let form = match params.choice("format", &["ndjson", "csv"]) {
        "csv" => Form::Csv,
        _ => Form::Ndjson,
    };
    params.checked()?.only(&["format"])?;
    let job = app.in_store(move |store| store.job(&requester.caller.tenant, &id)).await?;
    if job.result_until.is_none() {
        let text = match job.state.has_result() {
            true => "the result was deleted",
            false => "there is no result: look at the state of the job",
        };
        return Err(StoreError::Refused(text.to_owned()).into());
    }
    let (sender, body) = streamed(WAITING);
    tokio::spawn(stream(app, job, form, sender));
    let kind = match form {
        Form::Ndjson => "application/x-ndjson",
        Form::Csv => "text/csv; charset=utf-8",
    };
    Ok((StatusCode::OK, [(header::CONTENT_TYPE, kind)], body).into_response())
}

async fn stream(app: Arc<App>, job: Job, form: Form, mut sender: BodySender) {
    if form == Form::Csv && sender.send_data(COLUMNS.into()).await.is_err() {
        return;
    }
    let mut part = 0;
    loop {
        let id = job.id.clone();
        let bytes = match app.in_store(move |store| store.job_result(&id, part)).await {
            Ok(Some(bytes)) => bytes,
            Ok(None) => break,
            // The connection is cut, so that the client sees that the result is truncated.
            Err(_) => return sender.abort(std::io::Error::other("the result cannot be read")),
        };
        let text = if form == Form::Csv { csv(&bytes) } else { bytes };
        if sender.send_data(text.into()).await.is_err() {
            return;
        }
        part += 1;
    }
    if part == 0 {
        return sender.abort(std::io::Error::other("the result was deleted"));
    }
    if form == Form::Ndjson {
        let summary = json!({
            "state": job.state, "counts": job.counts, "failure": job.failure, "basis": job.basis,
            "digest": job.plan.digest, "unused_columns": job.unused_columns,
        });
        let _ = sender.send_data(format!("{}\n", json!({ "summary": summary })).into()).await;
    }
}

/// Converts JSON lines to CSV: one row for each candidate, and one row for a party without candidates.
fn csv(lines: &[u8]) -> Vec<u8> {
    let mut text = String::new();
    let lines = lines.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    for line in lines.filter_map(|line| serde_json::from_slice::<Value>(line).ok()) {
        let none = Vec::new();
        let candidates = line.get("candidates").and_then(Value::as_array).unwrap_or(&none);
        if candidates.is_empty() {
            row(&mut text, &line, &Value::Null);
        }
        candidates.iter().for_each(|candidate| row(&mut text, &line, candidate));
    }
    text.into_bytes()
}

fn row(text: &mut String, line: &Value, candidate: &Value) {
    let gaps = line.get("gaps").and_then(Value::as_array).into_iter().flatten();
    let gaps: Vec<&str> = gaps.filter_map(|gap| gap.get("text").and_then(Value::as_str)).collect();
    let detail = line.get("detail").and_then(Value::as_str).map(str::to_owned);
    let detail = Value::from(detail.unwrap_or_else(|| gaps.join("; ")));
    let of_line = ["row", "customer", "status", "verdict", "matches", "suppressed"];
    let of_candidate =
        ["entity", "caption", "score", "match", "datasets", "listed_name", "case", "suppressed_by"];
    let values = of_line.iter().map(|name| line.get(*name));
    let values = values.chain(of_candidate.iter().map(|name| candidate.get(*name)));
    let values = values.chain([line.get("audit_event"), Some(&detail)]);
    let cells: Vec<String> = values.map(|value| cell(value.unwrap_or(&Value::Null))).collect();
    text.push_str(&cells.join(","));
    text.push_str("\r\n");
}

/// A CSV field, quoted if necessary. A text that a spreadsheet would evaluate as a formula is escaped.
fn cell(value: &Value) -> String {
    let text = match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(values) => {
            let texts: Vec<&str> = values.iter().filter_map(Value::as_str).collect();
            texts.join(";")
        }
        other => other.to_string(),
    };
    let is_formula = value.is_string() && text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if is_formula { format!("'{text}") } else { text };
    if text.contains(['"', ',', '\n', '\r']) {
        return format!("\"{}\"", text.replace('"', "\"\""));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_has_a_line_for_each_candidate_and_one_if_there_is_none() {
        let lines = concat!(
            r#"{"row":1,"status":200,"customer":"c,1","verdict":"match","matches":1,"suppressed":0,"candidates":[{"entity":"z-1","caption":"=A","score":0.9,"match":true,"datasets":["a","b"],"listed_name":"A \"B\"","case":"k","suppressed":false}],"gaps":[],"audit_event":7}"#,
            "\n",
            r#"{"row":2,"status":422,"code":"unscreened","detail":"no name"}"#,
            "\n"
        );
        let text = String::from_utf8(csv(lines.as_bytes())).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], r#"1,"c,1",200,match,1,0,z-1,'=A,0.9,true,a;b,"A ""B""",k,,7,"#);
        assert_eq!(lines[1], "2,,422,,,,,,,,,,,,,no name");
        assert_eq!(COLUMNS.trim().split(',').count(), 16);
    }
}
