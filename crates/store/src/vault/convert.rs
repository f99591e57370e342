//! Conversion of older stores: references become tags, plaintext is encrypted, keys are wrapped by a new master key.

use schemars::JsonSchema;
use serde::Serialize;

use super::cipher::{Spot, encrypt};
use super::store_key::StoreKey;
use super::subject::{Vault, missing, spot};
use crate::database::{Connection, Row, Sql, Value, commit, roll_back};
use crate::error::StoreError;
use crate::jobs::{index_old_results, part_row, part_spot};
use crate::log::Random;
use crate::monitors;
use crate::store::Store;
use crate::writer::Change;

/// The fact that all tables have tags.
const TAGGED: &str = "subjects";
/// The fact that lines of results are indexed by customer.
const LINES: &str = "job-lines";
/// The fact that names the master key.
const KEY: &str = "store-key";
/// Rows per change.
const PAGE: u64 = 200;
/// The same for parts of files, which are large.
const PAGE_OF_PARTS: u64 = 16;

/// Encrypts some rows, and returns their number.
type Page = fn(&mut Change<'_>) -> Result<u64, StoreError>;

/// The result of a conversion.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Encryption {
    /// The name of the master key in use.
    pub key: String,
    /// Number of subjects whose key was created, or wrapped by the current master key.
    pub subjects: u64,
    /// Number of events whose personal data was plaintext before.
    pub events: u64,
    /// Number of customers of monitors, of parts of files and results of jobs, and of answers kept for repeated
    /// requests, that were plaintext before.
    pub others: u64,
}

/// Checks that the master key is the one of the store, and replaces references of older stores by tags. A store without
/// a key is encrypted from now on if there is one.
pub(crate) fn tag_subjects(
    connection: &mut dyn Connection,
    vault: &Vault,
    random: Random,
) -> Result<(), StoreError> {
    check_key(connection, vault.master.as_ref())?;
    let known = fact(connection, KEY)?;
    let is_known = known.is_some() == vault.master.is_some();
    let is_done = fact(connection, TAGGED)?.is_some() && fact(connection, LINES)?.is_some();
    if is_known && is_done {
        return Ok(());
    }
    connection.begin()?;
    let converted = convert(connection, vault, random, known.is_none());
    match converted {
        Ok(()) => commit(connection),
        Err(error) => {
            roll_back(connection);
            Err(error)
        }
    }
}

/// Checks that a master key is the one of a store, if it has one.
pub(crate) fn check_key(sql: &mut dyn Sql, key: Option<&StoreKey>) -> Result<(), StoreError> {
    match fact(sql, KEY)? {
        Some(id) if key.is_none_or(|key| key.named(&id).is_none()) => Err(missing(&id)),
        _ => Ok(()),
    }
}

fn convert(
    sql: &mut dyn Sql,
    vault: &Vault,
    random: Random,
    is_new_key: bool,
) -> Result<(), StoreError> {
    if let (Some(master), true) = (&vault.master, is_new_key) {
        set_fact(sql, KEY, &master.id())?;
    }
    // Another server may have done it since this one checked.
    if fact(sql, LINES)?.is_none() {
        index_old_results(sql, vault)?;
        set_fact(sql, LINES, "indexed")?;
    }
    if fact(sql, TAGGED)?.is_some() {
        return Ok(());
    }
    for (table, column) in [
        ("cases", "customer"),
        ("allow_list", "customer"),
        ("sealed", "subject"),
        ("holds", "subject"),
    ] {
        let select =
            format!("SELECT DISTINCT tenant, {column} FROM {table} WHERE {column} IS NOT NULL");
        let update =
            format!("UPDATE {table} SET {column} = ?3 WHERE tenant = ?1 AND {column} = ?2");
        for row in sql.query(&select, &[])? {
            let (tenant, reference) = (row.text(0)?, row.text(1)?);
            vault.ensure(sql, &tenant, Some(&reference), random)?;
            let tag = vault.tag(&tenant, &reference);
            sql.execute(
                &update,
                &[Value::Text(&tenant), Value::Text(&reference), Value::Text(&tag)],
            )?;
        }
    }
    // Stored answers of earlier versions contain references in plaintext.
    sql.execute("DELETE FROM answers", &[])?;
    set_fact(sql, TAGGED, "tagged")
}

