//! Amounts: integers in an asset's smallest unit, read from text by stated rules.

/// The treatment of digits beyond the asset's smallest unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Rounding {
    /// Refuse the value.
    #[default]
    Reject,
    /// Round half to even at the smallest unit; the caller counts it. For files whose amounts were
    /// written through binary floating point.
    HalfEven,
}

/// A read amount, and whether digits were rounded away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParsedAmount {
    /// The amount in the smallest unit.
    pub units: u128,
    /// Whether the text held more digits than the asset has.
    pub rounded: bool,
}

/// The reason why a text is not an amount.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AmountError {
    /// Not a plain decimal number.
    #[error("{0:?} is not a plain non-negative decimal number")]
    NotANumber(String),
    /// Written with thousands separators.
    #[error("{0:?} has thousands separators; export plain numbers or allow separators")]
    Separators(String),
    /// More digits than the asset has.
    #[error(
        "{text:?} has more than the asset's {decimals} decimals, so it was written through floating point"
    )]
    TooFine {
        /// The text.
        text: String,
        /// The asset's decimals.
        decimals: u8,
    },
    /// Larger than a ledger column.
    #[error("{0:?} does not fit 128 bits")]
    TooLarge(String),
}

/// Reads a decimal number ("12.5", "1e-05") as an integer of the asset's smallest unit.
///
/// # Errors
/// On signs, letters, separators, more digits than `rounding` allows, and values beyond 128 bits.
pub fn parse_amount(
    text: &str,
    decimals: u8,
    rounding: Rounding,
) -> Result<ParsedAmount, AmountError> {
    let shown = || text.chars().take(48).collect::<String>();
    let bad = || AmountError::NotANumber(shown());
    let trimmed = text.trim();
    if trimmed.contains(',') {
        return Err(AmountError::Separators(shown()));
    }
    let (mantissa, exponent) = match trimmed.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().map_err(|_| bad())?),
        None => (trimmed, 0),
    };
    if !(-100..=100).contains(&exponent) {
        return Err(bad());
    }
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits: Vec<u8> = whole.bytes().chain(fraction.bytes()).collect();
    if digits.is_empty() || digits.len() > 200 || !digits.iter().all(u8::is_ascii_digit) {
        return Err(bad());
    }
    let point =
        i64::try_from(whole.len()).map_err(|_| bad())? + i64::from(exponent) + i64::from(decimals);
    let (kept, cut) = split_digits(&digits, point);
    let units = integer(kept, point).ok_or_else(|| AmountError::TooLarge(shown()))?;
    if cut.iter().all(|d| *d == b'0') {
        return Ok(ParsedAmount { units, rounded: false });
    }
    if rounding == Rounding::Reject {
        return Err(AmountError::TooFine { text: shown(), decimals });
    }
    let leading_zeros = if point < 0 { usize::try_from(-point).unwrap_or(usize::MAX) } else { 0 };
    let up = leading_zeros == 0 && rounds_up(cut, units);
    let units = units.checked_add(u128::from(up)).ok_or_else(|| AmountError::TooLarge(shown()))?;
    Ok(ParsedAmount { units, rounded: true })
}

/// Splits the digits at the smallest unit.
fn split_digits(digits: &[u8], point: i64) -> (&[u8], &[u8]) {
    let at = usize::try_from(point.max(0)).unwrap_or(usize::MAX).min(digits.len());
    digits.split_at(at)
}

fn integer(kept: &[u8], point: i64) -> Option<u128> {
    let mut value = 0u128;
    for digit in kept {
        value = value.checked_mul(10)?.checked_add(u128::from(digit - b'0'))?;
    }
    let zeros = usize::try_from(point.max(0)).ok()?.saturating_sub(kept.len());
    if value == 0 {
        return Some(0);
    }
    (0..zeros).try_fold(value, |value, _| value.checked_mul(10))
}

