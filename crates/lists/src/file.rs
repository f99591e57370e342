//! The files that a list is read from.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;

use crate::{Budget, ReadError};

/// One file of a list, on disk or in memory. The name is only shown and never trusted.
#[derive(Debug, Clone)]
pub struct ListFile {
    /// The name to show in problems and errors.
    pub name: String,
    content: Content,
}

#[derive(Debug, Clone)]
enum Content {
    Path(PathBuf),
    Bytes(Vec<u8>),
}

impl ListFile {
    /// A file on disk, named by its last path component.
    pub fn from_path(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        let name = path.file_name().map_or_else(
            || path.display().to_string(),
            |file_name| file_name.to_string_lossy().into_owned(),
        );
        Self { name, content: Content::Path(path) }
    }

    /// A file that is already in memory.
    pub fn from_bytes(name: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        Self { name: name.into(), content: Content::Bytes(bytes.into()) }
    }

    /// Opens it for reading from the start. It can be opened again.
    pub(crate) fn open(&self, budget: &Budget) -> Result<Box<dyn BufRead + '_>, ReadError> {
        match &self.content {
            Content::Path(path) => {
                let fail = |source| ReadError::Io { file: self.name.clone(), source };
                let file = File::open(path).map_err(fail)?;
                self.check_size(file.metadata().map_err(fail)?.len(), budget)?;
                // Reads at most one byte more than allowed, so that a file that grew beyond the
                // limit is detected.
                let limited = file.take(budget.bytes.saturating_add(1));
                Ok(Box::new(BufReader::with_capacity(1 << 17, limited)))
            }
            Content::Bytes(bytes) => {
                self.check_size(bytes.len() as u64, budget)?;
                Ok(Box::new(bytes.as_slice()))
            }
        }
    }

    fn check_size(&self, size: u64, budget: &Budget) -> Result<(), ReadError> {
        if size > budget.bytes {
            let file = self.name.clone();
            return Err(ReadError::Budget { file, what: "bytes", limit: budget.bytes });
        }
        Ok(())
    }
}