fn fact(sql: &mut dyn Sql, name: &str) -> Result<Option<String>, StoreError> {
    let row = sql.query_one("SELECT value FROM facts WHERE name = ?1", &[Value::Text(name)])?;
    row.map(|row| row.text(0)).transpose()
}

fn set_fact(sql: &mut dyn Sql, name: &str, value: &str) -> Result<(), StoreError> {
    sql.execute(
        "INSERT INTO facts (name, value) VALUES (?1, ?2) \
         ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        &[Value::Text(name), Value::Text(value)],
    )?;
    Ok(())
}

impl Store {
    /// Encrypts plaintext, and wraps all keys by the current master key, page by page while others write. It can be
    /// interrupted and repeated: completed pages stay, and everything is readable at each moment.
    ///
    /// # Errors
    /// When there is no master key, or the store cannot be written.
    pub fn encrypt_all(&self) -> Result<Encryption, StoreError> {
        let Some(master) = &self.vault().master else {
            let text = "there is no key to encrypt with: name its file".to_owned();
            return Err(StoreError::Key(text));
        };
        let mut done = Encryption { key: master.id(), ..Encryption::default() };
        // First: from here on, servers without the key cannot write.
        let id = master.id();
        self.change_now(move |change| set_fact(change.sql()?, KEY, &id))?;
        done.subjects += self.convert_all(|change| change.wrap_page())?;
        done.events += self.convert_all(|change| change.encrypt_page())?;
        let pages: [Page; 3] = [
            |change| change.encrypt_customers(),
            |change| change.encrypt_parts(),
            |change| change.encrypt_answers(PAGE),
        ];
        for page in pages {
            done.others += self.convert_all(page)?;
        }
        self.forget_old_pages()?;
        Ok(done)
    }

    /// Converts page after page until none is left, and returns the number of rows.
    fn convert_all(&self, page: Page) -> Result<u64, StoreError> {
        let mut rows = 0;
        loop {
            match self.change_now(page)? {
                0 => return Ok(rows),
                count => rows += count,
            }
        }
    }

    /// Checks that nothing depends on an older master key than the current one.
    ///
    /// # Errors
    /// When there is no master key, another one is current, or older ones wrap keys of subjects.
    pub fn check_newest_key(&self) -> Result<(), StoreError> {
        let master = self.vault().master.as_ref();
        let id = master.map(StoreKey::id).unwrap_or_default();
        let (in_use, row) = self.read(|sql| {
            let older = "SELECT count(*) FROM subjects WHERE key IS NOT NULL AND key_id <> ?1";
            Ok((fact(sql, KEY)?, sql.query_one(older, &[Value::Text(&id)])?))
        })?;
        let count = row.map_or(Ok(0), |row| row.count(0))?;
        match in_use.as_deref() == Some(&*id) && count == 0 {
            true => Ok(()),
            false => {
                let text =
                    "older keys are still needed: `interdict encryption apply` first".to_owned();
                Err(StoreError::Refused(text))
            }
        }
    }
}

