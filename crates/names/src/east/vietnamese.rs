//! Vietnamese names: short words that must agree exactly; family name first, or the whole order
//! reversed.

use super::reading::{Confidence, Language, Reading};
use crate::fold;
use crate::script::Script;
use crate::words::Word;

/// True for the family names that nearly all Vietnamese bear.
fn is_family(key: &str) -> bool {
    matches!(
        key,
        "nguyen"
            | "tran"
            | "le"
            | "pham"
            | "hoang"
            | "huynh"
            | "phan"
            | "vu"
            | "vo"
            | "dang"
            | "bui"
            | "do"
            | "ho"
            | "ngo"
            | "duong"
            | "ly"
            | "dinh"
            | "truong"
            | "trinh"
            | "dao"
            | "luong"
            | "mai"
            | "cao"
            | "ha"
            | "dam"
            | "doan"
            | "lam"
            | "luu"
            | "ta"
            | "to"
            | "thai"
            | "chu"
            | "quach"
            | "kieu"
            | "nghiem"
            | "tong"
            | "vuong"
            | "nong"
    )
}

/// True for family names that are rare outside Vietnam and therefore identify a Vietnamese name.
fn is_distinctively_vietnamese(key: &str) -> bool {
    matches!(
        key,
        "nguyen"
            | "tran"
            | "pham"
            | "huynh"
            | "truong"
            | "trinh"
            | "luong"
            | "duong"
            | "phan"
            | "hoang"
            | "quach"
            | "nghiem"
    )
}

/// False for words with a final or a consonant cluster that Vietnamese syllables do not have.
fn is_syllable(word: &Word) -> bool {
    const ENDS: &[&str] = &["c", "ch", "m", "n", "ng", "nh", "p", "t"];
    let key = word.key.as_str();
    let tail =
        key.trim_start_matches(|letter: char| !is_vowel(letter)).trim_start_matches(is_vowel);
    key.len() <= 6 && key.chars().any(is_vowel) && (tail.is_empty() || ENDS.contains(&tail))
}

fn is_vowel(letter: char) -> bool {
    matches!(letter, 'a' | 'e' | 'i' | 'o' | 'u' | 'y')
}

/// Adds the Vietnamese reading of a name in Latin letters.
pub(crate) fn push_reading(words: &[&Word], readings: &mut Vec<Reading>) {
    let (Some(first), Some(last)) = (words.first(), words.last()) else { return };
    if !(2..=5).contains(&words.len())
        || words.iter().any(|word| word.script != Script::Latin || !is_syllable(word))
    {
        return;
    }
    let marked = words.iter().any(|word| {
        word.letters.iter().any(|letter| {
            ('\u{1ea0}'..='\u{1eff}').contains(letter) || matches!(letter, 'ơ' | 'ư' | 'đ')
        })
    });
    let forward = is_family(&first.key)
        && (marked
            || is_distinctively_vietnamese(&first.key)
            || !is_distinctively_vietnamese(&last.key));
    let keys: Vec<&str> = if forward {
        words.iter().map(|word| word.key.as_str()).collect()
    } else if is_family(&last.key) {
        words.iter().rev().map(|word| word.key.as_str()).collect()
    } else {
        return;
    };
    let confidence = if marked || is_distinctively_vietnamese(keys[0]) {
        Confidence::Likely
    } else {
        Confidence::Possible
    };
    let mut reading = Reading::new(Language::Vietnamese, confidence, 1);
    for key in keys {
        reading.push(u64::from(fold::hash32(fold::hash64(key))), 0);
    }
    readings.push(reading);
}
