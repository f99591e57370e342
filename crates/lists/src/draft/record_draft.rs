//! One listed record while it is read.

use std::collections::HashSet;

use interdict_model::{
    Country, Designation, Entity, EntityId, Gender, Loss, NameStrength, PartialDate, Problem,
    ProblemCode, Provenance, Schema,
};

use super::list_profile::ListProfile;
use crate::printed_names::names_in;

/// A listed record while it is read: the target and all that belongs to it.
pub(crate) struct RecordDraft {
    /// The listed entity itself.
    pub(crate) entity: Entity,
    /// Its listing.
    pub(crate) designation: Designation,
    /// The listing as an entity of its own, for what a designation has no field for.
    pub(crate) sanction: Entity,
    /// The listings of earlier records with the same id.
    earlier: Vec<(Designation, Entity)>,
    /// The kind of party that the first record names.
    first_schema: Option<Schema>,
    /// Whether the record is a sanction. Then a sanction entity is written, and while the designation
    /// has not ended, the listed entity gets the topic `sanction`. Records of own lists are sanctions
    /// only if they state that topic.
    pub(crate) is_sanction: bool,
    pub(super) parts: Vec<Entity>,
    pub(super) taken: HashSet<EntityId>,
    record: String,
    line: Option<u64>,
    problems: Vec<Problem>,
    pub(super) relations: usize,
    too_many: bool,
}

/// Largest number of values of one property. Duplicates are found by comparing every pair, so without a
/// limit a hostile record could cost hours; real lists have some hundred names at most.
const MAX_VALUES: usize = 10_000;

/// A draft whose listing is complete.
pub(super) struct FinishedRecord {
    /// The target, unless the record is unusable.
    pub(super) target: Option<Entity>,
    pub(super) parts: Vec<Entity>,
    pub(super) problems: Vec<Problem>,
}

impl RecordDraft {
    pub(super) fn new(entity: Entity, record: &str, line: Option<u64>) -> Self {
        let sanction = Entity::new(derived(&entity.id, "sanction"), Schema::SANCTION);
        Self {
            entity,
            designation: Designation::default(),
            sanction,
            earlier: Vec::new(),
            first_schema: None,
            is_sanction: true,
            parts: Vec::new(),
            taken: HashSet::new(),
            record: record.to_owned(),
            line,
            problems: Vec::new(),
            relations: 0,
            too_many: false,
        }
    }

    /// Continues with another record of the same id: its values are added, and its listing is kept beside the earlier
    /// ones.
    pub(super) fn reopen(&mut self, line: Option<u64>) {
        let suffix = format!("sanction-{}", self.earlier.len() + 2);
        let sanction = Entity::new(derived(&self.entity.id, &suffix), Schema::SANCTION);
        let sanction = std::mem::replace(&mut self.sanction, sanction);
        self.earlier.push((std::mem::take(&mut self.designation), sanction));
        self.first_schema.get_or_insert_with(|| self.entity.schema.clone());
        self.line = line;
    }

    /// How many records were read into this one.
    pub(super) fn records(&self) -> usize {
        self.earlier.len() + 1
    }

    /// Adds a value to the listed entity.
    pub(crate) fn add(&mut self, property: &str, value: &str) {
        if self.has_room(self.entity.values(property).len(), value) {
            self.entity.add(property, value);
        }
    }

    /// Adds a value to the listing's own entity.
    pub(crate) fn add_to_sanction(&mut self, property: &str, value: &str) {
        if self.has_room(self.sanction.values(property).len(), value) {
            self.sanction.add(property, value);
        }
    }

    /// Adds a programme or regime.
    pub(crate) fn programme(&mut self, text: &str) {
        let known = &self.designation.programmes;
        if !text.is_empty() && self.has_room(known.len(), text) {
            self.designation.programmes.push(text.to_owned());
        }
    }

    /// Whether one more value of a kind may be added; reports the first that may not.
    pub(super) fn has_room(&mut self, taken: usize, value: &str) -> bool {
        if taken >= MAX_VALUES && !self.too_many {
            self.too_many = true;
            let what = format!("more than {MAX_VALUES} values of one kind; the rest is left out");
            self.report(ProblemCode::TooManyValues, Loss::Value, what, value);
        }
        taken < MAX_VALUES
    }

