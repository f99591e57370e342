//! Entities as clients of yente read them.

use std::collections::BTreeMap;

use interdict_engine::text_search::is_target;
use interdict_model::{DatasetName, Entity, Schema};
use serde::Serialize;

/// An entity in an answer. The keys are those of yente, and all of them are always present.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct EntityView {
    pub(crate) id: String,
    pub(crate) caption: String,
    pub(crate) schema: String,
    pub(crate) properties: BTreeMap<String, Vec<ValueView>>,
    pub(crate) datasets: Vec<String>,
    pub(crate) referents: Vec<String>,
    pub(crate) target: bool,
    pub(crate) first_seen: Option<String>,
    pub(crate) last_seen: Option<String>,
    pub(crate) last_change: Option<String>,
}

/// A value of a property: a text, or an entity in place of its id.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub(crate) enum ValueView {
    Text(String),
    Entity(Box<EntityView>),
}

impl EntityView {
    /// An entity without nested ones. `datasets` are the lists that contain it.
    pub(crate) fn flat(entity: &Entity, datasets: &[DatasetName]) -> Self {
        let texts = |values: &Vec<String>| values.iter().cloned().map(ValueView::Text).collect();
        let properties = entity.properties.iter();
        Self {
            id: entity.id.to_string(),
            caption: caption(entity),
            schema: entity.schema.to_string(),
            properties: properties.map(|(name, values)| (name.clone(), texts(values))).collect(),
            datasets: datasets.iter().map(ToString::to_string).collect(),
            referents: entity.referents.iter().map(ToString::to_string).collect(),
            target: is_target(entity),
            first_seen: entity.first_seen.as_deref().map(moment),
            last_seen: entity.last_seen.as_deref().map(moment),
            last_change: entity.last_change.as_deref().map(moment),
        }
    }
}

/// The name to show: that of the list, else the first value of the properties that the schema's captions are
/// taken from, else the label of the schema.
pub(crate) fn caption(entity: &Entity) -> String {
    if let Some(caption) = &entity.caption {
        return caption.clone();
    }
    let labels = entity.schema.labels();
    let properties = labels.map(|labels| labels.caption.as_slice()).unwrap_or_default();
    let mut values = properties.iter().filter_map(|property| entity.first(property));
    match (values.next(), labels) {
        (Some(value), _) => value.to_owned(),
        (None, Some(labels)) => labels.label.to_owned(),
        (None, None) => entity.schema.to_string(),
    }
}

/// A moment without zone and fraction: `2026-04-29T00:00:00`.
fn moment(text: &str) -> String {
    let text = text.trim_end_matches('Z');
    let seconds = text.split_once(['.', '+']).map_or(text, |(seconds, _)| seconds);
    match seconds.len() {
        10 => format!("{seconds}T00:00:00"),
        _ => seconds.to_owned(),
    }
}

/// The schemata that a search for a schema includes: its ancestors and descendants that are matchable; for a schema
/// that is not matchable, its descendants only.
pub(crate) fn related_schemata(schema: &Schema) -> Vec<Schema> {
    let is_related = |other: &Schema| match schema.is_matchable() {
        true => other.is_matchable() && (other.is_a(schema) || schema.is_a(other)),
        false => other.is_a(schema),
    };
    Schema::all().filter(is_related).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entity(schema: Schema) -> Entity {
        Entity::new("x-1".parse().unwrap(), schema)
    }

    #[test]
    fn a_caption_comes_from_the_list_the_values_or_the_schema() {
        let mut person = entity(Schema::PERSON);
        assert_eq!(caption(&person), "Person");
        person.add("lastName", "Roe");
        assert_eq!(caption(&person), "Roe");
        person.add("name", "Ivo Roe");
        assert_eq!(caption(&person), "Ivo Roe");
        person.caption = Some("Mr Roe".to_owned());
        assert_eq!(caption(&person), "Mr Roe");
        assert_eq!(caption(&entity(Schema::from("Spaceship".to_owned()))), "Spaceship");
    }

    #[test]
    fn moments_have_neither_zone_nor_fraction() {
        for (text, expected) in [
            ("2026-04-29", "2026-04-29T00:00:00"),
            ("2026-04-29T10:11:12", "2026-04-29T10:11:12"),
            ("2026-04-29T10:11:12.5Z", "2026-04-29T10:11:12"),
            ("2026-04-29T10:11:12+00:00", "2026-04-29T10:11:12"),
        ] {
            assert_eq!(moment(text), expected);
        }
    }

    #[test]
    fn schemata_of_a_search_are_those_of_the_same_line() {
        let names = |schema: Schema| -> Vec<String> {
            related_schemata(&schema).into_iter().map(String::from).collect()
        };
        assert_eq!(names(Schema::PERSON), ["LegalEntity", "Person"]);
        assert_eq!(names(Schema::COMPANY), ["Company", "LegalEntity", "Organization"]);
        assert!(names(Schema::from("Interval".to_owned())).contains(&"Ownership".to_owned()));
        assert!(names(Schema::from("Thing".to_owned())).contains(&"Vessel".to_owned()));
    }
}
