//! Where labels of addresses come from, shared by the verbs that need them.

use std::path::PathBuf;

use clap::Args;
use interdict_engine::LabelSources;

#[derive(Debug, Args)]
pub(crate) struct LabelArgs {
    /// Label packs: GraphSense TagPacks (.yaml), or CSV files with the columns address, entity,
    /// category, valid_from, valid_to, authority.
    #[arg(long, value_name = "FILE", num_args = 1..)]
    labels: Vec<PathBuf>,
    /// Use these packs only, and no labels from the sanctions lists.
    #[arg(long)]
    packs_only: bool,
}

impl LabelArgs {
    pub(crate) fn sources(&self) -> LabelSources {
        LabelSources { packs: self.labels.clone(), packs_only: self.packs_only }
    }
}
