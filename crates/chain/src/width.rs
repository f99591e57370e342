//! Conversions between integer widths, in one checked place.
//!
//! Ledgers number rows, slots, transactions and addresses with 32 bits; a builder refuses more than
//! 2^31 rows. Values beyond a target's range saturate, so that a damaged or unforeseen number stays
//! out of range instead of wrapping to a valid one.

/// An index from a 32-bit number. Lossless: supported platforms have at least 32-bit addresses.
#[inline]
pub(crate) const fn index_of(number: u32) -> usize {
    number as usize
}

/// A 32-bit number from an index or a length.
#[inline]
pub(crate) fn number_of(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

/// A 64-bit count from a length. Lossless: no supported platform has wider addresses.
#[inline]
pub(crate) const fn count_of(length: usize) -> u64 {
    length as u64
}

/// A length in memory from a stored 64-bit count.
#[inline]
pub(crate) fn length_of(count: u64) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}

/// The lower 64 bits of an amount; the upper ones are kept elsewhere or known to be zero.
#[inline]
#[allow(clippy::cast_possible_truncation, reason = "cutting off the upper half is the purpose")]
pub(crate) const fn low_half(wide: u128) -> u64 {
    wide as u64
}

/// The lower 32 bits of a number; the upper ones are kept elsewhere.
#[inline]
#[allow(clippy::cast_possible_truncation, reason = "cutting off the upper bits is the purpose")]
pub(crate) const fn low_word(wide: u128) -> u32 {
    wide as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_do_not_fit_saturate() {
        assert_eq!(number_of(7), 7);
        assert_eq!(number_of(index_of(u32::MAX)), u32::MAX);
        assert_eq!(number_of(usize::MAX), u32::MAX);
        assert_eq!(length_of(u64::MAX), usize::MAX);
        assert_eq!(low_half(u128::MAX - 1), u64::MAX - 1);
        assert_eq!(low_word(0x1_0000_0005), 5);
    }
}
