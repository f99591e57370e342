//! Customers, indexed so that a listed entity finds them.

use std::collections::{BTreeSet, HashMap};
use std::io::Cursor;

use interdict_index::{
    About, BuildError, CandidateSearcher, IndexError, PreparedQuery, Segment, SegmentBuilder,
    analyse_name,
};
use interdict_model::{DatasetName, Entity, EntityId, Identifier, IdentifierKind, Schema};

use crate::customer::Customer;
use crate::policy::{Algorithm, Policy};
use crate::query::Query;
use crate::screen::{name_floor, score_entity};

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

/// Customers with an index of their names, numbers and wallets.
pub struct CustomerIndex {
    customers: Vec<Customer>,
    segment: Segment,
    /// The customer of each entity of the segment.
    named: Vec<u32>,
    numbers: HashMap<String, Vec<u32>>,
    wallets: HashMap<String, Vec<u32>>,
    /// Customers of whom more than names is known.
    with_facts: Vec<bool>,
}

/// Collects customers.
struct Collector {
    index: SegmentBuilder<Cursor<Vec<u8>>>,
    named: Vec<u32>,
    numbers: HashMap<String, Vec<u32>>,
    wallets: HashMap<String, Vec<u32>>,
    with_facts: Vec<bool>,
}

impl CustomerIndex {
    /// Indexes customers. One whose values make no query is kept, and never found.
    pub fn build(customers: Vec<Customer>) -> Result<Self, RescreenError> {
        let mut collector = Collector {
            index: SegmentBuilder::new(Cursor::new(Vec::new()))?,
            named: Vec::new(),
            numbers: HashMap::new(),
            wallets: HashMap::new(),
            with_facts: Vec::with_capacity(customers.len()),
        };
        for (number, customer) in customers.iter().enumerate() {
            let number = u32::try_from(number).map_err(|_| BuildError::TooLarge("customers"))?;
            collector.add(number, customer.query().ok().as_ref())?;
        }
        let dataset: DatasetName = "customers".parse().expect("the constant is a valid name");
        let mut about = About::new(dataset);
        about.entities = collector.index.len() as u64;
        let bytes = collector.index.finish(&about)?.into_inner();
        Ok(Self {
            customers,
            segment: Segment::from_bytes(bytes)?,
            named: collector.named,
            numbers: collector.numbers,
            wallets: collector.wallets,
            with_facts: collector.with_facts,
        })
    }

    /// The customers, in the order in which they came.
    pub fn customers(&self) -> &[Customer] {
        &self.customers
    }

    /// The customers whom this entity resembles in a name or a number: more than match it, none
    /// fewer.
    pub fn find_alike(
        &self,
        entity: &Entity,
        policy: &Policy,
        scratch: &mut CandidateSearcher,
    ) -> BTreeSet<u32> {
        let mut touched = BTreeSet::new();
        for (property, values) in &entity.properties {
            let Some(kind) = IdentifierKind::in_schema(&entity.schema, property) else { continue };
            for value in values {
                if let Ok(identifier) = Identifier::new(kind, value) {
                    touched.extend(self.numbers.get(identifier.value()).into_iter().flatten());
                }
            }
        }
        let country = entity.countries().first().copied();
        for listed in entity.names() {
            let name = analyse_name(listed.text, &entity.schema, country);
            let mut consider = |number: u32| {
                let target = self.segment.target(self.segment.name_target(number));
                let Some(customer) = self.named.get(target.entity as usize) else { return };
                let facts = self.with_facts.get(*customer as usize).copied().unwrap_or(true);
                let floor = name_floor(policy.threshold, facts);
                let alike = match policy.algorithm {
                    Algorithm::Interdict => {
                        let asked = self.segment.name(number);
                        interdict_names::score_at_least(asked, &name, floor).is_some()
                    }
                    // Other comparisons are left to the screen itself.
                    Algorithm::Ofac | Algorithm::Exact => true,
                };
                if alike {
                    touched.insert(*customer);
                }
            };
            if policy.exhaustive || policy.algorithm == Algorithm::Ofac {
                (0..self.segment.name_count()).for_each(&mut consider);
            } else {
                scratch
                    .candidates(
                        &self.segment,
                        &PreparedQuery::new(&name),
                        CandidateSearcher::MIN_SCORE,
                    )
                    .iter()
                    .copied()
                    .for_each(&mut consider);
            }
        }
        touched
    }

    /// Adds the customers who have a wallet, given by its look-up key.
    pub fn find_wallet(&self, key: &str, touched: &mut BTreeSet<u32>) {
        touched.extend(self.wallets.get(key).into_iter().flatten());
    }
}

/// Whether an entity reaches the threshold for a customer by name, number and all other facts; the
/// computation is that of every screen.
pub fn reaches_threshold(query: &Query, entity: &Entity, policy: &Policy) -> bool {
    score_entity(query, entity, policy).score >= policy.threshold
}

impl Collector {
    fn add(&mut self, number: u32, query: Option<&Query>) -> Result<(), RescreenError> {
        self.with_facts.push(query.is_some_and(Query::has_facts));
        let Some(query) = query else { return Ok(()) };
        for identifier in &query.identifiers {
            self.numbers.entry(identifier.value().to_owned()).or_default().push(number);
        }
        for wallet in &query.wallets {
            self.wallets.entry(wallet.clone()).or_default().push(number);
        }
        if query.names.is_empty() {
            return Ok(());
        }
        let id: EntityId = format!("customer-{number}").parse().expect("the form is a valid id");
        // Only names, without a country: an entity's country would change how they are read, and
        // the query's do not have it.
        let mut entity = Entity::new(id, kind(query.schema.as_ref()));
        for name in &query.names {
            entity.add("name", name.text());
        }
        self.named.push(number);
        Ok(self.index.add(&entity)?)
    }
}

/// The schema under which a name is read as the query reads it.
fn kind(schema: Option<&Schema>) -> Schema {
    let kinds = [Schema::PERSON, Schema::ORGANIZATION, Schema::VESSEL, Schema::AIRPLANE];
    let found = schema.and_then(|schema| kinds.into_iter().find(|kind| schema.is_a(kind)));
    found.unwrap_or(Schema::LEGAL_ENTITY)
}
