//! Documents with scores, sorted by document, and how two lists of them combine.

use std::cmp::Ordering;

use crate::bits::Doc;

/// A document that matches, with its score.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Hit {
    pub(crate) doc: Doc,
    pub(crate) score: f32,
}

/// Matching documents in ascending order, each once.
pub(crate) type Hits = Vec<Hit>;

/// Documents in both; scores are added.
pub(crate) fn intersect(left: &[Hit], right: &[Hit]) -> Hits {
    merge(left, right, |left, right| match (left, right) {
        (Some(left), Some(right)) => Some(left + right),
        _ => None,
    })
}

/// Documents in either; scores are added.
pub(crate) fn unite(left: &[Hit], right: &[Hit]) -> Hits {
    merge(left, right, |left, right| Some(left.unwrap_or_default() + right.unwrap_or_default()))
}

/// Documents in either, with the higher score.
pub(crate) fn unite_by_maximum(left: &[Hit], right: &[Hit]) -> Hits {
    merge(left, right, |left, right| Some(left.unwrap_or_default().max(right.unwrap_or_default())))
}

/// All documents of the left list. The score of a document that is also in the right list is increased by its score
/// there.
pub(crate) fn add_scores(left: &[Hit], right: &[Hit]) -> Hits {
    merge(left, right, |left, right| left.map(|score| score + right.unwrap_or_default()))
}

/// Documents of the left that are not in the right.
pub(crate) fn subtract(left: &[Hit], right: &[Hit]) -> Hits {
    merge(left, right, |left, right| if right.is_none() { left } else { None })
}

/// Walks both lists in step; `score` gets the scores of one document and returns its new score, or `None` to leave it
/// out.
fn merge(
    left: &[Hit],
    right: &[Hit],
    score: impl Fn(Option<f32>, Option<f32>) -> Option<f32>,
) -> Hits {
    let mut merged = Vec::with_capacity(left.len().max(right.len()));
    let (mut left, mut right) = (left.iter().peekable(), right.iter().peekable());
    loop {
        let order = match (left.peek(), right.peek()) {
            (None, None) => return merged,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(left), Some(right)) => left.doc.cmp(&right.doc),
        };
        let of_left = if order.is_le() { left.next() } else { None };
        let of_right = if order.is_ge() { right.next() } else { None };
        let kept = score(of_left.map(|hit| hit.score), of_right.map(|hit| hit.score));
        if let (Some(hit), Some(score)) = (of_left.or(of_right), kept) {
            merged.push(Hit { doc: hit.doc, score });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hits(pairs: &[(Doc, f32)]) -> Hits {
        pairs.iter().map(|&(doc, score)| Hit { doc, score }).collect()
    }

    #[test]
    fn lists_combine_like_sets_and_scores_are_added() {
        let (left, right) = (hits(&[(1, 1.0), (3, 2.0)]), hits(&[(2, 4.0), (3, 8.0)]));
        assert_eq!(intersect(&left, &right), hits(&[(3, 10.0)]));
        assert_eq!(unite(&left, &right), hits(&[(1, 1.0), (2, 4.0), (3, 10.0)]));
        assert_eq!(unite_by_maximum(&left, &right), hits(&[(1, 1.0), (2, 4.0), (3, 8.0)]));
        assert_eq!(add_scores(&left, &right), hits(&[(1, 1.0), (3, 10.0)]));
        assert_eq!(subtract(&left, &right), hits(&[(1, 1.0)]));
    }
}
