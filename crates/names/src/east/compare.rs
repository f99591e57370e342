//! Comparison of East Asian readings, syllable by syllable. Scores are in [0, 1] and are scaled by
//! the callers.

use super::reading::{Confidence, Language, Reading};
use crate::explain::{Cap, Rule};
use crate::han;
use crate::korean::syllable::Syllable;
use crate::name::Name;
use crate::tables::Facts;

/// The best-scoring pair of readings of two names.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ReadingMatch {
    /// Agreement in [0, 1].
    pub(crate) score: f64,
    /// Index of the reading in the first name.
    pub(crate) left: usize,
    /// Index of the reading in the second name.
    pub(crate) right: usize,
    /// The score of the names follows from the readings; the alignment of letters is not consulted.
    pub(crate) decides: bool,
    /// A difference of the readings limits the score even though they do not decide.
    pub(crate) difference_counts: bool,
    /// The rule to report.
    pub(crate) rule: Rule,
    /// The cap to report, if the score is limited.
    pub(crate) cap: Option<Cap>,
}

/// One syllable differs in one of its parts (Pak Chol Min / Pak Chol Man): similar, and another
/// name. Test: `one_korean_syllable_more_less_or_different_is_another_person`.
const ONE_PART_APART: f64 = 0.60;
/// One whole syllable differs (Zhao Ziyang / Zhao Zilong). Test:
/// `chinese_transliterations_and_characters_match`.
const ONE_SYLLABLE_APART: f64 = 0.55;
/// Deduction for each further difference.
const MORE_APART: f64 = 0.15;
/// Different numbers of syllables (Pak Chol / Pak Chol Min): another name.
const OTHER_LENGTH: f64 = 0.40;
/// Deduction for each step away from the regular spelling.
const LOOSE: f64 = 0.02;
/// Score of two agreeing syllables when one of them is spelt ad hoc. With the factor of the caller
/// it stays under the threshold, since many people share two syllables (Ryu Jin and Yu Jin are two
/// listed people). Test: `two_syllables_in_ad_hoc_spelling_are_not_enough`.
const SHORT_AND_LOOSE: f64 = 0.71;
/// Maximum deduction for ad hoc spelling.
const LOOSE_ALL: f64 = 0.20;
/// Maximum for Cantonese: its spellings merge many syllables. Against characters, then between two
/// spellings.
const CANTONESE: f64 = 0.95;
const CANTONESE_SPELT: f64 = 0.85;
/// Score when two names can be readings of the same characters in two languages ("Ri Song Hyok" /
/// "Li Cheng He"). Weak evidence, but above the threshold, so that the pair is shown.
const COREADING: f64 = 0.78;
/// Score of different characters with the same sound: different names. Test:
/// `characters_that_only_sound_alike_are_another_name`.
const HOMOPHONES: f64 = 0.68;

/// The best pair of readings of two names; `None` when they have no language in common.
pub(crate) fn best_reading_match(left: &Name, right: &Name) -> Option<ReadingMatch> {
    if left.readings.is_empty() || right.readings.is_empty() {
        return None;
    }
    let mut best: Option<ReadingMatch> = None;
    for (at, one) in left.readings.iter().enumerate() {
        for (to, other) in right.readings.iter().enumerate() {
            let Some((score, rule)) = same_language(one, other) else { continue };
            let written =
                one.confidence == Confidence::Certain || other.confidence == Confidence::Certain;
            let decides = one.confidence >= Confidence::Likely
                && other.confidence >= Confidence::Likely
                || written && score > 0.9;
            if one.language == Language::Han {
                return Some(characters(left, right, (at, to), score));
            }
            let score = if extras_differ(left, right, one, other) {
                score.min(ONE_SYLLABLE_APART)
            } else {
                score
            };
            let difference_counts = one.language != Language::Japanese
                && one.confidence.max(other.confidence) >= Confidence::Likely;
            let cap = (score < 0.7).then_some(Cap::Syllable);
            // Confident readings decide; a merely possible reading cannot overrule them.
            if best.is_none_or(|held| (decides, score) > (held.decides, held.score)) {
                best = Some(ReadingMatch {
                    score,
                    left: at,
                    right: to,
                    decides,
                    difference_counts,
                    rule,
                    cap,
                });
            }
        }
    }
    if best.is_none_or(|held| !held.decides && held.score < COREADING) {
        best = coreading(left, right).or(best);
    }
    best
}

