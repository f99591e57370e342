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

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use interdict_index::Segment;
    use interdict_model::Schema;

    use super::*;

    fn person(id: &str, name: &str) -> Entity {
        let mut person = Entity::new(id.parse().unwrap(), Schema::PERSON);
        person.add("name", name);
        person
    }

    /// Builds a segment of entities that are all listed, without a reader.
    fn build_of(
        entities: Vec<Entity>,
        accept: impl FnOnce(&Counts) -> Result<(), EngineError>,
    ) -> Result<(Segment, Built), EngineError> {
        let about = About::new("my_list".parse().unwrap());
        let read = |sink: &mut dyn Sink| {
            entities.into_iter().for_each(|entity| sink.entity(entity));
            Ok((ListHeader::default(), Counts::default()))
        };
        let (out, built) = build(Cursor::new(Vec::new()), about, read, accept)?;
        Ok((Segment::from_bytes(out.into_inner())?, built))
    }

    #[test]
    fn a_repeated_id_is_a_problem_and_the_first_entity_is_kept() {
        let entities =
            vec![person("x-1", "First"), person("x-2", "Other"), person("x-1", "Second")];
        let (segment, built) = build_of(entities, |_| Ok(())).unwrap();
        assert_eq!((built.counts.entities, built.counts.problems, segment.len()), (2, 1, 2));
        let problem = &built.problems[0];
        assert_eq!(problem.code, ProblemCode::EntityIdRepeated);
        assert_eq!(problem.record.as_deref(), Some("x-1"));
        let kept = segment.entity(segment.find("x-1").unwrap()).unwrap();
        assert_eq!(kept.caption(), "First");
    }

    #[test]
    fn what_is_not_accepted_is_not_built() {
        let refused = build_of(vec![person("x-1", "First")], |counts| {
            assert_eq!(counts.entities, 1);
            Err(EngineError::NoMatch("refused".to_owned()))
        });
        assert!(matches!(refused, Err(EngineError::NoMatch(_))));
    }
}
