//! All East Asian readings of a person's name.

use super::{Reading, Sure};
use crate::korean;
use crate::name::Hints;
use crate::script::Script;
use crate::words::Word;

/// Longest name that is tried, in letters without spaces.
const LONGEST: usize = 24;

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
        korean::reading::push_hanja(&letters, &mut readings);
        return readings;
    }
    korean::reading::push_readings(&all, family_last, korean, &mut readings);
    readings.sort_by_key(|reading| std::cmp::Reverse(reading.sure));
    debug_assert!(readings.iter().all(|reading| reading.sure <= Sure::Certain));
    readings
}
