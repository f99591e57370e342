//! Designations and relations, which come after the parties.

use std::collections::{HashMap, HashSet};

use interdict_model::{Entity, Loss, Problem, ProblemCode, Schema};

use super::{periods, references::References};
use crate::Sink;
use crate::ofac::clause::column_fact;
use crate::ofac::date::print_date;
use crate::ofac::list_context::{ListContext, party_id};
use crate::ofac::party::{Party, PartyFact};
use crate::xml::Element;

/// The designations of each profile, by its number.
#[derive(Default)]
pub(super) struct Designations(HashMap<String, ProfileListing>);

#[derive(Default)]
struct ProfileListing {
    programmes: Vec<String>,
    facts: Vec<PartyFact>,
    line: u64,
}

impl Designations {
    /// Takes one `<SanctionsEntry>`.
    pub(super) fn add(&mut self, element: &Element, references: &References) {
        let profile = element.attribute("ProfileID").unwrap_or_default();
        let entry = self.0.entry(profile.to_owned()).or_default();
        entry.line = element.line();
        for event in element.children("EntryEvent") {
            let date = event.child("Date").and_then(periods::day);
            if let Some(date) = date {
                entry.facts.extend(column_fact("Listing Date", &print_date(date.into())));
            }
            let basis = references.text("LegalBasis", event.attribute("LegalBasisID"));
            if let Some(basis) = basis.filter(|text| *text != "Unknown") {
                entry.facts.extend(column_fact("Legal Basis", basis));
            }
        }
        for measure in element.children("SanctionsMeasure") {
            let kind = references.text("SanctionsType", measure.attribute("SanctionsTypeID"));
            let comment = measure.text_of("Comment").unwrap_or_default();
            match kind {
                Some("Program") if !comment.is_empty() => entry.programmes.push(comment.to_owned()),
                Some("Program") | None if comment.is_empty() => {}
                kind => {
                    let text = [kind.unwrap_or_default(), comment].join(" ");
                    entry.facts.extend(column_fact("Measure", text.trim()));
                }
            }
        }
    }

    /// Adds the designations of its entries to a party.
    pub(super) fn give_to(&mut self, party: &mut Party) {
        if let Some(entry) = self.0.remove(&party.uid) {
            party.programmes.extend(entry.programmes);
            party.facts.extend(entry.facts);
        }
    }

    /// Entries for profiles that the file does not have.
    pub(super) fn problems(&mut self, file: &str) -> Vec<Problem> {
        let mut left: Vec<(String, ProfileListing)> =
            std::mem::take(&mut self.0).into_iter().collect();
        // A file may be a single line, so the profile decides among entries of one line.
        left.sort_by(|(one, a), (other, b)| (a.line, one).cmp(&(b.line, other)));
        let what = "a designation of a profile that the file does not have";
        let problem = |(profile, entry): (String, ProfileListing)| {
            Problem::new(ProblemCode::RowOrphaned, Loss::Value, what)
                .in_file(file)
                .at_line(entry.line)
                .in_record(Problem::cut(&profile))
                .with_text(&entry.programmes.join(", "))
        };
        left.into_iter().map(problem).collect()
    }
}

/// Relations between profiles.
#[derive(Default)]
pub(super) struct ProfileRelations(Vec<ProfileRelation>);

struct ProfileRelation {
    from: String,
    to: String,
    kind: String,
    former: bool,
    comment: String,
    line: u64,
}

/// How a kind of relation of OFAC is written as a FollowTheMoney relation.
struct RelationSchema {
    kind: &'static str,
    schema: &'static str,
    /// Whether the party named first is the relation's target.
    swapped: bool,
}

const fn relation(kind: &'static str, schema: &'static str, swapped: bool) -> RelationSchema {
    RelationSchema { kind, schema, swapped }
}

const KINDS: [RelationSchema; 7] = [
    relation("Owned or Controlled By", "Ownership", true),
    relation("Owns, controls, or operates", "Ownership", false),
    relation("Acting for or on behalf of", "Representation", false),
    relation("Leader or official of", "Directorship", false),
    relation("Principal Executive Officer", "Directorship", false),
    relation("Family member of", "Family", false),
    relation("Associate Of", "UnknownLink", false),
];

impl ProfileRelations {
    /// Takes one `<ProfileRelationship>`.
    pub(super) fn add(&mut self, element: &Element, references: &References) {
        let text = |name| element.attribute(name).unwrap_or_default().to_owned();
        let kind = references.text("RelationType", element.attribute("RelationTypeID"));
        self.0.push(ProfileRelation {
            from: text("From-ProfileID"),
            to: text("To-ProfileID"),
            kind: kind.unwrap_or("Linked To").to_owned(),
            former: element.attribute("Former") == Some("true"),
            comment: element.text_of("Comment").unwrap_or_default().to_owned(),
            line: element.line(),
        });
    }

    /// Writes the relations between parties of the list.
    pub(super) fn write(
        &self,
        list: &ListContext,
        schemata: &HashMap<String, Schema>,
        sink: &mut dyn Sink,
    ) {
        let mut written = HashSet::new();
        for relation in &self.0 {
            let ends = schemata.get(&relation.from).zip(schemata.get(&relation.to));
            let edge = ends.and_then(|ends| relation.edge(list, ends));
            match edge {
                Some(edge) if !written.insert(edge.id.clone()) => {}
                Some(edge) => sink.entity(edge),
                None => sink.problem(relation.unresolved(&list.file)),
            }
        }
    }
}

impl ProfileRelation {
    fn unresolved(&self, file: &str) -> Problem {
        let what = "one end of a relation is not in the file; it is left out";
        Problem::new(ProblemCode::RelationUnresolved, Loss::Value, what)
            .in_file(file)
            .at_line(self.line)
            .in_record(Problem::cut(&self.from))
            .with_text(&format!("{} {}", self.kind, self.to))
    }

    fn edge(&self, list: &ListContext, (from, to): (&Schema, &Schema)) -> Option<Entity> {
        let (from_id, to_id) = (party_id(list, &self.from)?, party_id(list, &self.to)?);
        let row = KINDS.iter().find(|known| self.kind.eq_ignore_ascii_case(known.kind));
        let (name, swapped) = row.map_or(("UnknownLink", false), |row| (row.schema, row.swapped));
        let schema = Schema::parse(name).ok()?;
        let (source, target) = schema.edge()?;
        let ends = if swapped { (to, from) } else { (from, to) };
        // The vocabulary defines who can own, lead or represent whom; a vessel cannot lead.
        let fits = fits(&schema, source, ends.0) && fits(&schema, target, ends.1);
        let schema = if fits { schema } else { Schema::UNKNOWN_LINK };
        let (source, target) = schema.edge()?;
        let (first, second) = if fits && swapped { (&to_id, &from_id) } else { (&from_id, &to_id) };
        let word: String = self
            .kind
            .to_lowercase()
            .split(|letter: char| !letter.is_ascii_alphanumeric())
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join("-");
        let mut edge = Entity::new(format!("{from_id}-{word}-{to_id}").parse().ok()?, schema);
        edge.datasets.push(list.name.clone());
        edge.add(source, first.as_str());
        edge.add(target, second.as_str());
        let label =
            if edge.schema.property("relationship").is_some() { "relationship" } else { "role" };
        edge.add(label, self.kind.as_str());
        edge.add("status", if self.former { "former" } else { "" });
        edge.add("summary", self.comment.as_str());
        Some(edge)
    }
}

fn fits(edge: &Schema, property: &str, end: &Schema) -> bool {
    edge.property(property)
        .is_some_and(|property| end.is_a(&Schema::from(property.range.to_owned())))
}