impl Change<'_> {
    /// Wraps keys of some subjects by the current master key.
    fn wrap_page(&mut self) -> Result<u64, StoreError> {
        let (vault, random) = (self.vault(), self.random_source());
        let Some(master) = &vault.master else { return Ok(0) };
        let id = master.id();
        let sql = self.sql()?;
        let rows = sql.query(
            "SELECT tenant, tag, reference, key, key_id FROM subjects \
             WHERE key_id IS NULL OR key_id <> ?1 ORDER BY tenant, tag LIMIT ?2",
            &[Value::Text(&id), Value::count(PAGE)],
        )?;
        for row in &rows {
            let (tenant, tag, bytes) = (row.text(0)?, row.text(1)?, row.bytes(2)?);
            match row.optional(3, Row::bytes)?.zip(row.optional(4, Row::text)?) {
                None => {
                    let damaged = |_| StoreError::Damaged("the reference of a customer".to_owned());
                    let reference = String::from_utf8(bytes).map_err(damaged)?;
                    vault.ensure(sql, &tenant, Some(&reference), random)?;
                }
                Some((wrapped, old)) => {
                    let key = vault.unwrap(&tenant, &tag, &wrapped, &old)?;
                    let at = spot(&tenant, "key", &tag);
                    let wrapped = encrypt(&master.current(), at, &key, random)?;
                    vault.write(sql, &tenant, &tag, &bytes, Some((&wrapped, &id)))?;
                }
            }
        }
        Ok(u64::try_from(rows.len()).unwrap_or(u64::MAX))
    }

    /// Encrypts the personal data of some events.
    fn encrypt_page(&mut self) -> Result<u64, StoreError> {
        let (vault, random) = (self.vault(), self.random_source());
        let sql = self.sql()?;
        let rows = sql.query(
            "SELECT seq, tenant, subject, data FROM sealed WHERE key_id IS NULL ORDER BY seq LIMIT ?1",
            &[Value::count(PAGE)],
        )?;
        for row in &rows {
            let (seq, tenant) = (row.count(0)?, row.text(1)?);
            let tag = match row.optional(2, Row::text)? {
                Some(tag) => tag,
                None => {
                    vault.ensure(sql, &tenant, None, random)?;
                    vault.tag_of_nobody(&tenant)
                }
            };
            let subject = vault.subject(sql, &tenant, &tag)?;
            let damaged = || StoreError::Damaged(format!("the subject of event {seq} is missing"));
            let key = subject.and_then(|subject| subject.key).ok_or_else(damaged)?;
            let number = seq.to_string();
            let at = Spot { tenant: &tenant, table: "sealed", column: "data", row: &number };
            let data = encrypt(&key, at, &row.bytes(3)?, random)?;
            sql.execute(
                "UPDATE sealed SET data = ?2, key_id = ?3 WHERE seq = ?1",
                &[Value::count(seq), Value::Bytes(&data), Value::Text(&tag)],
            )?;
        }
        Ok(u64::try_from(rows.len()).unwrap_or(u64::MAX))
    }

    /// Encrypts some customers of monitors.
    fn encrypt_customers(&mut self) -> Result<u64, StoreError> {
        let (vault, random) = (self.vault(), self.random_source());
        let sql = self.sql()?;
        let rows = sql.query(
            "SELECT monitor_id, customer, tenant, party FROM monitor_customers WHERE key_id IS NULL \
             ORDER BY monitor_id, customer LIMIT ?1",
            &[Value::count(PAGE)],
        )?;
        for row in &rows {
            let (monitor, tag, tenant) = (row.text(0)?, row.text(1)?, row.text(2)?);
            let subject = vault.subject(sql, &tenant, &tag)?;
            let damaged = || StoreError::Damaged("the subject of a customer is missing".to_owned());
            let key = subject.and_then(|subject| subject.key).ok_or_else(damaged)?;
            let place = monitors::place_of(&monitor, &tag);
            let party = encrypt(&key, monitors::spot(&tenant, &place), &row.bytes(3)?, random)?;
            sql.execute(
                "UPDATE monitor_customers SET party = ?3, key_id = ?2 WHERE monitor_id = ?1 AND customer = ?2",
                &[Value::Text(&monitor), Value::Text(&tag), Value::Bytes(&party)],
            )?;
        }
        Ok(u64::try_from(rows.len()).unwrap_or(u64::MAX))
    }

    /// Encrypts some parts of files and results of jobs.
    fn encrypt_parts(&mut self) -> Result<u64, StoreError> {
        let (vault, random) = (self.vault(), self.random_source());
        let sql = self.sql()?;
        let rows = sql.query(
            "SELECT tenant, job_id, kind, part, data FROM job_parts WHERE key_id IS NULL \
             ORDER BY job_id, kind, part LIMIT ?1",
            &[Value::count(PAGE_OF_PARTS)],
        )?;
        for row in &rows {
            let (tenant, job, kind, part) =
                (row.text(0)?, row.text(1)?, row.text(2)?, row.integer(3)?);
            let key = vault.ensure(sql, &tenant, None, random)?;
            let place = part_row(&job, part);
            let data =
                Vault::seal(&key, part_spot(&tenant, &kind, &place), &row.bytes(4)?, random)?;
            sql.execute(
                "UPDATE job_parts SET data = ?4, key_id = ?5 WHERE job_id = ?1 AND kind = ?2 AND part = ?3",
                &[
                    Value::Text(&job),
                    Value::Text(&kind),
                    Value::Integer(part),
                    Value::Bytes(&data),
                    Value::Text(&vault.tag_of_nobody(&tenant)),
                ],
            )?;
        }
        Ok(u64::try_from(rows.len()).unwrap_or(u64::MAX))
    }
}
