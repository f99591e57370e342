//! Customers, indexed so that a listed entity can be searched among them.

use std::collections::{BTreeSet, HashMap};
use std::io::Cursor;

use interdict_index::{
    About, BuildError, CandidateSearcher, IndexError, NameRow, PreparedQuery, Segment,
    SegmentBuilder, analyse_name,
};
use interdict_model::{
    DatasetName, Entity, EntityId, Identifier, IdentifierKind, PartialDate, Schema,
};
use interdict_names::{Name, NameKind};

use crate::customer::Customer;
use crate::decision::name_floor;
use crate::policy::{Algorithm, Policy};
use crate::query::Query;
use crate::query_name::name_kinds;
use crate::screen::{is_candidate, score_entity};

/// Why customers cannot be indexed.
#[derive(Debug, thiserror::Error)]
pub enum RescreenError {
    /// The index cannot be built.
    #[error("cannot index the customers")]
    Build(#[from] BuildError),
    /// The index cannot be read.
    #[error(transparent)]
    Index(#[from] IndexError),
}

/// Customers with an index of their names, numbers and wallets. A customer is referred to by its
/// position.
pub struct CustomerIndex {
    customers: Vec<Customer>,
    segment: Segment,
    keys: CustomerKeys,
}

/// Data about the customers that the segment does not contain.
#[derive(Default)]
struct CustomerKeys {
    /// The customer of each entity of the segment.
    of_entity: Vec<u32>,
    by_number: HashMap<String, Vec<u32>>,
    by_wallet: HashMap<String, Vec<u32>>,
    by_birth_date: HashMap<PartialDate, Vec<u32>>,
    /// Whether the customer at that position has facts besides names.
    has_facts: Vec<bool>,
}

impl CustomerIndex {
    /// Indexes customers. One whose values make no query is kept, and never found.
    pub fn build(customers: Vec<Customer>) -> Result<Self, RescreenError> {
        let mut keys = CustomerKeys::default();
        let mut builder = SegmentBuilder::new(Cursor::new(Vec::new()))?;
        for (position, customer) in customers.iter().enumerate() {
            let position =
                u32::try_from(position).map_err(|_| BuildError::TooLarge("customers"))?;
            let query = customer.query().ok();
            keys.add(position, query.as_ref());
            let parties = query.iter().flat_map(Query::parties).enumerate();
            for (number, party) in parties.filter(|(_, party)| !party.names.is_empty()) {
                for entity in entities_of_names((position, number), party) {
                    keys.of_entity.push(position);
                    builder.add(&entity)?;
                }
            }
        }
        let dataset: DatasetName = "customers".parse().expect("the constant is a valid name");
        let mut about = About::new(dataset);
        about.entities = builder.len() as u64;
        let segment = Segment::from_bytes(builder.finish(&about)?.into_inner())?;
        Ok(Self { customers, segment, keys })
    }

    /// The customers, in the order in which they came.
    pub fn customers(&self) -> &[Customer] {
        &self.customers
    }

    /// The customers who have a similar name, the same number or the same birth date as this entity: a superset of
    /// those that it matches by these.
    pub fn find_similar(
        &self,
        entity: &Entity,
        policy: &Policy,
        searcher: &mut CandidateSearcher,
    ) -> BTreeSet<u32> {
        let mut found = self.find_by_numbers_of(entity);
        let born = entity.dates("birthDate");
        let born = born
            .iter()
            .filter(|date| date.is_day())
            .filter_map(|date| self.keys.by_birth_date.get(&PartialDate::exactly(date.from())));
        found.extend(born.flatten());
        let country = entity.countries().first().copied();
        for listed in entity.names() {
            let name = analyse_name(listed.text, &entity.schema, country);
            let mut consider = |row: NameRow| {
                if let Some(customer) = self.similar_customer(row, &name, policy) {
                    found.insert(customer);
                }
            };
            if policy.exhaustive || policy.algorithm == Algorithm::Ofac {
                self.segment.names().for_each(&mut consider);
            } else {
                let prepared = PreparedQuery::new(&name);
                let lowest = CandidateSearcher::MIN_SCORE;
                let candidates = searcher.candidates(&self.segment, &prepared, lowest);
                candidates.iter().copied().for_each(&mut consider);
            }
        }
        found
    }

    /// The customers who have a wallet, given by its look-up key.
    pub fn find_by_wallet(&self, key: &str) -> impl Iterator<Item = u32> {
        self.keys.by_wallet.get(key).into_iter().flatten().copied()
    }

    fn find_by_numbers_of(&self, entity: &Entity) -> BTreeSet<u32> {
        let mut found = BTreeSet::new();
        for (property, values) in &entity.properties {
            let Some(kind) = IdentifierKind::in_schema(&entity.schema, property) else { continue };
            for identifier in values.iter().flat_map(|value| Identifier::read_all(kind, value)) {
                found.extend(self.keys.by_number.get(identifier.value()).into_iter().flatten());
            }
        }
        found
    }

    /// The customer who has an indexed name, if the name is similar enough to the listed one.
    fn similar_customer(&self, row: NameRow, listed: &Name, policy: &Policy) -> Option<u32> {
        let target = self.segment.target(self.segment.name_target(row));
        let customer = *self.keys.of_entity.get(target.entity.number() as usize)?;
        let has_facts = self.keys.has_facts.get(customer as usize).copied().unwrap_or(true);
        let floor = name_floor(policy.threshold, has_facts);
        let name = self.segment.name(row);
        let is_similar = match policy.algorithm {
            Algorithm::Interdict => {
                interdict_names::are_equal_of_any_kind(name, listed)
                    || interdict_names::score_at_least(name, listed, floor).is_some()
            }
            // The screen that follows applies these algorithms, so every customer found here is passed on to it.
            Algorithm::Ofac | Algorithm::Exact => true,
        };
        is_similar.then_some(customer)
    }
}

impl CustomerKeys {
    fn add(&mut self, position: u32, query: Option<&Query>) {
        self.has_facts.push(query.is_some_and(Query::has_facts));
        let Some(query) = query else { return };
        for identifier in query.parties().flat_map(|party| &party.identifiers) {
            self.by_number.entry(identifier.value().to_owned()).or_default().push(position);
        }
        for date in query.birth_dates.iter().filter(|date| date.is_day()) {
            let date = PartialDate::exactly(date.from());
            self.by_birth_date.entry(date).or_default().push(position);
        }
        for wallet in query.parties().flat_map(|party| &party.wallets) {
            self.by_wallet.entry(wallet.clone()).or_default().push(position);
        }
    }
}

/// The customer as entities to index, one for each kind that it can be of. They have names only, and
/// no country: the query's names are analysed without one, and a country would change how they are
/// read.
fn entities_of_names((position, party): (u32, usize), query: &Query) -> Vec<Entity> {
    let of_kind = |kind: &NameKind| {
        let id = format!("customer-{position}-{party}-{kind:?}");
        let id: EntityId = id.parse().expect("the form is a valid id");
        let mut entity = Entity::new(id, schema_to_index(*kind));
        for name in &query.names {
            entity.add("name", name.text());
        }
        entity
    };
    name_kinds(query.schema.as_ref()).iter().map(of_kind).collect()
}

/// The schema under which the index analyses a name as one of that kind.
fn schema_to_index(kind: NameKind) -> Schema {
    match kind {
        NameKind::Person => Schema::PERSON,
        NameKind::Organization => Schema::ORGANIZATION,
        NameKind::Object => Schema::VESSEL,
        NameKind::Either => Schema::LEGAL_ENTITY,
    }
}

/// Whether an entity reaches the threshold for a customer by name, number and all other facts, or has an equal name that
/// is shown under it; the computation is that of every screen.
pub fn reaches_threshold(query: &Query, entity: &Entity, policy: &Policy) -> bool {
    is_candidate(&score_entity(query, entity, policy), policy)
}
