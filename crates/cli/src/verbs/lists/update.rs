//! `interdict lists update`

use clap::Args;
use interdict_engine::{ListUpdate, UpdateOutcome, UpdateReport, UpdateRequest};
use interdict_model::{DatasetName, GenerationId};

use crate::data::Data;
use crate::output::{ExitStatus, Output, print_note};

/// Fetch lists from where they are published and put new versions in use.
///
/// Without names, every list that is enabled is fetched: the official ones, and those of
/// interdict.toml. A file that has not changed is not fetched again. Everything that is fetched is
/// checked as by `lists import`; a list that fails, or that is older than the version in use,
/// leaves that version in use, and screening says "incomplete" until an update goes through.
///
/// Exit code 3 means that a list could not be updated.
#[derive(Debug, Args)]
#[command(after_long_help = "Examples:
  interdict lists update
  interdict lists update us_ofac_sdn un_sc_sanctions
  interdict --config /etc/interdict.toml lists update --format json")]
pub(crate) struct Update {
    /// The datasets; all that are enabled, if none is named.
    datasets: Vec<DatasetName>,
    /// Accept a list even if it has lost more than a fifth of its entities.
    #[arg(long)]
    accept_loss: bool,
    /// Accept a list even if it is older than the version in use.
    #[arg(long)]
    accept_older: bool,
    /// Fetch and read lists even if they have not changed.
    #[arg(long)]
    force: bool,
    /// Fail at once if another update is running, instead of waiting for it.
    #[arg(long)]
    no_wait: bool,
}

impl Update {
    pub(crate) fn run(&self, data: &Data, output: &mut Output) -> anyhow::Result<ExitStatus> {
        let request = UpdateRequest {
            datasets: self.datasets.clone(),
            accept_loss: self.accept_loss,
            accept_older: self.accept_older,
            force: self.force,
            wait: !self.no_wait,
        };
        let session = data.session()?;
        let report = session.update(&request)?;
        output.print(&session, &report, render)?;
        for list in &report.lists {
            if let UpdateOutcome::Failed { hint: Some(hint), .. } = &list.outcome {
                print_note(&format!("hint: {}: {hint}", list.dataset));
            }
        }
        Ok(if report.is_complete() { ExitStatus::Done } else { ExitStatus::Partial })
    }
}

fn render(report: &UpdateReport) -> String {
    let mut text: String = report.lists.iter().map(render_list).collect();
    text.push_str(&match report.generation {
        GenerationId::BUILT_IN_ONLY => "no list is in use\n".to_owned(),
        number => format!("generation {number} is in use\n"),
    });
    text
}

fn render_list(list: &ListUpdate) -> String {
    let named = |version: &str| match version {
        "" => "a version without a date".to_owned(),
        version => format!("version {version}"),
    };
    let name = list.dataset.as_str();
    match &list.outcome {
        UpdateOutcome::Updated { from, version, counts } => {
            let from = from.as_deref().map(|from| format!(" after {}", named(from)));
            format!(
                "{name:<20} updated to {}{}: {} listed entities, {} problems\n",
                named(version),
                from.unwrap_or_default(),
                counts.targets,
                counts.problems
            )
        }
        UpdateOutcome::Unchanged { version } => {
            format!("{name:<20} unchanged, {}\n", named(version))
        }
        UpdateOutcome::Failed { error, .. } => format!("{name:<20} FAILED: {error}\n"),
    }
}
