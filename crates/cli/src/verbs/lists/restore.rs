//! `interdict lists restore`

use clap::Args;

use crate::data::Data;
use crate::output::{Done, say};

/// Put the lists of an older generation in use again.
///
/// They become a new generation, so that what was in use on a day stays known. This is also the way
/// out when the generation in use is damaged. `lists status --all` shows the generations.
#[derive(Debug, Args)]
pub(crate) struct Restore {
    /// The older generation.
    generation: u64,
}

impl Restore {
    pub(crate) fn run(&self, data: &Data) -> anyhow::Result<Done> {
        let number = data.engine()?.restore(self.generation)?;
        let old = self.generation;
        say(&format!("the lists of generation {old} are in use again, as generation {number}"));
        Ok(Done::Clear)
    }
}
