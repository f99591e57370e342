//! Replacing a file atomically: temporary file in the same folder, fsync, rename, fsync of the folder.
//!
//! The order matters. Without the first fsync, a crash can leave the new name with empty content;
//! without the last one, the rename itself can be lost after the caller was told that it is done.

use std::fs;
use std::io::{self, Seek, SeekFrom, Write};
use std::path::Path;

use tempfile::NamedTempFile;

use crate::error::FileError;

/// Every temporary file begins with this, so that [`remove_leftovers`] can recognise those of a
/// process that was killed.
const TEMPORARY_PREFIX: &str = ".new-";

/// A file that is being written under a temporary name. Dropping it deletes it.
#[derive(Debug)]
pub struct AtomicFile {
    file: NamedTempFile,
}

impl AtomicFile {
    /// A temporary file in a folder, to be committed under a name in the same folder. Only the owner
    /// can read it, before and after it is committed: data directories hold personal data.
    ///
    /// # Errors
    /// When the folder cannot be written to.
    pub fn create_in(folder: &Path) -> Result<Self, FileError> {
        let file = NamedTempFile::with_prefix_in(TEMPORARY_PREFIX, folder)
            .map_err(FileError::wrap("write to", folder))?;
        Ok(Self { file })
    }

    /// As [`AtomicFile::create_in`], in the folder of the file that it will replace.
    ///
    /// # Errors
    /// When the folder cannot be written to.
    pub fn create_beside(target: &Path) -> Result<Self, FileError> {
        Self::create_in(folder_of(target))
    }

    /// As [`AtomicFile::create_beside`], with the permissions that the process gives to any new file.
    /// For output files that a user named.
    ///
    /// # Errors
    /// When the folder cannot be written to.
    pub fn create_output(target: &Path) -> Result<Self, FileError> {
        let folder = folder_of(target);
        let mut builder = tempfile::Builder::new();
        builder.prefix(TEMPORARY_PREFIX);
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let file = builder.tempfile_in(folder).map_err(FileError::wrap("write to", folder))?;
        Ok(Self { file })
    }

    /// Replaces a file by these bytes.
    ///
    /// # Errors
    /// When the file or its folder cannot be written. The target is then as it was, except when only
    /// the last step failed, the fsync of the folder: it then has its new content.
    pub fn replace(target: &Path, bytes: &[u8]) -> Result<(), FileError> {
        let mut file = Self::create_beside(target)?;
        file.write_all(bytes).map_err(FileError::wrap("write", target))?;
        file.commit(target)
    }

    /// Where the file is until it is committed, for reading back what was written.
    pub fn temporary_path(&self) -> &Path {
        self.file.path()
    }

    /// Makes the content durable and moves the file to its target, which must be in the same folder.
    ///
    /// # Errors
    /// As [`AtomicFile::replace`].
    pub fn commit(self, target: &Path) -> Result<(), FileError> {
        self.file.as_file().sync_all().map_err(FileError::wrap("write", target))?;
        self.file.persist(target).map_err(|error| FileError::wrap("write", target)(error.error))?;
        sync_folder(folder_of(target))
    }
}

impl Write for AtomicFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Seek for AtomicFile {
    fn seek(&mut self, position: SeekFrom) -> io::Result<u64> {
        self.file.seek(position)
    }
}

/// Deletes the temporary files that killed processes left in a folder. Call it only while holding the
/// lock under which this folder is written: the temporary files of a live process look the same.
///
/// # Errors
/// When the folder cannot be listed or a file cannot be deleted.
pub fn remove_leftovers(folder: &Path) -> Result<(), FileError> {
    let entries = fs::read_dir(folder).map_err(FileError::wrap("list", folder))?;
    for entry in entries {
        let entry = entry.map_err(FileError::wrap("list", folder))?;
        if entry.file_name().to_string_lossy().starts_with(TEMPORARY_PREFIX) {
            let path = entry.path();
            fs::remove_file(&path).map_err(FileError::wrap("delete", &path))?;
        }
    }
    Ok(())
}

/// The folder of a file; the current one for a bare name.
fn folder_of(target: &Path) -> &Path {
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty());
    folder.unwrap_or(Path::new("."))
}

/// Makes renames in a folder survive a power cut.
#[cfg(unix)]
fn sync_folder(folder: &Path) -> Result<(), FileError> {
    match fs::File::open(folder).and_then(|opened| opened.sync_all()) {
        // EINVAL and ENOTSUP: the file system has no fsync for folders (some network file systems).
        Err(error)
            if matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported) =>
        {
            Ok(())
        }
        result => result.map_err(FileError::wrap("write", folder)),
    }
}

/// Elsewhere folders cannot be opened as files, and the rename itself is durable.
#[cfg(not(unix))]
fn sync_folder(_folder: &Path) -> Result<(), FileError> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn the_target_keeps_its_content_until_the_commit() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("state.json");
        AtomicFile::replace(&target, b"old").unwrap();
        let mut file = AtomicFile::create_beside(&target).unwrap();
        file.write_all(b"new").unwrap();
        assert_eq!(fs::read(&target).unwrap(), b"old");
        assert_eq!(fs::read(file.temporary_path()).unwrap(), b"new");
        file.commit(&target).unwrap();
        assert_eq!(fs::read(&target).unwrap(), b"new");
        assert_eq!(names(folder.path()), ["state.json"]);
    }

    #[test]
    fn a_file_that_is_not_committed_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let mut file = AtomicFile::create_in(folder.path()).unwrap();
        file.write_all(b"half").unwrap();
        drop(file);
        assert!(names(folder.path()).is_empty());
    }

    #[test]
    fn leftovers_of_a_killed_process_are_deleted_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(".new-Zq3x"), b"half").unwrap();
        fs::write(folder.path().join("new-list.seg"), b"whole").unwrap();
        remove_leftovers(folder.path()).unwrap();
        assert_eq!(names(folder.path()), ["new-list.seg"]);
    }

    #[test]
    fn an_error_names_the_folder_that_cannot_be_written_to() {
        let folder = tempfile::tempdir().unwrap();
        let missing = folder.path().join("missing");
        let error = AtomicFile::replace(&missing.join("file"), b"").unwrap_err();
        assert_eq!(error.to_string(), format!("cannot write to {}", missing.display()));
        assert_eq!(error.source.kind(), io::ErrorKind::NotFound);
    }

    #[test]
    fn an_error_names_the_target_that_cannot_be_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("a folder");
        fs::create_dir(&target).unwrap();
        let error = AtomicFile::replace(&target, b"").unwrap_err();
        assert_eq!(error.to_string(), format!("cannot write {}", target.display()));
        assert_eq!(names(folder.path()), ["a folder"]);
    }

    #[cfg(unix)]
    #[test]
    fn state_is_readable_by_its_owner_only_and_an_output_as_any_new_file() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        let state = folder.path().join("state");
        AtomicFile::replace(&state, b"").unwrap();
        assert_eq!(mode(&state), 0o600);
        let (output, plain) = (folder.path().join("output"), folder.path().join("plain"));
        AtomicFile::create_output(&output).unwrap().commit(&output).unwrap();
        fs::write(&plain, b"").unwrap();
        assert_eq!(mode(&output), mode(&plain));
    }
}
