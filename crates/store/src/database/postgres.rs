//! PostgreSQL, for several servers.

use std::collections::HashMap;
use std::path::Path;
use std::time::Duration;

use postgres::error::SqlState;
use postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use postgres::{Client, NoTls, Statement};

use super::row::{Cell, Row};
use super::transport::{Transport, refused_certificate};
use super::{Access, Connection, Sql, Value};
use crate::error::StoreError;

/// Connection timeout.
const CONNECT: Duration = Duration::from_secs(5);
/// Statement timeout of the server.
const STATEMENT: &str = "30s";
/// Number of cached prepared statements.
const PREPARED: usize = 256;

pub(super) struct Postgres {
    client: Client,
    prepared: HashMap<String, Statement>,
}

impl Postgres {
    pub(super) fn open(address: &str, access: Access) -> Result<Self, StoreError> {
        let Transport { mut config, tls } = Transport::of(address)?;
        config.connect_timeout(CONNECT).tcp_user_timeout(CONNECT).application_name("interdict");
        let client = match tls {
            Some(tls) => config.connect(tls),
            None => config.connect(NoTls),
        };
        let mut client = client.map_err(|error| {
            refused_certificate(&error).unwrap_or_else(|| StoreError::from(error))
        })?;
        let read_only = access == Access::Read;
        client.batch_execute(&format!(
            "SET statement_timeout = '{STATEMENT}'; SET synchronous_commit = on; \
             SET default_transaction_read_only = {read_only}; SET client_min_messages = warning;"
        ))?;
        Ok(Self { client, prepared: HashMap::new() })
    }

    fn statement(&mut self, sql: &str) -> Result<Statement, StoreError> {
        if let Some(statement) = self.prepared.get(sql) {
            return Ok(statement.clone());
        }
        // Statements contain question marks only in front of parameter numbers.
        let statement = self.client.prepare(&sql.replace('?', "$"))?;
        if self.prepared.len() >= PREPARED {
            self.prepared.clear();
        }
        self.prepared.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }
}

impl ToSql for Value<'_> {
    fn to_sql(
        &self,
        kind: &Type,
        out: &mut bytes::BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Value::Null => Ok(IsNull::Yes),
            Value::Integer(number) => number.to_sql(kind, out),
            Value::Text(text) => text.to_sql(kind, out),
            Value::Bytes(bytes) => bytes.to_sql(kind, out),
        }
    }

    fn accepts(kind: &Type) -> bool {
        *kind == Type::INT8 || *kind == Type::TEXT || *kind == Type::BYTEA
    }

    to_sql_checked!();
}

impl Sql for Postgres {
    fn execute(&mut self, sql: &str, values: &[Value<'_>]) -> Result<u64, StoreError> {
        check_texts(values)?;
        let statement = self.statement(sql)?;
        Ok(self.client.execute(&statement, &parameters(values))?)
    }

    fn query(&mut self, sql: &str, values: &[Value<'_>]) -> Result<Vec<Row>, StoreError> {
        check_texts(values)?;
        let statement = self.statement(sql)?;
        let rows = self.client.query(&statement, &parameters(values))?;
        rows.iter()
            .map(|row| (0..row.len()).map(|at| cell(row, at)).collect())
            .map(|cells| {
                let cells: Result<Vec<Cell>, StoreError> = cells;
                cells.map(Row)
            })
            .collect()
    }
}

/// Refuses values that the database cannot store, before it aborts the transaction, which other changes share.
fn check_texts(values: &[Value<'_>]) -> Result<(), StoreError> {
    let has_zero = |value: &Value<'_>| matches!(value, Value::Text(text) if text.contains('\0'));
    match values.iter().any(has_zero) {
        true => Err(StoreError::Invalid("a text has a zero byte".to_owned())),
        false => Ok(()),
    }
}

fn parameters<'a>(values: &'a [Value<'a>]) -> Vec<&'a (dyn ToSql + Sync)> {
    values.iter().map(|value| value as &(dyn ToSql + Sync)).collect()
}

fn cell(row: &postgres::Row, at: usize) -> Result<Cell, StoreError> {
    let kind = row.columns().get(at).map(|column| column.type_());
    let cell = match kind {
        Some(kind) if *kind == Type::INT8 => row.try_get::<_, Option<i64>>(at)?.map(Cell::Integer),
        Some(kind) if *kind == Type::TEXT => row.try_get::<_, Option<String>>(at)?.map(Cell::Text),
        Some(kind) if *kind == Type::BYTEA => {
            row.try_get::<_, Option<Vec<u8>>>(at)?.map(Cell::Bytes)
        }
        _ => return Err(StoreError::Damaged("a column of another type".to_owned())),
    };
    Ok(cell.unwrap_or(Cell::Null))
}

impl Connection for Postgres {
    fn run_script(&mut self, sql: &str) -> Result<(), StoreError> {
        Ok(self.client.batch_execute(sql)?)
    }

    fn begin(&mut self) -> Result<(), StoreError> {
        // Locking the row of the head serialises all writers, of this server and of others.
        self.run_script("BEGIN; SELECT 1 FROM log_head FOR UPDATE")
    }

    fn is_usable(&self) -> bool {
        !self.client.is_closed()
    }

    fn bytes_type(&self) -> &'static str {
        "BYTEA"
    }

    fn settle(&mut self) -> Result<(), StoreError> {
        Ok(())
    }

    fn forget_old_pages(&mut self) -> Result<(), StoreError> {
        // The write-ahead log and old row versions are under the control of the database and its administrators. VACUUM
        // cannot run together with another statement.
        for table in ["sealed", "subjects", "cases", "allow_list", "holds"] {
            self.run_script(&format!("VACUUM {table}"))?;
        }
        Ok(())
    }

    fn copy_into(&mut self, _: &Path) -> Result<(), StoreError> {
        Err(StoreError::Address("use pg_dump for a copy of a store in PostgreSQL".to_owned()))
    }
}

impl From<postgres::Error> for StoreError {
    fn from(error: postgres::Error) -> Self {
        // The message of the database without its detail, which can repeat values of the statement.
        let text = match error.as_db_error() {
            Some(error) => format!("{}: {}", error.code().code(), error.message()),
            None => error.to_string(),
        };
        match error.code() {
            None => Self::Unavailable(text),
            Some(code) if *code == SqlState::UNIQUE_VIOLATION => Self::Exists,
            // Classes of SQLSTATE: connection, resources, operator intervention, system error, lock or serialisation
            // failure.
            Some(code) => match code.code().get(..2) {
                Some("08" | "53" | "57" | "58" | "40" | "55") => Self::Unavailable(text),
                Some("XX") => Self::Damaged(text),
                _ => Self::Statement(text),
            },
        }
    }
}