    /// Keeps a text as a note under a heading, such as `Moustache: yes`.
    pub(crate) fn note(&mut self, label: &str, text: &str) {
        let text = text.trim();
        if text.is_empty() {
            return;
        }
        let note = if label.is_empty() { text.to_owned() } else { format!("{label}: {text}") };
        self.add("notes", &note);
    }

    /// Adds a name of that strength.
    pub(crate) fn name(&mut self, text: &str, strength: NameStrength) {
        let property = match strength {
            NameStrength::Primary => "name",
            NameStrength::Strong => "alias",
            NameStrength::Former => "previousName",
            NameStrength::Weak => "weakAlias",
        };
        self.add(property, text);
    }

    /// Adds the names contained in a printed name: without remarks and brackets, in each script. The first gets this
    /// strength; none of the others becomes a primary name.
    pub(crate) fn printed_name(&mut self, text: &str, strength: NameStrength) {
        let found = names_in(text);
        let others = match strength {
            NameStrength::Primary => NameStrength::Strong,
            other => other,
        };
        for (place, name) in found.names.iter().enumerate() {
            if place == 0 {
                self.name(name, strength);
            } else if !self.entity.names().any(|known| known.text == name) {
                self.name(name, others);
            }
        }
        for remark in found.remarks {
            self.note("Name as printed", &remark);
        }
    }

    /// Adds a country to a country property. A text that does not name a country is kept as a note.
    pub(crate) fn country(&mut self, property: &str, text: &str) -> Option<Country> {
        let country = self.parse_country(property, text)?;
        self.entity.add(property, country.code());
        Some(country)
    }

    /// Reads a country and returns it. A text that does not name a country is kept as a note.
    pub(crate) fn parse_country(&mut self, what: &str, text: &str) -> Option<Country> {
        if text.trim().is_empty() {
            return None;
        }
        let country = text.parse().ok();
        if country.is_none() {
            let message = format!("{what} names no country that is known; kept as a note");
            self.keep(ProblemCode::CountryUnknown, what, message, text);
        }
        country
    }

    /// Adds a date that was read, or keeps its text as a note when it could not be.
    pub(crate) fn date(&mut self, property: &str, date: Option<PartialDate>, text: &str) {
        if let Some(date) = self.check_date(property, date, text) {
            self.add(property, &date.to_string());
        }
    }

    /// Reports a date that could not be read, and keeps its text as a note.
    pub(crate) fn check_date(
        &mut self,
        what: &str,
        date: Option<PartialDate>,
        text: &str,
    ) -> Option<PartialDate> {
        if date.is_none() && !text.trim().is_empty() {
            let message = format!("{what} is no date that can be read; kept as a note");
            self.keep(ProblemCode::DateUnreadable, what, message, text);
        }
        date
    }

    /// Adds a gender, or keeps an unknown word as a note.
    pub(crate) fn gender(&mut self, text: &str) {
        match text.parse::<Gender>() {
            Ok(gender) => self.entity.add("gender", gender.as_str()),
            Err(_) if text.trim().is_empty() => {}
            Err(error) => {
                self.keep(
                    ProblemCode::ValueUnknown,
                    "Gender",
                    format!("{error}; kept as a note"),
                    text,
                );
            }
        }
    }

    /// Keeps a text that cannot be read as a note, and reports a problem.
    pub(crate) fn keep(&mut self, code: ProblemCode, label: &str, what: String, text: &str) {
        self.note(label, text);
        self.report(code, Loss::Nothing, what, text);
    }

    /// Reports a problem with this record.
    pub(crate) fn report(&mut self, code: ProblemCode, loss: Loss, what: String, text: &str) {
        let problem = Problem::new(code, loss, what).at_line(self.line).with_text(text.trim());
        self.problems.push(problem.in_record(self.record.as_str()));
    }

