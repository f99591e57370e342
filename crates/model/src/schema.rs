//! The FollowTheMoney vocabulary: schemata, their hierarchy, and their properties.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

const VOCABULARY: &str = include_str!("../../../data/ftm/vocabulary.tsv");

/// What values a property holds, in FollowTheMoney's terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PropertyType {
    /// A name of the entity itself.
    Name,
    /// A date, perhaps partial.
    Date,
    /// A country or territory code.
    Country,
    /// A number or code that identifies.
    Identifier,
    /// The id of another entity.
    Entity,
    /// A postal address in one line.
    Address,
    /// An e-mail address.
    Email,
    /// A telephone number.
    Phone,
    /// A web address.
    Url,
    /// `male`, `female` or `other`.
    Gender,
    /// A topic such as `sanction`.
    Topic,
    /// Anything else: free text, numbers, checksums.
    Text,
}

impl PropertyType {
    fn parse(text: &str) -> Self {
        match text {
            "name" => Self::Name,
            "date" => Self::Date,
            "country" => Self::Country,
            "identifier" => Self::Identifier,
            "entity" => Self::Entity,
            "address" => Self::Address,
            "email" => Self::Email,
            "phone" => Self::Phone,
            "url" => Self::Url,
            "gender" => Self::Gender,
            "topic" => Self::Topic,
            _ => Self::Text,
        }
    }
}

/// One property of a schema, with the type of its values.
#[derive(Debug, Clone, Copy)]
pub struct PropertyDef {
    /// The property's name, such as `birthDate`.
    pub name: &'static str,
    /// The type of its values.
    pub kind: PropertyType,
    /// For entity-typed properties, the schema that the value must have.
    pub range: &'static str,
}

/// One schema of the vocabulary.
#[derive(Debug)]
pub struct SchemaDef {
    /// The schema's name, such as `Person`.
    pub name: &'static str,
    /// Its direct parents.
    pub extends: Vec<&'static str>,
    /// Whether entities of it are screened against.
    pub matchable: bool,
    /// For relations: the properties that hold the two ends.
    pub edge: Option<(&'static str, &'static str)>,
    /// Its own properties, without the inherited ones.
    pub properties: Vec<PropertyDef>,
    /// All schemata that it descends from, each parent before that parent's own ancestors.
    ancestors: Vec<&'static str>,
}

impl SchemaDef {
    pub(crate) fn ancestors(&self) -> &[&'static str] {
        &self.ancestors
    }
}

type Vocabulary = BTreeMap<&'static str, SchemaDef>;

fn vocabulary() -> &'static Vocabulary {
    static TABLE: OnceLock<Vocabulary> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut table = Vocabulary::new();
        for line in VOCABULARY.lines().filter(|line| !line.starts_with('#')) {
            let mut fields = line.split('\t');
            let kind = fields.next().unwrap_or_default();
            let first = fields.next().unwrap_or_default();
            let rest: Vec<&'static str> = fields.collect();
            let field = |index: usize| rest.get(index).copied().unwrap_or_default();
            if kind == "schema" {
                let extends = field(0).split(',').filter(|name| !name.is_empty()).collect();
                let flags = field(1);
                let edge = flags.contains("edge").then(|| (field(2), field(3)));
                let matchable = flags.contains("matchable");
                let (properties, ancestors) = (Vec::new(), Vec::new());
                let schema =
                    SchemaDef { name: first, extends, matchable, edge, properties, ancestors };
                table.insert(first, schema);
            } else if let Some(schema) = table.get_mut(first) {
                let kind = PropertyType::parse(field(1));
                schema.properties.push(PropertyDef { name: field(0), kind, range: field(2) });
            }
        }
        let names: Vec<&'static str> = table.keys().copied().collect();
        for name in names {
            let mut ancestors = Vec::new();
            push_ancestors(&table, name, &mut ancestors);
            table.entry(name).and_modify(|schema| schema.ancestors = ancestors);
        }
        table
    })
}

fn push_ancestors(table: &Vocabulary, name: &str, ancestors: &mut Vec<&'static str>) {
    for &parent in table.get(name).into_iter().flat_map(|schema| &schema.extends) {
        if !ancestors.contains(&parent) {
            ancestors.push(parent);
            push_ancestors(table, parent, ancestors);
        }
    }
}

/// The name of a schema. Schemata outside the vocabulary are kept unchanged, and are compatible only with themselves.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct Schema(Cow<'static, str>);

