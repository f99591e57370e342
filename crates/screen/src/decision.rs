//! Computes the score of a candidate from names, facts, numbers and wallets. No other module does.
//!
//! 1. Gains and losses of facts move the name score, if the names agree at all.
//! 2. A weak alias without proof is capped.
//! 3. A number that agrees although the names do not raises the score to a fixed value.
//! 4. A listed wallet raises it, or makes it certain.
//! 5. An equal name stays a match beside facts that differ, unless one of them clears the party.
//!
//! All numbers are in [`weights`].

use interdict_model::{Direction, Entity, Evidence, EvidenceCode, NameStrength, Score};

use crate::facts::Facts;
use crate::outcome::{Candidate, NameMatch};
use crate::policy::Policy;
use crate::query::Query;
use crate::screen::fits;
use crate::weights;

/// The lowest name score that can lead to a match at the threshold. Other facts raise a score, so a
/// query that has some must be searched below the threshold, down to [`weights::NAME_FLOOR`]. The
/// entities whose birth date or number agrees are found by these; their names are compared down to
/// [`weights::PROVEN_NAME_FLOOR`].
pub fn name_floor(threshold: Score, has_facts: bool) -> f64 {
    let threshold = threshold.value();
    if has_facts { weights::NAME_FLOOR.min(threshold) } else { threshold }
}

/// The reason why an entity is scored against a query.
#[derive(Default)]
pub(crate) struct MatchBasis {
    /// The best pair of names.
    pub(crate) name: Option<NameMatch>,
    /// A wallet of the query is listed with the entity.
    pub(crate) wallet: bool,
    /// A name of the query is the id of the entity.
    pub(crate) id: bool,
    /// A name is equal that the list does not call weak.
    pub(crate) equal_name: bool,
}

/// Scores one entity against a query.
pub(crate) fn score_candidate(
    query: &Query,
    policy: &Policy,
    entity: Entity,
    basis: MatchBasis,
) -> Candidate {
    let mut scoring = Scoring::from_names_and_facts(query, &entity, policy, basis.name.as_ref());
    scoring.note_other_kind(query, &entity);
    scoring.note_facts_that_do_not_count(query);
    scoring.cap_weak_alias(basis.name.as_ref(), policy);
    scoring.raise_for_identifier(query);
    if basis.wallet {
        scoring.raise_for_wallet(query, &entity);
    }
    if basis.id {
        scoring.raise_for_id(&entity);
    }
    let mut equal_name_counts = basis.equal_name && scoring.raise_equal_name(policy);
    let in_force = is_in_force(&entity, policy);
    if !in_force {
        let text = "no designation is in force on the day asked for";
        scoring.add_note(EvidenceCode::NotInForce, text);
    }
    let allowed = is_allowed(&entity, policy);
    if allowed {
        scoring.add_note(EvidenceCode::Allowed, "on a list of those who are known to be good");
    }
    let score = Score::clamped(scoring.score);
    equal_name_counts &= in_force && !allowed;
    if equal_name_counts && score < policy.threshold {
        let text = "a name is equal, and the score is under the threshold";
        scoring.add_note(EvidenceCode::EqualNameUnderThreshold, text);
    }
    Candidate {
        datasets: entity.datasets.clone(),
        is_match: score >= policy.threshold && in_force && !allowed,
        entity,
        score,
        in_force,
        name: basis.name,
        evidence: scoring.facts.evidence,
        attributes: Vec::new(),
        equal_name_counts,
    }
}

/// The score during its computation.
struct Scoring {
    facts: Facts,
    /// The score of the names alone; 0 if none agree.
    name: f64,
    score: f64,
}

impl Scoring {
    fn from_names_and_facts(
        query: &Query,
        entity: &Entity,
        policy: &Policy,
        names: Option<&NameMatch>,
    ) -> Self {
        let facts = Facts::compare(query, entity, policy);
        let name = names.map_or(0.0, |names| names.score.value());
        let mut scoring = Self { facts, name, score: name };
        if scoring.names_agree() {
            scoring.score = if scoring.facts.proven && scoring.is_certain_name() {
                1.0
            } else {
                scoring.facts.adjust(name).min(weights::WITHOUT_PROOF_CEILING)
            };
        }
        scoring
    }

    /// Whether the names are similar enough for the other facts to count.
    fn names_agree(&self) -> bool {
        let proven = self.facts.proven;
        self.name >= if proven { weights::PROVEN_NAME_FLOOR } else { weights::NAME_FLOOR }
    }

    /// Adds the note that only an equal name counts, because the query states another kind than the list.
    fn note_other_kind(&mut self, query: &Query, entity: &Entity) {
        let Some(asked) = query.name_schema().filter(|_| !fits(query, entity)) else { return };
        let names = match (query.names.is_empty(), self.name > 0.0) {
            (true, _) => return,
            (false, true) => "the names are equal",
            (false, false) => {
                "only an equal name would count, and of ships none that is a single word"
            }
        };
        let text = format!("listed as {}, asked for as {asked}: {names}", entity.schema);
        self.add_note(EvidenceCode::OtherKind, &text);
    }

