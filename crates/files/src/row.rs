//! One row of a customer file, parsed by a worker.

use std::fmt;

use serde::de::{IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use crate::form::Delimiter;

/// A row, and its fault if it has one.
pub(crate) struct Row<'a> {
    /// Its values.
    pub(crate) cells: Cells<'a>,
    /// Why it cannot be screened.
    pub(crate) fault: Option<String>,
}

/// The values of a row.
pub(crate) enum Cells<'a> {
    /// By position, under the file's header.
    Record(CsvRecord<'a>),
    /// By name. `line` is the text they were read from, unless it was not an object. `twice` names the keys that occur
    /// more than once; the last value of such a key is kept.
    Object { object: &'a Map<String, Value>, twice: &'a [String], line: Option<&'a [u8]> },
    /// A row of a table with typed columns.
    #[cfg(feature = "parquet")]
    Table { table: &'a crate::table::Table, row: usize },
}

/// The fields of a comma-separated record.
#[derive(Clone, Copy)]
pub(crate) struct CsvRecord<'a> {
    text: &'a [u8],
    ends: &'a [usize],
    /// The record as it stands in the file.
    pub(crate) raw: &'a [u8],
    /// The delimiter between its fields.
    pub(crate) delimiter: Delimiter,
}

impl<'a> CsvRecord<'a> {
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(crate) fn get(&self, place: usize) -> Option<&'a [u8]> {
        let end = *self.ends.get(place)?;
        let start = place.checked_sub(1).and_then(|before| self.ends.get(before)).copied();
        self.text.get(start.unwrap_or(0)..end)
    }
}

/// Working memory for parsing rows, one for each thread.
pub(crate) struct Parser {
    csv: csv_core::Reader,
    delimiter: Delimiter,
    text: Vec<u8>,
    ends: Vec<usize>,
    object: Map<String, Value>,
    twice: Vec<String>,
}

impl Default for Parser {
    fn default() -> Self {
        // The reader's own default has no tables yet.
        let csv = csv_core::Reader::new();
        let delimiter = Delimiter::COMMA;
        Self {
            csv,
            delimiter,
            text: Vec::new(),
            ends: Vec::new(),
            object: Map::new(),
            twice: Vec::new(),
        }
    }
}

impl Parser {
    /// Splits a comma-separated record into fields.
    pub(crate) fn record<'a>(&'a mut self, raw: &'a [u8], delimiter: Delimiter) -> CsvRecord<'a> {
        if delimiter == self.delimiter {
            self.csv.reset();
        } else {
            self.csv = csv_core::ReaderBuilder::new().delimiter(delimiter.byte()).build();
            self.delimiter = delimiter;
        }
        self.text.resize(raw.len().max(64), 0);
        self.ends.resize(self.ends.len().max(32), 0);
        if raw.starts_with(b"\xef\xbb\xbf") {
            // The reader drops a byte order mark from the first bytes that it gets. Only a file may start with one, not
            // a row: the splitter treats the mark as a letter, after which a quote opens no quoted field. Reading an
            // empty line first prevents the reader from dropping it.
            let _ = self.csv.read_record(b"\n", &mut self.text, &mut self.ends);
        }
        let (mut read, mut written, mut fields) = (0, 0, 0);
        loop {
            let input = raw.get(read..).unwrap_or_default();
            let (Some(text), Some(ends)) =
                (self.text.get_mut(written..), self.ends.get_mut(fields..))
            else {
                break;
            };
            let (result, r, w, f) = self.csv.read_record(input, text, ends);
            (read, written, fields) = (read + r, written + w, fields + f);
            match result {
                csv_core::ReadRecordResult::InputEmpty => {}
                csv_core::ReadRecordResult::OutputFull => {
                    self.text.resize(self.text.len() * 2, 0);
                }
                csv_core::ReadRecordResult::OutputEndsFull => {
                    self.ends.resize(self.ends.len() * 2, 0);
                }
                csv_core::ReadRecordResult::Record | csv_core::ReadRecordResult::End => break,
            }
        }
        let ends = self.ends.get(..fields).unwrap_or_default();
        CsvRecord { text: &self.text, ends, raw, delimiter }
    }

