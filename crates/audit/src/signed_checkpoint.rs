//! A checkpoint whose signature has been checked.

use std::fmt;

use crate::checkpoint::Checkpoint;
use crate::checkpoint_error::CheckpointError;
use crate::signed_note::SignedNote;
use crate::verifying_key::VerifyingKey;

/// A checkpoint together with the note that its log signed. There is one only after the signature was checked.
/// Its text is the note's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedCheckpoint {
    checkpoint: Checkpoint,
    note: SignedNote,
}

impl SignedCheckpoint {
    /// Opens a note as a checkpoint: the known signatures must be good, as [`SignedNote::verify`] says, and one
    /// of them must be by a key that has the name of the checkpoint's origin. A witness alone cannot speak for
    /// a log.
    ///
    /// Whoever gives the keys of several logs has to look at [`Checkpoint::origin`]: each of them is accepted.
    ///
    /// # Errors
    /// When the signatures are not good, the text is no checkpoint, or the origin's key has not signed it.
    pub fn open(note: SignedNote, keys: &[VerifyingKey]) -> Result<Self, CheckpointError> {
        let verified = note.verify(keys)?;
        let checkpoint: Checkpoint = verified.text().parse()?;
        if !verified.signers().iter().any(|key| key.name() == checkpoint.origin()) {
            let origin = checkpoint.origin().clone();
            return Err(CheckpointError::NotSignedByOrigin { origin });
        }
        Ok(Self { checkpoint, note })
    }

    /// What the log states.
    pub const fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// The note, with the signatures of unknown keys that it had.
    pub const fn note(&self) -> &SignedNote {
        &self.note
    }
}

impl fmt::Display for SignedCheckpoint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.note.fmt(formatter)
    }
}
