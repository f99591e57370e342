//! `interdict chain status`

use clap::Args;
use interdict_chain::render::render_status_text;

use crate::data::Data;
use crate::output::{Done, Output};

/// Show which ledgers are there, and how far they reach.
#[derive(Debug, Args)]
pub(crate) struct Status {
    /// Read every ledger through and check it.
    #[arg(long)]
    verify: bool,
}

impl Status {
    pub(crate) fn run(&self, data: &Data, output: &mut Output) -> anyhow::Result<Done> {
        let report = data.engine()?.ledger_status(self.verify)?;
        output.give(&report, render_status_text)?;
        Ok(Done::Clear)
    }
}
