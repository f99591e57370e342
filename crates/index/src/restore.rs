//! Going back to an older generation.

use interdict_model::GenerationId;
use jiff::Timestamp;

use crate::error::IndexError;
use crate::manifest::Manifest;
use crate::write_lock::WriteLock;

impl WriteLock {
    /// Puts the lists of an older generation in use again, as a new generation. It is checked byte by byte first. This
    /// works even if the generation in use, or the pointer to it, is damaged.
    pub fn restore(
        &self,
        number: GenerationId,
        created: Timestamp,
    ) -> Result<Manifest, IndexError> {
        let old = self.dir.manifest(number)?;
        self.dir.verify(&old.segments)?;
        let newest = match self.dir.current_number() {
            Err(IndexError::Damaged { .. }) => self.dir.written_numbers()?.last().copied(),
            current => current?,
        };
        let number = newest.unwrap_or(GenerationId::BUILT_IN_ONLY).next();
        self.put_in_use(Manifest { number, created, ..old })
    }
}
