//! Turns a listed record into entities; all list readers use these types.
//!
//! A reader creates a [`ListWriter`], begins a [`RecordDraft`] for each record, adds the values of the record, and gives
//! the draft back with [`ListWriter::emit`]. A value that cannot be read as its field requires becomes a note and a
//! problem, so that no value of a list is lost.

mod address;
mod dates;
mod document;
mod list_profile;
mod record_draft;
mod relation;
mod wallets;
mod writer;

pub(crate) use address::AddressParts;
pub(crate) use dates::{parse_day_first, parse_written_date};
pub(crate) use document::{DocumentKind, DocumentParts, number_in};
pub(crate) use list_profile::ListProfile;
pub(crate) use record_draft::RecordDraft;
pub(crate) use writer::ListWriter;

#[cfg(test)]
mod tests;
