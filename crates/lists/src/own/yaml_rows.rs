//! Records of a YAML file: a list of mappings, or `version` and `records`.
//!
//! The parser's events are read directly, so that values stay as written (`0045` is not a number), every problem has
//! its line, and aliases, which could expand to gigabytes, are never expanded.

use std::io::Read;

use serde_saphyr::granit_parser::{Event, Parser, ScanError, Span, StrInput};

use interdict_model::{Loss, Problem, ProblemCode};

use super::EXPECTED;
use super::csv_rows::{refuse_bad_bytes, too_many};
use super::record::{OwnRecord, OwnRecordReader};
use crate::ReadError;
use crate::draft::ListWriter;
use crate::xml::TextSource;

/// Largest YAML file: it is held in memory whole, and longer lists are better kept as CSV.
const LARGEST: u64 = 64 << 20;
/// Deepest nesting: a list of mappings with lists.
const DEEPEST: usize = 8;

/// Reads every record, and gives the version.
pub(super) fn read_rows(
    mut source: TextSource<'_>,
    file: &str,
    rows: &mut OwnRecordReader<'_>,
    writer: &mut ListWriter<'_>,
) -> Result<String, ReadError> {
    let mut text = String::new();
    let read = Read::take(&mut source, LARGEST + 1).read_to_string(&mut text);
    if let Err(error) = read {
        let stop = source.take_stop();
        let io = |source| ReadError::Io { file: file.to_owned(), source };
        return Err(stop.map_or_else(|| io(error), |stop| stop.into_error(file)));
    }
    if text.len() as u64 > LARGEST {
        let (file, what) = (file.to_owned(), "bytes in a YAML file");
        return Err(ReadError::Budget { file, what, limit: LARGEST });
    }
    refuse_bad_bytes(&mut source, file)?;
    YamlReader { events: Parser::new_from_str(&text), file, rows, writer }.document()
}

struct YamlReader<'text, 'writer, 'map, 'sink> {
    events: Parser<'text, StrInput<'text>>,
    file: &'writer str,
    rows: &'writer mut OwnRecordReader<'map>,
    writer: &'writer mut ListWriter<'sink>,
}

/// One step of the file, reduced to what is needed here.
enum YamlStep {
    List,
    Mapping,
    Value(String),
    Alias,
    Close,
    End,
}

impl YamlReader<'_, '_, '_, '_> {
    fn document(mut self) -> Result<String, ReadError> {
        match self.step()? {
            (YamlStep::List, _) => {
                self.records()?;
                Ok(String::new())
            }
            (YamlStep::Mapping, _) => self.sections(),
            _ => Err(self.wrong("neither a list of records nor `records:`")),
        }
    }

    fn sections(&mut self) -> Result<String, ReadError> {
        let mut version = String::new();
        let mut any = false;
        while let (YamlStep::Value(key), line) = self.step()? {
            match (key.as_str(), self.step()?.0) {
                ("version", YamlStep::Value(value)) => version = value,
                ("records", YamlStep::List) => {
                    any = true;
                    self.records()?;
                }
                (_, step) => {
                    self.skip(step)?;
                    let what = "only `version` and `records` are known here; left out";
                    let problem = Problem::new(ProblemCode::FieldUnknown, Loss::Value, what);
                    self.writer.problem(problem.at_line(line).with_text(&key));
                }
            }
        }
        if any { Ok(version) } else { Err(self.wrong("a mapping without `records:`")) }
    }

    fn records(&mut self) -> Result<(), ReadError> {
        loop {
            let (step, line) = self.step()?;
            match step {
                YamlStep::Close | YamlStep::End => return Ok(()),
                _ if self.rows.is_full() => return Err(too_many(self.file, self.rows.most())),
                YamlStep::Mapping => {
                    let cells = self.cells()?;
                    self.rows.row(&OwnRecord { line, cells, split: false }, self.writer);
                }
                other => {
                    self.writer.unreadable("a record that is no mapping", "", Some(line));
                    self.skip(other)?;
                }
            }
        }
    }

