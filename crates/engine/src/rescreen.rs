//! Which customers are affected by a change of the lists.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use interdict_files::{
    CHUNK, ColumnMap, ReadingCounts, UnscreenedCeiling, column_texts, open_customers,
};
use interdict_index::{CandidateSearcher, LookupKey, Segment};
use interdict_model::{
    DatasetName, DatePrefix, Entity, EntityId, Gap, GenerationId, Schema, Verdict,
};
use interdict_screen::rescreen::{
    CustomerIndex, MatchChange, MatchChangeKind, compare_states, reaches_threshold,
};
use interdict_screen::{Policy, screen};
use rayon::prelude::*;
use schemars::JsonSchema;
use serde::Serialize;

use crate::applied_policy::AppliedPolicy;
use crate::batch_columns::unused_columns;
use crate::dated::dated_entities;
use crate::diff::{Change, PropertyChange, visit_changes};
use crate::error::EngineError;
use crate::list_health::ListHealth;
use crate::lists::Lists;
use crate::party::PartyQuery;
use crate::party_file::alone;
use crate::reading_gaps::{reading_gaps, rows_gap};
use crate::session::Session;

/// Which customers to screen again, and how.
#[derive(Debug, Clone)]
pub struct RescreenRequest {
    /// The customer file.
    pub customers: PathBuf,
    /// What its columns mean.
    pub map: ColumnMap,
    /// The column with the reference of the customer.
    pub id_column: Option<String>,
    /// How to screen. Its limit is not used: a limit could hide a change.
    pub policy: Policy,
    /// The most customers that may stay unscreened.
    pub max_unscreened: UnscreenedCeiling,
}

/// The changes of customers' matches between two states of the lists.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct RescreenReport {
    /// The verdict: match if some match is new or changed.
    pub verdict: Verdict,
    /// The older generation.
    pub from: GenerationId,
    /// The newer generation.
    pub to: GenerationId,
    /// The lists of the newer generation that were searched.
    pub lists: Vec<ListHealth>,
    /// The lists that were taken out of use on purpose.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub removed: Vec<DatasetName>,
    /// Whether every customer was read, and every list that was to be searched was there and fresh.
    pub complete: bool,
    /// Why it is not complete.
    pub gaps: Vec<Gap>,
    /// The policy.
    pub policy: AppliedPolicy,
    /// The threshold, with all of its digits.
    pub threshold: f64,
    /// How far the customers could be read.
    #[serde(flatten)]
    pub reading: ReadingCounts,
    /// Changed entities that could matter to a customer.
    pub changed_entities: u64,
    /// Customers who were screened again because a changed entity could match them.
    pub customers_screened: u64,
    /// Every match that is new, gone or changed, in the order of the customers.
    pub results: Vec<CustomerMatchChange>,
}

/// One match that is new, gone or changed.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct CustomerMatchChange {
    /// The customer's row, counted from 1, the header not counted.
    pub row: u64,
    /// The reference of the customer, if the file has one.
    pub customer: Option<String>,
    /// The customer's first name value.
    pub name: Option<String>,
    /// What happened.
    #[serde(flatten)]
    pub change: MatchChange,
    /// The differences of the entity's record, by dataset.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub record: BTreeMap<DatasetName, Vec<PropertyChange>>,
}

impl RescreenReport {
    /// How many results are of that kind.
    pub fn count(&self, kind: MatchChangeKind) -> usize {
        self.results.iter().filter(|result| result.change.kind == kind).count()
    }
}

/// The difference between two states of the lists: the ids of changed entities, and both versions of those that can be
/// a match.
#[derive(Default)]
pub struct ListDelta {
    records: BTreeMap<EntityId, BTreeMap<DatasetName, Vec<PropertyChange>>>,
    versions: Vec<Entity>,
    entities: u64,
}

impl ListDelta {
    /// The entities whose records differ.
    pub fn changed_ids(&self) -> impl Iterator<Item = &EntityId> {
        self.records.keys()
    }

    /// How many entities that changed, or that began or ended by their own date, could matter to a customer.
    pub fn entities(&self) -> u64 {
        self.entities
    }

    /// Adds entities whose records are as before. They are not among the changed ids: nothing is to be told of a match that
    /// stays one.
    fn add_dated(&mut self, entities: Vec<Entity>) {
        for entity in entities.into_iter().filter(is_relevant) {
            self.entities += u64::from(!self.records.contains_key(&entity.id));
            self.versions.push(entity);
        }
    }
}

struct Customers {
    index: CustomerIndex,
    ids: Vec<String>,
    reading: ReadingCounts,
}

/// The two states of the lists that are compared.
#[derive(Clone, Copy)]
struct States<'a> {
    old: &'a Lists,
    new: &'a Lists,
}

