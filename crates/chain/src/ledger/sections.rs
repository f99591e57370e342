//! The file format: named runs of fixed-size integers, little-endian, each at a multiple of 16, then a
//! table of them as JSON, then a trailer with the position and the hash of the table. A file
//! without its trailer is not a ledger, so a half-written one is never used. The table has a checksum of
//! each section.

use interdict_durable::QuickChecksum;
use interdict_model::fingerprint64;
use rayon::prelude::*;
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
/// Files of up to this many bytes are compared with their checksums when they are opened: 0.1 to 0.2 s for
/// the longest, if it is in memory. Longer ones are compared on request.
const CHECKED_AT_OPENING: u64 = 1 << 30;

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Span {
    at: u64,
    bytes: u64,
    /// The checksum of the section with its padding; 0 in a file that was written before there were any.
    #[serde(default)]
    checksum: u64,
}

/// Writes sections one after the other.
pub(crate) struct SectionWriter<W: Write> {
    out: W,
    at: u64,
    table: BTreeMap<String, Span>,
    /// The start of the section that is being appended to, and its checksum so far.
    open: u64,
    checksum: QuickChecksum,
}

impl<W: Write> SectionWriter<W> {
    pub(crate) fn new(out: W) -> Self {
        Self { out, at: 0, table: BTreeMap::new(), open: 0, checksum: QuickChecksum::default() }
    }

    pub(crate) fn put(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        self.begin();
        self.append(bytes)?;
        self.end(name)
    }

    /// Begins a section that is written in pieces.
    pub(crate) fn begin(&mut self) {
        self.open = self.at;
        self.checksum = QuickChecksum::default();
    }

    pub(crate) fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.at += count_of(bytes.len());
        self.checksum.update(bytes);
        self.out.write_all(bytes)
    }

    pub(crate) fn end(&mut self, name: &str) -> io::Result<()> {
        let bytes = self.at - self.open;
        let padding = length_of(self.at.next_multiple_of(16) - self.at);
        self.append([0u8; 16].get(..padding).unwrap_or_default())?;
        let checksum = std::mem::take(&mut self.checksum).finish();
        let span = Span { at: self.open, bytes, checksum };
        self.table.insert(name.to_owned(), span);
        Ok(())
    }

    /// Writes table and trailer and gives the writer back.
    pub(crate) fn finish(mut self) -> io::Result<W> {
        write_table(&mut self.out, self.at, &self.table)?;
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
        if !table.values().all(inside) {
            return Err(LedgerError::Damaged("a section that lies outside the file"));
        }
        let sections = Self { bytes, table };
        if length <= CHECKED_AT_OPENING {
            sections.verify()?;
        }
        Ok(sections)
    }

    /// Compares every section with its checksum.
    pub(crate) fn verify(&self) -> Result<(), LedgerError> {
        let intact = |span: &&Span| {
            let bytes = span.bytes.checked_next_multiple_of(16).unwrap_or(u64::MAX);
            let padded = Span { bytes, ..**span };
            span.checksum == 0 || span.checksum == QuickChecksum::of(self.bytes_of(&padded))
        };
        let spans: Vec<&Span> = self.table.values().collect();
        if spans.par_iter().all(intact) { Ok(()) } else { Err(LedgerError::Damaged("a checksum")) }
    }

    pub(crate) fn raw(&self, name: &str) -> &[u8] {
        self.table.get(name).map_or(&[], |span| self.bytes_of(span))
    }

    fn bytes_of(&self, span: &Span) -> &[u8] {
        let start = length_of(span.at);
        let end = start.checked_add(length_of(span.bytes));
        end.and_then(|end| self.bytes.as_slice().get(start..end)).unwrap_or(&[])
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

fn write_table(out: &mut impl Write, at: u64, table: &BTreeMap<String, Span>) -> io::Result<()> {
    let table = serde_json::to_vec(table).map_err(io::Error::other)?;
    out.write_all(&table)?;
    out.write_all(&at.to_le_bytes())?;
    out.write_all(&count_of(table.len()).to_le_bytes())?;
    out.write_all(&fingerprint64(&table).to_le_bytes())?;
    out.write_all(MAGIC)
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

/// A ledger as it was written before files had checksums: for tests of the checks that come after them. `None` if it is no ledger.
#[doc(hidden)]
pub fn without_checksums(ledger: &[u8]) -> Option<Vec<u8>> {
    let mut table = read_table(ledger)?;
    table.values_mut().for_each(|span| span.checksum = 0);
    let at = table.values().map(|span| span.at + span.bytes).max()?.next_multiple_of(16);
    let mut bytes = ledger.get(..length_of(at))?.to_vec();
    write_table(&mut bytes, at, &table).ok()?;
    Some(bytes)
}
