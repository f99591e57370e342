//! The links of a whole ledger under one order, built once and memory-mapped. A query looks up
//! which payments took a transfer's units, or which transfers funded a payment, in logarithmic time
//! even for busy wallets.
//!
//! Each link is stored as source, payment and *place*. For oldest first, the place is where the
//! link begins among all units that the slot ever paid; links follow each other without gaps. For
//! newest first, the slot's units are a stack, and the place is the height of the link's lowest
//! unit in it; sources and payments cover whole ranges of height, which the ledger's balances give.
//! So a link's length is the distance to its neighbour and need not be stored.

use interdict_durable::{AtomicFile, FileError};
use rayon::prelude::*;
use std::{
    io::{BufWriter, Write},
    path::Path,
};

use super::{
    matching::{MatchedSlots, match_slots},
    reader::LinkReader,
    slot_links::Source,
};
use crate::{
    ledger::{Bytes, Ledger, LedgerError, LinkOrder, RowId, SectionWriter, Sections, SlotId, View},
    width::{count_of, number_of},
};

/// Slots matched between two writes: few enough that their links fit in memory beside everything
/// else.
const CHUNK: usize = 1 << 18;
/// Slots that one thread matches at a time. Pieces are written in order, independent of which thread
/// finishes first.
const PIECE: usize = 1 << 12;

/// All links of a ledger under one order.
#[derive(Debug)]
pub struct LinkTable {
    sections: Sections,
    order: LinkOrder,
    wide: bool,
}

/// What a link table holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct LinkTableSize {
    /// The number of links.
    pub links: u64,
    /// The most that there can be: incoming and outgoing transfers and openings.
    pub bound: u64,
}

impl LinkTable {
    /// Matches every slot of a ledger and writes the table: first under another name, then renamed.
    ///
    /// # Errors
    /// When the file cannot be written, or the ledger is damaged.
    pub fn build(
        ledger: &Ledger,
        order: LinkOrder,
        path: &Path,
    ) -> Result<LinkTableSize, LedgerError> {
        let failed = |source| LedgerError::Io { path: path.to_owned(), source };
        let refused = |why: FileError| failed(why.source);
        let file = AtomicFile::create_beside(path).map_err(refused)?;
        let writer = SectionWriter::new(BufWriter::with_capacity(1 << 20, file));
        let (out, links) = write_links(ledger, order, writer).map_err(failed)?;
        let file = out.into_inner().map_err(|why| failed(why.into_error()))?;
        ledger.check_damage()?;
        file.commit(path).map_err(refused)?;
        let bound = 2 * ledger.meta().transfers + ledger.meta().openings;
        Ok(LinkTableSize { links, bound })
    }

    /// Maps a table and checks that it was made from this very ledger.
    ///
    /// # Errors
    /// When the file is damaged or of another ledger.
    pub fn open(ledger: &Ledger, order: LinkOrder, path: &Path) -> Result<Self, LedgerError> {
        let bytes = Bytes::mapped(path)
            .map_err(|source| LedgerError::Io { path: path.to_owned(), source })?;
        let table = Self { sections: Sections::open(bytes)?, order, wide: ledger.is_wide() };
        let reader = table.reader()?;
        let of_this_ledger = table.sections.raw("ledger") == ledger.description()
            && table.sections.raw("order") == [order as u8];
        let links = reader.words.len() / reader.stride;
        let whole = Some(count_of(reader.start.len())) == ledger.meta().slots.checked_add(1)
            && reader.start.last() == Some(&count_of(links))
            && (order == LinkOrder::OldestFirst || reader.by_out.len() == links);
        match (of_this_ledger, whole) {
            (true, true) => Ok(table),
            (true, false) => Err(LedgerError::Damaged("the length of its links")),
            (false, _) => Err(LedgerError::OtherLedger),
        }
    }

    /// The order by which it is matched.
    pub fn order(&self) -> LinkOrder {
        self.order
    }

    /// Matches the ledger again and compares, byte for byte.
    pub(crate) fn is_of(&self, ledger: &Ledger) -> bool {
        let writer = SectionWriter::new(Comparing { rest: self.sections.all() });
        write_links(ledger, self.order, writer).is_ok_and(|(out, _)| out.rest.is_empty())
    }

