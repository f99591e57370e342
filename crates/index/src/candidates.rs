//! From a query name to the listed names that could match it.

use interdict_names::Name;

use crate::segment::Segment;

/// Reusable memory of a look-up, one for each thread.
#[derive(Debug, Default)]
pub struct Scratch {
    keys: Vec<u64>,
    seen: Vec<u32>,
    round: u32,
    found: Vec<u32>,
}

impl Scratch {
    /// Collects the names of a segment that share a key with the query, each once, ascending.
    pub fn candidates(&mut self, segment: &Segment, query: &Name) -> &[u32] {
        self.keys.clear();
        self.found.clear();
        interdict_names::retrieval_keys(query, &mut self.keys);
        if self.seen.len() < segment.name_count() as usize {
            self.seen.resize(segment.name_count() as usize, 0);
        }
        self.round = self.round.wrapping_add(1);
        if self.round == 0 {
            self.seen.fill(0);
            self.round = 1;
        }
        for key in &self.keys {
            for number in segment.postings(*key) {
                if let Some(seen) = self.seen.get_mut(number as usize)
                    && *seen != self.round
                {
                    *seen = self.round;
                    self.found.push(number);
                }
            }
        }
        self.found.sort_unstable();
        &self.found
    }
}
