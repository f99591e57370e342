//! `interdict lists remove`

use clap::Args;
use interdict_model::DatasetName;

use crate::data::Data;
use crate::output::{Done, say};

/// Take a dataset out of use. Older generations still have it.
#[derive(Debug, Args)]
pub(crate) struct Remove {
    /// The dataset.
    dataset: DatasetName,
}

impl Remove {
    pub(crate) fn run(&self, data: &Data) -> anyhow::Result<Done> {
        let generation = data.engine()?.remove(&self.dataset)?;
        say(&format!("{} is out of use as of generation {generation}", self.dataset));
        Ok(Done::Clear)
    }
}
