//! The ledger: all transfers of one asset on one chain, in their total order, in one immutable file
//! that is mapped and never copied.
//!
//! Every holder of value is a *slot* with a 32-bit number. Under the account model a slot is an
//! address. Under the UTXO model a slot is one output, or one transaction between its inputs and its
//! outputs; an output's slot has the address it pays as its owner. So a UTXO transaction is a wallet
//! that takes its inputs in order and pays its outputs in order, the fee last, and one set of methods
//! serves both models.
//!
//! Reading: [`Ledger`] maps the file, `Columns` reads it row by row, `View` adds stated opening
//! balances and a last row. Writing: [`LedgerBuilder`] for accounts, [`UtxoBuilder`] for outputs.

mod builder;
mod bytes;
mod column;
mod columns;
mod damage;
mod derive;
mod error;
mod folder;
mod ids;
mod interner;
mod link_order;
mod lookup;
mod meta;
mod open_ledger;
mod packed_text;
mod resume;
mod rows;
mod sections;
mod text_table;
mod utxo;
mod verify;
mod view;

pub use builder::LedgerBuilder;
pub(crate) use bytes::Bytes;
pub(crate) use column::Column;
pub(crate) use columns::Columns;
pub use error::LedgerError;
pub(crate) use folder::ledger_paths;
pub(crate) use ids::{
    AddressId, LedgerAddress, LedgerId, LedgerRow, LedgerSlot, RowId, SlotId, TxId,
};
pub use link_order::LinkOrder;
pub use meta::{LedgerMeta, LedgerModel, RowsLeftOut};
pub use open_ledger::Ledger;
#[doc(hidden)]
pub use sections::without_checksums;
pub(crate) use sections::{SectionWriter, Sections};
pub use text_table::ledger_address;
pub use utxo::{UtxoBuilder, UtxoInput, UtxoOutput, UtxoTransaction};
pub(crate) use view::{Opening, UnknownCredits, View, before, last_before};
