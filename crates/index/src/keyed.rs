//! Numbers under keys: sorted pairs behind a table of buckets.
//!
//! Keys are hashes, so their highest bits spread them evenly: a table says where the pairs of each
//! value of these bits start, and a look-up reads one place of it and a few neighbouring pairs.

use crate::layout::u32_at;

/// What is stored of a key: enough of it that hardly two share it. Where two do, what is found under
/// both is looked at for either.
pub(crate) fn stored_key(key: u64) -> u32 {
    (key >> 32) as u32
}

/// Bytes of a pair.
const PAIR: usize = 8;
/// Pairs of a bucket on average, at least; half a cache line.
const BUCKET: usize = 4;

/// The bytes of the table for sorted pairs of stored key and number, and those of the pairs. There are
/// fewer than 2^32 pairs.
pub(crate) fn render(pairs: &[(u32, u32)]) -> [Vec<u8>; 2] {
    let bits = (pairs.len() / BUCKET).checked_ilog2().unwrap_or(0);
    let mut buckets = Vec::with_capacity(((1 << bits) + 1) * 4);
    let mut start = 0;
    for bucket in 0..=1_u64 << bits {
        start += pairs[start..].partition_point(|(key, _)| bucket_of(*key, bits) < bucket);
        buckets.extend((start as u32).to_le_bytes());
    }
    let bytes = |&(key, number): &(u32, u32)| [key.to_le_bytes(), number.to_le_bytes()];
    [buckets, pairs.iter().flat_map(bytes).flatten().collect()]
}

fn bucket_of(key: u32, bits: u32) -> u64 {
    u64::from(key) << bits >> 32
}

/// The numbers under a key, ascending.
pub(crate) fn numbers<'a>(
    buckets: &[u8],
    pairs: &'a [u8],
    key: u64,
) -> impl Iterator<Item = u32> + 'a {
    let key = stored_key(key);
    let bits = (buckets.len() / 4).saturating_sub(1).checked_ilog2().unwrap_or(0);
    let place = bucket_of(key, bits) as usize * 4;
    let range = u32_at(buckets, place) as usize * PAIR..u32_at(buckets, place + 4) as usize * PAIR;
    let bucket = pairs.get(range).unwrap_or_default().as_chunks::<PAIR>().0;
    // Short as a rule, but a common key can have thousands.
    let first = if bucket.len() > 4 * BUCKET {
        bucket.partition_point(|pair| u32_at(pair, 0) < key)
    } else {
        bucket.iter().position(|pair| u32_at(pair, 0) >= key).unwrap_or(bucket.len())
    };
    bucket[first..]
        .iter()
        .take_while(move |pair| u32_at(*pair, 0) == key)
        .map(|pair| u32_at(pair, 4))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(pairs: &[(u32, u32)], key: u32) -> Vec<u32> {
        let [buckets, bytes] = render(pairs);
        numbers(&buckets, &bytes, u64::from(key) << 32 | 7).collect()
    }

    #[test]
    fn numbers_are_found_wherever_their_key_lies() {
        let spread = |at: u32| at.wrapping_mul(0x9e37_79b9);
        for count in [0, 1, 2, 7, 8, 33, 1000] {
            let mut pairs: Vec<(u32, u32)> = (0..count).map(|at| (spread(at), at)).collect();
            pairs.extend([(0, 1), (u32::MAX, 2), (u32::MAX, 3), (u32::MAX - 1, 4)]);
            pairs.sort_unstable();
            for (key, _) in &pairs {
                let under = pairs.iter().filter(|pair| pair.0 == *key).map(|pair| pair.1);
                assert_eq!(found(&pairs, *key), under.collect::<Vec<_>>(), "{count} {key}");
            }
            assert!(found(&pairs, spread(count + 1)).is_empty());
        }
    }

    #[test]
    fn a_key_with_many_numbers_has_all_of_them_and_its_neighbours_theirs() {
        let mut pairs: Vec<(u32, u32)> = (0..5000).map(|number| (77, number)).collect();
        pairs.extend([(76, 1), (78, 2)]);
        pairs.sort_unstable();
        assert_eq!(found(&pairs, 77).len(), 5000);
        assert_eq!((found(&pairs, 76), found(&pairs, 78)), (vec![1], vec![2]));
        assert!(found(&[], 5).is_empty());
    }
}
