//! How to run a batch.

use std::collections::BTreeMap;

use interdict_model::Schema;
use interdict_screen::Policy;
use serde::{Deserialize, Serialize};

use crate::ceiling::UnscreenedCeiling;
use crate::form::InputForm;

/// Which column holds which FollowTheMoney property.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// The column's name.
    pub column: String,
    /// The property.
    pub property: String,
}

/// The meaning of a key of nested objects.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NestedKey {
    /// The key.
    pub key: String,
    /// The property, or `schema`, `id` or `company`.
    pub meaning: String,
}

/// What the columns of a customer file mean, and how it is written.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnMap {
    /// The schema of every row, unless a column says otherwise.
    pub schema: Option<Schema>,
    /// A column that holds each row's schema.
    pub schema_column: Option<String>,
    /// The columns to screen by.
    pub columns: Vec<Column>,
    /// Of these, the columns that may hold only half of the customer's names: given names in a file without family names,
    /// or the reverse.
    #[serde(default)]
    pub perhaps_parts: Vec<String>,
    /// The columns that are left out on purpose.
    #[serde(default)]
    pub ignored: Vec<String>,
    /// The unused columns that are reported if their values look like names.
    #[serde(default)]
    pub watched: Vec<String>,
    /// The keys of nested objects to screen by; if none are given, nested objects are not read.
    #[serde(default)]
    pub nested: Option<Vec<NestedKey>>,
    /// For each column with nested objects, the unused paths, with dots between the keys.
    #[serde(default)]
    pub unused_nested: BTreeMap<String, Vec<String>>,
    /// The form of the file, as far as the file itself does not show it.
    pub form: InputForm,
}

/// How to run a batch.
#[derive(Debug, Clone)]
pub struct BatchOptions {
    /// What the columns mean.
    pub map: ColumnMap,
    /// Threshold, limit and algorithm.
    pub policy: Policy,
    /// Write rows without a candidate too.
    pub include_empty: bool,
    /// Add a column with the evidence of each candidate.
    pub explanation: bool,
    /// Largest number of rows that may stay unscreened.
    pub max_unscreened: UnscreenedCeiling,
}
