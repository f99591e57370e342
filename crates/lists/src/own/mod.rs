//! Lists of one's own: internal watch lists and allow lists, as CSV or YAML.
//!
//! A [`ColumnMap`] states what the columns mean; `docs/reference/own-lists.md` has the table of
//! columns that are recognised without one.

mod column_map;
mod column_target;
mod csv_rows;
mod name_part;
mod record;
mod yaml_rows;

use std::io::BufRead;

use interdict_model::DatasetName;

pub use column_map::{ColumnMap, ColumnMapError, ListKind};
pub use column_target::{ColumnMeaning, may_hold_names, parse_column_name};
pub use name_part::{Bearer, NamePart, parse_name_part};

use crate::draft::{ListProfile, ListWriter};
use crate::xml::TextSource;
use crate::{Budget, Counts, ListFile, ListHeader, ReadError, Sink};

const EXPECTED: &str = "a list of your own (CSV or YAML)";

/// Reads a list of one's own under a dataset's name.
///
/// # Errors
/// When it cannot be opened, is empty, a web page, has no column that names anybody, or passes the
/// budget. What the sink received until then must be thrown away.
pub fn read_own_list(
    dataset: &DatasetName,
    file: &ListFile,
    (map, budget): (&ColumnMap, &Budget),
    sink: &mut dyn Sink,
) -> Result<(ListHeader, Counts), ReadError> {
    let list = OwnList { dataset, map, budget };
    read_own(&mut *file.open(budget)?, &file.name, &list, sink)
}

/// What is given with the file of a list of one's own.
pub(crate) struct OwnList<'a> {
    pub(crate) dataset: &'a DatasetName,
    pub(crate) map: &'a ColumnMap,
    pub(crate) budget: &'a Budget,
}

/// Reads a list of one's own under a dataset's name. CSV or YAML is recognised by content.
///
/// # Errors
/// When the file is empty, a web page, or has no column that names anybody.
pub(crate) fn read_own(
    input: &mut dyn BufRead,
    file_name: &str,
    list: &OwnList<'_>,
    sink: &mut dyn Sink,
) -> Result<(ListHeader, Counts), ReadError> {
    let OwnList { dataset, map, budget } = *list;
    let mut source = TextSource::open(input, budget).map_err(|stop| stop.into_error(file_name))?;
    let kind = match source.fill_buf() {
        Ok(head) => kind_of(&String::from_utf8_lossy(head)),
        Err(source) => return Err(ReadError::Io { file: file_name.to_owned(), source }),
    };
    let wrong =
        |found: String| ReadError::Format { file: file_name.to_owned(), expected: EXPECTED, found };
    let facts = ListProfile { dataset: dataset.clone(), authority: "", country: "" };
    let mut writer = ListWriter::new(facts, file_name, sink);
    let mut rows = record::OwnRecordReader::new(dataset, map, budget);
    let version = match kind.map_err(wrong)? {
        OwnFileKind::Csv(delimiter) => {
            let delimiter = map.delimiter.unwrap_or(delimiter);
            csv_rows::read_rows(source, (file_name, delimiter), &mut rows, &mut writer)?;
            String::new()
        }
        OwnFileKind::Yaml => yaml_rows::read_rows(source, file_name, &mut rows, &mut writer)?,
    };
    Ok((ListHeader { version, ..ListHeader::default() }, writer.finish(EXPECTED)?))
}

enum OwnFileKind {
    /// Comma-separated, with that delimiter.
    Csv(char),
    Yaml,
}

fn kind_of(head: &str) -> Result<OwnFileKind, String> {
    let mut lines = head.lines().map(str::trim_end);
    let first = lines.find(|line| !line.trim().is_empty() && !line.starts_with('#'));
    let Some(first) = first else { return Err("an empty file".to_owned()) };
    match first.chars().next() {
        Some('<') => return Err("markup, perhaps a web page".to_owned()),
        Some('{' | '[') => return Err("JSON; write CSV or YAML".to_owned()),
        _ => {}
    }
    let yaml = ["---", "- ", "records:", "version:", "%YAML"];
    if first == "-" || yaml.iter().any(|start| first.starts_with(start)) {
        return Ok(OwnFileKind::Yaml);
    }
    let count = |delimiter: &char| first.matches(*delimiter).count();
    let delimiter = [',', ';', '\t', '|'].into_iter().rev().max_by_key(count).unwrap_or(',');
    Ok(OwnFileKind::Csv(delimiter))
}

#[cfg(test)]
mod tests;
