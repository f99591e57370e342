//! Comparing the names of two organisations or two vessels.

use crate::acronym::{self, ACRONYM_RUN, ACRONYM_WEIGHT};
use crate::assign::{Link, Links, Span};
use crate::east::{Confidence, Reading, compare as east};
use crate::explain::{Cap, Rule};
use crate::lattice::align;
use crate::likeness;
use crate::name::{Name, Role, Token, name_flag};
use crate::observer::{ComparisonObserver, Side};

/// Distinctive words that both sides have left over name different bodies.
pub(crate) const CONTRADICTION: f64 = 2.0;
/// A distinctive word that only one side has.
pub(crate) const EXTRA: f64 = 0.32;
/// A telling known word on one side only names another body (Gazprom / Gazprom Neft); a generic one does not.
pub(crate) const SPECIFIC: f64 = 2.13;
/// Known words that only one side has; at .45 short forms of long names are lost, at .3 sister companies meet.
pub(crate) const COMMON_EXTRA: f64 = 0.38;
/// The best score of a name alone: with little and with much that is distinctive.
const CEILING: (f64, f64) = (0.90, 0.985);

/// The best score of a short form against the words it may stand for: worth a look, never sure.
const FIRST_LETTERS: f64 = 0.74;

/// Compares two organisations or two vessels.
pub(crate) fn evaluate<O: ComparisonObserver>(left: &Name, right: &Name, observer: &mut O) -> f64 {
    let mut links = Links::new();
    for at in 0..left.tokens.len() {
        for to in 0..right.tokens.len() {
            let (similarity, rule) = tokens(left, &left.tokens[at], right, &right.tokens[to]);
            let (similarity, rule) = by_syllables((left, at), (right, to), similarity, rule);
            if similarity > 0 {
                links.add(Link { left: Span::one(at), right: Span::one(to), similarity, rule });
            }
        }
    }
    links.resolve();
    join(left, right, &mut links);
    acronym::link_acronyms(left, right, &mut links);
    let tally = Tally::count(left, right, &links, observer);
    let score = finish(left, right, &tally, observer);
    match acronym::acronym(left, right) {
        Some((link, ceiling)) if ceiling > score => {
            observer.restart();
            observer.matched(&link, 100);
            observer.cap(Cap::Acronym, ceiling);
            ceiling
        }
        _ => score,
    }
}

/// Two words that are both Korean agree by their syllables or not at all (Daesong / Daedong, Chinyong / Jinyong).
fn by_syllables(
    left: (&Name, usize),
    right: (&Name, usize),
    similarity: u16,
    rule: Rule,
) -> (u16, Rule) {
    if left.0.readings.is_empty() || right.0.readings.is_empty() || similarity == 1000 {
        return (similarity, rule);
    }
    let (Some(one), Some(other)) = (syllables(left), syllables(right)) else {
        return (similarity, rule);
    };
    let likely = one.confidence >= Confidence::Likely || other.confidence >= Confidence::Likely;
    let agreement = east::korean(one, other);
    if agreement >= 0.9 && (likely || similarity > 0) {
        (similarity.max(if likely { 960 } else { 880 }), Rule::Korean)
    } else if agreement < 0.7 && one.count == other.count && similarity < 900 {
        (0, Rule::Differs)
    } else {
        (similarity, rule)
    }
}

/// The Korean syllables of a word.
fn syllables((name, at): (&Name, usize)) -> Option<&Reading> {
    name.readings.iter().find(|reading| usize::from(reading.extra) == at)
}

