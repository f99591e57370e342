//! The log: one line for each request and for each failure. A thread of its own writes the lines, so that a slow reader
//! of the log does not delay answers; lines that do not fit into the queue are dropped and counted.

use std::fmt;
use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;

/// Capacity of the queue, in lines: about two seconds of a busy server.
const WAITING: usize = 16_384;
/// How long shutdown waits until the queue is written.
const LAST_LINES: Duration = Duration::from_secs(2);

/// The format of lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// One JSON object per line.
    Json,
    /// Text for people.
    Text,
}

/// The severity of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Level {
    Info,
    Error,
}

enum Message {
    Line(String),
    Flush(SyncSender<()>),
}

/// A handle of the log. Clones write to the same place.
#[derive(Clone)]
pub struct Log {
    format: LogFormat,
    lines: Option<SyncSender<Message>>,
    lost: Arc<AtomicU64>,
}

impl fmt::Debug for Log {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Log").field("format", &self.format).finish_non_exhaustive()
    }
}

impl Log {
    /// A log that writes nothing.
    pub fn off() -> Self {
        Self { format: LogFormat::Json, lines: None, lost: Arc::default() }
    }

    /// A log that writes to a sink.
    pub fn to(format: LogFormat, place: impl Write + Send + 'static) -> Self {
        let (sender, receiver) = sync_channel(WAITING);
        let lost = Arc::new(AtomicU64::new(0));
        let counted = Arc::clone(&lost);
        let thread = std::thread::Builder::new().name("log".to_owned());
        // If the thread cannot be started, the log is off: answering has priority.
        let started = thread.spawn(move || write_lines(format, &receiver, place, &counted));
        Self { format, lines: started.is_ok().then_some(sender), lost }
    }

    /// Whether lines are written.
    pub(crate) fn is_on(&self) -> bool {
        self.lines.is_some()
    }

    /// Writes a line. Absent values are left out.
    pub(crate) fn write(&self, level: Level, event: &str, fields: &[(&str, Value)]) {
        let Some(lines) = &self.lines else { return };
        let text = line(self.format, Timestamp::now(), level, event, fields);
        if lines.try_send(Message::Line(text)).is_err() {
            self.lost.fetch_add(1, Relaxed);
        }
    }

    /// Waits until the queue is written, for a limited time.
    pub(crate) fn flush(&self) {
        let Some(lines) = &self.lines else { return };
        let (sender, receiver) = sync_channel(1);
        if lines.try_send(Message::Flush(sender)).is_ok() {
            let _ = receiver.recv_timeout(LAST_LINES);
        }
    }
}

fn write_lines(format: LogFormat, lines: &Receiver<Message>, place: impl Write, lost: &AtomicU64) {
    let mut place = std::io::BufWriter::new(place);
    while let Ok(first) = lines.recv() {
        for message in std::iter::once(first).chain(lines.try_iter().take(256)) {
            // There is no other place to report a failing log to.
            match message {
                Message::Line(line) => drop(place.write_all(line.as_bytes())),
                Message::Flush(done) => {
                    let _ = place.flush();
                    let _ = done.try_send(());
                }
            }
        }
        let count = lost.swap(0, Relaxed);
        if count > 0 {
            let fields = [("count", count.into())];
            let text = line(format, Timestamp::now(), Level::Error, "lines-lost", &fields);
            let _ = place.write_all(text.as_bytes());
        }
        let _ = place.flush();
    }
}

fn line(
    format: LogFormat,
    now: Timestamp,
    level: Level,
    event: &str,
    fields: &[(&str, Value)],
) -> String {
    let level = if level == Level::Error { "error" } else { "info" };
    let mut text = match format {
        LogFormat::Json => {
            format!("{{\"time\":\"{now:.3}\",\"level\":\"{level}\",\"event\":\"{event}\"")
        }
        LogFormat::Text => format!("{now:.3} {level} {event}"),
    };
    for (name, value) in fields.iter().filter(|(_, value)| !value.is_null()) {
        match (format, value) {
            (LogFormat::Json, _) => text.push_str(&format!(",\"{name}\":{value}")),
            (LogFormat::Text, Value::String(word)) if is_word(word) => {
                text.push_str(&format!(" {name}={word}"));
            }
            // JSON quoting prevents line breaks in the log (log injection).
            (LogFormat::Text, _) => text.push_str(&format!(" {name}={value}")),
        }
    }
    text.push_str(if format == LogFormat::Json { "}\n" } else { "\n" });
    text
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_one_line_in_both_formats() {
        let now = "2026-01-02T03:04:05.678Z".parse().unwrap();
        let fields =
            [("route", "/match/{dataset}".into()), ("cause", "a\nb".into()), ("key", Value::Null)];
        assert_eq!(
            line(LogFormat::Json, now, Level::Error, "request", &fields),
            "{\"time\":\"2026-01-02T03:04:05.678Z\",\"level\":\"error\",\"event\":\"request\",\
             \"route\":\"/match/{dataset}\",\"cause\":\"a\\nb\"}\n"
        );
        assert_eq!(
            line(LogFormat::Text, now, Level::Info, "request", &fields),
            "2026-01-02T03:04:05.678Z info request route=/match/{dataset} cause=\"a\\nb\"\n"
        );
    }
}
