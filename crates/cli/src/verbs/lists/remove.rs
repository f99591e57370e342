//! `interdict lists remove`

use clap::Args;
use interdict_model::DatasetName;

use crate::data::Data;
use crate::output::{ExitStatus, print_note};

/// Take a dataset out of use. Older generations still have it.
#[derive(Debug, Args)]
pub(crate) struct Remove {
    /// The dataset.
    dataset: DatasetName,
}

impl Remove {
    pub(crate) fn run(&self, data: &Data) -> anyhow::Result<ExitStatus> {
        let generation = data.session()?.remove(&self.dataset)?;
        print_note(&format!("{} is out of use as of generation {generation}", self.dataset));
        Ok(ExitStatus::Done)
    }
}
