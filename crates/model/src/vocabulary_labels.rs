//! How the FollowTheMoney vocabulary is shown: labels, captions, and the names of relations from their other end.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use crate::Schema;

const LABELS: &str = include_str!("../../../data/ftm/labels.tsv");
const TOPICS: &str = include_str!("../../../data/ftm/topics.tsv");

/// How a schema is shown.
#[derive(Debug)]
pub struct SchemaLabels {
    /// One entity of it.
    pub label: &'static str,
    /// Several of them.
    pub plural: &'static str,
    /// The properties that a caption is taken from, the best first.
    pub caption: Vec<&'static str>,
    /// The properties that are shown first.
    pub featured: Vec<&'static str>,
    properties: Vec<PropertyLabels>,
    reverses: Vec<ReverseProperty>,
}

/// How a property is shown.
#[derive(Debug)]
pub struct PropertyLabels {
    /// The schema that defines it.
    pub schema: &'static str,
    /// Its name.
    pub name: &'static str,
    /// Its label.
    pub label: &'static str,
    /// The name of its type: `name`, `date`, `country`, `entity` ...
    pub type_name: &'static str,
    /// Whether it is left out of selection lists.
    pub is_hidden: bool,
    /// For a property whose values are entities: the name of the reverse property that these entities show.
    pub reverse: Option<&'static str>,
}

/// A property that is stored at the other end: the ownerships of an owner.
#[derive(Debug)]
pub struct ReverseProperty {
    /// The schema whose entities have it.
    pub schema: &'static str,
    /// Its name.
    pub name: &'static str,
    /// Its label.
    pub label: &'static str,
    /// The schema of the entities that point here.
    pub range: &'static str,
}

type Labels = BTreeMap<&'static str, SchemaLabels>;

fn labels() -> &'static Labels {
    static TABLE: OnceLock<Labels> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut table = Labels::new();
        for line in LABELS.lines().filter(|line| !line.starts_with('#')) {
            let fields: Vec<&'static str> = line.split('\t').collect();
            let field = |index: usize| fields.get(index).copied().unwrap_or_default();
            let (schema, name) = (field(1), field(2));
            match field(0) {
                "schema" => {
                    table.insert(schema, parse_schema(field));
                }
                kind => {
                    let Some(labels) = table.get_mut(schema) else { continue };
                    if kind == "reverse" {
                        let (label, range) = (field(3), field(4));
                        labels.reverses.push(ReverseProperty { schema, name, label, range });
                    } else {
                        labels.properties.push(parse_property(field));
                    }
                }
            }
        }
        table
    })
}

fn parse_schema(field: impl Fn(usize) -> &'static str) -> SchemaLabels {
    let list = |text: &'static str| text.split(',').filter(|name| !name.is_empty()).collect();
    SchemaLabels {
        label: field(2),
        plural: field(3),
        caption: list(field(4)),
        featured: list(field(5)),
        properties: Vec::new(),
        reverses: Vec::new(),
    }
}

fn parse_property(field: impl Fn(usize) -> &'static str) -> PropertyLabels {
    PropertyLabels {
        schema: field(1),
        name: field(2),
        label: field(3),
        type_name: field(4),
        is_hidden: field(5) == "hidden",
        reverse: Some(field(6)).filter(|name| !name.is_empty()),
    }
}

impl Schema {
    /// How the schema is shown.
    pub fn labels(&self) -> Option<&'static SchemaLabels> {
        labels().get(self.as_str())
    }

    /// The schema and all it descends from, itself first.
    pub fn with_ancestors(&self) -> impl Iterator<Item = Schema> + use<> {
        let ancestors = self.definition().map(|schema| schema.ancestors()).unwrap_or_default();
        std::iter::once(self.clone())
            .chain(ancestors.iter().map(|name| Schema::from((*name).to_owned())))
    }

    /// All properties that its entities can have, its own first.
    pub fn properties(&self) -> impl Iterator<Item = &'static PropertyLabels> + use<> {
        self.with_ancestors()
            .filter_map(|schema| schema.labels())
            .flat_map(|labels| &labels.properties)
    }

    /// How a property is shown, if the schema or one that it descends from has it.
    pub fn property_labels(&self, name: &str) -> Option<&'static PropertyLabels> {
        self.properties().find(|property| property.name == name)
    }

    /// The properties that are stored at the other end.
    pub fn reverse_properties(&self) -> impl Iterator<Item = &'static ReverseProperty> + use<> {
        self.with_ancestors()
            .filter_map(|schema| schema.labels())
            .flat_map(|labels| &labels.reverses)
    }

    /// The schemata that an entity can be shown as, by name.
    pub fn all() -> impl Iterator<Item = Schema> {
        labels().keys().map(|name| Schema::from((*name).to_owned()))
    }
}

/// A topic of an entity, as FollowTheMoney codes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Topic {
    /// Its code, such as `sanction`.
    pub code: &'static str,
    /// Its label.
    pub label: &'static str,
    /// Whether entities with the topic are a risk.
    pub is_risk: bool,
}

impl Topic {
    /// The topic of a code.
    pub fn find(code: &str) -> Option<Topic> {
        let lines = TOPICS.lines().filter(|line| !line.starts_with('#'));
        let mut topics = lines.filter_map(|line| {
            let (code, rest) = line.split_once('\t')?;
            let (label, risk) = rest.split_once('\t').unwrap_or((rest, ""));
            Some(Topic { code, label, is_risk: !risk.is_empty() })
        });
        topics.find(|topic| topic.code == code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_schema_and_property_of_the_vocabulary_has_a_label() {
        for schema in Schema::all() {
            let definition = schema.definition().unwrap();
            let labels = schema.labels().unwrap();
            assert!(!labels.label.is_empty() && !labels.plural.is_empty(), "{schema}");
            for property in &definition.properties {
                let shown = schema.property_labels(property.name).unwrap();
                assert!(
                    !shown.label.is_empty() && !shown.type_name.is_empty(),
                    "{}",
                    property.name
                );
            }
            for name in labels.caption.iter().chain(&labels.featured) {
                let is_known = schema.property(name).is_some()
                    || schema.reverse_properties().any(|reverse| reverse.name == *name);
                assert!(is_known, "{schema} {name}");
            }
        }
        assert_eq!(Schema::PERSON.labels().unwrap().plural, "People");
    }

    #[test]
    fn a_relation_is_reached_from_both_ends() {
        let payment = Schema::parse("Payment").unwrap();
        let payer = payment.property_labels("payer").unwrap();
        assert_eq!(payer.reverse, Some("paymentPayer"));
        let reverse = Schema::PERSON.reverse_properties().find(|one| one.name == "paymentPayer");
        assert_eq!(reverse.map(|one| one.range), Some("Payment"));
        for schema in Schema::all() {
            let properties = &schema.labels().unwrap().properties;
            for reverse in properties.iter().filter_map(|property| property.reverse) {
                let is_there = Schema::all()
                    .any(|other| other.reverse_properties().any(|one| one.name == reverse));
                // The hierarchy of documents is not part of the vocabulary.
                assert!(is_there || schema.as_str() == "Document", "{schema} {reverse}");
            }
        }
    }

    #[test]
    fn topics_have_labels_and_some_are_risks() {
        let sanction = Topic::find("sanction").unwrap();
        assert_eq!((sanction.label, sanction.is_risk), ("Sanctioned entity", true));
        assert!(!Topic::find("gov").unwrap().is_risk);
        assert_eq!(Topic::find("nothing"), None);
    }
}
