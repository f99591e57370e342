//! Shares of amounts, exact for all 128-bit values.

/// A part of a whole. The part never exceeds the whole, so a share of an amount never exceeds the
/// amount and the product always fits 128 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Share {
    part: u128,
    whole: u128,
}

impl Share {
    /// A part above the whole counts as the whole. Valid ledgers do not state one; in a damaged ledger
    /// this keeps a share from creating units.
    #[inline]
    pub(crate) fn of(part: u128, whole: u128) -> Self {
        Self { part: part.min(whole), whole }
    }

    /// `value * part / whole`, rounded down. A share of an empty whole is zero.
    #[inline]
    pub(crate) fn times(self, value: u128) -> u128 {
        let Self { part, whole } = self;
        if part == whole {
            return if whole == 0 { 0 } else { value };
        }
        if let Some(product) = value.checked_mul(part) {
            return product.checked_div(whole).unwrap_or(0);
        }
        let (high, low) = wide_mul(value, part);
        wide_div(high, low, whole)
    }
}

/// The 256-bit product as upper and lower half.
fn wide_mul(a: u128, b: u128) -> (u128, u128) {
    const HALF: u128 = u64::MAX as u128;
    let (a1, a0, b1, b0) = (a >> 64, a & HALF, b >> 64, b & HALF);
    let low = a0 * b0;
    let middle = a1 * b0 + (low >> 64);
    let (middle_high, middle_low) = (middle >> 64, middle & HALF);
    let cross = a0 * b1 + middle_low;
    (a1 * b1 + middle_high + (cross >> 64), cross << 64 | low & HALF)
}

/// Division of 256 by 128 bits: Knuth's algorithm D with two 64-bit digits. The quotient fits 128 bits
/// because a share's part is at most its whole.
fn wide_div(high: u128, low: u128, divisor: u128) -> u128 {
    const HALF: u128 = u64::MAX as u128;
    let shift = divisor.leading_zeros();
    let divisor = divisor << shift;
    let (d1, d0) = (divisor >> 64, divisor & HALF);
    let (n_high, n_low) =
        if shift == 0 { (high, low) } else { (high << shift | low >> (128 - shift), low << shift) };
    let digit = |top: u128, next: u128| {
        let (mut q, mut r) = (top / d1, top % d1);
        while q > HALF || q * d0 > (r << 64 | next) {
            q -= 1;
            r += d1;
            if r > HALF {
                break;
            }
        }
        (q, (top << 64 | next).wrapping_sub(q.wrapping_mul(divisor)))
    };
    let (q1, rest) = digit(n_high, n_low >> 64);
    let (q0, _) = digit(rest, n_low & HALF);
    q1 << 64 | q0
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_part_above_its_whole_counts_as_the_whole() {
        assert_eq!(Share::of(3, 2).times(10), 10);
        assert_eq!(Share::of(u128::MAX, 7).times(u128::MAX), u128::MAX);
        assert_eq!(Share::of(5, 0).times(10), 0);
        assert_eq!(Share::of(1, 3).times(10), 3);
    }

    proptest! {
        #[test]
        fn a_share_is_the_floor_of_the_exact_quotient(value: u128, a: u128, b in 1u128..) {
            let (part, whole) = (a.min(b), a.max(b));
            let quotient = Share::of(part, whole).times(value);
            let (want_high, want_low) = wide_mul(value, part);
            let (high, low) = wide_mul(quotient, whole);
            prop_assert!((high, low) <= (want_high, want_low));
            // The next larger digit would be too large.
            let (next_low, carry) = low.overflowing_add(whole);
            prop_assert!((high + u128::from(carry), next_low) > (want_high, want_low));
        }

        #[test]
        fn a_share_never_exceeds_the_amount(value: u128, part: u128, whole: u128) {
            prop_assert!(Share::of(part, whole).times(value) <= value);
        }
    }
}
