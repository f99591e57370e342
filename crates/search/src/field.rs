//! The fields of an entity: their names, how they are stored, and their values.

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

/// A field whose values are held in memory for every document.
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

/// The prefix of the names of property fields.
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
        if self.is_exact() { value.to_owned() } else { fold(value) }
    }

    /// Whether case and accents count.
    pub(crate) fn is_exact(&self) -> bool {
        matches!(
            self,
            Self::Column(ColumnField::Schema | ColumnField::Datasets) | Self::Keyword(REFERENTS)
        )
    }

    /// Whether it is one of the time-stamp fields.
    pub(crate) fn is_time_stamp(&self) -> bool {
        use ColumnField::{FirstSeen, LastChange, LastSeen};
        matches!(self, Self::Column(FirstSeen | LastSeen | LastChange))
    }

    /// The property of the field, if it is a property field.
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

/// A value with the name and the type of its property.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TypedValue<'e> {
    pub(crate) property: &'e str,
    pub(crate) kind: PropertyType,
    pub(crate) text: &'e str,
}

/// The values of an entity by field. The type of each property is looked up once: it takes longer than
/// folding the value.
#[derive(Debug)]
pub(crate) struct Values<'e> {
    entity: &'e Entity,
    typed: Vec<TypedValue<'e>>,
    shown_name: Option<&'e str>,
}

impl<'e> Values<'e> {
    pub(crate) fn of(entity: &'e Entity) -> Self {
        let typed = entity.properties.iter().flat_map(|(property, values)| {
            let known = entity.schema.property(property);
            let kind = known.map_or(PropertyType::Text, |known| known.kind);
            values.iter().map(move |text| TypedValue { property, kind, text })
        });
        Self { entity, typed: typed.collect(), shown_name: shown_name(entity) }
    }

    /// All values of properties, those of one property together.
    pub(crate) fn all(&self) -> &[TypedValue<'e>] {
        &self.typed
    }

    /// The values of a type, folded.
    pub(crate) fn of_type(&self, kind: PropertyType) -> impl Iterator<Item = String> {
        self.typed.iter().filter(move |value| value.kind == kind).map(|value| fold(value.text))
    }

    /// The values of a keyword field, folded.
    pub(crate) fn of_keyword(&self, field: &str) -> Vec<String> {
        if field == REFERENTS {
            return self.entity.referents.iter().map(|id| id.as_str().to_owned()).collect();
        }
        if let Some(property) = field.strip_prefix(PROPERTY_PREFIX) {
            return self.entity.values(property).iter().map(|value| fold(value)).collect();
        }
        let group = KEYWORD_GROUPS.iter().find(|(name, _)| *name == field);
        group.map(|(_, kind)| self.of_type(*kind).collect()).unwrap_or_default()
    }

    /// The values of a text field.
    pub(crate) fn texts(&self, field: TextField) -> impl Iterator<Item = &'e str> {
        let is_of_field = move |kind| match field {
            TextField::Names => kind == PropertyType::Name,
            TextField::Addresses => kind == PropertyType::Address,
            TextField::Text => true,
        };
        let values = self.typed.iter().filter(move |value| is_of_field(value.kind));
        let shown = self.shown_name.filter(|_| is_of_field(PropertyType::Name));
        values.map(|value| value.text).chain(shown)
    }
}

/// The caption, if it is a name that no property repeats. The caption of a relation is the label of its
/// schema, such as "Ownership", which is no name.
fn shown_name(entity: &Entity) -> Option<&str> {
    let caption = entity.caption.as_deref()?;
    let is_repeated = entity.values("name").iter().any(|name| name == caption);
    (!is_repeated && entity.schema.is_a(&Schema::from("Thing".to_owned()))).then_some(caption)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::entity;

    #[test]
    fn values_are_found_by_type_by_property_and_by_field() {
        let pairs =
            [("name", "Jane Roe"), ("birthDate", "1970"), ("address", "Éire"), ("email", "A@B")];
        let mut jane = entity("x", "Person", &pairs);
        jane.caption = Some("J. Roe".to_owned());
        jane.referents = vec!["Y".parse().unwrap()];
        let values = Values::of(&jane);
        let texts = |field| values.texts(field).collect::<Vec<_>>();
        assert_eq!(texts(TextField::Names), ["Jane Roe", "J. Roe"]);
        assert_eq!(texts(TextField::Addresses), ["Éire"]);
        assert_eq!(texts(TextField::Text), ["Éire", "1970", "A@B", "Jane Roe", "J. Roe"]);
        assert_eq!(values.of_keyword("emails"), ["a@b"]);
        assert_eq!(values.of_keyword("properties.address"), ["eire"]);
        assert_eq!(values.of_keyword(REFERENTS), ["Y"]);
        assert_eq!(values.of_keyword("nothing"), [""; 0]);
    }

    #[test]
    fn fields_are_known_by_name() {
        assert_eq!(Field::parse("names"), Field::Text(TextField::Names));
        assert_eq!(Field::parse("dates"), Field::Keyword("dates"));
        assert_eq!(Field::parse("properties.x").property(), Some("x"));
        assert_eq!(Field::parse("id"), Field::Unknown);
        assert_eq!(Field::parse("schema").fold("Person"), "Person");
        assert_eq!(Field::parse("caption").fold("Person"), "person");
    }
}
