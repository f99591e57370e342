//! Sets and maps over row numbers that are cleared in constant time.
//!
//! Each entry holds the epoch in which it was written; clearing starts a new epoch, so that entries of older epochs
//! count as absent. A search clears a set once per query and segment, and touches few of the rows.

/// A set of row numbers.
#[derive(Default)]
pub(crate) struct EpochSet {
    /// By row, the epoch in which it was inserted. u16 rather than u32: accesses are random, so the
    /// array should fit in cache.
    epochs: Vec<u16>,
    epoch: u16,
}

impl EpochSet {
    /// Empties the set and makes it accept rows below `count`.
    pub(crate) fn clear(&mut self, count: usize) {
        if self.epochs.len() < count {
            self.epochs.resize(count, 0);
        }
        self.epoch = self.epoch.wrapping_add(1);
        // After 2^16 epochs old entries would look current.
        if self.epoch == 0 {
            self.epochs.fill(0);
            self.epoch = 1;
        }
    }

    /// Inserts a row. Returns whether it was absent; false for a row that is not accepted.
    pub(crate) fn insert(&mut self, row: usize) -> bool {
        let entry = self.epochs.get_mut(row);
        entry.is_some_and(|epoch| std::mem::replace(epoch, self.epoch) != self.epoch)
    }

    fn contains(&self, row: usize) -> bool {
        self.epochs.get(row) == Some(&self.epoch)
    }
}

/// A map from row numbers to values.
#[derive(Default)]
pub(crate) struct EpochMap {
    /// The rows that have a value in this epoch.
    keys: EpochSet,
    values: Vec<u32>,
}

impl EpochMap {
    /// Empties the map and makes it accept rows below `count`.
    pub(crate) fn clear(&mut self, count: usize) {
        self.keys.clear(count);
        if self.values.len() < count {
            self.values.resize(count, 0);
        }
    }

    /// The value of a row.
    pub(crate) fn get(&self, row: usize) -> Option<u32> {
        if self.keys.contains(row) { self.values.get(row).copied() } else { None }
    }

    /// Returns the value of a row; if the row has no value, inserts this one first. `None` for a row that is not
    /// accepted.
    pub(crate) fn get_or_insert(&mut self, row: usize, value: u32) -> Option<u32> {
        let entry = self.values.get_mut(row)?;
        if self.keys.insert(row) {
            *entry = value;
        }
        Some(*entry)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_value_of_a_row_stays_until_the_map_is_cleared() {
        let mut map = EpochMap::default();
        map.clear(3);
        assert_eq!((map.get_or_insert(1, 7), map.get_or_insert(1, 8)), (Some(7), Some(7)));
        assert_eq!((map.get(1), map.get(2), map.get(3)), (Some(7), None, None));
        assert_eq!(map.get_or_insert(3, 1), None);
        map.clear(2);
        assert_eq!(map.get(1), None);
        assert_eq!(map.get_or_insert(1, 9), Some(9));
        map.keys.epoch = u16::MAX;
        map.clear(3);
        assert_eq!((map.get(0), map.get(1)), (None, None));
    }

    #[test]
    fn a_map_grows_with_the_number_of_rows_and_never_shrinks() {
        let mut map = EpochMap::default();
        map.clear(2);
        assert_eq!((map.get_or_insert(1, 5), map.get_or_insert(2, 5)), (Some(5), None));
        map.clear(4);
        assert_eq!(map.get_or_insert(3, 6), Some(6));
        map.clear(1);
        assert_eq!(map.get_or_insert(3, 7), Some(7));
    }

    #[test]
    fn a_set_is_empty_after_every_clear_even_when_the_epoch_wraps_around() {
        let mut set = EpochSet::default();
        for _ in 0..=u32::from(u16::MAX) + 1 {
            set.clear(2);
            assert!(!set.contains(1));
            assert!(set.insert(1) && !set.insert(1));
            assert!(set.contains(1));
        }
        assert!(set.insert(0) && !set.insert(2));
    }

    #[test]
    fn a_row_inserted_long_ago_is_absent_when_its_epoch_comes_round_again() {
        let mut set = EpochSet::default();
        set.clear(2);
        assert!(set.insert(0));
        let inserted_in = set.epoch;
        for _ in 0..u16::MAX {
            set.clear(2);
        }
        assert_eq!(set.epoch, inserted_in);
        assert!(!set.contains(0) && set.insert(0));
    }
}
