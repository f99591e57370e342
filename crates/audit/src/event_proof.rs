//! Proof files (c2sp.org/tlog-proof@v1): everything needed to verify that an event is in a log, except the event and
//! the log's key.

use std::fmt;
use std::str::FromStr;

use crate::base64_text;
use crate::checkpoint_error::CheckpointError;
use crate::decimal;
use crate::excerpt::excerpt;
use crate::hash::{Hash, HashError};
use crate::inclusion_proof::InclusionProof;
use crate::note_error::NoteError;
use crate::proof_error::ProofError;
use crate::signed_checkpoint::SignedCheckpoint;
use crate::signed_note::SignedNote;
use crate::tree_hash::leaf_hash;
use crate::verifying_key::VerifyingKey;

/// The first line of a file.
const HEADER: &str = "c2sp.org/tlog-proof@v1";

/// The content of a `.tlog-proof` file: the number of an event, its inclusion path and the checkpoint of the tree. It
/// is unverified until [`EventProof::verify`] has accepted it for an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventProof {
    extra: Vec<u8>,
    index: u64,
    path: Vec<Hash>,
    checkpoint: SignedNote,
}

impl EventProof {
    /// Maximum size of a file: a note, and as much again for the path and the extra data.
    pub const LARGEST: usize = 2 * SignedNote::LARGEST;

    /// The longest path: that of a tree of 2^64 events.
    const LONGEST_PATH: usize = 64;

    /// The file for an event of the tree of a checkpoint.
    ///
    /// # Errors
    /// When the proof is for a tree of another size.
    pub fn new(
        inclusion: InclusionProof,
        checkpoint: &SignedCheckpoint,
    ) -> Result<Self, EventProofError> {
        let (proved, signed) = (inclusion.size, checkpoint.checkpoint().size());
        if proved != signed {
            return Err(EventProofError::OtherTree { proved, signed });
        }
        let InclusionProof { index, path, .. } = inclusion;
        Ok(Self { extra: Vec::new(), index, path, checkpoint: checkpoint.note().clone() })
    }

    /// Adds extra data for readers of the file. It is not signed, and must not be trusted.
    #[must_use]
    pub fn with_extra(self, extra: Vec<u8>) -> Self {
        Self { extra, ..self }
    }

    /// The unsigned extra data; empty if there is none.
    pub fn unverified_extra(&self) -> &[u8] {
        &self.extra
    }

    /// The number of the event in the log, from zero.
    pub const fn index(&self) -> u64 {
        self.index
    }

    /// Verifies that the log signed a checkpoint of a tree that has this event at [`EventProof::index`], and returns
    /// that checkpoint.
    ///
    /// # Errors
    /// When the checkpoint is not that of a log whose key is given (see [`SignedCheckpoint::open`]), or when the event
    /// is not at this index of its tree.
    pub fn verify(
        &self,
        event: &[u8],
        keys: &[VerifyingKey],
    ) -> Result<SignedCheckpoint, EventProofError> {
        let opened = SignedCheckpoint::open(self.checkpoint.clone(), keys)?;
        let checkpoint = opened.checkpoint();
        let (index, size, path) = (self.index, checkpoint.size(), self.path.clone());
        InclusionProof { index, size, path }.verify(&leaf_hash(event), checkpoint.root())?;
        Ok(opened)
    }
}

impl fmt::Display for EventProof {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "{HEADER}")?;
        if !self.extra.is_empty() {
            writeln!(formatter, "extra {}", base64_text::encode(&self.extra))?;
        }
        writeln!(formatter, "index {}", self.index)?;
        self.path.iter().try_for_each(|hash| writeln!(formatter, "{}", hash.to_base64()))?;
        write!(formatter, "\n{}", self.checkpoint)
    }
}

impl FromStr for EventProof {
    type Err = EventProofError;

    fn from_str(text: &str) -> Result<Self, EventProofError> {
        if text.len() > Self::LARGEST {
            return Err(EventProofError::TooLong { found: text.len(), limit: Self::LARGEST });
        }
        // The checkpoint has blank lines of its own: the first one of the file ends the path.
        let (head, note) = text.split_once("\n\n").ok_or(EventProofError::Form)?;
        let mut lines = head.split('\n');
        if lines.next() != Some(HEADER) {
            return Err(EventProofError::Header);
        }
        let mut line = lines.next().ok_or(EventProofError::Form)?;
        let mut extra = Vec::new();
        if let Some(text) = line.strip_prefix("extra ") {
            extra = parse_extra(text)?;
            line = lines.next().ok_or(EventProofError::Form)?;
        }
        let index = line.strip_prefix("index ").and_then(decimal::parse);
        let index = index.ok_or_else(|| EventProofError::Index { line: excerpt(line) })?;
        let path: Vec<Hash> = lines.map(Hash::from_base64).collect::<Result<_, _>>()?;
        if path.len() > Self::LONGEST_PATH {
            return Err(EventProofError::Path { found: path.len(), limit: Self::LONGEST_PATH });
        }
        Ok(Self { extra, index, path, checkpoint: note.parse()? })
    }
}

/// The extra data of a file. Empty data is refused: without data, the line is left out.
fn parse_extra(text: &str) -> Result<Vec<u8>, EventProofError> {
    let extra = base64_text::decode(text).filter(|extra| !extra.is_empty());
    extra.ok_or_else(|| EventProofError::Extra { text: excerpt(text) })
}

/// A file is not the proof of an event.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EventProofError {
    /// Longer than the budget for proof files.
    #[error("a proof of {found} bytes is longer than {limit}")]
    TooLong {
        /// How many bytes it has.
        found: usize,
        /// How many are allowed.
        limit: usize,
    },
    /// The first line is not that of this version of the format.
    #[error("the first line of a proof must be `{HEADER}`")]
    Header,
    /// Lines are missing.
    #[error("a proof must have an index, a path, a blank line and a checkpoint")]
    Form,
    /// The extra data is not base64, or empty.
    #[error("the extra data of a proof is not valid base64: `{text}`")]
    Extra {
        /// The text, or its beginning.
        text: String,
    },
    /// The line is not `index` and a decimal number.
    #[error("not the index line of a proof: `{line}`")]
    Index {
        /// The line, or its beginning.
        line: String,
    },
    /// A line of the path is no hash.
    #[error("the path of a proof has a line that is not a hash")]
    Hash {
        /// What it is.
        #[from]
        source: HashError,
    },
    /// The path is longer than that of any tree.
    #[error("a path of {found} hashes is longer than {limit}")]
    Path {
        /// How many there are.
        found: usize,
        /// How many are allowed.
        limit: usize,
    },
    /// The checkpoint is not a note.
    #[error("the checkpoint of a proof is not a note")]
    Note {
        /// Why.
        #[from]
        source: NoteError,
    },
    /// The proof and the checkpoint for one file are of different trees.
    #[error("a proof for {proved} events does not go with a checkpoint of {signed}")]
    OtherTree {
        /// The size of the tree of the proof.
        proved: u64,
        /// The size of the tree of the checkpoint.
        signed: u64,
    },
    /// The checkpoint is not that of a known log.
    #[error("the checkpoint of a proof is not trusted")]
    Checkpoint {
        /// Why.
        #[from]
        source: CheckpointError,
    },
    /// The event is not at this index of the log.
    #[error("the log does not have this event at this place")]
    Inclusion {
        /// Why.
        #[from]
        source: ProofError,
    },
}
