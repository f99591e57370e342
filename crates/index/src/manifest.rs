//! The stored list of the segments of a generation.

use interdict_model::{DatasetName, GenerationId, Sha256Digest};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::about::{SourceFile, time_or_empty};

/// The newest format of manifests that this program writes and reads.
pub(crate) const MANIFEST_FORMAT: u32 = 1;

/// The list of segments that make up a generation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, Deserialize)]
pub struct Manifest {
    /// The format of this file.
    pub format: u32,
    /// The generation's number, one more than that of the generation before.
    pub number: GenerationId,
    /// When it was made; stored as RFC 3339 in UTC.
    pub created: Timestamp,
    /// Its segments, by dataset.
    pub segments: Vec<SegmentRef>,
    /// The datasets that a user took out of use and that were not put in use again, by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub removed: Vec<DatasetName>,
}

/// One list within a generation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, Deserialize)]
pub struct SegmentRef {
    /// The dataset.
    pub dataset: DatasetName,
    /// The segment's file name.
    pub file: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// Its checksum.
    pub sha256: Sha256Digest,
    /// The list's own version.
    pub version: String,
    /// The time of the import; `None` for the built-in dataset. Stored as RFC 3339 in UTC, or as an empty text.
    #[serde(with = "time_or_empty")]
    #[schemars(schema_with = "time_or_empty::schema")]
    pub imported_at: Option<Timestamp>,
    /// The files it was read from.
    #[serde(default)]
    pub sources: Vec<SourceFile>,
    /// Listed entities.
    pub targets: u64,
    /// Entities of all kinds.
    pub entities: u64,
    /// Names of listed entities.
    pub names: u64,
    /// Wallets.
    pub wallets: u64,
    /// Birth dates of listed entities; 0 for segments that were made before these were counted.
    #[serde(default)]
    pub birth_dates: u64,
    /// Documents and numbers; 0 for segments that were made before these were counted.
    #[serde(default)]
    pub documents: u64,
    /// Problems found while reading.
    pub problems: u64,
}
