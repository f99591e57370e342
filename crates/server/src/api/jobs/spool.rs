//! A local copy of a file of customers while it is read.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use interdict_engine::EngineError;

use crate::api::wording::for_http;
use crate::app::App;
use crate::error::ApiError;

/// A file that is deleted when it is dropped. Files left by a killed server are deleted when the next one starts.
pub(in crate::api) struct Spool {
    path: PathBuf,
    file: Option<File>,
}

impl Spool {
    /// Creates a file; `name` is a plain file name, `format` its extension.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(in crate::api) fn new(app: &App, name: &str, format: &str) -> Result<Self, ApiError> {
        let folder = app.spool.as_ref().ok_or(ApiError::NotFound("There is no store."))?;
        let path = folder.path.join(format!("{name}.{format}"));
        let open = || -> io::Result<File> {
            let mut options = File::options();
            options.write(true).create(true).truncate(true);
            // The file holds customers' data: only the user of the server may read it.
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            options.open(&path)
        };
        let file = open().map_err(|_| ApiError::Internal("a file beside the store"))?;
        Ok(Self { path, file: Some(file) })
    }

    /// Appends bytes.
    ///
    /// # Errors
    /// When they cannot be written.
    pub(in crate::api) fn write(&mut self, bytes: &[u8]) -> Result<(), ApiError> {
        let file = self.file.as_mut().ok_or(ApiError::Internal("a file that is closed"))?;
        file.write_all(bytes).map_err(|_| ApiError::Internal("a file beside the store"))
    }

    /// The fault of the file, without its local path.
    pub(in crate::api) fn hide_path(&self, error: ApiError) -> ApiError {
        match error {
            ApiError::Engine(EngineError::Batch(error)) => {
                let text = crate::cause::with_sources(&error);
                let text = text.replace(&self.path.display().to_string(), "the file");
                ApiError::Shape(for_http(&text))
            }
            error => error,
        }
    }

    /// Opens the file for reading.
    pub(in crate::api) fn path(&mut self) -> &Path {
        self.file = None;
        &self.path
    }
}

impl Drop for Spool {
    fn drop(&mut self) {
        self.file = None;
        let _ = fs::remove_file(&self.path);
    }
}

/// A folder for such files, owned by one server as long as it runs.
pub(crate) struct SpoolFolder {
    path: PathBuf,
    /// Locked as long as the server runs.
    _lock: File,
}

impl SpoolFolder {
    /// Creates a folder beside the secrets of the store, and deletes the folders of servers that no longer run.
    ///
    /// # Errors
    /// When it cannot be created.
    pub(crate) fn make(secrets: &Path) -> io::Result<Self> {
        let all = secrets.join("spool");
        fs::create_dir_all(&all)?;
        clean(&all)?;
        let mut random = [0; 8];
        getrandom::fill(&mut random)
            .map_err(|_| io::Error::other("no random numbers can be had"))?;
        let path = all.join(format!("{:016x}", u64::from_le_bytes(random)));
        fs::create_dir(&path)?;
        let lock = File::create(path.join("lock"))?;
        lock.try_lock().map_err(io::Error::other)?;
        Ok(Self { path, _lock: lock })
    }
}

impl Drop for SpoolFolder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.path);
    }
}

fn clean(all: &Path) -> io::Result<()> {
    for folder in fs::read_dir(all)? {
        let folder = folder?.path();
        let is_free = match File::open(folder.join("lock")) {
            Ok(lock) => lock.try_lock().is_ok(),
            // A folder that is being created has neither a lock nor a file yet.
            Err(_) => false,
        };
        if is_free {
            let _ = fs::remove_dir_all(&folder);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_server_left_that_is_gone_is_deleted_and_what_another_one_has_stays() {
        let secrets = tempfile::tempdir().unwrap();
        let other = SpoolFolder::make(secrets.path()).unwrap();
        let gone = secrets.path().join("spool/gone");
        fs::create_dir_all(&gone).unwrap();
        fs::write(gone.join("lock"), b"").unwrap();
        fs::write(gone.join("a.csv"), b"name").unwrap();
        let own = SpoolFolder::make(secrets.path()).unwrap();
        assert!(!gone.exists());
        assert!(other.path.exists() && own.path.exists());
        let path = own.path.clone();
        drop(own);
        assert!(!path.exists());
    }
}
