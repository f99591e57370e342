//! Alignment of parts of a person's name that one side writes together ("ivanpetrovich" / Ivan
//! Petrovich).

use crate::assign::{Link, Links, Span};
use crate::explain::Rule;
use crate::lattice::align::{self, PhoneticSequence};
use crate::name::{Name, Role, Token, flag};
use crate::person::is_name_token;
use crate::person_tally::SEVERAL_PARTS;

/// Adds links between adjacent tokens of one side and a single token of the other. Runs only when a
/// token is still unmatched.
pub(crate) fn join(left: &Name, right: &Name, links: &mut Links) {
    let (left_used, right_used) = links.matched_tokens();
    let open = |name: &Name, bits: u32| {
        (0..name.tokens.len()).any(|at| is_name_token(&name.tokens[at]) && bits & 1 << at == 0)
    };
    if !open(left, left_used) && !open(right, right_used) {
        return;
    }
    join_side(left, left_used, right, right_used, links, false);
    join_side(right, right_used, left, left_used, links, true);
    join_turned(left, left_used, right, right_used, links, false);
    join_turned(right, right_used, left, left_used, links, true);
    links.resolve();
}

/// Links a single word to a whole name with its last part in front ("SMITHJohn" / John Smith).
fn join_turned(
    many: &Name,
    many_used: u32,
    one: &Name,
    one_used: u32,
    links: &mut Links,
    swapped: bool,
) {
    let named = |at: &usize| is_name_token(&many.tokens[*at]);
    let (Some(first), Some(last)) =
        ((0..many.tokens.len()).find(named), (0..many.tokens.len()).rfind(named))
    else {
        return;
    };
    let ends = 1 << first | 1 << last;
    if first == last || many_used & ends == ends {
        return;
    }
    let whole = |to: &usize| {
        let token = &one.tokens[*to];
        token.units >= SEVERAL_PARTS && is_name_token(token) && one_used & 1 << *to == 0
    };
    if !(0..one.tokens.len()).any(|to| whole(&to)) {
        return;
    }
    let mut units = [0_u8; 96];
    let (tail, head) = (many.joined(last, last), many.joined(first, last - 1));
    let length = tail.units.len() + head.units.len();
    if length > units.len() {
        return;
    }
    units[..tail.units.len()].copy_from_slice(tail.units);
    units[tail.units.len()..length].copy_from_slice(head.units);
    let turned = PhoneticSequence {
        units: &units[..length],
        abjad: tail.abjad,
        summary: tail.summary.concat(&head.summary),
    };
    for to in (0..one.tokens.len()).filter(whole) {
        // A word that is known as one name needs a closer match: Ali Karimi is not Karimullah.
        let floor = if whole_name(&one.tokens[to]) { WHOLE_FLOOR } else { JOINED_FLOOR };
        let similarity = align::similarity(&turned, &one.phonetic_sequence(&one.tokens[to]), floor);
        if similarity > 0 {
            let span = Span::new(first, last);
            let (left, right) = if swapped { (Span::one(to), span) } else { (span, Span::one(to)) };
            links.add(Link {
                left,
                right,
                similarity: similarity.saturating_sub(10),
                rule: Rule::Joined,
            });
        }
    }
}

/// Minimum units of a single word that may equal several words. Retrieval indexes by it.
pub(crate) const MIN_COMPOUND_UNITS: u8 = 4;

/// Minimum similarity (thousandths) of joined tokens to a single one. Higher than for single
/// tokens, since there are many ways to join; short words need still more. Test:
/// `names_written_together_match_their_parts`.
pub(crate) const JOINED_FLOOR: u32 = 800;
const SHORT_JOINED_FLOOR: u32 = 880;

/// Links each run of two to four tokens of `many` to similar single tokens of `one`.
fn join_side(
    many: &Name,
    many_used: u32,
    one: &Name,
    one_used: u32,
    links: &mut Links,
    swapped: bool,
) {
    for to in (0..one.tokens.len())
        .filter(|&to| is_name_token(&one.tokens[to]) && one.tokens[to].units >= MIN_COMPOUND_UNITS)
    {
        let single = one.phonetic_sequence(&one.tokens[to]);
        let wanted = u32::from(single.summary.deletion_costs[0]);
        for from in 0..many.tokens.len() {
            let first = &many.tokens[from];
            let abjad = (first.flags | one.tokens[to].flags) & flag::ABJAD != 0;
            let mut weight = u32::from(first.summary.deletion_costs[0]);
            for last in from + 1..many.tokens.len().min(from + 4) {
                weight += u32::from(many.tokens[last].summary.deletion_costs[0]);
                // Runs that the alignment would reject by length are not concatenated.
                if !abjad && align::is_too_long(weight, wanted) {
                    break;
                }
                let span = Span::new(from, last);
                let fresh = span.bits() & !many_used != 0 || one_used & 1 << to == 0;
                if !fresh
                    || !abjad && align::is_too_long(wanted, weight)
                    || !can_join_span(many, span)
                {
                    continue;
                }
                let floor = if whole_name(&one.tokens[to]) && parts(many, span) > 1 {
                    WHOLE_FLOOR
                } else if one.tokens[to].units < SEVERAL_PARTS {
                    SHORT_JOINED_FLOOR
                } else {
                    JOINED_FLOOR
                };
                let joined = many.joined(from, last);
                let similarity = align::similarity(&joined, &single, floor);
                if similarity > 0 {
                    let (left, right) =
                        if swapped { (Span::one(to), span) } else { (span, Span::one(to)) };
                    // Slightly lower than the alignment, so that a match of single words wins a
                    // tie.
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

/// Minimum similarity (thousandths) of several tokens to a word that is known as one name
/// (Karimullah / Karim Ouali are two names). Test:
/// `a_word_that_is_one_name_does_not_stand_for_two_similar_ones`.
const WHOLE_FLOOR: u32 = 930;

/// True for a token that is known as one complete name.
fn whole_name(token: &Token) -> bool {
    token.flags & (flag::GIVEN | flag::ABD) != 0
}

/// The number of name tokens in a span.
fn parts(name: &Name, span: Span) -> usize {
    span.tokens(name).iter().filter(|token| is_name_token(token)).count()
}

/// True for a span of names and particles that ends with a name.
pub(crate) fn can_join_span(name: &Name, span: Span) -> bool {
    let tokens = span.tokens(name);
    tokens.last().is_some_and(is_name_token)
        && tokens.iter().all(|token| is_name_token(token) || token.role == Role::Particle)
}
