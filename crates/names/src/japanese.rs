//! Japanese names: kana, the Latin systems and Polivanov in one canonical spelling; common kanji
//! names by a table.

use crate::east::reading::{Confidence, Language, Reading};
use crate::fold;
use crate::romaji;
use crate::script::Script;
use crate::tables::JA_NAMES;
use crate::words::Word;

/// Latin readings of kana in the order of the Unicode block, from small a to small ke.
const KANA: &[&str] = &[
    "a", "a", "i", "i", "u", "u", "e", "e", "o", "o", "ka", "ga", "ki", "gi", "ku", "gu", "ke",
    "ge", "ko", "go", "sa", "za", "shi", "ji", "su", "zu", "se", "ze", "so", "zo", "ta", "da",
    "chi", "ji", "tsu", "tsu", "zu", "te", "de", "to", "do", "na", "ni", "nu", "ne", "no", "ha",
    "ba", "pa", "hi", "bi", "pi", "fu", "bu", "pu", "he", "be", "pe", "ho", "bo", "po", "ma", "mi",
    "mu", "me", "mo", "ya", "ya", "yu", "yu", "yo", "yo", "ra", "ri", "ru", "re", "ro", "wa", "wa",
    "i", "e", "o", "n", "vu", "ka", "ke",
];

/// Kana as Hepburn letters without length.
pub(crate) fn romaji(letters: &[char]) -> Vec<char> {
    let mut text = String::new();
    for &letter in letters {
        let code = match letter as u32 {
            code @ 0x30a1..=0x30f6 => code - 0x30a1,
            code @ 0x3041..=0x3096 => code - 0x3041,
            // The length mark and all other characters are skipped.
            _ => continue,
        };
        let sound = KANA.get(code as usize).copied().unwrap_or_default();
        match letter {
            // Small ya, yu, yo change the vowel of the syllable before them; small tsu doubles a
            // consonant, which names do not distinguish.
            'ゃ' | 'ゅ' | 'ょ' | 'ャ' | 'ュ' | 'ョ' => bend(&mut text, sound),
            'っ' | 'ッ' => {}
            'ぁ' | 'ぃ' | 'ぅ' | 'ぇ' | 'ぉ' | 'ァ' | 'ィ' | 'ゥ' | 'ェ' | 'ォ' => {
                text.pop();
                text.push_str(sound);
            }
            _ => text.push_str(sound),
        }
    }
    shorten(&text).chars().collect()
}

/// Replaces the i of the last syllable by a small ya, yu or yo.
fn bend(text: &mut String, sound: &str) {
    if text.ends_with('i') {
        text.pop();
    }
    let soft = text.ends_with("sh") || text.ends_with("ch") || text.ends_with('j');
    text.push_str(if soft { &sound[1..] } else { sound });
}

/// Shortens long vowels, which are spelt in many ways: ō, oo, ou, oh, o.
fn shorten(text: &str) -> String {
    text.replace("ou", "o")
        .replace("oo", "o")
        .replace("uu", "u")
        .replace("aa", "a")
        .replace("ii", "i")
}

fn hash(text: &str) -> u64 {
    u64::from(fold::hash32(fold::hash64(text)))
}

/// Adds the Japanese reading of a name in Latin, Cyrillic or kana: family and given name, in either
/// order.
pub(crate) fn push_spelled(words: &[&Word], readings: &mut Vec<Reading>) {
    let &[first, second] = words else { return };
    let canonical = |word: &Word| match word.script {
        Script::Kana => romaji::canonical(&romaji(&word.letters).into_iter().collect::<String>()),
        Script::Latin => romaji::canonical(&word.key),
        Script::Cyrillic => romaji::canonical(&word.letters.iter().collect::<String>()),
        _ => None,
    };
    let Some(one) = canonical(first) else { return };
    let Some(other) = canonical(second) else { return };
    let confidence =
        if first.script == Script::Kana { Confidence::Certain } else { Confidence::Possible };
    let mut reading = Reading::new(Language::Japanese, confidence, 1);
    reading.push(hash(&one), 0);
    reading.push(hash(&other), 0);
    readings.push(reading);
}

/// Adds the Japanese readings of a name in kanji (or kanji and kana), where both parts are in the
/// table.
pub(crate) fn push_kanji(words: &[Word], readings: &mut Vec<Reading>) {
    let letters: Vec<char> = words.iter().flat_map(|word| word.letters.iter().copied()).collect();
    if !(2..=6).contains(&letters.len()) {
        return;
    }
    for cut in 1..letters.len() {
        let part = |prefix: &str, letters: &[char]| {
            JA_NAMES.find(&format!("{prefix}:{}", letters.iter().collect::<String>())).0
        };
        let (family, given) = (part("s", &letters[..cut]), part("g", &letters[cut..]));
        if family != 0 && given != 0 {
            let mut reading = Reading::new(Language::Japanese, Confidence::Certain, 1);
            reading.push(family, 0);
            reading.push(given, 0);
            readings.push(reading);
            return;
        }
    }
}