impl Session {
    /// What changed between two states of the lists, in these datasets (all, if none is named). If a day is given on which
    /// the older state was looked at, also what began or ended by its own date since then. It uses one processor, because
    /// it runs in the background.
    ///
    /// # Errors
    /// When a list cannot be read.
    pub fn list_delta(
        &self,
        old: &Lists,
        new: &Lists,
        (datasets, since): (&[DatasetName], Option<DatePrefix>),
    ) -> Result<ListDelta, EngineError> {
        alone(|| {
            let mut delta = read_changes(States { old, new }, datasets)?;
            if let Some(since) = since.filter(|since| *since != new.day()) {
                delta.add_dated(dated_entities(new, datasets, (since, new.day()))?);
            }
            Ok(delta)
        })
    }

    /// The positions of the customers whose matches can differ between two states of the lists. The others need not be
    /// screened again.
    ///
    /// # Errors
    /// When the lists cannot be read, or the customers cannot be indexed.
    pub fn touched_customers(
        &self,
        (old, new): (&Lists, &Lists),
        delta: &ListDelta,
        customers: &[PartyQuery],
        policy: &Policy,
    ) -> Result<BTreeSet<usize>, EngineError> {
        let policy = new.with_day(policy);
        let read = customers.iter().map(|party| party.customer(new.day())).collect();
        alone(|| {
            let index = CustomerIndex::build(read)?;
            let touched = affected_customers(&index, delta, States { old, new }, &policy);
            Ok(touched.into_iter().filter_map(|at| usize::try_from(at).ok()).collect())
        })
    }

    /// Finds every match that differs between two states of the lists, as two full screens of every
    /// customer would. The cost follows the size of the change: only customers that a changed entity
    /// could match are screened.
    pub fn rescreen(
        &self,
        old: &Lists,
        new: &Lists,
        request: &RescreenRequest,
    ) -> Result<RescreenReport, EngineError> {
        let datasets = &request.policy.datasets;
        new.check_datasets(datasets)?;
        let mut policy = new.with_day(&request.policy);
        policy.limit = usize::MAX;
        let customers = read_customers(request, new.day())?;
        let states = States { old, new };
        let changes = read_changes(states, datasets)?;
        let affected = affected_customers(&customers.index, &changes, states, &policy);
        let (results, equal) = compare_matches(&customers, &affected, &changes, states, &policy)?;
        let mut searched = new.searched(datasets);
        let is_finding = |result: &CustomerMatchChange| result.change.kind != MatchChangeKind::Gone;
        let found = results.iter().any(is_finding);
        let unread = reading_gaps(&customers.reading);
        let verdict = searched.conclude(found, &unread, rows_gap(equal).as_slice());
        Ok(RescreenReport {
            verdict,
            from: old.number(),
            to: searched.generation,
            lists: searched.lists,
            removed: searched.removed,
            complete: searched.complete,
            gaps: searched.gaps,
            policy: AppliedPolicy::new(&policy, new),
            threshold: policy.threshold.value(),
            reading: customers.reading,
            changed_entities: changes.entities,
            customers_screened: affected.len() as u64,
            results,
        })
    }
}

fn read_customers(request: &RescreenRequest, day: DatePrefix) -> Result<Customers, EngineError> {
    let (mut reader, mut binding) = open_customers(&request.customers, &request.map)?;
    binding.set_day(Some(day));
    let (mut customers, mut ids) = (Vec::new(), Vec::new());
    let mut reading = ReadingCounts::default();
    while let Some(chunk) = reader.next_chunk(CHUNK)? {
        if let Some(column) = &request.id_column {
            ids.extend(column_texts(&reader, &chunk, column)?);
        }
        for row in binding.customers(&chunk) {
            reading.add(&row);
            // A row that was not screened keeps its position, because customers are identified by their row.
            customers.push(row.customer.unwrap_or_default());
        }
    }
    reading.check(&request.customers, request.max_unscreened)?;
    let id = request.id_column.as_deref();
    reading.unused_columns = unused_columns(binding.unused_columns(), id, &request.map);
    let index = CustomerIndex::build(customers)?;
    Ok(Customers { index, ids, reading })
}

fn read_changes(states: States<'_>, datasets: &[DatasetName]) -> Result<ListDelta, EngineError> {
    let mut found = ListDelta::default();
    visit_changes(states.old, states.new, datasets, &mut |dataset, change| {
        let (before, after, changes) = match change {
            Change::Added(entity) => (None, Some(entity), Vec::new()),
            Change::Removed(entity) => (Some(entity), None, Vec::new()),
            Change::Changed { before, after, changes } => (Some(before), Some(after), changes),
        };
        let versions: Vec<Entity> =
            before.into_iter().chain(after).map(|entity| *entity).filter(is_relevant).collect();
        if let Some(entity) = versions.first() {
            found.entities += 1;
            let record = found.records.entry(entity.id.clone()).or_default();
            record.insert(dataset.clone(), changes);
            found.versions.extend(versions);
        }
        Ok(())
    })?;
    Ok(found)
}

