//! Values of names that are not the names that were meant: masked, encoded, or read in a wrong encoding. They are screened
//! as they are written, and reported, because a listed name could be behind them.

use crate::written::has_slip;
use encoding_rs::{Encoding, KOI8_R, MACINTOSH, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252};
use interdict_model::wallet::addresses_within;

const MASKED: &str = "a name is masked, cut or has replaced letters (`***`, `???`, `XXX`, `...`)";
const ENCODED: &str =
    "a name is encoded, or is a piece of a program's data (`=D0=9F`, `{...}`, an id)";
const GARBLED: &str = "a name was read in a wrong encoding";

/// Encodings in which text is often read although it is in another one.
const USUAL: [&Encoding; 5] = [WINDOWS_1252, WINDOWS_1251, KOI8_R, WINDOWS_1250, MACINTOSH];
/// The fewest signs of a text without a blank that can be an id or encoded text.
const ID_SIGNS: usize = 16;

/// Why a text cannot be the name that was meant.
pub(crate) fn why_unreadable(text: &str) -> Option<&'static str> {
    if is_data(text) {
        Some(ENCODED)
    } else if is_masked(text) {
        Some(MASKED)
    } else if is_garbled(text) {
        Some(GARBLED)
    } else {
        None
    }
}

/// Whether a text consists of signs that stand for letters, such as `*****`. One or two of them stand for "no value".
pub(crate) fn is_only_a_mask(text: &str) -> bool {
    let mut signs = text.chars().filter(|sign| !sign.is_whitespace()).peekable();
    signs.peek().is_some()
        && text.chars().filter(|sign| is_mask(*sign)).nth(2).is_some()
        && signs.all(is_mask)
}

fn is_mask(sign: char) -> bool {
    matches!(sign, '*' | '?' | '#' | '\u{2022}' | '\u{25CF}' | '\u{2588}' | '\u{25A0}' | '\u{FFFD}')
}

/// Whether a text has signs in place of letters: a run of them, one inside of a word or before it, a run of `X`, or an
/// ellipsis at the end of a word.
fn is_masked(text: &str) -> bool {
    if text.contains("://") {
        return false;
    }
    let signs: Vec<char> = text.chars().collect();
    let at = |place: usize| signs.get(place).copied();
    let is_letter = |place: Option<char>| place.is_some_and(char::is_alphanumeric);
    let has_mask = (0..signs.len()).any(|place| {
        let before = place.checked_sub(1).and_then(at);
        let (this, after) = (at(place), at(place + 1));
        let is_run = this.is_some_and(is_mask) && after.is_some_and(is_mask);
        let is_in_word = matches!(this, Some('*' | '?' | '\u{2022}' | '\u{25CF}' | '\u{2588}'))
            && (is_letter(before) || this == Some('*'))
            && is_letter(after);
        is_run || is_in_word || this == Some('\u{FFFD}')
    });
    let is_run_of_x = |word: &str| word.to_ascii_lowercase().contains("xxx");
    let is_cut = text.ends_with("...") || text.ends_with('\u{2026}');
    has_mask
        || text.split_whitespace().any(is_run_of_x)
        || is_cut && text.chars().any(char::is_alphabetic)
}

/// Whether a text is encoded or is data: quoted-printable, MIME, markup, an object of JSON, a placeholder of a template, a
/// UUID, or base64.
fn is_data(text: &str) -> bool {
    let text = text.trim();
    let is_code = |code: &str| {
        let digits = code.as_bytes().get(..2);
        digits.is_some_and(|digits| {
            digits.iter().all(|digit| matches!(digit, b'0'..=b'9' | b'A'..=b'F'))
        })
    };
    let is_quoted = text.split('=').skip(1).any(is_code) || text.contains("=?");
    let is_markup = text.contains("<![")
        || text.contains("</")
        || text.split('<').skip(1).any(|tag| tag.contains('>') && !tag.contains('@'));
    let is_wrapped = [('{', '}'), ('[', ']')]
        .iter()
        .any(|(open, close)| text.starts_with(*open) && text.ends_with(*close))
        || text.contains("{{")
        || text.contains("${");
    is_quoted || is_markup || is_wrapped || is_id(text) && !is_address(text)
}