    /// Parses a line of JSON. A line that is no object is kept as text, so that it is not lost.
    pub(crate) fn object<'a>(&'a mut self, line: &'a [u8]) -> Row<'a> {
        let fault = match serde_json::from_slice(line) {
            Ok(Line::Object(object, twice)) => {
                (self.object, self.twice) = (object, twice);
                None
            }
            Ok(Line::Other) => Some("the line is no JSON object".to_owned()),
            Err(error) => Some(format!("the line is no JSON: {error}")),
        };
        if fault.is_some() {
            let text = String::from_utf8_lossy(line).into_owned();
            self.twice.clear();
            self.object = [("match_input".to_owned(), Value::String(text))].into_iter().collect();
        }
        let line = fault.is_none().then_some(line);
        Row { cells: Cells::Object { object: &self.object, twice: &self.twice, line }, fault }
    }
}

/// A line of JSON.
enum Line {
    /// An object, and the keys that occur in it more than once.
    Object(Map<String, Value>, Vec<String>),
    Other,
}

impl<'de> Deserialize<'de> for Line {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(LineVisitor)
    }
}

struct LineVisitor;

impl<'de> Visitor<'de> for LineVisitor {
    type Value = Line;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Line, A::Error> {
        let (mut object, mut twice) = (Map::new(), Vec::new());
        while let Some((key, value)) = entries.next_entry::<String, Value>()? {
            if object.contains_key(&key) {
                twice.push(key.clone());
            }
            object.insert(key, value);
        }
        Ok(Line::Object(object, twice))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<Line, A::Error> {
        while values.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Line::Other)
    }

    fn visit_unit<E>(self) -> Result<Line, E> {
        Ok(Line::Other)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Line, E> {
        Ok(Line::Other)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Line, E> {
        Ok(Line::Other)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Line, E> {
        Ok(Line::Other)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Line, E> {
        Ok(Line::Other)
    }

    fn visit_str<E>(self, _: &str) -> Result<Line, E> {
        Ok(Line::Other)
    }
}

/// A column of the column map: its name, and its position in formats that have one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ColumnPosition {
    pub(crate) name: String,
    pub(crate) index: usize,
}

/// The content of a cell that is not text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoText {
    /// Bytes that are no UTF-8.
    Bytes,
    /// `true`, an object or a list in a list.
    Structure,
    /// A number with more digits than its type can hold.
    #[cfg(feature = "parquet")]
    Inexact,
}

impl NoText {
    pub(crate) fn reason(self) -> &'static str {
        match self {
            Self::Bytes => "bytes that are no UTF-8",
            Self::Structure => "neither a text nor a number",
            #[cfg(feature = "parquet")]
            Self::Inexact => "a number of single precision, which has lost digits",
        }
    }
}

/// One text of a cell.
pub(crate) type CellText<'a> = Result<&'a str, NoText>;

impl<'a> Row<'a> {
    /// The value of a column of a JSON row, or of a nested column of a table.
    pub(crate) fn nested_value(&self, place: &ColumnPosition) -> Option<&'a Value> {
        match self.cells {
            Cells::Object { object, .. } => object.get(&place.name),
            #[cfg(feature = "parquet")]
            Cells::Table { table, row } => table.nested_value(place.index, row),
            Cells::Record(_) => None,
        }
    }

