//! `interdict chain status`

use clap::Args;
use interdict_engine::tracing::render_status_text;

use crate::data::Data;
use crate::output::{ExitStatus, Output};

/// Show the imported ledgers and the period each covers.
///
/// Also shows how much history is missing, which rows were left out and why, and which ledgers have
/// link tables, with their size.
#[derive(Debug, Args)]
pub(crate) struct Status {
    /// Read every ledger through and check it; make its tables of links again in memory and
    /// compare.
    #[arg(long)]
    verify: bool,
}

impl Status {
    pub(crate) fn run(&self, data: &Data, output: &mut Output) -> anyhow::Result<ExitStatus> {
        let session = data.session()?;
        let report = session.ledger_status(self.verify)?;
        output.print(&session, &report, render_status_text)?;
        Ok(ExitStatus::Done)
    }
}
