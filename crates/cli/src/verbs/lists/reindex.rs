//! `interdict lists reindex`

use clap::Args;

use crate::data::Data;
use crate::output::{ExitStatus, Output};

/// Rebuild the index of lists that another version of this program has indexed.
///
/// Needed once after an upgrade that changes how names are analysed; commands report when. The
/// lists themselves, the numbers of generations and their days stay as they are. Works without the
/// files that the lists were imported from.
#[derive(Debug, Args)]
pub(crate) struct Reindex {}

impl Reindex {
    pub(crate) fn run(&self, data: &Data, output: &mut Output) -> anyhow::Result<ExitStatus> {
        let session = data.session()?;
        let answer = session.reindex()?;
        let note = match answer.lists {
            0 => "every list is indexed by this version already".to_owned(),
            1 => "1 list reindexed".to_owned(),
            count => format!("{count} lists reindexed"),
        };
        output.report_done(&session, &answer, &note)?;
        Ok(ExitStatus::Done)
    }
}
