//! The log from outside: published vectors, trees and proofs of every small size, tampering, hostile texts.

#![allow(clippy::unwrap_used, reason = "tests")]

mod checkpoint;
mod consistency;
mod event_proof;
mod frontier;
mod inclusion;
mod keys;
mod known_answers;
mod note;
mod support;
mod tampering;
