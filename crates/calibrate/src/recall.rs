//! Listed people who are found by an alias that the list does not have.

use interdict_index::{CandidateSearcher, Generation, IndexError, PreparedQuery, Segment, Target};
use interdict_model::{Entity, EntityName, NameStrength, Schema, Score};
use interdict_names::is_exact;
use interdict_screen::{Algorithm, Policy, Query, name_floor, score_entity};
use rayon::prelude::*;

use crate::counts::{Counts, THRESHOLDS, add, count};
use crate::population::Dice;

/// Whose aliases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AliasGroup {
    /// Persons.
    Persons,
    /// Companies, public bodies and all other organisations.
    Organizations,
}

/// What was counted on aliases left out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RecallCount {
    /// Entities asked for by an alias that was left out.
    pub asked: u64,
    /// Found by the alias alone.
    pub by_name: Counts,
    /// Found by the alias with the entity's own birth date and country.
    pub with_facts: Counts,
    /// Alike enough by the alias alone, but not proposed by the index when it is asked at that
    /// threshold.
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

/// Whom to ask for.
#[derive(Debug, Clone, Copy)]
pub struct RecallRequest {
    /// Whose aliases.
    pub group: AliasGroup,
    /// At most so many entities.
    pub samples: usize,
    /// Which entities, and which of their names: always the same ones for a seed.
    pub seed: u64,
}

/// Entities that are asked for at a time.
const ROUND: usize = 512;

/// Takes entities of a group; leaves one of the names of each out; and asks for the entity by that
/// name among its other names, as a screen at each threshold does. Other names that are the same but
/// for case, accents and order of words are left out too, or it would be no test. `progress` is told
/// how many were asked.
pub fn measure_recall(
    generation: &Generation,
    request: &RecallRequest,
    policy: &Policy,
    progress: &dyn Fn(u64),
) -> Result<RecallCount, IndexError> {
    let drawn = draw(generation, request, policy);
    let mut counted = RecallCount::default();
    // Some have no second name that is really another one; more are drawn than are needed.
    for round in drawn.chunks(ROUND) {
        let asked = round.par_iter().map_init(
            CandidateSearcher::default,
            |scratch, (lot, segment, target)| {
                ask(segment, target, policy, (&mut Dice::new(request.seed, *lot), scratch))
            },
        );
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

/// Every listed entity of the group that has several names, in the order of its lot.
fn draw<'a>(
    generation: &'a Generation,
    request: &RecallRequest,
    policy: &Policy,
) -> Vec<(u64, &'a Segment, Target)> {
    let mut drawn: Vec<(u64, &Segment, Target)> = Vec::new();
    for segment in &generation.segments {
        if !policy.datasets.is_empty() && !policy.datasets.contains(&segment.about().dataset) {
            continue;
        }
        let dataset = name_hash(segment.about().dataset.as_str());
        for row in segment.targets() {
            let target = segment.target(row);
            let several = target.names().nth(1).is_some();
            if several && target.is_listed && request.group.has(target.schema) {
                let lot =
                    Dice::new(request.seed ^ dataset, u64::from(row.number())).below(u64::MAX);
                drawn.push((lot, segment, target));
            }
        }
    }
    drawn.sort_by_key(|(lot, segment, target)| (*lot, &segment.about().dataset, target.entity));
    drawn
}

/// FNV-1a: tells datasets apart, the same on every machine.
fn name_hash(name: &str) -> u64 {
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3);
    name.bytes().fold(0xcbf2_9ce4_8422_2325, step)
}

impl AliasGroup {
    fn has(self, schema: &Schema) -> bool {
        match self {
            Self::Persons => schema.is_a(&Schema::PERSON),
            Self::Organizations => schema.is_a(&Schema::ORGANIZATION),
        }
    }
}

/// Asks for one entity. None if it has no two names that differ, or none that can be asked with.
fn ask(
    segment: &Segment,
    target: &Target,
    policy: &Policy,
    (dice, scratch): (&mut Dice, &mut CandidateSearcher),
) -> Result<Option<RecallCount>, IndexError> {
    let entity = segment.entity(target.entity)?;
    let Some(left_out) = choose(&entity, dice).map(str::to_owned) else { return Ok(None) };
    let rest = without(&entity, &left_out);
    if rest.names().next().is_none() {
        return Ok(None);
    }
    let Some(query) = question(&entity, &left_out, false) else { return Ok(None) };
    let mut counted = RecallCount { asked: 1, ..RecallCount::default() };
    let mut proposal = Proposal { segment, target, rest: &rest, policy, scratch };
    let score = score_entity(&query, &rest, policy).score.value();
    count_found(score, &mut counted.by_name, &mut counted.lost_by_index, |threshold| {
        proposal.is_made(&query, threshold)
    });
    if let Some(query) = question(&entity, &left_out, true) {
        let score = score_entity(&query, &rest, policy).score.value();
        let mut lost = Counts::default();
        count_found(score, &mut counted.with_facts, &mut lost, |threshold| {
            let floor = name_floor(Score::clamped(threshold), query.has_facts());
            proposal.is_made(&query, floor)
        });
    }
    Ok(Some(counted))
}

/// Counts a score at the thresholds that it reaches, as found or as lost. What the index proposes at
/// the score itself it proposes at every lower threshold, so that one look-up is mostly enough.
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

/// One of the names that identify. Those that the list itself calls weak are no fair question.
fn choose<'a>(entity: &'a Entity, dice: &mut Dice) -> Option<&'a str> {
    let names: Vec<EntityName<'_>> =
        entity.names().filter(|name| name.strength != NameStrength::Weak).collect();
    names.get(dice.below(names.len() as u64) as usize).map(|name| name.text)
}

/// The entity as if its list did not have that name.
fn without(entity: &Entity, left_out: &str) -> Entity {
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

fn question(entity: &Entity, name: &str, facts: bool) -> Option<Query> {
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

/// An entity that lacks one of its names, in the index that has it.
struct Proposal<'a> {
    segment: &'a Segment,
    target: &'a Target,
    rest: &'a Entity,
    policy: &'a Policy,
    scratch: &'a mut CandidateSearcher,
}

impl Proposal<'_> {
    /// Whether a screen from that likeness on meets the entity by one of the names that are left.
    fn is_made(&mut self, query: &Query, floor: f64) -> bool {
        let compares_all = self.policy.exhaustive || self.policy.algorithm == Algorithm::Ofac;
        if compares_all || floor < CandidateSearcher::MIN_SCORE {
            return true;
        }
        let left: Vec<&str> = self.rest.names().map(|name| name.text).collect();
        query.names().iter().any(|name| {
            let found = self.scratch.candidates(self.segment, &PreparedQuery::new(name), floor);
            found.iter().any(|name| {
                self.target.has_name(*name) && left.contains(&self.segment.name_text(*name))
            })
        })
    }
}
