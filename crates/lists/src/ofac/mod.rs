//! The lists of the US Office of Foreign Assets Control.

mod address;
mod advanced;
mod clause;
mod clause_head;
mod csv_rows;
mod csv_set;
mod date;
mod facts;
mod list_context;
mod named_relations;
mod names;
mod party;
mod party_entities;
mod party_writer;
mod posts;
mod remarks;
mod schema;
mod standard_xml;
mod wallet;

pub(crate) use advanced::read_advanced_xml;
pub(crate) use csv_set::{CsvSet, read_csv_set};
pub(crate) use list_context::{ListContext, ReadTotals};
pub(crate) use standard_xml::read_standard_xml;

#[cfg(test)]
mod tests;