fn tokens(left: &Name, at: &Token, right: &Name, to: &Token) -> (u16, Rule) {
    use Role::{Legal, Number, Particle, Plain, Term, Territory, Title};
    let shared = || at.facts.iter().any(|fact| *fact != 0 && to.facts.contains(fact));
    match (at.role, to.role) {
        (Number, Number) => {
            if at.facts[0] == to.facts[0] {
                (1000, Rule::Number)
            } else {
                (0, Rule::Differs)
            }
        }
        (Number, _) | (_, Number) => (0, Rule::Differs),
        (Particle | Title, Particle | Title) if at.hash == to.hash => (1000, Rule::Same),
        (Particle | Title, _) | (_, Particle | Title) => (0, Rule::Differs),
        (Legal, Legal) => {
            if shared() {
                (1000, Rule::LegalForm)
            } else {
                (0, Rule::Differs)
            }
        }
        (Territory, Territory) if same_territory(at, to) => (1000, Rule::Territory),
        (Territory, Territory) => (0, Rule::Differs),
        (Term, Term) if (at.facts[0] ^ to.facts[0]) & 0x7fff == 0 => (1000, Rule::Term),
        (Term, Term) if at.facts[1] != 0 && at.facts[1] == to.facts[1] => (RELATED, Rule::Term),
        // A typed error in a known word makes it an unknown one.
        // "IT" for information technology.
        (Term, Plain) if acronym::stands_for(to, at) => (ACRONYM_RUN, Rule::Acronym),
        (Plain, Term) if acronym::stands_for(at, to) => (ACRONYM_RUN, Rule::Acronym),
        (Legal | Term | Territory, _) | (_, Legal | Term | Territory) => {
            let (similarity, rule) = likeness::token_similarity(left, at, right, to);
            let place = at.role == Territory || to.role == Territory;
            let least = if place { KNOWN_PLACE } else { KNOWN_WORD };
            (if similarity < least { 0 } else { similarity }, rule)
        }
        (Plain, Plain) if at.hash != to.hash && at.facts[0] != 0 && at.facts[0] == to.facts[0] => {
            (TRANSLATED, Rule::Term)
        }
        _ => likeness::token_similarity(left, at, right, to),
    }
}

/// A name and its translation (Star / Najma).
const TRANSLATED: u16 = 970;

/// The same territory, or one and the larger whole that it is often called by; never two parts of a whole.
fn same_territory(at: &Token, to: &Token) -> bool {
    let [one, whole, _] = at.facts;
    let [other, other_whole, _] = to.facts;
    one == other || one == other_whole || whole == other
}

fn known_word(name: &Name, span: Span) -> bool {
    let token = &name.tokens[span.from as usize];
    span.from == span.to && matches!(token.role, Role::Legal | Role::Term | Role::Territory)
}

/// A single letter that stands for a word.
const LETTER_WEIGHT: u32 = 30;
/// The likeness of a letter to itself; to a word it is less.
const SAME_LETTER: u16 = 1000;
/// The best score where one letter stands for all that is told.
const ONE_LETTER: f64 = 0.50;

/// Words of nearly one meaning (bureau / office) are most often one word in two translations.
const RELATED: u16 = 850;

/// Known words that must be the same before related ones count: a country and a telling word, or three words.
const ENOUGH_WORDS: f64 = 0.80;

/// A known word and an unknown one are the same only if they are all but equal.
const KNOWN_WORD: u16 = 750;
/// A place is a proper name: one letter apart is another (Daedong / Daesong).
const KNOWN_PLACE: u16 = 820;

pub(crate) fn can_join(token: &Token) -> bool {
    matches!(token.role, Role::Plain | Role::Term | Role::Territory | Role::Particle | Role::Number)
}

const JOINED_FLOOR: u32 = 820;

/// Words alike to this degree are not looked at again; less alike ones may be joined (Alsaraf / Al-Saraf).
const SETTLED: u16 = 900;

fn join(left: &Name, right: &Name, links: &mut Links) {
    let settled = links.kept().iter().filter(|link| link.similarity >= SETTLED);
    let (left_used, right_used) = settled
        .fold((0, 0), |(left, right), link| (left | link.left.bits(), right | link.right.bits()));
    let open = |name: &Name, bits: u32| {
        (0..name.tokens.len()).any(|at| name.tokens[at].role == Role::Plain && bits & 1 << at == 0)
    };
    if !open(left, left_used) && !open(right, right_used) {
        return;
    }
    join_side(left, right, right_used, links, false);
    join_side(right, left, left_used, links, true);
    links.resolve();
}

