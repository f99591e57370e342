//! The reference values: what the numbers in the file mean.

use std::collections::HashMap;

use crate::ofac::party::PartyKind;
use crate::xml::Element;

/// Texts by element name and number, such as `FeatureType` 8: `Birthdate`.
#[derive(Default)]
pub(super) struct References {
    sets: HashMap<String, HashMap<String, String>>,
}

/// Meanings of the numbers for files without the set, taken from the published list, where they have not changed for
/// years.
const USUAL: [(&str, &str, &str); 20] = [
    ("AliasType", "1400", "A.K.A."),
    ("AliasType", "1401", "F.K.A."),
    ("AliasType", "1402", "N.K.A."),
    ("AliasType", "1403", "Name"),
    ("NamePartType", "1520", "Last Name"),
    ("NamePartType", "1521", "First Name"),
    ("NamePartType", "1522", "Middle Name"),
    ("NamePartType", "91708", "Patronymic"),
    ("NamePartType", "91709", "Matronymic"),
    ("PartySubType", "1", "Vessel"),
    ("PartySubType", "2", "Aircraft"),
    ("PartySubType", "3", "Unknown"),
    ("PartySubType", "4", "Unknown"),
    ("PartyTypeID", "3", "2"),
    ("PartyTypeID", "4", "1"),
    ("PartyType", "1", "Individual"),
    ("PartyType", "2", "Entity"),
    ("IDRegDocDateType", "1480", "Issue Date"),
    ("IDRegDocDateType", "1481", "Expiration Date"),
    ("SanctionsType", "1", "Program"),
];

impl References {
    /// Takes one set, such as `<CountryValues>`.
    pub(super) fn add(&mut self, values: &Element) {
        for value in values.elements() {
            let Some(id) = value.attribute("ID") else { continue };
            // Area codes are abbreviations; what they stand for is in an attribute.
            let text = value.attribute("Description").unwrap_or(value.text());
            self.insert(value.name(), id, text);
            if let Some(kind) = value.attribute("PartyTypeID") {
                self.insert("PartyTypeID", id, kind);
            }
        }
    }

    fn insert(&mut self, set: &str, id: &str, text: &str) {
        self.sets.entry(set.to_owned()).or_default().insert(id.to_owned(), text.to_owned());
    }

    /// What a number means; `None` if the file does not state it.
    pub(super) fn text(&self, set: &str, id: Option<&str>) -> Option<&str> {
        let id = id?;
        let given = self.sets.get(set).and_then(|values| values.get(id)).map(String::as_str);
        given.or_else(|| {
            USUAL.iter().find(|(name, number, _)| *name == set && *number == id).map(|row| row.2)
        })
    }

    /// What kind of party a sub-type is; `None` if the file does not state it.
    pub(super) fn party_kind(&self, sub_type: Option<&str>) -> Option<PartyKind> {
        match self.text("PartySubType", sub_type)? {
            "Vessel" => return Some(PartyKind::Vessel),
            "Aircraft" => return Some(PartyKind::Aircraft),
            "Individual" => return Some(PartyKind::Individual),
            "Entity" => return Some(PartyKind::Entity),
            _ => {}
        }
        match self.text("PartyType", self.text("PartyTypeID", sub_type))? {
            "Individual" => Some(PartyKind::Individual),
            "Entity" => Some(PartyKind::Entity),
            _ => None,
        }
    }
}