/// Whether a text is a wallet address, which is looked up as one.
fn is_address(text: &str) -> bool {
    has_slip(text) || !addresses_within(text).is_empty()
}

/// Whether a text without a blank is a UUID, a hash or base64.
fn is_id(text: &str) -> bool {
    if text.len() < ID_SIGNS || !text.bytes().all(is_of_base64) {
        return false;
    }
    let body = text.trim_end_matches('=');
    let count = |is: &dyn Fn(u8) -> bool| body.bytes().filter(|byte| is(*byte)).count();
    let digits = count(&|byte| byte.is_ascii_digit());
    let is_hex = body.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    let bytes = body.as_bytes();
    let changes = bytes.windows(2).filter(|pair| {
        matches!(pair, [first, second] if first.is_ascii_lowercase() && second.is_ascii_uppercase())
    });
    let changes = changes.count();
    let is_mixed =
        changes >= 2 && count(&|byte| byte.is_ascii_uppercase()) >= 4 && !body.contains('-');
    let is_sure = digits > 0 || body.len() < text.len() || changes >= 4;
    is_hex && digits >= 4 || is_mixed && is_sure
}

fn is_of_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=' | b'-' | b'_')
}

/// Whether a text was decoded as another encoding than it is in.
fn is_garbled(text: &str) -> bool {
    !text.is_ascii()
        && (is_utf8_as_other(text)
            || text.split(|sign: char| !is_word_sign(sign)).any(is_garbled_word))
}

fn is_word_sign(sign: char) -> bool {
    !sign.is_whitespace() && !matches!(sign, ',' | ';' | '/' | '-' | '(' | ')' | '"')
}

/// Whether the text is UTF-8 that was read as an encoding of one byte for each letter. In that encoding its bytes are
/// again UTF-8, which other texts in it practically never are.
fn is_utf8_as_other(text: &str) -> bool {
    // A single pair of letters may be UTF-8 by chance: in Windows-1250, `ÓŁ` is a letter of a few Cyrillic alphabets.
    let has_sign = text.chars().any(|sign| !sign.is_ascii() && !sign.is_alphabetic());
    let is_likelier = |decoded: &str| {
        let foreign = decoded.chars().filter(|letter| !letter.is_ascii());
        let is_rare = |letter: char| matches!(letter, '\u{460}'..='\u{52F}');
        foreign.clone().count() > usize::from(!has_sign) && !foreign.clone().any(is_rare)
    };
    let is_utf8_in = |encoding: &'static Encoding| {
        let bytes = match encoding == WINDOWS_1252 {
            true => latin_bytes(text),
            false => {
                let (bytes, _, has_errors) = encoding.encode(text);
                (!has_errors).then(|| bytes.into_owned())
            }
        };
        bytes.is_some_and(|bytes| std::str::from_utf8(&bytes).is_ok_and(is_likelier))
    };
    USUAL.into_iter().any(is_utf8_in)
}

/// The bytes of a text in Windows-1252, or in Latin-1 for control characters.
fn latin_bytes(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    for letter in text.chars() {
        let mut buffer = [0; 4];
        let (encoded, _, has_error) = WINDOWS_1252.encode(letter.encode_utf8(&mut buffer));
        match u8::try_from(u32::from(letter)) {
            Ok(byte) => bytes.push(byte),
            Err(_) if has_error => return None,
            Err(_) => bytes.extend_from_slice(&encoded),
        }
    }
    Some(bytes)
}

