//! The segments of one chain in a folder.

use interdict_durable::AtomicFile;
use serde::{Deserialize, Serialize};
use std::{
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
};

use super::{
    error::SyncError,
    segment::{BlockRange, Segment},
};
use crate::{
    asset::Asset,
    read::LedgerImporter,
    transfer::{Position, Transfer, TransferKind},
};

/// A transfer as segments keep it.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct StoredTransfer {
    pub(super) asset: Asset,
    pub(super) time: i64,
    pub(super) block: u32,
    pub(super) transaction_index: u32,
    pub(super) event: u32,
    pub(super) transaction: String,
    pub(super) initiator: String,
    pub(super) from: String,
    pub(super) to: String,
    pub(super) units: String,
    pub(super) kind: TransferKind,
}

impl StoredTransfer {
    pub(super) fn new(asset: &Asset, transfer: Transfer) -> Self {
        Self {
            asset: asset.clone(),
            time: transfer.position.time,
            block: transfer.position.block,
            transaction_index: transfer.position.transaction,
            event: transfer.position.event,
            transaction: transfer.transaction,
            initiator: transfer.initiator,
            from: transfer.from,
            to: transfer.to,
            units: transfer.units.to_string(),
            kind: transfer.kind,
        }
    }

    fn transfer(self) -> Option<(Asset, Transfer)> {
        let position = Position {
            time: self.time,
            block: self.block,
            transaction: self.transaction_index,
            event: self.event,
        };
        let transfer = Transfer {
            position,
            transaction: self.transaction,
            initiator: self.initiator,
            from: self.from,
            to: self.to,
            units: self.units.parse().ok()?,
            kind: self.kind,
        };
        Some((self.asset, transfer))
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Entry {
    from: u32,
    to: u32,
    /// The hash of the last block.
    hash: String,
    file: String,
}

#[derive(Debug, Serialize, Deserialize)]
struct Index {
    schema_version: u32,
    chain: String,
    segments: Vec<Entry>,
}

/// The segments of one chain in a folder.
#[derive(Debug)]
pub(super) struct SegmentStore {
    folder: PathBuf,
    index: Index,
}

impl SegmentStore {
    pub(super) fn open(folder: &Path, chain: &str) -> Result<Self, SyncError> {
        let clean: String =
            chain.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
        let folder = folder.join("sync").join(clean);
        fs::create_dir_all(&folder).map_err(|why| failed(&folder, why))?;
        let path = folder.join("index.json");
        let fresh = Index { schema_version: 1, chain: chain.to_owned(), segments: Vec::new() };
        let index = match fs::read(&path) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(|why| failed(&path, why))?,
            Err(why) if why.kind() == std::io::ErrorKind::NotFound => fresh,
            Err(why) => return Err(failed(&path, why)),
        };
        if index.chain != chain {
            return Err(SyncError::OtherChain(index.chain));
        }
        Ok(Self { folder, index })
    }

    pub(super) fn is_empty(&self) -> bool {
        self.index.segments.is_empty()
    }

    /// The last block and its hash.
    pub(super) fn last(&self) -> Option<(u32, String)> {
        self.index.segments.last().map(|entry| (entry.to, entry.hash.clone()))
    }

    /// Removes the last segment; gives its number of blocks.
    pub(super) fn drop_last(&mut self) -> Result<u32, SyncError> {
        let Some(entry) = self.index.segments.pop() else { return Ok(0) };
        self.save_index()?;
        let path = self.folder.join(&entry.file);
        // The index no longer names the file, so a file that cannot be removed does no harm.
        let _ = fs::remove_file(path);
        Ok(entry.to - entry.from + 1)
    }

    pub(super) fn add(
        &mut self,
        BlockRange { first: from, last: to }: BlockRange,
        segment: &Segment,
    ) -> Result<(), SyncError> {
        let file = format!("{from:010}-{to:010}.jsonl");
        let mut text = segment.lines.join("\n");
        if !text.is_empty() {
            text.push('\n');
        }
        self.write(&file, text.as_bytes())?;
        self.index.segments.push(Entry { from, to, hash: segment.hash.clone(), file });
        self.save_index()
    }

    fn save_index(&self) -> Result<(), SyncError> {
        let bytes =
            serde_json::to_vec_pretty(&self.index).map_err(|why| failed(&self.folder, why))?;
        self.write("index.json", &bytes)
    }

    fn write(&self, name: &str, bytes: &[u8]) -> Result<(), SyncError> {
        let path = self.folder.join(name);
        AtomicFile::replace(&path, bytes).map_err(|why| failed(&path, why.source))
    }

    /// How reports name the blocks.
    pub(super) fn source_name(&self) -> String {
        let first = self.index.segments.first().map_or(0, |entry| entry.from);
        let last = self.index.segments.last().map_or(0, |entry| entry.to);
        format!("node:{}:{first}-{last}", self.index.chain)
    }

    pub(super) fn read_transfers(
        &self,
        source: &str,
        importer: &mut LedgerImporter,
    ) -> Result<(), SyncError> {
        importer.begin(source);
        for entry in &self.index.segments {
            let path = self.folder.join(&entry.file);
            let file = fs::File::open(&path).map_err(|why| failed(&path, why))?;
            for line in BufReader::new(file).lines() {
                let line = line.map_err(|why| failed(&path, why))?;
                let stored: StoredTransfer =
                    serde_json::from_str(&line).map_err(|why| failed(&path, why))?;
                let (asset, transfer) = stored
                    .transfer()
                    .ok_or_else(|| failed(&path, "an amount that is no number"))?;
                importer.take(&asset, &transfer)?;
            }
        }
        Ok(())
    }

    /// Reads segments that hold transactions in bitcoin-etl's form.
    pub(super) fn read_lines(
        &self,
        source: &str,
        importer: &mut LedgerImporter,
    ) -> Result<(), SyncError> {
        for entry in &self.index.segments {
            let path = self.folder.join(&entry.file);
            let text = fs::read_to_string(&path).map_err(|why| failed(&path, why))?;
            if !text.is_empty() {
                crate::read::read_json_lines(&text, source, importer)?;
            }
        }
        Ok(())
    }
}

fn failed(path: &Path, why: impl ToString) -> SyncError {
    SyncError::Store { path: path.display().to_string(), reason: why.to_string() }
}
