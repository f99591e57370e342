//! Progress of long work, reported to a callback. Nothing here reads a clock: rates are computed by the
//! callback.

use std::fmt;
use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

/// Progress of an import.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ImportProgress {
    /// Bytes of all files.
    pub bytes: u64,
    /// Bytes read.
    pub bytes_read: u64,
    /// Rows taken from them: transfers, or transactions of UTXO chains.
    pub rows: u64,
    /// Whether everything is read and the ledgers are being written.
    pub writing: bool,
}

/// Progress of a sync.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SyncProgress {
    /// The first block to be fetched.
    pub from_block: u32,
    /// The last block to be fetched.
    pub to_block: u32,
    /// Blocks fetched.
    pub blocks: u32,
}

/// A callback for progress.
pub type ImportWatcher = Box<dyn FnMut(ImportProgress) + Send>;

/// The number of rows between two calls of the watcher: small enough for the display to move, large
/// enough for the calls to cost nothing.
const ROWS_PER_CALL: u64 = 8_192;

/// Counts rows and bytes for a watcher.
#[derive(Default)]
pub(crate) struct Watch {
    watcher: Option<ImportWatcher>,
    progress: ImportProgress,
    /// The position in the current file, set by its reader.
    place: Arc<AtomicU64>,
    /// Bytes of the files before the current one.
    before: u64,
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watch").field("progress", &self.progress).finish_non_exhaustive()
    }
}

impl Watch {
    pub(crate) fn new(watcher: ImportWatcher, bytes: u64) -> Self {
        let progress = ImportProgress { bytes, ..ImportProgress::default() };
        Self { watcher: Some(watcher), progress, ..Self::default() }
    }

    pub(crate) fn place(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.place)
    }

    pub(crate) fn row(&mut self) {
        self.progress.rows += 1;
        if self.progress.rows.is_multiple_of(ROWS_PER_CALL) {
            self.report();
        }
    }

    /// Sets the position in the file, for readers that do not hand rows on one by one.
    pub(crate) fn moved(&mut self, byte: u64, line: u64) {
        self.place.store(byte, Ordering::Relaxed);
        if line.is_multiple_of(ROWS_PER_CALL) {
            self.report();
        }
    }

    pub(crate) fn file_done(&mut self, bytes: u64) {
        self.before += bytes;
        self.place.store(0, Ordering::Relaxed);
        self.report();
    }

    pub(crate) fn writing(&mut self) {
        self.progress.writing = true;
        self.report();
    }

    fn report(&mut self) {
        let Some(watcher) = &mut self.watcher else { return };
        self.progress.bytes_read = self.before + self.place.load(Ordering::Relaxed);
        watcher(self.progress);
    }
}
