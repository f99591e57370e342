//! Numbers under keys: sorted rows behind a table of buckets.
//!
//! Keys are hashes, so their highest bits spread them evenly: a table says where the rows of each value
//! of these bits start, and a look-up reads one place of it and a few neighbouring rows. A row holds the
//! bits that follow, and the number.

use crate::layout::u32_at;

/// What is stored of a key: enough of it that hardly two share it. Where two do, what is found under
/// both is looked at for either.
pub(crate) fn stored_key(key: u64) -> u32 {
    (key >> 32) as u32
}

/// Bytes of a row: the rest of a key u16, a number u32.
const ROW: usize = 6;
/// Rows of a bucket on average, at least: a look-up reads few, and the table stays small.
const BUCKET: usize = 2;

/// The bytes of the table for sorted pairs of stored key and number, and those of the rows. There are
/// fewer than 2^32 pairs.
pub(crate) fn render(pairs: &[(u32, u32)]) -> [Vec<u8>; 2] {
    let bits = (pairs.len() / BUCKET).checked_ilog2().unwrap_or(0);
    let mut buckets = Vec::with_capacity(((1 << bits) + 1) * 4);
    let mut start = 0;
    for bucket in 0..=1_u64 << bits {
        start += pairs[start..].partition_point(|(key, _)| bucket_of(*key, bits) < bucket);
        buckets.extend((start as u32).to_le_bytes());
    }
    let mut rows = Vec::with_capacity(pairs.len() * ROW);
    for (key, number) in pairs {
        rows.extend(rest_of(*key, bits).to_le_bytes());
        rows.extend(number.to_le_bytes());
    }
    [buckets, rows]
}

fn bucket_of(key: u32, bits: u32) -> u64 {
    u64::from(key) << bits >> 32
}

fn rest_of(key: u32, bits: u32) -> u16 {
    (u64::from(key) << bits >> 16) as u16
}

/// The numbers under a key, ascending.
pub(crate) fn numbers<'a>(
    buckets: &[u8],
    rows: &'a [u8],
    key: u64,
) -> impl Iterator<Item = u32> + 'a {
    let bits = (buckets.len() / 4).saturating_sub(1).checked_ilog2().unwrap_or(0);
    let place = bucket_of(stored_key(key), bits) as usize * 4;
    let rest = rest_of(stored_key(key), bits);
    let range = u32_at(buckets, place) as usize * ROW..u32_at(buckets, place + 4) as usize * ROW;
    let bucket = rows.get(range).unwrap_or_default().as_chunks::<ROW>().0;
    let rest_at = |row: &[u8; ROW]| u16::from_le_bytes([row[0], row[1]]);
    // Short as a rule, but a common key can have thousands.
    let first = if bucket.len() > 8 * BUCKET {
        bucket.partition_point(|row| rest_at(row) < rest)
    } else {
        bucket.iter().position(|row| rest_at(row) >= rest).unwrap_or(bucket.len())
    };
    bucket[first..]
        .iter()
        .take_while(move |row| rest_at(row) == rest)
        .map(|[_, _, number @ ..]| u32::from_le_bytes(*number))
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
        // Rows hold sixteen bits of a key at least.
        let spread = |at: u32| at.wrapping_mul(0x9e37_79b9) & 0xffff_0000;
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
    fn a_key_with_many_numbers_has_all_of_them_and_its_neighbours_theirs() {
        let [before, common, after] = [76, 77, 78].map(|key| key << 16);
        let mut pairs: Vec<(u32, u32)> = (0..5000).map(|number| (common, number)).collect();
        pairs.extend([(before, 1), (after, 2)]);
        pairs.sort_unstable();
        assert_eq!(found(&pairs, common).len(), 5000);
        assert_eq!((found(&pairs, before), found(&pairs, after)), (vec![1], vec![2]));
        assert!(found(&[], 5).is_empty());
    }
}
