//! The file format: named runs of fixed-size integers, little-endian, each at a multiple of 16, then a
//! table of them as JSON, then a trailer with the position and the hash of the table. A file
//! without its trailer is not a ledger, so a half-written one is never used.

use interdict_model::fingerprint64;
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    io::{self, Write},
};

use super::{LedgerError, bytes::Bytes};
use crate::width::{count_of, length_of};

#[cfg(target_endian = "big")]
compile_error!("ledger files are little-endian and are mapped as they are");

const MAGIC: &[u8; 8] = b"IDLEDG01";
const TRAILER: usize = 32;

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Span {
    at: u64,
    bytes: u64,
}

/// Writes sections one after the other.
pub(crate) struct SectionWriter<W: Write> {
    out: W,
    at: u64,
    table: BTreeMap<String, Span>,
    /// The start of the section that is being appended to.
    open: u64,
}

impl<W: Write> SectionWriter<W> {
    pub(crate) fn new(out: W) -> Self {
        Self { out, at: 0, table: BTreeMap::new(), open: 0 }
    }

    pub(crate) fn put(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        self.begin();
        self.append(bytes)?;
        self.end(name)
    }

    /// Begins a section that is written in pieces.
    pub(crate) fn begin(&mut self) {
        self.open = self.at;
    }

    pub(crate) fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.at += count_of(bytes.len());
        self.out.write_all(bytes)
    }

    pub(crate) fn end(&mut self, name: &str) -> io::Result<()> {
        let span = Span { at: self.open, bytes: self.at - self.open };
        let padding = length_of(self.at.next_multiple_of(16) - self.at);
        self.append([0u8; 16].get(..padding).unwrap_or_default())?;
        self.table.insert(name.to_owned(), span);
        Ok(())
    }

    /// Writes table and trailer and gives the writer back.
    pub(crate) fn finish(mut self) -> io::Result<W> {
        let table = serde_json::to_vec(&self.table).map_err(io::Error::other)?;
        self.out.write_all(&table)?;
        self.out.write_all(&self.at.to_le_bytes())?;
        self.out.write_all(&count_of(table.len()).to_le_bytes())?;
        self.out.write_all(&fingerprint64(&table).to_le_bytes())?;
        self.out.write_all(MAGIC)?;
        Ok(self.out)
    }
}

/// A read file: its bytes and where each section lies.
#[derive(Debug)]
pub(crate) struct Sections {
    bytes: Bytes,
    table: BTreeMap<String, Span>,
}

impl Sections {
    pub(crate) fn open(bytes: Bytes) -> Result<Self, LedgerError> {
        let table = read_table(bytes.as_slice())
            .ok_or(LedgerError::Damaged("its trailer or table of sections"))?;
        let length = count_of(bytes.as_slice().len());
        let inside = |span: &Span| {
            span.at.is_multiple_of(16)
                && span.at.checked_add(span.bytes).is_some_and(|end| end <= length)
        };
        if table.values().all(inside) {
            Ok(Self { bytes, table })
        } else {
            Err(LedgerError::Damaged("a section that lies outside the file"))
        }
    }

    pub(crate) fn raw(&self, name: &str) -> &[u8] {
        let span = self.table.get(name);
        let bytes = span.and_then(|span| {
            let start = length_of(span.at);
            self.bytes.as_slice().get(start..start.checked_add(length_of(span.bytes))?)
        });
        bytes.unwrap_or(&[])
    }

    pub(crate) fn column<T: bytemuck::AnyBitPattern>(
        &self,
        name: &'static str,
    ) -> Result<&[T], LedgerError> {
        let raw = self.raw(name);
        if raw.is_empty() {
            return Ok(&[]);
        }
        bytemuck::try_cast_slice(raw).map_err(|_| LedgerError::Damaged(name))
    }

    /// The whole file.
    pub(crate) fn all(&self) -> &[u8] {
        self.bytes.as_slice()
    }

    pub(crate) fn total_bytes(&self) -> u64 {
        count_of(self.bytes.as_slice().len())
    }
}

fn read_table(bytes: &[u8]) -> Option<BTreeMap<String, Span>> {
    let trailer = bytes.get(bytes.len().checked_sub(TRAILER)?..)?;
    let word = |at: usize| trailer.get(at..at + 8)?.try_into().map(u64::from_le_bytes).ok();
    let (at, length, hash) =
        (usize::try_from(word(0)?).ok()?, usize::try_from(word(8)?).ok()?, word(16)?);
    let table = bytes.get(at..at.checked_add(length)?)?;
    (trailer.get(24..)? == MAGIC && fingerprint64(table) == hash)
        .then(|| serde_json::from_slice(table).ok())?
}
