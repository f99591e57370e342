//! A transparency log as pure functions: Merkle tree hashing, proofs, signed notes and checkpoints.
//!
//! Events are the leaves of a Merkle tree (RFC 6962). A [`Frontier`] accumulates them and computes the root; a
//! [`Checkpoint`] states the root of a size and is signed with Ed25519 as a C2SP [`SignedNote`]. An [`InclusionProof`]
//! proves that an event is in the tree of a checkpoint, a [`ConsistencyProof`] that the tree of a later checkpoint
//! begins with all the events of an earlier one, and an [`EventProof`] is the file (`tlog-proof`) with which a third
//! party verifies one event without the log.
//!
//! ```
//! use std::collections::BTreeMap;
//! use interdict_audit::{Checkpoint, EventProof, Frontier, InclusionProof, SigningKey, leaf_hash};
//!
//! let key = SigningKey::from_seed("example.com/audit".parse()?, &[7; 32]);
//! let (mut tree, mut nodes) = (Frontier::empty(), BTreeMap::new());
//! for event in ["case 1 opened", "case 1 decided", "case 2 opened"] {
//!     tree.append(leaf_hash(event.as_bytes()), |id, hash| {
//!         nodes.insert(id, hash);
//!     });
//! }
//! let signed = Checkpoint::of(key.name().clone(), &tree).sign(&key)?;
//!
//! let inclusion = InclusionProof::prove(tree.size(), 1, &mut nodes)?;
//! let file = EventProof::new(inclusion, &signed)?.to_string();
//!
//! let keys = [key.verifying_key()];
//! let proof: EventProof = file.parse()?;
//! assert_eq!(proof.verify(b"case 1 decided", &keys)?.checkpoint().size(), 3);
//! assert!(proof.verify(b"case 1 undecided", &keys).is_err());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! It stores nothing, reads no clock and no random numbers, and contacts no log or witness. It has one signature type,
//! Ed25519 (`0x01`): signatures of other types in a note are kept and ignored.

#![cfg_attr(not(test), warn(clippy::cast_possible_truncation, clippy::indexing_slicing))]

mod base64_text;
mod checkpoint;
mod checkpoint_error;
mod consistency_proof;
mod decimal;
mod event_proof;
mod excerpt;
mod frontier;
mod hash;
mod inclusion_proof;
mod key_error;
mod key_id;
mod key_text;
mod node;
mod note_error;
mod note_signature;
mod origin;
mod proof_error;
mod signed_checkpoint;
mod signed_note;
mod signing_key;
mod subtrees;
mod tree_hash;
mod verifying_key;

pub use checkpoint::Checkpoint;
pub use checkpoint_error::CheckpointError;
pub use consistency_proof::ConsistencyProof;
pub use event_proof::{EventProof, EventProofError};
pub use frontier::{Frontier, FrontierError};
pub use hash::{Hash, HashError};
pub use inclusion_proof::InclusionProof;
pub use key_error::KeyError;
pub use key_id::KeyId;
pub use node::{MissingNode, NodeId, Nodes};
pub use note_error::NoteError;
pub use note_signature::NoteSignature;
pub use origin::{Origin, OriginError};
pub use proof_error::{ProofError, ProveError};
pub use signed_checkpoint::SignedCheckpoint;
pub use signed_note::{SignedNote, VerifiedNote};
pub use signing_key::SigningKey;
pub use tree_hash::{empty_root, leaf_hash, node_hash};
pub use verifying_key::VerifyingKey;
