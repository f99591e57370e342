//! Labels, and the set of labels that a query uses.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use super::Category;
use crate::{ledger::ledger_address, time::Time};

/// One statement about the party behind an address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Label {
    /// The address, in any of its forms.
    pub address: String,
    /// The party.
    pub entity: String,
    /// What kind of party.
    pub category: Category,
    /// From when the statement holds: for a sanctions list, the designation.
    pub valid_from: Option<Time>,
    /// Until when it holds, this moment excluded: for a sanctions list, the removal.
    pub valid_to: Option<Time>,
    /// The authority that designated the party, for sanctions lists.
    pub authority: Option<String>,
    /// Where the statement is from.
    pub source: String,
}

impl Label {
    /// Whether the statement holds at a moment. A label without dates always holds.
    pub fn holds_at(&self, time: Time) -> bool {
        self.valid_from.is_none_or(|from| from <= time) && self.valid_to.is_none_or(|to| time < to)
    }
}

/// A list or pack and its version, for reports.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema, Deserialize)]
pub struct ListVersion {
    /// Its name.
    pub name: String,
    /// Its version or date, as its publisher states it.
    pub version: String,
}

/// Why labels could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LabelError {
    /// The text is not of the expected form.
    #[error("label pack {pack}, line {line}: {reason}")]
    Malformed {
        /// The pack.
        pack: String,
        /// The line.
        line: usize,
        /// What is wrong.
        reason: String,
    },
}

/// All labels of a query, by address.
#[derive(Debug, Clone, Default)]
pub struct LabelSet {
    by_address: BTreeMap<String, Vec<Label>>,
    versions: Vec<ListVersion>,
}

impl LabelSet {
    /// Adds one label.
    pub fn add(&mut self, mut label: Label) {
        label.address = ledger_address(&label.address).into_owned();
        let labels = self.by_address.entry(label.address.clone()).or_default();
        if !labels.contains(&label) {
            labels.push(label);
            // The most severe category first, then by name: the order of packs changes nothing.
            labels.sort_by(|a, b| {
                (&a.category, &a.entity, &a.source).cmp(&(&b.category, &b.entity, &b.source))
            });
        }
    }

    /// Adds labels and the version of the pack that they are from.
    pub fn add_pack(&mut self, labels: impl IntoIterator<Item = Label>, version: ListVersion) {
        labels.into_iter().for_each(|label| self.add(label));
        if !self.versions.contains(&version) {
            self.versions.push(version);
            self.versions.sort();
        }
    }

    /// The labels of an address in the form that the ledger keeps.
    pub fn of(&self, address: &str) -> &[Label] {
        self.by_address.get(address).map_or(&[], Vec::as_slice)
    }

    /// All addresses of a party, by its name in any letter case.
    pub fn addresses_of(&self, entity: &str) -> Vec<&str> {
        let wanted = entity.to_lowercase();
        let named =
            |labels: &[Label]| labels.iter().any(|label| label.entity.to_lowercase() == wanted);
        self.by_address
            .iter()
            .filter(|(_, labels)| named(labels))
            .map(|(address, _)| address.as_str())
            .collect()
    }

    /// Every address with its labels, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[Label])> {
        self.by_address.iter().map(|(address, labels)| (address.as_str(), labels.as_slice()))
    }

    /// The lists and packs in the set.
    pub fn versions(&self) -> &[ListVersion] {
        &self.versions
    }

    /// The number of labelled addresses.
    pub fn len(&self) -> usize {
        self.by_address.len()
    }

    /// Whether no address is labelled.
    pub fn is_empty(&self) -> bool {
        self.by_address.is_empty()
    }
}
