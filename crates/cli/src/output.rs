//! Data to stdout, talk to stderr, and the exit code.

use std::io::{self, BufWriter, ErrorKind, IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;
use clap::ValueEnum;
use interdict_engine::EngineError;
use serde::Serialize;

/// How results are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum Format {
    /// For reading.
    #[default]
    Text,
    /// For programs.
    Json,
    /// For spreadsheets, where the result is a table.
    Csv,
    /// Graphviz text, for networks.
    Dot,
    /// A picture, for networks and flows.
    Svg,
}

/// What a verb that went through has to say with its exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Done {
    /// Nothing found, and every list was there and fresh.
    Clear,
    /// Findings at or above the threshold.
    Found,
    /// Nothing found, but a list is missing or stale: this is not "clear".
    Incomplete,
}

impl Done {
    /// A finding counts whatever else is missing; without one, a gap does.
    pub(crate) fn of(found: bool, complete: bool) -> Self {
        match (found, complete) {
            (true, _) => Self::Found,
            (false, true) => Self::Clear,
            (false, false) => Self::Incomplete,
        }
    }
}

impl From<Done> for ExitCode {
    fn from(done: Done) -> Self {
        match done {
            Done::Clear => ExitCode::SUCCESS,
            Done::Found => ExitCode::from(1),
            Done::Incomplete => ExitCode::from(3),
        }
    }
}

/// The exit code of wrong usage and failures; clap uses the same.
const FAILED: u8 = 2;

/// Where results go.
pub(crate) struct Output {
    pub(crate) format: Format,
    out: BufWriter<io::Stdout>,
}

impl Output {
    pub(crate) fn new(format: Format) -> Self {
        Self { format, out: BufWriter::new(io::stdout()) }
    }

    /// Writes one JSON document, or the text that `text` makes.
    pub(crate) fn give<T: Serialize>(
        &mut self,
        value: &T,
        text: impl FnOnce(&T) -> String,
    ) -> anyhow::Result<()> {
        match self.format {
            Format::Json => {
                serde_json::to_writer_pretty(&mut self.out, value)?;
                self.out.write_all(b"\n")?;
            }
            Format::Text => self.out.write_all(text(value).as_bytes())?,
            Format::Csv => anyhow::bail!("this is no table; choose text or json"),
            Format::Dot | Format::Svg => anyhow::bail!("this has no picture; choose text or json"),
        }
        Ok(())
    }

    /// Writes a rendered answer to a file, or to stdout when none is named.
    pub(crate) fn write_to(&mut self, path: Option<&Path>, text: &str) -> anyhow::Result<()> {
        match path {
            Some(path) => {
                std::fs::write(path, text)
                    .with_context(|| format!("cannot write {}", path.display()))?;
                say(&format!("written to {}", path.display()));
            }
            None => self.out.write_all(text.as_bytes())?,
        }
        Ok(())
    }

    pub(crate) fn writer(&mut self) -> &mut dyn Write {
        &mut self.out
    }

    pub(crate) fn flush(&mut self) -> anyhow::Result<()> {
        Ok(self.out.flush()?)
    }
}

/// One comma-separated line.
pub(crate) fn csv_line(cells: &[impl AsRef<str>]) -> String {
    let quoted = cells.iter().map(|cell| {
        let cell = cell.as_ref();
        match cell.contains([',', '"', '\r', '\n']) {
            true => format!("\"{}\"", cell.replace('"', "\"\"")),
            false => cell.to_owned(),
        }
    });
    quoted.collect::<Vec<_>>().join(",") + "\n"
}

/// Says something to the person in front of the terminal. It is no data and may be lost.
pub(crate) fn say(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}

/// Whether progress can be shown.
pub(crate) fn is_interactive() -> bool {
    io::stderr().is_terminal()
}

/// Says why a list answer is incomplete.
pub(crate) fn warn_gaps(gaps: &[String]) {
    for gap in gaps {
        say(&format!("incomplete: {gap}"));
    }
    if !gaps.is_empty() {
        say("  an answer without a match is not \"clear\"; import newer lists");
    }
}

/// Writes an error with its causes and the next step. A closed pipe is no error.
pub(crate) fn report_error(error: &anyhow::Error) -> ExitCode {
    let closed = |cause: &(dyn std::error::Error + 'static)| {
        cause.downcast_ref::<io::Error>().is_some_and(|io| io.kind() == ErrorKind::BrokenPipe)
    };
    if error.chain().any(closed) {
        return ExitCode::SUCCESS;
    }
    let mut text = String::from("error");
    let mut last = String::new();
    for cause in error.chain() {
        let cause = cause.to_string();
        // A wrapper that repeats its cause is said once.
        if !last.ends_with(&cause) {
            text.push_str(": ");
            text.push_str(&cause);
        }
        last = cause;
    }
    say(&text);
    if let Some(hint) = error.downcast_ref::<EngineError>().and_then(EngineError::hint) {
        say(&format!("hint: {hint}"));
    }
    ExitCode::from(FAILED)
}
