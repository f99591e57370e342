//! Changes of the lists in use that read no new list: removing, putting back, restoring and reindexing.

use interdict_model::{DatasetName, GenerationId};
use schemars::JsonSchema;
use serde::Serialize;

use crate::builtin::{build_to_store, is_reserved};
use crate::error::EngineError;
use crate::import::KEEP_GENERATIONS;
use crate::session::Session;

/// A dataset that was taken out of use, or put in use again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ListRemoval {
    /// The dataset.
    pub dataset: DatasetName,
    /// Whether it is in use now.
    pub in_use: bool,
    /// The generation that is in use now.
    pub generation: GenerationId,
}

/// An older generation whose lists were put in use again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Restoration {
    /// The older generation.
    pub restored: GenerationId,
    /// The generation that is in use now, with the same lists.
    pub generation: GenerationId,
}

/// The lists whose index was rebuilt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Reindexing {
    /// How many lists were reindexed, in all generations that are kept.
    pub lists: usize,
}

impl Session {
    /// Puts the lists of an older generation in use again, as a new generation.
    pub fn restore(&self, generation: GenerationId) -> Result<Restoration, EngineError> {
        self.require_data_dir()?;
        let lock = self.dir().lock(true)?;
        let number = lock.restore(generation, self.now())?.number;
        Ok(Restoration { restored: generation, generation: number })
    }

    /// Rebuilds the index of the lists that another version of this program has indexed, in every
    /// generation that is kept, and deletes the old ones.
    pub fn reindex(&self) -> Result<Reindexing, EngineError> {
        self.require_data_dir()?;
        let lock = self.dir().lock(true)?;
        let lists = lock.reindex()?;
        lock.retain(KEEP_GENERATIONS)?;
        Ok(Reindexing { lists })
    }

    /// Takes a dataset out of use, which may be the built-in one. Every answer states that it was removed.
    pub fn remove(&self, dataset: &DatasetName) -> Result<ListRemoval, EngineError> {
        self.require_data_dir()?;
        let lock = self.dir().lock(true)?;
        let is_builtin_in_use = is_reserved(dataset)
            && self.dir().current_manifest()?.is_none_or(|m| !m.removed.contains(dataset));
        if self.segment_in_use(dataset)?.is_none() && !is_builtin_in_use {
            return Err(EngineError::NotImported(dataset.clone()));
        }
        let manifest = lock.commit(Vec::new(), std::slice::from_ref(dataset), self.now())?;
        let (dataset, generation) = (dataset.clone(), manifest.number);
        Ok(ListRemoval { dataset, in_use: false, generation })
    }

    /// Puts the built-in dataset in use again after it was removed.
    pub fn put_back_builtin(&self) -> Result<ListRemoval, EngineError> {
        let lock = self.dir().lock(true)?;
        let segment = build_to_store(&lock)?;
        let dataset = segment.dataset.clone();
        let generation = self.put_in_use(&lock, vec![segment])?;
        Ok(ListRemoval { dataset, in_use: true, generation })
    }
}
