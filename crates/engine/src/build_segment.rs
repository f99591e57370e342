//! From the entities of a reader to a segment.

use std::io::{Seek, Write};

use interdict_index::{About, BuildError, SegmentBuilder};
use interdict_lists::{Counts, ListHeader, Loss, Problem, ProblemCode, ReadError, Sink};
use interdict_model::Entity;

use crate::error::EngineError;
use crate::seen_ids::SeenIds;

/// Passes entities to the builder and collects problems. The first entity of an id is kept.
struct Collector<W: Write + Seek> {
    builder: SegmentBuilder<W>,
    problems: Vec<Problem>,
    ids: SeenIds,
    fault: Option<BuildError>,
}

impl<W: Write + Seek> Sink for Collector<W> {
    fn entity(&mut self, entity: Entity) {
        let position = u32::try_from(self.builder.len()).unwrap_or(u32::MAX);
        let id_at = |position: u32| self.builder.id(usize::try_from(position).ok()?);
        if !self.ids.insert(entity.id.as_str(), position, id_at) {
            self.problems.push(Problem {
                code: ProblemCode::EntityIdRepeated,
                loss: Loss::Record,
                file: String::new(),
                line: None,
                record: Some(entity.id.to_string()),
                what: "the id is used twice; the first entity is kept".to_owned(),
                text: Problem::cut(entity.caption()),
            });
            return;
        }
        if self.fault.is_none() {
            self.fault = self.builder.add(&entity).err();
        }
    }

    fn problem(&mut self, problem: Problem) {
        self.problems.push(problem);
    }
}

/// Builds a segment from the entities that `read` puts into the sink. `accept` can refuse the counts
/// before the index is built.
pub(crate) fn build<W: Write + Seek>(
    out: W,
    mut about: About,
    read: impl FnOnce(&mut dyn Sink) -> Result<(ListHeader, Counts), ReadError>,
    accept: impl FnOnce(&Counts) -> Result<(), EngineError>,
) -> Result<(W, Built), EngineError> {
    let dataset = about.dataset.clone();
    let fail = |source| EngineError::Build { dataset: dataset.clone(), source };
    let builder = SegmentBuilder::new(out).map_err(fail)?;
    let mut collector =
        Collector { builder, problems: Vec::new(), ids: SeenIds::new(), fault: None };
    let (header, mut counts) = read(&mut collector)?;
    if let Some(fault) = collector.fault {
        return Err(fail(fault));
    }
    let problems = collector.problems;
    counts.entities = collector.builder.len() as u64;
    counts.problems = problems.len() as u64;
    accept(&counts)?;
    if !header.version.is_empty() {
        about.version = header.version;
    }
    about.records = counts.records;
    about.targets = counts.targets;
    about.entities = counts.entities;
    about.names = counts.names;
    about.wallets = counts.wallets;
    about.problems = problems.iter().filter_map(|p| serde_json::to_value(p).ok()).collect();
    let out = collector.builder.finish(&about).map_err(fail)?;
    Ok((out, Built { counts, problems }))
}

/// The counts and problems of a segment that was built.
pub(crate) struct Built {
    pub(crate) counts: Counts,
    pub(crate) problems: Vec<Problem>,
}
