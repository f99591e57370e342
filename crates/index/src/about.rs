//! What a segment says of itself.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use interdict_model::DatasetName;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::error::IndexError;

/// Where a segment's content comes from, and what was counted while it was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// The dataset.
    pub dataset: DatasetName,
    /// The analysis of names that its index is made by; the builder sets it.
    #[serde(default)]
    pub analysis: String,
    /// The list's own version.
    #[serde(default)]
    pub version: String,
    /// When it was imported, RFC 3339 in UTC.
    #[serde(default)]
    pub imported_at: String,
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
    /// Problems found while reading, as the reader gave them.
    #[serde(default)]
    pub problems: Vec<serde_json::Value>,
}

/// A file that a list was read from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceFile {
    /// Its name, without the folder.
    pub name: String,
    /// Its size.
    pub bytes: u64,
    /// Its SHA-256, in hexadecimal.
    pub sha256: String,
}

impl SourceFile {
    /// Reads a file for its size and checksum.
    pub fn read(path: &Path) -> Result<Self, IndexError> {
        let mut file = File::open(path).map_err(IndexError::io("open", path))?;
        let (mut hasher, mut bytes) = (Sha256::new(), 0);
        let mut buffer = vec![0; 1 << 16];
        loop {
            let count = file.read(&mut buffer).map_err(IndexError::io("read", path))?;
            if count == 0 {
                break;
            }
            hasher.update(&buffer[..count]);
            bytes += count as u64;
        }
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
        Ok(Self { name: name.unwrap_or_default(), bytes, sha256: hexadecimal(hasher) })
    }

    /// Texts that are part of the program, under a name for all of them.
    pub fn of_texts(name: &str, texts: impl Iterator<Item = &'static str>) -> Self {
        let (mut hasher, mut bytes) = (Sha256::new(), 0);
        for text in texts {
            hasher.update(text);
            bytes += text.len() as u64;
        }
        Self { name: name.to_owned(), bytes, sha256: hexadecimal(hasher) }
    }
}

fn hexadecimal(hasher: Sha256) -> String {
    hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

impl About {
    /// An empty description of a dataset.
    pub fn new(dataset: DatasetName) -> Self {
        Self {
            dataset,
            analysis: String::new(),
            version: String::new(),
            imported_at: String::new(),
            sources: Vec::new(),
            records: 0,
            targets: 0,
            entities: 0,
            names: 0,
            wallets: 0,
            problems: Vec::new(),
        }
    }
}
