//! Listed people who are found by an alias that the list does not have.

use interdict_index::{Asked, Generation, IndexError, Scratch, Segment, Target};
use interdict_model::{Entity, EntityName, NameStrength, Schema, Score};
use interdict_names::is_exact;
use rayon::prelude::*;

use super::{Counts, THRESHOLDS, add, count};
use crate::policy::Policy;
use crate::population::Dice;
use crate::query::Query;
use crate::screen::weigh_entity;

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
    /// Alike enough, but not proposed by the index.
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

/// Takes at most `samples` entities of a group, always the same ones for a seed; leaves one of the
/// names of each out; and asks for the entity by that name among its other names. Other names that
/// are the same but for case, accents and order of words are left out too, or it would be no test.
pub fn measure_recall(
    generation: &Generation,
    group: AliasGroup,
    policy: &Policy,
    (samples, seed): (usize, u64),
) -> Result<RecallCount, IndexError> {
    let policy = &Policy { threshold: Score::clamped(THRESHOLDS[0]), ..policy.clone() };
    let mut sample: Vec<(u64, &Segment, Target)> = Vec::new();
    for segment in &generation.segments {
        if !policy.datasets.is_empty() && !policy.datasets.contains(&segment.about().dataset) {
            continue;
        }
        let dataset = name_hash(segment.about().dataset.as_str());
        for number in 0..segment.target_count() {
            let target = segment.target(number);
            let several = target.end_name > target.first_name + 1;
            if several && target.is_listed && group.has(target.schema) {
                let lot = Dice::new(seed ^ dataset, u64::from(number)).below(u64::MAX);
                sample.push((lot, segment, target));
            }
        }
    }
    sample.sort_by_key(|(lot, segment, target)| (*lot, &segment.about().dataset, target.entity));
    let asked = sample.par_iter().map_init(Scratch::default, |scratch, (lot, segment, target)| {
        ask(segment, target, policy, (&mut Dice::new(seed, *lot), scratch))
    });
    // Some have no second name that is really another one; more are drawn than are needed.
    let asked: Vec<RecallCount> =
        asked.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().take(samples).collect();
    Ok(asked.into_iter().fold(RecallCount::default(), RecallCount::append))
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
    (dice, scratch): (&mut Dice, &mut Scratch),
) -> Result<Option<RecallCount>, IndexError> {
    let entity = segment.entity(target.entity)?;
    let Some(left_out) = choose(&entity, dice).map(str::to_owned) else { return Ok(None) };
    let rest = without(&entity, &left_out);
    if rest.names().next().is_none() {
        return Ok(None);
    }
    let Some(query) = question(&entity, &left_out, false) else { return Ok(None) };
    let proposed = is_proposed(segment, target, &query, (&rest, scratch));
    let mut counted = RecallCount { asked: 1, ..RecallCount::default() };
    let score = weigh_entity(&query, &rest, policy).score.value();
    if proposed {
        count(&mut counted.by_name, score);
    } else {
        count(&mut counted.lost_by_index, score);
    }
    if proposed && let Some(query) = question(&entity, &left_out, true) {
        count(&mut counted.with_facts, weigh_entity(&query, &rest, policy).score.value());
    }
    Ok(Some(counted))
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

/// Whether the index proposes the entity by one of the names that are left.
fn is_proposed(
    segment: &Segment,
    target: &Target,
    query: &Query,
    (rest, scratch): (&Entity, &mut Scratch),
) -> bool {
    let left: Vec<&str> = rest.names().map(|name| name.text).collect();
    query.names().iter().any(|name| {
        let asked = Asked::of(name);
        scratch.candidates(segment, &asked, Scratch::LOWEST).iter().any(|number| {
            (target.first_name..target.end_name).contains(number)
                && left.contains(&segment.name_text(*number))
        })
    })
}
