//! Conversions between integer types of different width: the only place in this crate with `as`.

/// Every u32 is an index: the crate supports no target with a narrower `usize`.
const _: () = assert!(usize::BITS >= u32::BITS && usize::BITS <= u64::BITS);

/// A u32 as an index. Lossless.
pub(crate) const fn index(value: u32) -> usize {
    value as usize
}

/// A length or offset in memory as it is stored in a file. Lossless.
pub(crate) const fn stored_len(value: usize) -> u64 {
    value as u64
}

/// An offset read from a file, as an index; the largest one where it does not fit, which lies outside
/// of any slice.
pub(crate) fn offset(value: u64) -> usize {
    usize::try_from(value).unwrap_or(usize::MAX)
}

/// A count that a limit checked elsewhere keeps below 2^32; the caller names the limit. It saturates, so that a count
/// above the limit cannot turn into a small number.
pub(crate) fn count(value: usize) -> u32 {
    debug_assert!(u32::try_from(value).is_ok());
    u32::try_from(value).unwrap_or(u32::MAX)
}

/// The 32 highest bits.
pub(crate) const fn high_half(value: u64) -> u32 {
    (value >> 32) as u32
}

/// The 32 lowest bits.
pub(crate) const fn low_half(value: u64) -> u32 {
    (value & 0xffff_ffff) as u32
}

/// The 16 lowest bits.
pub(crate) const fn low_u16(value: u64) -> u16 {
    (value & 0xffff) as u16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conversions_keep_the_value_or_exactly_the_named_bits() {
        assert_eq!((index(u32::MAX), stored_len(7), offset(7)), (0xffff_ffff, 7, 7));
        assert_eq!(count(0xffff_fffe), 0xffff_fffe);
        let value = 0x0123_4567_89ab_cdef;
        assert_eq!((high_half(value), low_half(value)), (0x0123_4567, 0x89ab_cdef));
        assert_eq!(low_u16(value), 0xcdef);
    }
}
