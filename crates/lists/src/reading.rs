//! What every reader takes and gives: a sink for entities and problems, a budget, and a count.

use interdict_model::Entity;
use serde::Serialize;

/// Receives what a reader finds, as it finds it. Readers keep no list in memory.
pub trait Sink {
    /// Takes one entity: a target (`entity.target == Some(true)`), or something that belongs to
    /// one, such as a wallet, an address, a document, a sanction or a relation.
    fn entity(&mut self, entity: Entity);
    /// Takes one problem.
    fn problem(&mut self, problem: Problem);
}

/// Something in a list that could not be read as it should, and what was made of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The stable code, such as `LST101`.
    pub code: &'static str,
    /// How much was lost.
    pub loss: Loss,
    /// The file's name.
    pub file: String,
    /// The line, counted from 1, where the format has lines.
    pub line: Option<u64>,
    /// The record's id, where it is known.
    pub record: Option<String>,
    /// What is wrong, and what was done about it.
    pub what: String,
    /// The text at fault, cut to 200 characters.
    pub text: String,
}

/// How much of a record a problem costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Loss {
    /// Nothing: the text is kept as a note, or a doubt is reported.
    Nothing,
    /// One value of the record.
    Value,
    /// The whole record. These are held against the ceiling of unreadable records.
    Record,
}

/// What a reader counted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Records in the source, readable or not.
    pub records: u64,
    /// Records that could not be read at all.
    pub unreadable: u64,
    /// Listed entities read.
    pub targets: u64,
    /// Entities of all kinds read, with wallets, addresses, documents and relations.
    pub entities: u64,
    /// Names of listed entities read, of any strength.
    pub names: u64,
    /// Wallets read: distinct pairs of asset tag and address.
    pub wallets: u64,
    /// Problems reported.
    pub problems: u64,
}

/// What a list says of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ListHeader {
    /// The version: publication date (`2026-02-27`) or number, empty when the format has none.
    pub version: String,
}

/// Limits on hostile input. Going past one is an error, never a cut.
#[derive(Debug, Clone, Copy)]
pub struct Budget {
    /// Largest file, in bytes.
    pub bytes: u64,
    /// Deepest nesting of XML or JSON.
    pub depth: usize,
    /// Longest single text value or line, in bytes.
    pub value_bytes: usize,
    /// Most records.
    pub records: u64,
}

impl Default for Budget {
    /// Ten times what the largest official list needs today.
    fn default() -> Self {
        Self { bytes: 4 << 30, depth: 64, value_bytes: 1 << 20, records: 50_000_000 }
    }
}

impl Problem {
    /// Cuts a text at fault to what is worth showing.
    pub fn cut(text: &str) -> String {
        text.chars().take(200).collect()
    }
}
