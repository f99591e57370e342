//! Finding a place in sorted bytes.

use std::cmp::Ordering;

/// What is stored of a key: enough of it that hardly two share it. Where two do, what is found under
/// both is looked at for either.
pub(crate) fn stored_key(key: u64) -> u32 {
    (key >> 32) as u32
}

/// Finds a key among sorted u32s. Keys are hashes, so their place can be guessed from their value:
/// the search starts there and doubles its step until the key is enclosed.
pub(crate) fn find_key(keys: &[u8], key: u32) -> Option<usize> {
    let keys = keys.as_chunks::<4>().0;
    let at = |index: usize| u32::from_le_bytes(keys[index]);
    let guess = ((u64::from(key) * keys.len() as u64) >> 32) as usize;
    let (mut low, mut high) = (guess, (guess + 1).min(keys.len()));
    let mut step = 8;
    while low > 0 && at(low) > key {
        low = low.saturating_sub(step);
        step *= 2;
    }
    step = 8;
    while high < keys.len() && at(high) <= key {
        high = (high + step).min(keys.len());
        step *= 2;
    }
    while low < high {
        let middle = low + (high - low) / 2;
        match at(middle).cmp(&key) {
            Ordering::Less => low = middle + 1,
            Ordering::Greater => high = middle,
            Ordering::Equal => return Some(middle),
        }
    }
    None
}

/// The id in an entity's JSON, which is written first.
pub(crate) fn id_in(json: &[u8]) -> Option<std::borrow::Cow<'_, str>> {
    let rest = json.strip_prefix(br#"{"id":""#)?;
    let end = rest.iter().position(|byte| *byte == b'"')?;
    let plain = rest.get(..end)?;
    if plain.contains(&b'\\') {
        #[derive(serde::Deserialize)]
        struct Id {
            id: String,
        }
        return serde_json::from_slice::<Id>(json).ok().map(|found| found.id.into());
    }
    std::str::from_utf8(plain).ok().map(Into::into)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_found_wherever_they_lie() {
        let values: Vec<u32> = vec![0, 1, 2, 3, 1 << 20, 1 << 30, u32::MAX - 1, u32::MAX];
        let bytes: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        for (index, value) in values.iter().enumerate() {
            assert_eq!(find_key(&bytes, *value), Some(index), "{value}");
        }
        for missing in [4, 1 << 21, u32::MAX - 2] {
            assert_eq!(find_key(&bytes, missing), None);
        }
        assert_eq!(find_key(&[], 7), None);
    }

    #[test]
    fn ids_are_read_without_parsing_the_whole_entity() {
        assert_eq!(id_in(br#"{"id":"a-1","schema":"Person"}"#).unwrap(), "a-1");
        assert_eq!(id_in(br#"{"id":"a\"1","schema":"Person"}"#).unwrap(), "a\"1");
    }
}
