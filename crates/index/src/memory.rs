//! What look-ups of parts of names have found, shared by all threads.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::{Arc, PoisonError, RwLock};

use interdict_names::Meeting;

/// Given names and common family names repeat within any batch; rare ones do not matter. When a shard
/// holds so many, it starts afresh (all shards of a segment: some 30 MB).
const SHARD_ENTRIES: usize = 1 << 14;
/// Threads seldom meet in one of so many.
const SHARDS: usize = 64;

/// A slot of the dictionary that a query's slot is alike to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Alike {
    pub(crate) slot: u32,
    /// In thousandths.
    pub(crate) likeness: u16,
    /// One of the two is several parts read as one word.
    pub(crate) is_run: bool,
    pub(crate) meeting: Meeting,
}

/// The slots that a query's slot is alike to, by the identity of that slot.
pub(crate) struct Memory {
    shards: [RwLock<Shard>; SHARDS],
}

#[derive(Default)]
struct Shard {
    known: HashMap<u64, Arc<[Alike]>, BuildHasherDefault<Passing>>,
    entries: usize,
}

impl Default for Memory {
    fn default() -> Self {
        Self { shards: std::array::from_fn(|_| RwLock::default()) }
    }
}

impl Memory {
    /// What was remembered, or else what `find` finds.
    pub(crate) fn get_or_find(
        &self,
        identity: u64,
        find: impl FnOnce() -> Arc<[Alike]>,
    ) -> Arc<[Alike]> {
        let shard = &self.shards[(identity >> 32) as usize % SHARDS];
        let known =
            shard.read().unwrap_or_else(PoisonError::into_inner).known.get(&identity).cloned();
        known.unwrap_or_else(|| {
            let found = find();
            let mut shard = shard.write().unwrap_or_else(PoisonError::into_inner);
            shard.entries += found.len() + 1;
            if shard.entries > SHARD_ENTRIES {
                shard.known.clear();
                shard.entries = found.len() + 1;
            }
            shard.known.insert(identity, Arc::clone(&found));
            found
        })
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
        let nothing = || Arc::from([]);
        memory.get_or_find(7, nothing);
        memory.get_or_find(7, || unreachable!("it is known"));
        for identity in 0..=SHARD_ENTRIES as u64 {
            memory.get_or_find(identity, nothing);
        }
        let mut asked_again = false;
        memory.get_or_find(7, || {
            asked_again = true;
            nothing()
        });
        assert!(asked_again);
    }
}
