//! Comparing East Asian readings.

use super::{Confidence, Language, Reading};
use crate::explain::{Cap, Rule};
use crate::han;
use crate::korean::syllable::Syllable;
use crate::name::Name;
use crate::tables::Facts;

/// The best that the readings of two names say about them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ReadingMatch {
    /// 1 for full agreement.
    pub(crate) score: f64,
    /// Where the pair of readings stands in each name.
    pub(crate) left: usize,
    pub(crate) right: usize,
    /// The readings decide: no other view of the letters may overrule them.
    pub(crate) decides: bool,
    /// A difference speaks against the names though it does not decide.
    pub(crate) difference_counts: bool,
    /// What they agree in.
    pub(crate) rule: Rule,
    /// What holds the score down.
    pub(crate) cap: Option<Cap>,
}

/// One syllable differs in one of its parts: close, and another name.
const ONE_PART_APART: f64 = 0.60;
/// One whole syllable differs.
const ONE_SYLLABLE_APART: f64 = 0.55;
/// Each further difference.
const MORE_APART: f64 = 0.15;
/// A syllable more or less is another name.
const OTHER_LENGTH: f64 = 0.40;
/// Each step from the regular spelling.
const LOOSE: f64 = 0.02;
/// Two syllables prove little: they must agree without any licence (Ryu Jin / Yu Jin are two listed people).
const SHORT_AND_LOOSE: f64 = 0.71;
/// The steps together.
const LOOSE_ALL: f64 = 0.20;
/// Cantonese spellings merge much; between two spellings they prove less than against characters.
const CANTONESE: f64 = 0.95;
const CANTONESE_SPELT: f64 = 0.85;
/// Readings of the same characters in two languages ("Ri Song Hyok" / "Li Cheng He"): weak, and still found.
const COREADING: f64 = 0.78;
/// Characters that differ and sound alike are different names.
const HOMOPHONES: f64 = 0.68;

/// Compares the readings of two names; `None` when they have none in common.
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
            // What is likely decides; what is merely possible cannot overrule it.
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

/// Both have a further given name, and these are not alike.
fn extras_differ(left: &Name, right: &Name, one: &Reading, other: &Reading) -> bool {
    let token = |name: &Name, reading: &Reading| {
        name.tokens.get(usize::from(reading.extra).wrapping_sub(1)).copied()
    };
    match (token(left, one), token(right, other)) {
        (Some(at), Some(to)) => crate::likeness::token_similarity(left, &at, right, &to).0 == 0,
        _ => false,
    }
}

/// Both names in characters: they are the same or they are not.
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

/// Syllable by syllable; the order of syllables counts.
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

/// The pair of words as a Korean syllable.
pub(crate) fn syllable(pair: (u64, u64)) -> Syllable {
    Syllable { regular: pair.0, loose: pair.1 }
}

fn share(one: u64, other: u64) -> bool {
    Facts(one).iter().any(|fact| Facts(other).iter().any(|also| also == fact))
}

/// Steps from the regular spelling; `None` when two syllables share no pinyin.
fn spelling_steps(one: (u64, u64), other: (u64, u64)) -> Option<u32> {
    if share(one.0, other.0) {
        Some(0)
    } else if share(one.0, other.1) || share(one.1, other.0) {
        Some(1)
    } else {
        share(one.1, other.1).then_some(2)
    }
}

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

/// Family names by their pinyin, given names by initials and finals.
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

/// Readings of the same characters in two languages.
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

/// True when a Mandarin reading and another one may be read off the same characters.
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

/// The shared reading, or the syllables that differ, in words.
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