fn join_side(many: &Name, one: &Name, one_used: u32, links: &mut Links, swapped: bool) {
    for to in 0..one.tokens.len() {
        if one.tokens[to].role != Role::Plain || one_used & 1 << to != 0 || one.tokens[to].units < 4
        {
            continue;
        }
        let single = one.phonetic_sequence(&one.tokens[to]);
        for from in 0..many.tokens.len() {
            let mut joined = many.phonetic_sequence(&many.tokens[from]);
            let abjad = joined.abjad || single.abjad;
            let mut weight = u32::from(joined.summary.deletion_costs[0]);
            for last in from + 1..many.tokens.len().min(from + 4) {
                if !can_join(&many.tokens[from]) || !can_join(&many.tokens[last]) {
                    break;
                }
                weight += u32::from(many.tokens[last].summary.deletion_costs[0]);
                if !abjad && align::is_too_long(weight, u32::from(single.summary.deletion_costs[0]))
                {
                    break;
                }
                joined = many.join(&joined, from, last);
                let similarity = align::similarity(&joined, &single, JOINED_FLOOR) as u16;
                if similarity > 0 {
                    let span = Span { from: from as u8, to: last as u8 };
                    let (left, right) =
                        if swapped { (Span::one(to), span) } else { (span, Span::one(to)) };
                    links.add(Link {
                        left,
                        right,
                        similarity: similarity.saturating_sub(5),
                        rule: Rule::Joined,
                    });
                }
            }
        }
    }
}

#[derive(Default)]
struct Tally {
    matched_weight: f64,
    full_weight: f64,
    distinctive_weight: f64,
    /// Of this, what does not rest on first letters alone.
    spelt_out_weight: f64,
    /// Several words are met by their first letters.
    has_acronym: bool,
    /// Weight of known words that are the same on both sides, and whether others are only related.
    same_term_weight: f64,
    has_related_terms: bool,
    unmatched_weight: [f64; 2],
    unmatched_term_weight: [f64; 2],
    has_unmatched_number: [bool; 2],
    numbers: usize,
}

impl Tally {
    fn count<O: ComparisonObserver>(
        left: &Name,
        right: &Name,
        links: &Links,
        observer: &mut O,
    ) -> Tally {
        let mut tally = Tally::default();
        for link in links.kept() {
            tally.add(left, right, link, observer);
        }
        let (left_used, right_used) = links.matched_tokens();
        for (side, name, bits) in [(Side::Left, left, left_used), (Side::Right, right, right_used)]
        {
            for at in (0..name.tokens.len()).filter(|&at| bits & 1 << at == 0) {
                let token = &name.tokens[at];
                let weight = f64::from(token.weight) / 100.0;
                match token.role {
                    Role::Plain | Role::Initial => tally.unmatched_weight[side as usize] += weight,
                    Role::Number => tally.has_unmatched_number[side as usize] = true,
                    Role::Term if token.facts[0] & 0x8000 == 0 => {
                        tally.unmatched_term_weight[side as usize] += weight * SPECIFIC
                    }
                    Role::Term | Role::Territory => {
                        tally.unmatched_term_weight[side as usize] += weight
                    }
                    _ => continue,
                }
                observer.unmatched(side, at, u32::from(token.weight), false);
            }
        }
        tally
    }

