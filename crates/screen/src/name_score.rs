//! The score of one pair of names, before any other fact is taken into account.

use interdict_model::NameStrength;
use interdict_names::Name;

use crate::policy::Algorithm;
use crate::weights;

/// Compares a name of the query with a listed one.
pub(crate) fn score_names(query: &Name, listed: &Name, algorithm: Algorithm) -> f64 {
    match algorithm {
        Algorithm::Interdict => interdict_names::score(query, listed),
        Algorithm::Ofac => interdict_names::ofac_score(query.text(), listed.text()),
        Algorithm::Exact => {
            f64::from(u8::from(interdict_names::is_exact(query.text(), listed.text())))
        }
    }
}

/// Applies the factor of the kind of alias. Weak aliases have none: their cap depends on the other
/// facts, so the decision applies it later.
pub(crate) fn apply_alias_factor(score: f64, strength: NameStrength) -> f64 {
    if strength == NameStrength::Former { score * weights::FORMER_NAME } else { score }
}
