//! Proving to somebody who has only a checkpoint and the public key that an event is in the log.

use interdict_audit::{EventProof, InclusionProof, ProveError, VerifyingKey};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::head::{Head, open_checkpoint, stored};
use super::nodes::StoredTree;
use crate::database::{Sql, Value};
use crate::error::StoreError;
use crate::event::{Event, Tenant};

/// An event with its proof, the salt and the personal data that it commits to.
#[derive(Debug, Clone)]
pub struct ProvenEvent {
    /// The bytes of the event, as they are hashed.
    pub bytes: Vec<u8>,
    /// That it is in the log, with the signed checkpoint.
    pub proof: EventProof,
    /// The salt and the personal data, unless it was erased or there is none.
    pub sealed: Option<(Vec<u8>, Vec<u8>)>,
}

impl ProvenEvent {
    /// What an auditor needs, without the personal data.
    pub fn to_proof(&self, key: &VerifyingKey) -> Proof {
        Proof {
            event: String::from_utf8_lossy(&self.bytes).into_owned(),
            proof: self.proof.to_string(),
            public_key: key.to_string(),
        }
    }
}

/// What shows that an event is in the log, without the other events and without the store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Proof {
    /// The text of the event, of which each byte counts.
    pub event: String,
    /// The path to the signed head (c2sp.org/tlog-proof@v1).
    pub proof: String,
    /// The public key. Believe the one that was kept, not this one.
    pub public_key: String,
}

/// Proves an event of a tenant against the present head.
pub(crate) fn prove(
    sql: &mut dyn Sql,
    key: &VerifyingKey,
    tenant: &Tenant,
    seq: u64,
) -> Result<ProvenEvent, StoreError> {
    let row = sql.query_one(
        "SELECT e.bytes, s.salt, s.data FROM events e LEFT JOIN sealed s ON s.seq = e.seq \
         WHERE e.seq = ?1 AND e.tenant = ?2",
        &[Value::Integer(stored(seq)), Value::Text(tenant.as_str())],
    )?;
    let row = row.ok_or(StoreError::NotFound("event"))?;
    let head = Head::read(sql)?;
    let path =
        InclusionProof::prove(head.size(), seq, &mut StoredTree(sql)).map_err(
            |error| match error {
                ProveError::Node { source, .. } => source,
                other => StoreError::Damaged(other.to_string()),
            },
        )?;
    let signed = open_checkpoint(head.note(), key)?;
    let proof =
        EventProof::new(path, &signed).map_err(|error| StoreError::Damaged(error.to_string()))?;
    let salt = row.optional(1, crate::database::Row::bytes)?;
    let data = row.optional(2, crate::database::Row::bytes)?;
    Ok(ProvenEvent { bytes: row.bytes(0)?, proof, sealed: salt.zip(data) })
}

/// Events of a tenant in their order.
#[derive(Debug, Clone, Default)]
pub struct EventFilter {
    /// From which number on.
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
    let kind = filter.kind.as_deref();
    let condition = if kind.is_some() { "AND kind = ?4" } else { "" };
    let mut values = vec![
        Value::Text(tenant.as_str()),
        Value::Integer(stored(filter.from)),
        Value::Integer(i64::from(filter.limit)),
    ];
    values.extend(kind.map(Value::Text));
    let rows = sql.query(
        &format!(
            "SELECT bytes FROM events WHERE tenant = ?1 AND seq >= ?2 {condition} ORDER BY seq LIMIT ?3"
        ),
        &values,
    )?;
    rows.iter()
        .map(|row| {
            let event = Event::from_bytes(&row.bytes(0)?);
            event.map_err(|error| StoreError::Damaged(format!("an event: {error}")))
        })
        .collect()
}
