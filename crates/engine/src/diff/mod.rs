//! What changed between two states of the lists.

mod change;
mod walk;

use std::collections::BTreeMap;

use interdict_model::{DatasetName, Entity, EntityId, GenerationId, Schema};
use schemars::JsonSchema;
use serde::Serialize;

pub use change::PropertyChange;
pub(crate) use walk::{Change, visit_changes};

use crate::error::EngineError;
use crate::lists::Lists;
use crate::session::Session;

/// Everything that changed between two states of the lists.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Diff {
    /// The older generation; 0 for the built-in data alone.
    pub from: GenerationId,
    /// The newer generation.
    pub to: GenerationId,
    /// The datasets that changed, by name.
    pub datasets: Vec<DatasetDiff>,
}

/// What changed in one dataset.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct DatasetDiff {
    /// The dataset.
    pub dataset: DatasetName,
    /// The older version; absent if the dataset was not in use.
    pub from_version: Option<String>,
    /// The newer version; absent if the dataset is no longer in use.
    pub to_version: Option<String>,
    /// Entities that were added, by id.
    pub added: Vec<EntityBrief>,
    /// Entities that were removed, by id.
    pub removed: Vec<EntityBrief>,
    /// Entities that differ, by id.
    pub changed: Vec<EntityChange>,
}

/// Which entity it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct EntityBrief {
    /// The id.
    pub id: EntityId,
    /// The name to show.
    pub caption: String,
    /// Its schema.
    pub schema: Schema,
    /// Whether it is itself listed; addresses, documents and relations are not.
    pub target: bool,
}

/// An entity that is different.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct EntityChange {
    /// The entity as it is now.
    #[serde(flatten)]
    pub entity: EntityBrief,
    /// The properties that differ.
    pub changes: Vec<PropertyChange>,
}

impl EntityBrief {
    fn of(entity: &Entity) -> Self {
        Self {
            id: entity.id.clone(),
            caption: entity.caption().to_owned(),
            schema: entity.schema.clone(),
            target: entity.target == Some(true),
        }
    }
}

impl Session {
    /// Compares two states of the lists, in these datasets (all, if none is named). The cost is that
    /// of reading the datasets whose files differ.
    ///
    /// # Errors
    /// When a dataset is in neither state, or a list cannot be read.
    pub fn diff(
        &self,
        old: &Lists,
        new: &Lists,
        datasets: &[DatasetName],
    ) -> Result<Diff, EngineError> {
        if let Some(day) = old.earlier().or(new.earlier()) {
            // The earliest kept generation is later than that day, so the changes since then are unknown.
            return Err(EngineError::NothingOn(day));
        }
        if old.check_datasets(datasets).is_err() {
            new.check_datasets(datasets)?;
        }
        collect_changes(old, new, datasets)
    }
}

fn collect_changes(
    old: &Lists,
    new: &Lists,
    datasets: &[DatasetName],
) -> Result<Diff, EngineError> {
    let mut found: BTreeMap<DatasetName, DatasetDiff> = BTreeMap::new();
    let version = |lists: &Lists, dataset: &DatasetName| {
        let list = lists.health().iter().find(|list| list.dataset == *dataset);
        list.map(|list| list.version.clone())
    };
    visit_changes(old, new, datasets, &mut |dataset, change| {
        let entry = found.entry(dataset.clone()).or_insert_with(|| DatasetDiff {
            dataset: dataset.clone(),
            from_version: version(old, dataset),
            to_version: version(new, dataset),
            added: Vec::new(),
            removed: Vec::new(),
            changed: Vec::new(),
        });
        match change {
            Change::Added(entity) => entry.added.push(EntityBrief::of(&entity)),
            Change::Removed(entity) => entry.removed.push(EntityBrief::of(&entity)),
            Change::Changed { after, changes, .. } => {
                entry.changed.push(EntityChange { entity: EntityBrief::of(&after), changes });
            }
        }
        Ok(())
    })?;
    let datasets = found.into_values().collect();
    Ok(Diff { from: old.number(), to: new.number(), datasets })
}
