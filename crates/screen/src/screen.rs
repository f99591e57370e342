//! One query against a generation, or against one entity.

use std::collections::BTreeMap;

use interdict_index::{CandidateSearcher, Generation, IndexError, Segment, analyse_name};
use interdict_model::{Entity, Score};

use crate::attributes::attributes;
use crate::best_pairs::{BestPairs, Scored};
use crate::decision::{MatchBasis, score_candidate};
use crate::hits::{Hit, Search};
use crate::name_score::{apply_alias_factor, score_names};
use crate::outcome::{Candidate, NameMatch, Outcome};
use crate::policy::{Algorithm, Policy};
use crate::query::Query;

/// Answers one query. `searcher` is working memory, reused between the calls of one thread.
pub fn screen(
    generation: &Generation,
    query: &Query,
    policy: &Policy,
    searcher: &mut CandidateSearcher,
) -> Result<Outcome, IndexError> {
    let mut merged = BTreeMap::new();
    let search = Search::new(query, policy);
    for segment in &generation.segments {
        let dataset = &segment.about().dataset;
        if !policy.datasets.is_empty() && !policy.datasets.contains(dataset) {
            continue;
        }
        for hit in search.collect_hits(segment, searcher) {
            if let Some(candidate) = score_hit(segment, &hit, query, policy)? {
                merge_candidate(&mut merged, candidate);
            }
        }
    }
    let mut candidates: Vec<Candidate> = merged.into_values().collect();
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
        complete(candidate, query, policy);
    }
    Ok(Outcome { candidates, matches })
}

/// Scores one entity against a query whatever the score, for an explanation.
pub fn explain(query: &Query, entity: &Entity, policy: &Policy) -> Candidate {
    let mut candidate = score_entity(query, entity, policy);
    complete(&mut candidate, query, policy);
    candidate
}

/// Adds what is only needed of candidates that are shown.
fn complete(candidate: &mut Candidate, query: &Query, policy: &Policy) {
    candidate.attributes = attributes(query, &candidate.entity, &candidate.evidence);
    explain_names(candidate, query, policy);
}

/// Scores one entity against a query whatever the score, without the explanation of the names.
pub fn score_entity(query: &Query, entity: &Entity, policy: &Policy) -> Candidate {
    let names = best_names(query, entity, policy.algorithm).into_candidates();
    let wallet = has_wallet(query, entity);
    best_candidate(query, policy, entity.clone(), wallet, names)
}

/// The best decision over the pairs of names that can decide, which are none or two at most.
fn best_candidate(
    query: &Query,
    policy: &Policy,
    entity: Entity,
    wallet: bool,
    mut names: impl Iterator<Item = NameMatch>,
) -> Candidate {
    let decide = |entity, name| score_candidate(query, policy, entity, MatchBasis { name, wallet });
    let (first, second) = (names.next(), names.next());
    let Some(second) = second else { return decide(entity, first) };
    let (first, second) = (decide(entity.clone(), first), decide(entity, Some(second)));
    if second.score > first.score { second } else { first }
}

impl Scored for NameMatch {
    fn score(&self) -> f64 {
        self.score.value()
    }
}

/// The most similar pairs of names.
fn best_names(query: &Query, entity: &Entity, algorithm: Algorithm) -> BestPairs<NameMatch> {
    let country = entity.countries().first().copied();
    let mut best = BestPairs::default();
    for listed in entity.names() {
        let name = analyse_name(listed.text, &entity.schema, country);
        for asked in &query.names {
            let readings = asked.readings_for(&name);
            let scores = readings.map(|reading| score_names(reading, &name, algorithm));
            let score = apply_alias_factor(scores.fold(0.0, f64::max), listed.strength);
            let pair = NameMatch {
                query: asked.text().to_owned(),
                listed: listed.text.to_owned(),
                strength: listed.strength,
                score: Score::clamped(score),
                comparison: None,
            };
            best.offer(listed.strength, pair);
        }
    }
    best
}

fn has_wallet(query: &Query, entity: &Entity) -> bool {
    entity
        .values("publicKey")
        .iter()
        .any(|key| query.wallets.contains(&interdict_model::wallet::lookup_key(key)))
}

/// Reads the entity of a hit and scores it. None if it stays below the threshold, or if only its
/// names agree and it is of a schema that was not asked for. A number or a wallet agrees whatever the
/// schema: the query may be wrong about it.
fn score_hit(
    segment: &Segment,
    hit: &Hit,
    query: &Query,
    policy: &Policy,
) -> Result<Option<Candidate>, IndexError> {
    let entity = segment.entity(hit.entity)?;
    let fits = query.name_schema().is_none_or(|schema| entity.schema.is_compatible_with(schema));
    if !fits && !hit.wallet && !hit.number {
        return Ok(None);
    }
    let names = hit.names.into_candidates().filter(|_| fits).map(|hit| NameMatch {
        query: query.names.get(hit.query).map(|name| name.text().to_owned()).unwrap_or_default(),
        listed: segment.name_text(hit.listed).to_owned(),
        strength: segment.name_strength(hit.listed),
        score: Score::clamped(hit.score),
        comparison: None,
    });
    let candidate = best_candidate(query, policy, entity, hit.wallet, names);
    Ok((candidate.score >= policy.threshold).then_some(candidate))
}

/// Keeps the better of two candidates that have the same id in two lists, with the datasets of both.
fn merge_candidate(merged: &mut BTreeMap<String, Candidate>, mut new: Candidate) {
    let id = new.entity.id.to_string();
    if let Some(old) = merged.remove(&id) {
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
    merged.insert(id, new);
}

/// Adds the explanation of the names. Only candidates that are shown get one, because it costs more
/// than the score.
fn explain_names(candidate: &mut Candidate, query: &Query, policy: &Policy) {
    let Some(name) = candidate.name.as_mut() else { return };
    if policy.algorithm != Algorithm::Interdict {
        return;
    }
    let Some(asked) = query.names.iter().find(|asked| asked.text() == name.query) else { return };
    let country = candidate.entity.countries().first().copied();
    let listed = analyse_name(&name.listed, &candidate.entity.schema, country);
    let comparisons =
        asked.readings_for(&listed).map(|name| interdict_names::compare(name, &listed));
    name.comparison =
        comparisons.reduce(|best, next| if next.score > best.score { next } else { best });
}
