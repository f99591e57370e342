//! `interdict lists remove`

use clap::Args;
use interdict_model::DatasetName;

use crate::data::Data;
use crate::output::{ExitStatus, print_note};

/// Take a dataset out of use. Older generations still have it, and answers say that it was removed.
#[derive(Debug, Args)]
pub(crate) struct Remove {
    /// The dataset.
    dataset: DatasetName,
    /// Put the built-in dataset in use again; any other comes back with an import or an update.
    #[arg(long)]
    undo: bool,
}

impl Remove {
    pub(crate) fn run(&self, data: &Data) -> anyhow::Result<ExitStatus> {
        let session = data.session()?;
        if self.undo {
            anyhow::ensure!(
                self.dataset.as_str() == "dprk_cyber",
                "only dprk_cyber is put back so; import or update {} instead",
                self.dataset
            );
            let generation = session.put_back_builtin()?;
            print_note(&format!("{} is in use again as of generation {generation}", self.dataset));
            return Ok(ExitStatus::Done);
        }
        let generation = session.remove(&self.dataset)?;
        print_note(&format!("{} is out of use as of generation {generation}", self.dataset));
        Ok(ExitStatus::Done)
    }
}
