//! Recall: are listed entities found by an alias that is left out of the list?

use interdict_index::{CandidateSearcher, Generation, IndexError, Segment, Target};
use interdict_model::{Entity, EntityName, NameStrength, Schema, Score, fingerprint64};
use interdict_names::is_exact;
use interdict_screen::{Algorithm, Policy, Query, name_floor, score_entity};
use rayon::prelude::*;

use crate::counts::{Counts, THRESHOLDS, add, count};
use crate::population::Dice;

/// The kind of entities whose aliases are left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AliasGroup {
    /// Persons.
    Persons,
    /// Companies, public bodies and all other organisations.
    Organizations,
}

/// Counts of entities that were searched by an alias left out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RecallCount {
    /// Entities searched by an alias that was left out.
    pub asked: u64,
    /// Found by the alias alone.
    pub by_name: Counts,
    /// Found by the alias with the entity's own birth date and country.
    pub with_facts: Counts,
    /// The score reaches the threshold, but the index does not propose the entity at it.
    pub lost_by_index: Counts,
}

impl RecallCount {
    fn append(mut self, other: Self) -> Self {
        self.asked += other.asked;
        add(&mut self.lost_by_index, &other.lost_by_index);
        add(&mut self.by_name, &other.by_name);
        add(&mut self.with_facts, &other.with_facts);
        self
    }
}

/// Which entities to search for.
#[derive(Debug, Clone, Copy)]
pub struct RecallRequest {
    /// The kind of entities whose aliases are left out.
    pub group: AliasGroup,
    /// The largest number of entities.
    pub samples: usize,
    /// Selects entities and names: the same ones for the same seed.
    pub seed: u64,
}

/// Entities that are searched for in parallel between two reports of progress.
const ROUND: usize = 512;

/// Leaves out one name of each of a sample of entities and searches for the entity by that name among
/// its other names, as a screen at each threshold would. Names that equal the one left out but for
/// case, accents and order of words are left out too; otherwise the answer would be trivial.
/// `progress` receives the number of entities searched for so far.
pub fn measure_recall(
    generation: &Generation,
    request: &RecallRequest,
    policy: &Policy,
    progress: &dyn Fn(u64),
) -> Result<RecallCount, IndexError> {
    let drawn = draw_entities(generation, request, policy);
    let mut counted = RecallCount::default();
    // All are drawn, because some turn out to have no second name that differs.
    for round in drawn.chunks(ROUND) {
        let asked = round.par_iter().map_init(CandidateSearcher::default, |searcher, drawn| {
            let dice = &mut Dice::new(request.seed, drawn.lot);
            search_without_alias(drawn, policy, dice, searcher)
        });
        let asked = asked.collect::<Result<Vec<_>, _>>()?.into_iter().flatten();
        let missing = request.samples.saturating_sub(counted.asked as usize);
        counted = asked.take(missing).fold(counted, RecallCount::append);
        progress(counted.asked);
        if counted.asked as usize >= request.samples {
            break;
        }
    }
    Ok(counted)
}

/// An entity with its random number, by which the sample is ordered.
struct Drawn<'a> {
    lot: u64,
    segment: &'a Segment,
    target: Target,
}

/// Every listed entity of the group that has several names, in random order.
fn draw_entities<'a>(
    generation: &'a Generation,
    request: &RecallRequest,
    policy: &Policy,
) -> Vec<Drawn<'a>> {
    let mut drawn: Vec<Drawn<'_>> = Vec::new();
    for segment in &generation.segments {
        if !policy.datasets.is_empty() && !policy.datasets.contains(&segment.about().dataset) {
            continue;
        }
        let dataset = fingerprint64(segment.about().dataset.as_str().as_bytes());
        for row in segment.targets() {
            let target = segment.target(row);
            let several = target.names().nth(1).is_some();
            if several && target.is_listed && request.group.has(target.schema) {
                let lot =
                    Dice::new(request.seed ^ dataset, u64::from(row.number())).below(u64::MAX);
                drawn.push(Drawn { lot, segment, target });
            }
        }
    }
    drawn.sort_by_key(|d| (d.lot, &d.segment.about().dataset, d.target.entity));
    drawn
}

impl AliasGroup {
    fn has(self, schema: &Schema) -> bool {
        match self {
            Self::Persons => schema.is_a(&Schema::PERSON),
            Self::Organizations => schema.is_a(&Schema::ORGANIZATION),
        }
    }
}

