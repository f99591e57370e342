//! Entities and the entities linked to them, for faces that show one entity at a time.

use interdict_model::{Entity, EntityId, GenerationId};

use crate::error::EngineError;
use crate::lists::Lists;
use crate::session::Session;

impl Session {
    /// The generation that is in use now, if any list was imported.
    pub fn generation_in_use(&self) -> Result<Option<GenerationId>, EngineError> {
        Ok(self.dir().current_manifest()?.map(|manifest| manifest.number))
    }

    /// Keeps the generation of lists from being deleted, because records name it.
    ///
    /// # Errors
    /// When the mark cannot be written.
    pub fn pin_generation(&self, lists: &Lists) -> Result<(), EngineError> {
        match lists.number() {
            GenerationId::BUILT_IN_ONLY => Ok(()),
            number => Ok(self.dir().pin(number)?),
        }
    }

    /// An entity by its id or by another id of it. The records of several lists are merged: the first gives schema and
    /// caption, all give values, and `datasets` names the lists.
    pub fn find_entity(&self, lists: &Lists, id: &str) -> Result<Option<Entity>, EngineError> {
        let Ok(id) = id.parse::<EntityId>() else { return Ok(None) };
        let mut records = lists.records_by_list(&id)?.into_iter();
        let Some((dataset, merged)) = records.next() else { return Ok(None) };
        let mut merged = lists.with_datasets(merged, &dataset);
        for (dataset, record) in records {
            // A record that has the id only as a further id may be another entity, so it is not merged.
            if record.id == merged.id {
                merge(&mut merged, record);
                if !merged.datasets.contains(&dataset) {
                    merged.datasets.push(dataset);
                }
            }
        }
        Ok(Some(merged))
    }

    /// All entities that name an id in one of their properties, in the order of their lists.
    pub fn entities_pointing_to(
        &self,
        lists: &Lists,
        id: &EntityId,
    ) -> Result<Vec<Entity>, EngineError> {
        lists.linked_to(id)
    }
}

fn merge(entity: &mut Entity, other: Entity) {
    for (property, values) in other.properties {
        let known = entity.properties.entry(property).or_default();
        for value in values {
            if !known.contains(&value) {
                known.push(value);
            }
        }
    }
    for referent in other.referents {
        if !entity.referents.contains(&referent) {
            entity.referents.push(referent);
        }
    }
    if other.target == Some(true) {
        entity.target = Some(true);
    }
}
