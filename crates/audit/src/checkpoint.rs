//! Checkpoints (c2sp.org/tlog-checkpoint): what a log states about its tree.

use std::fmt;
use std::str::FromStr;

use crate::checkpoint_error::CheckpointError;
use crate::decimal;
use crate::excerpt::excerpt;
use crate::frontier::Frontier;
use crate::hash::Hash;
use crate::origin::Origin;
use crate::signed_checkpoint::SignedCheckpoint;
use crate::signed_note::SignedNote;
use crate::signing_key::SigningKey;
use crate::tree_hash::empty_root;

/// The size and root of a log's tree. By itself it is unauthenticated; a [`SignedCheckpoint`] is authentic. Its text is
/// that of the note that is signed: a line each for the origin, the size, the root in base64 and each extension.
///
/// C2SP allows an origin that is no key name. Here it must be one, because it is compared with that of the key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    origin: Origin,
    size: u64,
    root: Hash,
    extensions: Vec<String>,
}

impl Checkpoint {
    /// The checkpoint of a tree.
    pub fn of(origin: Origin, tree: &Frontier) -> Self {
        Self { origin, size: tree.size(), root: tree.root(), extensions: Vec::new() }
    }

    /// A checkpoint from its parts.
    ///
    /// # Errors
    /// When a tree without events has another root than [`empty_root`].
    pub fn new(origin: Origin, size: u64, root: Hash) -> Result<Self, CheckpointError> {
        if size == 0 && root != empty_root() {
            return Err(CheckpointError::EmptyTreeRoot { root });
        }
        Ok(Self { origin, size, root, extensions: Vec::new() })
    }

    /// Adds an extension line, whose meaning the log defines. C2SP advises against them, since monitors of the log
    /// cannot verify them.
    ///
    /// # Errors
    /// When the line is empty or has control characters.
    pub fn with_extension(mut self, line: &str) -> Result<Self, CheckpointError> {
        if line.is_empty() || line.contains(|character| character < ' ') {
            return Err(CheckpointError::Extension { line: excerpt(line) });
        }
        self.extensions.push(line.to_owned());
        Ok(self)
    }

    /// The name of the log.
    pub const fn origin(&self) -> &Origin {
        &self.origin
    }

    /// Number of events of the tree.
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The root of the tree.
    pub const fn root(&self) -> &Hash {
        &self.root
    }

    /// The extension lines.
    pub fn extensions(&self) -> &[String] {
        &self.extensions
    }

    /// Signs the checkpoint with the key of its log. The log must never sign two that are inconsistent with each other;
    /// the caller has to compare it with the previous one.
    ///
    /// # Errors
    /// When the key has another name than the checkpoint's origin, or the extensions are too long for a note.
    pub fn sign(&self, key: &SigningKey) -> Result<SignedCheckpoint, CheckpointError> {
        let note = SignedNote::sign(&self.to_string(), key)?;
        SignedCheckpoint::open(note, &[key.verifying_key()])
    }
}

impl fmt::Display for Checkpoint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "{}\n{}\n{}", self.origin, self.size, self.root.to_base64())?;
        self.extensions.iter().try_for_each(|line| writeln!(formatter, "{line}"))
    }
}

impl FromStr for Checkpoint {
    type Err = CheckpointError;

    fn from_str(text: &str) -> Result<Self, CheckpointError> {
        let lines = text.strip_suffix('\n').ok_or(CheckpointError::Lines)?;
        let mut lines = lines.split('\n');
        let (Some(origin), Some(size), Some(root)) = (lines.next(), lines.next(), lines.next())
        else {
            return Err(CheckpointError::Lines);
        };
        let origin = origin.parse().map_err(|source| CheckpointError::Origin { source })?;
        let size =
            decimal::parse(size).ok_or_else(|| CheckpointError::Size { text: excerpt(size) })?;
        let root = Hash::from_base64(root).map_err(|source| CheckpointError::Root { source })?;
        lines.try_fold(Self::new(origin, size, root)?, |checkpoint, line| {
            checkpoint.with_extension(line)
        })
    }
}
