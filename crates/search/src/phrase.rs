//! Words that stand together.

/// One word of a phrase: itself, or how it begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum PhraseWord {
    Whole(String),
    Beginning(String),
}

impl PhraseWord {
    fn matches(&self, word: &str) -> bool {
        match self {
            Self::Whole(wanted) => word == wanted,
            Self::Beginning(prefix) => word.starts_with(prefix.as_str()),
        }
    }
}

/// How far the words of the phrase are from standing in order next to each other, at best: each moved
/// word counts the places it is off. `None` if one is missing or the distance is above `slop`.
///
/// From the position of each word its place in the phrase is subtracted; in an exact phrase all
/// differences are equal, otherwise the distance is that of the greatest from the least. The smallest
/// window that holds one difference of each word is found by always advancing the least.
pub(crate) fn phrase_distance(phrase: &[PhraseWord], words: &[&str], slop: u32) -> Option<u32> {
    let mut places: Vec<Vec<i64>> = Vec::with_capacity(phrase.len());
    for (place, wanted) in (0_i64..).zip(phrase) {
        let found = (0_i64..).zip(words).filter(|(_, word)| wanted.matches(word));
        let differences: Vec<i64> = found.map(|(position, _)| position - place).collect();
        if differences.is_empty() {
            return None;
        }
        places.push(differences);
    }
    let mut at: Vec<std::slice::Iter<'_, i64>> = places.iter().map(|list| list.iter()).collect();
    let mut window: Vec<i64> = at.iter_mut().filter_map(|list| list.next().copied()).collect();
    let mut best: Option<i64> = None;
    while let (Some(least), Some(greatest)) = (window.iter().min(), window.iter().max()) {
        let distance = greatest - least;
        best = Some(best.map_or(distance, |best| best.min(distance)));
        let lists = window.iter_mut().zip(&mut at);
        let Some((value, list)) = lists.min_by_key(|(value, _)| **value) else { break };
        match list.next() {
            Some(next) => *value = *next,
            None => break,
        }
    }
    best.and_then(|best| u32::try_from(best).ok()).filter(|best| *best <= slop)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn distance(phrase: &str, text: &str, slop: u32) -> Option<u32> {
        let word = |word: &str| match word.strip_suffix('*') {
            Some(prefix) => PhraseWord::Beginning(prefix.to_owned()),
            None => PhraseWord::Whole(word.to_owned()),
        };
        let phrase: Vec<PhraseWord> = phrase.split(' ').map(word).collect();
        phrase_distance(&phrase, &text.split(' ').collect::<Vec<_>>(), slop)
    }

    #[test]
    fn a_phrase_stands_in_order_and_slop_allows_moves() {
        assert_eq!(distance("b c", "a b c d", 0), Some(0));
        assert_eq!(distance("b d", "a b c d", 0), None);
        assert_eq!(distance("b d", "a b c d", 1), Some(1));
        assert_eq!(distance("c b", "a b c d", 2), Some(2));
        assert_eq!(distance("c b", "a b c d", 1), None);
        assert_eq!(distance("a c", "a x x c x a c", 9), Some(0));
        assert_eq!(distance("a z", "a b", 9), None);
    }

    #[test]
    fn the_last_word_may_only_begin() {
        assert_eq!(distance("alexander za*", "alexander v zakharov", 2), Some(1));
        assert_eq!(distance("za*", "alexander zakharov", 2), Some(0));
    }
}
