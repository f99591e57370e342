//! Going back to an older generation.

use crate::error::IndexError;
use crate::store::{Manifest, WriteLock};

impl WriteLock {
    /// Puts the lists of an older generation in use again, as a new generation. It is checked byte
    /// by byte first. This works though the generation in use, or the pointer to it, is damaged.
    pub fn restore(&self, number: u64, created: &str) -> Result<Manifest, IndexError> {
        let old = self.dir.manifest(number)?;
        self.dir.verify(&old)?;
        let newest = match self.dir.current_number() {
            Ok(current) => current.unwrap_or(0),
            Err(IndexError::Damaged { .. }) => {
                self.dir.written_numbers()?.last().copied().unwrap_or(0)
            }
            Err(error) => return Err(error),
        };
        self.put_in_use(Manifest { number: newest + 1, created: created.to_owned(), ..old })
    }
}
