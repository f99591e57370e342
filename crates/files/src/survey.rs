//! The first pass over a file: whether all of it is text, and in which order each column writes its dates.
//!
//! A date such as 03/04/1965 is ambiguous, but its column usually is not, because some dates have a day after the 12th.
//! The whole column is examined before the first row is screened; otherwise the order could change in the middle of a
//! column.

use std::path::Path;

use interdict_model::{DateEvidence, DateOrder};
use rayon::prelude::*;

use crate::column_binding::ColumnBinding;
use crate::error::BatchError;
use crate::keys::Keys;
use crate::name_like::NameLike;
use crate::options::ColumnMap;
use crate::read::{CHUNK, Chunk, RowReader};
use crate::row::{ColumnPosition, Parser};

/// Rows that one worker looks at a time.
const SHARE: usize = 512;

/// Opens a customer file, binds its columns, and looks through all of it once.
///
/// # Errors
/// When the file cannot be read, lacks a column, has bytes that are invalid in its encoding, or has a column of dates
/// that can be read in two ways.
pub fn open_customers(
    path: &Path,
    map: &ColumnMap,
) -> Result<(RowReader, ColumnBinding), BatchError> {
    let reader = RowReader::open(path, &map.form)?;
    let mut binding = ColumnBinding::new(&reader, map)?;
    let columns: Vec<ColumnPosition> = match map.form.dates {
        Some(_) => Vec::new(),
        None => binding.date_columns().cloned().collect(),
    };
    let watched = binding.watched_columns(map);
    let (evidence, names) = survey(path, map, &mut binding, (&columns, &watched))?;
    binding.set_name_like(
        watched
            .into_iter()
            .zip(names)
            .filter(|(_, seen)| seen.is_of_names())
            .map(|(column, _)| column)
            .collect(),
    );
    let orders = columns.into_iter().zip(evidence).map(|(column, evidence)| {
        let order = evidence.decide().map_err(|why| {
            let (path, column) = (path.to_owned(), column.name.clone());
            BatchError::DateOrder { path, column, why }
        })?;
        Ok((column, order))
    });
    let orders: Vec<(ColumnPosition, Option<DateOrder>)> =
        orders.collect::<Result<_, BatchError>>()?;
    for (column, order) in orders {
        binding.set_order(&column, order);
    }
    Ok((reader, binding))
}

/// Reads all rows, which detects invalid bytes, and passes the keys of a file without a header to the binding.
fn survey(
    path: &Path,
    map: &ColumnMap,
    binding: &mut ColumnBinding,
    (columns, watched): (&[ColumnPosition], &[ColumnPosition]),
) -> Result<Seen, BatchError> {
    let mut reader = RowReader::open(path, &map.form)?;
    let mut seen = nothing_seen(columns, watched);
    if columns.is_empty() && watched.is_empty() && !reader.is_text() {
        return Ok(seen);
    }
    let (mut rows, mut keys) = (0, Keys::default());
    while let Some(chunk) = reader.next_chunk(CHUNK)? {
        if reader.header().is_none() {
            keys.add_chunk(&chunk, path)?;
        }
        if !(columns.is_empty() && watched.is_empty()) {
            append(&mut seen, of_chunk(&chunk, (columns, watched), rows));
        }
        rows += chunk.len() as u64;
    }
    if reader.header().is_none() {
        binding.set_keys(keys.into_names(), path)?;
    }
    Ok(seen)
}

/// What was seen of the columns of dates, and of those that are watched for names.
type Seen = (Vec<ColumnEvidence>, Vec<NameLike>);

fn nothing_seen(columns: &[ColumnPosition], watched: &[ColumnPosition]) -> Seen {
    (vec![ColumnEvidence::default(); columns.len()], vec![NameLike::default(); watched.len()])
}

fn append(seen: &mut Seen, next: Seen) {
    seen.0.iter_mut().zip(next.0).for_each(|(mine, theirs)| mine.append(theirs));
    seen.1.iter_mut().zip(next.1).for_each(|(mine, theirs)| mine.append(theirs));
}

fn of_chunk(
    chunk: &Chunk,
    (columns, watched): (&[ColumnPosition], &[ColumnPosition]),
    rows_before: u64,
) -> Seen {
    let none = || nothing_seen(columns, watched);
    let starts: Vec<usize> = (0..chunk.len()).step_by(SHARE).collect();
    let shares = starts.into_par_iter().map_init(Parser::default, |parser, start| {
        let mut found = none();
        for number in start..(start + SHARE).min(chunk.len()) {
            let row = chunk.row(number, parser);
            if row.fault.is_some() {
                continue;
            }
            for (column, evidence) in columns.iter().zip(&mut found.0) {
                row.each_text(column, &mut |text| {
                    let text = text.unwrap_or_default();
                    evidence.add(DateEvidence::of(text), rows_before + number as u64 + 1);
                });
            }
            for (column, seen) in watched.iter().zip(&mut found.1) {
                row.each_text(column, &mut |text| seen.add(text.unwrap_or_default()));
            }
        }
        found
    });
    shares.reduce(none, |mut first, second| {
        append(&mut first, second);
        first
    })
}

