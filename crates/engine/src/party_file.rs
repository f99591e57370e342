//! Reads a file of customers as parties, row by row, with a position at which reading can continue.

use std::collections::BTreeMap;
use std::path::Path;

use interdict_files::{ColumnBinding, ColumnMap, RowReader, column_texts, open_customers};
use interdict_model::{DatePrefix, Gap, GapCode};
use interdict_screen::Customer;

use crate::batch_columns::unused_columns;
use crate::error::EngineError;
use crate::party::PartyQuery;
use crate::session::Session;

/// How the file of customers is read.
#[derive(Debug, Clone, Default)]
pub struct PartyFileSettings {
    /// What its columns mean; if none is given, each column is interpreted by its name.
    pub map: ColumnMap,
    /// The column with the caller's reference of the customer; if none is given, it is recognised by its name.
    pub customer: Option<String>,
}

/// A file of customers that is read row by row.
pub struct PartyFile {
    reader: RowReader,
    binding: ColumnBinding,
    map: ColumnMap,
    customer: Option<String>,
    rows: u64,
    position: u64,
}

/// A row of a file of customers.
#[derive(Debug, Clone, PartialEq)]
pub struct PartyRow {
    /// The row, counted from 1, the header not counted.
    pub row: u64,
    /// The caller's reference of the customer, if the row has one.
    pub customer: Option<String>,
    /// The party, or the reason in words why the row cannot be screened.
    pub party: Result<PartyQuery, String>,
    /// What of the row was not read, or is doubtful.
    pub gaps: Vec<Gap>,
}

impl Session {
    /// Opens a file of customers, and looks through all of it once. It uses one processor, because it runs in the
    /// background.
    ///
    /// # Errors
    /// When the file cannot be read, no column can be screened by, or a column that was named is not there.
    pub fn open_parties(
        &self,
        path: &Path,
        settings: &PartyFileSettings,
        day: DatePrefix,
    ) -> Result<PartyFile, EngineError> {
        alone(|| {
            let known = self.read_columns(path, &settings.map)?;
            let (reader, mut binding) = open_customers(path, &known.map)?;
            binding.set_day(Some(day));
            let customer = settings.customer.clone().or(known.id_column);
            let map = known.map;
            Ok(PartyFile { reader, binding, map, customer, rows: 0, position: 0 })
        })
    }
}

/// Runs work that would use all processors on one.
pub(crate) fn alone<T: Send>(
    work: impl FnOnce() -> Result<T, EngineError> + Send,
) -> Result<T, EngineError> {
    match rayon::ThreadPoolBuilder::new().num_threads(1).build() {
        Ok(pool) => pool.install(work),
        // If no thread can be started, the work runs on this one.
        Err(_) => work(),
    }
}

impl PartyFile {
    /// Continues after `rows` rows, at the position that [`PartyFile::position`] returned after them.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn seek(&mut self, position: u64, rows: u64) -> Result<(), EngineError> {
        self.reader.seek(position, rows)?;
        (self.position, self.rows) = (position, rows);
        Ok(())
    }

    /// The columns of the file that are not used for screening, in their order.
    pub fn unused_columns(&self) -> Vec<String> {
        unused_columns(self.binding.unused_columns(), self.customer.as_deref(), &self.map)
    }

    /// Where the next row begins, in the unit of the file's format.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// The next rows, at most `count`; nothing at the end of the file.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn next_rows(&mut self, count: usize) -> Result<Option<Vec<PartyRow>>, EngineError> {
        let Some(chunk) = self.reader.next_chunk(count)? else { return Ok(None) };
        let mut references = match &self.customer {
            Some(column) => column_texts(&self.reader, &chunk, column)?,
            None => Vec::new(),
        }
        .into_iter();
        let mut rows = Vec::with_capacity(chunk.len());
        for reading in self.binding.customers(&chunk) {
            self.rows += 1;
            let gap = |field: interdict_files::UnreadColumn| {
                Gap::new(GapCode::FieldUnread, format!("{}: {}", field.column, field.why))
            };
            rows.push(PartyRow {
                row: self.rows,
                customer: references
                    .next()
                    .map(|text| text.trim().to_owned())
                    .filter(|text| !text.is_empty()),
                party: reading.customer.map(PartyQuery::from),
                gaps: reading.unread.into_iter().map(gap).collect(),
            });
        }
        self.position = chunk.end();
        Ok(Some(rows))
    }
}

impl From<Customer> for PartyQuery {
    fn from(customer: Customer) -> Self {
        let mut properties: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (property, value) in customer.values {
            properties.entry(property).or_default().push(value);
        }
        Self { schema: customer.schema, properties }
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use tempfile::TempDir;

    use super::*;
    use crate::actor::Actor;
    use crate::session::Engine;

    const FILE: &str = "id,name,born,country\nc-1,Jane Example,1970-02-30,fr\n,...,1970-01-01,de\n c-3 ,\"Roe, Ivo\",,\n";

    /// Writes a file into a folder that outlives what is read of it, and opens it.
    fn open(folder: &TempDir, settings: &PartyFileSettings) -> Result<PartyFile, EngineError> {
        let path = folder.path().join("in.csv");
        std::fs::write(&path, FILE).unwrap();
        let now: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
        let session = Engine::new("nowhere").session(Actor::local("test").unwrap(), now);
        session.open_parties(&path, settings, crate::as_of::day_of(now))
    }

    #[test]
    fn a_row_is_a_party_with_what_was_not_read_of_it() {
        let folder = tempfile::tempdir().unwrap();
        let mut file = open(&folder, &PartyFileSettings::default()).unwrap();
        let rows = file.next_rows(10).unwrap().unwrap();
        let customers: Vec<_> = rows.iter().map(|row| row.customer.as_deref()).collect();
        assert_eq!(customers, [Some("c-1"), None, Some("c-3")]);
        let party = rows[0].party.as_ref().unwrap();
        assert_eq!(party.properties["name"], ["Jane Example"]);
        assert!(!party.properties.contains_key("birthDate"), "there is no such day");
        assert_eq!(rows[0].gaps.len(), 1, "{:?}", rows[0].gaps);
        assert!(rows[1].party.is_err(), "a row without letters is never screened as nothing");
        assert!(file.next_rows(10).unwrap().is_none());
    }

    #[test]
    fn reading_goes_on_where_it_stood() {
        let folder = tempfile::tempdir().unwrap();
        let mut file = open(&folder, &PartyFileSettings::default()).unwrap();
        let whole = file.next_rows(10).unwrap().unwrap();
        let mut first = open(&folder, &PartyFileSettings::default()).unwrap();
        let mut rows = first.next_rows(2).unwrap().unwrap();
        let (position, read) = (first.position(), rows.len() as u64);
        let mut second = open(&folder, &PartyFileSettings::default()).unwrap();
        second.seek(position, read).unwrap();
        rows.extend(second.next_rows(10).unwrap().unwrap());
        assert_eq!(rows, whole);
    }

    #[test]
    fn a_column_of_references_that_is_not_there_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let settings =
            PartyFileSettings { customer: Some("number".to_owned()), ..Default::default() };
        let mut file = open(&folder, &settings).unwrap();
        assert!(file.next_rows(10).is_err());
    }
}
