//! The lists in use, their age, and the lists that are missing.

use interdict_index::Manifest;
use interdict_model::{DatasetName, Gap, GenerationId};
use schemars::JsonSchema;
use serde::Serialize;

use crate::error::EngineError;
use crate::list_health::{ListHealth, MissingList};
use crate::lists::Lists;
use crate::session::Session;

/// The state of the lists.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ListsStatus {
    /// The data directory.
    pub data_dir: String,
    /// The generation; 0 where nothing was imported yet.
    pub generation: GenerationId,
    /// The lists in use.
    pub lists: Vec<ListInUse>,
    /// Lists that should be in use and are not.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<MissingList>,
    /// The lists that were taken out of use on purpose.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub removed: Vec<DatasetName>,
    /// Whether every list that must be there is there, and fresh.
    pub complete: bool,
    /// Why it is not complete.
    pub gaps: Vec<Gap>,
    /// The generations that are kept, oldest first, if they were requested.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub generations: Vec<Manifest>,
}

/// A list in use.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ListInUse {
    /// Its health.
    #[serde(flatten)]
    pub health: ListHealth,
    /// The oldest kept generation that has this version; absent for the built-in dataset.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since_generation: Option<GenerationId>,
}

impl Session {
    /// Describes the lists, with all generations that are kept if `with_generations` is true.
    ///
    /// # Errors
    /// When the generations are requested and cannot be read.
    pub fn lists_status(
        &self,
        lists: &Lists,
        with_generations: bool,
    ) -> Result<ListsStatus, EngineError> {
        let gaps = lists.gaps(&[]);
        let manifests = match self.generations() {
            // Without the history, only the generation since which a list is in use is unknown.
            Err(_) if !with_generations => Vec::new(),
            manifests => manifests?,
        };
        let in_use = |health: &ListHealth| ListInUse {
            since_generation: since(&manifests, lists.number(), &health.dataset),
            health: health.clone(),
        };
        Ok(ListsStatus {
            data_dir: self.data_dir().display().to_string(),
            generation: lists.number(),
            lists: lists.health().iter().map(in_use).collect(),
            missing: lists.missing().to_vec(),
            removed: lists.removed().to_vec(),
            complete: gaps.is_empty(),
            gaps,
            generations: if with_generations { manifests } else { Vec::new() },
        })
    }
}

/// The generation in which the present version of a dataset came into use.
fn since(
    manifests: &[Manifest],
    number: GenerationId,
    dataset: &DatasetName,
) -> Option<GenerationId> {
    let file = |manifest: &Manifest| {
        let segment = manifest.segments.iter().find(|segment| segment.dataset == *dataset);
        segment.map(|segment| segment.file.clone())
    };
    let upto = manifests.iter().rev().skip_while(|manifest| manifest.number > number);
    let present = manifests.iter().find(|manifest| manifest.number == number).and_then(file)?;
    upto.take_while(|manifest| file(manifest).as_ref() == Some(&present)).last().map(|m| m.number)
}