/// The first row with each kind of evidence.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct ColumnEvidence {
    day_first: Option<u64>,
    month_first: Option<u64>,
    either: Option<u64>,
}

impl ColumnEvidence {
    fn add(&mut self, evidence: DateEvidence, row: u64) {
        let place = match evidence {
            DateEvidence::DayFirst => &mut self.day_first,
            DateEvidence::MonthFirst => &mut self.month_first,
            DateEvidence::Either => &mut self.either,
            DateEvidence::EitherDotted | DateEvidence::Nothing => return,
        };
        *place = Some(place.map_or(row, |earlier| earlier.min(row)));
    }

    fn append(&mut self, other: Self) {
        let first = |a: Option<u64>, b: Option<u64>| a.into_iter().chain(b).min();
        self.day_first = first(self.day_first, other.day_first);
        self.month_first = first(self.month_first, other.month_first);
        self.either = first(self.either, other.either);
    }

    /// The order of dates in the column, if its dates need one and show one.
    fn decide(&self) -> Result<Option<DateOrder>, String> {
        match (self.day_first, self.month_first, self.either) {
            (Some(day), Some(month), _) => {
                Err(format!("in row {day} the day comes first, in row {month} the month"))
            }
            (Some(_), None, _) => Ok(Some(DateOrder::DayFirst)),
            (None, Some(_), _) => Ok(Some(DateOrder::MonthFirst)),
            (None, None, Some(row)) => {
                Err(format!("none, from row {row} on, shows whether day or month comes first"))
            }
            (None, None, None) => Ok(None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::Column;

    fn open(dates: &[&str]) -> Result<Vec<String>, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("in.csv");
        let rows: String = dates.iter().map(|date| format!("Jane Example,{date}\n")).collect();
        std::fs::write(&path, format!("name,born\n{rows}")).unwrap();
        let column = |column: &str, property: &str| Column {
            column: column.to_owned(),
            property: property.to_owned(),
        };
        let columns = vec![column("name", "name"), column("born", "birthDate")];
        let map = ColumnMap { columns, ..ColumnMap::default() };
        let (mut reader, binding) =
            open_customers(&path, &map).map_err(|error| error.to_string())?;
        let chunk = reader.next_chunk(10_000).unwrap().unwrap();
        let values = binding.customers(&chunk).into_iter().map(|row| {
            let values = row.customer.unwrap().values;
            values.into_iter().find(|(property, _)| property == "birthDate").unwrap_or_default().1
        });
        Ok(values.collect())
    }

    #[test]
    fn one_date_after_the_twelfth_decides_the_whole_column() {
        assert_eq!(open(&["03/04/1965", "25/04/1965"]).unwrap(), ["1965-04-03", "1965-04-25"]);
        assert_eq!(open(&["03/04/1965", "04/25/1965"]).unwrap(), ["1965-03-04", "1965-04-25"]);
        assert_eq!(open(&["03.04.1965", "04.25.1965"]).unwrap(), ["1965-03-04", "1965-04-25"]);
        let mut many = vec!["03/04/1965"; 9_000];
        many.push("04/25/1965");
        assert!(open(&many).unwrap().iter().take(9_000).all(|date| date == "1965-03-04"));
    }

    #[test]
    fn a_column_that_shows_both_orders_or_none_is_refused() {
        let error = open(&["03/04/1965", "1965-01-01"]).unwrap_err();
        assert!(error.contains("\"born\"") && error.contains("--date-format"), "{error}");
        assert!(error.contains("row 1"), "{error}");
        let error = open(&["25/04/1965", "", "04/25/1965"]).unwrap_err();
        assert!(error.contains("row 1") && error.contains("row 3"), "{error}");
    }

    #[test]
    fn a_column_without_dates_that_need_an_order_is_read_as_it_is() {
        assert_eq!(open(&["03.04.1965", "1965-05-06"]).unwrap(), ["1965-04-03", "1965-05-06"]);
        assert_eq!(open(&["03/03/1965", "soon"]).unwrap(), ["1965-03-03", ""]);
    }
}
