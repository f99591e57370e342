//! The data directory and the state of the lists to answer from.

use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use interdict_engine::{At, Config, Engine, EngineError, Lists};
use interdict_model::PartialDate;
use jiff::Timestamp;

/// Where the lists are kept.
pub(crate) struct Data {
    given: Option<PathBuf>,
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
    generation: Option<u64>,
}

impl StateArgs {
    pub(crate) fn at(&self) -> At {
        match (self.as_of, self.generation) {
            (Some(day), _) => At::Day(day.to()),
            (None, Some(number)) => At::Generation(number),
            (None, None) => At::Now,
        }
    }
}

impl Data {
    pub(crate) fn new(given: Option<PathBuf>, config: Option<PathBuf>) -> Self {
        Self { given, config }
    }

    pub(crate) fn engine(&self) -> anyhow::Result<Engine> {
        let path = match &self.given {
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
        Ok(Engine::new(path, Timestamp::now()).with_config(config))
    }

    pub(crate) fn lists(&self, state: &StateArgs) -> anyhow::Result<Lists> {
        Ok(self.engine()?.lists(state.at())?)
    }
}
