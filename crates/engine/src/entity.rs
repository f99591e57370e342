//! All records of one entity.

use interdict_model::{Entity, EntityId};
use schemars::JsonSchema;
use serde::Serialize;

use crate::error::EngineError;
use crate::lists::{Lists, SearchedLists};
use crate::session::Session;

/// The requested entity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct EntityQuery {
    /// Its id, or another id of the same entity.
    pub id: EntityId,
}

/// The records of an entity, and the entities that refer to it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct EntityRecords {
    /// The requested entity.
    pub query: EntityQuery,
    /// The lists in which it was looked for.
    #[serde(flatten)]
    pub searched: SearchedLists,
    /// One record for each list that has the entity.
    pub records: Vec<Entity>,
    /// Its wallets, documents, addresses, sanctions and relations.
    pub related: Vec<Entity>,
}

impl Session {
    /// The records of an entity, and the entities that refer to it.
    pub fn entity(&self, lists: &Lists, id: &EntityId) -> Result<EntityRecords, EngineError> {
        let mut records = lists.records(id)?;
        records.iter_mut().for_each(|record| state_version(record, lists));
        if records.is_empty() {
            return Err(EngineError::NoEntity(id.clone()));
        }
        let related = lists.pointing_to(id)?;
        let query = EntityQuery { id: id.clone() };
        Ok(EntityRecords { query, searched: lists.searched(&[]), records, related })
    }
}

/// Sets the version of a record whose list has no date to the version of the list in use, which is the day stated at
/// its import.
fn state_version(record: &mut Entity, lists: &Lists) {
    let Some(provenance) = record.provenance.as_mut().filter(|from| from.list_version.is_empty())
    else {
        return;
    };
    let list = lists.health().iter().find(|list| list.dataset == provenance.list);
    if let Some(list) = list {
        provenance.list_version.clone_from(&list.version);
    }
}
