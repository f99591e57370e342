//! The fields of an entity: what each is called, how it is stored, and the values it has.

use interdict_model::{Entity, PropertyType, Schema};

use crate::fold::fold;

/// A field that is split into words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TextField {
    Names,
    Addresses,
    /// All values.
    Text,
}

/// A field of which every document's values are in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ColumnField {
    Schema,
    Datasets,
    Countries,
    Topics,
    Genders,
    Identifiers,
    Caption,
    FirstSeen,
    LastSeen,
    LastChange,
}

/// A field of a query, by how it is searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Field<'a> {
    Text(TextField),
    Column(ColumnField),
    /// Equality by a table of hashes; for other tests the entities are read. The name is the field's.
    Keyword(&'a str),
    EntityId,
    Target,
    ValueCount,
    Unknown,
}

/// Type groups that are searched by hashes.
const KEYWORD_GROUPS: [(&str, PropertyType); 5] = [
    ("dates", PropertyType::Date),
    ("emails", PropertyType::Email),
    ("phones", PropertyType::Phone),
    ("urls", PropertyType::Url),
    ("entities", PropertyType::Entity),
];

/// What the names of property fields begin with.
const PROPERTY_PREFIX: &str = "properties.";

/// The field of the other ids of an entity.
pub(crate) const REFERENTS: &str = "referents";

impl<'a> Field<'a> {
    pub(crate) fn parse(name: &'a str) -> Self {
        use ColumnField::*;
        match name {
            "names" => Self::Text(TextField::Names),
            "addresses" => Self::Text(TextField::Addresses),
            "text" => Self::Text(TextField::Text),
            "schema" => Self::Column(Schema),
            "datasets" => Self::Column(Datasets),
            "countries" => Self::Column(Countries),
            "topics" => Self::Column(Topics),
            "genders" => Self::Column(Genders),
            "identifiers" => Self::Column(Identifiers),
            "caption" => Self::Column(Caption),
            "first_seen" => Self::Column(FirstSeen),
            "last_seen" => Self::Column(LastSeen),
            "last_change" => Self::Column(LastChange),
            "entity_id" => Self::EntityId,
            "target" => Self::Target,
            "entity_values_count" => Self::ValueCount,
            REFERENTS => Self::Keyword(name),
            _ if name.starts_with(PROPERTY_PREFIX) => Self::Keyword(name),
            _ if KEYWORD_GROUPS.iter().any(|(group, _)| *group == name) => Self::Keyword(name),
            _ => Self::Unknown,
        }
    }

    /// A value to search for, as values of the field are stored.
    pub(crate) fn fold(&self, value: &str) -> String {
        match self {
            Self::Column(ColumnField::Schema | ColumnField::Datasets)
            | Self::Keyword(REFERENTS) => value.to_owned(),
            _ => fold(value),
        }
    }

    /// Whether it is one of the fields that say when something was seen.
    pub(crate) fn is_time_stamp(&self) -> bool {
        use ColumnField::{FirstSeen, LastChange, LastSeen};
        matches!(self, Self::Column(FirstSeen | LastSeen | LastChange))
    }

    /// The property that it is, if it is one.
    pub(crate) fn property(&self) -> Option<&'a str> {
        match self {
            Self::Keyword(name) => name.strip_prefix(PROPERTY_PREFIX),
            _ => None,
        }
    }
}

/// The name of the field of a property.
pub(crate) fn property_field(property: &str) -> String {
    format!("{PROPERTY_PREFIX}{property}")
}

/// The group that is searched by hashes and holds values of a type.
pub(crate) fn keyword_group(kind: PropertyType) -> Option<&'static str> {
    KEYWORD_GROUPS.iter().find(|(_, known)| *known == kind).map(|(name, _)| *name)
}

/// All values with the name and the type of their property.
pub(crate) fn typed_values(entity: &Entity) -> impl Iterator<Item = (&str, PropertyType, &str)> {
    entity.properties.iter().flat_map(|(name, values)| {
        let kind = entity.schema.property(name).map_or(PropertyType::Text, |known| known.kind);
        values.iter().map(move |value| (name.as_str(), kind, value.as_str()))
    })
}

/// The values of a keyword field of an entity, folded.
pub(crate) fn keyword_values(entity: &Entity, field: &str) -> Vec<String> {
    if field == REFERENTS {
        return entity.referents.iter().map(|id| id.as_str().to_owned()).collect();
    }
    let values: Vec<&str> = match field.strip_prefix(PROPERTY_PREFIX) {
        Some(property) => entity.values(property).iter().map(String::as_str).collect(),
        None => typed_values(entity)
            .filter(|(_, kind, _)| keyword_group(*kind) == Some(field))
            .map(|(_, _, value)| value)
            .collect(),
    };
    values.into_iter().map(fold).collect()
}

/// The values of a text field of an entity.
pub(crate) fn texts(entity: &Entity, field: TextField) -> impl Iterator<Item = &str> {
    let is_of_field = move |kind| match field {
        TextField::Names => kind == PropertyType::Name,
        TextField::Addresses => kind == PropertyType::Address,
        TextField::Text => true,
    };
    let values = typed_values(entity).filter(move |(_, kind, _)| is_of_field(*kind));
    let caption = shown_name(entity).filter(move |_| is_of_field(PropertyType::Name));
    values.map(|(_, _, value)| value).chain(caption)
}

/// The caption, if it is a name that no property repeats. The caption of a relation is the label of its
/// schema, such as "Ownership", which is no name.
fn shown_name(entity: &Entity) -> Option<&str> {
    let caption = entity.caption.as_deref()?;
    let is_repeated = entity.values("name").iter().any(|name| name == caption);
    (!is_repeated && entity.schema.is_a(&Schema::from("Thing".to_owned()))).then_some(caption)
}
