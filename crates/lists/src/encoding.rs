//! Text in Windows-1252, the encoding of older lists.

use encoding_rs::WINDOWS_1252;

/// Decodes Windows-1252: exactly one letter for each byte, `None` for the five bytes that the code page
/// does not define. The Encoding Standard, which `encoding_rs` implements, maps those five to control
/// characters; in a list they are damage and have to be reported.
pub(crate) fn decode_windows_1252(bytes: &[u8]) -> impl Iterator<Item = Option<char>> {
    let (text, _) = WINDOWS_1252.decode_without_bom_handling(bytes);
    let letters: Vec<char> = text.chars().collect();
    letters.into_iter().map(|letter| (!matches!(letter, '\u{80}'..='\u{9F}')).then_some(letter))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_has_the_letter_of_the_code_page_and_five_have_none() {
        let upper = "€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ";
        let expected = (0..0x80_u8)
            .map(|byte| Some(char::from(byte)))
            .chain(upper.chars().map(|letter| (letter != ' ').then_some(letter)))
            .chain((0xA0..=0xFF).map(|byte| Some(char::from(byte))));
        let every: Vec<u8> = (0..=0xFF).collect();
        assert!(decode_windows_1252(&every).eq(expected));
    }

    #[test]
    fn a_byte_order_mark_of_another_encoding_is_plain_text() {
        let decoded: Option<String> = decode_windows_1252(b"\xEF\xBB\xBFa").collect();
        assert_eq!(decoded.as_deref(), Some("ï»¿a"));
    }
}
