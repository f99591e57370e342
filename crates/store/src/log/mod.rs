//! The audit log in a store: a Merkle tree over events, whose head is signed with each change.

mod append;
mod check;
mod erasures;
mod head;
mod key_file;
mod nodes;
mod prove;
mod state;

pub(crate) use append::{Append, Mark};
pub(crate) use check::check;
pub use check::{LogFault, LogReport};
pub use head::Head;
pub(crate) use key_file::random_bytes;
pub use key_file::{LogKeys, Random};
pub use prove::{EventFilter, Proof, ProvenEvent, RecordedEvent, VerifiedProof};
pub(crate) use prove::{event_texts, events, prove, recorded};
