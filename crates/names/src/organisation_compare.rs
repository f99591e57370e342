//! Score of two organisations' names, and of an organisation and another kind: alignment of the
//! words, penalties for unmatched ones, caps. Weights and penalties are in units of one distinctive
//! word.

use crate::acronym::{self, ACRONYM_WEIGHT};
use crate::assign::{Link, Links, Span};
use crate::explain::{Cap, Rule};
use crate::lattice::align;
use crate::likeness;
use crate::name::{Name, Role, Token, name_flag};
use crate::observer::{ComparisonObserver, Side};
use crate::organisation_words::{self, RELATED};
use crate::person_join::MIN_COMPOUND_UNITS;
use crate::possible_kind::{POSSIBLE_KIND, is_of_possible_kind, is_whole_enough, is_whole_match};

/// Penalty, as a share of weight, for distinctive words unmatched on both sides: they name
/// different bodies. Test: `distinctive_words_on_both_sides_that_differ_contradict_each_other`.
pub(crate) const CONTRADICTION: f64 = 2.0;
/// Penalty for a distinctive word that only one side has (Uralsever / Uralsever Neft). Test:
/// `distinctive_words_decide`.
pub(crate) const EXTRA: f64 = 0.32;
/// Factor on the weight of an unmatched term that is not generic: it names another body (Gazprom /
/// Gazprom Neft); a generic one ("company") does not.
pub(crate) const SPECIFIC: f64 = 2.13;
/// Penalty, as a share of weight, for known words that only one side has. At 0.45 short forms of
/// long names are lost; at 0.3 sister companies match. Test: `tests/labelled.rs`.
pub(crate) const COMMON_EXTRA: f64 = 0.38;
/// Maximum score of a name alone: without and with much distinctive content.
pub(crate) const CEILING: (f64, f64) = (0.90, 0.985);

/// Ceiling for an acronym against words that it may abbreviate: above the threshold, never certain.
/// Test: `an_acronym_matches_the_words_it_abbreviates`.
const FIRST_LETTERS: f64 = 0.74;

