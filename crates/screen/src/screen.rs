//! One query against a generation.

use std::collections::BTreeMap;

use interdict_index::{
    CandidateSearcher, Generation, IndexError, PreparedQuery, Segment, analyse_name,
};
use interdict_model::{Direction, Entity, Evidence, NameStrength, Schema, Score};
use interdict_names::Name;

use crate::facts::Facts;
use crate::outcome::{Candidate, NameMatch, Outcome};
use crate::policy::{Algorithm, Policy};
use crate::query::Query;

/// Names less alike than this are not the same name: no other fact can make them a match. With the
/// strongest usual fact (a full birth date) .62 becomes .81; without this floor, two people born on
/// the same day would match on a shared given name.
const NAME_FLOOR: f64 = 0.62;
/// A wallet address is unique, and its holder is on the list.
const WALLET_SCORE: f64 = 0.99;
/// A unique number agrees and no name was given.
const IDENTIFIER_SCORE: f64 = 0.95;
/// A unique number agrees but the names do not: one of the two is wrong, and somebody must look.
const IDENTIFIER_AGAINST_NAME: f64 = 0.85;
/// Just under the default threshold: where a weak alias alone, and an unproven number, stop.
const BELOW_DEFAULT: f64 = 0.69;
/// What a former name is worth beside a current one.
const FORMER_NAME: f64 = 0.98;

/// A target that may match, before its entity is read.
#[derive(Debug, Clone, Copy)]
struct Hit {
    entity: u32,
    /// Query name, listed name, and their likeness after the worth of the alias.
    name: Option<(usize, u32, f64)>,
    wallet: bool,
    identifier: bool,
}

/// Answers one query. `scratch` is reused between calls of one thread.
pub fn screen(
    generation: &Generation,
    query: &Query,
    policy: &Policy,
    scratch: &mut CandidateSearcher,
) -> Result<Outcome, IndexError> {
    let mut candidates: BTreeMap<String, Candidate> = BTreeMap::new();
    let asked = |name: &Name| match &query.schema {
        Some(schema) => PreparedQuery::new(name).with_schema(schema),
        None => PreparedQuery::new(name),
    };
    let asked: Vec<PreparedQuery> = query.names.iter().map(asked).collect();
    for segment in &generation.segments {
        let dataset = &segment.about().dataset;
        if !policy.datasets.is_empty() && !policy.datasets.contains(dataset) {
            continue;
        }
        for hit in hits(segment, (query, &asked), policy, scratch) {
            let Some(candidate) = judge(segment, &hit, query, policy)? else { continue };
            merge(&mut candidates, candidate);
        }
    }
    let mut candidates: Vec<Candidate> = candidates.into_values().collect();
    candidates.sort_by(|a, b| {
        b.is_match
            .cmp(&a.is_match)
            .then(b.score.value().total_cmp(&a.score.value()))
            .then_with(|| a.datasets.cmp(&b.datasets))
            .then_with(|| a.entity.id.cmp(&b.entity.id))
    });
    let matches = candidates.iter().filter(|candidate| candidate.is_match).count();
    candidates.truncate(policy.limit);
    for candidate in &mut candidates {
        explain_name(candidate, query, policy);
    }
    Ok(Outcome { candidates, matches })
}

/// Scores one entity against a query whatever the score, for an explanation.
pub fn explain(query: &Query, entity: &Entity, policy: &Policy) -> Candidate {
    let mut candidate = score_entity(query, entity, policy);
    explain_name(&mut candidate, query, policy);
    candidate
}

/// Scores one entity against a query whatever the score, without the explanation of the names.
pub fn score_entity(query: &Query, entity: &Entity, policy: &Policy) -> Candidate {
    let country = entity.countries().first().copied();
    let best = entity
        .names()
        .flat_map(|listed| {
            let name = analyse_name(listed.text, &entity.schema, country);
            query
                .names
                .iter()
                .enumerate()
                .map(move |(index, asked)| {
                    let score = likeness(asked, &name, policy.algorithm);
                    (index, listed, worth(score, listed.strength))
                })
                .collect::<Vec<_>>()
        })
        .max_by(|a, b| a.2.total_cmp(&b.2));
    let name = best.map(|(index, listed, score)| NameMatch {
        query: query.names[index].text().to_owned(),
        listed: listed.text.to_owned(),
        strength: listed.strength,
        score: Score::clamped(score),
        comparison: None,
    });
    let wallet = has_wallet(query, entity);
    decide(query, policy, entity.clone(), Basis { name, wallet })
}