    /// Calls `each` with every text in a column: one for plain values, several for lists.
    pub(crate) fn each_text(&self, place: &ColumnPosition, each: &mut dyn FnMut(CellText<'_>)) {
        match &self.cells {
            Cells::Record(record) => {
                let text = std::str::from_utf8(record.get(place.index).unwrap_or_default());
                each(text.map_err(|_| NoText::Bytes));
            }
            Cells::Object { object, .. } => match object.get(&place.name) {
                Some(Value::Array(values)) => values.iter().for_each(|value| scalar(value, each)),
                Some(value) => scalar(value, each),
                None => {}
            },
            #[cfg(feature = "parquet")]
            Cells::Table { table, row } => table.each_text(place.index, *row, each),
        }
    }

    /// Whether a JSON row repeats the key of a column. Only the last value of a repeated key is kept.
    pub(crate) fn has_twice(&self, place: &ColumnPosition) -> bool {
        matches!(&self.cells, Cells::Object { twice, .. } if twice.contains(&place.name))
    }

    /// Calls `each` with every text in a column, objects within objects as one text of JSON.
    pub(crate) fn each_raw_text(&self, place: &ColumnPosition, each: &mut dyn FnMut(&str)) {
        match &self.cells {
            Cells::Object { object, .. } => {
                object.get(&place.name).into_iter().for_each(|value| each(&value.to_string()));
            }
            _ => self.each_text(place, &mut |text| text.into_iter().for_each(&mut *each)),
        }
    }

    /// The first text in a column, if there is one.
    pub(crate) fn first_text(&self, place: &ColumnPosition) -> Option<String> {
        let mut found = None;
        self.each_text(place, &mut |text| {
            let text = text.map(str::trim).unwrap_or_default();
            if found.is_none() && !text.is_empty() {
                found = Some(text.to_owned());
            }
        });
        found
    }
}

fn scalar(value: &Value, each: &mut dyn FnMut(CellText<'_>)) {
    match value {
        Value::String(text) => each(Ok(text)),
        Value::Number(number) => each(Ok(&number.to_string())),
        Value::Null => {}
        _ => each(Err(NoText::Structure)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn fields_are_those_of_the_csv_crate(raw in "[ab,\"é]{1,80}") {
            let mut parser = Parser::default();
            let record = parser.record(raw.as_bytes(), Delimiter::COMMA);
            let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(raw.as_bytes());
            let expected = reader.byte_records().next().unwrap().unwrap();
            let found: Vec<&[u8]> = (0..record.len()).filter_map(|place| record.get(place)).collect();
            prop_assert_eq!(found, expected.iter().collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_line_is_an_object_whose_keys_stand_there_once() {
        let fault =
            |line: &str| Parser::default().object(line.as_bytes()).fault.unwrap_or_default();
        assert_eq!(fault("{\"name\": \"Jane\", \"x\": {\"a\": 1}}"), "");
        let (mut parser, place) =
            (Parser::default(), |name: &str| ColumnPosition { name: name.to_owned(), index: 0 });
        let row = parser.object(b"{\"name\": \"Jane\", \"x\": 1, \"name\": \"Ivo\"}");
        assert_eq!(row.first_text(&place("name")).as_deref(), Some("Ivo"));
        assert!(row.has_twice(&place("name")) && !row.has_twice(&place("x")));
        let row = parser.object(b"{\"name\": \"Jane\"}");
        assert!(!row.has_twice(&place("name")));
        for line in ["[1, 2]", "null", "true", "-1", "1", "1.5", "\"Jane\""] {
            assert_eq!(fault(line), "the line is no JSON object", "{line}");
        }
        assert!(fault("{\"name\"").contains("no JSON: "));
    }

    #[test]
    fn a_byte_order_mark_of_a_row_belongs_to_its_first_field() {
        let mut parser = Parser::default();
        for _ in 0..2 {
            let record = parser.record(b"\xef\xbb\xbf\"a,b\"", Delimiter::COMMA);
            let fields: Vec<_> = (0..record.len()).filter_map(|place| record.get(place)).collect();
            assert_eq!(fields, ["\u{feff}\"a".as_bytes(), b"b\""]);
        }
    }
}