    /// Adds the note that facts were compared but do not count, with the reason.
    fn note_facts_that_do_not_count(&mut self, query: &Query) {
        let by_number = self.facts.strong_identifier || self.facts.telling_identifier;
        let counted = self.names_agree() || by_number;
        if !query.names.is_empty() && !counted && !self.facts.evidence.is_empty() {
            let text = "the other facts do not count beside a name that differs so much";
            self.add_note(EvidenceCode::FactsNotCounted, text);
        }
    }

    /// Whether one independent proof makes the match certain: the name is close and no fact contradicts it.
    fn is_certain_name(&self) -> bool {
        self.name >= weights::CERTAIN_NAME && !self.facts.contradicted
    }

    /// Lists call an alias weak when it is too common to identify anybody by itself.
    fn cap_weak_alias(&mut self, names: Option<&NameMatch>, policy: &Policy) {
        let is_weak = names.is_some_and(|names| names.strength == NameStrength::Weak);
        if is_weak
            && !self.facts.proven
            && !policy.weak_alias_alone
            && self.score > weights::WEAK_EVIDENCE_CEILING
        {
            self.score = weights::WEAK_EVIDENCE_CEILING;
            self.add_note(EvidenceCode::WeakAliasAlone, "a weak alias alone is no match");
        }
    }

    fn raise_for_identifier(&mut self, query: &Query) {
        if self.names_agree() {
            return;
        }
        let has_name = !query.names.is_empty();
        if self.facts.strong_identifier && has_name {
            self.score = self.score.max(weights::IDENTIFIER_AGAINST_NAME);
            let text = "the number agrees, the names do not";
            self.add_note(EvidenceCode::IdentifierAgainstName, text);
        } else if self.facts.strong_identifier {
            self.score = self.score.max(weights::IDENTIFIER_SCORE);
        } else if self.facts.same_kind_identifier && !has_name {
            self.score = self.score.max(weights::NUMBER_ALONE);
        } else if self.facts.telling_identifier {
            self.score = self.score.max(weights::NUMBER_AGAINST_NAME);
            let text = "the number agrees, the names do not";
            self.add_note(EvidenceCode::IdentifierAgainstName, text);
        } else if self.facts.weak_identifier {
            self.score = self.score.max(weights::WEAK_EVIDENCE_CEILING);
        }
    }

    fn raise_for_wallet(&mut self, query: &Query, entity: &Entity) {
        self.facts.evidence.push(Evidence {
            code: EvidenceCode::WalletListed,
            direction: Direction::For,
            query: query.wallets.join(", "),
            entity: entity.id.to_string(),
            effect: weights::WALLET_SCORE,
            text: "the wallet is listed with this entity".to_owned(),
        });
        let certain = self.is_certain_name();
        self.score = if certain { 1.0 } else { self.score.max(weights::WALLET_SCORE) };
    }

    /// Someone who writes the id of a listed party in place of a name means that party.
    fn raise_for_id(&mut self, entity: &Entity) {
        let id = entity.id.to_string();
        self.facts.evidence.push(Evidence {
            code: EvidenceCode::ListedId,
            direction: Direction::For,
            query: id.clone(),
            entity: id,
            effect: weights::LISTED_ID,
            text: "the id of the listed party stands in place of a name".to_owned(),
        });
        self.score = self.score.max(weights::LISTED_ID);
    }

    /// Facts that differ do not clear an equal name, unless one of them excludes the party. Returns whether the name
    /// still counts.
    fn raise_equal_name(&mut self, policy: &Policy) -> bool {
        let is_lowered = self.score < self.name;
        match self.facts.excluding.take() {
            Some(excluding) => {
                let is_cleared = self.score < policy.threshold.value();
                self.facts.evidence.extend(is_cleared.then_some(excluding));
                false
            }
            None if is_lowered && self.score < weights::EQUAL_NAME_AGAINST_FACTS => {
                self.score = weights::EQUAL_NAME_AGAINST_FACTS.min(self.name);
                let text = "a name is equal, and no fact that differs clears the party";
                self.add_note(EvidenceCode::EqualNameAgainstFacts, text);
                true
            }
            None => true,
        }
    }

    fn add_note(&mut self, code: EvidenceCode, text: &str) {
        self.facts.evidence.push(note(code, String::new(), String::new(), text));
    }
}

/// A note without an effect of its own.
pub(crate) fn note(code: EvidenceCode, query: String, entity: String, text: &str) -> Evidence {
    let direction = Direction::Neutral;
    Evidence { code, direction, query, entity, effect: 0.0, text: text.to_owned() }
}

/// Whether an entity is on allow lists only, or has the topic `allow`. The topic does not allow an entity that is also
/// sanctioned.
fn is_allowed(entity: &Entity, policy: &Policy) -> bool {
    let has_topic = |name: &str| entity.values("topics").iter().any(|topic| topic == name);
    let on_allow_list = !entity.datasets.is_empty()
        && entity.datasets.iter().all(|dataset| policy.allowed.contains(dataset));
    on_allow_list || (has_topic("allow") && !has_topic("sanction"))
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
