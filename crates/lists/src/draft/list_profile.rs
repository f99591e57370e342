//! What holds for every record of a list.

use interdict_model::DatasetName;

/// What holds for every record of a list.
pub(crate) struct ListProfile {
    /// The dataset.
    pub(crate) dataset: DatasetName,
    /// Who designates, unless a record states otherwise.
    pub(crate) authority: &'static str,
    /// The authority's country as a code; empty when it has none.
    pub(crate) country: &'static str,
}
