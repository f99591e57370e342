//! `interdict lists restore`

use clap::Args;
use interdict_model::GenerationId;

use crate::data::Data;
use crate::output::{ExitStatus, print_note};

/// Put the lists of an older generation in use again.
///
/// They become a new generation, so that what was in use on a day stays known. This is also the way
/// out when the generation in use is damaged. `lists status --all` shows the generations.
#[derive(Debug, Args)]
pub(crate) struct Restore {
    /// The older generation.
    generation: GenerationId,
}

impl Restore {
    pub(crate) fn run(&self, data: &Data) -> anyhow::Result<ExitStatus> {
        let number = data.session()?.restore(self.generation)?;
        let old = self.generation;
        print_note(&format!(
            "the lists of generation {old} are in use again, as generation {number}"
        ));
        Ok(ExitStatus::Done)
    }
}