/// Searches for one entity. None if it has no two names that differ, or the name left out makes no
/// query.
fn search_without_alias(
    drawn: &Drawn<'_>,
    policy: &Policy,
    dice: &mut Dice,
    searcher: &mut CandidateSearcher,
) -> Result<Option<RecallCount>, IndexError> {
    let Drawn { segment, target, .. } = drawn;
    let entity = segment.entity(target.entity)?;
    let Some(left_out) = choose_name(&entity, dice).map(str::to_owned) else { return Ok(None) };
    let rest = without_name(&entity, &left_out);
    if rest.names().next().is_none() {
        return Ok(None);
    }
    let Some(query) = query_for(&entity, &left_out, false) else { return Ok(None) };
    let mut counted = RecallCount { asked: 1, ..RecallCount::default() };
    let mut index = IndexWithoutAlias { segment, target, rest: &rest, policy, searcher };
    let score = score_entity(&query, &rest, policy).score.value();
    count_found(score, &mut counted.by_name, &mut counted.lost_by_index, |threshold| {
        index.proposes(&query, threshold)
    });
    if let Some(query) = query_for(&entity, &left_out, true) {
        let score = score_entity(&query, &rest, policy).score.value();
        let mut lost = Counts::default();
        count_found(score, &mut counted.with_facts, &mut lost, |threshold| {
            let floor = name_floor(Score::clamped(threshold), query.has_facts());
            index.proposes(&query, floor)
        });
    }
    Ok(Some(counted))
}

/// Counts a score at the thresholds that it reaches, as found or as lost. An entity that the index
/// proposes at the score itself is proposed at every lower threshold, so one look-up mostly suffices.
fn count_found(
    score: f64,
    found: &mut Counts,
    lost: &mut Counts,
    mut is_proposed: impl FnMut(f64) -> bool,
) {
    if score >= THRESHOLDS[0] && is_proposed(score) {
        return count(found, score);
    }
    for (place, threshold) in THRESHOLDS.into_iter().enumerate() {
        if score < threshold {
            return;
        }
        let counts = if is_proposed(threshold) { &mut *found } else { &mut *lost };
        counts[place] += 1;
    }
}

/// A random name, other than those that the list calls weak: they are not expected to be found alone.
fn choose_name<'a>(entity: &'a Entity, dice: &mut Dice) -> Option<&'a str> {
    let names: Vec<EntityName<'_>> =
        entity.names().filter(|name| name.strength != NameStrength::Weak).collect();
    names.get(dice.below(names.len() as u64) as usize).map(|name| name.text)
}

/// The entity as if its list did not have that name.
fn without_name(entity: &Entity, left_out: &str) -> Entity {
    let mut rest = entity.clone();
    for (property, _) in interdict_model::NAME_PROPERTIES {
        if let Some(values) = rest.properties.get_mut(property) {
            values.retain(|name| !is_exact(name, left_out) && !same_words(name, left_out));
        }
    }
    rest
}

fn same_words(a: &str, b: &str) -> bool {
    let words = |text: &str| {
        let text = text.to_lowercase();
        let words = text.split(|letter: char| !letter.is_alphanumeric()).filter(|w| !w.is_empty());
        let mut words: Vec<String> = words.map(str::to_owned).collect();
        words.sort_unstable();
        words
    };
    words(a) == words(b)
}

fn query_for(entity: &Entity, name: &str, facts: bool) -> Option<Query> {
    let mut query = Query::new(Some(entity.schema.clone()));
    query.add("name", name).ok()?;
    if facts {
        if let Some(date) = entity.first("birthDate") {
            query.add("birthDate", date).ok()?;
        }
        if let Some(country) = entity.countries().first() {
            query.add("country", country.code()).ok()?;
        }
    }
    query.finish().ok()
}

/// The index of the list, used as if one entity lacked the names that were left out.
struct IndexWithoutAlias<'a> {
    segment: &'a Segment,
    target: &'a Target,
    rest: &'a Entity,
    policy: &'a Policy,
    searcher: &'a mut CandidateSearcher,
}

impl IndexWithoutAlias<'_> {
    /// Whether a search at that name score proposes the entity by one of the names that are left.
    fn proposes(&mut self, query: &Query, floor: f64) -> bool {
        let compares_all = self.policy.exhaustive || self.policy.algorithm == Algorithm::Ofac;
        if compares_all || floor < CandidateSearcher::MIN_SCORE {
            return true;
        }
        let left: Vec<&str> = self.rest.names().map(|name| name.text).collect();
        query.prepared_names().any(|(_, name)| {
            let found = self.searcher.candidates(self.segment, &name.prepared, floor);
            found.iter().any(|name| {
                self.target.has_name(*name) && left.contains(&self.segment.name_text(*name))
            })
        })
    }
}
