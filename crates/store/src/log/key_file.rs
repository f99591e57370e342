//! Secrets of a store that never lie in its database: the key that signs the log, and what keys of callers are
//! hashed with.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use interdict_audit::{Origin, SigningKey, VerifyingKey};

use crate::error::StoreError;

/// A source of random numbers: fills the bytes, or tells that it cannot.
pub type Random = fn(&mut [u8]) -> bool;

/// Bytes that hashes of callers' keys are made with.
pub(crate) type Pepper = [u8; 32];

/// The key pair of a log, and the pepper of callers' keys.
pub struct LogKeys {
    pub(crate) signing: SigningKey,
    verifying: VerifyingKey,
    pub(crate) pepper: Pepper,
}

impl LogKeys {
    /// Reads the secrets in a folder, or makes them if there are none.
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
                write_secret(&path, &text)?;
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
}

/// Makes a key for a log with a name of its own, and writes the public part beside it.
fn make_key(folder: &Path, path: &Path, random: Random) -> Result<String, StoreError> {
    let name = format!("interdict/{}", hex(&random_bytes::<6>(random)?));
    let name: Origin = name.parse().expect("hexadecimal digits have no spaces and no plus");
    let key = SigningKey::from_seed(name, &random_bytes::<32>(random)?);
    let text = key.expose_secret().to_string();
    write_secret(path, &text)?;
    let public = folder.join("audit.pub");
    let failed = |error| unavailable(&public, &error);
    fs::write(&public, format!("{}\n", key.verifying_key())).map_err(failed)?;
    Ok(text)
}

fn read(path: &Path) -> Result<Option<String>, StoreError> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(unavailable(path, &error)),
    }
}

/// Writes a file that only its owner can read, and never over another one.
fn write_secret(path: &Path, text: &str) -> Result<(), StoreError> {
    let temporary: PathBuf = path.with_extension("new");
    let failed = |error: std::io::Error| unavailable(path, &error);
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&temporary).map_err(failed)?;
    writeln!(file, "{text}").and_then(|()| file.sync_all()).map_err(failed)?;
    // A link fails if the file exists: another process that starts at the same time made its own.
    fs::hard_link(&temporary, path).map_err(failed)?;
    fs::remove_file(&temporary).map_err(failed)
}

fn unavailable(path: &Path, error: &std::io::Error) -> StoreError {
    StoreError::Unavailable(format!("{}: {error}", path.display()))
}

/// Random bytes.
pub(crate) fn random_bytes<const COUNT: usize>(random: Random) -> Result<[u8; COUNT], StoreError> {
    let mut bytes = [0; COUNT];
    if random(&mut bytes) { Ok(bytes) } else { Err(StoreError::Random) }
}

/// Bytes in hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn from_hex(text: &str) -> Option<Pepper> {
    let mut bytes = [0; 32];
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    for (at, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * at..2 * at + 2)?, 16).ok()?;
    }
    Some(bytes)
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