/// True when both have a further Western given name and these do not match.
fn extras_differ(left: &Name, right: &Name, one: &Reading, other: &Reading) -> bool {
    let token = |name: &Name, reading: &Reading| {
        name.tokens.get(usize::from(reading.extra).wrapping_sub(1)).copied()
    };
    match (token(left, one), token(right, other)) {
        (Some(at), Some(to)) => crate::likeness::token_similarity(left, &at, right, &to).0 == 0,
        _ => false,
    }
}

/// Compares two names in Han characters: equal or different.
fn characters(left: &Name, right: &Name, at: (usize, usize), score: f64) -> ReadingMatch {
    let mut reading_match = ReadingMatch {
        score,
        left: at.0,
        right: at.1,
        decides: true,
        difference_counts: true,
        rule: Rule::Chinese,
        cap: None,
    };
    if score < 1.0 {
        let mandarin = |name: &Name| {
            name.readings.iter().copied().find(|reading| reading.language == Language::Mandarin)
        };
        let alike = matches!((mandarin(left), mandarin(right)), (Some(one), Some(other)) if numbers(&one, &other) >= 0.9);
        reading_match.cap = Some(if alike { Cap::Homophones } else { Cap::Syllable });
        reading_match.score = if alike { HOMOPHONES } else { score };
    }
    reading_match
}

fn same_language(one: &Reading, other: &Reading) -> Option<(f64, Rule)> {
    if one.language != other.language {
        return None;
    }
    Some(match one.language {
        Language::Korean => (korean(one, other), Rule::Korean),
        Language::Mandarin => (numbers(one, other), Rule::Chinese),
        Language::Cantonese => (cantonese(one, other), Rule::Cantonese),
        Language::Han => (hashes(one, other), Rule::Chinese),
        Language::Vietnamese => (hashes(one, other), Rule::Same),
        Language::Japanese => {
            (hashes(one, other).max(hashes(one, &swapped(other))), Rule::Japanese)
        }
    })
}

/// Agreement of two Korean readings, syllable by syllable in order.
pub(crate) fn korean(one: &Reading, other: &Reading) -> f64 {
    if one.count != other.count {
        return OTHER_LENGTH;
    }
    let (mut apart, mut loose) = (0, 0);
    for (&left, &right) in one.all().iter().zip(other.all()) {
        let difference = syllable(left).difference(syllable(right));
        apart += u32::from(difference.apart);
        loose += u32::from(difference.loose);
    }
    if apart == 0 && loose > 0 && one.count < 3 && one.family > 0 {
        return SHORT_AND_LOOSE;
    }
    let loosened = (LOOSE * f64::from(loose)).min(LOOSE_ALL);
    match apart {
        0 => 1.0 - loosened,
        _ => (ONE_PART_APART - MORE_APART * f64::from(apart - 1) - loosened).max(0.0),
    }
}

/// The two words of a stored syllable as a Korean syllable.
pub(crate) fn syllable(pair: (u64, u64)) -> Syllable {
    Syllable { regular: pair.0, loose: pair.1 }
}

/// True when two packed sets have a value in common.
fn share(one: u64, other: u64) -> bool {
    Facts(one).iter().any(|fact| Facts(other).iter().any(|also| also == fact))
}

/// Steps away from the regular spelling at which two syllables share a pinyin number; `None` when
/// they share none.
fn spelling_steps(one: (u64, u64), other: (u64, u64)) -> Option<u32> {
    if share(one.0, other.0) {
        Some(0)
    } else if share(one.0, other.1) || share(one.1, other.0) {
        Some(1)
    } else {
        share(one.1, other.1).then_some(2)
    }
}

/// Agreement of two sequences of pinyin numbers.
fn numbers(one: &Reading, other: &Reading) -> f64 {
    if one.count != other.count {
        return OTHER_LENGTH;
    }
    let (mut apart, mut loose) = (0_u32, 0);
    for (&left, &right) in one.all().iter().zip(other.all()) {
        match spelling_steps(left, right) {
            Some(steps) => loose += steps,
            None => apart += 1,
        }
    }
    graded(apart, loose)
}

