//! `interdict explain`

use clap::Args;
use interdict_model::{EntityId, Verdict};

use super::render;
use crate::data::{Data, StateArgs};
use crate::output::{ExitStatus, Output};
use crate::query::{PolicyArgs, QueryArgs};

/// Explain why a query and one listed entity are, or are not, a match.
///
/// The same computation as `screen`, shown whatever the score.
#[derive(Debug, Args)]
#[command(after_long_help = "Example:
  interdict explain \"Kim Sang-man\" ofac-43377 --birth-date 1964")]
pub(crate) struct Explain {
    /// The name; `-` reads it from stdin.
    name: String,
    /// The entity's id.
    entity: EntityId,
    #[command(flatten)]
    query: QueryArgs,
    #[command(flatten)]
    policy: PolicyArgs,
    #[command(flatten)]
    state: StateArgs,
}

impl Explain {
    pub(crate) fn run(&self, data: &Data, output: &mut Output) -> anyhow::Result<ExitStatus> {
        let session = data.session()?;
        let query = self.query.query(std::slice::from_ref(&self.name), session.config())?;
        let lists = session.open_lists(self.state.as_of())?;
        session.check_wallets(&lists, self.query.wallets())?;
        let policy = self.policy.policy(session.config());
        let answer = session.explain(&lists, &query, &self.entity, &policy)?;
        output.print(&session, &answer, |answer| {
            answer.candidates.iter().map(render::candidate).collect::<Vec<_>>().join("\n")
        })?;
        // A comparison with one entity does not cover the others, so it is never "clear".
        let is_match = answer.candidates.iter().any(|candidate| candidate.is_match);
        Ok(if is_match { Verdict::Match.into() } else { ExitStatus::Done })
    }
}
