//! Results to stdout, notes to stderr, and the exit code.

use std::io::{self, BufWriter, ErrorKind, IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;
use clap::ValueEnum;
use interdict_engine::files::ReadingCounts;
use interdict_engine::{EngineError, JsonDocument, Session};
use interdict_model::{Gap, Verdict};

/// The format of results.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum Format {
    /// For reading.
    #[default]
    Text,
    /// For programs; docs/reference/json has the schema of each document.
    Json,
    /// For spreadsheets, where the result is a table.
    Csv,
    /// Graphviz text, for networks.
    Dot,
    /// A picture, for networks and flows.
    Svg,
}

/// The exit code of a verb that was carried out. Only a [`Verdict`] is about a party.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ExitStatus {
    /// The work is done; no party was screened.
    Done,
    /// Part of the work failed.
    Partial,
    /// A check of records found a fault or a difference.
    Unsound,
    /// The query was answered.
    Answered(Verdict),
    /// Some rows of a file were not screened, whatever was found in the others.
    Unscreened,
}

impl ExitStatus {
    /// The status of verbs that screen no party but depend on the lists, such as `lists status`.
    pub(crate) fn unless_gaps(gaps: &[Gap]) -> Self {
        if gaps.is_empty() { Self::Done } else { Self::Partial }
    }

    /// The status of verbs that screen the rows of a file.
    pub(crate) fn of_rows(reading: &ReadingCounts, screened: impl Into<Self>) -> Self {
        if reading.rows_unscreened > 0 { Self::Unscreened } else { screened.into() }
    }

    /// The worse of two statuses. A finding takes precedence over a gap, as within one answer.
    pub(crate) fn worse(self, other: Self) -> Self {
        let rank = |status| match status {
            Self::Done | Self::Answered(Verdict::Clear { .. }) => 0,
            Self::Partial | Self::Answered(Verdict::Incomplete) => 1,
            Self::Unsound | Self::Answered(Verdict::Match) => 2,
            Self::Unscreened => 3,
        };
        if rank(other) > rank(self) { other } else { self }
    }
}

impl From<Verdict> for ExitStatus {
    fn from(verdict: Verdict) -> Self {
        Self::Answered(verdict)
    }
}

impl From<ExitStatus> for ExitCode {
    fn from(status: ExitStatus) -> Self {
        match status {
            ExitStatus::Done | ExitStatus::Answered(Verdict::Clear { .. }) => ExitCode::SUCCESS,
            ExitStatus::Unsound | ExitStatus::Answered(Verdict::Match) => ExitCode::from(1),
            ExitStatus::Partial | ExitStatus::Answered(Verdict::Incomplete) => ExitCode::from(3),
            ExitStatus::Unscreened => ExitCode::from(4),
        }
    }
}

/// The exit code of wrong usage and failures; clap uses the same.
const FAILED: u8 = 2;

/// Where results go.
pub(crate) struct Output {
    pub(crate) format: Format,
    out: BufWriter<Stdout>,
}

/// Standard output. If its reader has closed it (`| head`), this is no error: the rest of the
/// output is discarded, and the verb runs to its end, because the caller may need only the exit
/// code.
struct Stdout {
    out: io::Stdout,
    is_closed: bool,
    /// Report the closed pipe as an error, so that a long output without any other result stops.
    stop_when_closed: bool,
}

impl Stdout {
    fn unless_closed<T>(&mut self, result: io::Result<T>, discarded: T) -> io::Result<T> {
        match result {
            Err(error) if error.kind() == ErrorKind::BrokenPipe && !self.stop_when_closed => {
                self.is_closed = true;
                Ok(discarded)
            }
            result => result,
        }
    }
}

impl Write for Stdout {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.is_closed {
            return Ok(bytes.len());
        }
        let written = self.out.write(bytes);
        self.unless_closed(written, bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.is_closed {
            return Ok(());
        }
        let flushed = self.out.flush();
        self.unless_closed(flushed, ())
    }
}

impl Output {
    pub(crate) fn new(format: Format) -> Self {
        let out = Stdout { out: io::stdout(), is_closed: false, stop_when_closed: false };
        Self { format, out: BufWriter::new(out) }
    }

    /// Prints one JSON document, or the text that `text` renders.
    pub(crate) fn print<T: JsonDocument>(
        &mut self,
        session: &Session,
        answer: &T,
        text: impl FnOnce(&T) -> String,
    ) -> anyhow::Result<()> {
        match self.format {
            Format::Json => self.out.write_all(json(session, answer)?.as_bytes())?,
            Format::Text => self.out.write_all(text(answer).as_bytes())?,
            Format::Csv => anyhow::bail!("this is no table; choose text or json"),
            Format::Dot | Format::Svg => anyhow::bail!("this has no picture; choose text or json"),
        }
        Ok(())
    }