/// Compares two names of which at least one is an organisation's or a vessel's.
pub(crate) fn evaluate<O: ComparisonObserver>(left: &Name, right: &Name, observer: &mut O) -> f64 {
    let mut links = Links::new();
    for at in 0..left.tokens.len() {
        for to in 0..right.tokens.len() {
            let (similarity, rule) =
                organisation_words::tokens(left, &left.tokens[at], right, &right.tokens[to]);
            let (similarity, rule) =
                organisation_words::by_syllables((left, at), (right, to), similarity, rule);
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
        Some((link, ceiling)) if ceiling > score && !is_of_possible_kind(left, right) => {
            observer.restart();
            observer.matched(&link, 100);
            observer.cap(Cap::Acronym, ceiling);
            ceiling
        }
        _ => score,
    }
}

/// True for a span of one known word.
fn known_word(name: &Name, span: Span) -> bool {
    let token = &name.tokens[usize::from(span.from)];
    span.from == span.to && matches!(token.role, Role::Legal | Role::Term | Role::Territory)
}

/// Weight (hundredths) of a single letter that abbreviates a word.
pub(crate) const LETTER_WEIGHT: u32 = 30;
/// Similarity (thousandths) of a letter to itself; to a word it is lower.
const SAME_LETTER: u16 = 1000;
/// Ceiling where one letter is the only distinctive match.
const ONE_LETTER: f64 = 0.50;

/// Weight of equal known words from which related ones count without a distinctive word: a country
/// and a specific term, or three terms.
const ENOUGH_WORDS: f64 = 0.80;

/// True for tokens that may be part of a word written together.
pub(crate) fn can_join(token: &Token) -> bool {
    matches!(token.role, Role::Plain | Role::Term | Role::Territory | Role::Particle | Role::Number)
}

/// Minimum similarity (thousandths) of joined words to a single one. Test:
/// `spacing_and_typed_errors_do_not_hide_an_organisation`.
pub(crate) const JOINED_FLOOR: u32 = 820;

/// Similarity (thousandths) from which a link is final. Words of weaker links may still be joined
/// (Alsaraf / Al-Saraf).
const SETTLED: u16 = 900;

/// Adds links between adjacent words of one side and a single word of the other, if a distinctive
/// word is still unmatched.
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
        if one.tokens[to].role != Role::Plain
            || one_used & 1 << to != 0
            || one.tokens[to].units < MIN_COMPOUND_UNITS
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
                let similarity = align::similarity(&joined, &single, JOINED_FLOOR);
                if similarity > 0 {
                    let span = Span::new(from, last);
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
/// Sums over the aligned and the unmatched words. Arrays hold left, then right.
struct Tally {
    matched_weight: f64,
    full_weight: f64,
    distinctive_weight: f64,
    /// The part of the matched weight that does not come from first letters alone.
    spelt_out_weight: f64,
    /// Several words are aligned with their acronym.
    has_acronym: bool,
    /// Weight of the known words that are equal on both sides.
    same_term_weight: f64,
    /// Some aligned terms are only related.
    has_related_terms: bool,
    unmatched_weight: [f64; 2],
    unmatched_term_weight: [f64; 2],
    has_unmatched_number: [bool; 2],
    numbers: usize,
    /// Some aligned distinctive words may be two different words.
    has_doubtful_words: bool,
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
        let (on_left, on_right) = (link.left.weight(left), link.right.weight(right));
        let weight = match link.rule {
            Rule::Acronym => ACRONYM_WEIGHT,
            // A letter identifies no more than its own weight: the S of "S.A." is not Sberbank.
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
            span.tokens(name).iter().any(|token| token.role == Role::Plain)
        };
        if plain(left, link.left) || plain(right, link.right) {
            let units = |name: &Name, span: Span| {
                span.tokens(name).iter().map(|token| usize::from(token.units)).sum::<usize>()
            };
            let units = units(left, link.left).max(units(right, link.right));
            self.has_doubtful_words |= !is_whole_match(link.similarity, units);
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
            // Known words unmatched on both sides name different fields (Sirius Hotel / Sirius
            // Bank). Test: `known_words_on_both_sides_that_differ_contradict_each_other`.
            + 1.2 * common_contradiction
            + COMMON_EXTRA * common_extra);
    let rarity = (tally.distinctive_weight / 2.0).min(1.0);
    observer.rarity(rarity);
    let mut score = raw * (CEILING.0 + (CEILING.1 - CEILING.0) * rarity);
    let numbers_differ = tally.has_unmatched_number[0] || tally.has_unmatched_number[1];
    let object = left.is(name_flag::OBJECT) || right.is(name_flag::OBJECT);
    let both = tally.has_unmatched_number[0] && tally.has_unmatched_number[1];
    let is_whole = tally.unmatched_weight == [0.0; 2]
        && !tally.has_doubtful_words
        && !tally.has_acronym
        && !tally.has_unmatched_number[0]
        && !tally.has_unmatched_number[1];
    for (applies, cap, ceiling) in [
        // Maria Garcia / MARIA E, if nothing suggests a ship.
        (!is_whole_enough(left, right, is_whole), Cap::PossibleKind, POSSIBLE_KIND),
        // KUM SONG 3 / KUM SONG 5: different numbers are different vessels or works; a vessel
        // without the number is another one as well. Test:
        // `a_number_that_only_one_organisation_has_keeps_the_pair_under_the_threshold`.
        (numbers_differ && (both || object), Cap::Numbers, 0.55),
        // Almaz Factory 12 / Almaz Factory: a number on one side only is left out as often as it distinguishes two
        // bodies. Same test.
        (numbers_differ, Cap::Numbers, 0.69),
        // "CEC" matches any three words with these first letters.
        (
            tally.distinctive_weight > 0.0 && tally.spelt_out_weight == 0.0,
            Cap::Acronym,
            FIRST_LETTERS,
        ),
        // "M1" matches any word with that first letter.
        (
            tally.distinctive_weight > 0.0 && tally.spelt_out_weight == 0.0 && !tally.has_acronym,
            Cap::SinglePart,
            ONE_LETTER,
        ),
        // Armed Forces General Staff / Army Supply Bureau: related terms among few equal ones.
        // Test: `related_terms_match_beside_a_distinctive_word_only`.
        (
            tally.distinctive_weight == 0.0
                && tally.has_related_terms
                && tally.same_term_weight < ENOUGH_WORDS,
            Cap::OnlyCommonWords,
            0.69,
        ),
        // Kumgang Bank / Koryo Bank: only the terms agree, which every bank has. Test:
        // `distinctive_words_decide`.
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
