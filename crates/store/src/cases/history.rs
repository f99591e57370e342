//! The history of a case: its events with their personal data.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value as Json;

use super::case::find_case;
use super::entries::{CaseNote, JudgedHit};
use crate::database::{Row, Sql, Value};
use crate::error::StoreError;
use crate::event::{Event, Tenant};
use crate::store::Store;
use crate::vault::Vault;

/// A page of the history of a case.
#[derive(Debug, Clone, PartialEq)]
pub struct CaseHistory {
    /// The events, the oldest first.
    pub entries: Vec<HistoryEntry>,
    /// The number of the oldest of these events, if the case has earlier ones.
    pub earlier: Option<u64>,
}

/// An entry of the history.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct HistoryEntry {
    /// The number of its event.
    pub seq: u64,
    /// When.
    pub at: Timestamp,
    /// The kind of the event, such as `case.proposed`; `screening` for a screening with a match of the case.
    pub kind: String,
    /// The actor.
    pub actor: String,
    /// The person on whose behalf, as claimed.
    pub on_behalf_of: Option<String>,
    /// The detail of the event, without personal data.
    pub detail: Json,
    /// The personal data: text, file, proposal, data to judge and differences.
    pub entry: Option<Json>,
    /// Whether the personal data was erased.
    pub erased: bool,
}

/// A document of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseFileContent {
    /// The name.
    pub name: String,
    /// The bytes.
    pub bytes: Vec<u8>,
}

impl Store {
    /// The newest events of a case, at most `limit`, the oldest first; with `before`, those before the event of that number.
    ///
    /// # Errors
    /// When there is no such case of the tenant, or the store cannot be read.
    pub fn case_history(
        &self,
        tenant: &Tenant,
        id: &str,
        (before, limit): (Option<u64>, u32),
    ) -> Result<CaseHistory, StoreError> {
        // One more than asked for shows whether there are earlier ones.
        let select = format!(
            "SELECT e.bytes, s.data, s.key_id FROM case_events c JOIN events e ON e.seq = c.seq \
             LEFT JOIN sealed s ON s.seq = c.seq WHERE c.tenant = ?1 AND c.case_id = ?2 AND c.seq < ?3 \
             ORDER BY c.seq DESC LIMIT {}",
            u64::from(limit) + 1
        );
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        self.read(|sql| {
            find_case(sql, self.vault(), tenant, id)?;
            let before = before.map_or(Value::Integer(i64::MAX), Value::count);
            let rows =
                sql.query(&select, &[Value::Text(tenant.as_str()), Value::Text(id), before])?;
            let shown = rows.iter().take(limit).rev();
            let entries = shown
                .map(|row| HistoryEntry::read(sql, self.vault(), row))
                .collect::<Result<Vec<_>, _>>()?;
            let has_earlier = rows.len() > limit;
            let earlier = entries.first().filter(|_| has_earlier).map(|entry| entry.seq);
            Ok(CaseHistory { entries, earlier })
        })
    }

    /// A document of a case.
    ///
    /// # Errors
    /// When there is no such document of the case, it was erased, or the store cannot be read.
    pub fn case_file(
        &self,
        tenant: &Tenant,
        id: &str,
        seq: u64,
    ) -> Result<CaseFileContent, StoreError> {
        let missing = StoreError::NotFound("file");
        let note = self.read(|sql| {
            let row = sql.query_one(
                "SELECT s.data, s.key_id FROM case_events c JOIN sealed s ON s.seq = c.seq \
                 JOIN events e ON e.seq = c.seq \
                 WHERE c.tenant = ?1 AND c.case_id = ?2 AND c.seq = ?3 AND e.kind LIKE 'case.%'",
                &[Value::Text(tenant.as_str()), Value::Text(id), Value::count(seq)],
            )?;
            let Some(row) = row else { return Ok(None) };
            opened_note(sql, self.vault(), tenant, seq, &row)
        })?;
        let file = note.and_then(|note| note.file).ok_or(missing)?;
        let changed = || StoreError::Damaged("a file is not the one that was recorded".to_owned());
        Ok(CaseFileContent {
            name: file.name().to_owned(),
            bytes: file.bytes().ok_or_else(changed)?,
        })
    }
}

impl HistoryEntry {
    fn read(sql: &mut dyn Sql, vault: &Vault, row: &Row) -> Result<Self, StoreError> {
        let damaged = |_| StoreError::Damaged("an event of a case".to_owned());
        let event = Event::from_bytes(&row.bytes(0)?).map_err(damaged)?;
        let tag = row.optional(2, Row::text)?;
        let sealed = match row.optional(1, Row::bytes)? {
            Some(data) => {
                vault.open_sealed(sql, event.tenant.as_str(), event.seq, tag.as_deref(), data)?
            }
            None => None,
        };
        let erased = event.commitment.is_some() && sealed.is_none();
        // The personal data of a screening holds the whole query and all candidates: it is read with the event itself.
        let is_shown = event.kind != "screening";
        let entry = sealed.filter(|_| is_shown).map(|data| serde_json::from_slice(&data));
        Ok(Self {
            seq: event.seq,
            at: event.at,
            kind: event.kind,
            actor: event.origin.actor,
            on_behalf_of: event.origin.on_behalf_of,
            detail: event.detail,
            entry: entry.transpose().map_err(damaged)?.map(without_content),
            erased,
        })
    }
}

/// An entry with its document by name, without its content.
fn without_content(mut entry: Json) -> Json {
    if let Some(file) = entry.get_mut("file").and_then(Json::as_object_mut) {
        file.remove("content");
    }
    entry
}

/// The data to judge that an event holds; `None` after erasure.
pub(crate) fn sealed_hit(
    sql: &mut dyn Sql,
    vault: &Vault,
    tenant: &Tenant,
    seq: u64,
) -> Result<Option<JudgedHit>, StoreError> {
    let select = "SELECT data, key_id FROM sealed WHERE seq = ?1 AND tenant = ?2";
    let row = sql.query_one(select, &[Value::count(seq), Value::Text(tenant.as_str())])?;
    let Some(row) = row else { return Ok(None) };
    Ok(opened_note(sql, vault, tenant, seq, &row)?.and_then(|note| note.hit))
}

/// The personal data, decrypted from the columns of the data and its key.
fn opened_note(
    sql: &mut dyn Sql,
    vault: &Vault,
    tenant: &Tenant,
    seq: u64,
    row: &Row,
) -> Result<Option<CaseNote>, StoreError> {
    let (data, tag) = (row.bytes(0)?, row.optional(1, Row::text)?);
    let data = vault.open_sealed(sql, tenant.as_str(), seq, tag.as_deref(), data)?;
    data.map(|data| note(&data)).transpose()
}

fn note(data: &[u8]) -> Result<CaseNote, StoreError> {
    serde_json::from_slice(data).map_err(|_| StoreError::Damaged("an entry of a case".to_owned()))
}
