//! Copies of a whole store, and restoring them into the same kind of database or the other one.

use std::fs;
use std::path::{Path, PathBuf};

use interdict_durable::FileError;
use jiff::Timestamp;

use crate::database::{
    Access, Connection, Row, Sql, StoreAddress, Value, commit, connect, roll_back,
};
use crate::error::StoreError;
use crate::log::{LogReport, Random};
use crate::migrations::migrate;
use crate::store::{Store, StorePlace};
use crate::vault::check_key;

/// Tables with the columns that order their rows, in an order that satisfies foreign keys.
const TABLES: &[(&str, &str)] = &[
    ("facts", "name"),
    ("events", "seq"),
    ("log_nodes", "level, place"),
    ("sealed", "seq"),
    ("keys", "id"),
    ("subjects", "tenant, tag"),
    ("people", "id"),
    ("sessions", "digest"),
    ("sign_ins", "tenant, name, network"),
    ("holds", "tenant, subject"),
    ("answers", "tenant, key"),
    ("settings", "tenant, name"),
    ("cases", "id"),
    ("case_entities", "tenant, case_id, entity"),
    ("case_events", "tenant, case_id, seq"),
    ("allow_list", "id"),
    ("jobs", "id"),
    ("job_parts", "job_id, kind, part"),
    ("job_lines", "job_id, part, line"),
    ("job_erasures", "job_id, customer"),
    ("monitors", "id"),
    ("monitor_customers", "monitor_id, customer"),
    ("webhooks", "id"),
    ("deliveries", "id"),
    ("log_head", "id"),
];
/// Rows that are copied together.
const PAGE: u64 = 500;
/// The same for parts of files, which are large.
const PAGE_OF_PARTS: u64 = 16;
/// Files of a store beside its database. Without them, its log cannot be continued and its keys cannot be verified.
const SECRETS: &[&str] = &["audit.key", "audit.pub", "pepper"];
const DATABASE: &str = "interdict.sqlite";

impl Store {
    /// Copies the store into a new folder while it is in use, and checks the copy's log.
    ///
    /// # Errors
    /// When the folder exists and is not empty, or the copy cannot be written.
    pub fn back_up(
        &self,
        folder: &Path,
        random: Random,
        now: Timestamp,
    ) -> Result<LogReport, StoreError> {
        make_empty(folder)?;
        copy_secrets(&self.place().folder, folder)?;
        let copy = StorePlace::in_folder(folder).with_key(self.place().key.clone());
        if self.place().is_file() {
            self.copy_into(&folder.join(DATABASE))?;
        } else {
            let mut from = connect(&self.place().address, Access::Read)?;
            // A snapshot: one state of all tables, whatever others write in the meantime.
            from.run_script("BEGIN ISOLATION LEVEL REPEATABLE READ")?;
            fill(&copy, &mut *from, random, now)?;
        }
        Store::open(copy, random, now)?.check_log(&[])
    }

    /// Creates a store from a copy, in a file or in PostgreSQL, and checks its log. If it fails, the files that it created
    /// are removed, so that it can be tried again.
    ///
    /// # Errors
    /// When a store exists already, or the copy is damaged: then the restored store is not to be trusted.
    pub fn restore(
        copy: &Path,
        place: StorePlace,
        random: Random,
        now: Timestamp,
    ) -> Result<LogReport, StoreError> {
        if !copy.join(DATABASE).is_file() {
            let text = format!("{} holds no copy of a store", copy.display());
            return Err(StoreError::Address(text));
        }
        fs::create_dir_all(&place.folder).map_err(FileError::wrap("create", &place.folder))?;
        if SECRETS.iter().any(|name| place.folder.join(name).exists()) {
            let text = format!("there is a store in {} already", place.folder.display());
            return Err(StoreError::Refused(text));
        }
        let created = Created::in_place(&place);
        let working = WorkingCopy::of(copy, &place.folder)?;
        let mut from = connect(&working.address(), Access::Write)?;
        // A copy from an older program has fewer tables.
        migrate(&mut *from, now)?;
        from.run_script("BEGIN")?;
        // A store that is restored for a trial must not send to the receivers of the one in use.
        from.execute("UPDATE webhooks SET disabled = 'restored' WHERE disabled IS NULL", &[])?;
        from.execute(
            "UPDATE deliveries SET state = 'dead', ended_at = ?1 WHERE state = 'waiting'",
            &[Value::Integer(now.as_microsecond())],
        )?;
        check_key(&mut *from, place.key.as_ref())?;
        copy_secrets(copy, &place.folder)?;
        fill(&place, &mut *from, random, now)?;
        drop(from);
        drop(working);
        let report = Store::open(place, random, now)?.check_log(&[])?;
        created.keep();
        Ok(report)
    }
}

/// Files of a store that do not exist yet. Those that exist when it is dropped are removed, unless they are kept.
struct Created(Vec<PathBuf>);

