//! The search of one segment: the entities that share a wallet, a number or a similar name with the
//! query. No entity record is read here, except to find the holder of a wallet.

use std::collections::{BTreeMap, BTreeSet};

use interdict_index::{CandidateSearcher, EntityRow, LookupKey, NameRow, Segment};
use interdict_model::NameStrength;
use interdict_names::{Name, NameKind};

use crate::best_pairs::{BestPairs, Scored};
use crate::decision::name_floor;
use crate::name_score::{apply_alias_factor, score_names};
use crate::policy::{Algorithm, Policy};
use crate::query::Query;
use crate::query_name::{PreparedName, QueryName};
use crate::weights;

/// An entity of a segment that could match.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Hit {
    pub(crate) entity: EntityRow,
    /// The best pairs of names that reach the floor.
    pub(crate) names: BestPairs<NameHit>,
    /// Whether it holds a wallet of the query.
    pub(crate) wallet: bool,
    /// Whether it has a number of the query.
    pub(crate) number: bool,
    /// Whether a name of the query is its id.
    pub(crate) id: bool,
    /// Whether a name of it is equal that the list does not call weak.
    pub(crate) equal_name: bool,
}

/// A name of the query and a listed name that are similar.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NameHit {
    /// The position of the name in the query.
    pub(crate) query: usize,
    pub(crate) listed: NameRow,
    /// Their score, after the factor of the kind of alias.
    pub(crate) score: f64,
    /// The listed name is equal, but the schema of its bearer does not fit the query.
    pub(crate) is_of_other_kind: bool,
    rank: (bool, bool),
}

impl Scored for NameHit {
    fn score(&self) -> f64 {
        self.score
    }

    fn rank(&self) -> (bool, bool) {
        self.rank
    }
}

/// Hits by entity row, so that their order does not depend on how they were found.
type Hits = BTreeMap<EntityRow, Hit>;

/// A query prepared for look-ups, once for all segments.
pub(crate) struct Search<'a> {
    query: &'a Query,
    policy: &'a Policy,
    /// Each analysis of each name of the query, with the position of its name.
    names: Vec<(usize, PreparedName<'a>)>,
    floor: f64,
}

impl<'a> Search<'a> {
    pub(crate) fn new(query: &'a Query, policy: &'a Policy) -> Self {
        let floor = name_floor(policy.threshold, query.has_facts());
        Self { query, policy, names: query.prepared_names().collect(), floor }
    }

    /// Collects every entity of a segment that could match, by entity row.
    pub(crate) fn collect_hits(
        &self,
        segment: &Segment,
        searcher: &mut CandidateSearcher,
    ) -> Vec<Hit> {
        let mut hits = Hits::new();
        self.add_wallet_holders(segment, &mut hits);
        self.add_identifier_holders(segment, &mut hits);
        self.add_holders_of_ids(segment, &mut hits);
        self.compare_proven(segment, &mut hits);
        for scan in self.scans(segment) {
            if self.uses_index() {
                let candidates = searcher.candidates(segment, &scan.name.prepared, self.floor);
                candidates.iter().for_each(|name| scan.consider(*name, self.floor, &mut hits));
                if self.query.name_schema().is_some() {
                    let of_same_letters = scan.name.prepared.of_same_letters(segment);
                    of_same_letters
                        .filter(|name| !scan.name.prepared.accepts(segment, *name))
                        .for_each(|name| scan.consider(name, self.floor, &mut hits));
                }
            } else {
                segment.names().for_each(|name| scan.consider(name, self.floor, &mut hits));
            }
        }
        hits.into_values().collect()
    }

    /// The index finds all candidates of `Algorithm::Interdict` from [`CandidateSearcher::MIN_SCORE`] on. It also
    /// finds all those of `Algorithm::Exact`, because equal names reach any floor.
    fn uses_index(&self) -> bool {
        !self.policy.exhaustive
            && self.policy.algorithm != Algorithm::Ofac
            && self.floor >= CandidateSearcher::MIN_SCORE
    }

    fn add_wallet_holders(&self, segment: &Segment, hits: &mut Hits) {
        for wallet in &self.query.wallets {
            for entry in segment.lookup(LookupKey::Wallet(wallet)) {
                let holder = find_holder(segment, entry).unwrap_or(entry);
                hit_of(hits, holder).wallet = true;
            }
        }
    }

    /// Numbers are compared again when the entity is read; here they only select entities.
    fn add_identifier_holders(&self, segment: &Segment, hits: &mut Hits) {
        for identifier in &self.query.identifiers {
            for entity in segment.lookup(LookupKey::Identifier(identifier.value())) {
                hit_of(hits, entity).number = true;
            }
        }
    }

    /// Looks up names that may be ids of listed parties: one word with a digit.
    fn add_holders_of_ids(&self, segment: &Segment, hits: &mut Hits) {
        let names = self.query.names.iter().map(QueryName::text);
        let may_be_id = |text: &&str| {
            text.contains(|letter: char| letter.is_ascii_digit()) && !text.contains(' ')
        };
        for text in names.filter(may_be_id) {
            let others = segment.lookup(LookupKey::Referent(text));
            for entity in segment.find(text).into_iter().chain(others) {
                if segment.target_of(entity).is_some() {
                    hit_of(hits, entity).id = true;
                }
            }
        }
    }

