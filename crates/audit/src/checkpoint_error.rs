//! Why a checkpoint was refused.

use crate::hash::{Hash, HashError};
use crate::note_error::NoteError;
use crate::origin::{Origin, OriginError};

/// A text or note is not the checkpoint of a known log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CheckpointError {
    /// Not three lines or more, each ending with a newline.
    #[error("a checkpoint must have lines for its origin, size and root")]
    Lines,
    /// The first line is no name.
    #[error("the origin of a checkpoint is not valid")]
    Origin {
        /// Which rule it breaks.
        #[source]
        source: OriginError,
    },
    /// The second line is not a number, or has leading zeros.
    #[error("the size of a checkpoint is not a decimal number: `{text}`")]
    Size {
        /// The line, or its beginning.
        text: String,
    },
    /// The third line is no hash.
    #[error("the root of a checkpoint is not a hash")]
    Root {
        /// What it is.
        #[source]
        source: HashError,
    },
    /// A tree without events has one root only.
    #[error("a tree without events cannot have the root {root}")]
    EmptyTreeRoot {
        /// The root that was given.
        root: Hash,
    },
    /// An extension line is empty or has control characters.
    #[error("not an extension line of a checkpoint: {line:?}")]
    Extension {
        /// The line, or its beginning.
        line: String,
    },
    /// The note is malformed or not signed by a known key.
    #[error("the note of a checkpoint is not trusted")]
    Note {
        /// Why.
        #[from]
        source: NoteError,
    },
    /// Known keys signed the note, but none that has the name of the log.
    #[error("the checkpoint of {origin} is not signed by a known key of that name")]
    NotSignedByOrigin {
        /// The log that the checkpoint is about.
        origin: Origin,
    },
}
