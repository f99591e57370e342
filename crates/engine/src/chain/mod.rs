//! Transfers and addresses: ledgers in the data directory, labels from the lists, and the questions
//! that need both. How money is traced is `interdict-chain`'s business.

mod asking;
mod error;
mod joining;
mod labels;
mod listings;
mod questions;
mod wallet;

pub use error::ChainError;
pub use joining::{JoinRules, Joined, ListedMember};
pub use labels::LabelSources;
pub use listings::{Listing, ListingKind, WalletHolder};
pub use questions::{ExposureAnswer, ExposureQuestion, StopRules, TraceAnswer, TraceQuestion};
pub use wallet::{AddressDescription, WalletAnswer, WalletQuestion};

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use interdict_chain::import::{ImportOptions, ImportReport, import_watched, remove_leftovers};
use interdict_chain::links::{LinksProgress, LinksReport, build_links};
use interdict_chain::progress::{ImportWatcher, SyncProgress};
use interdict_chain::set::LedgerSet;
use interdict_chain::status::{StatusReport, status};
use interdict_chain::sync::{Node, SyncOptions, SyncReport, sync_watched};

use crate::engine::Engine;
use crate::error::EngineError;

/// Where ledgers lie in the data directory.
const LEDGERS: &str = "ledgers";
/// Held by whoever writes ledgers.
const LOCK: &str = "write.lock";

impl Engine {
    /// The folder of the ledgers; it need not exist yet.
    pub fn ledger_dir(&self) -> PathBuf {
        self.data_dir().path().join(LEDGERS)
    }

    /// Reads files of transfers into ledgers.
    pub fn import_transfers(
        &self,
        paths: &[PathBuf],
        options: &ImportOptions,
    ) -> Result<ImportReport, EngineError> {
        self.import_transfers_watched(paths, options, Box::new(|_| ()))
    }

    /// Reads files of transfers into ledgers, and tells a watcher how far it has come.
    pub fn import_transfers_watched(
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
            return Ok(StatusReport { schema_version: 1, ledgers: Vec::new(), verified: verify });
        }
        Ok(status(&folder, verify).map_err(ChainError::from)?)
    }

    /// Fetches from a node what is missing, makes its ledgers anew, and tells a watcher of each block.
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

    /// Makes the tables of links of every ledger, those that are missing or with `anew` all, and tells a
    /// watcher before each. Answers are the same without them.
    pub fn make_links(
        &self,
        anew: bool,
        watch: &mut dyn FnMut(LinksProgress),
    ) -> Result<LinksReport, EngineError> {
        let folder = self.ledger_dir();
        if !folder.is_dir() {
            return Err(ChainError::NoLedgers.into());
        }
        let _lock = lock(&folder)?;
        let report = build_links(&folder, anew, watch).map_err(ChainError::Links)?;
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

/// Keeps other writers out until it is dropped, and clears away what a writer that died left behind.
fn lock(folder: &Path) -> Result<File, EngineError> {
    fs::create_dir_all(folder).map_err(EngineError::io("make", folder))?;
    let path = folder.join(LOCK);
    let file = File::create(&path).map_err(EngineError::io("write", &path))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Err(ChainError::Busy { path }.into()),
        Err(TryLockError::Error(why)) => return Err(EngineError::io("lock", &path)(why)),
    }
    remove_leftovers(folder).map_err(EngineError::io("tidy", folder))?;
    Ok(file)
}
