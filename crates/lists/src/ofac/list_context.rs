//! The list that is being read.

use interdict_model::{DatasetName, EntityId};

use crate::{Dataset, SetReport};

/// The list that is being read.
#[derive(Debug)]
pub(crate) struct ListContext {
    pub(crate) dataset: &'static Dataset,
    pub(crate) name: DatasetName,
    pub(crate) version: String,
    /// The file that records are reported against.
    pub(crate) file: String,
}

/// What a reader returns after the last record.
#[derive(Debug, Default)]
pub(crate) struct ReadTotals {
    /// The list's version, empty when the format has none.
    pub(crate) version: String,
    /// Records in the file, readable or not.
    pub(crate) records: u64,
    /// Records of which nothing could be made.
    pub(crate) unreadable: u64,
    /// What the files of a set show of each other.
    pub(crate) set: SetReport,
}

/// The id of a listed party: OFAC's number, with another behind it if a second record has it, too.
pub(crate) fn party_id(list: &ListContext, uid: &str) -> Option<EntityId> {
    let number = uid.starts_with(|letter: char| letter.is_ascii_digit())
        && uid.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    number.then(|| format!("{}{uid}", list.dataset.id_prefix).parse().ok()).flatten()
}
