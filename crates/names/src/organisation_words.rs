//! Similarity of two words of organisations' names, in thousandths: by their roles, by the tables,
//! by Korean syllables.

use crate::acronym::{self, ACRONYM_RUN};
use crate::east::compare as east;
use crate::east::reading::{Confidence, Reading};
use crate::explain::Rule;
use crate::likeness;
use crate::name::{Name, Role, Token};

/// Similarity (thousandths) of two terms of one family, which are often two translations of one
/// word (bureau / office). Test:
/// `related_terms_match_beside_a_distinctive_word_only`.
pub(crate) const RELATED: u16 = 850;

/// Minimum similarity (thousandths) of a known word and an unknown one.
const KNOWN_WORD: u16 = 750;
/// Minimum similarity (thousandths) where the known word is a place. Higher, since places are
/// proper names: one letter makes another (Daedong / Daesong).
const KNOWN_PLACE: u16 = 820;

/// Corrects the similarity of two words that both have Korean readings: they agree by syllables or
/// not at all (Daesong / Daedong, Chinyong / Jinyong).
pub(crate) fn by_syllables(
    left: (&Name, usize),
    right: (&Name, usize),
    similarity: u16,
    rule: Rule,
) -> (u16, Rule) {
    if left.0.readings.is_empty() || right.0.readings.is_empty() || similarity == 1000 {
        return (similarity, rule);
    }
    let (Some(one), Some(other)) = (syllables(left), syllables(right)) else {
        return (similarity, rule);
    };
    let likely = one.confidence >= Confidence::Likely || other.confidence >= Confidence::Likely;
    let agreement = east::korean(one, other);
    if agreement >= 0.9 && (likely || similarity > 0) {
        // Nearly every word of open syllables can be read as Korean, so the explanation says "Korean" only if that
        // reading is likely.
        if likely { (similarity.max(960), Rule::Korean) } else { (similarity.max(880), rule) }
    } else if agreement < 0.7 && one.count == other.count && similarity < 900 {
        (0, Rule::Differs)
    } else {
        (similarity, rule)
    }
}

/// The Korean reading of a token.
fn syllables((name, at): (&Name, usize)) -> Option<&Reading> {
    name.readings.iter().find(|reading| usize::from(reading.extra) == at)
}

/// The similarity of two tokens in thousandths, by their roles.
pub(crate) fn tokens(left: &Name, at: &Token, right: &Name, to: &Token) -> (u16, Rule) {
    use Role::{Legal, Number, Particle, Plain, Term, Territory, Title};
    let shared = || at.facts.iter().any(|fact| *fact != 0 && to.facts.contains(fact));
    match (at.role, to.role) {
        (Number, Number) => {
            if at.facts[0] == to.facts[0] {
                (1000, Rule::Number)
            } else {
                (0, Rule::Differs)
            }
        }
        (Number, _) | (_, Number) => (0, Rule::Differs),
        (Particle | Title, Particle | Title) if at.hash == to.hash => (1000, Rule::Same),
        (Particle | Title, _) | (_, Particle | Title) => (0, Rule::Differs),
        (Legal, Legal) => {
            if shared() {
                (1000, Rule::LegalForm)
            } else {
                (0, Rule::Differs)
            }
        }
        (Territory, Territory) if same_territory(at, to) => (1000, Rule::Territory),
        (Territory, Territory) => (0, Rule::Differs),
        (Term, Term) if (at.facts[0] ^ to.facts[0]) & 0x7fff == 0 => (1000, Rule::Term),
        (Term, Term) if at.facts[1] != 0 && at.facts[1] == to.facts[1] => (RELATED, Rule::Term),
        // "IT" for information technology.
        (Term, Plain) if acronym::stands_for(to, at) => (ACRONYM_RUN, Rule::Acronym),
        (Plain, Term) if acronym::stands_for(at, to) => (ACRONYM_RUN, Rule::Acronym),
        // A known word with a typing error is unknown, so a known and an unknown word may match.
        (Legal | Term | Territory, _) | (_, Legal | Term | Territory) => {
            let (similarity, rule) = likeness::token_similarity(left, at, right, to);
            let place = at.role == Territory || to.role == Territory;
            let least = if place { KNOWN_PLACE } else { KNOWN_WORD };
            (if similarity < least { 0 } else { similarity }, rule)
        }
        (Plain, Plain) if at.hash != to.hash && at.facts[0] != 0 && at.facts[0] == to.facts[0] => {
            (TRANSLATED, Rule::Term)
        }
        _ => likeness::token_similarity(left, at, right, to),
    }
}

/// Similarity (thousandths) of a proper name and its translation (Star / Najma).
const TRANSLATED: u16 = 970;

/// True for the same territory, or one and the larger whole that it is often called by (North Korea
/// / Korea); never for two parts of a whole.
fn same_territory(at: &Token, to: &Token) -> bool {
    let [one, whole, _] = at.facts;
    let [other, other_whole, _] = to.facts;
    one == other || one == other_whole || whole == other
}