    /// Prints one of several answers: a JSON document on a line of its own, or the text.
    pub(crate) fn print_one_of_many<T: JsonDocument>(
        &mut self,
        session: &Session,
        answer: &T,
        text: impl FnOnce(&T) -> String,
    ) -> anyhow::Result<()> {
        if self.format == Format::Json {
            serde_json::to_writer(&mut self.out, &session.document(answer))?;
            return Ok(self.out.write_all(b"\n")?);
        }
        self.print(session, answer, text)
    }

    /// Reports what was done: as a note on stderr in text format, and as a JSON document on stdout in JSON format.
    pub(crate) fn report_done<T: JsonDocument>(
        &mut self,
        session: &Session,
        answer: &T,
        note: &str,
    ) -> anyhow::Result<()> {
        print_note(note);
        if self.format == Format::Json {
            self.write(&json(session, answer)?)?;
        }
        Ok(())
    }

    /// Writes a rendered answer to a file, or to stdout when none is named.
    pub(crate) fn write_to(&mut self, path: Option<&Path>, text: &str) -> anyhow::Result<()> {
        match path {
            Some(path) => {
                std::fs::write(path, text)
                    .with_context(|| format!("cannot write {}", path.display()))?;
                print_note(&format!("written to {}", path.display()));
            }
            None => self.out.write_all(text.as_bytes())?,
        }
        Ok(())
    }

    /// Writes text to stdout.
    pub(crate) fn write(&mut self, text: &str) -> anyhow::Result<()> {
        Ok(self.out.write_all(text.as_bytes())?)
    }

    /// Stdout for a long output that is the only result: if its reader has closed it, writing
    /// fails.
    pub(crate) fn stream(&mut self) -> &mut dyn Write {
        self.out.get_mut().stop_when_closed = true;
        &mut self.out
    }

    /// Whether an error only means that the reader of a stream has closed it. Only verbs that screen no party write
    /// streams; anywhere else a broken pipe is an error like any other.
    pub(crate) fn is_end_of_stream(&self, error: &anyhow::Error) -> bool {
        let is_broken_pipe = |cause: &(dyn std::error::Error + 'static)| {
            cause.downcast_ref::<io::Error>().is_some_and(|io| io.kind() == ErrorKind::BrokenPipe)
        };
        self.out.get_ref().stop_when_closed && error.chain().any(is_broken_pipe)
    }

    pub(crate) fn flush(&mut self) -> anyhow::Result<()> {
        Ok(self.out.flush()?)
    }
}

/// An answer as a JSON document of several lines.
pub(crate) fn json<T: JsonDocument>(session: &Session, answer: &T) -> anyhow::Result<String> {
    Ok(serde_json::to_string_pretty(&session.document(answer))? + "\n")
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

/// Prints a line to stderr, which is for people. It is not part of the result, so a failure to write it
/// is ignored.
pub(crate) fn print_note(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}

/// Whether progress can be shown.
pub(crate) fn is_interactive() -> bool {
    io::stderr().is_terminal()
}

/// Prints why an answer is incomplete.
pub(crate) fn warn_gaps(gaps: &[Gap]) {
    for gap in gaps {
        print_note(&format!("incomplete: {gap}"));
    }
    if gaps.is_empty() {
        return;
    }
    print_note("  an answer without a match is not \"clear\"");
    let mut steps: Vec<&str> = gaps.iter().map(|gap| gap.code.next_step()).collect();
    steps.sort_unstable();
    steps.dedup();
    for step in steps {
        print_note(&format!("hint: {step}"));
    }
}

/// Prints an error with its causes and the next step.
pub(crate) fn report_error(error: &anyhow::Error) -> ExitCode {
    let mut text = String::from("error");
    let mut last = String::new();
    for cause in error.chain() {
        let cause = cause.to_string();
        // A transparent wrapper has the same text as its cause; the repetition is left out.
        if !last.ends_with(&cause) {
            text.push_str(": ");
            text.push_str(&cause);
        }
        last = cause;
    }
    print_note(&text);
    if let Some(hint) = error.downcast_ref::<EngineError>().and_then(EngineError::hint) {
        print_note(&format!("hint: {hint}"));
    }
    ExitCode::from(FAILED)
}
