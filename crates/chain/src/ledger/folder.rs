//! The ledger files of a folder.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::LedgerError;

/// The ledgers of a folder in the order of their names.
pub(crate) fn ledger_paths(folder: &Path) -> Result<Vec<PathBuf>, LedgerError> {
    let failed = |source| LedgerError::Io { path: folder.to_owned(), source };
    let mut paths: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.extension().is_some_and(|e| e == "ledger") {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}
