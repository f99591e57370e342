//! The folder for downloads, locked by one process at a time.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use interdict_durable::{FileLock, LockError, Wait};
use interdict_model::DatasetName;

use crate::error::EngineError;

/// The folder in the data directory. It is empty between updates.
const FOLDER: &str = "downloads";
const LOCK_FILE: &str = "LOCK";

/// The locked folder. It is emptied when this is dropped; after a crash, by the next update.
#[derive(Debug)]
pub(super) struct Downloads {
    folder: PathBuf,
    _lock: FileLock,
}

impl Downloads {
    /// Locks the folder. If another update holds it, waits if `wait` is set, and fails otherwise.
    pub(super) fn open(data_dir: &Path, wait: bool) -> Result<Self, EngineError> {
        let folder = data_dir.join(FOLDER);
        fs::create_dir_all(&folder).map_err(EngineError::io("create", &folder))?;
        let path = folder.join(LOCK_FILE);
        let wait = if wait { Wait::UntilFree } else { Wait::No };
        let lock = FileLock::acquire(&path, wait).map_err(|error| match error {
            LockError::Busy { path } => EngineError::Updating { path },
            LockError::File(error) => error.into(),
        })?;
        let downloads = Self { folder, _lock: lock };
        downloads.clear();
        Ok(downloads)
    }

    /// An empty file for one of a list's files. The publisher's file name is shown in problems, so
    /// it is kept as far as it is harmless.
    pub(super) fn create(
        &self,
        dataset: &DatasetName,
        (number, name): (usize, &str),
    ) -> Result<(PathBuf, File), EngineError> {
        let harmless = |letter: char| letter.is_ascii_alphanumeric() || "._-".contains(letter);
        let mut name: String = name.chars().filter(|c| harmless(*c)).take(80).collect();
        if name.trim_matches('.').is_empty() {
            name = "list".to_owned();
        }
        let folder = self.folder.join(format!("{dataset}-{number}"));
        fs::create_dir_all(&folder).map_err(EngineError::io("create", &folder))?;
        let path = folder.join(name);
        let file = File::create(&path).map_err(EngineError::io("create", &path))?;
        Ok((path, file))
    }

    /// Empties the folder. A file that cannot be deleted is left to the next update.
    fn clear(&self) {
        for entry in fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            if entry.file_name() != LOCK_FILE {
                let _ = fs::remove_dir_all(entry.path());
            }
        }
    }
}

impl Drop for Downloads {
    fn drop(&mut self) {
        self.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_process_updates_at_a_time_and_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let dataset: DatasetName = "un_sc_sanctions".parse().unwrap();
        let downloads = Downloads::open(folder.path(), false).unwrap();
        let (path, _) = downloads.create(&dataset, (0, "../../x?.xml")).unwrap();
        assert!(path.starts_with(folder.path().join(FOLDER).join("un_sc_sanctions-0")));
        assert!(path.ends_with("....x.xml"));
        let busy = Downloads::open(folder.path(), false).unwrap_err();
        assert!(matches!(busy, EngineError::Updating { .. }));
        drop(downloads);
        assert!(!path.exists());
        Downloads::open(folder.path(), false).unwrap();
    }
}