fn rounds_up(cut: &[u8], units: u128) -> bool {
    let (first, rest) = cut.split_first().unwrap_or((&b'0', &[]));
    match first {
        b'6'..=b'9' => true,
        b'5' => rest.iter().any(|d| *d != b'0') || units % 2 == 1,
        _ => false,
    }
}

/// Reads a whole number of smallest units in decimal.
///
/// # Errors
/// On anything but digits, and on values beyond 128 bits.
pub fn parse_units(text: &str) -> Result<u128, AmountError> {
    parse_amount(text, 0, Rounding::Reject).map(|amount| amount.units)
}

/// Writes an amount with its decimal point, trailing zeros cut.
pub fn format_amount(units: u128, decimals: u8) -> String {
    let digits = format!("{units:0>width$}", width = usize::from(decimals) + 1);
    let (whole, fraction) = digits.split_at(digits.len() - usize::from(decimals));
    let fraction = fraction.trim_end_matches('0');
    if fraction.is_empty() { whole.to_owned() } else { format!("{whole}.{fraction}") }
}

/// Writes an amount for people: thousands in groups, at most `places` decimals, cut and not rounded up.
pub fn format_short(units: u128, decimals: u8, places: usize) -> String {
    let plain = format_amount(units, decimals);
    let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
    let mut grouped = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let kept = fraction.get(..places).unwrap_or(fraction).trim_end_matches('0');
    if kept.is_empty() { grouped } else { format!("{grouped}.{kept}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn units(text: &str, decimals: u8) -> u128 {
        parse_amount(text, decimals, Rounding::Reject).unwrap().units
    }

    #[test]
    fn decimal_text_becomes_whole_units() {
        assert_eq!(units("173600", 18), 173_600_000_000_000_000_000_000);
        assert_eq!(units("1e-05", 18), 10_000_000_000_000);
        assert_eq!(units("0.002120804918497651", 18), 2_120_804_918_497_651);
        assert_eq!(units("0.0", 18), 0);
        assert_eq!(units("1.50", 1), 15);
        assert_eq!(units("12E2", 0), 1_200);
    }

    #[test]
    fn what_is_not_a_plain_number_is_refused() {
        for text in ["", "-1", "+1", "1,000.5", "0x10", "1.2.3", ".", "1e", "1e999", "NaN", "٣"] {
            assert!(parse_amount(text, 18, Rounding::HalfEven).is_err(), "{text}");
        }
        assert!(matches!(parse_units(&"9".repeat(39)), Err(AmountError::TooLarge(_))));
        assert!(matches!(
            parse_amount("1.23", 1, Rounding::Reject),
            Err(AmountError::TooFine { .. })
        ));
    }

    #[test]
    fn digits_beyond_the_smallest_unit_round_half_to_even_when_allowed() {
        let read = |text| parse_amount(text, 1, Rounding::HalfEven).unwrap();
        assert_eq!(read("0.25"), ParsedAmount { units: 2, rounded: true });
        assert_eq!(read("0.35"), ParsedAmount { units: 4, rounded: true });
        assert_eq!(read("0.2501").units, 3);
        assert_eq!(read("0.0009").units, 0);
        assert_eq!(read("9e-9").units, 0);
        assert_eq!(read("0.10"), ParsedAmount { units: 1, rounded: false });
    }

    #[test]
    fn amounts_are_written_for_machines_and_for_people() {
        assert_eq!(format_amount(1_500_000, 6), "1.5");
        assert_eq!(format_amount(7, 0), "7");
        assert_eq!(format_short(167_213_159_000_000_000_000_000, 18, 3), "167,213.159");
        assert_eq!(format_short(999, 0, 2), "999");
    }

    proptest! {
        #[test]
        fn written_amounts_read_back(value: u128, decimals in 0u8..30) {
            prop_assert_eq!(units(&format_amount(value, decimals), decimals), value);
        }
    }
}
