//! Matches of one screening that are the same entity under several ids.

use std::collections::BTreeSet;

use super::entries::JudgedHit;
use super::hits::{CustomerHit, CustomerScreening};

/// An entity that matched, with the indices of its matches in the answer.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct HitGroup {
    pub(super) places: Vec<usize>,
    pub(super) hit: JudgedHit,
}

/// Groups matches that share an id, transitively.
pub(super) fn group_hits(screening: &CustomerScreening) -> Vec<HitGroup> {
    let mut groups: Vec<HitGroup> = Vec::new();
    for (place, hit) in screening.hits.iter().enumerate() {
        let mut new = HitGroup { places: vec![place], hit: judged(screening, hit) };
        let (same, others): (Vec<_>, Vec<_>) =
            groups.into_iter().partition(|group| group.shares_id(&new));
        groups = others;
        // The first match stays first: it has the better score and the canonical id.
        for group in same.into_iter().rev() {
            new = group.with(new);
        }
        groups.push(new);
    }
    groups.sort_by_key(|group| group.places.iter().min().copied());
    groups
}

fn judged(screening: &CustomerScreening, hit: &CustomerHit) -> JudgedHit {
    JudgedHit {
        entities: hit.ids.clone(),
        caption: hit.caption.clone(),
        score: hit.score,
        is_exact: hit.is_exact,
        matcher: screening.matcher.clone(),
        record: hit.record.clone(),
        data: screening.data.clone(),
    }
}

impl HitGroup {
    fn shares_id(&self, other: &Self) -> bool {
        let known: BTreeSet<&String> = self.hit.entities.iter().collect();
        other.hit.entities.iter().any(|id| known.contains(id))
    }

    /// Merges two groups.
    pub(super) fn with(mut self, other: Self) -> Self {
        self.places.extend(other.places);
        for id in other.hit.entities {
            if !self.hit.entities.contains(&id) {
                self.hit.entities.push(id);
            }
        }
        self.hit.record.absorb(&other.hit.record);
        self.hit.is_exact |= other.hit.is_exact;
        self.hit.score = self.hit.score.max(other.hit.score);
        self
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::fingerprint::{Fingerprint, JudgedField};

    fn hit(ids: &[&str], score: f64) -> CustomerHit {
        let mut record = Fingerprint::default();
        ids.iter().for_each(|id| record.add(JudgedField::Names, format!("name of {id}")));
        CustomerHit {
            ids: ids.iter().map(|id| (*id).to_owned()).collect(),
            caption: String::new(),
            score,
            is_exact: score > 0.9,
            record,
        }
    }

    #[test]
    fn matches_that_share_an_id_are_one_in_whatever_order_they_come() {
        let screening = |hits| CustomerScreening {
            reference: "c-1".to_owned(),
            data: Fingerprint::default(),
            matcher: String::new(),
            hits,
            delisted: Vec::new(),
            keep_until: Timestamp::MAX,
        };
        // The third joins the first two.
        let hits =
            vec![hit(&["a"], 0.8), hit(&["x"], 0.7), hit(&["b"], 0.95), hit(&["b", "a"], 0.7)];
        let groups = group_hits(&screening(hits.clone()));
        let places: Vec<_> = groups.iter().map(|group| group.places.clone()).collect();
        assert_eq!(places, [vec![0, 2, 3], vec![1]]);
        let one = &groups[0].hit;
        assert_eq!(one.entities, ["a", "b"]);
        assert_eq!((one.score, one.is_exact), (0.95, true));
        let mut reversed = hits;
        reversed.reverse();
        let groups = group_hits(&screening(reversed));
        assert_eq!(groups.len(), 2);
        assert_eq!(groups[0].hit.record, one.record);
    }
}
