//! The values on which a judgement rests, by field, so that later differences can be shown.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A field that can change a judgement.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum JudgedField {
    /// The kind of party: a person, a company, a vessel.
    Schema,
    /// All names, normalised.
    Names,
    /// Dates of birth, or of foundation.
    BirthDates,
    /// Dates of death, or of dissolution.
    DeathDates,
    /// Gender.
    Gender,
    /// Countries of all kinds.
    Countries,
    /// Numbers of documents and registers.
    Identifiers,
    /// Addresses, to the city where it is known.
    Addresses,
    /// Wallets.
    Wallets,
    /// Topics, such as `sanction`.
    Topics,
    /// Programmes under which it is listed.
    Programmes,
    /// Other data of a customer.
    Other,
}

/// The values on which a judgement rests: a set of normalised values for each field.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Fingerprint(BTreeMap<JudgedField, BTreeSet<String>>);

/// A field that differs from the judged one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FieldDifference {
    /// The field.
    pub field: JudgedField,
    /// Judged values that are absent now.
    pub gone: BTreeSet<String>,
    /// Values that are new.
    pub new: BTreeSet<String>,
}

impl Fingerprint {
    /// Adds a value. An empty one is left out.
    pub fn add(&mut self, field: JudgedField, value: impl Into<String>) {
        let value = value.into();
        if !value.is_empty() {
            self.0.entry(field).or_default().insert(value);
        }
    }

    /// Adds the values of another fingerprint.
    pub fn absorb(&mut self, other: &Self) {
        for (field, values) in &other.0 {
            self.0.entry(*field).or_default().extend(values.iter().cloned());
        }
    }

    /// The fields in which a later fingerprint differs.
    pub fn differences(&self, later: &Self) -> Vec<FieldDifference> {
        let fields: BTreeSet<&JudgedField> = self.0.keys().chain(later.0.keys()).collect();
        let none = BTreeSet::new();
        let difference = |field: &JudgedField| {
            let (before, after) =
                (self.0.get(field).unwrap_or(&none), later.0.get(field).unwrap_or(&none));
            let only = |one: &BTreeSet<String>, other| one.difference(other).cloned().collect();
            (before != after).then(|| FieldDifference {
                field: *field,
                gone: only(before, after),
                new: only(after, before),
            })
        };
        fields.into_iter().filter_map(difference).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(values: &[(JudgedField, &str)]) -> Fingerprint {
        let mut fingerprint = Fingerprint::default();
        values.iter().for_each(|(field, value)| fingerprint.add(*field, *value));
        fingerprint
    }

    #[test]
    fn a_difference_names_the_field_with_what_is_gone_and_what_is_new() {
        use JudgedField::{BirthDates, Names};
        let judged = of(&[(Names, "a"), (Names, "b"), (BirthDates, "1970")]);
        let same =
            of(&[(BirthDates, "1970"), (Names, "b"), (Names, "a"), (Names, "a"), (Names, "")]);
        assert_eq!(judged, same);
        assert_eq!(judged.differences(&same), []);
        let later = of(&[(Names, "b"), (Names, "c")]);
        let set = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect();
        let difference = |field, gone: &[&str], new: &[&str]| FieldDifference {
            field,
            gone: set(gone),
            new: set(new),
        };
        let expected = [difference(Names, &["a"], &["c"]), difference(BirthDates, &["1970"], &[])];
        assert_eq!(judged.differences(&later), expected);
    }
}
