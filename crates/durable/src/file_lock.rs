//! Exclusive locks between processes.

use std::fs::{File, TryLockError};
use std::path::Path;

use crate::error::{FileError, LockError};

/// An exclusive lock on a file, held until it is dropped or the process ends.
///
/// The lock is advisory: it excludes other holders of a `FileLock`, not other programs that write.
#[derive(Debug)]
pub struct FileLock {
    _file: File,
}

/// What to do while another process holds the lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wait {
    /// Return [`LockError::Busy`] at once.
    No,
    /// Block until the lock is free.
    UntilFree,
}

impl FileLock {
    /// Acquires the lock of that file, which is created if it does not exist. Its content is kept.
    ///
    /// # Errors
    /// When another process holds the lock and `wait` is [`Wait::No`], or the file cannot be opened.
    pub fn acquire(path: &Path, wait: Wait) -> Result<Self, LockError> {
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(path)
            .map_err(FileError::wrap("open", path))?;
        match wait {
            Wait::UntilFree => file.lock().map_err(FileError::wrap("lock", path))?,
            Wait::No => file.try_lock().map_err(|error| match error {
                TryLockError::WouldBlock => LockError::Busy { path: path.to_owned() },
                TryLockError::Error(source) => FileError::wrap("lock", path)(source).into(),
            })?,
        }
        Ok(Self { _file: file })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_holder_at_a_time_and_the_error_names_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("LOCK");
        let held = FileLock::acquire(&path, Wait::No).unwrap();
        let refused = FileLock::acquire(&path, Wait::No).unwrap_err();
        assert!(matches!(&refused, LockError::Busy { path: named } if *named == path));
        drop(held);
        FileLock::acquire(&path, Wait::No).unwrap();
        FileLock::acquire(&path, Wait::UntilFree).unwrap();
    }

    #[test]
    fn a_waiting_process_gets_the_lock_when_it_is_released() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("LOCK");
        let held = FileLock::acquire(&path, Wait::No).unwrap();
        let (sender, acquired) = std::sync::mpsc::channel();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let lock = FileLock::acquire(&path, Wait::UntilFree).unwrap();
                sender.send(()).unwrap();
                drop(lock);
            });
            let pause = std::time::Duration::from_millis(100);
            assert!(acquired.recv_timeout(pause).is_err(), "it is held");
            drop(held);
            acquired.recv().unwrap();
        });
    }

    #[test]
    fn the_content_of_the_lock_file_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("data");
        std::fs::write(&path, "kept").unwrap();
        let _lock = FileLock::acquire(&path, Wait::No).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "kept");
    }

    #[test]
    fn a_lock_file_that_cannot_be_opened_is_an_error_with_its_path() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("no such folder").join("LOCK");
        let error = FileLock::acquire(&path, Wait::No).unwrap_err().to_string();
        assert_eq!(error, format!("cannot open {}", path.display()));
    }
}