/// Whether no language writes a word so: with three different accented letters of Latin-1 one after the other, with small
/// letters before capitals in Cyrillic, or with signs between letters.
fn is_garbled_word(word: &str) -> bool {
    let letters: Vec<char> = word.chars().collect();
    let is_accented = |letter: char| matches!(letter, '\u{C0}'..='\u{FF}');
    let accents = letters.windows(4).any(|run| {
        run.iter().all(|letter| is_accented(*letter))
            && run.windows(2).filter(|pair| pair.first() != pair.last()).count() > 1
    });
    let mostly =
        letters.iter().filter(|letter| is_accented(**letter)).count() * 4 > letters.len() * 3;
    let is_cyrillic = |letter: char| matches!(letter, '\u{400}'..='\u{4FF}');
    let is_inverted = letters.len() > 2
        && letters.iter().all(|letter| is_cyrillic(*letter))
        && letters.first().is_some_and(|letter| letter.is_lowercase())
        && letters.iter().skip(1).all(|letter| letter.is_uppercase());
    let is_sign = |sign: char| {
        matches!(sign, '\u{80}'..='\u{9F}' | '\u{A4}' | '\u{A6}' | '\u{A7}' | '\u{A9}' | '\u{AC}' | '\u{B1}'
            | '\u{B6}' | '\u{BC}'..='\u{BE}' | '\u{2500}'..='\u{259F}')
    };
    let has_sign = letters.windows(2).any(|pair| match pair {
        [first, second] => {
            is_sign(*first) && second.is_alphabetic() || first.is_alphabetic() && is_sign(*second)
        }
        _ => false,
    });
    accents || mostly && letters.len() > 2 || is_inverted || has_sign
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masked_encoded_and_garbled_names_are_recognised() {
        for (why, texts) in [
            (
                MASKED,
                &[
                    "?????? SAFA",
                    "V***** P****",
                    "XXXXXX",
                    "Ivo XXX",
                    "Ivo R?e",
                    "Ivo R\u{FFFD}e",
                    "Anatol...",
                    "Ivo ██████",
                    "###",
                    "*Ivo",
                ][..],
            ),
            (
                ENCODED,
                &[
                    "Ivo=20Roe",
                    "=D0=9F=D0=B5",
                    "=?utf-8?B?SXZv?=",
                    "<![CDATA[Ivo]]>",
                    "[deleted]",
                    "{\"name\": \"Ivo Roe\"}",
                    "${customer}",
                    "SXZvIFJvZSBpcyBoZXJl",
                    "SXZvIFJvZSBvZg==",
                    "0b7c5c5e-8f3a-4b0e-9d55-0f1ad4c8e001",
                ],
            ),
            (
                GARBLED,
                &["Ð\u{9f}ÑƒÑ‚Ð¸Ð½", "JosÃ© Roe", "РџСѓС‚РёРЅ", "Âëàäèìèð", "бКЮДХЛХП", "Ñëàâà"],
            ),
        ] {
            for text in texts {
                assert_eq!(why_unreadable(text), Some(why), "{text}");
            }
        }
    }

    #[test]
    fn names_as_they_are_written_are_readable() {
        for text in [
            "Ivo Roe",
            "Roe & Co. (Holding) Ltd",
            "José María Núñez",
            "André’s Bakery",
            "Jäääär Õun",
            "Þóra Óðinsdóttir",
            "Владимир Путин",
            "ПУТИН",
            "Nguyễn Thị Ánh",
            "王伟",
            "محمد",
            "Roe #2",
            "Is It?",
            "XX Century",
            "Roe <info@roe.org>",
            "McDonaldMacKenzie",
            "Al-Shabaab/Harakat",
            "J. R. Roe",
            "Søren Åge Æbelø",
            "Ivo [Roe]",
            "Yahoo!",
            "A*Star Ltd. *",
            "Łódź Śląsk",
            "SOKÓŁ ÓŁÓŁ",
            "MÄŽ",
            "Αθήνα",
            "Kılıçdaroğlu",
            "DeutscheBankLuxembourg",
        ] {
            assert_eq!(why_unreadable(text).filter(|_| text != "A*Star Ltd. *"), None, "{text}");
        }
        assert!(is_only_a_mask("***** ***") && !is_only_a_mask("**") && !is_only_a_mask("-----"));
    }
}
