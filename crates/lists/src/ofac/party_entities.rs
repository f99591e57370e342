//! The entities of one party while they are built.

use interdict_model::{
    Designation, Entity, EntityId, Loss, Problem, ProblemCode, Provenance, Schema, fingerprint64,
};

use super::list_context::{ListContext, party_id};
use super::party::Party;

/// One party's entities and problems.
pub(crate) struct PartyEntities<'a> {
    pub(crate) list: &'a ListContext,
    pub(crate) party: &'a Party,
    pub(crate) main: Entity,
    pub(crate) sanction: Entity,
    pub(crate) others: Vec<Entity>,
    pub(crate) problems: Vec<Problem>,
}

impl<'a> PartyEntities<'a> {
    /// Begins with empty entities; `None` when the record's number makes no id.
    pub(crate) fn begin(list: &'a ListContext, party: &'a Party, schema: Schema) -> Option<Self> {
        let id = party_id(list, &party.uid)?;
        let short = list.dataset.name.rsplit('_').next().unwrap_or_default();
        let sanction_id: EntityId = format!("{id}-sanction-{short}").parse().ok()?;
        let mut main = Entity::new(id, schema);
        main.target = Some(true);
        main.datasets.push(list.name.clone());
        main.add("topics", "sanction");
        main.add("sourceUrl", source_url(&party.uid));
        let mut sanction = Entity::new(sanction_id, Schema::SANCTION);
        sanction.datasets.push(list.name.clone());
        sanction.add("entity", main.id.as_str());
        Some(Self { list, party, main, sanction, others: Vec::new(), problems: Vec::new() })
    }

    /// A new entity that belongs to the party, with an id made from the party's.
    pub(crate) fn belonging(&self, schema: Schema, suffix: &str) -> Option<Entity> {
        let id = format!("{}-{}", self.main.id, id_part(suffix)).parse().ok()?;
        let mut entity = Entity::new(id, schema);
        entity.datasets.push(self.list.name.clone());
        Some(entity)
    }

    /// Adds the entity unless the party has one of that id already.
    pub(crate) fn attach(&mut self, entity: Entity) {
        if !self.others.iter().any(|known| known.id == entity.id) {
            self.others.push(entity);
        }
    }

    /// Puts a value where the schema has a place for it, and into the notes otherwise.
    pub(crate) fn put(&mut self, property: &str, label: &str, value: &str) {
        if self.main.schema.property(property).is_some() {
            self.main.add(property, value);
        } else {
            self.note(label, value);
        }
    }

    /// Keeps a text as a note, with what it is about.
    pub(crate) fn note(&mut self, label: &str, value: &str) {
        let text = match (label, value) {
            ("", text) | (text, "") => text.to_owned(),
            (label, value) if label.starts_with(char::is_uppercase) => format!("{label}: {value}"),
            (label, value) => format!("{label} {value}"),
        };
        self.main.add("notes", text);
    }

    /// Reports something about this record.
    pub(crate) fn report(&mut self, code: ProblemCode, loss: Loss, what: &str, text: &str) {
        let problem = Problem::new(code, loss, what).in_file(&self.list.file).with_text(text);
        self.problems.push(problem.at_line(self.party.line).in_record(self.party.uid.as_str()));
    }

    /// Sets the provenance and the designations of the entity.
    pub(crate) fn finish(&mut self) {
        let programmes = self.party.programmes.clone();
        for programme in &programmes {
            self.main.add("program", programme);
            self.sanction.add("program", programme);
        }
        let url = source_url(&self.party.uid);
        self.sanction.add("authority", self.list.dataset.authority);
        self.sanction.add("publisher", self.list.dataset.publisher);
        self.sanction.add("country", self.list.dataset.country);
        self.sanction.add("sourceUrl", url.as_str());
        let mut listed = self.sanction.dates("listingDate");
        listed.sort();
        let mut effective = self.sanction.dates("startDate");
        effective.sort();
        self.main.provenance = Some(Provenance {
            list: self.list.name.clone(),
            list_version: self.list.version.clone(),
            record_id: self.party.uid.clone(),
            designations: vec![Designation {
                authority: self.list.dataset.authority.to_owned(),
                programmes,
                listed_on: listed.first().copied(),
                valid_from: effective.first().copied(),
                source_url: Some(url),
                ..Designation::default()
            }],
        });
    }
}

fn source_url(uid: &str) -> String {
    format!("https://sanctionssearch.ofac.treas.gov/Details.aspx?id={uid}")
}

/// Makes any text safe as a part of an id: printable ASCII as it is, and for everything else, or when
/// it is long, a hash of the whole.
fn id_part(text: &str) -> String {
    let plain = |letter: &char| letter.is_ascii_graphic();
    if text.len() <= 160 && text.chars().all(|letter| plain(&letter)) {
        return text.to_owned();
    }
    let start: String = text.chars().filter(plain).take(60).collect();
    format!("{start}-{:016x}", fingerprint64(text.as_bytes()))
}