    /// Compares the names of entities that share a number or a birth date with the query. With such proof, a lower name
    /// score than the floor of the name search suffices.
    fn compare_proven(&self, segment: &Segment, hits: &mut Hits) {
        let days = self.query.birth_dates.iter().filter(|date| date.is_day());
        let days: Vec<String> = days.map(|date| date.from().to_string()).collect();
        let born = days.iter().flat_map(|day| segment.lookup(LookupKey::BirthDate(day)));
        let numbered = hits.iter().filter(|(_, hit)| hit.number).map(|(entity, _)| *entity);
        let entities: BTreeSet<EntityRow> = born.chain(numbered).collect();
        let floor = self.floor.min(weights::PROVEN_NAME_FLOOR);
        let targets = entities.into_iter().filter_map(|entity| segment.target_of(entity));
        for listed in targets.flat_map(|target| target.names()) {
            self.scans(segment).for_each(|scan| scan.consider(listed, floor, hits));
        }
    }

    /// One scan for each analysis of each name of the query.
    fn scans<'s>(&'s self, segment: &'s Segment) -> impl Iterator<Item = NameScan<'s>> {
        self.names.iter().map(move |(position, name)| NameScan {
            search: self,
            segment,
            position: *position,
            name,
        })
    }
}

/// Whether a listed name counts although the schema of its bearer does not fit the query, because it is equal. Names of
/// ships that are a single word (UNITY) do not count, because companies have such names by chance.
pub(crate) fn is_equal_name_of_other_kind(query: &Query, name: &Name, listed: &Name) -> bool {
    query.name_schema().is_some()
        && !(listed.kind() == NameKind::Object && is_letters_only(listed.text()))
        && interdict_names::are_equal_of_any_kind(name, listed)
}

/// Whether a name consists of letters without anything between them. Numbered ships and tail numbers (SANAR-14, EP-MMH)
/// are no words.
fn is_letters_only(name: &str) -> bool {
    let parts = |letter: char| {
        letter.is_whitespace()
            || letter.is_numeric()
            || letter.is_ascii_punctuation()
            || ('\u{2010}'..='\u{2015}').contains(&letter)
    };
    !name.trim_matches(|letter: char| !letter.is_alphanumeric()).contains(parts)
}

fn hit_of(hits: &mut Hits, entity: EntityRow) -> &mut Hit {
    hits.entry(entity).or_insert(Hit {
        entity,
        names: BestPairs::default(),
        wallet: false,
        number: false,
        id: false,
        equal_name: false,
    })
}

/// The entity that holds a wallet, if the wallet is an entry of its own.
fn find_holder(segment: &Segment, wallet: EntityRow) -> Option<EntityRow> {
    let entity = segment.entity(wallet).ok()?;
    segment.find(entity.first("holder")?)
}

/// Compares one name of the query with names of one segment.
struct NameScan<'a> {
    search: &'a Search<'a>,
    segment: &'a Segment,
    position: usize,
    name: &'a PreparedName<'a>,
}

impl NameScan<'_> {
    /// Keeps a listed name that reaches the floor, or is equal, if it is the most similar one of its entity so far,
    /// weak aliases and other names apart.
    fn consider(&self, listed: NameRow, floor: f64, hits: &mut Hits) {
        let Self { search, segment, .. } = *self;
        let (name, listed_name) = (self.name.name, segment.name(listed));
        let is_of_other_kind = !self.name.prepared.accepts(segment, listed);
        if is_of_other_kind && !is_equal_name_of_other_kind(search.query, name, listed_name)
            || !self.name.compares_with(listed_name)
        {
            return;
        }
        let entity = segment.target(segment.name_target(listed)).entity;
        let strength = segment.name_strength(listed);
        let best = hits.get(&entity).and_then(|hit| hit.names.of(strength));
        let at_least = best.map_or(floor, |best| best.score.max(floor));
        let is_equal = is_of_other_kind || interdict_names::are_equal(name, listed_name);
        let score = match search.policy.algorithm {
            _ if is_of_other_kind => Some(weights::EQUAL_NAME_OF_OTHER_KIND),
            Algorithm::Interdict if !is_equal => {
                interdict_names::score_at_least(name, listed_name, at_least)
            }
            algorithm => Some(score_names(name, listed_name, algorithm)),
        };
        let Some(score) = score else { return };
        let score = apply_alias_factor(score, strength);
        // The score of an equal name may be under the floor; whether it counts is for the decision to say.
        let counts_as_equal = is_equal && strength != NameStrength::Weak;
        if score >= floor || counts_as_equal {
            let rank = (is_equal, strength == NameStrength::Primary);
            let hit = NameHit { query: self.position, listed, score, is_of_other_kind, rank };
            let found = hit_of(hits, entity);
            found.equal_name |= counts_as_equal;
            found.names.offer(strength, hit);
        }
    }
}
