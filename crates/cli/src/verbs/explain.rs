//! `interdict explain`

use clap::Args;
use interdict_model::EntityId;

use super::render;
use crate::data::{Data, StateArgs};
use crate::output::{Done, Output};
use crate::query::{PolicyArgs, QueryArgs};

/// Say why a query and one listed entity are, or are not, a match.
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
    pub(crate) fn run(&self, data: &Data, output: &mut Output) -> anyhow::Result<Done> {
        let query = self.query.query(std::slice::from_ref(&self.name))?;
        let lists = data.lists(&self.state)?;
        let candidates = lists.explain(&query, &self.entity, &self.policy.policy())?;
        output.give(&candidates, |candidates| {
            candidates.iter().map(render::candidate).collect::<Vec<_>>().join("\n")
        })?;
        Ok(Done::of(candidates.iter().any(|candidate| candidate.is_match), true))
    }
}
