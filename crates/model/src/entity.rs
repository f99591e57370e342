//! Entities in FollowTheMoney's form.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Country, DatasetName, EntityId, PartialDate, PropertyType, Provenance, Schema};

/// A thing or a relation, with every value that its source gives.
///
/// Serialises as one FollowTheMoney JSON object. Keys outside the exchange format are
/// kept in `extra`, so reading and writing loses nothing.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema, Deserialize)]
pub struct Entity {
    /// The id.
    pub id: EntityId,
    /// The name to show; derived from the properties when the source gives none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caption: Option<String>,
    /// What it is.
    pub schema: Schema,
    /// Property values, by property name. Values keep their order.
    #[serde(default)]
    pub properties: BTreeMap<String, Vec<String>>,
    /// The datasets it is in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub datasets: Vec<DatasetName>,
    /// Other ids of the same entity.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub referents: Vec<EntityId>,
    /// When the source first had it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_seen: Option<String>,
    /// When the source last had it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_seen: Option<String>,
    /// When its data last changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_change: Option<String>,
    /// Whether it is itself listed, and not only mentioned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<bool>,
    /// Where it comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provenance: Option<Provenance>,
    /// Keys outside the exchange format, as they came.
    #[serde(flatten)]
    pub extra: BTreeMap<String, Value>,
}

/// The reliability of a listed name for matching.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum NameStrength {
    /// The primary name.
    Primary,
    /// A good alias.
    Strong,
    /// A former name.
    Former,
    /// An alias that the list itself calls weak: too short or too common to identify alone.
    Weak,
}

/// One name of an entity, with its strength.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EntityName<'entity> {
    /// The name as the list prints it.
    pub text: &'entity str,
    /// Its strength.
    pub strength: NameStrength,
}

/// Name properties, the most reliable first.
pub const NAME_PROPERTIES: [(&str, NameStrength); 5] = [
    ("name", NameStrength::Primary),
    ("alias", NameStrength::Strong),
    ("abbreviation", NameStrength::Weak),
    ("previousName", NameStrength::Former),
    ("weakAlias", NameStrength::Weak),
];

impl Entity {
    /// An entity without any values yet.
    pub fn new(id: EntityId, schema: Schema) -> Self {
        Self {
            id,
            caption: None,
            schema,
            properties: BTreeMap::new(),
            datasets: Vec::new(),
            referents: Vec::new(),
            first_seen: None,
            last_seen: None,
            last_change: None,
            target: None,
            provenance: None,
            extra: BTreeMap::new(),
        }
    }

    /// Adds a value; empty and repeated values are left out.
    pub fn add(&mut self, property: &str, value: impl Into<String>) {
        let value = value.into();
        let value = value.trim();
        if value.is_empty() {
            return;
        }
        let values = self.properties.entry(property.to_owned()).or_default();
        if !values.iter().any(|known| known == value) {
            values.push(value.to_owned());
        }
    }

    /// All values of a property, in order.
    pub fn values(&self, property: &str) -> &[String] {
        self.properties.get(property).map_or(&[], Vec::as_slice)
    }

    /// The first value of a property.
    pub fn first(&self, property: &str) -> Option<&str> {
        self.values(property).first().map(String::as_str)
    }

    /// The name to show: the caption, the first name, or the id.
    pub fn caption(&self) -> &str {
        self.caption
            .as_deref()
            .or_else(|| self.latin_name())
            .or_else(|| self.first("name"))
            .or_else(|| self.names().next().map(|name| name.text))
            .or_else(|| self.first("publicKey"))
            .or_else(|| self.first("full"))
            .unwrap_or(self.id.as_str())
    }

    /// The first primary name in Latin letters, because lists give names in many scripts in no certain order.
    fn latin_name(&self) -> Option<&str> {
        // Latin letters with their diacritics are below the Greek ones, and in the block of additions (Vietnamese).
        let is_latin =
            |letter: char| letter < '\u{370}' || ('\u{1e00}'..'\u{1f00}').contains(&letter);
        let names = self.values("name").iter().map(String::as_str);
        names.into_iter().find(|name| {
            name.contains(char::is_alphabetic)
                && name.chars().filter(|letter| letter.is_alphabetic()).all(is_latin)
        })
    }

    /// All names with their strength, primary names first.
    pub fn names(&self) -> impl Iterator<Item = EntityName<'_>> {
        NAME_PROPERTIES.into_iter().flat_map(|(property, strength)| {
            self.values(property).iter().map(move |text| EntityName { text, strength })
        })
    }

    /// All values of properties of that type, with the property's name.
    pub fn values_of(&self, kind: PropertyType) -> impl Iterator<Item = (&str, &str)> {
        self.properties
            .iter()
            .filter(move |(name, _)| {
                self.schema.property(name).is_some_and(|property| property.kind == kind)
            })
            .flat_map(|(name, values)| values.iter().map(move |value| (name.as_str(), &**value)))
    }

    /// The countries of all country-typed properties, without repeats, in order of their code.
    pub fn countries(&self) -> Vec<Country> {
        let mut countries: Vec<Country> = self
            .values_of(PropertyType::Country)
            .filter_map(|(_, value)| value.parse().ok())
            .collect();
        countries.sort();
        countries.dedup();
        countries
    }

    /// The dates of one property that can be read.
    pub fn dates(&self, property: &str) -> Vec<PartialDate> {
        self.values(property).iter().filter_map(|value| value.parse().ok()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_caption_is_the_first_primary_name_in_latin_letters() {
        let caption = |names: &[&str]| {
            let mut entity = Entity::new("x-1".parse().unwrap(), Schema::PERSON);
            entity.add("alias", "Ivo");
            names.iter().for_each(|name| entity.add("name", *name));
            entity.caption().to_owned()
        };
        assert_eq!(caption(&["Иво Роэ", "7-28", "Łukasz Roé", "Ivo Roe"]), "Łukasz Roé");
        assert_eq!(caption(&["Иво Роэ", "伊沃"]), "Иво Роэ");
        assert_eq!(caption(&[]), "Ivo");
    }

    #[test]
    fn json_lines_round_trip_with_unknown_keys() {
        let line = r#"{"id":"x-1","caption":"Kim","schema":"Person","properties":{"name":["Kim"],"topics":["sanction"]},"datasets":["d"],"referents":["y-1"],"first_seen":"2023-05-23","target":true,"origin":["z"]}"#;
        let entity: Entity = serde_json::from_str(line).unwrap();
        let again: Value = serde_json::to_value(&entity).unwrap();
        let original: Value = serde_json::from_str(line).unwrap();
        assert_eq!(again, original);
    }

    #[test]
    fn names_come_with_their_strength_primary_first() {
        let mut entity = Entity::new("x".parse().unwrap(), Schema::PERSON);
        entity.add("weakAlias", "Bob");
        entity.add("name", "Robert Roe");
        entity.add("name", "Robert Roe");
        let names: Vec<_> = entity.names().map(|name| (name.text, name.strength)).collect();
        assert_eq!(names, [("Robert Roe", NameStrength::Primary), ("Bob", NameStrength::Weak)]);
        assert_eq!(entity.caption(), "Robert Roe");
    }
}
