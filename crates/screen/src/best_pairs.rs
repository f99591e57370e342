//! The best pairs of names of one entity: the best of all, and the best without weak aliases.
//!
//! A weak alias that scores higher must not hide an equal primary name: the cap on weak aliases
//! depends on other facts, so both pairs are kept until the decision.

use std::cmp::Ordering;

use interdict_model::NameStrength;

/// A pair of names with its score.
pub(crate) trait Scored {
    /// The score, after the factor of the kind of alias.
    fn score(&self) -> f64;

    /// Decides between pairs of one score: an equal name is shown rather than a similar one, and a primary name rather
    /// than an alias.
    fn rank(&self) -> (bool, bool);
}

/// The best pair of each reliability.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BestPairs<P> {
    reliable: Option<P>,
    weak: Option<P>,
}

impl<P> Default for BestPairs<P> {
    fn default() -> Self {
        Self { reliable: None, weak: None }
    }
}

impl<P: Scored> BestPairs<P> {
    /// The best pair so far among aliases of the same reliability.
    pub(crate) fn of(&self, strength: NameStrength) -> Option<&P> {
        match strength {
            NameStrength::Weak => self.weak.as_ref(),
            _ => self.reliable.as_ref(),
        }
    }

    /// Keeps a pair if it is better than the one of its reliability. Of pairs with the same score and rank the first is
    /// kept.
    pub(crate) fn offer(&mut self, strength: NameStrength, pair: P) {
        let best = match strength {
            NameStrength::Weak => &mut self.weak,
            _ => &mut self.reliable,
        };
        let is_better = |best: &P| match pair.score().total_cmp(&best.score()) {
            Ordering::Equal => pair.rank() > best.rank(),
            order => order == Ordering::Greater,
        };
        if best.as_ref().is_none_or(is_better) {
            *best = Some(pair);
        }
    }

    /// The pairs that can decide: the reliable one, and the weak one if it scores higher. Empty if
    /// no names agree.
    pub(crate) fn into_candidates(self) -> impl Iterator<Item = P> {
        let is_better = match (&self.reliable, &self.weak) {
            (Some(reliable), Some(weak)) => weak.score() > reliable.score(),
            _ => true,
        };
        self.reliable.into_iter().chain(self.weak.filter(|_| is_better))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Scored for (NameStrength, f64, u8) {
        fn score(&self) -> f64 {
            self.1
        }

        fn rank(&self) -> (bool, bool) {
            (false, self.0 == NameStrength::Primary)
        }
    }

    fn candidates(offers: &[(NameStrength, f64)]) -> Vec<u8> {
        let mut pairs = BestPairs::default();
        for ((strength, score), number) in offers.iter().zip(0..) {
            pairs.offer(*strength, (*strength, *score, number));
        }
        pairs.into_candidates().map(|(.., number)| number).collect()
    }

    #[test]
    fn a_weak_alias_stands_beside_the_best_reliable_name_only_if_it_scores_higher() {
        use NameStrength::{Former, Primary, Strong, Weak};
        assert_eq!(candidates(&[(Weak, 0.9), (Primary, 0.8), (Strong, 0.7)]), [1, 0]);
        assert_eq!(candidates(&[(Weak, 0.9), (Primary, 0.9)]), [1]);
        assert_eq!(candidates(&[(Weak, 0.9)]), [0]);
        assert_eq!(candidates(&[(Former, 0.8), (Strong, 0.8), (Strong, 0.9)]), [2]);
        assert_eq!(candidates(&[(Strong, 0.8), (Former, 0.8)]), [0], "the first of equal ones");
        assert_eq!(candidates(&[(Strong, 0.8), (Primary, 0.8)]), [1], "the primary name");
        assert_eq!(candidates(&[]), [0_u8; 0]);
    }
}
