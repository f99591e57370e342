//! The loose key: a stemmed phonetic key for words of organisation names, equal for all
//! transliterations and inflected forms of a word.
//!
//! объединение, объединения, obyedinenie, ob'edineniya and obiedinenie have one loose key; so have
//! ограниченной and ogranichenoy, mu'assasa and moassesseh. The build script computes the keys of
//! the tables; the analysis computes those of words it does not find by their exact key. The loose
//! key drops what transliterations disagree on (soft signs, y or i, o or u, which sibilant) and
//! what grammar changes (the endings of Slavic nouns and adjectives). It is therefore used for long
//! words only.

use crate::fold;

/// Minimum length of a loose key. At five, Hassan would match the Persian word for treasury (خزانه)
/// and Roshan would match Russian.
pub(crate) const SHORTEST: usize = 6;
/// Minimum length from which a and e, and o and u, are merged. In shorter words merging makes
/// different words equal.
const VOWELS_MERGE: usize = 8;
/// Minimum length of a word in which one typing error is tolerated inside a phrase ("joint stock
/// cmopany").
const FORGIVING: usize = 6;

/// The loose key of a folded word of Latin or Cyrillic letters; `None` for other scripts and for
/// keys that would be too short.
pub(crate) fn key_of(word: &str) -> Option<String> {
    let mut sounds = if word.bytes().all(|letter| letter.is_ascii_lowercase()) {
        sounds(word.as_bytes())
    } else {
        sounds(in_latin(word)?.as_bytes())
    };
    sounds.truncate(stem(&sounds));
    if sounds.len() >= VOWELS_MERGE {
        for sound in &mut sounds {
            match sound {
                b'e' => *sound = b'a',
                b'o' => *sound = b'u',
                _ => {}
            }
        }
    }
    if sounds.len() >= SHORTEST { String::from_utf8(sounds).ok() } else { None }
}

/// Continues the hash of a phrase by the hash of its next word.
pub(crate) fn hash_more(state: u64, word: u64) -> u64 {
    (state ^ word).wrapping_mul(0xff51_afd7_ed55_8ccd).rotate_left(29)
}

/// The hashes by which two long keys with one typing error find each other: of the key itself and
/// of the key with each single letter deleted (the symmetric deletion scheme of SymSpell).
pub(crate) fn deletion_variants(key: &str) -> impl Iterator<Item = u64> + '_ {
    let places = if key.len() >= FORGIVING { 0..key.len() } else { 0..0 };
    let dropped = places.scan(fold::hash64(""), |before, place| {
        let without = fold::hash_more(*before, &key[place + 1..]);
        *before = fold::hash_more(*before, &key[place..=place]);
        Some(without)
    });
    std::iter::once(fold::hash64(key)).chain(dropped)
}

fn in_latin(word: &str) -> Option<String> {
    let mut letters = String::with_capacity(word.len());
    for letter in word.chars() {
        match letter {
            'a'..='z' => letters.push(letter),
            _ => letters.push_str(latin(letter)?),
        }
    }
    Some(letters)
}

/// A Cyrillic letter in Latin letters, as the loose key needs it.
fn latin(letter: char) -> Option<&'static str> {
    Some(match letter {
        'а' => "a",
        'б' => "b",
        'в' => "v",
        'г' | 'ґ' => "g",
        'д' | 'ђ' => "d",
        'е' | 'ё' | 'э' | 'є' => "e",
        'ж' | 'з' => "z",
        'и' | 'й' | 'і' | 'ї' | 'ы' | 'ј' => "i",
        'к' => "k",
        'л' | 'љ' => "l",
        'м' => "m",
        'н' | 'њ' => "n",
        'о' => "o",
        'п' => "p",
        'р' => "r",
        'с' | 'ш' | 'щ' | 'ч' | 'ц' | 'ћ' | 'џ' => "s",
        'т' => "t",
        'у' | 'ў' => "u",
        'ф' => "f",
        'х' => "h",
        'ъ' | 'ь' => "",
        'ю' => "iu",
        'я' => "ia",
        _ => return None,
    })
}

