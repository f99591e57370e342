//! `interdict lists remove`

use clap::Args;
use interdict_model::DatasetName;

use crate::data::Data;
use crate::output::{ExitStatus, Output};

/// Take a dataset out of use. Older generations still have it, and answers state that it was removed.
#[derive(Debug, Args)]
pub(crate) struct Remove {
    /// The dataset.
    dataset: DatasetName,
    /// Put the built-in dataset in use again. Import or update any other dataset to put it in use again.
    #[arg(long)]
    undo: bool,
}

impl Remove {
    pub(crate) fn run(&self, data: &Data, output: &mut Output) -> anyhow::Result<ExitStatus> {
        let session = data.session()?;
        if self.undo {
            anyhow::ensure!(
                self.dataset.as_str() == "dprk_cyber",
                "only dprk_cyber is put back so; import or update {} instead",
                self.dataset
            );
        }
        let answer =
            if self.undo { session.put_back_builtin()? } else { session.remove(&self.dataset)? };
        let state = if answer.in_use { "in use again" } else { "out of use" };
        let note = format!("{} is {state} as of generation {}", answer.dataset, answer.generation);
        output.report_done(&session, &answer, &note)?;
        Ok(ExitStatus::Done)
    }
}
