//! From a party to its entities.

use std::collections::HashSet;

use interdict_model::{NAME_PROPERTIES, Schema};

use super::draft::{Draft, ListContext};
use super::links::Links;
use super::party::{Alias, AliasKind, Party, PartyKind, PartyName};
use super::{address, facts, schema};
use crate::{Loss, Problem, ProblemCode, Sink};

/// Writes the entities of one list. Relations between parties wait until the end, since they name
/// parties that come later.
pub(crate) struct Writer<'a> {
    pub(crate) list: &'a ListContext,
    pub(crate) sink: &'a mut dyn Sink,
    links: Links,
    seen: HashSet<String>,
}

impl<'a> Writer<'a> {
    pub(crate) fn new(list: &'a ListContext, sink: &'a mut dyn Sink) -> Self {
        Self { list, sink, links: Links::default(), seen: HashSet::new() }
    }

    /// Writes one party; false when nothing could be made of it.
    pub(crate) fn write(&mut self, mut party: Party) -> bool {
        let complete = party.keep_bounds();
        let party = &party;
        let schema = schema::choose(party);
        let draft = Draft::begin(self.list, party, schema);
        let Some(mut draft) = draft.filter(|_| !party.name.natural().is_empty()) else {
            let what = "the record has no number or no name; it is left out";
            self.refuse(party, ProblemCode::RecordUnusable, what);
            return false;
        };
        if !self.seen.insert(party.uid.clone()) {
            let what = "an earlier record has the same number; this one is left out";
            self.refuse(party, ProblemCode::RecordIdRepeated, what);
            return false;
        }
        if !complete {
            let what = "more values than one record may have; the rest is left out";
            draft.report(ProblemCode::TooManyValues, Loss::Value, what, &party.uid);
        }
        write_names(&mut draft);
        for line in &party.addresses {
            address::add(&mut draft, line);
        }
        for fact in &party.facts {
            facts::add(&mut draft, fact);
        }
        draft.finish();
        self.links.remember(&draft);
        let Draft { main, sanction, others, problems, .. } = draft;
        self.sink.entity(main);
        others.into_iter().for_each(|entity| self.sink.entity(entity));
        self.sink.entity(sanction);
        problems.into_iter().for_each(|problem| self.sink.problem(problem));
        true
    }

    fn refuse(&mut self, party: &Party, code: ProblemCode, what: &str) {
        self.sink.problem(Problem {
            code,
            loss: Loss::Record,
            file: self.list.file.clone(),
            line: party.line,
            record: Some(Problem::cut(&party.uid)),
            what: what.to_owned(),
            text: Problem::cut(&party.name.as_printed()),
        });
    }

    /// Writes the relations between parties.
    pub(crate) fn finish(self) {
        self.links.resolve(self.list, self.sink);
    }
}

fn write_names(draft: &mut Draft<'_>) {
    let party = draft.party;
    draft.main.add("name", party.name.natural());
    if party.kind == PartyKind::Individual && !party.name.first.is_empty() {
        draft.main.add("lastName", party.name.last.as_str());
        draft.main.add("firstName", party.name.first.as_str());
    }
    for alias in &party.aliases {
        add_alias(draft, alias);
    }
}

/// Adds a name unless a better property holds it already.
pub(crate) fn add_alias(draft: &mut Draft<'_>, alias: &Alias) {
    let property = match (alias.weak, alias.kind) {
        (true, _) => "weakAlias",
        (false, AliasKind::Fka) => "previousName",
        (false, AliasKind::Aka | AliasKind::Nka) => "alias",
    };
    let name = alias.name.natural();
    let known = NAME_PROPERTIES
        .iter()
        .any(|(name_property, _)| draft.main.values(name_property).contains(&name));
    if !known {
        draft.main.add(property, name);
    }
}

/// A weak alias as the remarks print it.
pub(crate) fn weak_alias(text: &str, kind: PartyKind) -> Alias {
    let name = PartyName::printed(text, kind);
    Alias { name, kind: AliasKind::Aka, weak: true }
}

/// Whether documents make sense for the schema: ships have numbers and carry no papers.
pub(crate) fn carries_documents(schema: &Schema) -> bool {
    schema.is_a(&Schema::LEGAL_ENTITY)
}
