//! A checkpoint with a verified signature.

use std::fmt;

use crate::checkpoint::Checkpoint;
use crate::checkpoint_error::CheckpointError;
use crate::signed_note::SignedNote;
use crate::verifying_key::VerifyingKey;

/// A checkpoint together with the note that its log signed. It can only be made by verifying the signature. Its text is
/// the note's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedCheckpoint {
    checkpoint: Checkpoint,
    note: SignedNote,
}

impl SignedCheckpoint {
    /// Opens a note as a checkpoint: the signatures of known keys must verify (see [`SignedNote::verify`]), and one of
    /// them must be by a key with the name of the checkpoint's origin. A witness alone cannot sign for a log.
    ///
    /// A caller who passes the keys of several logs has to check [`Checkpoint::origin`]: each of them is accepted.
    ///
    /// # Errors
    /// When a signature does not verify, the text is not a checkpoint, or the origin's key has not signed it.
    pub fn open(note: SignedNote, keys: &[VerifyingKey]) -> Result<Self, CheckpointError> {
        let verified = note.verify(keys)?;
        let checkpoint: Checkpoint = verified.text().parse()?;
        if !verified.signers().iter().any(|key| key.name() == checkpoint.origin()) {
            let origin = checkpoint.origin().clone();
            return Err(CheckpointError::NotSignedByOrigin { origin });
        }
        Ok(Self { checkpoint, note })
    }

    /// The checkpoint.
    pub const fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// The note, including signatures of unknown keys.
    pub const fn note(&self) -> &SignedNote {
        &self.note
    }
}

impl fmt::Display for SignedCheckpoint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.note.fmt(formatter)
    }
}
