//! SQLite, in one file.

use std::fs::OpenOptions;
use std::io::ErrorKind;
use std::path::Path;
use std::time::Duration;

use interdict_durable::FileError;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection as Client, ErrorCode, OpenFlags, ToSql, params_from_iter};

use super::row::{Cell, Row};
use super::{Access, Connection, Sql, Value};
use crate::error::StoreError;

/// Busy timeout: how long a statement waits for another process that writes, such as a command beside the server.
const WAIT: Duration = Duration::from_secs(10);
/// Number of cached prepared statements.
const PREPARED: usize = 128;

pub(super) struct Sqlite {
    client: Client,
}

impl Sqlite {
    pub(super) fn open(path: &Path, access: Access) -> Result<Self, StoreError> {
        // Without SQLITE_OPEN_URI: a path is never interpreted as a URI.
        let flags = match access {
            Access::Write => OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE,
            Access::Read => OpenFlags::SQLITE_OPEN_READ_WRITE,
        };
        let flags = flags | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        if access == Access::Write {
            make_private(path)?;
        }
        let client = Client::open_with_flags(path, flags)?;
        client.busy_timeout(WAIT)?;
        client.set_prepared_statement_cache_capacity(PREPARED);
        // FULL: with NORMAL, acknowledged commits can be lost on power failure. `secure_delete` overwrites deleted
        // rows, so that erased data does not stay in free pages.
        client.execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; \
             PRAGMA secure_delete = ON;",
        )?;
        if access == Access::Read {
            // There are several readers, and their look-ups are small.
            client.execute_batch("PRAGMA query_only = ON; PRAGMA cache_size = -256;")?;
        }
        Ok(Self { client })
    }
}

impl ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Value::Null => ValueRef::Null,
            Value::Integer(number) => ValueRef::Integer(*number),
            Value::Text(text) => ValueRef::Text(text.as_bytes()),
            Value::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

impl Sql for Sqlite {
    fn execute(&mut self, sql: &str, values: &[Value<'_>]) -> Result<u64, StoreError> {
        let mut statement = self.client.prepare_cached(sql)?;
        let changed = statement.execute(params_from_iter(values))?;
        Ok(u64::try_from(changed).unwrap_or(u64::MAX))
    }

    fn query(&mut self, sql: &str, values: &[Value<'_>]) -> Result<Vec<Row>, StoreError> {
        let mut statement = self.client.prepare_cached(sql)?;
        let columns = statement.column_count();
        let mut found = statement.query(params_from_iter(values))?;
        let mut rows = Vec::new();
        while let Some(row) = found.next()? {
            let cells = (0..columns).map(|column| cell(row.get_ref(column)?));
            rows.push(Row(cells.collect::<Result<_, StoreError>>()?));
        }
        Ok(rows)
    }
}

fn cell(value: ValueRef<'_>) -> Result<Cell, StoreError> {
    Ok(match value {
        ValueRef::Null => Cell::Null,
        ValueRef::Integer(number) => Cell::Integer(number),
        ValueRef::Text(bytes) => match std::str::from_utf8(bytes) {
            Ok(text) => Cell::Text(text.to_owned()),
            Err(_) => return Err(StoreError::Damaged("a text that is not UTF-8".to_owned())),
        },
        ValueRef::Blob(bytes) => Cell::Bytes(bytes.to_vec()),
        ValueRef::Real(_) => {
            return Err(StoreError::Damaged("a number with a fraction".to_owned()));
        }
    })
}

impl Connection for Sqlite {
    fn run_script(&mut self, sql: &str) -> Result<(), StoreError> {
        Ok(self.client.execute_batch(sql)?)
    }

    fn begin(&mut self) -> Result<(), StoreError> {
        self.run_script("BEGIN IMMEDIATE")
    }

    fn is_usable(&self) -> bool {
        // A transaction that is still open after a rollback means that the rollback failed.
        self.client.is_autocommit()
    }

    fn bytes_type(&self) -> &'static str {
        "BLOB"
    }

    fn settle(&mut self) -> Result<(), StoreError> {
        // Old pages stay in the write-ahead log until they are overwritten. A reader that blocks the checkpoint is no
        // fault: the next one succeeds.
        self.run_script("PRAGMA wal_checkpoint(TRUNCATE)")
    }

    fn forget_old_pages(&mut self) -> Result<(), StoreError> {
        self.run_script("VACUUM")?;
        self.settle()
    }

    fn copy_into(&mut self, file: &Path) -> Result<(), StoreError> {
        make_private(file)?;
        let path = file.to_str();
        let path =
            path.ok_or_else(|| StoreError::Address("a path that is not UTF-8".to_owned()))?;
        self.execute("VACUUM INTO ?1", &[Value::Text(path)]).map(drop)
    }
}

/// Creates an empty file that only its owner can read, unless it exists. SQLite takes an empty file as a new database,
/// and gives the files beside it the same permissions.
fn make_private(path: &Path) -> Result<(), StoreError> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => {
            Err(FileError::wrap("create", path)(error).into())
        }
        _ => Ok(()),
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use ErrorCode::{
            CannotOpen, ConstraintViolation, DatabaseBusy, DatabaseCorrupt, DatabaseLocked,
            DiskFull, FileLockingProtocolFailed, NotADatabase, OutOfMemory, PermissionDenied,
            ReadOnly, SystemIoFailure,
        };
        match error.sqlite_error_code() {
            Some(ConstraintViolation) => Self::Exists,
            Some(
                CannotOpen
                | DatabaseBusy
                | DatabaseLocked
                | DiskFull
                | FileLockingProtocolFailed
                | OutOfMemory
                | PermissionDenied
                | ReadOnly
                | SystemIoFailure,
            ) => Self::Unavailable(error.to_string()),
            Some(DatabaseCorrupt | NotADatabase) => Self::Damaged(error.to_string()),
            _ => Self::Statement(error.to_string()),
        }
    }
}
