//! All East Asian readings of a person's name.

use super::reading::{Confidence, MAX_READINGS, Reading};
use super::vietnamese;
use crate::name::Hints;
use crate::script::Script;
use crate::words::Word;
use crate::{chinese, japanese, korean};

/// Length of the longest name that is tried, in letters without spaces.
const LONGEST: usize = 28;

/// The readings of a name; empty for most.
pub(crate) fn read(words: &[Word], family_last: bool, hints: &Hints<'_>) -> Vec<Reading> {
    let mut readings = Vec::new();
    let letters: usize = words.iter().map(|word| word.letters.len()).sum();
    if words.is_empty() || words.len() > 6 || letters > LONGEST {
        return readings;
    }
    let all: Vec<&Word> = words.iter().collect();
    let korean = hints.country.is_some_and(|country| matches!(country, "kp" | "kr"));
    if words.iter().all(|word| word.script == Script::Han) {
        let letters: Vec<char> =
            words.iter().flat_map(|word| word.letters.iter().copied()).collect();
        chinese::reading::push_han(&letters, &mut readings);
        korean::reading::push_hanja(&letters, &mut readings);
        japanese::push_kanji(words, &mut readings);
        return readings;
    }
    if words.iter().all(|word| matches!(word.script, Script::Han | Script::Kana)) {
        japanese::push_kanji(words, &mut readings);
    }
    korean::reading::push_readings(&all, family_last, korean, &mut readings);
    let mut chinese = Vec::new();
    let likely = readings.iter().any(|reading| reading.confidence > Confidence::Possible);
    chinese::reading::push_spelled(&all, family_last, likely, &mut chinese);
    readings.append(&mut chinese);
    japanese::push_spelled(&all, &mut readings);
    vietnamese::push_reading(&all, &mut readings);
    readings.sort_by_key(|reading| std::cmp::Reverse(reading.confidence));
    readings.truncate(MAX_READINGS);
    readings
}
