//! Errors of use cases, with the next step where there is one.

use std::io;
use std::path::{Path, PathBuf};

use interdict_durable::FileError;
#[cfg(feature = "files")]
use interdict_files::BatchError;
use interdict_index::{BuildError, IndexError};
use interdict_lists::{GuardError, ReadError};
use interdict_model::{DatasetName, DatePrefix, EntityId};

use crate::chain::error::ChainError;
use crate::config::ConfigError;

/// The reason why a use case failed. The lists in use are unchanged.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// A list cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// A list does not pass the guards.
    #[error("{dataset}: {source}")]
    Guard {
        /// The dataset.
        dataset: DatasetName,
        /// Which guard.
        #[source]
        source: GuardError,
    },
    /// The data directory cannot be read or written.
    #[error(transparent)]
    Index(#[from] IndexError),
    /// A segment cannot be built.
    #[error("cannot build the segment of {dataset}")]
    Build {
        /// The dataset.
        dataset: DatasetName,
        /// Why.
        #[source]
        source: BuildError,
    },
    /// A batch cannot be run.
    #[cfg(feature = "files")]
    #[error(transparent)]
    Batch(#[from] BatchError),
    /// Customers cannot be screened again.
    #[error(transparent)]
    Rescreen(#[from] interdict_screen::rescreen::RescreenError),
    /// A file cannot be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// A file was replaced while it was read.
    #[error("{path} changed while it was read")]
    SourceChanged {
        /// The file.
        path: PathBuf,
    },
    /// A file of name pairs lacks a column.
    #[error("{path} has no column {column:?}; it has {present}")]
    Column {
        /// The file.
        path: PathBuf,
        /// The missing column.
        column: &'static str,
        /// The columns that are there.
        present: String,
    },
    /// A dataset that is not in use.
    #[error("the dataset {:?} is not imported", .0.as_str())]
    NotImported(DatasetName),
    /// No entity has that id or name.
    #[error("no entity has the id {:?}", .0.as_str())]
    NoEntity(EntityId),
    /// A name that matches no entity.
    #[error("no entity matches {0:?}")]
    NoMatch(String),
    /// A name that is only similar to listed ones.
    #[error("no entity has the id or the name {asked:?}; similar: {similar}")]
    OnlySimilar {
        /// The name, cut to 60 characters.
        asked: String,
        /// The names and ids of the most similar entities.
        similar: String,
    },
    /// The configuration file is wrong.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// A file of a list cannot be fetched.
    #[cfg(feature = "fetch")]
    #[error(transparent)]
    Fetch(#[from] interdict_lists::fetch::FetchError),
    /// It is not known where a list is fetched from.
    #[error("it is not known where the list {:?} is fetched from", .0.as_str())]
    NoAddress(DatasetName),
    /// Another process is updating.
    #[error("another update holds {path}")]
    Updating {
        /// The lock file.
        path: PathBuf,
    },
    /// A version that was fetched or given is older than the one in use.
    #[error("{dataset}: the version {after} is older than {before}, which is in use")]
    Older {
        /// The dataset.
        dataset: DatasetName,
        /// The version in use.
        before: String,
        /// The version that was fetched or given.
        after: String,
    },
    /// The record of updates cannot be read.
    #[error("the record of updates {path} is damaged: {detail}")]
    UpdateState {
        /// The file.
        path: PathBuf,
        /// What does not fit.
        detail: String,
    },
    /// A question about transfers or addresses cannot be answered.
    #[error(transparent)]
    Chain(#[from] ChainError),
    /// The data directory does not exist.
    #[error("there is no data directory {path}")]
    NoDataDir {
        /// Where it should be.
        path: PathBuf,
    },
    /// The name belongs to the built-in dataset.
    #[error("{0} is the name of the built-in dataset")]
    Reserved(DatasetName),
    /// A day that was stated for a list lies in the future.
    #[error("the list cannot be of {0}, which is not yet")]
    DatedLater(DatePrefix),
    /// A day was stated for a list that has another date.
    #[error("{dataset} says of itself that it is of {version}, not of {stated}")]
    DatedAlready {
        /// The dataset.
        dataset: DatasetName,
        /// The version in the list.
        version: String,
        /// The day that was stated.
        stated: String,
    },
    /// No generation was in use on that day.
    #[error("no generation was in use on {0}")]
    NothingOn(DatePrefix),
}

impl EngineError {
    /// Adds the operation and the file to an I/O error; made for `map_err`.
    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let wrap = FileError::wrap(action, path);
        move |source| Self::File(wrap(source))
    }

    /// What the user can do about it.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::NoDataDir { .. } => Some(
                "check --data-dir and INTERDICT_DATA_DIR; `interdict lists update` and `interdict \
                 lists import` create the directory",
            ),
            Self::Reserved(_) => Some(
                "import the list under another name; `interdict lists remove dprk_cyber` takes the \
                 built-in dataset out of use",
            ),
            Self::DatedAlready { .. } | Self::DatedLater(_) => Some(
                "--dated is for lists that bear no date of their own, and states the day on which \
                 they were published",
            ),
            Self::Guard { source: GuardError::OtherList { .. }, .. } => {
                Some("import the files under the dataset that they are")
            }
            Self::Guard { source: GuardError::FewNames { .. }, .. } => Some(
                "a file of aliases may be cut, or an element renamed: fetch the list again; if the \
                 loss is real, import again with --accept-loss",
            ),
            Self::Guard { source: GuardError::Shrunk { .. }, .. } => Some(
                "the last good version stays in use; if the loss is real, import again with \
                 --accept-loss",
            ),
            Self::Read(ReadError::UnknownDataset(_)) => Some(
                "a list that is not official is one FollowTheMoney, CSV or YAML file; \
                 `interdict lists import --help` has the official names",
            ),
            Self::Guard {
                source:
                    GuardError::NoComments { .. }
                    | GuardError::Orphans { .. }
                    | GuardError::Short { .. }
                    | GuardError::Unmarked { .. },
                ..
            } => Some(
                "fetch all files of the set again, at one time; if the loss is real, import again with \
                 --accept-loss",
            ),
            Self::SourceChanged { .. } => Some(
                "the last good version stays in use; import it again when nothing writes to the file",
            ),
            Self::Read(_) | Self::Guard { .. } => Some(
                "the last good version stays in use; fetch the list again and compare its size",
            ),
            Self::NoAddress(_) => {
                Some("give its urls in interdict.toml, or read it with `interdict lists import`")
            }
            Self::Updating { .. } => Some("try again when it has finished"),
            Self::Older { .. } => Some(
                "the version in use stays in use; a mirror may be behind; to go back on purpose, \
                 update with --accept-older or import with --accept-loss",
            ),
            Self::NothingOn(_) => {
                Some("`interdict lists status --all` shows the generations that are kept")
            }
            Self::Config(_) => Some("docs/reference/configuration.md describes every key"),
            Self::NotImported(_) => Some("`interdict lists status` shows what is imported"),
            Self::OnlySimilar { .. } => Some("if one of them is meant, ask with its id"),
            Self::NoEntity(_) => Some("`interdict screen NAME` finds ids by name"),
            #[cfg(feature = "files")]
            Self::Batch(BatchError::NoKnownColumn { .. }) => Some(
                "say which column holds which property: \
                 -s Person -i customer=name -i born=birthDate",
            ),
            #[cfg(feature = "files")]
            Self::Batch(BatchError::Resume { .. } | BatchError::Damaged { .. }) => {
                Some("run it without --resume to start anew")
            }
            Self::Index(IndexError::Newer { .. }) => {
                Some("update the program, or point --data-dir to another directory")
            }
            Self::Index(IndexError::Damaged { .. } | IndexError::Foreign { .. }) => Some(
                "a damaged file is never used: update or import the list again, or put an \
                     older generation in use with `interdict lists restore NUMBER`",
            ),
            Self::Index(IndexError::NoDirectory { .. }) => {
                Some("--data-dir and INTERDICT_DATA_DIR name a directory")
            }
            Self::Chain(error) => error.hint(),
            Self::Index(IndexError::Busy { .. }) => Some("try again when it has finished"),
            Self::Index(IndexError::NoGeneration(_)) => {
                Some("`interdict lists status --all` shows the generations that are kept")
            }
            _ => None,
        }
    }
}
