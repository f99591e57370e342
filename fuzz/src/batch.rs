//! Batch readers: customer files as CSV, NDJSON and Parquet to rows.

use std::path::Path;

use interdict_files::{
    Column, ColumnMap, Delimiter, InputForm, RowReader, column_texts, file_keys, open_customers,
};
use interdict_screen::Customer;

use crate::temporary;

type Rows = Vec<Result<Customer, String>>;

/// Rows of one file that are looked at.
const MOST_ROWS: usize = 8_192;

/// A CSV file. Its rows are those that the `csv` crate reads, where it is UTF-8 with commas.
pub fn csv(bytes: &[u8]) {
    let path = temporary::file("batch.csv", bytes);
    let _ = read(&path);
    if std::str::from_utf8(bytes).is_ok() {
        let _ = compare_with_csv(&path, bytes);
    }
}

fn compare_with_csv(path: &Path, bytes: &[u8]) -> Option<()> {
    let form = InputForm { delimiter: Some(Delimiter::COMMA), ..InputForm::default() };
    let mut reader = RowReader::open(path, &form).ok()?;
    let header = reader.header()?.to_vec();
    let mut csv = ::csv::ReaderBuilder::new().flexible(true).from_reader(bytes);
    let mut records: Vec<_> = csv.byte_records().collect::<Result<_, _>>().ok()?;
    // The end-of-file character of DOS on a line of its own at the end, which the `csv` crate reads as a row.
    let mut lines = bytes.split(|byte| matches!(byte, b'\r' | b'\n'));
    let last_line = lines.rfind(|line| !line.is_empty()).unwrap_or_default();
    let is_end_mark = last_line.contains(&0x1a)
        && last_line.iter().all(|byte| *byte == 0x1a || byte.is_ascii_whitespace());
    if is_end_mark && records.last().is_some_and(|last| last.as_slice() == last_line) {
        records.pop();
    }
    let mut before = 0;
    while let Some(chunk) = reader.next_chunk(5).ok()? {
        let expected = records.get(before..before + chunk.len()).expect("the number of rows");
        for (place, column) in header.iter().enumerate() {
            // A name that two columns have is refused.
            let Ok(texts) = column_texts(&reader, &chunk, column) else { continue };
            for (text, record) in texts.iter().zip(expected) {
                let field = String::from_utf8_lossy(record.get(place).unwrap_or_default());
                assert_eq!(text.trim(), field.trim(), "the fields of a row");
            }
        }
        before += chunk.len();
    }
    assert_eq!(before, records.len(), "the number of rows");
    Some(())
}

/// A file of JSON objects, one on each line.
pub fn ndjson(bytes: &[u8]) {
    let _ = read(&temporary::file("batch.ndjson", bytes));
}

/// A Parquet file.
pub fn parquet(bytes: &[u8]) {
    let _ = read(&temporary::file("batch.parquet", bytes));
}

/// Reads a file in chunks of two sizes, which must give the same rows, and again from the end of its
/// first row, as a resumed run does.
fn read(path: &Path) -> Option<()> {
    let columns = file_keys(path, &InputForm::default()).ok()?.columns;
    let mut known: Vec<String> = Vec::new();
    for column in columns.into_iter().take(16) {
        if !known.contains(&column) {
            known.push(column);
        }
    }
    let column = |column: String| Column { column, property: "name".to_owned() };
    let map =
        ColumnMap { columns: known.into_iter().map(column).collect(), ..ColumnMap::default() };
    let rows = rows(path, &map, 4_096, None)?;
    for customer in rows.iter().flatten() {
        let _ = customer.query();
    }
    let small = self::rows(path, &map, 3, None).expect("a file that was read reads again");
    assert_same(&rows, &small);
    if let Some(end) = end_of_first(path) {
        let rest = self::rows(path, &map, 7, Some(end)).expect("a read file resumes");
        let common = rest.len().min(rows.len() - 1);
        assert!(rest.len() == common || rows.len() == MOST_ROWS, "the number of rows");
        assert_same(&rows[1..], &rest[..common]);
    }
    Some(())
}

fn end_of_first(path: &Path) -> Option<u64> {
    RowReader::open(path, &InputForm::default()).ok()?.next_chunk(1).ok()?.map(|chunk| chunk.end())
}

fn rows(path: &Path, map: &ColumnMap, size: usize, from: Option<u64>) -> Option<Rows> {
    let (mut reader, binding) = open_customers(path, map).ok()?;
    if let Some(end) = from {
        reader.seek(end, 1).ok()?;
    }
    let mut rows = Vec::new();
    while let Some(chunk) = reader.next_chunk(size).ok()? {
        assert!(chunk.len() <= size, "a chunk has no more rows than asked for");
        rows.extend(binding.customers(&chunk).into_iter().map(|row| row.customer));
        // A few bytes of Parquet may stand for any number of equal rows.
        if rows.len() >= MOST_ROWS {
            rows.truncate(MOST_ROWS);
            break;
        }
    }
    Some(rows)
}

fn assert_same(left: &[Result<Customer, String>], right: &[Result<Customer, String>]) {
    assert_eq!(left.len(), right.len(), "the number of rows");
    for (one, other) in left.iter().zip(right) {
        match (one, other) {
            (Ok(one), Ok(other)) => assert_eq!(one.values, other.values),
            (Err(_), Err(_)) => {}
            _ => panic!("{one:?} is not {other:?}"),
        }
    }
}
