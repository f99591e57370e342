//! Why the store does not do what it was asked.

use interdict_audit::CheckpointError;
use interdict_durable::{FileError, LockError};

use crate::cases::MoveError;

/// Why the store does not do what it was asked.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// The database cannot be reached, or its disk is full. Nothing of the change was kept, as far as it is known.
    #[error("the store is not available: {0}")]
    Unavailable(String),
    /// There is such a thing already.
    #[error("it exists already")]
    Exists,
    /// There is no such thing, or not for this tenant.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// Somebody else changed it since it was read.
    #[error("it was changed in the meantime: its version is {now}")]
    Changed {
        /// The version that it has now.
        now: i64,
    },
    /// A rule of the store forbids it.
    #[error("{0}")]
    Refused(String),
    /// A value is not one that it can take.
    #[error("{0}")]
    Invalid(String),
    /// A rule of cases forbids it.
    #[error(transparent)]
    Move(#[from] MoveError),
    /// A newer program made the store.
    #[error(
        "the store has schema version {found}, and this program knows versions up to {known}: use a newer program"
    )]
    Newer {
        /// The version of the store.
        found: i64,
        /// The newest version that this program knows.
        known: i64,
    },
    /// The store does not hold what this program wrote.
    #[error("the store is damaged: {0}")]
    Damaged(String),
    /// The address is not usable.
    #[error("{0}")]
    Address(String),
    /// There is no source of random numbers.
    #[error("no random numbers can be had from the system")]
    Random,
    /// The key of the log cannot be read, or is another one than the store was made with.
    #[error("{0}")]
    Key(String),
    /// A statement of this program was refused. A defect.
    #[error("a statement failed: {0}")]
    Statement(String),
}

impl From<FileError> for StoreError {
    fn from(error: FileError) -> Self {
        Self::Unavailable(format!("{error}: {}", error.source))
    }
}

impl From<LockError> for StoreError {
    fn from(error: LockError) -> Self {
        match error {
            LockError::File(error) => error.into(),
            LockError::Busy { .. } => Self::Unavailable(error.to_string()),
        }
    }
}

impl From<CheckpointError> for StoreError {
    fn from(error: CheckpointError) -> Self {
        Self::Damaged(format!("the signed head of the log: {error}"))
    }
}
