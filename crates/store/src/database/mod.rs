//! SQL in the dialect that SQLite and PostgreSQL share, with values and rows of three types.
//!
//! Statements number their parameters `?1`, `?2` ...; numbers are 64-bit integers, moments are microseconds since 1970.

mod address;
#[cfg(feature = "postgres")]
mod postgres;
mod row;
mod sqlite;
#[cfg(feature = "postgres")]
mod transport;

pub use address::{StoreAddress, StoreAddressError};
pub use row::Row;

use crate::error::StoreError;

/// A parameter of a statement.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value<'a> {
    /// NULL.
    Null,
    /// An integer, or a moment in microseconds.
    Integer(i64),
    /// A text.
    Text(&'a str),
    /// A byte string.
    Bytes(&'a [u8]),
}

impl Value<'_> {
    /// A count, saturated at the largest integer of the database.
    pub fn count(count: u64) -> Self {
        Self::Integer(i64::try_from(count).unwrap_or(i64::MAX))
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Value<'_> {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl<'a> From<&'a [u8]> for Value<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self::Bytes(bytes)
    }
}

impl<'a, T: Into<Value<'a>>> From<Option<T>> for Value<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// A connection that runs statements.
pub trait Sql {
    /// Runs a statement and returns the number of rows that it changed.
    ///
    /// # Errors
    /// When the database refuses it, or cannot be reached.
    fn execute(&mut self, sql: &str, values: &[Value<'_>]) -> Result<u64, StoreError>;

    /// The rows that a statement returns.
    ///
    /// # Errors
    /// As [`Sql::execute`].
    fn query(&mut self, sql: &str, values: &[Value<'_>]) -> Result<Vec<Row>, StoreError>;

    /// The first row that a statement returns, if any.
    ///
    /// # Errors
    /// As [`Sql::execute`].
    fn query_one(&mut self, sql: &str, values: &[Value<'_>]) -> Result<Option<Row>, StoreError> {
        Ok(self.query(sql, values)?.into_iter().next())
    }
}

/// The differences between the two databases.
pub(crate) trait Connection: Sql + Send {
    /// Runs statements without values, separated by semicolons.
    fn run_script(&mut self, sql: &str) -> Result<(), StoreError>;

    /// Begins a write transaction. Until it ends, no other one writes.
    fn begin(&mut self) -> Result<(), StoreError>;

    /// Whether the connection can still be used after an error.
    fn is_usable(&self) -> bool;

    /// The type of a column of bytes.
    fn bytes_type(&self) -> &'static str;

    /// Copies the whole database into a file while others write, if this kind of database is a file.
    fn copy_into(&mut self, file: &std::path::Path) -> Result<(), StoreError>;

    /// Checkpoints the write-ahead log, so that erased data does not remain in it.
    fn settle(&mut self) -> Result<(), StoreError>;

    /// Removes overwritten data from the files of the database, as far as the program can.
    fn forget_old_pages(&mut self) -> Result<(), StoreError>;
}

/// How a connection is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// Statements may change something.
    Write,
    /// They may not.
    Read,
}

/// Opens a connection.
pub(crate) fn connect(
    address: &StoreAddress,
    access: Access,
) -> Result<Box<dyn Connection>, StoreError> {
    match address {
        StoreAddress::Sqlite(path) => Ok(Box::new(sqlite::Sqlite::open(path, access)?)),
        #[cfg(feature = "postgres")]
        StoreAddress::Postgres(address) => Ok(Box::new(postgres::Postgres::open(address, access)?)),
        #[cfg(not(feature = "postgres"))]
        StoreAddress::Postgres(_) => {
            Err(StoreError::Address("this program was built without PostgreSQL".to_owned()))
        }
    }
}

/// Commits a transaction. When this returns without an error, it is on disk.
pub(crate) fn commit(connection: &mut dyn Connection) -> Result<(), StoreError> {
    connection.run_script("COMMIT")
}

/// Rolls back a transaction. Errors are ignored: the connection is closed then.
pub(crate) fn roll_back(connection: &mut dyn Connection) {
    let _ = connection.run_script("ROLLBACK");
}

/// Placeholders of several rows in one statement: `(?1,?2),(?3,?4)`.
pub(crate) fn rows_of(rows: usize, columns: usize) -> String {
    let row = |row: usize| {
        let places = (1..=columns).map(|column| format!("?{}", row * columns + column));
        format!("({})", places.collect::<Vec<_>>().join(","))
    };
    (0..rows).map(row).collect::<Vec<_>>().join(",")
}
