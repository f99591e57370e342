//! The start of every use case: a data directory, its configuration, an actor, and the present
//! moment.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use interdict_index::DataDir;
use jiff::Timestamp;

use crate::actor::Actor;
use crate::config::Config;
use crate::error::EngineError;

/// A data directory with its configuration. It holds nothing open and can be shared: use cases belong
/// to a [`Session`], which it makes for an actor.
#[derive(Debug, Clone)]
pub struct Engine {
    dir: DataDir,
    config: Arc<Config>,
    may_be_new: bool,
}

/// The work of an actor at some moment. Every use case is a method of it, so none can run without an actor.
#[derive(Debug, Clone)]
pub struct Session {
    engine: Engine,
    actor: Actor,
    now: Timestamp,
}

impl Engine {
    /// An engine on a data directory that the user named. Use cases that write create it. Use cases that read lists
    /// fail if it does not exist, because a mistyped path must not give an answer without lists.
    pub fn new(data_dir: impl Into<PathBuf>) -> Self {
        Self { dir: DataDir::at(data_dir), config: Arc::default(), may_be_new: false }
    }

    /// An engine on the default data directory, which need not exist before the first import. Until then queries are
    /// answered from the built-in dataset, and the answers are incomplete.
    pub fn at_default(data_dir: impl Into<PathBuf>) -> Self {
        Self { may_be_new: true, ..Self::new(data_dir) }
    }

    /// The engine with another configuration of the lists.
    pub fn with_config(self, config: Config) -> Self {
        Self { config: Arc::new(config), ..self }
    }

    /// Starts the work of an actor. `now` is the present moment, for time stamps and for the age of
    /// lists: the engine reads no clock.
    pub fn session(&self, actor: Actor, now: Timestamp) -> Session {
        Session { engine: self.clone(), actor, now }
    }
}

impl Session {
    /// The actor.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// The moment for which the session was made.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// The configuration of the lists.
    pub fn config(&self) -> &Config {
        &self.engine.config
    }

    /// The path of the data directory.
    pub fn data_dir(&self) -> &Path {
        self.engine.dir.path()
    }

    /// Fails if the data directory does not exist, unless it may be new, or is no directory.
    pub(crate) fn require_data_dir(&self) -> Result<(), EngineError> {
        if self.dir().exists()? || self.engine.may_be_new {
            return Ok(());
        }
        Err(EngineError::NoDataDir { path: self.data_dir().to_owned() })
    }

    pub(crate) fn dir(&self) -> &DataDir {
        &self.engine.dir
    }
}
