//! Streaming XML for hostile files: one record at a time, with budgets, and no entity expansion.
//!
//! [`XmlRecords`] walks through the container elements of a list and hands out each record as a small
//! [`Element`] tree, so that readers are plain look-ups and memory stays that of one record.

mod element;
mod event;
mod records;
mod text_source;

pub(crate) use element::Element;
pub(crate) use records::{XmlFormat, XmlRecords};
pub(crate) use text_source::TextSource;

#[cfg(test)]
mod tests;
