//! `interdict lists export`

use std::fs::File;
use std::io::BufWriter;
use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use interdict_model::DatasetName;

use crate::data::{Data, StateArgs};
use crate::output::{ExitStatus, Output, print_note};

/// Write entities as FollowTheMoney JSON lines.
#[derive(Debug, Args)]
#[command(after_long_help = "Example:
  interdict lists export us_ofac_sdn --output entities.ftm.json")]
pub(crate) struct Export {
    /// The datasets; all, if none is named.
    datasets: Vec<DatasetName>,
    /// Write to this file instead of stdout.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Write approximate dates and ranges as plain dates, for tools that support no others.
    #[arg(long)]
    plain_dates: bool,
    #[command(flatten)]
    state: StateArgs,
}

impl Export {
    pub(crate) fn run(&self, data: &Data, output: &mut Output) -> anyhow::Result<ExitStatus> {
        let (session, lists) = data.open_lists(&self.state)?;
        match &self.output {
            Some(path) => {
                let file = File::create(path)
                    .with_context(|| format!("cannot create {}", path.display()))?;
                let mut out = BufWriter::new(file);
                let written = session.export(&lists, &self.datasets, self.plain_dates, &mut out)?;
                print_note(&format!("{written} entities written to {}", path.display()));
            }
            None => {
                session.export(&lists, &self.datasets, self.plain_dates, output.stream())?;
            }
        }
        Ok(ExitStatus::Done)
    }
}
