//! The first-in-first-out links of a whole ledger, made once and mapped like it. With them a trace looks
//! up what took a transfer's units away, however busy the wallet is.

use rayon::prelude::*;
use std::{io::BufWriter, path::Path};

use super::links::{Link, SlotLinks, Source, Unspent};
use crate::ledger::{Bytes, Ledger, LedgerError, SectionWriter, Sections, View};

/// A link as the file keeps it. Units take 64 bits; ledgers with larger amounts have no table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, bytemuck::Pod, bytemuck::Zeroable)]
#[repr(C)]
struct PackedLink {
    /// The row that brought the units; the top bit says that it is the opening before that row.
    source: u32,
    out: u32,
    units: u64,
    out_start: u64,
}

const OPENING: u32 = 1 << 31;
/// Slots matched at once; small enough that their links fit memory beside everything else.
const CHUNK: u32 = 1 << 18;

impl PackedLink {
    fn source(self) -> Source {
        if self.source & OPENING == 0 {
            Source::Row(self.source)
        } else {
            Source::Unknown(self.source & !OPENING)
        }
    }

    /// The order in which units came into the slot.
    fn order(source: Source) -> (u32, bool) {
        match source {
            Source::Stated => (0, false),
            Source::Unknown(row) => (row, false),
            Source::Row(row) => (row, true),
        }
    }
}

/// All links of a ledger, by slot and outgoing transfer.
#[derive(Debug)]
pub struct LinkTable {
    sections: Sections,
}

/// What a link table holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct LinkTableSize {
    /// How many links.
    pub links: u64,
    /// The most that there can be: incoming and outgoing transfers and openings.
    pub bound: u64,
}

impl LinkTable {
    /// Matches every slot of a ledger and writes the table into a file beside it.
    ///
    /// # Errors
    /// When the ledger's amounts take more than 64 bits, or the file cannot be written.
    pub fn build(ledger: &Ledger, path: &Path) -> Result<LinkTableSize, LedgerError> {
        if ledger.is_wide() {
            return Err(LedgerError::Damaged("a table of links for amounts beyond 64 bits"));
        }
        let failed = |source| LedgerError::Io { path: path.to_owned(), source };
        let folder = path.parent().unwrap_or(Path::new("."));
        let file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
        let mut writer = SectionWriter::new(BufWriter::with_capacity(1 << 20, file));
        let view = View::new(ledger, Vec::new(), ledger.meta().transfers as usize)?;
        let slots = ledger.meta().slots as u32;
        let mut start = vec![0u64; slots as usize + 1];
        let mut links = 0u64;
        writer.begin("links");
        for first in (0..slots).step_by(CHUNK as usize) {
            let chunk: Vec<u32> = (first..slots.min(first.saturating_add(CHUNK))).collect();
            let matched: Vec<(Vec<PackedLink>, Vec<u32>)> =
                chunk.par_chunks(4_096).map(|slots| match_slots(&view, slots)).collect();
            let mut slot = first as usize;
            for (packed, counts) in matched {
                for count in counts {
                    links += u64::from(count);
                    slot += 1;
                    start[slot] = links;
                }
                writer.append(bytemuck::cast_slice(&packed)).map_err(failed)?;
            }
        }
        writer.end("links").map_err(failed)?;
        writer.put("start", bytemuck::cast_slice(&start)).map_err(failed)?;
        writer.put("transfers", &ledger.meta().transfers.to_le_bytes()).map_err(failed)?;
        let out = writer.finish().map_err(failed)?;
        let file = out.into_inner().map_err(|why| failed(why.into_error()))?;
        file.as_file().sync_all().map_err(failed)?;
        file.persist(path).map_err(|why| failed(why.error))?;
        let bound = 2 * ledger.meta().transfers + ledger.meta().openings;
        Ok(LinkTableSize { links, bound })
    }

    /// Maps a table and checks that it is one of this ledger.
    ///
    /// # Errors
    /// When the file is damaged or of another ledger.
    pub fn open(ledger: &Ledger, path: &Path) -> Result<Self, LedgerError> {
        let bytes = Bytes::mapped(path)
            .map_err(|source| LedgerError::Io { path: path.to_owned(), source })?;
        let sections = Sections::open(bytes)?;
        let fits = sections.raw("transfers") == ledger.meta().transfers.to_le_bytes()
            && sections.column::<u64>("start")?.len() as u64 == ledger.meta().slots + 1;
        sections.column::<PackedLink>("links")?;
        if fits {
            Ok(Self { sections })
        } else {
            Err(LedgerError::Damaged("a table of links of another ledger"))
        }
    }

    fn of_slot(&self, slot: u32) -> &[PackedLink] {
        let start: &[u64] = self.sections.column("start").unwrap_or(&[]);
        let links: &[PackedLink] = self.sections.column("links").unwrap_or(&[]);
        let (first, last) = (start.get(slot as usize), start.get(slot as usize + 1));
        first.zip(last).and_then(|(a, b)| links.get(*a as usize..*b as usize)).unwrap_or(&[])
    }

    /// The links that take a source's units away, and what no link takes. First in, first out: the
    /// sources of a slot's links stand in the order in which they came.
    pub(super) fn of_source(
        &self,
        slot: u32,
        source: Source,
        brought: u128,
    ) -> (Vec<Link>, Option<Unspent>) {
        let links = self.of_slot(slot);
        let wanted = PackedLink::order(source);
        let first = links.partition_point(|link| PackedLink::order(link.source()) < wanted);
        let mut source_start = 0u128;
        let mut found = Vec::new();
        for link in links[first..].iter().take_while(|link| link.source() == source) {
            let units = u128::from(link.units);
            found.push(Link {
                source,
                out: link.out,
                source_start,
                out_start: link.out_start.into(),
                units,
            });
            source_start += units;
        }
        let rest = brought.saturating_sub(source_start);
        (found, (rest > 0).then_some(Unspent { source, start: source_start, units: rest }))
    }
}

fn match_slots(view: &View<'_>, slots: &[u32]) -> (Vec<PackedLink>, Vec<u32>) {
    let mut packed = Vec::new();
    let mut counts = Vec::with_capacity(slots.len());
    for slot in slots {
        let before = packed.len();
        SlotLinks::each(view, *slot, |link| {
            let source = match link.source {
                Source::Row(row) => row,
                Source::Unknown(row) => row | OPENING,
                Source::Stated => unreachable!("a whole ledger is matched without stated openings"),
            };
            packed.push(PackedLink {
                source,
                out: link.out,
                units: link.units as u64,
                out_start: link.out_start as u64,
            });
        });
        counts.push((packed.len() - before) as u32);
    }
    (packed, counts)
}
