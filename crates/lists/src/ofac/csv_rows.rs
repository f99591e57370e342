//! Rows of OFAC's comma-separated files, checked for their form.

use interdict_model::{Loss, Problem, ProblemCode};

use crate::recognise::CsvRole;
use crate::text_line::{Decoding, TextLine, TextLines, split};
use crate::{Budget, ListFile, ReadError, Sink};

/// One row: its line number and its fields, with `-0-` read as nothing.
#[derive(Debug, Clone)]
pub(crate) struct CsvRow {
    pub(crate) line: u64,
    pub(crate) fields: Vec<String>,
}

impl CsvRow {
    /// A field; empty when there is none.
    pub(crate) fn field(&self, index: usize) -> &str {
        self.fields.get(index).map_or("", String::as_str)
    }
}

/// What comes next in a file.
#[derive(Debug)]
pub(crate) enum NextRow {
    Row(CsvRow),
    /// A row that cannot be read; the problem has been reported.
    Unreadable,
    End,
}

/// The rows of one file.
pub(crate) struct CsvRows<'a> {
    lines: TextLines<'a>,
    file: &'a str,
    role: CsvRole,
    budget: Budget,
    records: u64,
    encoding_reported: bool,
}

impl<'a> CsvRows<'a> {
    pub(crate) fn open(
        file: &'a ListFile,
        role: CsvRole,
        budget: &Budget,
    ) -> Result<Self, ReadError> {
        let lines = TextLines::new(file.open(budget)?, &file.name, budget);
        let (file, budget) = (file.name.as_str(), *budget);
        Ok(Self { lines, file, role, budget, records: 0, encoding_reported: false })
    }

    /// How many rows there were, readable or not.
    pub(crate) fn records(&self) -> u64 {
        self.records
    }

    /// Whether the file ends in the control character with which OFAC's tools end files.
    pub(crate) fn has_end_mark(&self) -> bool {
        self.lines.has_end_mark()
    }

    /// The next row. A last line without an ending that is no whole row means a truncated file.
    pub(crate) fn next(&mut self, sink: &mut dyn Sink) -> Result<NextRow, ReadError> {
        let Some(line) = self.lines.next_line()? else { return Ok(NextRow::End) };
        self.records += 1;
        if self.records > self.budget.records {
            let (file, limit) = (self.file.to_owned(), self.budget.records);
            return Err(ReadError::Budget { file, what: "records", limit });
        }
        let fields = split(&line.text);
        let columns = self.role.columns();
        let whole = fields.as_ref().is_some_and(|fields| fields.len() == columns);
        if !whole && !line.ended {
            return Err(ReadError::Truncated {
                file: self.file.to_owned(),
                detail: format!("line {} breaks off", line.number),
            });
        }
        let Some(fields) = fields else {
            sink.problem(self.problem(
                &line,
                ProblemCode::RecordMalformed,
                Loss::Record,
                "a quote is never closed",
            ));
            return Ok(NextRow::Unreadable);
        };
        if !whole {
            let what = format!("{} columns where there must be {columns}", fields.len());
            sink.problem(self.problem(&line, ProblemCode::RecordMalformed, Loss::Record, &what));
            return Ok(NextRow::Unreadable);
        }
        self.report_decoding(&line, &fields, sink);
        let fields = fields.into_iter().map(without_null).collect();
        Ok(NextRow::Row(CsvRow { line: line.number, fields }))
    }

    fn report_decoding(&mut self, line: &TextLine, fields: &[String], sink: &mut dyn Sink) {
        let record = fields.first().map(|id| Problem::cut(id.trim()));
        match line.decoding {
            Decoding::Windows1252 if !self.encoding_reported => {
                self.encoding_reported = true;
                let what = "not UTF-8; this line and others like it are read as Windows-1252";
                sink.problem(Problem {
                    record,
                    ..self.problem(line, ProblemCode::EncodingAssumed, Loss::Nothing, what)
                });
            }
            Decoding::Replaced => {
                let what = "bytes that are no text; they read as U+FFFD";
                sink.problem(Problem {
                    record,
                    ..self.problem(line, ProblemCode::BytesInvalid, Loss::Value, what)
                });
            }
            Decoding::Clean | Decoding::Windows1252 => {}
        }
    }

    fn problem(&self, line: &TextLine, code: ProblemCode, loss: Loss, what: &str) -> Problem {
        let problem = Problem::new(code, loss, what).in_file(self.file);
        problem.at_line(line.number).with_text(&line.text)
    }
}

/// OFAC writes `-0- ` for a field that has no value. Nothing is trimmed: the space at which a remark
/// was cut belongs to it.
fn without_null(field: String) -> String {
    if field.trim() == "-0-" { String::new() } else { field }
}