fn has_wallet(query: &Query, entity: &Entity) -> bool {
    entity
        .values("publicKey")
        .iter()
        .any(|key| query.wallets.contains(&interdict_model::wallet::lookup_key(key)))
}

/// Everything in a segment that could be a match.
fn hits(
    segment: &Segment,
    (query, asked): (&Query, &[PreparedQuery]),
    policy: &Policy,
    scratch: &mut CandidateSearcher,
) -> Vec<Hit> {
    let mut hits: BTreeMap<u32, Hit> = BTreeMap::new();
    let empty = |entity| Hit { entity, name: None, wallet: false, identifier: false };
    for wallet in &query.wallets {
        for found in segment.lookup(&format!("wallet:{wallet}")) {
            let owner = holder(segment, found).unwrap_or(found);
            hits.entry(owner).or_insert_with(|| empty(owner)).wallet = true;
        }
    }
    for identifier in &query.identifiers {
        for found in segment.lookup(&format!("id:{}", identifier.value())) {
            hits.entry(found).or_insert_with(|| empty(found)).identifier = true;
        }
    }
    let floor = name_floor(policy.threshold, query.has_facts());
    for (index, (name, asked)) in query.names.iter().zip(asked).enumerate() {
        let mut consider = |listed: u32| {
            if !asked.accepts(segment, listed) {
                return;
            }
            let target = segment.target(segment.name_target(listed));
            let at_least = hits
                .get(&target.entity)
                .and_then(|hit| hit.name)
                .map_or(floor, |(_, _, best)| best.max(floor));
            let score = match policy.algorithm {
                Algorithm::Interdict => {
                    interdict_names::score_at_least(name, segment.name(listed), at_least)
                }
                other => Some(likeness(name, segment.name(listed), other)),
            };
            let Some(score) = score.map(|score| worth(score, segment.name_strength(listed))) else {
                return;
            };
            let hit = hits.entry(target.entity).or_insert_with(|| empty(target.entity));
            if score >= floor && hit.name.is_none_or(|(_, _, best)| score > best) {
                hit.name = Some((index, listed, score));
            }
        };
        // The index answers for scores from its own floor on, and for our own comparison.
        let by_index = policy.algorithm != Algorithm::Ofac && floor >= CandidateSearcher::MIN_SCORE;
        if policy.exhaustive || !by_index {
            (0..segment.name_count()).for_each(&mut consider);
        } else {
            scratch.candidates(segment, asked, floor).iter().copied().for_each(&mut consider);
        }
    }
    hits.retain(|_, hit| hit.name.is_some() || hit.wallet || hit.identifier);
    hits.into_values().collect()
}

/// The entity that holds a wallet.
fn holder(segment: &Segment, wallet: u32) -> Option<u32> {
    let entity = segment.entity(wallet).ok()?;
    segment.find(entity.first("holder")?)
}

fn likeness(asked: &Name, listed: &Name, algorithm: Algorithm) -> f64 {
    match algorithm {
        Algorithm::Interdict => interdict_names::score(asked, listed),
        Algorithm::Ofac => interdict_names::ofac_score(asked.text(), listed.text()),
        Algorithm::Exact => {
            f64::from(u8::from(interdict_names::is_exact(asked.text(), listed.text())))
        }
    }
}

/// What the likeness is worth by the kind of alias. The cap on weak aliases comes later, because
/// other facts can lift it.
fn worth(score: f64, strength: NameStrength) -> f64 {
    if strength == NameStrength::Former { score * FORMER_NAME } else { score }
}

/// Reads the entity of a hit and weighs the other facts. Nothing if it stays under the threshold.
fn judge(
    segment: &Segment,
    hit: &Hit,
    query: &Query,
    policy: &Policy,
) -> Result<Option<Candidate>, IndexError> {
    let entity = segment.entity(hit.entity)?;
    if query.schema.as_ref().is_some_and(|schema| {
        !entity.schema.is_compatible_with(schema) && !entity.schema.is_a(&Schema::CRYPTO_WALLET)
    }) {
        return Ok(None);
    }
    let name = hit.name.map(|(index, listed, score)| NameMatch {
        query: query.names.get(index).map(|name| name.text().to_owned()).unwrap_or_default(),
        listed: segment.name_text(listed).to_owned(),
        strength: segment.name_strength(listed),
        score: Score::clamped(score),
        comparison: None,
    });
    let candidate = decide(query, policy, entity, Basis { name, wallet: hit.wallet });
    let wanted = candidate.score >= policy.threshold;
    Ok(wanted.then_some(candidate))
}

