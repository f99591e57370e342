//! Numbers under keys: sorted rows behind a table of buckets.
//!
//! Keys are hashes, so their highest bits spread them evenly: a table says where the rows of each value
//! of these bits start. A row holds the bits that follow, and the number. Most keys that are asked for
//! have no number, and the table tells so for most of them: it also says which ranges of the following
//! bits occur in a bucket, so that no row is read in vain.

use crate::layout::{u32_at, u64_at};

/// What is stored of a key: enough of it that hardly two share it. Where two do, what is found under
/// both is looked at for either.
pub(crate) fn stored_key(key: u64) -> u32 {
    (key >> 32) as u32
}

/// Bytes of a bucket: where its rows start u32, and which of 32 ranges of rests occur, as bits u32.
const BUCKET: usize = 8;
/// Bytes of a row: the rest of a key u16, a number u32.
const ROW: usize = 6;
/// Rows of a bucket on average, at least: few to look at, and a small table.
const ROWS: usize = 6;
/// In a bucket with more rows the key is searched for.
const MANY: usize = 24;

/// The bytes of the table for sorted pairs of stored key and number, and those of the rows. There are
/// fewer than 2^32 pairs.
pub(crate) fn render(pairs: &[(u32, u32)]) -> [Vec<u8>; 2] {
    let bits = (pairs.len() / ROWS).checked_ilog2().unwrap_or(0);
    let mut buckets = Vec::with_capacity(((1 << bits) + 1) * BUCKET);
    let mut rows = Vec::with_capacity(pairs.len() * ROW);
    let mut start = 0;
    for bucket in 0..=1_u64 << bits {
        let end = start + pairs[start..].partition_point(|pair| bucket_of(pair.0, bits) <= bucket);
        buckets.extend((start as u32).to_le_bytes());
        let mut ranges = 0;
        for (key, number) in &pairs[start..end] {
            let rest = rest_of(*key, bits);
            ranges |= range_of(rest);
            rows.extend(rest.to_le_bytes());
            rows.extend(number.to_le_bytes());
        }
        buckets.extend(ranges.to_le_bytes());
        start = end;
    }
    [buckets, rows]
}

fn bucket_of(key: u32, bits: u32) -> u64 {
    u64::from(key) << bits >> 32
}

fn rest_of(key: u32, bits: u32) -> u16 {
    (u64::from(key) << bits >> 16) as u16
}

fn range_of(rest: u16) -> u32 {
    1 << (rest >> 11)
}

/// The numbers under a key, ascending.
pub(crate) fn numbers<'a>(
    buckets: &[u8],
    rows: &'a [u8],
    key: u64,
) -> impl Iterator<Item = u32> + 'a {
    let bits = (buckets.len() / BUCKET).saturating_sub(1).checked_ilog2().unwrap_or(0);
    let place = bucket_of(stored_key(key), bits) as usize * BUCKET;
    let rest = rest_of(stored_key(key), bits);
    let bucket = u64_at(buckets, place);
    let occurs = (bucket >> 32) as u32 & range_of(rest) != 0;
    let end = if occurs { u32_at(buckets, place + BUCKET) } else { 0 };
    let range = bucket as u32 as usize * ROW..end as usize * ROW;
    let found = rows.get(range).unwrap_or_default().as_chunks::<ROW>().0;
    let rest_at = |row: &[u8; ROW]| u16::from_le_bytes([row[0], row[1]]);
    let first = if found.len() > MANY {
        found.partition_point(|row| rest_at(row) < rest)
    } else {
        found.iter().position(|row| rest_at(row) >= rest).unwrap_or(found.len())
    };
    found[first..]
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
