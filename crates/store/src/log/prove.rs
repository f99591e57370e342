//! Inclusion proofs of events, which a third party verifies with a checkpoint and the public key alone.

use interdict_audit::{EventProof, InclusionProof, ProveError, VerifyingKey};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::head::{Head, open_checkpoint};
use super::nodes::StoredTree;
use crate::database::{Row, Sql, Value};
use crate::error::StoreError;
use crate::event::{Event, Tenant};
use crate::vault::Vault;

/// An event with the salt and the personal data of its commitment.
#[derive(Debug, Clone)]
pub struct RecordedEvent {
    /// The bytes of the event, as they are hashed.
    pub bytes: Vec<u8>,
    /// The salt and the personal data; `None` if it was erased or there is none.
    pub sealed: Option<(Vec<u8>, Vec<u8>)>,
}

/// An event with its proof.
#[derive(Debug, Clone)]
pub struct ProvenEvent {
    /// The event and its data.
    pub recorded: RecordedEvent,
    /// The inclusion proof with the signed checkpoint.
    pub proof: EventProof,
}

impl ProvenEvent {
    /// The proof for an auditor, without the personal data.
    pub fn to_proof(&self, key: &VerifyingKey) -> Proof {
        Proof {
            event: String::from_utf8_lossy(&self.recorded.bytes).into_owned(),
            proof: self.proof.to_string(),
            public_key: key.to_string(),
        }
    }
}

/// What proves that an event is in the log, without the other events and without the store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Proof {
    /// The text of the event, byte for byte.
    pub event: String,
    /// The proof with the signed checkpoint (c2sp.org/tlog-proof@v1).
    pub proof: String,
    /// The public key. Verify with a copy that was obtained independently, not with this one.
    pub public_key: String,
}

/// An event whose proof was checked.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct VerifiedProof {
    /// The event.
    pub event: Event,
    /// Size of the log when its head was signed.
    pub size: u64,
    /// The log's name.
    pub log: String,
}

impl Proof {
    /// Verifies a proof with the reader's copy of the key, without the store.
    ///
    /// # Errors
    /// When the event is not the one that was recorded, or the head was not signed with the key.
    pub fn verify(&self, key: &VerifyingKey) -> Result<VerifiedProof, StoreError> {
        let wrong = |text: String| StoreError::Refused(format!("the proof does not hold: {text}"));
        let proof: EventProof = self.proof.parse().map_err(|error| wrong(format!("{error}")))?;
        let signed = proof
            .verify(self.event.as_bytes(), std::slice::from_ref(key))
            .map_err(|error| wrong(error.to_string()))?;
        let event =
            Event::from_bytes(self.event.as_bytes()).map_err(|error| wrong(error.to_string()))?;
        let log = signed.checkpoint().origin().to_string();
        // The number is part of the hashed bytes, so that an event cannot stand for one at another position.
        if event.seq != proof.index() || event.log != log {
            return Err(wrong("the event names another place or log".to_owned()));
        }
        Ok(VerifiedProof { event, size: signed.checkpoint().size(), log })
    }
}

/// Proves an event of a tenant against the current head.
pub(crate) fn prove(
    sql: &mut dyn Sql,
    vault: &Vault,
    tenant: &Tenant,
    seq: u64,
) -> Result<ProvenEvent, StoreError> {
    let recorded = recorded(sql, vault, tenant, seq)?;
    let head = Head::read(sql)?;
    let path =
        InclusionProof::prove(head.size(), seq, &mut StoredTree(sql)).map_err(
            |error| match error {
                ProveError::Node { source, .. } => source,
                other => StoreError::Damaged(other.to_string()),
            },
        )?;
    let signed = open_checkpoint(head.note(), vault.keys().verifying())?;
    let proof =
        EventProof::new(path, &signed).map_err(|error| StoreError::Damaged(error.to_string()))?;
    Ok(ProvenEvent { recorded, proof })
}

/// Reads an event of a tenant.
pub(crate) fn recorded(
    sql: &mut dyn Sql,
    vault: &Vault,
    tenant: &Tenant,
    seq: u64,
) -> Result<RecordedEvent, StoreError> {
    let row = sql.query_one(
        "SELECT e.bytes, s.salt, s.data, s.key_id FROM events e LEFT JOIN sealed s ON s.seq = e.seq \
         WHERE e.seq = ?1 AND e.tenant = ?2",
        &[Value::count(seq), Value::Text(tenant.as_str())],
    )?;
    let row = row.ok_or(StoreError::NotFound("event"))?;
    let tag = row.optional(3, Row::text)?;
    let data = match row.optional(2, Row::bytes)? {
        Some(data) => vault.open_sealed(sql, tenant.as_str(), seq, tag.as_deref(), data)?,
        None => None,
    };
    let sealed = row.optional(1, Row::bytes)?.zip(data);
    Ok(RecordedEvent { bytes: row.bytes(0)?, sealed })
}

/// A filter of events of a tenant, in their order.
#[derive(Debug, Clone, Default)]
pub struct EventFilter {
    /// From this number on.
    pub from: u64,
    /// Only of this kind.
    pub kind: Option<String>,
    /// At most this many.
    pub limit: u32,
}

/// Reads events of a tenant.
pub(crate) fn events(
    sql: &mut dyn Sql,
    tenant: &Tenant,
    filter: &EventFilter,
) -> Result<Vec<Event>, StoreError> {
    let texts = event_texts(sql, tenant, filter)?;
    texts
        .iter()
        .map(|(seq, text)| {
            let event = Event::from_bytes(text.as_bytes());
            event.map_err(|error| StoreError::Damaged(format!("event {seq}: {error}")))
        })
        .collect()
}

/// Reads the number and the text of events of a tenant.
pub(crate) fn event_texts(
    sql: &mut dyn Sql,
    tenant: &Tenant,
    filter: &EventFilter,
) -> Result<Vec<(u64, String)>, StoreError> {
    let kind = filter.kind.as_deref();
    let condition = if kind.is_some() { "AND kind = ?4" } else { "" };
    let mut values = vec![
        Value::Text(tenant.as_str()),
        Value::count(filter.from),
        Value::Integer(i64::from(filter.limit)),
    ];
    values.extend(kind.map(Value::Text));
    let sql_text = format!(
        "SELECT seq, bytes FROM events WHERE tenant = ?1 AND seq >= ?2 {condition} ORDER BY seq LIMIT ?3"
    );
    let rows = sql.query(&sql_text, &values)?;
    rows.iter()
        .map(|row| {
            let damaged = |_| StoreError::Damaged("an event that is not UTF-8".to_owned());
            Ok((row.count(0)?, String::from_utf8(row.bytes(1)?).map_err(damaged)?))
        })
        .collect()
}
