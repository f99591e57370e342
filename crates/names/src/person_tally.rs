//! Sums over the alignment of two persons' names: matched weight, unmatched weight, shared
//! information.

use crate::assign::{Link, Links, Span};
use crate::compounds::is_muhammad;
use crate::explain::Rule;
use crate::likeness;
use crate::name::{Name, Role};
use crate::observer::{ComparisonObserver, Side};
use crate::person::is_alignable;

/// Similarities (in [0, 1]) between which a match goes from full information to none: at the first
/// value and above a match identifies a person as well as an equal part, at the second and below
/// not at all.
const DISTINCTIVE_SIMILARITY: (f64, f64) = (0.90, 0.50);

/// True where the token of a name can be aligned with a token of the other name.
pub(crate) fn can_align(name: &Name, at: usize) -> bool {
    is_alignable(&name.tokens[at])
}

/// Weight (hundredths) of an initial, matched or not. The score bound of retrieval depends on it.
pub(crate) const INITIAL_WEIGHT: u32 = 30;

/// Units from which a single word may hold several parts of a name ("ivanpetrovich").
pub(crate) const SEVERAL_PARTS: u8 = 9;

/// Sums over the aligned and the unmatched tokens. Weights are in units of one average token;
/// arrays hold left, then right.
pub(crate) struct Tally {
    /// Weight of the aligned parts times the worth of their similarity.
    pub(crate) matched_weight: f64,
    /// Weight of the aligned parts if all were equal.
    pub(crate) full_weight: f64,
    /// Weight of the aligned parts times their distinctiveness and rarity.
    pub(crate) shared_information: f64,
    /// Number of aligned parts that are names, initials and Muhammad apart.
    pub(crate) names: usize,
    /// Highest similarity among these, in thousandths.
    pub(crate) best_similarity: u16,
    /// Lowest similarity of an aligned short part, in thousandths.
    pub(crate) worst_similarity: u16,
    /// Number of aligned initials.
    pub(crate) initials: usize,
    /// Number of aligned pairs of Muhammad, which is often honorific.
    pub(crate) honorific_muhammads: usize,
    /// Weight of the tokens without counterpart.
    pub(crate) unmatched_weight: [f64; 2],
    /// The share of patronymics in it, both sides together.
    pub(crate) unmatched_patronymic_weight: f64,
    /// The tokens without counterpart, as bits.
    pub(crate) unmatched_tokens: [u32; 2],
}

impl Tally {
    /// Sums over a resolved assignment.
    pub(crate) fn count<O: ComparisonObserver>(
        left: &Name,
        right: &Name,
        links: &Links,
        observer: &mut O,
    ) -> Tally {
        let mut tally = Tally {
            matched_weight: 0.0,
            full_weight: 0.0,
            shared_information: 0.0,
            names: 0,
            best_similarity: 0,
            worst_similarity: 1000,
            initials: 0,
            honorific_muhammads: 0,
            unmatched_weight: [0.0; 2],
            unmatched_patronymic_weight: 0.0,
            unmatched_tokens: [0; 2],
        };
        for link in links.kept() {
            tally.add(left, right, link, observer);
        }
        let (left_used, right_used) = links.matched_tokens();
        for (side, name, bits) in [(Side::Left, left, left_used), (Side::Right, right, right_used)]
        {
            for at in
                (0..name.tokens.len()).filter(|&at| can_align(name, at) && bits & 1 << at == 0)
            {
                let token = &name.tokens[at];
                let weight = match token.role {
                    Role::Initial => INITIAL_WEIGHT,
                    _ => u32::from(token.weight),
                };
                tally.unmatched_weight[side as usize] += f64::from(weight) / 100.0;
                tally.unmatched_tokens[side as usize] |= 1 << at;
                if token.role == Role::Patronymic {
                    tally.unmatched_patronymic_weight += f64::from(weight) / 100.0;
                }
            }
        }
        let differs = tally.unmatched_tokens[0] != 0 && tally.unmatched_tokens[1] != 0;
        for (side, name) in [(Side::Left, left), (Side::Right, right)] {
            for at in (0..name.tokens.len())
                .filter(|&at| tally.unmatched_tokens[side as usize] & 1 << at != 0)
            {
                observer.unmatched(side, at, u32::from(name.tokens[at].weight), differs);
            }
        }
        tally
    }

    fn add<O: ComparisonObserver>(
        &mut self,
        left: &Name,
        right: &Name,
        link: &Link,
        observer: &mut O,
    ) {
        let (on_left, on_right) = (link.left.weight(left), link.right.weight(right));
        let initial = link.rule == Rule::Initial;
        let weight = if initial { INITIAL_WEIGHT } else { on_left.max(on_right) };
        let similarity = likeness::worth(link.similarity);
        self.matched_weight += similarity * f64::from(weight) / 100.0;
        self.full_weight += f64::from(weight) / 100.0;
        if initial {
            self.initials += 1;
            // The rest of the name that the initial abbreviates is unconfirmed: a quarter of its
            // weight counts as not matched.
            self.full_weight +=
                f64::from(on_left.max(on_right).saturating_sub(INITIAL_WEIGHT)) / 100.0 * 0.25;
        } else if is_muhammad_at(left, link.left) && is_muhammad_at(right, link.right) {
            self.honorific_muhammads += 1;
        } else {
            let parts =
                usize::from((link.left.to - link.left.from).max(link.right.to - link.right.from))
                    + 1;
            let single = if link.left.from == link.left.to {
                (left, link.left)
            } else {
                (right, link.right)
            };
            let several = single.0.tokens[usize::from(single.1.from)].units >= SEVERAL_PARTS;
            self.best_similarity = self.best_similarity.max(link.similarity);
            // Long words are not similar by chance (Salah al-Din / Salaheddine), so they are left
            // out of the lowest similarity.
            let units = |name: &Name, span: Span| name.tokens[usize::from(span.from)].units;
            if units(left, link.left).max(units(right, link.right)) < SEVERAL_PARTS {
                self.worst_similarity = self.worst_similarity.min(link.similarity);
            }
            self.names += if several { parts } else { 1 };
            let common = f64::from(
                left.tokens[usize::from(link.left.from)]
                    .common
                    .max(right.tokens[usize::from(link.right.from)].common),
            );
            self.shared_information += distinctiveness(link.similarity) * f64::from(weight) / 100.0
                * (1.0 - common / 20.0);
        }
        observer.matched(link, weight);
    }
}

/// The share of a part's information that a match of this similarity (thousandths) carries, in [0,
/// 1].
pub(crate) fn distinctiveness(similarity: u16) -> f64 {
    let near = f64::from(similarity) / 1000.0;
    ((near - DISTINCTIVE_SIMILARITY.1) / (DISTINCTIVE_SIMILARITY.0 - DISTINCTIVE_SIMILARITY.1))
        .clamp(0.0, 1.0)
}

fn is_muhammad_at(name: &Name, span: Span) -> bool {
    is_muhammad(name.units(&name.tokens[usize::from(span.from)]))
}
