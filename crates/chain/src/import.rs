//! Files into ledgers, in one step.

use schemars::JsonSchema;
use serde::Serialize;
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use crate::{
    ledger::{Ledger, LedgerError, LedgerModel},
    progress::{ImportWatcher, Watch},
    read::{EventKind, LedgerImporter, Problems, ReadError, ReadOptions, read_file, reading_order},
    status::{LedgerStatus, status_of},
};

/// How to import.
#[derive(Debug, Clone)]
pub struct ImportOptions {
    /// How the files are to be understood.
    pub read: ReadOptions,
    /// Whether ledgers that are already there are replaced; otherwise the files are added to them.
    pub replace: bool,
}

/// The result of an import.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ImportReport {
    /// The files read.
    pub files: Vec<String>,
    /// The ledgers written.
    pub ledgers: Vec<LedgerStatus>,
    /// Events found in logs, by kind.
    pub events: BTreeMap<EventKind, u64>,
    /// Rows that were not taken as they are.
    pub problems: Problems,
}

/// Why an import failed. Nothing is written then.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// A file cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// A ledger cannot be written or read.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The same content is in the ledger already; its rows would count twice.
    #[error("{file} is in the ledger of {asset} already; use replace to start afresh")]
    AlreadyThere {
        /// The file.
        file: String,
        /// The ledger's asset.
        asset: String,
    },
    /// The ledger holds outputs, and the file holds transfers between accounts.
    #[error(
        "the ledger of {0} holds outputs, and transfers between accounts cannot be added to it; import all its files again with replace"
    )]
    CannotAdd(String),
}

/// Reads files into the ledgers of a folder. Each ledger is replaced as a whole and only when it is
/// complete, so a reader never sees half of one.
///
/// # Errors
/// When a file cannot be understood, has too many broken rows, or was imported before.
pub fn import(
    paths: &[PathBuf],
    options: &ImportOptions,
    folder: &Path,
) -> Result<ImportReport, ImportError> {
    take(paths, options, folder, Watch::default())
}

/// As [`import`], and reports its progress to a watcher.
///
/// # Errors
/// As [`import`].
pub fn import_watched(
    paths: &[PathBuf],
    options: &ImportOptions,
    folder: &Path,
    watcher: ImportWatcher,
) -> Result<ImportReport, ImportError> {
    // A file whose size cannot be read is reported when the file is read.
    let bytes = paths.iter().filter_map(|path| fs::metadata(path).ok()).map(|m| m.len()).sum();
    take(paths, options, folder, Watch::new(watcher, bytes))
}

fn take(
    paths: &[PathBuf],
    options: &ImportOptions,
    folder: &Path,
    watch: Watch,
) -> Result<ImportReport, ImportError> {
    let mut importer = LedgerImporter::new(options.read.clone());
    importer.watch = watch;
    importer.adds_to = (!options.replace).then(|| folder.to_owned());
    let mut files = Vec::new();
    for path in &reading_order(paths, &mut importer)? {
        let source = read_file(path, &mut importer)?;
        files.push(source);
    }
    finish(importer, files, options.replace, folder)
}

/// Writes the transfers of an importer together with those of the ledgers in the folder.
///
/// # Errors
/// As [`import`].
pub fn finish(
    mut importer: LedgerImporter,
    files: Vec<String>,
    replace: bool,
    folder: &Path,
) -> Result<ImportReport, ImportError> {
    if !replace && folder.is_dir() {
        for path in importer.ledger_paths(folder).into_iter().filter(|path| path.exists()) {
            add_existing(&mut importer, &Ledger::open(&path)?, &files)?;
        }
    }
    importer.watch.writing();
    let (problems, events) = (importer.problems.clone(), importer.events.clone());
    let written = importer.finish(folder)?;
    let mut ledgers = Vec::new();
    for path in written {
        ledgers.push(status_of(&Ledger::open(&path)?, &path));
    }
    Ok(ImportReport { files, ledgers, events, problems })
}

fn add_existing(
    importer: &mut LedgerImporter,
    ledger: &Ledger,
    files: &[String],
) -> Result<(), ImportError> {
    let asset = ledger.asset().to_string();
    if ledger.meta().model == LedgerModel::Utxo {
        return Err(ImportError::CannotAdd(asset));
    }
    if let Some(file) = files.iter().find(|file| ledger.meta().sources.contains(file)) {
        return Err(ImportError::AlreadyThere { file: file.clone(), asset });
    }
    Ok(importer.add_ledger(ledger)?)
}

/// Removes leftovers of imports that did not end. Ledgers themselves are not touched.
///
/// # Errors
/// When the folder cannot be read or a leftover not be removed.
pub fn remove_leftovers(folder: &Path) -> std::io::Result<()> {
    interdict_durable::remove_leftovers(folder).map_err(|why| why.source)?;
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        // The names that version 0.1.0 gave to its temporary files.
        let name = path.file_name().and_then(|n| n.to_str()).unwrap_or("");
        if name.starts_with(".tmp") && path.is_file() {
            fs::remove_file(&path)?;
        }
    }
    Ok(())
}
