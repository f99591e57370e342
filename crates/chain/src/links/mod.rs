//! Links: which incoming transfer of a slot funds which outgoing one, under FIFO and LIFO. They are
//! matched for single slots when a query needs them, or for a whole ledger ahead, into a table that
//! lies beside the ledger's file.

mod folder;
mod matching;
mod reader;
mod slot_links;
mod table;
mod table_source;

pub use folder::{LedgerLinks, LinkTableStatus, LinksProgress, LinksReport, build_links};
pub(crate) use folder::{tables_beside, verify_tables};
pub(crate) use reader::LinkReader;
pub(crate) use slot_links::{Link, Piece, SlotLinks, Source, Unspent};
pub use table::{LinkTable, LinkTableSize};
