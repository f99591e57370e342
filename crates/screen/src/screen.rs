//! One query against a generation, or against one entity.

use std::collections::BTreeMap;

use interdict_index::{CandidateSearcher, Generation, IndexError, Segment, analyse_name};
use interdict_model::{Entity, NameStrength, Score};
use interdict_names::Name;

use crate::attributes::attributes;
use crate::best_pairs::{BestPairs, Scored};
use crate::decision::{MatchBasis, score_candidate};
use crate::hits::{Hit, NameHit, Search, is_equal_name_of_other_kind};
use crate::name_score::{apply_alias_factor, score_names};
use crate::outcome::{Candidate, NameMatch, Outcome};
use crate::policy::{Algorithm, Policy};
use crate::query::Query;
use crate::weights;

/// Answers one query. `searcher` is working memory, reused between the calls of one thread.
pub fn screen(
    generation: &Generation,
    query: &Query,
    policy: &Policy,
    searcher: &mut CandidateSearcher,
) -> Result<Outcome, IndexError> {
    let mut merged = BTreeMap::new();
    for party in query.parties() {
        search_party(generation, party, (policy, searcher), &mut merged)?;
    }
    let mut found: Vec<Found<'_>> = merged.into_values().collect();
    found.sort_by(|a, b| {
        let (a, b) = (&a.candidate, &b.candidate);
        b.is_match
            .cmp(&a.is_match)
            .then(b.score.value().total_cmp(&a.score.value()))
            .then_with(|| a.datasets.cmp(&b.datasets))
            .then_with(|| a.entity.id.cmp(&b.entity.id))
    });
    let matches = found.iter().filter(|found| found.candidate.is_match).count();
    let is_under = |found: &&Found<'_>| found.candidate.is_equal_under(policy.threshold);
    let equal_under_threshold = found.iter().filter(is_under).count();
    found.truncate(policy.limit);
    let completed = found.into_iter().map(|Found { mut candidate, party }| {
        complete(&mut candidate, party, policy);
        candidate
    });
    Ok(Outcome { candidates: completed.collect(), matches, equal_under_threshold })
}

/// A candidate, and the party of the query that it resembles.
struct Found<'a> {
    candidate: Candidate,
    party: &'a Query,
}

/// Adds the candidates for one party of a query.
fn search_party<'a>(
    generation: &Generation,
    party: &'a Query,
    (policy, searcher): (&Policy, &mut CandidateSearcher),
    merged: &mut BTreeMap<String, Found<'a>>,
) -> Result<(), IndexError> {
    let search = Search::new(party, policy);
    for segment in &generation.segments {
        let dataset = &segment.about().dataset;
        if !policy.datasets.is_empty() && !policy.datasets.contains(dataset) {
            continue;
        }
        for hit in search.collect_hits(segment, searcher) {
            if let Some(candidate) = score_hit(segment, &hit, party, policy)? {
                merge_candidate(merged, Found { candidate, party });
            }
        }
    }
    Ok(())
}

/// Scores one entity against a query whatever the score, for an explanation.
pub fn explain(query: &Query, entity: &Entity, policy: &Policy) -> Candidate {
    let Found { mut candidate, party } = best_party(query, entity, policy);
    complete(&mut candidate, party, policy);
    candidate
}

/// Adds the attributes and explanations that only shown candidates need.
fn complete(candidate: &mut Candidate, query: &Query, policy: &Policy) {
    candidate.attributes = attributes(query, &candidate.entity, &candidate.evidence);
    explain_names(candidate, query, policy);
}

/// Scores one entity against a query whatever the score, without the explanation of the names.
pub fn score_entity(query: &Query, entity: &Entity, policy: &Policy) -> Candidate {
    best_party(query, entity, policy).candidate
}

/// The party of the query that the entity resembles most.
fn best_party<'a>(query: &'a Query, entity: &Entity, policy: &Policy) -> Found<'a> {
    let score = |party: &'a Query| {
        let (names, equal_name) = best_names(party, entity, policy.algorithm);
        let (wallet, id) = (has_wallet(party, entity), has_id(party, entity));
        let basis = MatchBasis { name: None, wallet, id, equal_name };
        let names = names.into_candidates().map(|pair| pair.name);
        Found { candidate: best_candidate(party, policy, entity.clone(), basis, names), party }
    };
    let better = |best: Found<'a>, next: Found<'a>| {
        if next.candidate.score > best.candidate.score { next } else { best }
    };
    query.parties().map(score).reduce(better).unwrap_or_else(|| score(query))
}

/// The decision with the higher score, over the pairs of names that can decide (at most two: a reliable name and a weak alias).
fn best_candidate(
    query: &Query,
    policy: &Policy,
    entity: Entity,
    basis: MatchBasis,
    mut names: impl Iterator<Item = NameMatch>,
) -> Candidate {
    let decide =
        |entity, name| score_candidate(query, policy, entity, MatchBasis { name, ..basis });
    let (first, second) = (names.next(), names.next());
    let Some(second) = second else { return decide(entity, first) };
    let (first, second) = (decide(entity.clone(), first), decide(entity, Some(second)));
    if second.score > first.score { second } else { first }
}

/// A pair of names, and whether they are equal.
struct NamePair {
    name: NameMatch,
    is_equal: bool,
}

impl Scored for NamePair {
    fn score(&self) -> f64 {
        self.name.score.value()
    }

    fn rank(&self) -> (bool, bool) {
        (self.is_equal, self.name.strength == NameStrength::Primary)
    }
}

