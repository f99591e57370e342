//! Weighted random choice of words.

use super::dice::Dice;

/// Words, each with its weight.
#[derive(Debug, Clone, Default)]
pub(crate) struct Words<'a> {
    words: Vec<&'a str>,
    /// For each word, the sum of the weights up to and including it.
    sums: Vec<u64>,
}

impl<'a> Words<'a> {
    /// Words of equal weight.
    pub(crate) fn equal(words: impl Iterator<Item = &'a str>) -> Self {
        let mut drawn = Self::default();
        words.filter(|word| !word.is_empty()).for_each(|word| drawn.add(word, 1));
        drawn
    }

    pub(crate) fn add(&mut self, word: &'a str, weight: u64) {
        self.sums.push(self.sums.last().copied().unwrap_or(0) + weight);
        self.words.push(word);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// One of the words; nothing if there are none.
    pub(crate) fn draw(&self, dice: &mut Dice) -> &'a str {
        let roll = dice.below(self.sums.last().copied().unwrap_or(0));
        let place = self.sums.partition_point(|sum| *sum <= roll);
        self.words.get(place).copied().unwrap_or_default()
    }
}

/// The rows of a table in `data/`, without comments and empty lines.
pub(crate) fn rows(table: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    let lines = table.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(|line| line.split('\t').collect())
}
