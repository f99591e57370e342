//! `interdict lists restore`

use clap::Args;
use interdict_model::GenerationId;

use crate::data::Data;
use crate::output::{ExitStatus, Output};

/// Put the lists of an older generation in use again.
///
/// They become a new generation, so that the history of generations is kept. Use this also if the generation in use is
/// damaged. `lists status --all` shows the generations.
#[derive(Debug, Args)]
pub(crate) struct Restore {
    /// The older generation.
    generation: GenerationId,
}

impl Restore {
    pub(crate) fn run(&self, data: &Data, output: &mut Output) -> anyhow::Result<ExitStatus> {
        let session = data.session()?;
        let answer = session.restore(self.generation)?;
        let note = format!(
            "the lists of generation {} are in use again, as generation {}",
            answer.restored, answer.generation
        );
        output.report_done(&session, &answer, &note)?;
        Ok(ExitStatus::Done)
    }
}