/// The lowest name score that can lead to a match at the threshold. Other facts raise a score, so a
/// query that has some must be searched below the threshold, down to [`NAME_FLOOR`].
pub fn name_floor(threshold: Score, has_facts: bool) -> f64 {
    let threshold = threshold.value();
    if has_facts { NAME_FLOOR.min(threshold) } else { threshold }
}

/// What brought the query and the entity together.
struct Basis {
    name: Option<NameMatch>,
    wallet: bool,
}

/// The one place where a score comes about.
fn decide(query: &Query, policy: &Policy, entity: Entity, basis: Basis) -> Candidate {
    let mut facts = Facts::weigh(query, &entity);
    let name = basis.name.as_ref().map(|name| name.score.value()).unwrap_or(0.0);
    let alike = name >= NAME_FLOOR;
    let mut score = if alike { facts.apply(name) } else { name };
    if alike && name >= 0.9 && facts.proven && !facts.contradicted {
        score = 1.0;
    } else if alike {
        // Only agreement on an independent fact makes certain.
        score = score.min(0.999);
    }
    if basis.name.as_ref().is_some_and(|name| name.strength == NameStrength::Weak)
        && !facts.proven
        && !policy.weak_alias_alone
        && score > BELOW_DEFAULT
    {
        score = BELOW_DEFAULT;
        facts.evidence.push(note("SCR601", "a weak alias alone is no match"));
    }
    if facts.strong_identifier && !alike {
        let named = !query.names.is_empty();
        let floor = if named { IDENTIFIER_AGAINST_NAME } else { IDENTIFIER_SCORE };
        score = score.max(floor);
        if named {
            facts.evidence.push(note("SCR602", "the number agrees, the names do not"));
        }
    } else if !alike && facts.evidence.iter().any(|fact| fact.code == "SCR402") {
        score = score.max(BELOW_DEFAULT);
    }
    if basis.wallet {
        let code = "SCR404";
        let text = "the wallet is listed with this entity".to_owned();
        let values = (query.wallets.join(", "), entity.id.to_string());
        facts.evidence.push(Evidence {
            code,
            direction: Direction::For,
            query: values.0,
            entity: values.1,
            effect: WALLET_SCORE,
            text,
        });
        let certain = alike && name >= 0.9 && !facts.contradicted;
        score = if certain { 1.0 } else { score.max(WALLET_SCORE) };
    }
    let in_force = is_in_force(&entity, policy);
    if !in_force {
        facts.evidence.push(note("SCR701", "no designation is in force on the day asked for"));
    }
    let score = Score::clamped(score);
    Candidate {
        datasets: entity.datasets.clone(),
        is_match: score >= policy.threshold && in_force,
        entity,
        score,
        in_force,
        name: basis.name,
        evidence: facts.evidence,
    }
}

fn note(code: &'static str, text: &str) -> Evidence {
    Evidence {
        code,
        direction: Direction::Neutral,
        query: String::new(),
        entity: String::new(),
        effect: 0.0,
        text: text.to_owned(),
    }
}

/// Whether a designation is in force. An entity without any, as on a user's own list, counts as
/// listed.
fn is_in_force(entity: &Entity, policy: &Policy) -> bool {
    let designations = entity.provenance.as_ref().map_or(&[][..], |p| &p.designations[..]);
    designations.is_empty()
        || designations.iter().any(|designation| match policy.day {
            Some(day) => designation.is_in_force(day),
            None => !designation.has_ended(),
        })
}

/// Keeps the better of two candidates of one id, with the datasets of both.
fn merge(candidates: &mut BTreeMap<String, Candidate>, mut new: Candidate) {
    let id = new.entity.id.to_string();
    if let Some(old) = candidates.remove(&id) {
        let mut datasets = [old.datasets.clone(), new.datasets.clone()].concat();
        datasets.sort();
        datasets.dedup();
        let in_force = old.in_force || new.in_force;
        if (old.is_match, old.score) > (new.is_match, new.score) {
            new = old;
        }
        new.datasets = datasets;
        new.in_force = in_force;
    }
    candidates.insert(id, new);
}

/// Adds the explanation of the names; only for what is shown, because it costs more than the score.
fn explain_name(candidate: &mut Candidate, query: &Query, policy: &Policy) {
    let Some(name) = candidate.name.as_mut() else { return };
    if policy.algorithm != Algorithm::Interdict {
        return;
    }
    let asked = query.names.iter().find(|asked| asked.text() == name.query);
    let country = candidate.entity.countries().first().copied();
    let listed = analyse_name(&name.listed, &candidate.entity.schema, country);
    name.comparison = asked.map(|asked| interdict_names::compare(asked, &listed));
}