fn graded(apart: u32, loose: u32) -> f64 {
    match apart {
        0 => 1.0 - (LOOSE * f64::from(loose)).min(LOOSE_ALL),
        _ => (ONE_SYLLABLE_APART - MORE_APART * f64::from(apart - 1)).max(0.0),
    }
}

/// Agreement of two Cantonese readings: family names by pinyin, given names by initials and finals.
fn cantonese(one: &Reading, other: &Reading) -> f64 {
    if one.count != other.count || one.family != other.family {
        return OTHER_LENGTH;
    }
    let family = usize::from(one.family);
    let mut apart = 0;
    for (place, (&left, &right)) in one.all().iter().zip(other.all()).enumerate() {
        let agree = if place < family {
            spelling_steps(left, right).is_some()
        } else {
            left.0 & right.0 != 0 && left.1 & right.1 != 0
        };
        apart += u32::from(!agree);
    }
    let ceiling = if one.confidence.max(other.confidence) == Confidence::Certain {
        CANTONESE
    } else {
        CANTONESE_SPELT
    };
    graded(apart, 0).min(ceiling)
}

/// A Japanese name in the other order.
fn swapped(reading: &Reading) -> Reading {
    let mut other = *reading;
    other.syllables.swap(0, 1);
    other
}

fn hashes(one: &Reading, other: &Reading) -> f64 {
    if one.count != other.count {
        return OTHER_LENGTH;
    }
    let halves = |word: u64| [word as u32, (word >> 32) as u32];
    let apart = one.all().iter().zip(other.all()).filter(|(left, right)| {
        !halves(left.0).iter().any(|hash| *hash != 0 && halves(right.0).contains(hash))
    });
    graded(apart.count() as u32, 0)
}

/// A match of two readings in different languages that the same characters can have.
fn coreading(left: &Name, right: &Name) -> Option<ReadingMatch> {
    for (at, one) in left.readings.iter().enumerate() {
        for (to, other) in right.readings.iter().enumerate() {
            if coread(one, other) || coread(other, one) {
                return Some(ReadingMatch {
                    score: COREADING,
                    left: at,
                    right: to,
                    decides: false,
                    difference_counts: false,
                    rule: Rule::CoReading,
                    cap: Some(Cap::WeakReading),
                });
            }
        }
    }
    None
}

/// True when a Mandarin reading and a Korean or Cantonese one can be readings of the same
/// characters.
fn coread(mandarin: &Reading, other: &Reading) -> bool {
    if mandarin.language != Language::Mandarin
        || mandarin.count != other.count
        || mandarin.count < 3
        || mandarin.confidence < Confidence::Likely
        || other.confidence < Confidence::Likely
    {
        return false;
    }
    let family = usize::from(other.family);
    mandarin.all().iter().zip(other.all()).enumerate().all(|(place, (&chinese, &second))| {
        match other.language {
            Language::Korean => {
                Facts(chinese.0).iter().any(|number| han::coread_korean(number, syllable(second)))
            }
            Language::Cantonese if place < family => spelling_steps(chinese, second).is_some(),
            Language::Cantonese => {
                Facts(chinese.0).iter().any(|number| han::coread_cantonese(number, second))
            }
            _ => false,
        }
    })
}

/// A text with the shared reading or the syllables that differ.
pub(crate) fn describe(left: &Name, right: &Name, reading_match: ReadingMatch) -> String {
    let (one, other) = (&left.readings[reading_match.left], &right.readings[reading_match.right]);
    if one.language != Language::Korean || other.language != Language::Korean {
        return match reading_match.rule {
            Rule::CoReading => "readings of the same characters in two languages".to_string(),
            _ if reading_match.score >= 0.7 => "each syllable agrees".to_string(),
            _ => "a syllable differs".to_string(),
        };
    }
    let mut shared = String::new();
    let mut apart = Vec::new();
    for (place, (&a, &b)) in one.all().iter().zip(other.all()).enumerate() {
        let (a, b) = (syllable(a), syllable(b));
        if a.overlaps(b) {
            let both = a.shared(b, 4);
            let several = both.chars().count() > 1;
            shared.push_str(&if several { format!("{{{both}}}") } else { both });
        } else {
            apart.push(format!(
                "syllable {}: {{{}}} against {{{}}}",
                place + 1,
                a.spell(4),
                b.spell(4)
            ));
        }
    }
    if apart.is_empty() { format!("read as {shared}") } else { apart.join("; ") }
}
