//! The formats of customer files.

use std::path::Path;

use crate::error::BatchError;

/// The format of a customer file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileFormat {
    /// Comma-separated, with a header.
    Csv,
    /// One JSON object on each line.
    Ndjson,
    /// Apache Parquet.
    Parquet,
}

impl FileFormat {
    /// The format of a file by its extension.
    pub fn of(path: &Path) -> Result<Self, BatchError> {
        let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
        match ending.to_ascii_lowercase().as_str() {
            "csv" => Ok(Self::Csv),
            "ndjson" | "jsonl" | "json" => Ok(Self::Ndjson),
            "parquet" if cfg!(feature = "parquet") => Ok(Self::Parquet),
            "parquet" => Err(BatchError::NoParquet(path.to_owned())),
            _ => Err(BatchError::Format(path.to_owned())),
        }
    }
}