    /// A new entity that belongs to this one, with a derived id. `None` if that id exists already.
    pub(crate) fn part(&mut self, suffix: &str, schema: Schema) -> Option<Entity> {
        let id = derived(&self.entity.id, suffix);
        self.taken.insert(id.clone()).then(|| Entity::new(id, schema))
    }

    /// Adds an entity that belongs to this one.
    pub(crate) fn add_part(&mut self, part: Entity) {
        self.parts.push(part);
    }

    pub(super) fn finish(mut self, profile: &ListProfile, version: &str) -> FinishedRecord {
        if self.entity.names().next().is_none() && self.parts.is_empty() {
            let what = "no name and nothing else to find it by; left out".to_owned();
            self.report(ProblemCode::RecordUnusable, Loss::Record, what, "");
            return FinishedRecord { target: None, parts: Vec::new(), problems: self.problems };
        }
        self.restore_schema();
        let listings = self.finish_listings(profile);
        let (designations, sanctions): (Vec<_>, Vec<_>) = listings.into_iter().unzip();
        let in_force = designations.iter().any(|designation| !designation.has_ended());
        let is_sanctioned = self.is_sanction && in_force;
        let provenance = Provenance {
            list: profile.dataset.clone(),
            list_version: version.to_owned(),
            record_id: self.record,
            designations,
        };
        let mut parts = self.parts;
        for wallet in parts.iter_mut().filter(|part| part.schema == Schema::CRYPTO_WALLET) {
            if is_sanctioned {
                wallet.add("topics", "sanction");
            }
            wallet.provenance = Some(provenance.clone());
        }
        if is_sanctioned {
            self.entity.add("topics", "sanction");
        }
        if self.is_sanction {
            parts.splice(0..0, sanctions);
        }
        self.entity.target = Some(true);
        self.entity.provenance = Some(provenance);
        for entity in parts.iter_mut().chain([&mut self.entity]) {
            entity.datasets.push(profile.dataset.clone());
        }
        FinishedRecord { target: Some(self.entity), parts, problems: self.problems }
    }

    /// If records of one id name different kinds of party, the kind of the first one is kept.
    fn restore_schema(&mut self) {
        let Some(first) = self.first_schema.take() else { return };
        let other = std::mem::replace(&mut self.entity.schema, first);
        if other != self.entity.schema {
            let what =
                format!("records of one id are of different kinds; read as {}", self.entity.schema);
            self.keep(ProblemCode::ValueUnknown, "Schema", what, other.as_str());
        }
    }

    /// The listings of all records of this id, each with its entity.
    fn finish_listings(&mut self, profile: &ListProfile) -> Vec<(Designation, Entity)> {
        let last = (std::mem::take(&mut self.designation), self.sanction.clone());
        let mut listings = std::mem::take(&mut self.earlier);
        listings.push(last);
        for (designation, sanction) in &mut listings {
            if designation.authority.is_empty() {
                profile.authority.clone_into(&mut designation.authority);
            }
            let date = |date: Option<PartialDate>| date.map(|d| d.to_string()).unwrap_or_default();
            sanction.add("entity", self.entity.id.as_str());
            sanction.add("authority", designation.authority.as_str());
            sanction.add("country", profile.country);
            sanction.add("listingDate", date(designation.listed_on));
            sanction.add("startDate", date(designation.valid_from.or(designation.listed_on)));
            sanction.add("endDate", date(designation.valid_to));
            sanction.add("sourceUrl", designation.source_url.as_deref().unwrap_or_default());
            for programme in &designation.programmes {
                sanction.add("program", programme.as_str());
                self.entity.add("program", programme.as_str());
            }
        }
        listings
    }
}

/// An id made of the owner's id and a suffix. Ids have a maximum length, and the suffix may come from free text of a
/// list, so only its letters and digits are used.
pub(super) fn derived(owner: &EntityId, suffix: &str) -> EntityId {
    let mut id = format!("{owner}-{suffix}");
    id.retain(|letter| !letter.is_whitespace() && !letter.is_control());
    while id.len() > 255 {
        id.pop();
    }
    id.parse().unwrap_or_else(|_| owner.clone())
}
