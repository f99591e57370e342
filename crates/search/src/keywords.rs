//! Which documents have a value in a field, for fields whose values are too many and too varied for a
//! column.

use std::hash::Hasher;

use interdict_index::IndexError;

use crate::bits::Doc;

/// Hashes of fields with folded values, and the documents that have them. Values themselves are not stored: 64 bits
/// collide by chance less than once in a million generations. The publisher of a list could make a value collide on
/// purpose, but would only make an entity of that list appear in more results.
#[derive(Debug)]
pub(crate) struct Keywords {
    /// Distinct hashes, ascending.
    hashes: Vec<u64>,
    /// Where the documents of each start, and the end.
    starts: Vec<u32>,
    docs: Vec<Doc>,
}

impl Keywords {
    /// The documents with a folded value in a field, ascending.
    pub(crate) fn with_value(&self, field: &str, value: &str) -> &[Doc] {
        self.docs_of(hash(field, Some(value)))
    }

    /// The documents with any value in a field, ascending.
    pub(crate) fn with_field(&self, field: &str) -> &[Doc] {
        self.docs_of(hash(field, None))
    }

    /// Bytes in memory.
    pub(crate) fn byte_len(&self) -> usize {
        size_of_val(&*self.hashes) + size_of_val(&*self.starts) + size_of_val(&*self.docs)
    }

    fn docs_of(&self, hash: u64) -> &[Doc] {
        let Ok(at) = self.hashes.binary_search(&hash) else { return &[] };
        let (Some(start), Some(end)) = (self.starts.get(at), self.starts.get(at + 1)) else {
            return &[];
        };
        self.docs.get(*start as usize..*end as usize).unwrap_or_default()
    }
}

/// FNV-1a over the field, a byte that no text contains, and the value; then a finishing mix, because the
/// high bits of FNV differ little between short texts.
fn hash(field: &str, value: Option<&str>) -> u64 {
    let mut state = Fnv(0xcbf2_9ce4_8422_2325);
    state.write(field.as_bytes());
    if let Some(value) = value {
        state.write_u8(0xff);
        state.write(value.as_bytes());
    }
    let mixed = (state.finish() ^ state.finish() >> 32).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed ^ mixed >> 29
}

struct Fnv(u64);

impl Hasher for Fnv {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3);
        }
    }
}

/// Collects values.
#[derive(Debug, Default)]
pub(crate) struct KeywordsBuilder {
    entries: Vec<(u64, Doc)>,
}

impl KeywordsBuilder {
    /// Adds a folded value of a document.
    pub(crate) fn add(&mut self, field: &str, value: &str, doc: Doc) {
        self.entries.push((hash(field, Some(value)), doc));
    }

    /// Records that a document has a value in a field.
    pub(crate) fn mark(&mut self, field: &str, doc: Doc) {
        self.entries.push((hash(field, None), doc));
    }

    /// Sorts the entries.
    pub(crate) fn finish(mut self) -> Result<Keywords, IndexError> {
        self.entries.sort_unstable();
        self.entries.dedup();
        let (mut hashes, mut starts) = (Vec::new(), Vec::new());
        let mut docs = Vec::with_capacity(self.entries.len());
        for (hash, doc) in self.entries {
            if hashes.last() != Some(&hash) {
                hashes.push(hash);
                starts.push(u32::try_from(docs.len()).unwrap_or(u32::MAX));
            }
            docs.push(doc);
        }
        let too_large = |_| IndexError::TooLarge("values of entities");
        starts.push(u32::try_from(docs.len()).map_err(too_large)?);
        hashes.shrink_to_fit();
        starts.shrink_to_fit();
        Ok(Keywords { hashes, starts, docs })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_found_in_its_field_only() {
        let mut builder = KeywordsBuilder::default();
        for (field, value, doc) in [("a", "x", 3), ("a", "x", 1), ("a", "x", 1), ("ax", "", 2)] {
            builder.add(field, value, doc);
            builder.mark(field, doc);
        }
        let keywords = builder.finish().unwrap();
        assert_eq!(keywords.with_value("a", "x"), [1, 3]);
        assert_eq!(keywords.with_value("ax", ""), [2]);
        assert_eq!(keywords.with_value("", "ax"), [0; 0]);
        assert_eq!(keywords.with_field("a"), [1, 3]);
        assert_eq!(keywords.with_field("b"), [0; 0]);
    }
}