impl Schema {
    /// A natural person.
    pub const PERSON: Schema = Schema(Cow::Borrowed("Person"));
    /// Any group of people.
    pub const ORGANIZATION: Schema = Schema(Cow::Borrowed("Organization"));
    /// A body registered for business.
    pub const COMPANY: Schema = Schema(Cow::Borrowed("Company"));
    /// A person or an organisation, not known which.
    pub const LEGAL_ENTITY: Schema = Schema(Cow::Borrowed("LegalEntity"));
    /// A ministry, agency or other body of a state.
    pub const PUBLIC_BODY: Schema = Schema(Cow::Borrowed("PublicBody"));
    /// A ship.
    pub const VESSEL: Schema = Schema(Cow::Borrowed("Vessel"));
    /// An aircraft.
    pub const AIRPLANE: Schema = Schema(Cow::Borrowed("Airplane"));
    /// A virtual-currency address.
    pub const CRYPTO_WALLET: Schema = Schema(Cow::Borrowed("CryptoWallet"));
    /// A postal address.
    pub const ADDRESS: Schema = Schema(Cow::Borrowed("Address"));
    /// An identity document or number.
    pub const IDENTIFICATION: Schema = Schema(Cow::Borrowed("Identification"));
    /// A passport.
    pub const PASSPORT: Schema = Schema(Cow::Borrowed("Passport"));
    /// One designation by one authority.
    pub const SANCTION: Schema = Schema(Cow::Borrowed("Sanction"));
    /// A relation of a kind that the source does not state.
    pub const UNKNOWN_LINK: Schema = Schema(Cow::Borrowed("UnknownLink"));

    /// Looks a schema up by its name, in any letter case.
    pub fn parse(text: &str) -> Result<Schema, SchemaError> {
        let text = text.trim();
        vocabulary()
            .keys()
            .find(|name| name.eq_ignore_ascii_case(text))
            .map(|name| Schema(Cow::Borrowed(*name)))
            .ok_or_else(|| SchemaError { name: text.chars().take(60).collect() })
    }

    /// The schema's name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The definition, unless the schema is outside the vocabulary.
    pub fn definition(&self) -> Option<&'static SchemaDef> {
        vocabulary().get(self.as_str())
    }

    /// Whether this schema is `other` or descends from it.
    pub fn is_a(&self, other: &Schema) -> bool {
        self == other || descends(self.as_str(), other.as_str())
    }

    /// Whether an entity of one could be an entity of the other: one descends from the other, or both are
    /// organisations. `Organization` and `Company` can be one body, and a state's `Company` and a
    /// `PublicBody`; `Person` and `Vessel` cannot.
    pub fn is_compatible_with(&self, other: &Schema) -> bool {
        let is_organisation = |schema: &Schema| schema.is_a(&Schema::ORGANIZATION);
        self.is_a(other) || other.is_a(self) || is_organisation(self) && is_organisation(other)
    }

    /// Whether entities of this schema are screened against.
    pub fn is_matchable(&self) -> bool {
        self.definition().is_some_and(|schema| schema.matchable)
    }

    /// For relations, the properties that hold source and target.
    pub fn edge(&self) -> Option<(&'static str, &'static str)> {
        self.definition().and_then(|schema| schema.edge)
    }

    /// The property of that name, own or inherited.
    pub fn property(&self, name: &str) -> Option<PropertyDef> {
        find_property(self.as_str(), name)
    }

    /// All matchable schemata, in alphabetical order.
    pub fn matchable() -> impl Iterator<Item = Schema> {
        vocabulary()
            .values()
            .filter(|schema| schema.matchable)
            .map(|schema| Schema(Cow::Borrowed(schema.name)))
    }
}

fn descends(name: &str, ancestor: &str) -> bool {
    vocabulary().get(name).is_some_and(|schema| schema.ancestors.contains(&ancestor))
}

fn find_property(schema: &str, name: &str) -> Option<PropertyDef> {
    let schema = vocabulary().get(schema)?;
    let inherited = schema.ancestors.iter().filter_map(|ancestor| vocabulary().get(ancestor));
    std::iter::once(schema)
        .chain(inherited)
        .flat_map(|schema| &schema.properties)
        .find(|property| property.name == name)
        .copied()
}

impl From<String> for Schema {
    fn from(name: String) -> Self {
        match vocabulary().get_key_value(name.as_str()) {
            Some((known, _)) => Schema(Cow::Borrowed(*known)),
            None => Schema(Cow::Owned(name)),
        }
    }
}

impl From<Schema> for String {
    fn from(schema: Schema) -> Self {
        schema.0.into_owned()
    }
}

