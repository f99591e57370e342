//! Posting lists under 64-bit hash keys: a static hash table with sorted buckets.
//!
//! Keys are hashes, so their highest bits spread evenly and serve as the bucket number: a table holds the start of each
//! bucket's entries. An entry holds the next 16 bits of the key (the *rest*) and a value. Most keys that are looked up
//! are absent, so each bucket also has a 32-bit filter of the ranges in which its rests lie. The filter rejects most
//! absent keys without reading an entry.

use crate::integers::{count, high_half, index, low_half, low_u16};
use crate::layout::{u32_at, u64_at};

/// The part of a key that is stored: its 32 highest bits.
///
/// Collisions are rare and harmless: they add candidates, which are scored exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct StoredKey(u32);

impl StoredKey {
    pub(crate) const fn of(key: u64) -> Self {
        Self(high_half(key))
    }

    /// The bucket, given by the highest `bits` bits.
    fn bucket(self, bits: u32) -> u64 {
        u64::from(self.0) << bits >> 32
    }

    /// The 16 bits after those of the bucket.
    fn rest(self, bits: u32) -> u16 {
        low_u16(u64::from(self.0) << bits >> 16)
    }
}

/// A value under a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Posting {
    pub(crate) key: StoredKey,
    pub(crate) value: u32,
}

/// Bytes of a bucket: the start of its entries u32, and the filter of its rests u32.
const BUCKET_BYTES: usize = 8;
/// Bytes of an entry: the rest of a key u16, a value u32.
const ENTRY_BYTES: usize = 6;
/// Lowest average number of entries in a bucket. With fewer, the table of buckets would become larger than the entries
/// that a look-up skips by it.
const MIN_ENTRIES_PER_BUCKET: usize = 6;
/// Entries of a bucket up to which a linear search beats a binary one.
const MAX_LINEAR_SEARCH: usize = 24;

/// The two sections that hold the posting lists.
pub(crate) struct Rendered {
    pub(crate) buckets: Vec<u8>,
    pub(crate) entries: Vec<u8>,
}

/// Renders sorted postings, of which there are fewer than 2^32.
pub(crate) fn render(postings: &[Posting]) -> Rendered {
    let bits = (postings.len() / MIN_ENTRIES_PER_BUCKET).checked_ilog2().unwrap_or(0);
    let mut buckets = Vec::with_capacity(((1 << bits) + 1) * BUCKET_BYTES);
    let mut entries = Vec::with_capacity(postings.len() * ENTRY_BYTES);
    let mut rest_of_postings = postings;
    // One extra bucket: its start is the end of the last real bucket.
    for bucket in 0..=1_u64 << bits {
        let length = rest_of_postings.partition_point(|one| one.key.bucket(bits) <= bucket);
        let (postings_of_bucket, others) = rest_of_postings.split_at(length);
        let start = count(postings.len() - rest_of_postings.len());
        let mut filter = 0;
        for posting in postings_of_bucket {
            let rest = posting.key.rest(bits);
            filter |= filter_bit(rest);
            entries.extend(rest.to_le_bytes());
            entries.extend(posting.value.to_le_bytes());
        }
        buckets.extend(start.to_le_bytes());
        buckets.extend(filter.to_le_bytes());
        rest_of_postings = others;
    }
    Rendered { buckets, entries }
}

/// The filter bit of a rest: one of 32 ranges, by its five highest bits.
fn filter_bit(rest: u16) -> u32 {
    1 << (rest >> 11)
}

/// Posting lists as they are stored.
#[derive(Clone, Copy)]
pub(crate) struct HashPostings<'a> {
    pub(crate) buckets: &'a [u8],
    pub(crate) entries: &'a [u8],
}

