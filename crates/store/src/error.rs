//! Errors of the store.

use interdict_audit::CheckpointError;
use interdict_durable::{FileError, LockError};

use crate::cases::MoveError;

/// An error of the store.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// The database is unreachable, or its disk is full. As far as is known, nothing of the change was kept.
    #[error("the store is not available: {0}")]
    Unavailable(String),
    /// The object exists already.
    #[error("it exists already")]
    Exists,
    /// The object does not exist, or belongs to another tenant.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// The object was changed since it was read.
    #[error("it was changed in the meantime: its version is {now}")]
    Changed {
        /// Its current version.
        now: i64,
    },
    /// A rule of the store forbids the change.
    #[error("{0}")]
    Refused(String),
    /// A value is invalid.
    #[error("{0}")]
    Invalid(String),
    /// A rule of cases forbids the move.
    #[error(transparent)]
    Move(#[from] MoveError),
    /// A newer program wrote the store.
    #[error(
        "the store has schema version {found}, and this program knows versions up to {known}: use a newer program"
    )]
    Newer {
        /// The version of the store.
        found: i64,
        /// The newest version that this program knows.
        known: i64,
    },
    /// The content of the store is not what this program writes.
    #[error("the store is damaged: {0}")]
    Damaged(String),
    /// The address is not usable.
    #[error("{0}")]
    Address(String),
    /// The random source fails.
    #[error("no random numbers can be had from the system")]
    Random,
    /// The key of the log cannot be read, or is not the one with which the store was created.
    #[error("{0}")]
    Key(String),
    /// The database rejected a statement of this program: a defect.
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
