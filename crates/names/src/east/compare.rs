//! Comparing East Asian readings.

use super::{Language, Reading, Sure};
use crate::korean::syllable::Syllable;
use crate::name::Name;

/// The best that the readings of two names say about them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Verdict {
    /// 1 for full agreement.
    pub(crate) score: f64,
    /// Where the pair of readings stands in each name.
    pub(crate) left: usize,
    pub(crate) right: usize,
    /// The readings decide: no other view of the letters may overrule them.
    pub(crate) decides: bool,
}

/// One syllable differs in one of its parts: close, and another name.
const ONE_PART_APART: f64 = 0.60;
/// Each step from the regular spelling.
const LOOSE: f64 = 0.02;
/// The steps together.
const LOOSE_ALL: f64 = 0.20;

/// Compares the readings of two names; `None` when they have none in common.
pub(crate) fn verdict(left: &Name, right: &Name) -> Option<Verdict> {
    let mut best: Option<Verdict> = None;
    for (at, one) in left.readings.iter().enumerate() {
        for (to, other) in right.readings.iter().enumerate() {
            let Some(score) = pair(one, other) else { continue };
            let decides = one.sure >= Sure::Likely && other.sure >= Sure::Likely;
            let verdict = Verdict { score, left: at, right: to, decides };
            if best.is_none_or(|held| (verdict.score, verdict.decides) > (held.score, held.decides))
            {
                best = Some(Verdict {
                    decides: decides || best.is_some_and(|held| held.decides),
                    ..verdict
                });
            } else if decides && let Some(held) = &mut best {
                held.decides = true;
            }
        }
    }
    best
}

fn pair(one: &Reading, other: &Reading) -> Option<f64> {
    match (one.language, other.language) {
        (Language::Korean, Language::Korean) => Some(korean(one, other)),
        _ => None,
    }
}

/// Syllable by syllable; the order of syllables counts.
fn korean(one: &Reading, other: &Reading) -> f64 {
    if one.count != other.count {
        return 0.4;
    }
    let (mut apart, mut loose) = (0, 0);
    for (&left, &right) in one.all().iter().zip(other.all()) {
        let meeting = syllable(left).meet(syllable(right));
        apart += u32::from(meeting.apart);
        loose += u32::from(meeting.loose);
    }
    let loosened = (LOOSE * f64::from(loose)).min(LOOSE_ALL);
    match apart {
        0 => 1.0 - loosened,
        _ => (ONE_PART_APART - 0.15 * f64::from(apart - 1) - loosened).max(0.0),
    }
}

/// The pair of words as a Korean syllable.
pub(crate) fn syllable(pair: (u64, u64)) -> Syllable {
    Syllable { regular: pair.0, loose: pair.1 }
}

/// The shared reading, or the syllables that differ, in words.
pub(crate) fn describe(left: &Name, right: &Name, verdict: Verdict) -> String {
    let (one, other) = (&left.readings[verdict.left], &right.readings[verdict.right]);
    let mut shared = String::new();
    let mut apart = Vec::new();
    for (place, (&a, &b)) in one.all().iter().zip(other.all()).enumerate() {
        let (a, b) = (syllable(a), syllable(b));
        if a.meets(b) {
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
