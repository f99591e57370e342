//! `interdict network`

use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use interdict_engine::{render_network_dot, render_network_svg, render_network_text};

use crate::data::{Data, StateArgs};
use crate::output::{ExitStatus, Format, Output, json, print_note};

/// Show who controls, owns, fronts for, represents and pays whom.
#[derive(Debug, Args)]
#[command(after_long_help = "Examples:
  interdict network \"Tornado Cash\"
  interdict network ofac-12210 --depth 3 --format svg --output network.svg")]
pub(crate) struct NetworkVerb {
    /// An entity's id, or its name. If the name is only similar to listed ones, these are suggested, exit code 2.
    name_or_id: String,
    /// How many steps to go.
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u8).range(0..=8))]
    depth: u8,
    /// Write to this file.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    state: StateArgs,
}

impl NetworkVerb {
    pub(crate) fn run(&self, data: &Data, output: &mut Output) -> anyhow::Result<ExitStatus> {
        let (session, lists) = data.open_lists(&self.state)?;
        let network = session.network(&lists, &self.name_or_id, usize::from(self.depth))?;
        let text = match output.format {
            Format::Text => render_network_text(&network),
            Format::Json => json(&session, &network)?,
            Format::Dot => render_network_dot(&network),
            Format::Svg => render_network_svg(&network),
            Format::Csv => anyhow::bail!("a network is no table; choose text, json, dot or svg"),
        };
        match &self.output {
            Some(path) => {
                std::fs::write(path, text)
                    .with_context(|| format!("cannot write {}", path.display()))?;
                print_note(&format!(
                    "{} entities written to {}",
                    network.nodes.len(),
                    path.display()
                ));
            }
            None => output.write(&text)?,
        }
        Ok(ExitStatus::Done)
    }
}
