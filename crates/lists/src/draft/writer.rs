//! Writes the records of one list to a sink, and counts them.

use std::collections::{BTreeSet, HashMap, HashSet};

use interdict_model::{Entity, EntityId, Loss, Problem, ProblemCode, Schema};

use super::list_profile::ListProfile;
use super::record_draft::RecordDraft;
use crate::{Counts, DistinctIds, ReadError, Sink};

/// Most records that are read into one entity. In the known versions of the EU's list an id occurs three times at most;
/// without a limit a hostile list could fill the memory with one entity.
const MERGED_RECORDS: usize = 100;

/// Writes the records of one list: their ids are checked, and entities and problems are counted.
pub(crate) struct ListWriter<'sink> {
    profile: ListProfile,
    version: String,
    file: String,
    sink: &'sink mut dyn Sink,
    counts: Counts,
    ids: HashSet<EntityId>,
    distinct: DistinctIds,
    /// The drafts of records whose id occurs again, by the position of the first of them.
    held: Vec<Option<RecordDraft>>,
    places: HashMap<EntityId, usize>,
    wallets: BTreeSet<(String, String)>,
}

impl<'sink> ListWriter<'sink> {
    pub(crate) fn new(profile: ListProfile, file: &str, sink: &'sink mut dyn Sink) -> Self {
        Self {
            profile,
            version: String::new(),
            file: file.to_owned(),
            sink,
            counts: Counts::default(),
            ids: HashSet::new(),
            distinct: DistinctIds::default(),
            held: Vec::new(),
            places: HashMap::new(),
            wallets: BTreeSet::new(),
        }
    }

    /// Sets the list's version, which every record's provenance carries.
    pub(crate) fn set_version(&mut self, version: &str) {
        version.trim().clone_into(&mut self.version);
    }

    /// The list's version; empty until it is set.
    pub(crate) fn version(&self) -> &str {
        &self.version
    }

    /// Names the ids that several records have. Those records become one entity, which is written at the
    /// end. Without this a repeated id gets a number.
    pub(crate) fn merge(&mut self, ids: impl IntoIterator<Item = EntityId>) {
        for id in ids {
            self.places.insert(id, self.held.len());
            self.held.push(None);
        }
    }

    /// Begins a record, or continues the earlier one with that id. Returns `None` and reports a problem if the id is
    /// unusable.
    pub(crate) fn draft(
        &mut self,
        record: &str,
        id: &str,
        line: Option<u64>,
    ) -> Option<RecordDraft> {
        self.counts.records += 1;
        let what = match id.parse::<EntityId>() {
            Ok(_) if record.is_empty() => {
                (ProblemCode::RecordUnusable, "no id; left out".to_owned())
            }
            Ok(id) if self.ids.insert(id.clone()) => {
                return Some(RecordDraft::new(Entity::new(id, Schema::LEGAL_ENTITY), record, line));
            }
            Ok(id) => return Some(self.again(id, record, line)),
            Err(error) => (ProblemCode::RecordUnusable, format!("{error}; left out")),
        };
        self.lose(what.0, what.1, record, line);
        None
    }

    /// The draft for a record that repeats an id: the earlier draft, or one with a new id.
    fn again(&mut self, id: EntityId, record: &str, line: Option<u64>) -> RecordDraft {
        let place = self.places.get(&id).copied();
        let held = place.and_then(|place| self.held.get_mut(place));
        let held = held.and_then(|held| held.take_if(|draft| draft.records() < MERGED_RECORDS));
        let (draft, what) = match held {
            Some(mut draft) => {
                draft.reopen(line);
                (draft, "this id came before; both records are one entity".to_owned())
            }
            None => {
                let ids = &self.ids;
                let taken = |id: &str| id.parse().is_ok_and(|id| ids.contains(&id));
                let distinct = self.distinct.next(id.as_str(), taken);
                let id = distinct.parse().unwrap_or(id);
                self.ids.insert(id.clone());
                let what = format!("this id came before; kept as {id}");
                (RecordDraft::new(Entity::new(id, Schema::LEGAL_ENTITY), record, line), what)
            }
        };
        let problem = Problem::new(ProblemCode::RecordIdRepeated, Loss::Nothing, what);
        self.problem(problem.at_line(line).in_record(record).with_text(record));
        draft
    }

    /// Counts and reports a record that is malformed as a whole.
    pub(crate) fn unreadable(&mut self, what: impl Into<String>, text: &str, line: Option<u64>) {
        self.counts.records += 1;
        self.lose(ProblemCode::RecordMalformed, what.into(), text, line);
    }

    fn lose(&mut self, code: ProblemCode, what: String, text: &str, line: Option<u64>) {
        self.counts.unreadable += 1;
        self.problem(Problem::new(code, Loss::Record, what).at_line(line).with_text(text));
    }

    /// Reports a problem; the file's name is filled in.
    pub(crate) fn problem(&mut self, mut problem: Problem) {
        self.counts.problems += 1;
        problem.file.clone_from(&self.file);
        self.sink.problem(problem);
    }

    /// Reports the text reader's problems with a record.
    pub(crate) fn problems(&mut self, problems: Vec<Problem>, record: Option<&str>) {
        for mut problem in problems {
            problem.record = record.map(str::to_owned);
            self.problem(problem);
        }
    }

    /// Takes a finished draft. A draft whose id occurs again is held until its other records are read.
    pub(crate) fn emit(&mut self, draft: RecordDraft) {
        let place = self.places.get(&draft.entity.id).and_then(|place| self.held.get_mut(*place));
        match place {
            Some(place) => *place = Some(draft),
            None => self.write(draft),
        }
    }

    /// Writes a draft: its problems first, then the target, then all that belongs to it.
    fn write(&mut self, draft: RecordDraft) {
        let finished = draft.finish(&self.profile, &self.version);
        for problem in finished.problems {
            self.problem(problem);
        }
        let Some(target) = finished.target else {
            self.counts.unreadable += 1;
            return;
        };
        self.counts.targets += u64::from(target.target == Some(true));
        self.counts.names += target.names().count() as u64;
        self.put(target);
        for part in finished.parts {
            if part.schema == Schema::CRYPTO_WALLET {
                let value = |property| part.first(property).unwrap_or_default().to_owned();
                self.wallets.insert((value("currency"), value("publicKey")));
            }
            self.put(part);
        }
    }

    /// Hands over an entity as it is.
    pub(crate) fn put(&mut self, entity: Entity) {
        self.counts.entities += 1;
        self.sink.entity(entity);
    }

    /// Ends the list and returns its counts.
    ///
    /// # Errors
    /// When the list has no record, because an official list is never empty.
    pub(crate) fn finish(mut self, expected: &'static str) -> Result<Counts, ReadError> {
        let held = std::mem::take(&mut self.held);
        held.into_iter().flatten().for_each(|draft| self.write(draft));
        if self.counts.records == 0 {
            let found = "a list without a single record".to_owned();
            return Err(ReadError::Format { file: self.file, expected, found });
        }
        self.counts.wallets += self.wallets.len() as u64;
        Ok(self.counts)
    }
}