impl<'a> HashPostings<'a> {
    /// The values under a key, ascending.
    pub(crate) fn values(self, key: u64) -> impl Iterator<Item = u32> + 'a {
        let key = StoredKey::of(key);
        let count = (self.buckets.len() / BUCKET_BYTES).saturating_sub(1);
        let bits = count.checked_ilog2().unwrap_or(0);
        let rest = key.rest(bits);
        let found = self.bucket(index(low_half(key.bucket(bits))), rest);
        let rest_at = |entry: &[u8; ENTRY_BYTES]| u16::from_le_bytes([entry[0], entry[1]]);
        let first = if found.len() > MAX_LINEAR_SEARCH {
            found.partition_point(|entry| rest_at(entry) < rest)
        } else {
            found.iter().position(|entry| rest_at(entry) >= rest).unwrap_or(found.len())
        };
        found[first..]
            .iter()
            .take_while(move |entry| rest_at(entry) == rest)
            .map(|[_, _, value @ ..]| u32::from_le_bytes(*value))
    }

    /// The entries of a bucket; none where its filter excludes the rest.
    fn bucket(self, bucket: usize, rest: u16) -> &'a [[u8; ENTRY_BYTES]] {
        let at = bucket * BUCKET_BYTES;
        let start_and_filter = u64_at(self.buckets, at);
        if high_half(start_and_filter) & filter_bit(rest) == 0 {
            return &[];
        }
        let start = index(low_half(start_and_filter)) * ENTRY_BYTES;
        let end = index(u32_at(self.buckets, at + BUCKET_BYTES)) * ENTRY_BYTES;
        self.entries.get(start..end).unwrap_or_default().as_chunks().0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn posting((key, value): (u32, u32)) -> Posting {
        Posting { key: StoredKey(key), value }
    }

    fn found(pairs: &[(u32, u32)], key: u32) -> Vec<u32> {
        let postings: Vec<Posting> = pairs.iter().copied().map(posting).collect();
        let Rendered { buckets, entries } = render(&postings);
        let stored = HashPostings { buckets: &buckets, entries: &entries };
        stored.values(u64::from(key) << 32 | 7).collect()
    }

    /// Entries store at least the 16 highest bits of a key.
    fn spread(at: u32) -> u32 {
        at.wrapping_mul(0x9e37_79b9) & 0xffff_0000
    }

    #[test]
    fn values_are_found_wherever_their_key_lies() {
        for count in [0, 1, 2, 7, 8, 33, 1000] {
            let mut pairs: Vec<(u32, u32)> = (0..count).map(|at| (spread(at), at)).collect();
            pairs.extend([(0, 1), (u32::MAX, 2), (u32::MAX, 3), (u32::MAX << 17, 4)]);
            pairs.sort_unstable();
            for (key, _) in &pairs {
                let under = pairs.iter().filter(|pair| pair.0 == *key).map(|pair| pair.1);
                assert_eq!(found(&pairs, *key), under.collect::<Vec<_>>(), "{count} {key}");
            }
            assert!(found(&pairs, spread(count + 1)).is_empty());
        }
    }

    #[test]
    fn a_key_with_many_values_has_all_of_them_and_its_neighbours_theirs() {
        let [before, common, after] = [76, 77, 78].map(|key| key << 16);
        let mut pairs: Vec<(u32, u32)> = (0..5000).map(|value| (common, value)).collect();
        pairs.extend([(before, 1), (after, 2)]);
        pairs.sort_unstable();
        assert_eq!(found(&pairs, common).len(), 5000);
        assert_eq!((found(&pairs, before), found(&pairs, after)), (vec![1], vec![2]));
        assert!(found(&[], 5).is_empty());
    }

    #[test]
    fn buckets_of_every_size_around_the_change_of_search_are_searched_right() {
        for size in 1..=2 * u32::try_from(MAX_LINEAR_SEARCH).unwrap() {
            // Fewer than twelve entries give one bucket; with more, all entries are in one of several buckets.
            let pairs: Vec<(u32, u32)> = (0..size).map(|at| ((at + 1) << 16, at)).collect();
            for (key, value) in &pairs {
                assert_eq!(found(&pairs, *key), [*value], "{size}");
            }
            assert!(found(&pairs, 0).is_empty());
            assert!(found(&pairs, (size + 1) << 16).is_empty());
        }
    }

    #[test]
    fn the_table_has_a_power_of_two_of_buckets_with_six_entries_on_average_at_least() {
        for (postings, buckets) in [(0, 1), (11, 1), (12, 2), (23, 2), (24, 4), (6 * 64, 64)] {
            let pairs = (0..postings).map(|at| posting((spread(at), at)));
            let mut pairs: Vec<Posting> = pairs.collect();
            pairs.sort_unstable();
            let rendered = render(&pairs);
            assert_eq!(rendered.buckets.len(), (buckets + 1) * BUCKET_BYTES, "{postings}");
            assert_eq!(rendered.entries.len(), pairs.len() * ENTRY_BYTES);
        }
    }

    #[test]
    fn the_filter_of_a_bucket_excludes_ranges_without_an_entry() {
        let rendered = render(&[posting((0, 1)), posting((u32::MAX, 2))]);
        let filter = u32_at(&rendered.buckets, 4);
        assert_eq!(filter, 1 | 1 << 31);
        let stored = HashPostings { buckets: &rendered.buckets, entries: &rendered.entries };
        assert_eq!(stored.bucket(0, 0x8000).len(), 0);
        assert_eq!(stored.bucket(0, 0).len(), 2);
    }

    #[test]
    fn damaged_sections_yield_no_values_and_no_panic() {
        let mut rendered = render(&[posting((0, 1)), posting((u32::MAX, 2))]);
        rendered.buckets[..4].fill(0xff);
        let stored = HashPostings { buckets: &rendered.buckets, entries: &rendered.entries };
        assert_eq!(stored.values(0).count(), 0);
        assert_eq!(HashPostings { buckets: &[], entries: &[] }.values(7).count(), 0);
    }
}
