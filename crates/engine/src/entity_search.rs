//! Text search over all entities of the lists.

use interdict_model::Entity;
use interdict_search::{EntityRef, FacetCounts, Scope, SearchError, SearchRequest, TextIndex};

use crate::error::EngineError;
use crate::lists::Lists;
use crate::session::Session;

/// An index of the words and values of all entities of some opened lists.
pub struct EntityIndex(TextIndex);

/// The result of a search.
pub struct FoundEntities {
    /// Number of entities found, before offset and limit.
    pub total: u64,
    /// The entities within offset and limit, in order.
    pub entities: Vec<Entity>,
    /// Counts over all that were found.
    pub facets: Vec<FacetCounts>,
}

/// Why there is no result.
#[derive(Debug, thiserror::Error)]
pub enum EntitySearchError {
    /// The request cannot be answered: its syntax, its order, or what it would cost.
    #[error(transparent)]
    Search(#[from] SearchError),
    /// An entity cannot be read.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

impl Session {
    /// Indexes all entities of the lists. The index is valid for these lists only.
    pub fn index_entities(&self, lists: &Lists) -> Result<EntityIndex, EngineError> {
        Ok(EntityIndex(TextIndex::build(&lists.generation().segments)?))
    }

    /// The entities that a request finds. The search finds texts as lists write them; use [`Session::screen`] to find
    /// out whether a party is listed.
    pub fn search_entities(
        &self,
        (lists, index): (&Lists, &EntityIndex),
        request: &SearchRequest,
    ) -> Result<FoundEntities, EntitySearchError> {
        let found = index.0.search(&lists.generation().segments, request)?;
        let entities = entities_of(lists, &found.hits)?;
        Ok(FoundEntities { total: found.total, entities, facets: found.facets })
    }

    /// Entities one of whose names begins with these words.
    pub fn suggest_entities(
        &self,
        (lists, index): (&Lists, &EntityIndex),
        scope: &Scope,
        prefix: &str,
        limit: usize,
    ) -> Result<Vec<Entity>, EntitySearchError> {
        let found = index.0.suggest(&lists.generation().segments, scope, prefix, limit)?;
        Ok(entities_of(lists, &found)?)
    }
}

fn entities_of(lists: &Lists, found: &[EntityRef]) -> Result<Vec<Entity>, EngineError> {
    let mut entities = Vec::with_capacity(found.len());
    for place in found {
        let Some(segment) = lists.generation().segments.get(place.segment) else { continue };
        let entity = segment.entity(place.row)?;
        entities.push(lists.with_datasets(entity, &segment.about().dataset));
    }
    Ok(entities)
}
