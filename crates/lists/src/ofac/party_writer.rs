//! Writes the entities of each party, and then the relations between parties.

use std::collections::HashSet;

use interdict_model::{Loss, Problem, ProblemCode};

use super::list_context::ListContext;
use super::named_relations::NamedRelations;
use super::names::add_names;
use super::party::Party;
use super::party_entities::PartyEntities;
use super::{address, facts, schema};
use crate::{DistinctIds, Sink};

/// Writes the entities of one list. Relations between parties wait until the end, since they name
/// parties that come later.
pub(crate) struct PartyWriter<'a> {
    pub(crate) list: &'a ListContext,
    pub(crate) sink: &'a mut dyn Sink,
    links: NamedRelations,
    seen: HashSet<String>,
    distinct: DistinctIds,
}

impl<'a> PartyWriter<'a> {
    pub(crate) fn new(list: &'a ListContext, sink: &'a mut dyn Sink) -> Self {
        Self {
            list,
            sink,
            links: NamedRelations::default(),
            seen: HashSet::new(),
            distinct: DistinctIds::default(),
        }
    }

    /// Writes one party; false when nothing could be made of it.
    pub(crate) fn write(&mut self, mut party: Party) -> bool {
        let complete = party.keep_bounds();
        let repeated = self.separate(&mut party);
        let party = &party;
        let schema = schema::choose(party);
        let entities = PartyEntities::begin(self.list, party, schema);
        let Some(mut entities) = entities.filter(|_| !party.name.natural().is_empty()) else {
            let what = "the record has no number or no name; it is left out";
            self.refuse(party, ProblemCode::RecordUnusable, what);
            return false;
        };
        if let Some(number) = repeated {
            let what =
                "an earlier record has the same number; this one is kept under an id of its own";
            entities.report(ProblemCode::RecordIdRepeated, Loss::Nothing, what, &number);
        }
        if !complete {
            let what = "more values than one record may have; the rest is left out";
            entities.report(ProblemCode::TooManyValues, Loss::Value, what, &party.uid);
        }
        add_names(&mut entities);
        for line in &party.addresses {
            address::add(&mut entities, line);
        }
        for fact in &party.facts {
            facts::add(&mut entities, fact);
        }
        entities.finish();
        self.links.remember(&entities);
        let PartyEntities { main, sanction, others, problems, .. } = entities;
        self.sink.entity(main);
        others.into_iter().for_each(|entity| self.sink.entity(entity));
        self.sink.entity(sanction);
        problems.into_iter().for_each(|problem| self.sink.problem(problem));
        true
    }

    /// Gives a party that repeats an earlier number a new one; returns the repeated number.
    fn separate(&mut self, party: &mut Party) -> Option<String> {
        if self.seen.insert(party.uid.clone()) || party.uid.trim().is_empty() {
            return None;
        }
        let seen = &self.seen;
        let distinct = self.distinct.next(&party.uid, |uid| seen.contains(uid));
        self.seen.insert(distinct.clone());
        Some(std::mem::replace(&mut party.uid, distinct))
    }

    fn refuse(&mut self, party: &Party, code: ProblemCode, what: &str) {
        let problem = Problem::new(code, Loss::Record, what).in_file(&self.list.file);
        let problem = problem.at_line(party.line).in_record(Problem::cut(&party.uid));
        self.sink.problem(problem.with_text(&party.name.as_printed()));
    }

    /// Writes the relations between parties.
    pub(crate) fn finish(self) {
        self.links.resolve(self.list, self.sink);
    }
}
