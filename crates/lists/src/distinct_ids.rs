//! Ids for records that repeat an earlier id.

use std::collections::HashMap;

/// Gives a record that repeats an id a new one: `x-1` becomes `x-1-2`, then `x-1-3`. If the record were left out, its
/// names would not be screened.
#[derive(Debug, Default)]
pub struct DistinctIds {
    /// The last number given behind each id that was repeated. Without it, the number of look-ups would be quadratic in
    /// the number of repetitions of an id.
    last: HashMap<String, u64>,
}

/// Longest prefix of an id to which a number is appended, in bytes; an id has at most 255.
const LONGEST_START: usize = 230;

impl DistinctIds {
    /// A new id made from `id`, for which `is_taken` is false.
    pub fn next(&mut self, id: &str, mut is_taken: impl FnMut(&str) -> bool) -> String {
        let mut start = id;
        while start.len() > LONGEST_START {
            let end = start.char_indices().next_back().map_or(0, |(at, _)| at);
            start = start.get(..end).unwrap_or_default();
        }
        let last = self.last.entry(start.to_owned()).or_insert(1);
        loop {
            *last += 1;
            let distinct = format!("{start}-{last}");
            if !is_taken(&distinct) {
                return distinct;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_repetition_gets_an_id_that_nothing_else_has() {
        let mut ids = DistinctIds::default();
        assert_eq!(ids.next("x-1", |_| false), "x-1-2");
        assert_eq!(ids.next("x-1", |id| id == "x-1-3"), "x-1-4");
        assert_eq!(ids.next("y", |_| false), "y-2");
    }

    #[test]
    fn a_long_id_stays_within_the_length_of_ids() {
        let id = ids_of("é".repeat(127));
        assert!(id.len() <= 255 && id.ends_with("-2"), "{id}");
    }

    fn ids_of(id: String) -> String {
        DistinctIds::default().next(&id, |_| false)
    }
}