/// Reduces letters to one symbol per sound: one sibilant, no doubled letters, no glide before a
/// vowel, no final h.
fn sounds(letters: &[u8]) -> Vec<u8> {
    let at = |place: usize| letters.get(place).copied().unwrap_or(b' ');
    let mut out = Vec::with_capacity(letters.len());
    let mut place = 0;
    while place < letters.len() {
        let (sound, used) = match (letters[place], at(place + 1), at(place + 2)) {
            (b't', b's' | b'z', _) => (b's', 2),
            (b't', b'c', b'h') => (b's', 3),
            (b'c', b'h' | b'z', _) => (b's', 2),
            (b'c', b'e' | b'i' | b'y', _) => (b's', 1),
            (b'c' | b'k', b'k', _) => (b'k', 2),
            (b's' | b'z', b'h', _) => (b's', 2),
            (b'k', b'h', _) => (b'h', 2),
            (b'p', b'h', _) => (b'f', 2),
            (b't' | b'g', b'h', _) => (letters[place], 2),
            (b'o', b'u' | b'o', _) => (b'u', 2),
            (b'e', b'e', b' ') => (b'e', 2),
            (b'e', b'e', _) => (b'i', 2),
            (b's' | b'z', ..) => (b's', 1),
            (b'c' | b'q', ..) => (b'k', 1),
            (b'w', ..) => (b'v', 1),
            (b'i' | b'y' | b'j', ..) => (b'i', 1),
            (b'h', b' ', _) => (b' ', 1),
            (letter, ..) => (letter, 1),
        };
        place += used;
        if matches!(sound, b'a' | b'e' | b'o' | b'u') && out.last() == Some(&b'i') {
            out.pop();
        }
        if sound != b' ' && out.last() != Some(&sound) {
            out.push(sound);
        }
    }
    out
}

/// Endings of Slavic adjectives and nouns as they sound in a key. The longest match comes first.
const ENDINGS: &[&str] = &[
    "ogo", "ego", "ovo", "evo", "omu", "emu", "ami", "ov", "ev", "om", "em", "am", "im", "ih",
    "ah", "oi", "ei", "oe", "ee", "uu", "a", "e", "i", "o", "u",
];

/// The length of the key without its ending.
fn stem(sounds: &[u8]) -> usize {
    let fits = |ending: &&&str| {
        ending.as_bytes().last() == sounds.last() && sounds.ends_with(ending.as_bytes())
    };
    let ending = ENDINGS.iter().find(fits);
    let kept = sounds.len() - ending.map_or(0, |ending| ending.len());
    if kept >= SHORTEST { kept } else { sounds.len() }
}

#[cfg(test)]
mod tests {
    use super::key_of;

    #[test]
    fn all_transliterations_and_endings_of_a_russian_word_have_one_key() {
        let forms = ["объединение", "объединения", "obyedinenie", "obedineniye", "obiedinenii"];
        let keys: Vec<_> = forms.iter().map(|form| key_of(form)).collect();
        assert!(keys.iter().all(|key| key.is_some() && *key == keys[0]), "{keys:?}");
        let forms = ["ограниченной", "ogranichennoy", "ogranichennoi", "ogranichenoj"];
        let keys: Vec<_> = forms.iter().map(|form| key_of(form)).collect();
        assert!(keys.iter().all(|key| key.is_some() && *key == keys[0]), "{keys:?}");
    }

    #[test]
    fn different_words_keep_different_keys() {
        assert_ne!(key_of("производство"), key_of("производительность"));
        assert_ne!(key_of("technology"), key_of("technical"));
        assert_eq!(key_of("银行"), None);
        assert_eq!(key_of("oao"), None);
    }
}
