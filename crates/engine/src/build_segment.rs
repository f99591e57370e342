//! From the entities of a reader to a segment.

use std::collections::HashSet;
use std::io::{Seek, Write};

use interdict_index::{About, BuildError, SegmentBuilder};
use interdict_lists::{
    Counts, DistinctIds, ListHeader, Loss, Problem, ProblemCode, ReadError, Sink, is_consolidated,
};
use interdict_model::{Entity, PropertyType, Schema};

use crate::error::EngineError;
use crate::list_health::date_in;
use crate::seen_ids::SeenIds;

/// Passes entities to the builder and collects problems. An entity that repeats an earlier id gets a new one, because
/// leaving it out would leave its names and numbers unscreened.
struct Collector<W: Write + Seek> {
    builder: SegmentBuilder<W>,
    problems: Vec<Problem>,
    ids: SeenIds,
    distinct: DistinctIds,
    tally: Tally,
    fault: Option<BuildError>,
}

impl<W: Write + Seek> Sink for Collector<W> {
    fn entity(&mut self, mut entity: Entity) {
        if !self.is_new(entity.id.as_str()) {
            self.separate(&mut entity);
        }
        self.tally.add(&entity);
        if self.fault.is_none() {
            self.fault = self.builder.add(&entity).err();
        }
    }

    fn problem(&mut self, problem: Problem) {
        self.problems.push(problem);
    }
}

impl<W: Write + Seek> Collector<W> {
    /// Records the id of the next entity; false if an earlier entity has it.
    fn is_new(&mut self, id: &str) -> bool {
        let position = u32::try_from(self.builder.len()).unwrap_or(u32::MAX);
        let id_at = |position: u32| self.builder.id(usize::try_from(position).ok()?);
        self.ids.insert(id, position, id_at)
    }

    /// Gives an entity an id of its own.
    fn separate(&mut self, entity: &mut Entity) {
        let mut distinct = std::mem::take(&mut self.distinct);
        let id = distinct.next(entity.id.as_str(), |id| !self.is_new(id));
        self.distinct = distinct;
        self.problems.push(Problem {
            code: ProblemCode::EntityIdRepeated,
            loss: Loss::Nothing,
            file: String::new(),
            line: None,
            record: Some(entity.id.to_string()),
            what: format!("the id is used twice; this entity is kept as {id}"),
            text: Problem::cut(entity.caption()),
        });
        if let Ok(id) = id.parse() {
            entity.id = id;
        }
    }
}

/// What is counted in the entities of every reader alike.
#[derive(Default)]
struct Tally {
    birth_dates: u64,
    documents: u64,
    dated_targets: u64,
    consolidated: u64,
}

impl Tally {
    fn add(&mut self, entity: &Entity) {
        if entity.schema.is_a(&Schema::IDENTIFICATION) {
            self.documents += 1;
        }
        if entity.target != Some(true) {
            return;
        }
        self.birth_dates += entity.values("birthDate").len() as u64;
        self.documents += entity.values_of(PropertyType::Identifier).count() as u64;
        let mut designations = entity.provenance.iter().flat_map(|p| &p.designations);
        let is_dated = designations.any(|d| d.listed_on.is_some() || d.valid_from.is_some());
        self.dated_targets += u64::from(is_dated);
        self.consolidated += u64::from(is_consolidated(entity));
    }
}

/// How many records have a field that is unknown to their reader.
fn records_with_unknown_fields(problems: &[Problem]) -> u64 {
    let unknown = problems.iter().filter(|problem| problem.code == ProblemCode::FieldUnknown);
    let records: HashSet<&str> = unknown.filter_map(|problem| problem.record.as_deref()).collect();
    records.len() as u64
}

/// The version of a list: the one in its header, or the day stated by the user if the list gives none.
fn version_of(header: String, stated: &str) -> String {
    match (header.is_empty(), date_in(&header).is_some() || stated.is_empty()) {
        (true, _) => stated.to_owned(),
        (false, true) => header,
        (false, false) => format!("{stated} ({header})"),
    }
}

