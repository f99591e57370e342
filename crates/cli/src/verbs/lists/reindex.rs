//! `interdict lists reindex`

use clap::Args;

use crate::data::Data;
use crate::output::{ExitStatus, print_note};

/// Rebuild the index of lists that another version of this program has indexed.
///
/// Needed once after an upgrade that changes how names are analysed; commands tell you when. The
/// lists themselves, the numbers of generations and their days stay as they are. Works without the
/// files that the lists were imported from.
#[derive(Debug, Args)]
pub(crate) struct Reindex {}

impl Reindex {
    pub(crate) fn run(&self, data: &Data) -> anyhow::Result<ExitStatus> {
        match data.session()?.reindex()? {
            0 => print_note("every list is indexed by this version already"),
            1 => print_note("1 list indexed anew"),
            count => print_note(&format!("{count} lists indexed anew")),
        }
        Ok(ExitStatus::Done)
    }
}