    /// The payments that take the units which a transfer brought: each payment's row and the amount
    /// that it takes, in order. The rest of the transfer's units are still in the wallet.
    ///
    /// # Errors
    /// When the ledger has no such row.
    pub fn spending_of(&self, ledger: &Ledger, row: u32) -> Result<Vec<(u32, u128)>, LedgerError> {
        let view = View::whole(ledger);
        let row = RowId::new(row);
        if !view.has(row) {
            return Err(LedgerError::Damaged("a row"));
        }
        let mut found = Vec::new();
        self.reader()?.of_source(&view, view.columns.to(row), row, &mut found);
        ledger.check_damage()?;
        Ok(found.into_iter().map(|link| (link.out.number(), link.units)).collect())
    }

    /// The sources of a payment, in the order of its units: the row that brought them, or none if
    /// the units were in the wallet before the data begin. A payment that issues value has no
    /// sources.
    ///
    /// # Errors
    /// When the ledger has no such row.
    pub fn funding_of(
        &self,
        ledger: &Ledger,
        row: u32,
    ) -> Result<Vec<(Option<u32>, u128)>, LedgerError> {
        let view = View::whole(ledger);
        let row = RowId::new(row);
        if !view.has(row) {
            return Err(LedgerError::Damaged("a row"));
        }
        let links = self.reader()?.of_out(&view, view.columns.from(row), row);
        ledger.check_damage()?;
        let source = |source| match source {
            Source::Row(row) => Some(row.number()),
            _ => None,
        };
        Ok(links.into_iter().map(|link| (source(link.source), link.units)).collect())
    }

    pub(crate) fn reader(&self) -> Result<LinkReader<'_>, LedgerError> {
        Ok(LinkReader {
            order: self.order,
            stride: if self.wide { 6 } else { 4 },
            words: self.sections.column("links")?,
            start: self.sections.column("start")?,
            by_out: self.sections.column("by.out")?,
        })
    }
}

/// A writer that accepts only the bytes that are already there.
struct Comparing<'a> {
    rest: &'a [u8],
}

impl Write for Comparing<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.rest = self.rest.strip_prefix(bytes).ok_or(std::io::ErrorKind::InvalidData)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn write_links<W: Write>(
    ledger: &Ledger,
    order: LinkOrder,
    mut writer: SectionWriter<W>,
) -> std::io::Result<(W, u64)> {
    let (columns, issue) = (ledger.columns(), ledger.issue_address());
    // Under the UTXO model the slot that issues value is the first one, whatever its owner's number.
    let slot = |number: u32| SlotId::new(if columns.has_outputs() { 0 } else { number });
    let issue = issue.map(|address| slot(address.number()));
    let slots = number_of(columns.slot_count());
    let mut start: Vec<u64> = Vec::with_capacity(columns.slot_count() + 1);
    start.push(0);
    let (mut links, mut by_out) = (0u64, Vec::<u32>::new());
    writer.begin();
    for first in (0..slots).step_by(CHUNK) {
        let end = slots.min(first.saturating_add(number_of(CHUNK)));
        let pieces: Vec<u32> = (first..end).step_by(PIECE).collect();
        let matched: Vec<MatchedSlots> = pieces
            .into_par_iter()
            .map(|at| {
                let last = end.min(at.saturating_add(number_of(PIECE)));
                match_slots(&columns, SlotId::new(at)..SlotId::new(last), issue, order)
            })
            .collect();
        for piece in matched {
            start.extend(piece.counts.iter().map(|count| {
                links += u64::from(*count);
                links
            }));
            by_out.extend_from_slice(&piece.by_out);
            writer.append(bytemuck::cast_slice(&piece.words))?;
        }
    }
    writer.end("links")?;
    writer.put("by.out", bytemuck::cast_slice(&by_out))?;
    writer.put("start", bytemuck::cast_slice(&start))?;
    writer.put("order", &[order as u8])?;
    writer.put("ledger", ledger.description())?;
    Ok((writer.finish()?, links))
}
