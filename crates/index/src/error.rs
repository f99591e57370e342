//! Errors of a data directory, a generation or a segment.

use std::io;
use std::path::{Path, PathBuf};

use interdict_durable::FileError;
use interdict_model::{DatasetName, GenerationId};

/// An error in the stored state. Each variant names the file. An error never changes the state in use.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// The system refused to read or write a file.
    #[error(transparent)]
    File(#[from] FileError),
    /// The file was not written by this program.
    #[error("{path} is no segment file")]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// The file was written by a newer version.
    #[error("{path} has format {found}, this program reads up to {known}")]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its format.
        found: u32,
        /// The newest format that is understood.
        known: u32,
    },
    /// The index was made by another version, which analyses names differently.
    #[error(
        "{path} was indexed by another version of this program; `interdict lists reindex` indexes \
         anew what it holds"
    )]
    Outdated {
        /// The file.
        path: PathBuf,
    },
    /// A segment cannot be built.
    #[error("cannot index {dataset} anew")]
    Build {
        /// The dataset.
        dataset: DatasetName,
        /// Why.
        #[source]
        source: crate::build_error::BuildError,
    },
    /// The file is damaged.
    #[error("{path} is damaged: {detail}")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// The inconsistency that was found.
        detail: String,
    },
    /// The path of the data directory is not a directory.
    #[error("{path} is not a directory")]
    NoDirectory {
        /// The path.
        path: PathBuf,
    },
    /// There is no such generation.
    #[error("there is no generation {0}")]
    NoGeneration(GenerationId),
    /// Another process is importing.
    #[error("another import holds {path}")]
    Busy {
        /// The lock file.
        path: PathBuf,
    },
    /// More than 2^32 - 1 of something.
    #[error("a segment cannot hold more than 4,294,967,295 {0}")]
    TooLarge(&'static str),
}

impl IndexError {
    /// Adds the operation and the file to an I/O error; made for `map_err`.
    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let wrap = FileError::wrap(action, path);
        move |source| Self::File(wrap(source))
    }
}