    /// The cells of one record. A value that is itself a mapping is left out and reported.
    fn cells(&mut self) -> Result<Vec<(String, String)>, ReadError> {
        let mut cells = Vec::new();
        loop {
            let (key, line) = match self.step()? {
                (YamlStep::Value(key), line) => (key, line),
                (YamlStep::Close | YamlStep::End, _) => return Ok(cells),
                (other, line) => {
                    self.skip(other)?;
                    self.left_out(line, "a key that is no plain text");
                    let (value, _) = self.step()?;
                    self.skip(value)?;
                    continue;
                }
            };
            match self.step()?.0 {
                YamlStep::Value(value) => cells.push((key, value)),
                YamlStep::List => self.list(&key, &mut cells)?,
                other => {
                    self.skip(other)?;
                    self.left_out(line, &key);
                }
            }
        }
    }

    fn list(&mut self, key: &str, cells: &mut Vec<(String, String)>) -> Result<(), ReadError> {
        loop {
            match self.step()? {
                (YamlStep::Value(value), _) => cells.push((key.to_owned(), value)),
                (YamlStep::Close | YamlStep::End, _) => return Ok(()),
                (other, line) => {
                    self.skip(other)?;
                    self.left_out(line, key);
                }
            }
        }
    }

    fn left_out(&mut self, line: u64, key: &str) {
        let what = "a value is a text or a list of texts; left out";
        let problem = Problem::new(ProblemCode::RecordMalformed, Loss::Value, what);
        self.writer.problem(problem.at_line(line).with_text(key));
    }

    /// Skips the rest of a list or mapping that was opened.
    fn skip(&mut self, opened: YamlStep) -> Result<(), ReadError> {
        let mut depth = usize::from(matches!(opened, YamlStep::List | YamlStep::Mapping));
        while depth > 0 {
            match self.step()?.0 {
                YamlStep::List | YamlStep::Mapping => depth += 1,
                YamlStep::Close => depth -= 1,
                YamlStep::End => return Ok(()),
                YamlStep::Value(_) | YamlStep::Alias => {}
            }
            if depth > DEEPEST {
                let (file, what) = (self.file.to_owned(), "levels of nesting");
                return Err(ReadError::Budget { file, what, limit: DEEPEST as u64 });
            }
        }
        Ok(())
    }

    fn step(&mut self) -> Result<(YamlStep, u64), ReadError> {
        loop {
            let Some(next) = self.events.next() else { return Ok((YamlStep::End, 0)) };
            let (event, span) = next.map_err(|error| self.syntax(&error))?;
            let step = match event {
                Event::SequenceStart(..) => YamlStep::List,
                Event::MappingStart(..) => YamlStep::Mapping,
                Event::Scalar(text, style, ..) => YamlStep::Value(plain(text.into_owned(), style)),
                Event::Alias(_) => YamlStep::Alias,
                Event::SequenceEnd | Event::MappingEnd => YamlStep::Close,
                Event::StreamEnd => YamlStep::End,
                _ => continue,
            };
            return Ok((step, line_of(&span)));
        }
    }

    fn syntax(&self, error: &ScanError) -> ReadError {
        let place = format!("line {}", error.marker().line());
        ReadError::Syntax { file: self.file.to_owned(), place, detail: error.to_string() }
    }

    fn wrong(&self, found: &str) -> ReadError {
        let (file, found) = (self.file.to_owned(), found.to_owned());
        ReadError::Format { file, expected: EXPECTED, found }
    }
}

fn line_of(span: &Span) -> u64 {
    span.start.line() as u64
}

/// Reads YAML's words for null as an empty text, unless they are quoted.
fn plain(text: String, style: serde_saphyr::granit_parser::ScalarStyle) -> String {
    let is_plain = style == serde_saphyr::granit_parser::ScalarStyle::Plain;
    let nothing = matches!(text.as_str(), "~" | "null" | "Null" | "NULL");
    if is_plain && nothing { String::new() } else { text }
}