    fn add<O: ComparisonObserver>(
        &mut self,
        left: &Name,
        right: &Name,
        link: &Link,
        observer: &mut O,
    ) {
        let of = |name: &Name, span: Span| -> u32 {
            name.tokens[span.from as usize..=span.to as usize]
                .iter()
                .map(|token| u32::from(token.weight))
                .sum()
        };
        let (on_left, on_right) = (of(left, link.left), of(right, link.right));
        let weight = match link.rule {
            Rule::Acronym => ACRONYM_WEIGHT,
            // "S.A." is not the S of Sberbank: a letter tells no more than it weighs.
            Rule::Initial => on_left.min(on_right).min(LETTER_WEIGHT),
            _ if known_word(left, link.left) || known_word(right, link.right) => {
                on_left.min(on_right)
            }
            _ => on_left.max(on_right),
        };
        let similarity = likeness::worth(link.similarity);
        self.matched_weight += similarity * f64::from(weight) / 100.0;
        self.full_weight += f64::from(weight) / 100.0;
        self.numbers += usize::from(link.rule == Rule::Number);
        let plain = |name: &Name, span: Span| {
            name.tokens[span.from as usize..=span.to as usize]
                .iter()
                .any(|token| token.role == Role::Plain)
        };
        if plain(left, link.left) || plain(right, link.right) {
            self.distinctive_weight += similarity * f64::from(weight) / 100.0;
            match link.rule {
                Rule::Acronym => self.has_acronym = true,
                Rule::Initial if link.similarity < SAME_LETTER => {}
                _ => self.spelt_out_weight += similarity * f64::from(weight) / 100.0,
            }
        } else if link.rule == Rule::Term && link.similarity == RELATED {
            self.has_related_terms = true;
        } else {
            self.same_term_weight += f64::from(weight) / 100.0;
        }
        observer.matched(link, weight);
    }
}

fn finish<O: ComparisonObserver>(
    left: &Name,
    right: &Name,
    tally: &Tally,
    observer: &mut O,
) -> f64 {
    if tally.full_weight == 0.0 {
        return 0.0;
    }
    let contradiction = tally.unmatched_weight[0].min(tally.unmatched_weight[1]);
    let extra = (tally.unmatched_weight[0] - tally.unmatched_weight[1]).abs();
    let common_contradiction = tally.unmatched_term_weight[0].min(tally.unmatched_term_weight[1]);
    let common_extra = (tally.unmatched_term_weight[0] - tally.unmatched_term_weight[1]).abs();
    let raw = tally.matched_weight
        / (tally.full_weight
            + CONTRADICTION * contradiction
            + EXTRA * extra
            + 1.2 * common_contradiction
            + COMMON_EXTRA * common_extra);
    let rarity = (tally.distinctive_weight / 2.0).min(1.0);
    observer.rarity(rarity);
    let mut score = raw * (CEILING.0 + (CEILING.1 - CEILING.0) * rarity);
    let numbers_differ = tally.has_unmatched_number[0] || tally.has_unmatched_number[1];
    let object = left.is(name_flag::OBJECT) || right.is(name_flag::OBJECT);
    let both = tally.has_unmatched_number[0] && tally.has_unmatched_number[1];
    for (applies, cap, ceiling) in [
        // KUM SONG 3 / KUM SONG 5; a number on one side only is as often left out.
        (numbers_differ && (both || object), Cap::Numbers, 0.55),
        (numbers_differ, Cap::Numbers, 0.69),
        // "CEC" for any three words with these first letters.
        (
            tally.distinctive_weight > 0.0 && tally.spelt_out_weight == 0.0,
            Cap::Acronym,
            FIRST_LETTERS,
        ),
        // "M1" for any word with that first letter.
        (
            tally.distinctive_weight > 0.0 && tally.spelt_out_weight == 0.0 && !tally.has_acronym,
            Cap::SinglePart,
            ONE_LETTER,
        ),
        // Armed Forces General Staff / Army Supply Bureau: words of nearly one meaning among few others.
        (
            tally.distinctive_weight == 0.0
                && tally.has_related_terms
                && tally.same_term_weight < ENOUGH_WORDS,
            Cap::OnlyCommonWords,
            0.69,
        ),
        // Kumgang Bank / Koryo Bank: only what every bank shares.
        (
            tally.distinctive_weight == 0.0
                && tally.unmatched_weight[0] + tally.unmatched_weight[1] > 0.0,
            Cap::OnlyCommonWords,
            0.60,
        ),
    ] {
        if applies && score > ceiling {
            observer.cap(cap, ceiling);
            score = ceiling;
        }
    }
    score
}
