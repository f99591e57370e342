//! The lists of the US Office of Foreign Assets Control.

mod address;
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
mod wallet;
mod write;

pub(crate) use csv_set::{CsvSet, read_csv_set};
pub(crate) use draft::ListContext;

#[cfg(test)]
mod tests;
