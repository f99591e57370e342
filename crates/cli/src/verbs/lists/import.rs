//! `interdict lists import`

use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use interdict_engine::list_files::{ColumnMap, Problem};
use interdict_engine::{ImportReport, ImportRequest};
use interdict_model::{DatasetName, DatePrefix, GapCode};

use crate::data::{Data, parse_day};
use crate::output::{ExitStatus, Output, print_note};

/// Problems shown unless --problems asks for all.
const SHOWN: usize = 10;

/// Read a list from files and put it in use.
///
/// Formats are recognised by content. A file is refused, and the last good version stays in use, if it is truncated, is
/// a web page, is mostly unreadable, is not the list that its name states, has lost more than a fifth of the entities,
/// names, birth dates, documents or wallets, is older than the version in use, or is an OFAC set with a file that is
/// missing, cut, or of another day. Gzip files are unpacked.
#[derive(Debug, Args)]
#[command(after_long_help = "Examples:
  interdict lists import us_ofac_sdn sdn.csv alt.csv add.csv sdn_comments.csv --dated 2026-02-27
  interdict lists import us_ofac_sdn SDN_ADVANCED.XML
  interdict lists import un_sc_sanctions consolidated.xml
  interdict lists import peps entities.ftm.json")]
pub(crate) struct Import {
    /// The dataset: us_ofac_sdn, us_ofac_cons, un_sc_sanctions, eu_fsf, gb_fcdo_sanctions, or a
    /// name of your own for FollowTheMoney, CSV and YAML files.
    dataset: DatasetName,
    /// The files.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// For a list of your own: a YAML file with the meanings of its columns (see
    /// docs/reference/own-lists.md; many columns are known without one).
    #[arg(long, value_name = "MAP.yaml")]
    columns: Option<PathBuf>,
    /// The day on which the list was published, for files that do not state it (OFAC's comma-separated files, lists of
    /// your own). Without it, the age of such a list is unknown.
    #[arg(long, value_name = "DAY", value_parser = parse_day)]
    dated: Option<DatePrefix>,
    /// Accept the list even if it has lost more than a fifth of its entities, names, birth dates,
    /// documents or wallets, has fewer names than any known version, is older than the version in use,
    /// or is an OFAC set with a file that is missing, cut, or of another day.
    #[arg(long)]
    accept_loss: bool,
    /// Show every problem, not only the first ten.
    #[arg(long)]
    problems: bool,
    /// Fail at once if another import is running, instead of waiting for it.
    #[arg(long)]
    no_wait: bool,
}

impl Import {
    pub(crate) fn run(&self, data: &Data, output: &mut Output) -> anyhow::Result<ExitStatus> {
        let columns = match &self.columns {
            Some(path) => {
                let text = std::fs::read_to_string(path)
                    .with_context(|| format!("cannot read {}", path.display()))?;
                ColumnMap::parse(&text).with_context(|| path.display().to_string())?
            }
            None => ColumnMap::default(),
        };
        let request = ImportRequest {
            columns,
            dataset: self.dataset.clone(),
            files: self.files.clone(),
            dated: self.dated,
            accept_loss: self.accept_loss,
            wait: !self.no_wait,
        };
        let session = data.session()?;
        let report = session.import(&request)?;
        output.print(&session, &report, |report| self.render(report))?;
        if report.version.is_empty() && session.config().stale_after_days(&self.dataset).is_some() {
            print_note(
                "hint: the files bear no date, so the age of the list is unknown and answers are \
                 incomplete; import again with --dated and the day on which it was published",
            );
        }
        let least = session.config().least_entities(&self.dataset);
        if let Some(least) = least.filter(|least| report.counts.targets < *least) {
            print_note(&format!(
                "warning: the files hold only a part of the list (a complete version has at least {least} listed \
                 entities), so answers are incomplete; {}",
                GapCode::ListPartial.next_step()
            ));
        }
        Ok(ExitStatus::Done)
    }

    fn render(&self, report: &ImportReport) -> String {
        let counts = &report.counts;
        let version =
            if report.version.is_empty() { "no date in the files" } else { &report.version };
        let mut text = format!(
            "{} (version {version}) is in use as of generation {}\n  records {}, of these unreadable {}\n  \
             listed entities {}, with {} names\n  entities of all kinds {}, wallets {}\n  problems {}\n",
            report.dataset,
            report.generation,
            counts.records,
            counts.unreadable,
            counts.targets,
            counts.names,
            counts.entities,
            counts.wallets,
            counts.problems
        );
        let shown = if self.problems { report.problems.len() } else { SHOWN };
        for problem in report.problems.iter().take(shown) {
            text.push_str(&render_problem(problem));
        }
        if report.problems.len() > shown {
            let left = report.problems.len() - shown;
            text.push_str(&format!("  ... and {left} more; --problems shows all\n"));
        }
        text
    }
}

fn render_problem(problem: &Problem) -> String {
    let mut place = problem.file.clone();
    if let Some(line) = problem.line {
        place.push_str(&format!(", line {line}"));
    }
    if let Some(record) = &problem.record {
        place.push_str(&format!(", record {record}"));
    }
    format!("  {} {place}: {}\n      {:?}\n", problem.code, problem.what, problem.text)
}
