//! A cache of the similar terms of query terms, in two levels.
//!
//! Given names and common family names repeat within any batch, and finding their similar terms takes most of a query's
//! time. A [`SimilarityCache`] belongs to a segment and is shared by all threads; a hit avoids the search. A
//! [`ThreadCache`] in front of it belongs to one thread; a hit avoids the lock and the reference count, on which
//! threads would contend.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use crate::integers;
use crate::similar_terms::SimilarTerms;

/// Entries (similar terms) of one shard; a shard that grows beyond it is emptied. All shards of a
/// segment take some 30 MB then. More would cost memory for rare names that do not repeat.
const MAX_SHARD_ENTRIES: usize = 1 << 14;
/// Number of shards; large enough to keep lock contention low.
const SHARDS: usize = 64;
/// Places of a thread's cache, one entry each: the commonest names of a batch.
const THREAD_CACHE_PLACES: usize = 1 << 11;

/// The similar terms of query terms within one segment, by the hash of the query term and the classes
/// searched.
pub(crate) struct SimilarityCache {
    /// An id that is unique among the caches of this process.
    id: u64,
    shards: [RwLock<Shard>; SHARDS],
}

#[derive(Default)]
struct Shard {
    known: HashMap<u64, Arc<SimilarTerms>, BuildHasherDefault<IdentityHasher>>,
    entries: usize,
}

impl Default for SimilarityCache {
    fn default() -> Self {
        static NEXT_ID: AtomicU64 = AtomicU64::new(0);
        let id = NEXT_ID.fetch_add(1, Ordering::Relaxed);
        Self { id, shards: std::array::from_fn(|_| RwLock::default()) }
    }
}

impl SimilarityCache {
    /// The cached value. If there is none, calls `find` and caches its result.
    fn get_or_find(&self, key: u64, find: impl FnOnce() -> SimilarTerms) -> Arc<SimilarTerms> {
        let shard = &self.shards[integers::index(integers::high_half(key)) % SHARDS];
        // The values are never changed in place, so a panic elsewhere leaves the map usable.
        let known = shard.read().unwrap_or_else(PoisonError::into_inner).known.get(&key).cloned();
        known.unwrap_or_else(|| {
            let found = Arc::new(find());
            let mut shard = shard.write().unwrap_or_else(PoisonError::into_inner);
            shard.entries += found.entries();
            if shard.entries > MAX_SHARD_ENTRIES {
                shard.known.clear();
                shard.entries = found.entries();
            }
            shard.known.insert(key, Arc::clone(&found));
            found
        })
    }
}

/// One thread's cache in front of the caches of all segments. It is direct-mapped: each key has one
/// place, and a newer key replaces an older one there.
#[derive(Default)]
pub(crate) struct ThreadCache {
    places: Vec<Option<Cached>>,
}

struct Cached {
    cache_id: u64,
    key: u64,
    found: Arc<SimilarTerms>,
}

impl ThreadCache {
    /// The value cached here or in the segment's cache. If there is none, calls `find` and caches its result in both.
    pub(crate) fn get_or_find(
        &mut self,
        cache: &SimilarityCache,
        key: u64,
        find: impl FnOnce() -> SimilarTerms,
    ) -> &SimilarTerms {
        if self.places.is_empty() {
            self.places.resize_with(THREAD_CACHE_PLACES, || None);
        }
        let mixed = key ^ cache.id.wrapping_mul(0x9e37_79b9);
        let place =
            &mut self.places[integers::index(integers::low_half(mixed)) % THREAD_CACHE_PLACES];
        let is_known = |cached: &&mut Cached| cached.cache_id == cache.id && cached.key == key;
        if place.as_mut().filter(is_known).is_none() {
            *place = None;
        }
        let found = || {
            let found = cache.get_or_find(key, find);
            Cached { cache_id: cache.id, key, found }
        };
        &place.get_or_insert_with(found).found
    }
}

/// A hasher that returns its input: the keys are hashes already.
#[derive(Default)]
struct IdentityHasher(u64);

impl Hasher for IdentityHasher {
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
    use interdict_names::TermContribution;

    use super::*;
    use crate::rows::TermRow;
    use crate::similar_terms::SimilarTerm;

