//! Score of the names of vessels and aircraft: the letters without spaces are aligned, and the
//! numbers must be equal.

use crate::assign::{Link, Span};
use crate::east::compare as east;
use crate::east::reading::Confidence;
use crate::explain::{Cap, Rule};
use crate::lattice::align;
use crate::name::{Name, Role};
use crate::observer::{ComparisonObserver, Side};
use crate::possible_kind::{POSSIBLE_KIND, is_whole_enough, is_whole_match};

/// Maximum score of a vessel's name alone: such names are short and reused.
const CEILING: f64 = 0.95;
/// Minimum score of Korean names that agree syllable by syllable (Baek Ma Kang / Paek Ma Gang).
const SYLLABLES: f64 = 0.93;
/// Minimum similarity of the joined letters, in thousandths.
const FLOOR: u32 = 780;
/// Ceiling for different numbers: KUM SONG 3 and KUM SONG 5 are two ships. Test:
/// `vessels_are_their_letters_and_their_number`.
const OTHER_NUMBER: f64 = 0.55;
/// Ceiling for names whose Korean syllables differ.
const OTHER_SYLLABLE: f64 = 0.60;

/// Compares two vessels or aircraft.
pub(crate) fn evaluate<O: ComparisonObserver>(left: &Name, right: &Name, observer: &mut O) -> f64 {
    let (Some(on_left), Some(on_right)) = (words(left), words(right)) else {
        return numbers_only(left, right);
    };
    let one = left.joined(usize::from(on_left.from), usize::from(on_left.to));
    let other = right.joined(usize::from(on_right.from), usize::from(on_right.to));
    let similarity = align::similarity(&one, &other, FLOOR);
    let readings = left.readings.first().zip(right.readings.first());
    let syllables = readings.map(|(one, other)| east::korean(one, other));
    // Nearly every name of open syllables can be read as Korean, so the explanation says "Korean" only if that reading
    // is likely.
    let is_likely = readings
        .is_some_and(|(one, other)| one.confidence.max(other.confidence) >= Confidence::Likely);
    let korean = syllables.is_some_and(|agreement| agreement >= 0.9);
    let rule = if korean && is_likely && similarity < 1000 { Rule::Korean } else { Rule::Sounds };
    let link = Link {
        left: on_left,
        right: on_right,
        similarity: if korean { similarity.max(930) } else { similarity },
        rule,
    };
    let mut score = crate::likeness::worth(link.similarity) * CEILING;
    if korean {
        score = score.max(SYLLABLES);
    }
    observer.matched(&link, 100);
    observer.rarity(0.5);
    if syllables.is_some_and(|agreement| agreement < 0.7)
        && similarity < 950
        && score > OTHER_SYLLABLE
    {
        score = OTHER_SYLLABLE;
        observer.cap(Cap::Syllable, score);
    }
    let is_whole = is_whole_match(link.similarity, one.units.len().max(other.units.len()));
    if !is_whole_enough(left, right, is_whole) && score > POSSIBLE_KIND {
        score = POSSIBLE_KIND;
        observer.cap(Cap::PossibleKind, score);
    }
    if numbers_differ(left, right) {
        for (side, name) in [(Side::Left, left), (Side::Right, right)] {
            for at in (0..name.tokens.len()).filter(|&at| name.tokens[at].role == Role::Number) {
                observer.unmatched(side, at, 100, true);
            }
        }
        if score > OTHER_NUMBER {
            score = OTHER_NUMBER;
            observer.cap(Cap::Numbers, score);
        }
    }
    score
}

/// The span from the first to the last word that is neither a prefix nor a number.
fn words(name: &Name) -> Option<Span> {
    let plain = |at: &usize| {
        !matches!(name.tokens[*at].role, Role::Title | Role::Number) && name.tokens[*at].units > 0
    };
    let from = (0..name.tokens.len()).find(plain)?;
    let to = (0..name.tokens.len()).rfind(plain)?;
    Some(Span::new(from, to))
}

/// The numbers of a name, in order.
fn numbers(name: &Name) -> impl Iterator<Item = u16> {
    name.tokens.iter().filter(|token| token.role == Role::Number).map(|token| token.facts[0])
}

fn numbers_differ(left: &Name, right: &Name) -> bool {
    !numbers(left).eq(numbers(right))
}

/// The score of two names of which one has no words: equal numbers or nothing. Tail numbers such as
/// "EP-GOM" have words.
fn numbers_only(left: &Name, right: &Name) -> f64 {
    let same = numbers(left).next().is_some() && !numbers_differ(left, right);
    let wordless = words(left).is_none() && words(right).is_none();
    if same && wordless { CEILING } else { 0.0 }
}
