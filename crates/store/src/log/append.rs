//! Appending events to the log, inside of the transaction of their changes.

use interdict_audit::{NodeId, leaf_hash};

use super::head::Head;
use super::key_file::Random;
use super::nodes;
use crate::database::{Sql, Value, rows_of};
use crate::error::StoreError;
use crate::event::{Event, EventDraft, SALT_BYTES, SealedDraft};
use crate::vault::{Spot, Vault};

/// Rows per statement. Each has at most seven values, and the databases accept tens of thousands.
const ROWS: usize = 64;

/// The events that a transaction appends, in order.
pub(crate) struct Append {
    head: Head,
    events: Vec<Added>,
}

/// An event with the stored columns.
struct Added {
    event: Event,
    bytes: Vec<u8>,
    sealed: Option<SealedDraft>,
    salt: [u8; SALT_BYTES],
}

/// A savepoint of an [`Append`].
pub(crate) struct Mark {
    head: Head,
    events: usize,
}

impl Append {
    pub(crate) fn to(head: Head) -> Self {
        Self { head, events: Vec::new() }
    }

    /// Adds an event and returns its number.
    pub(crate) fn add(
        &mut self,
        draft: EventDraft,
        log: &str,
        tag: Option<&str>,
        salt: [u8; SALT_BYTES],
    ) -> u64 {
        let seq = self.head.size() + to_u64(self.events.len());
        let (event, sealed) = Event::new(draft, (log, seq), tag, &salt);
        let bytes = event.to_bytes();
        self.events.push(Added { event, bytes, sealed, salt });
        seq
    }

    /// The current savepoint.
    pub(crate) fn mark(&self) -> Mark {
        Mark { head: self.head.clone(), events: self.events.len() }
    }

    /// Discards what was added since a savepoint.
    pub(crate) fn go_back(&mut self, mark: Mark) {
        self.events.truncate(mark.events);
        self.head = mark.head;
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.events.is_empty()
    }

    /// Writes the events and the signed head.
    pub(crate) fn write(
        mut self,
        sql: &mut dyn Sql,
        vault: &Vault,
        random: Random,
    ) -> Result<Head, StoreError> {
        for events in self.events.chunks(ROWS) {
            write_events(sql, events)?;
            write_sealed(sql, vault, random, events)?;
        }
        let mut completed: Vec<(NodeId, _)> = Vec::new();
        for added in &self.events {
            self.head.frontier.append(leaf_hash(&added.bytes), |id, hash| {
                if nodes::is_stored(id) {
                    completed.push((id, hash));
                }
            });
        }
        for (id, hash) in completed {
            nodes::write(sql, id, &hash)?;
        }
        self.head.sign_and_write(sql, &vault.keys().signing)?;
        Ok(self.head)
    }
}

fn write_events(sql: &mut dyn Sql, events: &[Added]) -> Result<(), StoreError> {
    let mut values = Vec::with_capacity(events.len() * 5);
    for Added { event, bytes, .. } in events {
        values.extend([
            Value::count(event.seq),
            Value::Text(event.tenant.as_str()),
            Value::Integer(event.at.as_microsecond()),
            Value::Text(&event.kind),
            Value::Bytes(bytes),
        ]);
    }
    let rows = rows_of(events.len(), 5);
    sql.execute(
        &format!("INSERT INTO events (seq, tenant, at, kind, bytes) VALUES {rows}"),
        &values,
    )?;
    Ok(())
}

/// Personal data of an event as it is stored.
struct SealedRow {
    seq: u64,
    tag: Option<String>,
    key_id: Option<String>,
    data: Vec<u8>,
}

fn write_sealed(
    sql: &mut dyn Sql,
    vault: &Vault,
    random: Random,
    events: &[Added],
) -> Result<(), StoreError> {
    let mut rows = Vec::new();
    for Added { event, sealed, .. } in events {
        let Some(sealed) = sealed else { continue };
        rows.push(sealed_row(sql, vault, random, event, sealed)?);
    }
    let mut values = Vec::new();
    let sealed = events.iter().filter_map(|added| Some((added, added.sealed.as_ref()?)));
    for (row, (added, sealed)) in rows.iter().zip(sealed) {
        values.extend([
            Value::count(row.seq),
            Value::Text(added.event.tenant.as_str()),
            Value::from(row.tag.as_deref()),
            Value::Integer(sealed.keep_until.as_microsecond()),
            Value::Bytes(&added.salt),
            Value::from(row.key_id.as_deref()),
            Value::Bytes(&row.data),
        ]);
    }
    if rows.is_empty() {
        return Ok(());
    }
    let places = rows_of(rows.len(), 7);
    let sql_text = format!(
        "INSERT INTO sealed (seq, tenant, subject, keep_until, salt, key_id, data) VALUES {places}"
    );
    sql.execute(&sql_text, &values)?;
    Ok(())
}

fn sealed_row(
    sql: &mut dyn Sql,
    vault: &Vault,
    random: Random,
    event: &Event,
    sealed: &SealedDraft,
) -> Result<SealedRow, StoreError> {
    let (tenant, reference) = (event.tenant.as_str(), sealed.subject.as_deref());
    let key = match vault.is_encrypting() {
        true => vault.ensure(sql, tenant, reference, random)?,
        false => None,
    };
    let row = event.seq.to_string();
    let spot = Spot { tenant, table: "sealed", column: "data", row: &row };
    let data = Vault::seal(&key, spot, &sealed.data, random)?;
    let tag = reference.map(|reference| vault.tag(tenant, reference));
    let whose = || tag.clone().unwrap_or_else(|| vault.tag_of_nobody(tenant));
    let key_id = key.map(|_| whose());
    Ok(SealedRow { seq: event.seq, tag, key_id, data })
}

fn to_u64(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}
