//! One query against a generation, or against one entity.

use std::collections::BTreeMap;

use interdict_index::{CandidateSearcher, Generation, IndexError, Segment, analyse_name};
use interdict_model::{Entity, EntityName, Schema, Score};
use interdict_names::Name;

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
        explain_names(candidate, query, policy);
    }
    Ok(Outcome { candidates, matches })
}

/// Scores one entity against a query whatever the score, for an explanation.
pub fn explain(query: &Query, entity: &Entity, policy: &Policy) -> Candidate {
    let mut candidate = score_entity(query, entity, policy);
    explain_names(&mut candidate, query, policy);
    candidate
}

/// Scores one entity against a query whatever the score, without the explanation of the names.
pub fn score_entity(query: &Query, entity: &Entity, policy: &Policy) -> Candidate {
    let name = best_names(query, entity, policy.algorithm);
    let wallet = has_wallet(query, entity);
    score_candidate(query, policy, entity.clone(), MatchBasis { name, wallet })
}

/// A pair of names with its score.
struct ScoredPair<'a> {
    query: &'a Name,
    listed: EntityName<'a>,
    score: f64,
}

/// The most similar pair of names; of equally similar ones the last.
fn best_names(query: &Query, entity: &Entity, algorithm: Algorithm) -> Option<NameMatch> {
    let country = entity.countries().first().copied();
    let mut best: Option<ScoredPair<'_>> = None;
    for listed in entity.names() {
        let name = analyse_name(listed.text, &entity.schema, country);
        for asked in &query.names {
            let score = score_names(asked, &name, algorithm);
            let score = apply_alias_factor(score, listed.strength);
            if best.as_ref().is_none_or(|best| score >= best.score) {
                best = Some(ScoredPair { query: asked, listed, score });
            }
        }
    }
    best.map(|pair| NameMatch {
        query: pair.query.text().to_owned(),
        listed: pair.listed.text.to_owned(),
        strength: pair.listed.strength,
        score: Score::clamped(pair.score),
        comparison: None,
    })
}

fn has_wallet(query: &Query, entity: &Entity) -> bool {
    entity
        .values("publicKey")
        .iter()
        .any(|key| query.wallets.contains(&interdict_model::wallet::lookup_key(key)))
}

/// Reads the entity of a hit and scores it. None if it stays below the threshold, or is of a schema
/// that was not asked for. A wallet that has no listed holder is shown whatever the schema.
fn score_hit(
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
    let name = hit.name.map(|hit| NameMatch {
        query: query.names.get(hit.query).map(|name| name.text().to_owned()).unwrap_or_default(),
        listed: segment.name_text(hit.listed).to_owned(),
        strength: segment.name_strength(hit.listed),
        score: Score::clamped(hit.score),
        comparison: None,
    });
    let candidate = score_candidate(query, policy, entity, MatchBasis { name, wallet: hit.wallet });
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
    let asked = query.names.iter().find(|asked| asked.text() == name.query);
    let country = candidate.entity.countries().first().copied();
    let listed = analyse_name(&name.listed, &candidate.entity.schema, country);
    name.comparison = asked.map(|asked| interdict_names::compare(asked, &listed));
}