impl fmt::Display for Schema {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// A schema name that the vocabulary does not have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown schema {name:?}")]
pub struct SchemaError {
    /// The unknown name.
    pub name: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hierarchy_follows_the_published_model() {
        let company = Schema::parse("company").unwrap();
        assert!(company.is_a(&Schema::LEGAL_ENTITY));
        assert!(company.is_a(&Schema::ORGANIZATION));
        assert!(!Schema::PERSON.is_a(&Schema::ORGANIZATION));
        assert!(Schema::LEGAL_ENTITY.is_compatible_with(&Schema::PERSON));
        assert!(!Schema::VESSEL.is_compatible_with(&Schema::PERSON));
        assert!(Schema::COMPANY.is_compatible_with(&Schema::PUBLIC_BODY));
        assert!(!Schema::VESSEL.is_compatible_with(&Schema::COMPANY));
    }

    #[test]
    fn properties_are_inherited() {
        let property = Schema::COMPANY.property("innCode").unwrap();
        assert_eq!(property.kind, PropertyType::Identifier);
        assert!(Schema::COMPANY.property("birthDate").is_none());
    }

    #[test]
    fn a_schema_descends_from_its_parents_and_from_all_that_they_descend_from() {
        let known = |name: &str| vocabulary().get(name).into_iter();
        for (name, schema) in vocabulary() {
            let mut expected: Vec<&str> = schema.extends.clone();
            let mut at = 0;
            while let Some(parent) = expected.get(at) {
                expected.extend(known(parent).flat_map(|parent| &parent.extends));
                at += 1;
            }
            for other in vocabulary().keys() {
                assert_eq!(descends(name, other), expected.contains(other), "{name} {other}");
            }
            let parents = expected.iter().flat_map(|parent| known(parent));
            for property in parents.flat_map(|parent| &parent.properties) {
                assert!(find_property(name, property.name).is_some(), "{name} {}", property.name);
            }
        }
    }

    #[test]
    fn a_relation_names_the_properties_of_its_ends_and_a_thing_has_none() {
        let ownership = Schema::parse("Ownership").unwrap();
        assert_eq!(ownership.edge(), Some(("owner", "asset")));
        assert_eq!(Schema::PERSON.edge(), None);
    }

    #[test]
    fn persons_are_screened_against_and_their_listings_are_not() {
        assert!(Schema::PERSON.is_matchable() && Schema::VESSEL.is_matchable());
        assert!(!Schema::SANCTION.is_matchable());
        assert!(!Schema::from("Spaceship".to_owned()).is_matchable());
        let names: Vec<String> = Schema::matchable().map(String::from).collect();
        assert!(names.is_sorted() && names.contains(&"Person".to_owned()));
        assert!(Schema::matchable().all(|schema| schema.is_matchable()));
    }

    #[test]
    fn every_property_has_the_type_that_the_published_model_gives_it() {
        for (schema, property, kind, range) in [
            (Schema::PERSON, "name", PropertyType::Name, ""),
            (Schema::PERSON, "birthDate", PropertyType::Date, ""),
            (Schema::PERSON, "nationality", PropertyType::Country, ""),
            (Schema::PERSON, "passportNumber", PropertyType::Identifier, ""),
            (Schema::SANCTION, "entity", PropertyType::Entity, "Thing"),
            (Schema::PERSON, "address", PropertyType::Address, ""),
            (Schema::PERSON, "email", PropertyType::Email, ""),
            (Schema::PERSON, "phone", PropertyType::Phone, ""),
            (Schema::PERSON, "website", PropertyType::Url, ""),
            (Schema::PERSON, "gender", PropertyType::Gender, ""),
            (Schema::PERSON, "topics", PropertyType::Topic, ""),
            (Schema::PERSON, "notes", PropertyType::Text, ""),
        ] {
            let found = schema.property(property).unwrap();
            assert_eq!((found.name, found.kind, found.range), (property, kind, range));
        }
        assert!(Schema::from("Spaceship".to_owned()).property("name").is_none());
    }

    #[test]
    fn an_unknown_schema_is_refused_when_asked_for_and_kept_when_read() {
        assert_eq!(Schema::parse("Spaceship").unwrap_err().name, "Spaceship");
        assert_eq!(Schema::parse(&"x".repeat(90)).unwrap_err().name.len(), 60);
        let spaceship = Schema::from("Spaceship".to_owned());
        assert!(spaceship.definition().is_none() && spaceship.is_a(&spaceship));
        assert!(!spaceship.is_a(&Schema::PERSON));
        assert_eq!(Schema::parse(" PERSON ").unwrap().to_string(), "Person");
        assert_eq!(Schema::from("Spaceship".to_owned()).as_str(), "Spaceship");
    }
}
