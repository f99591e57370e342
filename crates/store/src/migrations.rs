//! The tables, and migrations of older stores. Forward only: a released step never changes.

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use crate::database::{Connection, Value, commit, roll_back};
use crate::error::StoreError;
use crate::hex::hex;

/// A step from one version to the next.
struct Migration {
    name: &'static str,
    sql: &'static str,
}

/// All steps; the first creates version 1.
const MIGRATIONS: &[Migration] = &[
    Migration { name: "log", sql: include_str!("../migrations/0001_log.sql") },
    Migration { name: "holds", sql: include_str!("../migrations/0002_holds.sql") },
    Migration { name: "cases", sql: include_str!("../migrations/0003_cases.sql") },
    Migration { name: "people", sql: include_str!("../migrations/0004_people.sql") },
    Migration { name: "encryption", sql: include_str!("../migrations/0005_encryption.sql") },
    Migration { name: "jobs", sql: include_str!("../migrations/0006_jobs.sql") },
    Migration { name: "monitors", sql: include_str!("../migrations/0007_monitors.sql") },
    Migration { name: "job_lines", sql: include_str!("../migrations/0008_job_lines.sql") },
    Migration { name: "monitor_days", sql: include_str!("../migrations/0009_monitor_days.sql") },
    Migration { name: "key_warnings", sql: include_str!("../migrations/0010_key_warnings.sql") },
];

/// The key of the advisory lock under which migrations run: any number that no other program uses in this database.
const MIGRATING: i64 = 7_241_906_351;

/// The newest version of the schema that this program knows.
pub(crate) fn newest_version() -> i64 {
    i64::try_from(MIGRATIONS.len()).expect("there are few migrations")
}

/// Migrates a store to the newest version. A newer one is refused: this program would write what that one cannot read.
pub(crate) fn migrate(connection: &mut dyn Connection, now: Timestamp) -> Result<(), StoreError> {
    let create = "CREATE TABLE IF NOT EXISTS migrations (version BIGINT PRIMARY KEY, name TEXT NOT NULL, \
         digest TEXT NOT NULL, at BIGINT NOT NULL)";
    match connection.bytes_type() {
        "BLOB" => connection.run_script(create)?,
        // In PostgreSQL, one of two concurrent CREATE TABLE of the same table fails in spite of IF NOT EXISTS.
        _ => connection.run_script(&format!(
            "BEGIN; SELECT pg_advisory_xact_lock({MIGRATING}); {create}; COMMIT"
        ))?,
    }
    loop {
        // Another server may migrate at the same time: the version is read again inside of the transaction.
        connection.run_script(begin(connection.bytes_type()))?;
        let step = apply_next(connection, now);
        match step {
            Ok(is_done) => {
                commit(connection)?;
                if is_done {
                    return Ok(());
                }
            }
            Err(error) => {
                roll_back(connection);
                return Err(error);
            }
        }
    }
}

/// A transaction in which no other server migrates.
fn begin(bytes_type: &str) -> &'static str {
    match bytes_type {
        "BLOB" => "BEGIN IMMEDIATE",
        _ => "BEGIN; LOCK TABLE migrations IN EXCLUSIVE MODE",
    }
}

/// Applies the next step, if there is one; returns whether there was none.
fn apply_next(connection: &mut dyn Connection, now: Timestamp) -> Result<bool, StoreError> {
    let rows = connection.query("SELECT version, digest FROM migrations ORDER BY version", &[])?;
    for (row, migration) in rows.iter().zip(MIGRATIONS) {
        if row.text(1)? != digest(migration.sql) {
            let text = format!("step {:?} of its schema is another one", migration.name);
            return Err(StoreError::Damaged(text));
        }
    }
    if rows.len() > MIGRATIONS.len() {
        let found = rows.last().map_or(Ok(0), |row| row.integer(0))?;
        return Err(StoreError::Newer { found, known: newest_version() });
    }
    let Some(migration) = MIGRATIONS.get(rows.len()) else { return Ok(true) };
    connection.run_script(&migration.sql.replace("BYTES", connection.bytes_type()))?;
    let version = i64::try_from(rows.len()).map_or(i64::MAX, |version| version + 1);
    let digest = digest(migration.sql);
    connection.execute(
        "INSERT INTO migrations (version, name, digest, at) VALUES (?1, ?2, ?3, ?4)",
        &[
            Value::Integer(version),
            Value::Text(migration.name),
            Value::Text(&digest),
            Value::Integer(now.as_microsecond()),
        ],
    )?;
    Ok(false)
}

fn digest(sql: &str) -> String {
    hex(&Sha256::digest(sql.as_bytes()))
}
