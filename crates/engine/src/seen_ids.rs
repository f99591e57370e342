//! The set of ids read so far.

use std::hash::{BuildHasher, RandomState};

use hashbrown::HashTable;

/// A set of ids that are stored elsewhere, by position. Two ids are the same only if their texts are: hashes are used
/// for the look-up only, never to decide that two ids are equal. It needs four bytes for each id and its share of the
/// table, less than a set of 64-bit hashes.
pub(crate) struct SeenIds<S = RandomState> {
    positions: HashTable<u32>,
    hasher: S,
}

impl SeenIds {
    pub(crate) fn new() -> Self {
        Self::with_hasher(RandomState::new())
    }
}

impl<S: BuildHasher> SeenIds<S> {
    fn with_hasher(hasher: S) -> Self {
        Self { positions: HashTable::new(), hasher }
    }

    /// Records that an id is stored at a position. Returns false and changes nothing if the id is known already.
    /// `id_at` returns the id at a recorded position.
    pub(crate) fn insert<'a>(
        &mut self,
        id: &str,
        position: u32,
        id_at: impl Fn(u32) -> Option<&'a str>,
    ) -> bool {
        let hash = self.hasher.hash_one(id);
        if self.positions.find(hash, |seen| id_at(*seen) == Some(id)).is_some() {
            return false;
        }
        let rehash = |seen: &u32| self.hasher.hash_one(id_at(*seen).unwrap_or_default());
        self.positions.insert_unique(hash, position, rehash);
        true
    }
}

#[cfg(test)]
mod tests {
    use std::hash::{BuildHasherDefault, Hasher};

    use super::*;

    /// A hasher under which all ids collide.
    #[derive(Default)]
    struct Constant;

    impl Hasher for Constant {
        fn finish(&self) -> u64 {
            7
        }

        fn write(&mut self, _bytes: &[u8]) {}
    }

    fn unique<S: BuildHasher>(mut seen: SeenIds<S>, ids: &[String]) -> Vec<String> {
        let mut stored: Vec<String> = Vec::new();
        for id in ids {
            let position = u32::try_from(stored.len()).unwrap();
            let at = |position: u32| stored.get(position as usize).map(String::as_str);
            if seen.insert(id, position, at) {
                stored.push(id.clone());
            }
        }
        stored
    }

    #[test]
    fn ids_with_equal_hashes_are_different_ids() {
        let ids: Vec<String> = (0..100).map(|number| format!("x-{}", number % 60)).collect();
        let expected = &ids[..60];
        let colliding: SeenIds<BuildHasherDefault<Constant>> =
            SeenIds::with_hasher(BuildHasherDefault::default());
        assert_eq!(unique(colliding, &ids), expected);
        assert_eq!(unique(SeenIds::new(), &ids), expected);
    }
}
