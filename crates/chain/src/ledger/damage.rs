//! Detection of damaged ledger files while they are read.
//!
//! A large ledger is opened without reading its columns, so a column may hold numbers that point outside the file. Each
//! access is bounds-checked; a failed one records the column here and yields a default value. Every query checks for
//! recorded damage before it returns an answer. This costs no more than the bounds check that indexing would make,
//! whereas validating all columns at open would read the whole file.

use std::sync::OnceLock;

use super::LedgerError;

/// The first column of a ledger that was found to point outside the file.
#[derive(Debug, Default)]
pub(crate) struct Damage(OnceLock<&'static str>);

impl Damage {
    /// Records a failed access and returns the value to continue with.
    #[cold]
    pub(crate) fn note<T: Default>(&self, column: &'static str) -> T {
        // Only the first failure is reported; later ones often follow from it.
        let _ = self.0.set(column);
        T::default()
    }

    /// Fails when any access has failed so far.
    pub(crate) fn check(&self) -> Result<(), LedgerError> {
        self.0.get().map_or(Ok(()), |column| Err(LedgerError::Damaged(column)))
    }
}
