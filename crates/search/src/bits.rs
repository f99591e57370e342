//! A set of documents.

/// The number of an entity in the index: entities of all segments are counted through, in the order of
/// the segments and of the rows within them.
pub(crate) type Doc = u32;

/// A set of documents as one bit each: for the scope of a query, which is most of the index or tested
/// at random, it is smaller than a sorted list and faster to look up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Bits {
    words: Vec<u64>,
}

impl Bits {
    pub(crate) fn new(length: usize) -> Self {
        Self { words: vec![0; length.div_ceil(64)] }
    }

    pub(crate) fn of(length: usize, docs: impl IntoIterator<Item = Doc>) -> Self {
        let mut bits = Self::new(length);
        docs.into_iter().for_each(|doc| {
            bits.insert(doc);
        });
        bits
    }

    /// Whether it was not there before.
    pub(crate) fn insert(&mut self, doc: Doc) -> bool {
        let mask = 1 << (doc % 64);
        let Some(word) = self.words.get_mut(doc as usize / 64) else { return false };
        let is_new = *word & mask == 0;
        *word |= mask;
        is_new
    }

    pub(crate) fn contains(&self, doc: Doc) -> bool {
        self.words.get(doc as usize / 64).is_some_and(|word| word & (1 << (doc % 64)) != 0)
    }

    /// In ascending order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Doc> + '_ {
        (0_u32..).step_by(64).zip(&self.words).flat_map(|(base, word)| {
            let mut rest = *word;
            std::iter::from_fn(move || {
                let bit = (rest != 0).then(|| rest.trailing_zeros())?;
                rest &= rest - 1;
                Some(base + bit)
            })
        })
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.words.iter().all(|word| *word == 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_come_back_in_ascending_order() {
        let bits = Bits::of(200, [199, 0, 64, 63, 64]);
        assert_eq!(bits.iter().collect::<Vec<_>>(), [0, 63, 64, 199]);
        assert!(bits.contains(199) && !bits.contains(1) && !bits.contains(9_999));
        assert!(!bits.is_empty() && Bits::new(200).is_empty());
    }
}
