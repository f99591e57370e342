//! `interdict compare`

use std::path::PathBuf;

use clap::Args;
use interdict_model::Schema;

use crate::data::Data;
use crate::output::{ExitStatus, Output};

/// Score two names, or a file of name pairs.
///
/// Both names are compared as those of bearers of one kind. `interdict explain` compares a name with those of a listed
/// party, whose kind the list states: if the kinds differ, its score is lower, and 0 unless the names are equal.
///
/// The file has the columns name1, name2 and, if rows differ, schema. All columns are kept and
/// `score` is added.
#[derive(Debug, Args)]
#[command(after_long_help = "Examples:
  interdict compare 김상만 \"Kim Sang-man\" --schema Person
  interdict compare --pairs pairs.csv --output scored.csv")]
pub(crate) struct Compare {
    /// One name.
    #[arg(required_unless_present = "pairs", conflicts_with = "pairs")]
    a: Option<String>,
    /// The other name.
    #[arg(required_unless_present = "pairs")]
    b: Option<String>,
    /// The kind of the names' bearers: Person, Company, Organization, Vessel ...
    #[arg(short, long, value_parser = Schema::parse)]
    schema: Option<Schema>,
    /// A file of pairs.
    #[arg(long, value_name = "IN.csv", requires = "output")]
    pairs: Option<PathBuf>,
    /// Where the scored pairs go.
    #[arg(long, value_name = "OUT.csv", requires = "pairs")]
    output: Option<PathBuf>,
}

impl Compare {
    pub(crate) fn run(&self, output: &mut Output) -> anyhow::Result<ExitStatus> {
        let session = Data::session_without_data()?;
        if let (Some(pairs), Some(to)) = (&self.pairs, &self.output) {
            let report = session.compare_pairs(pairs, to, self.schema.as_ref())?;
            let note =
                format!("{} pairs compared, {} without a score", report.pairs, report.failed);
            output.report_done(&session, &report, &note)?;
            return Ok(ExitStatus::Done);
        }
        let (a, b) = (self.a.as_deref().unwrap_or_default(), self.b.as_deref().unwrap_or_default());
        let answer = session.compare_names(a, b, self.schema.as_ref());
        output.print(&session, &answer, |answer| answer.comparison.render_text())?;
        Ok(ExitStatus::Done)
    }
}
