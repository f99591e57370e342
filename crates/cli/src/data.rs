//! The data directory and the state of the lists to answer from.

use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use interdict_engine::{Actor, AsOf, Config, Engine, EngineError, Lists, Session};
use interdict_model::{GenerationId, PartialDate};
use jiff::Timestamp;

/// The name under which this program acts.
const ACTOR: &str = "cli";

/// Where the data directory and the configuration are.
pub(crate) struct Data {
    data_dir: Option<PathBuf>,
    config: Option<PathBuf>,
}

/// Which state of the lists to answer from.
#[derive(Debug, Args)]
pub(crate) struct StateArgs {
    /// Answer as the lists stood on this day (YYYY-MM-DD).
    #[arg(long, value_name = "DATE", conflicts_with = "generation")]
    as_of: Option<PartialDate>,
    /// Answer from this generation of the lists.
    #[arg(long, value_name = "NUMBER")]
    generation: Option<GenerationId>,
}

impl StateArgs {
    pub(crate) fn as_of(&self) -> AsOf {
        match (self.as_of, self.generation) {
            (Some(day), _) => AsOf::Day(day.to()),
            (None, Some(number)) => AsOf::Generation(number),
            (None, None) => AsOf::Now,
        }
    }
}

impl Data {
    pub(crate) fn new(data_dir: Option<PathBuf>, config: Option<PathBuf>) -> Self {
        Self { data_dir, config }
    }

    /// A session on the data directory, with the configuration of the lists.
    pub(crate) fn session(&self) -> anyhow::Result<Session> {
        let path = match &self.data_dir {
            Some(path) => path.clone(),
            None => directories::ProjectDirs::from("", "", "interdict")
                .map(|folders| folders.data_dir().to_owned())
                .context("this system names no data directory; give one with --data-dir")?,
        };
        let config = match &self.config {
            Some(file) => Config::read(file),
            None => Config::read_from_data_dir(&path),
        };
        let config = config.map_err(EngineError::from)?;
        start(Engine::new(path).with_config(config))
    }

    /// A session for what needs no data directory. A broken configuration does not stop it.
    pub(crate) fn session_without_data() -> anyhow::Result<Session> {
        start(Engine::new(PathBuf::new()))
    }

    /// A session, and the lists as of the state that the arguments name.
    pub(crate) fn open_lists(&self, state: &StateArgs) -> anyhow::Result<(Session, Lists)> {
        let session = self.session()?;
        let lists = session.open_lists(state.as_of())?;
        Ok((session, lists))
    }
}

fn start(engine: Engine) -> anyhow::Result<Session> {
    Ok(engine.session(Actor::local(ACTOR)?, Timestamp::now()))
}
