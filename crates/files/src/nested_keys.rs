//! The meanings of the keys of nested objects.

use std::collections::HashMap;

use interdict_model::{DateOrder, DatePrefix, IdentifierKind, is_number_label};
use interdict_screen::{FieldMeaning, OTHER_PARTY, stray_number};

use crate::options::NestedKey;

/// The meaning of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum KeyRole {
    /// The kind of party or document.
    Kind,
    /// The id of the party.
    Id,
    /// A company, which is another party.
    Company,
    /// A property.
    Property(String),
}

/// The keys of a file's nested objects, and how the values under each are read.
#[derive(Debug, Default)]
pub(crate) struct NestedKeys {
    roles: HashMap<String, KeyRole>,
    /// By property, since looking one up in the vocabulary takes as long as reading many values.
    meanings: HashMap<String, FieldMeaning>,
}

impl NestedKeys {
    /// `None` if no keys are given.
    pub(crate) fn new(keys: Option<&[NestedKey]>, order: Option<DateOrder>) -> Option<Self> {
        let keys = keys?;
        let role = |key: &NestedKey| match key.meaning.as_str() {
            "schema" => KeyRole::Kind,
            "id" => KeyRole::Id,
            "company" => KeyRole::Company,
            property => KeyRole::Property(property.to_owned()),
        };
        let roles: HashMap<String, KeyRole> =
            keys.iter().map(|key| (key.key.clone(), role(key))).collect();
        let own = roles.values().filter_map(|role| match role {
            KeyRole::Property(property) => Some(property.clone()),
            _ => None,
        });
        let kinds = IdentifierKind::names().filter_map(IdentifierKind::of_label);
        let numbers = kinds.map(|kind| kind.property().to_owned());
        let known = [OTHER_PARTY, "name", "birthDate"].map(str::to_owned);
        let properties: Vec<String> = own.chain(numbers).chain(known).collect();
        let strays = properties.iter().map(|property| stray_number(property));
        let meanings = properties.iter().cloned().chain(strays).map(|property| {
            let meaning = FieldMeaning::new(&property, order);
            (property, meaning)
        });
        let meanings = meanings.collect();
        Some(Self { roles, meanings })
    }

    /// Sets the day of screening.
    pub(crate) fn set_day(&mut self, day: Option<DatePrefix>) {
        self.meanings.values_mut().for_each(|meaning| *meaning = meaning.clone().on(day));
    }

    pub(crate) fn role(&self, key: &str) -> Option<&KeyRole> {
        self.roles.get(key)
    }

    pub(crate) fn meaning(&self, property: &str) -> FieldMeaning {
        let known = self.meanings.get(property).cloned();
        known.unwrap_or_else(|| FieldMeaning::new(property, None))
    }
}

/// Whether a key names the number itself and not an attribute of it: `number`, `documentNo`, `value`.
pub fn is_value_key(key: &str) -> bool {
    let last = words(key).into_iter().next_back().unwrap_or_default();
    matches!(last.as_str(), "value" | "text") || is_number_label(&last)
}

/// Whether a key names documents or numbers: `documents`, `ids`, `identityCards`.
pub fn is_document_key(key: &str) -> bool {
    words(key).iter().any(|word| {
        let single = word.strip_suffix('s').unwrap_or(word);
        [word, single].iter().any(|word| is_number_label(word) && word.len() > 1)
    })
}

/// The words of a key in lower case: `documentNo` has two.
fn words(key: &str) -> Vec<String> {
    let mut parted = String::new();
    let mut before = ' ';
    for letter in key.chars() {
        if letter.is_uppercase() && before.is_lowercase() {
            parted.push(' ');
        }
        parted.push(if letter.is_alphabetic() { letter } else { ' ' });
        before = letter;
    }
    parted.split_whitespace().map(str::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_a_key_say_whether_it_is_a_number_or_a_document() {
        for key in ["number", "documentNo", "value", "doc_number", "номер", "ID"] {
            assert!(is_value_key(key), "{key}");
        }
        for key in ["type", "issued", "country", "valid_until", "no_of_children", ""] {
            assert!(!is_value_key(key), "{key}");
        }
        for key in ["documents", "ids", "identityCards", "passports", "registrationNumbers"] {
            assert!(is_document_key(key), "{key}");
        }
        for key in ["parties", "address", "s", "children", "n"] {
            assert!(!is_document_key(key), "{key}");
        }
    }
}
