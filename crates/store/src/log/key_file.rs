//! Secrets that are never in the database: the signing key of the log, and the pepper of callers' keys.

use std::fs;
use std::io::{ErrorKind, Write};
use std::path::Path;

use hmac::{Hmac, KeyInit, Mac};
use interdict_audit::{Origin, SigningKey, VerifyingKey};
use interdict_durable::{AtomicFile, FileError};
use sha2::Sha256;

use crate::error::StoreError;
use crate::hex::{from_hex, hex};

/// A random source: fills the bytes, or returns false.
pub type Random = fn(&mut [u8]) -> bool;

/// The key pair of a log, and the pepper of callers' keys.
pub struct LogKeys {
    pub(crate) signing: SigningKey,
    verifying: VerifyingKey,
    /// The key of [`LogKeys::keyed_hash`].
    pepper: [u8; 32],
}

impl LogKeys {
    /// Reads the secrets in a folder, or creates them. The caller holds the lock of the folder: of two processes that
    /// start at the same time, the second one reads what the first one created.
    ///
    /// # Errors
    /// When files cannot be read or written, do not hold a key, or random numbers cannot be had.
    pub fn open_or_make(folder: &Path, random: Random) -> Result<Self, StoreError> {
        let path = folder.join("audit.key");
        let text = match read(&path)? {
            Some(text) => text,
            None => make_key(folder, &path, random)?,
        };
        let signing: SigningKey = text.trim().parse().map_err(|_| {
            StoreError::Key(format!("{} does not hold the key of a log", path.display()))
        })?;
        let path = folder.join("pepper");
        let text = match read(&path)? {
            Some(text) => text,
            None => {
                let text = hex(&random_bytes::<32>(random)?);
                AtomicFile::replace(&path, format!("{text}\n").as_bytes())?;
                text
            }
        };
        let pepper = from_hex(text.trim()).ok_or_else(|| {
            StoreError::Key(format!("{} does not hold 64 hexadecimal digits", path.display()))
        })?;
        Ok(Self { verifying: signing.verifying_key(), signing, pepper })
    }

    /// The public key, with the name of the log. Checkpoints and proofs are verified with it.
    pub fn verifying(&self) -> &VerifyingKey {
        &self.verifying
    }

    /// HMAC-SHA-256 under the secret of the store, over the concatenated parts.
    pub(crate) fn keyed_hash(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(&self.pepper).expect("keys of any length are taken");
        for part in parts {
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }
}

/// Creates a key for a log with a unique name, and writes the public key beside it.
fn make_key(folder: &Path, path: &Path, random: Random) -> Result<String, StoreError> {
    let name = format!("interdict/{}", hex(&random_bytes::<6>(random)?));
    let name: Origin = name.parse().expect("hexadecimal digits have no spaces and no plus");
    let key = SigningKey::from_seed(name, &random_bytes::<32>(random)?);
    let text = key.expose_secret().to_string();
    let public = folder.join("audit.pub");
    let mut file = AtomicFile::create_output(&public)?;
    writeln!(file, "{}", key.verifying_key()).map_err(FileError::wrap("write", &public))?;
    file.commit(&public)?;
    // The secret is written last: if it exists, its public key does, too.
    AtomicFile::replace(path, format!("{text}\n").as_bytes())?;
    Ok(text)
}

fn read(path: &Path) -> Result<Option<String>, StoreError> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(FileError::wrap("read", path)(error).into()),
    }
}

/// Random bytes.
pub(crate) fn random_bytes<const COUNT: usize>(random: Random) -> Result<[u8; COUNT], StoreError> {
    let mut bytes = [0; COUNT];
    if random(&mut bytes) { Ok(bytes) } else { Err(StoreError::Random) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn random(bytes: &mut [u8]) -> bool {
        getrandom::fill(bytes).is_ok()
    }

    #[test]
    fn secrets_are_made_once_and_only_their_owner_reads_them() {
        let folder = tempfile::tempdir().unwrap();
        let made = LogKeys::open_or_make(folder.path(), random).unwrap();
        let read = LogKeys::open_or_make(folder.path(), random).unwrap();
        assert_eq!(made.verifying().to_string(), read.verifying().to_string());
        assert_eq!(made.pepper, read.pepper);
        let public = fs::read_to_string(folder.path().join("audit.pub")).unwrap();
        assert_eq!(public.trim(), made.verifying().to_string());
        #[cfg(unix)]
        for name in ["audit.key", "pepper"] {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(folder.path().join(name)).unwrap().permissions().mode();
            assert_eq!(mode & 0o077, 0, "{name}");
        }
    }

    #[test]
    fn a_file_that_holds_no_key_is_not_replaced() {
        for name in ["audit.key", "pepper"] {
            let folder = tempfile::tempdir().unwrap();
            fs::write(folder.path().join(name), "something else").unwrap();
            let error = LogKeys::open_or_make(folder.path(), random).map(drop);
            assert!(matches!(error, Err(StoreError::Key(_))), "{name}");
            assert_eq!(fs::read_to_string(folder.path().join(name)).unwrap(), "something else");
        }
    }

    #[test]
    fn without_random_numbers_no_key_is_made() {
        let folder = tempfile::tempdir().unwrap();
        let error = LogKeys::open_or_make(folder.path(), |_| false).map(drop);
        assert!(matches!(error, Err(StoreError::Random)));
        assert!(!folder.path().join("audit.key").exists());
    }
}