/// Builds a segment from the entities that `read` puts into the sink. `accept` can refuse the counts
/// before the index is built, and returns the losses that the user accepts.
pub(crate) fn build<W: Write + Seek>(
    out: W,
    mut about: About,
    read: impl FnOnce(&mut dyn Sink) -> Result<(ListHeader, Counts), ReadError>,
    accept: impl FnOnce(&Read<'_>) -> Result<Vec<String>, EngineError>,
) -> Result<(W, Built), EngineError> {
    let dataset = about.dataset.clone();
    let fail = |source| EngineError::Build { dataset: dataset.clone(), source };
    let builder = SegmentBuilder::new(out).map_err(fail)?;
    let mut collector = Collector {
        builder,
        problems: Vec::new(),
        ids: SeenIds::new(),
        distinct: DistinctIds::default(),
        tally: Tally::default(),
        fault: None,
    };
    let (header, mut counts) = read(&mut collector)?;
    if let Some(fault) = collector.fault {
        return Err(fail(fault));
    }
    let problems = collector.problems;
    counts.entities = collector.builder.len() as u64;
    counts.problems = problems.len() as u64;
    let tally = collector.tally;
    counts.birth_dates = tally.birth_dates;
    counts.documents = tally.documents;
    counts.dated_targets = tally.dated_targets;
    counts.unknown_fields = records_with_unknown_fields(&problems);
    let consolidated = tally.consolidated;
    about.accepted_losses = accept(&Read { counts: &counts, header: &header, consolidated })?;
    about.version = version_of(header.version, &about.version);
    about.records = counts.records;
    about.targets = counts.targets;
    about.entities = counts.entities;
    about.names = counts.names;
    about.wallets = counts.wallets;
    about.birth_dates = counts.birth_dates;
    about.documents = counts.documents;
    about.dated_targets = counts.dated_targets;
    about.problems = problems.iter().filter_map(|p| serde_json::to_value(p).ok()).collect();
    let out = collector.builder.finish(&about).map_err(fail)?;
    Ok((out, Built { counts, problems }))
}

/// What was read of a list, for the guards.
pub(crate) struct Read<'a> {
    pub(crate) counts: &'a Counts,
    pub(crate) header: &'a ListHeader,
    /// Listed entities under a programme of OFAC's consolidated list.
    pub(crate) consolidated: u64,
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
        accept: impl FnOnce(&Read<'_>) -> Result<Vec<String>, EngineError>,
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
    fn an_entity_whose_id_came_before_is_kept_under_its_own() {
        let entities =
            vec![person("x-1", "First"), person("x-2", "Other"), person("x-1", "Second")];
        let (segment, built) = build_of(entities, |_| Ok(Vec::new())).unwrap();
        assert_eq!((built.counts.entities, built.counts.problems, segment.len()), (3, 1, 3));
        let problem = &built.problems[0];
        assert_eq!(problem.code, ProblemCode::EntityIdRepeated);
        assert_eq!(problem.record.as_deref(), Some("x-1"));
        let kept = segment.entity(segment.find("x-1").unwrap()).unwrap();
        assert_eq!(kept.caption(), "First");
        let other = segment.entity(segment.find("x-1-2").unwrap()).unwrap();
        assert_eq!(other.caption(), "Second");
    }

    #[test]
    fn a_stated_day_stands_where_the_list_gives_none() {
        for (header, stated, version) in [
            ("", "", ""),
            ("", "2026-01-02", "2026-01-02"),
            ("2026-01-01T10:00:00", "2026-01-02", "2026-01-01T10:00:00"),
            ("r12", "2026-01-02", "2026-01-02 (r12)"),
            ("r12", "", "r12"),
        ] {
            assert_eq!(version_of(header.to_owned(), stated), version);
        }
    }

    #[test]
    fn dates_and_documents_of_listed_entities_are_counted() {
        let mut listed = person("x-1", "First");
        listed.target = Some(true);
        listed.add("birthDate", "1960");
        listed.add("birthDate", "1961");
        listed.add("passportNumber", "A1");
        let designation = interdict_model::Designation {
            programmes: vec!["NS-PLC".to_owned()],
            listed_on: Some("2020-01-01".parse().unwrap()),
            ..Default::default()
        };
        listed.provenance = Some(interdict_model::Provenance {
            list: "my_list".parse().unwrap(),
            list_version: String::new(),
            record_id: String::new(),
            designations: vec![designation],
        });
        let mut relative = person("x-2", "Second");
        relative.add("birthDate", "1990");
        let passport = Entity::new("x-3".parse().unwrap(), Schema::PASSPORT);
        let mut tally = Tally::default();
        [listed, relative, passport].iter().for_each(|entity| tally.add(entity));
        assert_eq!((tally.birth_dates, tally.documents), (2, 2));
        assert_eq!((tally.dated_targets, tally.consolidated), (1, 1));
    }

    #[test]
    fn what_is_not_accepted_is_not_built() {
        let refused = build_of(vec![person("x-1", "First")], |read| {
            assert_eq!(read.counts.entities, 1);
            Err(EngineError::NoMatch("refused".to_owned()))
        });
        assert!(matches!(refused, Err(EngineError::NoMatch(_))));
    }
}
