//! What look-ups of parts of names have found, shared by all threads.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use interdict_names::Meeting;

/// Given names and common family names repeat within any batch; rare ones do not matter. When a shard
/// holds so many, it starts afresh (all shards of a segment: some 30 MB).
const SHARD_ENTRIES: usize = 1 << 14;
/// Threads seldom meet in one of so many.
const SHARDS: usize = 64;
/// A thread keeps so many at hand.
const RECENT: usize = 1 << 11;

/// A slot of the dictionary that a query's slot is alike to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Alike {
    pub(crate) slot: u32,
    pub(crate) meeting: Meeting,
}

/// The slots that a query's slot is alike to.
#[derive(Debug, Default)]
pub(crate) struct AllAlike {
    /// The most alike first.
    pub(crate) slots: Vec<Alike>,
    /// Those that are several parts read as one word.
    pub(crate) runs: Vec<Alike>,
    /// How many names have one of the slots.
    pub(crate) names: usize,
    /// At least as good as any meeting with one of the slots, or with a word of the same meaning.
    pub(crate) best: Meeting,
}

impl AllAlike {
    fn weight(&self) -> usize {
        self.slots.len() + self.runs.len() + 1
    }
}

/// What the slots of queries are alike to, by their identity.
pub(crate) struct Memory {
    /// Unlike that of any other memory of this process.
    id: u64,
    shards: [RwLock<Shard>; SHARDS],
}

#[derive(Default)]
struct Shard {
    known: HashMap<u64, Arc<AllAlike>, BuildHasherDefault<Passing>>,
    entries: usize,
}

impl Default for Memory {
    fn default() -> Self {
        static MADE: AtomicU64 = AtomicU64::new(0);
        let id = MADE.fetch_add(1, Ordering::Relaxed);
        Self { id, shards: std::array::from_fn(|_| RwLock::default()) }
    }
}

impl Memory {
    /// What was remembered, or else what `find` finds.
    fn get_or_find(&self, identity: u64, find: impl FnOnce() -> AllAlike) -> Arc<AllAlike> {
        let shard = &self.shards[(identity >> 32) as usize % SHARDS];
        let known =
            shard.read().unwrap_or_else(PoisonError::into_inner).known.get(&identity).cloned();
        known.unwrap_or_else(|| {
            let found = Arc::new(find());
            let mut shard = shard.write().unwrap_or_else(PoisonError::into_inner);
            shard.entries += found.weight();
            if shard.entries > SHARD_ENTRIES {
                shard.known.clear();
                shard.entries = found.weight();
            }
            shard.known.insert(identity, Arc::clone(&found));
            found
        })
    }
}

/// What one thread has at hand of memories: no lock and no counter that threads share is touched for
/// it.
#[derive(Default)]
pub(crate) struct Recent {
    places: Vec<Option<Held>>,
}

struct Held {
    memory: u64,
    identity: u64,
    found: Arc<AllAlike>,
}

impl Recent {
    /// What is at hand or was remembered, or else what `find` finds.
    pub(crate) fn get_or_find(
        &mut self,
        memory: &Memory,
        identity: u64,
        find: impl FnOnce() -> AllAlike,
    ) -> &AllAlike {
        if self.places.is_empty() {
            self.places.resize_with(RECENT, || None);
        }
        let at = (identity ^ memory.id.wrapping_mul(0x9e37_79b9)) as usize % RECENT;
        let place = &mut self.places[at];
        let is_known = |held: &&mut Held| held.memory == memory.id && held.identity == identity;
        if place.as_mut().filter(is_known).is_none() {
            *place = None;
        }
        let found = || {
            let found = memory.get_or_find(identity, find);
            Held { memory: memory.id, identity, found }
        };
        &place.get_or_insert_with(found).found
    }
}

/// Identities are hashes already.
#[derive(Default)]
struct Passing(u64);

impl Hasher for Passing {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, value: u64) {
        self.0 = value;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_found_is_not_looked_for_again_until_a_shard_is_full() {
        let memory = Memory::default();
        memory.get_or_find(7, AllAlike::default);
        memory.get_or_find(7, || unreachable!("it is known"));
        for identity in 0..=SHARD_ENTRIES as u64 {
            memory.get_or_find(identity, AllAlike::default);
        }
        let mut asked_again = false;
        memory.get_or_find(7, || {
            asked_again = true;
            AllAlike::default()
        });
        assert!(asked_again);
    }

    #[test]
    fn what_is_at_hand_is_of_the_memory_that_is_asked() {
        let (one, other) = (Memory::default(), Memory::default());
        let mut recent = Recent::default();
        let names = |names| AllAlike { names, ..AllAlike::default() };
        assert_eq!(recent.get_or_find(&one, 7, || names(1)).names, 1);
        assert_eq!(recent.get_or_find(&other, 7, || names(2)).names, 2);
        for identity in 0..2 * RECENT as u64 {
            recent.get_or_find(&one, identity, || names(3));
        }
        assert_eq!(recent.get_or_find(&one, 7, || names(4)).names, 1);
        assert_eq!(recent.get_or_find(&other, 7, || names(4)).names, 2);
    }
}
