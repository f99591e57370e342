//! `GET /metrics` for monitoring.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use interdict_engine::audit::Backlog;
use jiff::Timestamp;

use crate::app::{App, Loaded};
use crate::metrics_text::MetricsText;

const SECONDS_PER_DAY: i64 = 86_400;
const FORMAT: &str = "text/plain; version=0.0.4; charset=utf-8";

/// The metrics of the server, its lists and its store. The endpoint works even if the lists or the store fail.
pub(crate) async fn metrics(State(app): State<Arc<App>>) -> Response {
    let mut text = MetricsText::default();
    text.counters(&app.metrics);
    work(&mut text, &app);
    if let Ok(loaded) = app.loaded() {
        lists(&mut text, &loaded);
    }
    let is_behind = u8::from(app.is_behind());
    let help = "1 if the lists in use could not be opened, so that those before them answer.";
    text.single("interdict_lists_behind", "gauge", help, is_behind);
    store(&mut text, &app).await;
    process(&mut text, &app);
    (StatusCode::OK, [(header::CONTENT_TYPE, FORMAT)], text.finish()).into_response()
}

fn work(text: &mut MetricsText, app: &App) {
    let (working, waiting) = app.load_of_work();
    text.single("interdict_requests_working", "gauge", "Requests that are screened now.", working);
    text.single("interdict_requests_waiting", "gauge", "Requests that wait for that.", waiting);
}

fn lists(text: &mut MetricsText, loaded: &Loaded) {
    let lists = &loaded.lists;
    let help = "The number of the generation of lists that answers.";
    text.single("interdict_lists_generation", "gauge", help, lists.number());
    let name = "interdict_list_age_seconds";
    text.family(name, "gauge", "Seconds since the version of a list, to the day.");
    for list in lists.health() {
        if let Some(days) = list.age_days {
            let age = days.saturating_mul(SECONDS_PER_DAY);
            text.sample(name, &[("dataset", list.dataset.as_str())], age);
        }
    }
    let name = "interdict_list_stale";
    text.family(name, "gauge", "1 if a list is older than its rule allows.");
    for list in lists.health() {
        text.sample(name, &[("dataset", list.dataset.as_str())], u8::from(list.stale));
    }
    let name = "interdict_list_update_failed";
    text.family(name, "gauge", "1 if the updates of a list fail for longer than is tolerated.");
    for list in lists.health() {
        text.sample(name, &[("dataset", list.dataset.as_str())], u8::from(list.failed));
    }
    let name = "interdict_list_missing";
    text.family(name, "gauge", "1 for a list that should be in use and is not.");
    for list in lists.missing() {
        text.sample(name, &[("dataset", list.dataset.as_str())], 1);
    }
}

async fn store(text: &mut MetricsText, app: &Arc<App>) {
    if app.store().is_none() {
        return;
    }
    let head = app.in_store(|store| store.head()).await;
    let help = "1 if the store can be read.";
    text.single("interdict_store_up", "gauge", help, u8::from(head.is_ok()));
    if let Ok(head) = head {
        text.single("interdict_audit_events", "gauge", "Events of the audit log.", head.size());
    }
    if let Ok(backlog) = app.in_store(|store| store.backlog()).await {
        background(text, &backlog);
    }
    let now = Timestamp::now().as_second();
    let commit = app.metrics.last_commit.load(Relaxed);
    if commit > 0 {
        let help = "When this server last wrote to the store, in seconds since 1970.";
        text.single("interdict_audit_last_commit_timestamp_seconds", "gauge", help, commit);
    }
    let checkpoint = app.metrics.last_checkpoint.load(Relaxed);
    if checkpoint > 0 {
        let help = "Seconds since the head of the log was last kept as a checkpoint.";
        let age = now.saturating_sub(checkpoint).max(0);
        text.single("interdict_audit_checkpoint_age_seconds", "gauge", help, age);
    }
}

/// Background work, of all servers that share the store.
fn background(text: &mut MetricsText, backlog: &Backlog) {
    let name = "interdict_jobs";
    text.family(name, "gauge", "Jobs that have not ended.");
    text.sample(name, &[("state", "queued")], backlog.jobs_queued);
    text.sample(name, &[("state", "running")], backlog.jobs_running);
    let help = "Customers of monitors who were not screened yet as they are now.";
    text.single("interdict_monitor_customers_waiting", "gauge", help, backlog.customers_waiting);
    let help = "Monitors whose last sweep failed.";
    text.single("interdict_monitors_failed", "gauge", help, backlog.monitors_failed);
    let name = "interdict_webhook_messages";
    text.family(name, "gauge", "Messages that are to be sent, or were given up.");
    text.sample(name, &[("state", "waiting")], backlog.messages_waiting);
    text.sample(name, &[("state", "dead")], backlog.messages_dead);
    let now = Timestamp::now();
    let age = backlog.oldest_message.map_or(0, |oldest| now.duration_since(oldest).as_secs());
    let help = "Seconds since the oldest message that waits was written.";
    text.single("interdict_webhook_oldest_message_age_seconds", "gauge", help, age.max(0));
}

fn process(text: &mut MetricsText, app: &App) {
    let name = "interdict_build_info";
    text.family(name, "gauge", "The version of the program.");
    text.sample(name, &[("version", env!("CARGO_PKG_VERSION"))], 1);
    let help = "When the server started, in seconds since 1970.";
    text.single("process_start_time_seconds", "gauge", help, app.metrics.started);
    // Only Linux has this file; elsewhere the metric is absent.
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let resident = status.lines().find_map(|line| {
        let kilobytes = line.strip_prefix("VmRSS:")?.trim().strip_suffix(" kB")?;
        kilobytes.parse::<u64>().ok()
    });
    if let Some(kilobytes) = resident {
        let name = "process_resident_memory_bytes";
        text.single(name, "gauge", "Resident memory.", kilobytes.saturating_mul(1_024));
    }
    if let Ok(files) = std::fs::read_dir("/proc/self/fd") {
        text.single("process_open_fds", "gauge", "Open file descriptors.", files.count());
    }
}
