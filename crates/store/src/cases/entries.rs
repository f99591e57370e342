//! The personal data beside the events of a case.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::case::Case;
use super::four_eyes::Proposal;
use crate::fingerprint::{FieldDifference, Fingerprint};
use crate::hex::hex;

/// A document that is attached to a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseFile {
    name: String,
    sha256: String,
    size: usize,
    /// In base64, since entries are JSON.
    content: String,
}

impl CaseFile {
    /// A document with a name.
    pub fn new(name: &str, bytes: &[u8]) -> Self {
        let sha256 = hex(&Sha256::digest(bytes));
        let content = STANDARD.encode(bytes);
        Self { name: name.to_owned(), sha256, size: bytes.len(), content }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its bytes, if they match their hash.
    pub(super) fn bytes(&self) -> Option<Vec<u8>> {
        let bytes = STANDARD.decode(&self.content).ok()?;
        (Self::new(&self.name, &bytes) == *self).then_some(bytes)
    }
}

/// The personal data of an event of a case.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(crate) struct CaseNote {
    pub(crate) customer: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) text: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) file: Option<CaseFile>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) proposal: Option<Proposal>,
    /// The data to judge.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) hit: Option<JudgedHit>,
    /// The fields of the listed record that differ from the judged ones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) record_differences: Vec<FieldDifference>,
    /// The fields of the customer's data that differ from the judged ones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) customer_differences: Vec<FieldDifference>,
}

/// A match with the data that has to be judged.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct JudgedHit {
    /// The entity's ids, the canonical one first.
    pub(crate) entities: Vec<String>,
    pub(crate) caption: String,
    pub(crate) score: f64,
    pub(crate) is_exact: bool,
    /// The version of the comparison of names that gave the score.
    pub(crate) matcher: String,
    pub(crate) record: Fingerprint,
    pub(crate) data: Fingerprint,
}

impl CaseNote {
    pub(crate) fn of(customer: &str) -> Self {
        Self { customer: customer.to_owned(), ..Self::default() }
    }

    /// The customer of a case. The reference of an erased customer is not stored again.
    pub(crate) fn of_case(case: &Case) -> Self {
        Self::of(case.customer.as_deref().unwrap_or_default())
    }

    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("keys of notes are texts")
    }
}
