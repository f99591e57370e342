//! The adjacent entities in both directions, and entities with nested neighbours.

use std::collections::BTreeMap;

use interdict_engine::{Lists, Session};
use interdict_model::{Entity, EntityId};

use crate::entity_view::{EntityView, ValueView};
use crate::error::ApiError;

/// The most neighbours of one entity that are read for an answer.
const MOST_NEIGHBOURS: usize = 5_000;

/// Reads entities of the lists that are open.
pub(crate) struct Graph<'a> {
    pub(crate) session: &'a Session,
    pub(crate) lists: &'a Lists,
}

/// The neighbours of an entity by property, including inverse ones.
pub(crate) struct Neighbours {
    pub(crate) by_property: BTreeMap<String, Vec<Entity>>,
    /// Whether there are more than were read.
    pub(crate) is_cut: bool,
}

impl Graph<'_> {
    /// An entity by its id or by another id of it.
    pub(crate) fn find(&self, id: &str) -> Result<Option<Entity>, ApiError> {
        Ok(self.session.find_entity(self.lists, id)?)
    }

    /// The entities that an entity refers to, and those that refer to it.
    pub(crate) fn neighbours(&self, entity: &Entity) -> Result<Neighbours, ApiError> {
        let mut by_property: BTreeMap<String, Vec<Entity>> = BTreeMap::new();
        let mut read = 0;
        for (property, values) in &entity.properties {
            if !holds_entities(entity, property) {
                continue;
            }
            for id in values.iter().take(MOST_NEIGHBOURS - read) {
                read += 1;
                if let Some(neighbour) = self.find(id)? {
                    by_property.entry(property.clone()).or_default().push(neighbour);
                }
            }
        }
        let pointing = self.session.entities_pointing_to(self.lists, &entity.id)?;
        let is_cut = read + pointing.len() > MOST_NEIGHBOURS;
        for neighbour in pointing.into_iter().take(MOST_NEIGHBOURS - read) {
            for property in reverse_properties(&neighbour, &entity.id) {
                by_property.entry(property.to_owned()).or_default().push(neighbour.clone());
            }
        }
        Ok(Neighbours { by_property, is_cut })
    }

    /// An entity whose properties hold ids.
    pub(crate) fn flat(&self, entity: &Entity) -> EntityView {
        EntityView::flat(entity, &entity.datasets)
    }

    /// A neighbour of an entity: a relation with its ends nested, except that entity; any other entity without nesting.
    pub(crate) fn neighbour(&self, entity: &Entity, of: &EntityId) -> Result<EntityView, ApiError> {
        let mut view = self.flat(entity);
        if entity.schema.edge().is_none() {
            return Ok(view);
        }
        for (property, values) in &entity.properties {
            if holds_entities(entity, property) {
                view.properties.insert(property.clone(), self.resolve(values, of)?);
            }
        }
        Ok(view)
    }

    /// The entities of ids. The id of the requested entity is not resolved; if none of the others exists, all stay ids.
    fn resolve(&self, ids: &[String], asked: &EntityId) -> Result<Vec<ValueView>, ApiError> {
        let mut values = Vec::new();
        for id in ids.iter().take(MOST_NEIGHBOURS) {
            if id == asked.as_str() {
                values.push(ValueView::Text(id.clone()));
            } else if let Some(entity) = self.find(id)? {
                values.push(ValueView::Entity(Box::new(self.flat(&entity))));
            }
        }
        if values.is_empty() {
            values = ids.iter().cloned().map(ValueView::Text).collect();
        }
        Ok(values)
    }

    /// An entity with nested neighbours.
    pub(crate) fn nested(&self, entity: &Entity) -> Result<(EntityView, bool), ApiError> {
        let mut view = self.flat(entity);
        let Neighbours { by_property, is_cut } = self.neighbours(entity)?;
        for (property, neighbours) in by_property {
            let nested = neighbours.iter().map(|neighbour| {
                Ok(ValueView::Entity(Box::new(self.neighbour(neighbour, &entity.id)?)))
            });
            view.properties.insert(property, nested.collect::<Result<_, ApiError>>()?);
        }
        Ok((view, is_cut))
    }
}

/// Whether a property holds ids of entities.
fn holds_entities(entity: &Entity, property: &str) -> bool {
    entity.schema.property_labels(property).is_some_and(|property| property.type_name == "entity")
}

/// The inverse properties under which an entity shows one that refers to it.
fn reverse_properties(neighbour: &Entity, id: &EntityId) -> Vec<&'static str> {
    let named = neighbour
        .properties
        .iter()
        .filter(|(_, values)| values.iter().any(|value| value == id.as_str()));
    let labels = named.filter_map(|(property, _)| neighbour.schema.property_labels(property));
    labels
        .filter(|property| property.type_name == "entity")
        .filter_map(|property| property.reverse)
        .collect()
}
