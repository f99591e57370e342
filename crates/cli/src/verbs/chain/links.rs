//! `interdict chain links`

use clap::Args;
use interdict_engine::Session;
use interdict_engine::tracing::LedgerStatus;
use interdict_engine::tracing::LinksReport;
use interdict_engine::tracing::render_links_text;

use super::progress::LinksBar;
use crate::data::Data;
use crate::output::{ExitStatus, Output, print_note};

/// Build tables that make FIFO and LIFO queries fast.
///
/// Under these two rules each payment consists of particular earlier receipts. Without tables, a
/// trace or an exposure matches payments with receipts for every wallet on its way, which is slow
/// when a wallet has millions of transfers. With tables the matches are looked up. Answers are the
/// same, to the last unit; the other rules do not use tables.
///
/// Tables lie beside their ledgers and take 60 to 90 bytes a transfer on disk for both rules: 6 to 9 GB for 100 million
/// transfers, which take about 20 seconds of processor time to match. An import or a sync that changes a ledger removes
/// its tables. Build them again, or run the import or sync with --links. They can be deleted at any time.
#[derive(Debug, Args)]
#[command(after_long_help = "Examples:
  interdict chain links
  interdict chain links --replace
  interdict chain status")]
pub(crate) struct Links {
    /// Rebuild all tables, not only those that are missing or do not fit their ledger.
    #[arg(long)]
    replace: bool,
}

/// Whether tables are made once ledgers are written.
#[derive(Debug, Args)]
pub(crate) struct LinkArgs {
    /// Afterwards build missing link tables. They make FIFO and LIFO queries faster and take 60 to
    /// 90 bytes per transfer on disk; see `interdict chain links --help`.
    #[arg(long)]
    links: bool,
}

impl Links {
    pub(crate) fn run(&self, data: &Data, output: &mut Output) -> anyhow::Result<ExitStatus> {
        let session = data.session()?;
        let report = make(&session, self.replace)?;
        output.print(&session, &report, render_links_text)?;
        Ok(ExitStatus::Done)
    }
}

impl LinkArgs {
    /// Builds missing tables if `--links` was given, prints which, and records them with the
    /// ledgers.
    pub(super) fn make(
        &self,
        session: &Session,
        ledgers: &mut [LedgerStatus],
    ) -> anyhow::Result<()> {
        // A node that has no settled block yet leaves no ledger.
        if !self.links || session.ledger_status(false)?.ledgers.is_empty() {
            return Ok(());
        }
        let report = make(session, false)?;
        for links in &report.ledgers {
            for method in &links.made {
                print_note(&format!(
                    "made the {} table of links of {}",
                    method.name(),
                    links.asset
                ));
            }
            for ledger in ledgers.iter_mut().filter(|ledger| ledger.file == links.ledger) {
                ledger.links.clone_from(&links.tables);
            }
        }
        Ok(())
    }
}

fn make(session: &Session, rebuild: bool) -> anyhow::Result<LinksReport> {
    let bar = LinksBar::new();
    let report = session.build_links(rebuild, &mut |progress| bar.show(&progress));
    bar.clear();
    Ok(report?)
}
