//! The interface of all readers: a sink for entities and problems, a budget, and counts.

use interdict_model::{Entity, Problem};
use schemars::JsonSchema;
use serde::Serialize;

/// Receives entities and problems as soon as they are read. Readers keep no list in memory.
pub trait Sink {
    /// Takes one entity: a target (`entity.target == Some(true)`), or something that belongs to
    /// one, such as a wallet, an address, a document, a sanction or a relation.
    fn entity(&mut self, entity: Entity);
    /// Takes one problem.
    fn problem(&mut self, problem: Problem);
}

/// What a reader counted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
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
    /// Birth dates of listed entities.
    pub birth_dates: u64,
    /// Documents, and numbers of listed entities.
    pub documents: u64,
    /// Listed entities whose designation has a date.
    pub dated_targets: u64,
    /// Records with a field that is unknown to the reader.
    pub unknown_fields: u64,
}

/// What a list states about itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ListHeader {
    /// The version: publication date (`2026-02-27`) or number, empty when the format has none.
    pub version: String,
    /// The comparison of the files of a set with each other; empty for a list in one file.
    pub set: SetReport,
}

/// The comparison of the files of a set with each other: whether one is missing, cut, or of another version.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct SetReport {
    /// Records with cut remarks, if the file with the rest of the remarks was not given.
    pub cut_remarks: u64,
    /// Rows of the smaller files that belong to no record of the main file.
    pub orphans: u64,
    /// Files without the mark at their end that others of the set have.
    pub unmarked: Vec<String>,
    /// Smaller files that end long before the main file does, with the number of records behind their
    /// last row.
    pub short: Vec<(String, u64)>,
}

/// Limits on hostile input. Exceeding one is an error; nothing is cut off silently.
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