impl Created {
    fn in_place(place: &StorePlace) -> Self {
        let secrets = SECRETS.iter().chain(&["LOCK"]).map(|name| place.folder.join(name));
        let mut files: Vec<PathBuf> = secrets.collect();
        if let StoreAddress::Sqlite(path) = &place.address {
            for ending in ["", "-wal", "-shm"] {
                let mut path = path.clone().into_os_string();
                path.push(ending);
                files.push(path.into());
            }
        }
        files.retain(|file| !file.exists());
        Self(files)
    }

    fn keep(mut self) {
        self.0.clear();
    }
}

impl Drop for Created {
    fn drop(&mut self) {
        for file in &self.0 {
            let _ = fs::remove_file(file);
        }
    }
}

/// A temporary file with the content of a copy, which is migrated to the newest version while the copy stays unchanged.
/// It is removed when it is dropped.
struct WorkingCopy(PathBuf);

impl WorkingCopy {
    fn of(copy: &Path, folder: &Path) -> Result<Self, StoreError> {
        let working = Self(folder.join("restoring.sqlite"));
        working.remove();
        connect(&StorePlace::in_folder(copy).address, Access::Write)?.copy_into(&working.0)?;
        Ok(working)
    }

    fn address(&self) -> StoreAddress {
        StoreAddress::Sqlite(self.0.clone())
    }

    fn remove(&self) {
        let _ = fs::remove_file(&self.0);
    }
}

impl Drop for WorkingCopy {
    fn drop(&mut self) {
        self.remove();
    }
}

/// Copies the rows of one database into a new one, all or none of them.
fn fill(
    place: &StorePlace,
    from: &mut dyn Connection,
    random: Random,
    now: Timestamp,
) -> Result<(), StoreError> {
    // Creates the tables. The secrets exist already, so that none are created.
    drop(Store::open(place.clone(), random, now)?);
    let mut to = connect(&place.address, Access::Write)?;
    to.begin()?;
    let copied = copy_tables(from, &mut *to);
    match copied {
        Ok(()) => commit(&mut *to),
        Err(error) => {
            roll_back(&mut *to);
            Err(error)
        }
    }
}

fn copy_tables(from: &mut dyn Sql, to: &mut dyn Sql) -> Result<(), StoreError> {
    let is_new = to.query_one("SELECT seq FROM events LIMIT 1", &[])?.is_none()
        && to.query_one("SELECT id FROM keys LIMIT 1", &[])?.is_none()
        && to.query_one("SELECT id FROM people LIMIT 1", &[])?.is_none();
    if !is_new {
        return Err(StoreError::Refused("the database holds a store already".to_owned()));
    }
    for (table, order) in TABLES {
        let size = if *table == "job_parts" { PAGE_OF_PARTS } else { PAGE };
        to.execute(&format!("DELETE FROM {table}"), &[])?;
        let mut offset = 0;
        loop {
            let select = format!("SELECT * FROM {table} ORDER BY {order} LIMIT ?1 OFFSET ?2");
            let page = [Value::count(size), Value::count(offset)];
            let rows = from.query(&select, &page)?;
            for row in &rows {
                insert(to, table, row)?;
            }
            offset += u64::try_from(rows.len()).unwrap_or(size);
            if rows.is_empty() {
                break;
            }
        }
    }
    Ok(())
}

/// Inserts a row of all columns, which have the same order in both databases, because the same migrations created them.
fn insert(to: &mut dyn Sql, table: &str, row: &Row) -> Result<(), StoreError> {
    let values = row.values();
    let places: Vec<String> = (1..=values.len()).map(|at| format!("?{at}")).collect();
    to.execute(&format!("INSERT INTO {table} VALUES ({})", places.join(",")), &values)?;
    Ok(())
}

fn copy_secrets(from: &Path, to: &Path) -> Result<(), StoreError> {
    for name in SECRETS {
        let (from, to): (PathBuf, PathBuf) = (from.join(name), to.join(name));
        // Permissions are copied, too.
        fs::copy(&from, &to).map_err(FileError::wrap("copy", &from))?;
    }
    Ok(())
}

fn make_empty(folder: &Path) -> Result<(), StoreError> {
    fs::create_dir_all(folder).map_err(FileError::wrap("create", folder))?;
    let mut entries = fs::read_dir(folder).map_err(FileError::wrap("list", folder))?;
    if entries.next().is_some() {
        let text = format!("{} is not empty", folder.display());
        return Err(StoreError::Refused(text));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_has_every_table() {
        let folder = tempfile::tempdir().unwrap();
        let random = |bytes: &mut [u8]| getrandom::fill(bytes).is_ok();
        let place = StorePlace::in_folder(folder.path());
        let store = Store::open(place, random, Timestamp::UNIX_EPOCH).unwrap();
        let select = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name";
        let rows = store.read(|sql| sql.query(select, &[])).unwrap();
        let tables: Vec<String> = rows.iter().map(|row| row.text(0).unwrap()).collect();
        // Each store keeps its own record of migrations.
        let mut copied: Vec<&str> = TABLES.iter().map(|(table, _)| *table).collect();
        copied.push("migrations");
        copied.sort_unstable();
        assert_eq!(tables, copied);
    }
}
