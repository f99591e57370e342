//! The master key: a file with a key on each line. The first line is the current key; the others are earlier keys.

use std::fmt;
use std::fs;
use std::path::Path;

use interdict_durable::{AtomicFile, FileError};
use sha2::{Digest, Sha256};

use super::cipher::KEY;
use crate::error::StoreError;
use crate::hex::{from_hex, hex};
use crate::log::{Random, random_bytes};

/// The prefix of a line, by which secret scanners recognise it.
const PREFIX: &str = "interdict-store-key:";

/// The master key of a store, with earlier ones.
#[derive(Clone, PartialEq, Eq)]
pub struct StoreKey(Vec<[u8; KEY]>);

/// Its name only.
impl fmt::Debug for StoreKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "StoreKey({})", self.id())
    }
}

impl StoreKey {
    /// Reads a file of keys.
    ///
    /// # Errors
    /// When it cannot be read, or has other content.
    pub fn read(path: &Path) -> Result<Self, StoreError> {
        let text = fs::read_to_string(path).map_err(FileError::wrap("read", path))?;
        let key = |line: &str| from_hex::<KEY>(line.strip_prefix(PREFIX)?);
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        let keys: Option<Vec<[u8; KEY]>> = lines.map(key).collect();
        match keys.filter(|keys| !keys.is_empty()) {
            Some(keys) => Ok(Self(keys)),
            None => {
                let text = format!("{} does not hold keys of a store", path.display());
                Err(StoreError::Key(text))
            }
        }
    }

    /// Creates a new key and puts it in front of those in a file, which is created if it does not exist. Returns all of
    /// them.
    ///
    /// # Errors
    /// When the file holds something else or cannot be written, or random numbers cannot be had.
    pub fn add_to(path: &Path, random: Random) -> Result<Self, StoreError> {
        let mut keys = vec![random_bytes::<KEY>(random)?];
        if path.exists() {
            keys.extend(Self::read(path)?.0);
        }
        let keys = Self(keys);
        keys.write(path)?;
        Ok(keys)
    }

    /// Leaves only the current key in a file. Data whose key an older one wraps is lost.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn drop_older(&self, path: &Path) -> Result<Self, StoreError> {
        let keys = Self(self.0.iter().take(1).copied().collect());
        keys.write(path)?;
        Ok(keys)
    }

    fn write(&self, path: &Path) -> Result<(), StoreError> {
        let lines: String = self.0.iter().map(|key| format!("{PREFIX}{}\n", hex(key))).collect();
        Ok(AtomicFile::replace(path, lines.as_bytes())?)
    }

    /// The name of the current key, which reveals nothing about the key.
    pub fn id(&self) -> String {
        self.0.first().map(id_of).unwrap_or_default()
    }

    /// Number of keys, including the current one.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// The current key.
    pub(super) fn current(&self) -> [u8; KEY] {
        self.0.first().copied().unwrap_or_default()
    }

    /// The key of a name.
    pub(super) fn named(&self, id: &str) -> Option<&[u8; KEY]> {
        self.0.iter().find(|key| id_of(key) == id)
    }
}

fn id_of(key: &[u8; KEY]) -> String {
    let mut hash = Sha256::new();
    hash.update(b"interdict store key 1\n");
    hash.update(key);
    let digest = hash.finalize();
    hex(digest.get(..8).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn random(bytes: &mut [u8]) -> bool {
        getrandom::fill(bytes).is_ok()
    }

    #[test]
    fn keys_are_added_in_front_and_only_their_owner_reads_them() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        let first = StoreKey::add_to(&path, random).unwrap();
        let both = StoreKey::add_to(&path, random).unwrap();
        assert_eq!(StoreKey::read(&path).unwrap(), both);
        assert_eq!((first.count(), both.count()), (1, 2));
        assert!(both.id() != first.id() && both.named(&first.id()).is_some());
        let last = both.drop_older(&path).unwrap();
        assert_eq!((last.id(), last.named(&first.id())), (both.id(), None));
        assert!(!format!("{both:?}").contains(&hex(&both.current())));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(&path).unwrap().permissions().mode();
            assert_eq!(mode & 0o077, 0);
        }
        for wrong in ["", "x", "interdict-store-key:00"] {
            fs::write(&path, wrong).unwrap();
            assert!(matches!(StoreKey::read(&path), Err(StoreError::Key(_))));
            assert!(StoreKey::add_to(&path, random).is_err());
            assert_eq!(fs::read_to_string(&path).unwrap(), wrong);
        }
    }
}
