//! A listed record on its way to entities: the same shapes whatever list it comes from.
//!
//! A reader opens a [`Run`], asks it for a [`Draft`] per record, adds what the record says, and gives
//! the draft back. What cannot be read as what it should be becomes a note and a problem, so that
//! nothing a list says is lost.

mod address;
mod dates;
mod document;
mod listed;
mod relation;
mod run;
mod wallets;

pub(crate) use address::AddressParts;
pub(crate) use dates::{parse_day_first, parse_written_date};
pub(crate) use document::{DocumentKind, DocumentParts, number_in};
pub(crate) use listed::Draft;
pub(crate) use run::{ListFacts, Run};

#[cfg(test)]
mod tests;
