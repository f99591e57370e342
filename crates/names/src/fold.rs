//! Folds text into dictionary keys and hashes them.
//!
//! `build.rs` includes this file as well: tables and queries must use the same folding, otherwise a
//! form in a table could never be found.

use unicode_normalization::UnicodeNormalization;

/// A 64-bit hash of a folded key, the same on every machine and in every build.
#[inline]
pub(crate) fn hash64(text: &str) -> u64 {
    hash_more(SEED, text)
}

/// A 64-bit hash folded to 32 bits, using both halves.
#[inline]
pub(crate) fn hash32(hash: u64) -> u32 {
    (hash ^ hash >> 32) as u32
}

const SEED: u64 = 0xcbf2_9ce4_8422_2325;

/// Continues a running hash by a string, so that the prefixes "a", "a b", "a b c" are hashed in one
/// pass.
#[inline]
pub(crate) fn hash_more(state: u64, text: &str) -> u64 {
    text.bytes().fold(state, hash_byte)
}

/// Continues a running hash by one letter.
#[inline]
pub(crate) fn hash_letter(state: u64, letter: char) -> u64 {
    if letter.is_ascii() {
        return hash_byte(state, letter as u8);
    }
    hash_more(state, letter.encode_utf8(&mut [0; 4]))
}

#[inline]
fn hash_byte(state: u64, byte: u8) -> u64 {
    let hash = (state ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    hash ^ hash >> 29
}

/// The folded form of a letter that decomposition does not reach: Latin letters with a stroke,
/// ligatures, and the positional and regional variants of Arabic letters. `None`: the letter stays
/// as it is.
pub(crate) fn fold_letter(letter: char) -> Option<&'static str> {
    Some(match letter {
        'ı' | 'İ' => "i",
        'ø' => "o",
        'ł' => "l",
        'đ' | 'ð' => "d",
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'þ' => "th",
        'ə' => "a",
        'ħ' => "h",
        'أ' | 'إ' | 'آ' | 'ٱ' => "ا",
        'ى' | 'ی' | 'ې' | 'ۍ' | 'ئ' => "ي",
        'ؤ' => "و",
        'ة' | 'ۀ' | 'ہ' | 'ھ' | 'ۃ' | 'ە' => "ه",
        'ک' | 'ڪ' => "ك",
        'ς' => "σ",
        _ => return None,
    })
}

/// True for marks and signs that keys leave out.
pub(crate) fn is_dropped(letter: char) -> bool {
    matches!(letter,
        '\u{0300}'..='\u{036f}' | '\u{0591}'..='\u{05c7}' | '\u{0610}'..='\u{061a}' | '\u{064b}'..='\u{065f}'
        | '\u{0670}' | '\u{06d6}'..='\u{06dc}' | '\u{06df}'..='\u{06e8}' | '\u{0640}' | 'ء'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{00ad}'
        | '\u{180b}'..='\u{180e}' | '\u{fe00}'..='\u{fe0f}')
        || is_apostrophe(letter)
}

/// Apostrophes, primes, breathings and the signs for ayn and hamza that are written like them.
pub(crate) fn is_apostrophe(letter: char) -> bool {
    matches!(
        letter,
        '\'' | '’'
            | '‘'
            | 'ʼ'
            | 'ʻ'
            | '`'
            | '´'
            | 'ʹ'
            | 'ʺ'
            | '′'
            | '″'
            | '”'
            | '“'
            | 'ʿ'
            | 'ʾ'
            | '＇'
            | '‛'
            | '׳'
            | 'ˈ'
    )
}

/// Folds a word or a phrase into its dictionary key: lower case, no marks, single spaces, no
/// punctuation.
pub(crate) fn key_of(text: &str) -> String {
    if text.chars().all(is_plain) {
        return fold_letters(text.chars().map(|letter| letter.to_ascii_lowercase()), text.len());
    }
    let letters = text.nfkc().flat_map(char::to_lowercase).nfd();
    fold_letters(letters, text.len()).nfc().collect()
}

/// True for ASCII and the common Han characters. They need no normalisation, and only ASCII has letter case: a fast
/// path for most names.
fn is_plain(letter: char) -> bool {
    letter.is_ascii() || matches!(letter, '\u{4e00}'..='\u{9fff}')
}

fn fold_letters(letters: impl Iterator<Item = char>, length: usize) -> String {
    let mut key = String::with_capacity(length);
    let mut gap = false;
    for letter in letters {
        if is_dropped(letter) {
            continue;
        }
        if let Some(folded) = fold_letter(letter) {
            push(&mut key, &mut gap, folded);
        } else if letter.is_alphanumeric()
            || is_spacing_mark(letter)
            || letter == '&'
            || letter == '+'
        {
            let mut buffer = [0_u8; 4];
            push(&mut key, &mut gap, letter.encode_utf8(&mut buffer));
        } else {
            gap = true;
        }
    }
    key
}

/// True for vowel signs of Indic and Thai scripts. Unicode does not class them as letters, but
/// names differ by them.
pub(crate) fn is_spacing_mark(letter: char) -> bool {
    matches!(letter, '\u{0900}'..='\u{0eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{30fc}')
}

fn push(key: &mut String, gap: &mut bool, text: &str) {
    if *gap && !key.is_empty() {
        key.push(' ');
    }
    *gap = false;
    key.push_str(text);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn folding_twice_gives_the_same_key_as_once(text in any::<String>()) {
            let key = key_of(&text);
            prop_assert_eq!(key_of(&key), key);
        }
    }

    #[test]
    fn folding_the_key_of_a_single_letter_changes_nothing() {
        let failing: Vec<char> = ('\0'..=char::MAX)
            .filter(|letter| {
                let key = key_of(&letter.to_string());
                key_of(&key) != key
            })
            .collect();
        assert_eq!(failing, [], "letters whose key folds to another key");
    }

    #[test]
    fn plain_letters_are_canonical_as_they_are() {
        let plain = (0..0x1_0000).filter_map(char::from_u32).filter(|letter| is_plain(*letter));
        for letter in plain {
            let text = letter.to_string();
            let lower = letter.to_ascii_lowercase();
            assert!(text.nfkc().flat_map(char::to_lowercase).nfd().eq([lower]), "{letter:?}");
            assert!(format!("a{text}\u{e9}").nfc().eq(['a', letter, '\u{e9}']), "{letter:?}");
        }
        assert_eq!(key_of("O'Neill &  Sons (Co.)"), "oneill & sons co");
    }
}