/// Whether an entity, or the entity that holds it, can be a candidate.
fn is_relevant(entity: &Entity) -> bool {
    [Schema::LEGAL_ENTITY, Schema::VESSEL, Schema::AIRPLANE, Schema::CRYPTO_WALLET]
        .iter()
        .any(|kind| entity.schema.is_a(kind))
}

/// The customers for whom some version of a changed entity reaches the threshold, and those with a
/// wallet of one. Nobody else's matches can differ.
fn affected_customers(
    customers: &CustomerIndex,
    changes: &ListDelta,
    states: States<'_>,
    policy: &Policy,
) -> BTreeSet<u32> {
    let segments: Vec<&Segment> = [states.old, states.new]
        .into_iter()
        .flat_map(|lists| &lists.generation().segments)
        .collect();
    // Customer and version; without a version for a holder of the wallet, who is always affected.
    let pairs: Vec<(u32, Option<usize>)> = changes
        .versions
        .par_iter()
        .enumerate()
        .map_init(CandidateSearcher::default, |scratch, (version, entity)| {
            let similar = customers.find_similar(entity, policy, scratch);
            let mut holders = BTreeSet::new();
            for key in wallets_of(&segments, entity) {
                holders.extend(customers.find_by_wallet(&key));
            }
            let similar = similar.into_iter().map(|customer| (customer, Some(version)));
            similar.chain(holders.into_iter().map(|customer| (customer, None))).collect::<Vec<_>>()
        })
        .flatten_iter()
        .collect();
    let mut by_customer: BTreeMap<u32, Vec<Option<usize>>> = BTreeMap::new();
    for (customer, version) in pairs {
        by_customer.entry(customer).or_default().push(version);
    }
    let is_affected = |(customer, versions): (u32, Vec<Option<usize>>)| {
        let query = customers.customers().get(customer as usize)?.query().ok()?;
        let reaches = |version: &Option<usize>| match version.map(|v| changes.versions.get(v)) {
            Some(Some(entity)) => reaches_threshold(&query, entity, policy),
            _ => true,
        };
        versions.iter().any(reaches).then_some(customer)
    };
    by_customer.into_par_iter().filter_map(is_affected).collect()
}

/// The look-up keys of a wallet, or of the wallets that point to an entity.
fn wallets_of(segments: &[&Segment], entity: &Entity) -> Vec<String> {
    let pointing = segments.iter().flat_map(|segment| {
        let pointing = segment.lookup(LookupKey::Link(entity.id.as_str()));
        pointing.filter_map(|row| segment.entity(row).ok()).collect::<Vec<_>>()
    });
    pointing
        .filter(|entity| entity.schema.is_a(&Schema::CRYPTO_WALLET))
        .chain([entity.clone()])
        .flat_map(|wallet| wallet.values("publicKey").to_vec())
        .map(|value| interdict_model::wallet::lookup_key(&value))
        .collect()
}

/// Screens each affected customer under both states and compares the matches. Also returns how many customers have,
/// under the newer state, no match and a name equal to a listed one whose score is under the threshold.
fn compare_matches(
    customers: &Customers,
    affected: &BTreeSet<u32>,
    changes: &ListDelta,
    states: States<'_>,
    policy: &Policy,
) -> Result<(Vec<CustomerMatchChange>, u64), EngineError> {
    let affected: Vec<u32> = affected.iter().copied().collect();
    let of_one = |scratch: &mut (CandidateSearcher, CandidateSearcher), number: u32| {
        let Some(customer) = customers.index.customers().get(number as usize) else {
            return Ok((Vec::new(), false));
        };
        let Ok(query) = customer.query() else { return Ok((Vec::new(), false)) };
        let before = screen(states.old.generation(), &query, policy, &mut scratch.0)?;
        let after = screen(states.new.generation(), &query, policy, &mut scratch.1)?;
        let record_changed = |id: &EntityId| changes.records.contains_key(id);
        let changed = compare_states(&before, &after, &record_changed);
        let name = query.names().first().map(|name| name.text().to_owned());
        let result = |change: MatchChange| CustomerMatchChange {
            row: u64::from(number) + 1,
            customer: customers.ids.get(number as usize).cloned(),
            name: name.clone(),
            record: changes.records.get(&change.entity).cloned().unwrap_or_default(),
            change,
        };
        let is_equal = after.matches == 0 && after.equal_under_threshold > 0;
        Ok((changed.into_iter().map(result).collect(), is_equal))
    };
    let results: Result<Vec<(Vec<CustomerMatchChange>, bool)>, EngineError> = affected
        .par_iter()
        .map_init(Default::default, |scratch, number| of_one(scratch, *number))
        .collect();
    let results = results?;
    let equal = results.iter().map(|(_, is_equal)| u64::from(*is_equal)).sum();
    let changes = results.into_iter().flat_map(|(changes, _)| changes);
    Ok((changes.map(without_empty_records).collect(), equal))
}

/// An entity that was added or removed has no list of differences.
fn without_empty_records(mut result: CustomerMatchChange) -> CustomerMatchChange {
    result.record.retain(|_, changes| !changes.is_empty());
    result
}
