//! Records of the dataset as FollowTheMoney entities.

use std::collections::BTreeSet;

use interdict_model::{DatasetName, Designation, Entity, EntityId, Provenance, Schema};

use serde_json::Value;

use super::data::BuiltinData;
use super::record::{
    Authority, BuiltinAddress, BuiltinDesignation, BuiltinDocument, BuiltinRecord, BuiltinWallets,
    Tier,
};
use crate::{Counts, Sink};

/// Writes entities to a sink and counts them.
pub(super) struct Emitter<'run> {
    dataset: &'run BuiltinData,
    name: DatasetName,
    sink: &'run mut dyn Sink,
    counts: Counts,
    wallets: BTreeSet<(String, String)>,
}

impl<'run> Emitter<'run> {
    pub(super) fn new(
        dataset: &'run BuiltinData,
        name: DatasetName,
        sink: &'run mut dyn Sink,
    ) -> Self {
        Self { dataset, name, sink, counts: Counts::default(), wallets: BTreeSet::new() }
    }

    pub(super) fn into_counts(mut self) -> Counts {
        self.counts.wallets = self.wallets.len() as u64;
        self.counts
    }

    /// One person or body, then everything that belongs to it.
    pub(super) fn record(&mut self, record: &BuiltinRecord) {
        self.counts.records += 1;
        let mut entity = self.entity(record.id.clone(), record.schema.clone());
        let mut parts = Vec::new();
        for (property, values) in &record.properties {
            for value in values {
                entity.add(property, value.as_str());
            }
        }
        for native in &record.native_names {
            entity
                .add(if entity.values("name").is_empty() { "name" } else { "alias" }, &native.text);
        }
        for place in &record.addresses {
            entity.add("country", place.country.code());
            if let Some(address) = self.address(record, place) {
                entity.add("address", address.first("full").unwrap_or_default());
                entity.add("addressEntity", address.id.as_str());
                parts.push(address);
            }
        }
        for paper in &record.documents {
            add_number(&mut entity, paper);
        }
        self.cite(&mut entity, sources(record));
        entity.referents.clone_from(&record.referents);
        self.mark_as_listed(&mut entity, record);
        self.counts.names += entity.names().count() as u64;
        self.counts.targets += u64::from(entity.target == Some(true));
        self.put(entity);
        parts.into_iter().for_each(|part| self.put(part));
        record.designations.iter().for_each(|listing| self.sanction(record, listing));
        record.documents.iter().for_each(|paper| self.document(record, paper));
        record.wallets.iter().for_each(|wallets| self.wallets(record, wallets));
    }

    /// An empty entity of this dataset.
    pub(super) fn entity(&self, id: EntityId, schema: Schema) -> Entity {
        let mut entity = Entity::new(id, schema);
        entity.datasets.push(self.name.clone());
        entity
    }

    /// Passes an entity to the sink.
    pub(super) fn put(&mut self, entity: Entity) {
        self.counts.entities += 1;
        self.sink.entity(entity);
    }

