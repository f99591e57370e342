//! The compiled-in files of the dataset.

use std::collections::BTreeMap;

use super::record::{BuiltinRecord, BuiltinRelation, Citation, DatasetFile};

const ABOUT: &str = include_str!("../../../../data/dprk-cyber/dataset.yaml");
const SOURCES: &str = include_str!("../../../../data/dprk-cyber/sources.yaml");
const EDGES: &str = include_str!("../../../../data/dprk-cyber/edges.yaml");
const ENTITIES: [&str; 10] = [
    include_str!("../../../../data/dprk-cyber/entities/controllers.yaml"),
    include_str!("../../../../data/dprk-cyber/entities/cyber-units.yaml"),
    include_str!("../../../../data/dprk-cyber/entities/hackers.yaml"),
    include_str!("../../../../data/dprk-cyber/entities/launderers.yaml"),
    include_str!("../../../../data/dprk-cyber/entities/mixers.yaml"),
    include_str!("../../../../data/dprk-cyber/entities/it-workers.yaml"),
    include_str!("../../../../data/dprk-cyber/entities/it-fronts.yaml"),
    include_str!("../../../../data/dprk-cyber/entities/it-delegates.yaml"),
    include_str!("../../../../data/dprk-cyber/entities/banks.yaml"),
    include_str!("../../../../data/dprk-cyber/entities/bankers.yaml"),
];

/// The whole dataset, as its files state it.
pub(super) struct BuiltinData {
    pub(super) about: DatasetFile,
    pub(super) sources: BTreeMap<String, Citation>,
    pub(super) records: Vec<BuiltinRecord>,
    pub(super) edges: Vec<BuiltinRelation>,
}

impl BuiltinData {
    /// Parses the compiled-in text.
    pub(super) fn parse() -> Result<Self, serde_saphyr::Error> {
        let mut records: Vec<BuiltinRecord> = Vec::new();
        for text in ENTITIES {
            records.extend(serde_saphyr::from_str::<Vec<BuiltinRecord>>(text)?);
        }
        Ok(Self {
            about: serde_saphyr::from_str(ABOUT)?,
            sources: serde_saphyr::from_str(SOURCES)?,
            records,
            edges: serde_saphyr::from_str(EDGES)?,
        })
    }
}

/// The text of every file.
pub(super) fn texts() -> impl Iterator<Item = &'static str> {
    [ABOUT, SOURCES, EDGES].into_iter().chain(ENTITIES)
}
