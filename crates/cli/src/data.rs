//! The data directory and the state of the lists to answer from.

use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use interdict_engine::{Actor, AsOf, Config, Engine, EngineError, Lists, Session};
use interdict_model::{DatasetName, DatePrefix, GenerationId, PartialDate};
use jiff::Timestamp;

/// The name under which this program acts.
const ACTOR: &str = "cli";

/// Where the data directory and the configuration are.
pub(crate) struct Data {
    data_dir: Option<PathBuf>,
    config: Option<PathBuf>,
}

/// Lists that are required for a complete answer.
#[derive(Debug, Args)]
pub(crate) struct RequireArgs {
    /// Without this dataset the answer is incomplete; can be given several times. If any list is required, here or in
    /// interdict.toml, only the required lists have to be present.
    #[arg(long, value_name = "DATASET")]
    pub(crate) require: Vec<DatasetName>,
}

/// Reads a day; a month or a year is an error.
pub(crate) fn parse_day(text: &str) -> Result<DatePrefix, String> {
    let date: PartialDate = text.parse().map_err(|error| format!("{error}"))?;
    match date.from() == date.to() && !date.is_circa() && date.to().day().is_some() {
        true => Ok(date.to()),
        false => Err(format!("{text:?} is no day; write YYYY-MM-DD")),
    }
}

/// Which state of the lists to answer from.
#[derive(Debug, Args)]
pub(crate) struct StateArgs {
    /// Answer from the lists that were in use on this day (YYYY-MM-DD).
    ///
    /// For a day before the first generation, the first generation is used with the dates of its designations, and the
    /// answer is incomplete.
    #[arg(long, value_name = "DATE", conflicts_with = "generation", value_parser = parse_day)]
    as_of: Option<DatePrefix>,
    /// Answer from this generation of the lists.
    #[arg(long, value_name = "NUMBER")]
    generation: Option<GenerationId>,
}

impl StateArgs {
    pub(crate) fn as_of(&self) -> AsOf {
        match (self.as_of, self.generation) {
            (Some(day), _) => AsOf::Day(day),
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
        start(self.engine()?)
    }

    /// The data directory with the configuration of the lists.
    pub(crate) fn engine(&self) -> anyhow::Result<Engine> {
        let named = self.data_dir.clone();
        let is_named = named.is_some();
        let path = match named {
            Some(path) => path,
            None => directories::ProjectDirs::from("", "", "interdict")
                .map(|folders| folders.data_dir().to_owned())
                .context("this system names no data directory; give one with --data-dir")?,
        };
        let config = match &self.config {
            Some(file) => Config::read(file),
            None => Config::read_from_data_dir(&path),
        };
        let config = config.map_err(EngineError::from)?;
        let engine = if is_named { Engine::new(path) } else { Engine::at_default(path) };
        Ok(engine.with_config(config))
    }

    /// A session for verbs that need no data directory. An invalid configuration is ignored.
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
