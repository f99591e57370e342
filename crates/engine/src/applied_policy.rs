//! The policy that an answer was given by.

use interdict_model::{DatasetName, PartialDate, Schema, Score};
use interdict_screen::{Algorithm, Policy};
use schemars::JsonSchema;
use serde::Serialize;

use crate::lists::Lists;

/// The policy that an answer was given by, so that the answer can be kept as a record.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct AppliedPolicy {
    /// The lowest score that counts as a match, with all of its digits.
    pub threshold: f64,
    /// How names are compared.
    pub algorithm: Algorithm,
    /// Whether an alias that the list calls weak may reach the threshold without proof.
    pub weak_alias_alone: bool,
    /// A listed party with an equal name is cleared if all of its birth dates are more than this many years away.
    pub cleared_by_years: u16,
    /// The requested datasets; all of them when empty.
    pub datasets: Vec<DatasetName>,
    /// Allow lists: their entries are not matches.
    pub allowed: Vec<DatasetName>,
    /// The day on which a designation must be in force.
    pub day: Option<PartialDate>,
    /// Lists without which the answer is incomplete.
    pub required: Vec<DatasetName>,
    /// The schema that is searched for if a query does not state one.
    pub default_schema: Option<Schema>,
    /// The largest number of candidates that is returned for a query; nothing if there is no limit.
    pub limit: Option<usize>,
    /// Whether every listed name was compared, without the index.
    pub exhaustive: bool,
}

impl AppliedPolicy {
    /// The policy as it is applied to these lists.
    pub fn new(policy: &Policy, lists: &Lists) -> Self {
        Self {
            threshold: policy.threshold.value(),
            algorithm: policy.algorithm,
            weak_alias_alone: policy.weak_alias_alone,
            cleared_by_years: policy.cleared_by_years,
            datasets: policy.datasets.clone(),
            allowed: policy.allowed.clone(),
            day: policy.day.map(PartialDate::exactly),
            required: lists.required().to_vec(),
            default_schema: lists.default_schema().cloned(),
            limit: (policy.limit != usize::MAX).then_some(policy.limit),
            exhaustive: policy.exhaustive,
        }
    }

    /// The differences from the default policy that could change a verdict, in words; empty if there are none.
    pub fn differences(&self) -> Vec<String> {
        let mut found = Vec::new();
        if self.threshold != Score::DEFAULT_THRESHOLD.value() {
            found.push(format!("threshold {}", self.threshold));
        }
        if self.algorithm != Algorithm::default() {
            found.push(format!("algorithm {}", self.algorithm.name()));
        }
        if self.weak_alias_alone {
            found.push("a weak alias alone can be a match".to_owned());
        }
        if self.cleared_by_years != Policy::default().cleared_by_years {
            let years = self.cleared_by_years;
            found.push(format!("birth dates clear an equal name from more than {years} years on"));
        }
        if !self.required.is_empty() {
            let names: Vec<&str> = self.required.iter().map(DatasetName::as_str).collect();
            found.push(format!("required {}", names.join(", ")));
        }
        found.extend(self.default_schema.iter().map(|schema| format!("schema {schema}")));
        found
    }
}