    fn terms(posting_count: usize) -> SimilarTerms {
        SimilarTerms { posting_count, ..SimilarTerms::default() }
    }

    /// Whether the search runs for a key.
    fn is_searched(cache: &SimilarityCache, key: u64) -> bool {
        let mut is_searched = false;
        cache.get_or_find(key, || {
            is_searched = true;
            SimilarTerms::default()
        });
        is_searched
    }

    #[test]
    fn a_key_is_searched_once_until_its_shard_is_full() {
        let cache = SimilarityCache::default();
        assert!(is_searched(&cache, 7));
        for key in 8..7 + MAX_SHARD_ENTRIES as u64 {
            assert!(is_searched(&cache, key));
        }
        assert!(!is_searched(&cache, 7), "the shard is just full");
        assert!(is_searched(&cache, 1));
        assert!(is_searched(&cache, 7), "the shard was emptied");
        assert!(!is_searched(&cache, 1), "the entry that emptied it is kept");
    }

    #[test]
    fn a_full_shard_leaves_the_others_alone() {
        let cache = SimilarityCache::default();
        let in_other_shard = 1 << 32 | 7;
        assert!(is_searched(&cache, in_other_shard));
        for key in 0..=MAX_SHARD_ENTRIES as u64 {
            is_searched(&cache, key);
        }
        assert!(!is_searched(&cache, in_other_shard));
    }

    #[test]
    fn long_lists_of_similar_terms_fill_a_shard_sooner() {
        let one = SimilarTerm { term: TermRow::new(1), contribution: TermContribution::default() };
        let list = |terms, shingles| SimilarTerms {
            terms: vec![one; terms],
            shingles: vec![one; shingles],
            ..SimilarTerms::default()
        };
        assert_eq!(list(3, 2).entries(), 6);
        let cache = SimilarityCache::default();
        cache.get_or_find(1, || list(MAX_SHARD_ENTRIES / 2, MAX_SHARD_ENTRIES / 2 - 2));
        assert!(is_searched(&cache, 2) && !is_searched(&cache, 1));
        assert!(is_searched(&cache, 3) && is_searched(&cache, 1));
    }

    #[test]
    fn a_thread_cache_returns_the_value_of_the_segment_that_is_searched() {
        let (one, other) = (SimilarityCache::default(), SimilarityCache::default());
        let mut thread = ThreadCache::default();
        assert_eq!(thread.get_or_find(&one, 7, || terms(1)).posting_count, 1);
        assert_eq!(thread.get_or_find(&other, 7, || terms(2)).posting_count, 2);
        for key in 0..2 * THREAD_CACHE_PLACES as u64 {
            thread.get_or_find(&one, key, || terms(3));
        }
        assert_eq!(thread.get_or_find(&one, 7, || terms(4)).posting_count, 1);
        assert_eq!(thread.get_or_find(&other, 7, || terms(4)).posting_count, 2);
    }

    #[test]
    fn a_thread_cache_answers_without_the_shared_cache_and_replaces_what_shares_a_place() {
        let cache = SimilarityCache::default();
        let mut thread = ThreadCache::default();
        thread.get_or_find(&cache, 7, || terms(1));
        // A cache with the same id and no entries shows whether the shared one is read.
        let empty = SimilarityCache { id: cache.id, ..SimilarityCache::default() };
        assert_eq!(thread.get_or_find(&empty, 7, || terms(2)).posting_count, 1);
        let same_place = 7 + THREAD_CACHE_PLACES as u64;
        assert_eq!(thread.get_or_find(&empty, same_place, || terms(3)).posting_count, 3);
        assert_eq!(thread.get_or_find(&empty, 7, || terms(4)).posting_count, 4);
    }

    #[test]
    fn the_hasher_returns_a_key_unchanged_and_mixes_bytes_in_order() {
        let mut hasher = IdentityHasher::default();
        hasher.write_u64(0x1234_5678_9abc_def0);
        assert_eq!(hasher.finish(), 0x1234_5678_9abc_def0);
        let mut bytes = IdentityHasher::default();
        bytes.write(&[1, 2, 3]);
        assert_eq!(bytes.finish(), 0x01_0203);
    }
}
