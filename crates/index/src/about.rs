//! The description that a segment contains of its own source and counts.

use std::fs::File;
use std::path::Path;

use interdict_model::{DatasetName, Sha256Digest, Sha256Hasher};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::error::IndexError;

/// Where a segment's content comes from, and what was counted while it was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// The dataset.
    pub dataset: DatasetName,
    /// The version of the analysis of names with which its index was built; set by the builder.
    #[serde(default)]
    pub analysis: String,
    /// The list's own version.
    #[serde(default)]
    pub version: String,
    /// The time of the import; `None` for the built-in dataset. Stored as RFC 3339 in UTC, or as an empty text.
    #[serde(default, with = "time_or_empty")]
    pub imported_at: Option<Timestamp>,
    /// The files it was read from.
    #[serde(default)]
    pub sources: Vec<SourceFile>,
    /// Records in the source.
    #[serde(default)]
    pub records: u64,
    /// Listed entities.
    #[serde(default)]
    pub targets: u64,
    /// Entities of all kinds.
    #[serde(default)]
    pub entities: u64,
    /// Names of listed entities.
    #[serde(default)]
    pub names: u64,
    /// Wallets.
    #[serde(default)]
    pub wallets: u64,
    /// Birth dates of listed entities.
    #[serde(default)]
    pub birth_dates: u64,
    /// Documents and numbers.
    #[serde(default)]
    pub documents: u64,
    /// Listed entities whose designation has a date.
    #[serde(default)]
    pub dated_targets: u64,
    /// Why the import would have refused these files, had the user not accepted the loss.
    #[serde(default)]
    pub accepted_losses: Vec<String>,
    /// Problems found while reading, as the reader gave them.
    #[serde(default)]
    pub problems: Vec<serde_json::Value>,
}

/// A file that a list was read from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, Deserialize)]
pub struct SourceFile {
    /// Its name, without the folder.
    pub name: String,
    /// Its size.
    pub bytes: u64,
    /// Its checksum.
    pub sha256: Sha256Digest,
}

impl SourceFile {
    /// Reads a file for its size and checksum.
    pub fn read(path: &Path) -> Result<Self, IndexError> {
        let file = File::open(path).map_err(IndexError::io("open", path))?;
        let (bytes, sha256) =
            Sha256Digest::of_reader(file).map_err(IndexError::io("read", path))?;
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
        Ok(Self { name: name.unwrap_or_default(), bytes, sha256 })
    }

    /// Texts that are compiled into the program, described as one source with this name.
    pub fn of_texts(name: &str, texts: impl Iterator<Item = &'static str>) -> Self {
        let (mut hasher, mut bytes) = (Sha256Hasher::default(), 0);
        for text in texts {
            hasher.update(text.as_bytes());
            bytes += text.len() as u64;
        }
        Self { name: name.to_owned(), bytes, sha256: hasher.finish() }
    }
}

impl About {
    /// An empty description of a dataset.
    pub fn new(dataset: DatasetName) -> Self {
        Self {
            dataset,
            analysis: String::new(),
            version: String::new(),
            imported_at: None,
            sources: Vec::new(),
            records: 0,
            targets: 0,
            entities: 0,
            names: 0,
            wallets: 0,
            birth_dates: 0,
            documents: 0,
            dated_targets: 0,
            accepted_losses: Vec::new(),
            problems: Vec::new(),
        }
    }
}

/// The stored form of a time that may be missing: RFC 3339 in UTC, or an empty text.
pub mod time_or_empty {
    use jiff::Timestamp;
    use schemars::{Schema, SchemaGenerator, json_schema};
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    /// Writes the time as text.
    pub fn serialize<S: Serializer>(
        time: &Option<Timestamp>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match time {
            Some(time) => serializer.collect_str(time),
            None => serializer.serialize_str(""),
        }
    }

    /// The JSON Schema of the text.
    pub fn schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "anyOf": [{"format": "date-time", "minLength": 1}, {"maxLength": 0}],
        })
    }

    /// Reads the time from its text.
    pub fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Timestamp>, D::Error> {
        let text = String::deserialize(deserializer)?;
        if text.is_empty() {
            return Ok(None);
        }
        text.parse().map(Some).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_import_time_is_stored_as_an_empty_text() {
        let mut about = About::new("my_list".parse().unwrap());
        for text in ["", "2026-01-01T00:00:00.123456789Z"] {
            about.imported_at = (!text.is_empty()).then(|| text.parse().unwrap());
            let json = serde_json::to_value(&about).unwrap();
            assert_eq!(json["imported_at"], text);
            assert_eq!(serde_json::from_value::<About>(json).unwrap(), about);
        }
    }

    #[test]
    fn an_import_time_that_is_no_time_is_an_error() {
        let json = r#"{"dataset":"my_list","imported_at":"yesterday"}"#;
        assert!(serde_json::from_str::<About>(json).is_err());
        assert_eq!(
            serde_json::from_str::<About>(r#"{"dataset":"my_list"}"#).unwrap().imported_at,
            None
        );
    }
}
