//! Ledgers in the data directory: import, synchronisation, status.

use std::fs;
use std::path::{Path, PathBuf};

use interdict_chain::import::{ImportOptions, ImportReport, import_watched, remove_leftovers};
use interdict_chain::links::{LinksProgress, LinksReport, build_links};
use interdict_chain::progress::{ImportWatcher, SyncProgress};
use interdict_chain::set::LedgerSet;
use interdict_chain::status::{StatusReport, status};
use interdict_chain::sync::{Node, SyncOptions, SyncReport, sync_watched};
use interdict_durable::{FileLock, LockError, Wait};

use super::error::ChainError;
use crate::error::EngineError;
use crate::session::Session;

/// The folder of the ledgers in the data directory.
const LEDGERS: &str = "ledgers";
/// The lock file; a process that writes ledgers holds it.
const LOCK: &str = "write.lock";

impl Session {
    /// The folder of the ledgers; it need not exist yet.
    fn ledger_dir(&self) -> PathBuf {
        self.data_dir().join(LEDGERS)
    }

    /// Reads files of transfers into ledgers. The watcher is called as the import proceeds.
    pub fn import_transfers(
        &self,
        paths: &[PathBuf],
        options: &ImportOptions,
        watcher: ImportWatcher,
    ) -> Result<ImportReport, EngineError> {
        let folder = self.ledger_dir();
        let _lock = lock(&folder)?;
        Ok(import_watched(paths, options, &folder, watcher).map_err(ChainError::from)?)
    }

    /// Describes the ledgers; with `verify`, reads each of them through.
    pub fn ledger_status(&self, verify: bool) -> Result<StatusReport, EngineError> {
        let folder = self.ledger_dir();
        if !folder.is_dir() {
            return Ok(StatusReport { ledgers: Vec::new(), verified: verify });
        }
        Ok(status(&folder, verify).map_err(ChainError::from)?)
    }

    /// Fetches missing blocks from a node and rebuilds its ledgers. `watch` is called for each block.
    pub fn sync_ledgers(
        &self,
        node: &mut dyn Node,
        options: &SyncOptions,
        watch: &mut dyn FnMut(SyncProgress),
    ) -> Result<SyncReport, EngineError> {
        let folder = self.ledger_dir();
        let _lock = lock(&folder)?;
        Ok(sync_watched(node, options, &folder, watch).map_err(ChainError::from)?)
    }

    /// Builds the tables of links of every ledger that has none, or with `rebuild` of all. `watch` is
    /// called before each. Answers are the same without these tables, but slower.
    pub fn build_links(
        &self,
        rebuild: bool,
        watch: &mut dyn FnMut(LinksProgress),
    ) -> Result<LinksReport, EngineError> {
        let folder = self.ledger_dir();
        if !folder.is_dir() {
            return Err(ChainError::NoLedgers.into());
        }
        let _lock = lock(&folder)?;
        let report = build_links(&folder, rebuild, watch).map_err(ChainError::Links)?;
        if report.ledgers.is_empty() {
            return Err(ChainError::NoLedgers.into());
        }
        Ok(report)
    }

    /// Opens every ledger, without labels.
    pub(crate) fn ledgers(&self) -> Result<LedgerSet, EngineError> {
        let folder = self.ledger_dir();
        if !folder.is_dir() {
            return Err(ChainError::NoLedgers.into());
        }
        let set = LedgerSet::open(&folder).map_err(ChainError::from)?;
        if set.ledgers.is_empty() {
            return Err(ChainError::NoLedgers.into());
        }
        Ok(set)
    }
}

/// Keeps other writers out until it is dropped, and deletes what a killed writer left behind.
fn lock(folder: &Path) -> Result<FileLock, EngineError> {
    fs::create_dir_all(folder).map_err(EngineError::io("make", folder))?;
    let lock = FileLock::acquire(&folder.join(LOCK), Wait::No).map_err(|error| match error {
        LockError::Busy { path } => ChainError::Busy { path }.into(),
        LockError::File(error) => EngineError::from(error),
    })?;
    remove_leftovers(folder).map_err(EngineError::io("tidy", folder))?;
    Ok(lock)
}
