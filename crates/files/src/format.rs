//! The formats of customer files.

use std::path::Path;

use crate::error::BatchError;

/// The format of a customer file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileFormat {
    /// Comma-separated, with a header.
    Csv,
    /// Tab-separated, with a header.
    Tsv,
    /// One JSON object on each line.
    Ndjson,
    /// Apache Parquet.
    Parquet,
}

impl FileFormat {
    /// The format of an input by its extension, which may be followed by that of a compression.
    pub(crate) fn of_input(path: &Path) -> Result<Self, BatchError> {
        let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
        match ending.to_ascii_lowercase().as_str() {
            "gz" | "gzip" | "zst" | "zstd" => match Self::of(&path.with_extension("")) {
                Ok(Self::Parquet) => Err(BatchError::Foreign {
                    path: path.to_owned(),
                    found: "a packed Parquet file",
                    next_step: "unpack it; Parquet is compressed inside",
                }),
                found => found.map_err(|_| BatchError::Format(path.to_owned())),
            },
            _ => Self::of(path),
        }
    }

    /// The format of a file by its extension.
    pub fn of(path: &Path) -> Result<Self, BatchError> {
        let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
        match ending.to_ascii_lowercase().as_str() {
            "csv" => Ok(Self::Csv),
            "tsv" | "tab" => Ok(Self::Tsv),
            "ndjson" | "jsonl" | "json" => Ok(Self::Ndjson),
            "parquet" if cfg!(feature = "parquet") => Ok(Self::Parquet),
            "parquet" => Err(BatchError::NoParquet(path.to_owned())),
            _ => Err(BatchError::Format(path.to_owned())),
        }
    }
}
