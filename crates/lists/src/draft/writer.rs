//! Writes the records of one list to a sink, and counts them.

use std::collections::{BTreeSet, HashSet};

use interdict_model::{Entity, EntityId, Loss, Problem, ProblemCode, Schema};

use super::list_profile::ListProfile;
use super::record_draft::RecordDraft;
use crate::{Counts, ReadError, Sink};

/// Writes the records of one list: their ids are checked, and entities and problems are counted.
pub(crate) struct ListWriter<'sink> {
    profile: ListProfile,
    version: String,
    file: String,
    sink: &'sink mut dyn Sink,
    counts: Counts,
    ids: HashSet<EntityId>,
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

    /// Begins a record. Returns nothing, and reports it, when the id is unusable or taken.
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
            Ok(_) => (ProblemCode::RecordIdRepeated, "this id came before; left out".to_owned()),
            Err(error) => (ProblemCode::RecordUnusable, format!("{error}; left out")),
        };
        self.lose(what.0, what.1, record, line);
        None
    }

    /// Counts and reports a record that is malformed as a whole.
    pub(crate) fn unreadable(&mut self, what: impl Into<String>, text: &str, line: Option<u64>) {
        self.counts.records += 1;
        self.lose(ProblemCode::RecordMalformed, what.into(), text, line);
    }

    fn lose(&mut self, code: ProblemCode, what: String, text: &str, line: Option<u64>) {
        self.counts.unreadable += 1;
        let record = (code == ProblemCode::RecordIdRepeated).then(|| text.to_owned());
        let problem = Problem::new(code, Loss::Record, what).at_line(line).with_text(text);
        self.problem(Problem { record, ..problem });
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

    /// Takes a finished draft: its problems first, then the target, then all that belongs to it.
    pub(crate) fn emit(&mut self, draft: RecordDraft) {
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
    /// When the list held not one record: an official list is never empty.
    pub(crate) fn finish(mut self, expected: &'static str) -> Result<Counts, ReadError> {
        if self.counts.records == 0 {
            let found = "a list without a single record".to_owned();
            return Err(ReadError::Format { file: self.file, expected, found });
        }
        self.counts.wallets += self.wallets.len() as u64;
        Ok(self.counts)
    }
}
