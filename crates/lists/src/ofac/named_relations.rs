//! Relations that the list states by name: `Linked To`, owners, operators.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use interdict_model::{Entity, Loss, Problem, ProblemCode, Schema};

use super::clause_head::ClauseKind;
use super::list_context::{ListContext, party_id};
use super::party_entities::PartyEntities;
use crate::Sink;

/// Names seen so far, and relations whose other end has not been seen yet. Memory is one folded
/// name for each name of the list.
#[derive(Debug, Default)]
pub(crate) struct NamedRelations {
    primary: HashMap<String, NameOwner>,
    alias: HashMap<String, NameOwner>,
    pending: Vec<PendingRelation>,
}

/// The parties that have a name.
#[derive(Debug, Clone, PartialEq, Eq)]
enum NameOwner {
    One(String),
    Several,
}

#[derive(Debug)]
struct PendingRelation {
    uid: String,
    line: Option<u64>,
    name: String,
    kind: ClauseKind,
}

impl NamedRelations {
    /// Records a party's names and the parties that it names.
    pub(crate) fn remember(&mut self, entities: &PartyEntities<'_>) {
        let party = entities.party;
        claim(&mut self.primary, &party.name.as_printed(), &party.uid);
        for alias in party.aliases.iter().filter(|alias| !alias.weak) {
            claim(&mut self.alias, &alias.name.as_printed(), &party.uid);
        }
        for fact in &party.facts {
            let kind = fact.head.map(|head| head.kind);
            if let Some(kind @ (ClauseKind::Link | ClauseKind::Owner | ClauseKind::Operator)) = kind
            {
                self.pending.push(PendingRelation {
                    uid: party.uid.clone(),
                    line: party.line,
                    name: fact.value.clone(),
                    kind,
                });
            }
        }
    }

    /// Writes every relation whose other end is one party of the list, and reports the others.
    pub(crate) fn resolve(self, list: &ListContext, sink: &mut dyn Sink) {
        let mut written = std::collections::HashSet::new();
        for pending in &self.pending {
            match self.find(&pending.name) {
                Some(NameOwner::One(uid)) => {
                    if let Some(edge) = edge(list, pending, uid)
                        && written.insert(edge.id.clone())
                    {
                        sink.entity(edge);
                    }
                }
                found => {
                    // An airline or shipping agent need not be listed.
                    let stated = pending.kind == ClauseKind::Link || found.is_some();
                    if stated {
                        sink.problem(problem(list, pending, found.is_some()));
                    }
                }
            }
        }
    }

    fn find(&self, name: &str) -> Option<&NameOwner> {
        let folded = fold(name);
        self.primary.get(&folded).or_else(|| self.alias.get(&folded))
    }
}

fn claim(names: &mut HashMap<String, NameOwner>, name: &str, uid: &str) {
    match names.entry(fold(name)) {
        Entry::Vacant(free) => {
            free.insert(NameOwner::One(uid.to_owned()));
        }
        Entry::Occupied(mut taken) => {
            if *taken.get() != NameOwner::One(uid.to_owned()) {
                taken.insert(NameOwner::Several);
            }
        }
    }
}

/// Letters and digits in upper case: OFAC is not strict about its commas and full stops.
fn fold(name: &str) -> String {
    name.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_uppercase).collect()
}

fn edge(list: &ListContext, pending: &PendingRelation, other: &str) -> Option<Entity> {
    let (this, other) = (party_id(list, &pending.uid)?, party_id(list, other)?);
    let (schema, word, role) = match pending.kind {
        ClauseKind::Owner => (Schema::parse("Ownership").ok()?, "owned-by", "Owner"),
        ClauseKind::Operator => (Schema::UNKNOWN_LINK, "operated-by", "Aircraft operator"),
        _ => (Schema::UNKNOWN_LINK, "linked-to", "Linked To"),
    };
    let (source, target) = schema.edge()?;
    let mut edge = Entity::new(format!("{this}-{word}-{other}").parse().ok()?, schema);
    edge.datasets.push(list.name.clone());
    edge.add("role", role);
    let (first, second) =
        if pending.kind == ClauseKind::Owner { (&other, &this) } else { (&this, &other) };
    edge.add(source, first.as_str());
    edge.add(target, second.as_str());
    Some(edge)
}

fn problem(list: &ListContext, pending: &PendingRelation, several: bool) -> Problem {
    let what = if several {
        "several parties of the list have this name; no relation is made, the text is kept as a note"
    } else {
        "no party of the list has this name; no relation is made, the text is kept as a note"
    };
    let problem = Problem::new(ProblemCode::RelationUnresolved, Loss::Nothing, what);
    let problem = problem.in_file(&list.file).at_line(pending.line);
    problem.in_record(pending.uid.as_str()).with_text(&pending.name)
}
