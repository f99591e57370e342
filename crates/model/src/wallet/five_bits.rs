//! The base 32 of bech32 and CashAddr: letters that stand for five bits each.

use bech32::Fe32;
use bech32::primitives::iter::Fe32IterExt;

/// The five-bit values of a text in lower case; `None` when a character is not in the alphabet.
pub(super) fn parse_five_bits(text: &str) -> Option<Vec<Fe32>> {
    text.chars().map(|letter| Fe32::from_char(letter).ok()).collect()
}

/// Regroups five-bit values as bytes. The bits left over must be fewer than five and all zero:
/// otherwise several texts would stand for the same bytes.
pub(super) fn to_bytes(values: &[Fe32]) -> Option<Vec<u8>> {
    let left_over = values.len() * 5 % 8;
    let last = values.last().map_or(0, |value| value.to_u8());
    let padding = last & ((1 << left_over) - 1);
    (left_over < 5 && padding == 0).then(|| values.iter().copied().fes_to_bytes().collect())
}

#[cfg(test)]
mod tests {
    use bech32::primitives::iter::ByteIterExt;

    use super::*;

    #[test]
    fn only_letters_of_the_alphabet_have_a_value() {
        let values = parse_five_bits("qpzl").unwrap();
        assert_eq!(values.iter().map(|value| value.to_u8()).collect::<Vec<_>>(), [0, 1, 2, 31]);
        for text in ["b", "i", "o", "1", "q-", "é"] {
            assert_eq!(parse_five_bits(text), None, "{text}");
        }
    }

    #[test]
    fn padding_must_be_short_and_zero() {
        let read = |values: &[u8]| {
            let values: Vec<Fe32> =
                values.iter().map(|value| Fe32::try_from(*value).unwrap()).collect();
            to_bytes(&values)
        };
        assert_eq!(read(&[]), Some(vec![]));
        assert_eq!(read(&[31, 28]), Some(vec![0xff]));
        for padding in [1, 2] {
            assert_eq!(read(&[31, 28 + padding]), None, "two bits of padding that are not zero");
        }
        assert_eq!(read(&[0]), None, "five bits are left over");
        assert_eq!(read(&[0, 0, 0]), None, "seven bits are left over");
        assert_eq!(read(&[0, 0, 0, 0]), Some(vec![0, 0]), "four bits are left over");
    }

    proptest::proptest! {
        #[test]
        fn bytes_written_in_base_32_read_back(bytes: Vec<u8>) {
            let values: Vec<Fe32> = bytes.iter().copied().bytes_to_fes().collect();
            proptest::prop_assert_eq!(to_bytes(&values), Some(bytes));
        }
    }
}
