//! The lists of the US Office of Foreign Assets Control.

mod address;
mod advanced;
mod clause;
mod csv_rows;
mod csv_set;
mod date;
mod draft;
mod facts;
mod head;
mod links;
mod party;
mod remarks;
mod schema;
mod standard_xml;
mod wallet;
mod write;

pub(crate) use advanced::read_advanced_xml;
pub(crate) use csv_set::{CsvSet, read_csv_set};
pub(crate) use draft::{ListContext, Outcome};
pub(crate) use standard_xml::read_standard_xml;

#[cfg(test)]
mod tests;