    /// Adds the citations: the web addresses as FollowTheMoney properties, and the full citations under `citations`.
    pub(super) fn cite<'key>(&self, entity: &mut Entity, keys: impl Iterator<Item = &'key String>) {
        let mut citations: Vec<String> = Vec::new();
        for source in keys.filter_map(|key| self.dataset.sources.get(key)) {
            entity.add("sourceUrl", source.url.as_str());
            let citation = source.in_one_line();
            if !citations.contains(&citation) {
                citations.push(citation);
            }
        }
        entity.extra.insert("citations".to_owned(), Value::from(citations));
    }

    fn authority(&self, key: &str) -> &'run Authority {
        self.dataset.about.authorities.get(key).expect("a test looks every authority up")
    }

    fn mark_as_listed(&self, entity: &mut Entity, record: &BuiltinRecord) {
        entity.target = Some(!record.designations.is_empty());
        if record.designations.iter().any(|listing| listing.valid_to.is_none()) {
            entity.add("topics", "sanction");
        }
        for programme in record.designations.iter().flat_map(|listing| &listing.programmes) {
            entity.add("program", programme.as_str());
        }
        let designations =
            record.designations.iter().map(|listing| self.designation(listing)).collect();
        entity.provenance = Some(self.provenance(record.id.as_str(), designations));
    }

    fn provenance(&self, record_id: &str, designations: Vec<Designation>) -> Provenance {
        Provenance {
            list: self.name.clone(),
            list_version: self.dataset.about.version.clone(),
            record_id: record_id.to_owned(),
            designations,
        }
    }

    fn source_url(&self, keys: &[String]) -> Option<String> {
        keys.first().and_then(|key| self.dataset.sources.get(key)).map(|source| source.url.clone())
    }

    fn designation(&self, listing: &BuiltinDesignation) -> Designation {
        Designation {
            authority: self.authority(&listing.authority).name.clone(),
            programmes: listing.programmes.clone(),
            reference: listing.reference.clone(),
            listed_on: listing.listed_on,
            valid_from: listing.valid_from,
            valid_to: listing.valid_to,
            source_url: self.source_url(&listing.sources),
        }
    }

    fn sanction(&mut self, record: &BuiltinRecord, listing: &BuiltinDesignation) {
        let date = listing.listed_on.map_or("undated".to_owned(), |date| date.to_string());
        let code = listing.authority.to_lowercase();
        let mut entity =
            self.entity(derived(&record.id, &["sanction", &code, &date]), Schema::SANCTION);
        let authority = self.authority(&listing.authority);
        entity.add("entity", record.id.as_str());
        entity.add("authority", authority.name.as_str());
        entity.add("publisher", authority.name.as_str());
        entity.add("country", authority.country.map_or("", |country| country.code()));
        for programme in &listing.programmes {
            entity.add("program", programme.as_str());
        }
        let reference = listing.reference.as_deref().unwrap_or_default();
        entity.add(if listing.authority == "UNSC" { "unscId" } else { "authorityId" }, reference);
        let dates = [
            ("listingDate", listing.listed_on),
            ("startDate", listing.valid_from.or(listing.listed_on)),
            ("endDate", listing.valid_to),
        ];
        for (property, date) in dates {
            entity.add(property, date.map_or(String::new(), |date| date.to_string()));
        }
        entity.add("reason", listing.reason.as_deref().unwrap_or_default());
        self.cite(&mut entity, listing.sources.iter());
        self.put(entity);
    }

    /// An address entity, if more than the country is known.
    fn address(&self, record: &BuiltinRecord, place: &BuiltinAddress) -> Option<Entity> {
        let parts = [&place.street, &place.city, &place.region];
        let known: Vec<&str> = parts.into_iter().flatten().map(String::as_str).collect();
        if known.is_empty() {
            return None;
        }
        let full = format!("{}, {}", known.join(", "), place.country.name());
        let mut entity =
            self.entity(derived(&record.id, &["address", &slug(&full)]), Schema::ADDRESS);
        entity.add("full", full);
        entity.add("street", place.street.as_deref().unwrap_or_default());
        entity.add("city", place.city.as_deref().unwrap_or_default());
        entity.add("region", place.region.as_deref().unwrap_or_default());
        entity.add("country", place.country.code());
        Some(entity)
    }

    fn document(&mut self, record: &BuiltinRecord, paper: &BuiltinDocument) {
        let kind = if paper.schema == Schema::PASSPORT { "passport" } else { "id" };
        let number: String = paper.number.chars().filter(char::is_ascii_alphanumeric).collect();
        let id = derived(&record.id, &[kind, paper.country.code(), &number.to_lowercase()]);
        let mut entity = self.entity(id, paper.schema.clone());
        entity.add("holder", record.id.as_str());
        entity.add("number", paper.number.as_str());
        entity.add("country", paper.country.code());
        entity.add("type", paper.kind.as_deref().unwrap_or("Passport"));
        if paper.schema == Schema::PASSPORT {
            entity.add("passportNumber", paper.number.as_str());
        }
        entity.add("startDate", paper.issued.map_or(String::new(), |date| date.to_string()));
        entity.add("endDate", paper.expires.map_or(String::new(), |date| date.to_string()));
        self.put(entity);
    }

    fn wallets(&mut self, record: &BuiltinRecord, wallets: &BuiltinWallets) {
        let authority = self.authority(&wallets.authority);
        let tag = wallets.asset.as_str();
        for address in &wallets.addresses {
            let id = derived(&record.id, &["wallet", &tag.to_lowercase(), address]);
            let mut entity = self.entity(id, Schema::CRYPTO_WALLET);
            entity.add("publicKey", address.as_str());
            entity.add("currency", tag);
            entity.add("currencySymbol", tag);
            entity.add("holder", record.id.as_str());
            entity.add("publisher", authority.name.as_str());
            entity.add("notes", wallets.note.as_deref().unwrap_or_default());
            self.cite(&mut entity, wallets.sources.iter());
            let listed = authority.tier == Tier::Listing;
            if wallets.valid_to.is_none() {
                entity.add("topics", if listed { "sanction" } else { "sanction.linked" });
            }
            let designations =
                if listed { vec![self.wallet_designation(wallets)] } else { Vec::new() };
            entity.provenance = Some(self.provenance(record.id.as_str(), designations));
            self.wallets.insert((tag.to_owned(), address.clone()));
            self.put(entity);
        }
    }

    fn wallet_designation(&self, wallets: &BuiltinWallets) -> Designation {
        Designation {
            authority: self.authority(&wallets.authority).name.clone(),
            listed_on: wallets.listed_on,
            valid_to: wallets.valid_to,
            source_url: self.source_url(&wallets.sources),
            ..Designation::default()
        }
    }
}

/// An id made of the owner's id and parts that distinguish the entity.
pub(super) fn derived(owner: &EntityId, parts: &[&str]) -> EntityId {
    let id = format!("{owner}-{}", parts.join("-"));
    id.parse().expect("a test reads every id")
}

/// The citations of all statements in the record itself.
fn sources(record: &BuiltinRecord) -> impl Iterator<Item = &String> {
    let listings = record.designations.iter().flat_map(|listing| &listing.sources);
    let names = record.native_names.iter().map(|native| &native.source);
    record.sources.iter().chain(listings).chain(names)
}

/// A text as a part of an id: `fronts for` is `fronts-for`.
pub(super) fn slug(text: &str) -> String {
    let words = text.split(|letter: char| !letter.is_ascii_alphanumeric());
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join("-").to_ascii_lowercase()
}

/// Adds the number to its holder, too: matching reads the holder's properties.
fn add_number(entity: &mut Entity, paper: &BuiltinDocument) {
    let property = if paper.schema == Schema::PASSPORT { "passportNumber" } else { "idNumber" };
    entity.add(property, paper.number.as_str());
}
