//! All records of one entity.

use interdict_model::{Entity, EntityId};
use serde::Serialize;

use crate::error::EngineError;
use crate::lists::Lists;
use crate::session::Session;

/// The records of an entity, and what refers to it.
#[derive(Debug, Clone, Serialize)]
pub struct EntityRecords {
    /// The version of the JSON schema.
    pub schema_version: u32,
    /// One record for each list that has the entity.
    pub records: Vec<Entity>,
    /// Its wallets, documents, addresses, sanctions and relations.
    pub related: Vec<Entity>,
}

impl Session {
    /// The records of an entity, and what refers to it.
    pub fn entity(&self, lists: &Lists, id: &EntityId) -> Result<EntityRecords, EngineError> {
        let records = lists.records(id)?;
        if records.is_empty() {
            return Err(EngineError::NoEntity(id.clone()));
        }
        let related = lists.pointing_to(id)?;
        Ok(EntityRecords { schema_version: 1, records, related })
    }
}
