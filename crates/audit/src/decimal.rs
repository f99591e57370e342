//! Numbers as the formats of C2SP write them: ASCII digits, no sign, no leading zeros.

/// Parses a number; `None` if it is not in this form, or does not fit into 64 bits.
pub(crate) fn parse(text: &str) -> Option<u64> {
    let has_form = text.bytes().all(|byte| byte.is_ascii_digit());
    let leads_with_zero = text.len() > 1 && text.starts_with('0');
    if has_form && !leads_with_zero { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn only_the_shortest_form_of_a_number_is_read() {
        for (text, number) in [("0", 0), ("10", 10), ("18446744073709551615", u64::MAX)] {
            assert_eq!(parse(text), Some(number));
        }
        for text in
            ["", "00", "01", "+1", "-1", " 1", "1 ", "1_0", "0x1", "١", "18446744073709551616"]
        {
            assert_eq!(parse(text), None, "{text:?}");
        }
    }
}
