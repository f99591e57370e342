//! Files that are replaced whole or not at all, and locks between processes.
//!
//! An [`AtomicFile`] is written under a temporary name and renamed over its target: after a crash at
//! any moment, the target has either its old content or its new one. A [`FileLock`] is held by one
//! process at a time and is released by the system when that process ends, however it ends.
//!
//! ```
//! use interdict_durable::{AtomicFile, FileLock, LockError, Wait};
//!
//! let folder = tempfile::tempdir()?;
//! let lock = FileLock::acquire(&folder.path().join("LOCK"), Wait::No)?;
//! let second = FileLock::acquire(&folder.path().join("LOCK"), Wait::No);
//! assert!(matches!(second, Err(LockError::Busy { .. })));
//!
//! let target = folder.path().join("state.json");
//! AtomicFile::replace(&target, b"{}")?;
//! assert_eq!(std::fs::read(&target)?, b"{}");
//! # drop(lock);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A [`QuickChecksum`] detects damage to a file at the speed of memory.
//!
//! It defines no file formats, and it does not create the folders that it writes to.

mod atomic_file;
mod error;
mod file_lock;
mod quick_checksum;

pub use atomic_file::{AtomicFile, remove_leftovers};
pub use error::{FileError, LockError};
pub use file_lock::{FileLock, Wait};
pub use quick_checksum::QuickChecksum;
