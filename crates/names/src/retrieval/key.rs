//! Keys: 64-bit hashes under which an index files terms and names.

/// The side that a key is made for.
///
/// A key for words that differ by one deletion is made from the shortened word on one side and from
/// the full word on the other. If both sides shortened their word, words two deletions apart would
/// collide, too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeySide {
    /// A listed name, when it is indexed.
    Document,
    /// A query, when it is looked up.
    Query,
}

/// What two terms have in common when they share a key. The numbers are part of the keys.
#[derive(Clone, Copy)]
pub(super) enum KeyKind {
    /// The folded text.
    Exact = 1,
    /// A set of names that are known to be confused.
    Distinct,
    /// A group of forms of one name.
    NameGroup,
    /// A meaning: of a known word, a legal form or a number.
    Fact,
    /// The consonants of one reading.
    Skeleton,
    /// The listed word has one consonant more.
    OneDeleted,
    /// One consonant differs.
    Substituted,
    /// Two consonants of the listed word are deleted, and up to two of the query's.
    TwoDeleted,
    /// The listed term is a shingle.
    Shingle,
    /// The first syllables of a reading.
    Syllables,
    /// On the listed side a short word, on the query's the first letters of its words.
    Acronym,
    /// The other way round.
    Initials,
    /// The letters of the whole name, in any order.
    Letters,
}

/// Mixes a value into a hash.
pub(super) fn mix(hash: u64, value: u64) -> u64 {
    (hash ^ value.wrapping_add(0x9e37_79b9_7f4a_7c15))
        .wrapping_mul(0xff51_afd7_ed55_8ccd)
        .rotate_left(31)
}

/// A key. It is mixed twice so that keys are spread evenly over all 64 bits: an index addresses its
/// buckets by the highest bits.
pub(super) fn hash_key(kind: KeyKind, value: u64) -> u64 {
    mix(mix(kind as u64, value), 0)
}
