//! A random sample of a population of any length.

use std::collections::BTreeMap;

use interdict_screen::Customer;

use crate::population::Dice;

/// Reservoir sample of a fixed size: each row is as likely as any other, and the same rows are kept
/// for the same seed.
#[derive(Debug, Clone)]
pub struct RowSample {
    size: usize,
    seed: u64,
    offered: u64,
    /// By random number and row: the rows with the lowest numbers are kept.
    kept: BTreeMap<(u64, u64), Customer>,
}

impl RowSample {
    /// An empty sample.
    pub fn new(size: usize, seed: u64) -> Self {
        Self { size, seed, offered: 0, kept: BTreeMap::new() }
    }

    /// Offers the next row.
    pub fn offer(&mut self, customer: &Customer) {
        let row = self.offered;
        self.offered += 1;
        let lot = Dice::new(!self.seed, row).below(u64::MAX);
        let is_full = self.kept.len() >= self.size;
        if is_full && self.kept.last_key_value().is_none_or(|(last, _)| (lot, row) > *last) {
            return;
        }
        if is_full {
            self.kept.pop_last();
        }
        self.kept.insert((lot, row), customer.clone());
    }

    /// The rows that were kept.
    pub fn into_customers(self) -> Vec<Customer> {
        self.kept.into_values().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(size: usize, seed: u64, rows: u32) -> Vec<u32> {
        let mut sample = RowSample::new(size, seed);
        for row in 0..rows {
            let values = vec![("name".to_owned(), row.to_string())];
            sample.offer(&Customer { schema: None, values });
        }
        let kept = sample.into_customers();
        kept.into_iter().map(|customer| customer.values[0].1.parse().unwrap()).collect()
    }

    #[test]
    fn rows_from_everywhere_are_kept_and_the_same_again() {
        let kept = sample(200, 1, 10_000);
        assert_eq!(kept.len(), 200);
        assert_eq!(kept, sample(200, 1, 10_000));
        assert_ne!(kept, sample(200, 2, 10_000));
        let late = kept.iter().filter(|row| **row >= 5_000).count();
        assert!((70..130).contains(&late), "{late}");
        assert_eq!(sample(200, 1, 50).len(), 50);
        assert_eq!(sample(0, 1, 50).len(), 0);
    }
}