/// The most similar pairs of names, and whether a name is equal that the list does not call weak.
fn best_names(query: &Query, entity: &Entity, algorithm: Algorithm) -> (BestPairs<NamePair>, bool) {
    let country = entity.countries().first().copied();
    let (mut best, mut equal_name) = (BestPairs::default(), false);
    let fits = fits(query, entity);
    for listed in entity.names() {
        let name = analyse_name(listed.text, &entity.schema, country);
        for asked in &query.names {
            let compare = |reading: &Name| match fits {
                true => (
                    score_names(reading, &name, algorithm),
                    interdict_names::are_equal(reading, &name),
                ),
                false if is_equal_name_of_other_kind(query, reading, &name) => {
                    (weights::EQUAL_NAME_OF_OTHER_KIND, true)
                }
                false => (0.0, false),
            };
            let best_of = |(a, b): (f64, bool), (c, d): (f64, bool)| (a.max(c), b || d);
            let (score, is_equal) =
                asked.readings_for(&name).map(compare).fold((0.0, false), best_of);
            equal_name |= is_equal && listed.strength != NameStrength::Weak;
            let score = Score::clamped(apply_alias_factor(score, listed.strength));
            let name = NameMatch {
                query: asked.text().to_owned(),
                listed: listed.text.to_owned(),
                strength: listed.strength,
                score,
                comparison: None,
            };
            best.offer(listed.strength, NamePair { name, is_equal });
        }
    }
    (best, equal_name)
}

/// Whether the schema of an entity is compatible with that of the query.
pub(crate) fn fits(query: &Query, entity: &Entity) -> bool {
    query.name_schema().is_none_or(|schema| entity.schema.is_compatible_with(schema))
}

/// Whether a name of the query is an id of the entity.
fn has_id(query: &Query, entity: &Entity) -> bool {
    let mut ids = std::iter::once(&entity.id).chain(&entity.referents);
    ids.any(|id| query.names.iter().any(|name| name.text() == id.as_str()))
}

fn has_wallet(query: &Query, entity: &Entity) -> bool {
    entity
        .values("publicKey")
        .iter()
        .any(|key| query.wallets.contains(&interdict_model::wallet::lookup_key(key)))
}

/// Reads the entity of a hit and scores it. `None` if it stays below the threshold without an equal name, or if its
/// schema does not fit the query and only a similar name agrees. A number, a wallet or an equal name counts whatever the schema, because the
/// schema of the query may be wrong.
fn score_hit(
    segment: &Segment,
    hit: &Hit,
    query: &Query,
    policy: &Policy,
) -> Result<Option<Candidate>, IndexError> {
    let entity = segment.entity(hit.entity)?;
    let fits = fits(query, &entity);
    let names = hit.names.into_candidates().filter(|hit| fits || hit.is_of_other_kind);
    let names: Vec<NameHit> = names.collect();
    if !fits && names.is_empty() && !hit.wallet && !hit.number && !hit.id {
        return Ok(None);
    }
    let names = names.into_iter().map(|hit| NameMatch {
        query: query.names.get(hit.query).map(|name| name.text().to_owned()).unwrap_or_default(),
        listed: segment.name_text(hit.listed).to_owned(),
        strength: segment.name_strength(hit.listed),
        score: Score::clamped(hit.score),
        comparison: None,
    });
    let (wallet, id, equal_name) = (hit.wallet, hit.id, hit.equal_name);
    let basis = MatchBasis { name: None, wallet, id, equal_name };
    let candidate = best_candidate(query, policy, entity, basis, names);
    Ok(is_candidate(&candidate, policy).then_some(candidate))
}

/// Whether an entity belongs into the answer: its score reaches the threshold, or a name is equal and it is to be
/// seen what holds it under the threshold.
pub(crate) fn is_candidate(candidate: &Candidate, policy: &Policy) -> bool {
    candidate.score >= policy.threshold
        || candidate.is_equal_under(policy.threshold)
        || candidate.is_cleared()
}

/// Keeps the better of two candidates that have the same id in two lists, or for two parties of the query,
/// with the datasets of both.
fn merge_candidate<'a>(merged: &mut BTreeMap<String, Found<'a>>, mut new: Found<'a>) {
    let id = new.candidate.entity.id.to_string();
    if let Some(old) = merged.remove(&id) {
        let mut datasets =
            [old.candidate.datasets.clone(), new.candidate.datasets.clone()].concat();
        datasets.sort();
        datasets.dedup();
        let in_force = old.candidate.in_force || new.candidate.in_force;
        let rank = |found: &Found<'_>| (found.candidate.is_match, found.candidate.score);
        if rank(&old) > rank(&new) {
            new = old;
        }
        new.candidate.datasets = datasets;
        new.candidate.in_force = in_force;
    }
    merged.insert(id, new);
}

/// Adds the explanation of the names. Only candidates that are shown get one, because it costs more
/// than the score.
fn explain_names(candidate: &mut Candidate, query: &Query, policy: &Policy) {
    // Names of parties of another kind are compared for equality only, so there is no comparison by words to explain.
    let is_compared = policy.algorithm == Algorithm::Interdict && fits(query, &candidate.entity);
    let Some(name) = candidate.name.as_mut().filter(|_| is_compared) else { return };
    let Some(asked) = query.names.iter().find(|asked| asked.text() == name.query) else { return };
    let country = candidate.entity.countries().first().copied();
    let listed = analyse_name(&name.listed, &candidate.entity.schema, country);
    let comparisons =
        asked.readings_for(&listed).map(|name| interdict_names::compare(name, &listed));
    name.comparison =
        comparisons.reduce(|best, next| if next.score > best.score { next } else { best });
}
