//! Caps on the score of two persons' names: circumstances under which similar parts do not make the
//! same person. Each cap stands with the pair that requires it; most ceilings lie just under the
//! threshold of 0.7, so that the pair shows up in a search below it.

use crate::assign::Links;
use crate::compounds::is_muhammad;
use crate::explain::Cap;
use crate::name::{Name, Role, flag, name_flag};
use crate::person::is_name_token;
use crate::person_tally::{Tally, can_align};
use crate::possible_kind::{POSSIBLE_KIND, is_whole_enough};

/// Minimum similarity (thousandths) of the only other shared part beside Muhammad (Konaté / Qannadi
/// are two names).
const NEARLY: u16 = 900;

/// Similarity (thousandths) under which a match is a typing error or chance.
const NOT_QUITE: u16 = 820;
/// Rarity under which chance is the better explanation of a mere similarity.
const ALL_COMMON: f64 = 0.20;

/// Ceiling where one part of a longer name is all that matches. The score bound of retrieval depends
/// on it.
pub(crate) const SINGLE_PART: f64 = 0.69;

/// All caps: whether each applies, its code, its ceiling.
pub(crate) fn caps(
    left: &Name,
    right: &Name,
    links: &Links,
    tally: &Tally,
) -> [(bool, Cap, f64); 8] {
    let longest = names_in(left, 0, links).max(names_in(right, 1, links));
    let lone_role = |side: usize, name: &Name, role: Role| {
        (0..name.tokens.len())
            .any(|at| tally.unmatched_tokens[side] & 1 << at != 0 && name.tokens[at].role == role)
    };
    [
        // "Gaddafi" for Muammar Gaddafi, "Mohammed" for anyone. A shared Muhammad adds nothing
        // where more parts are left over (Muhammad Haqqani / Muhammad Salim Haqqani), nor where the
        // other part is only similar (Konaté / Qannadi). Tests:
        // `one_shared_part_of_a_longer_name_is_not_enough`, `a_shared_muhammad_is_no_second_part`.
        (
            tally.names <= 1
                && tally.initials == 0
                && (longest > tally.names + tally.honorific_muhammads
                    || tally.honorific_muhammads > 0 && tally.best_similarity < NEARLY),
            Cap::SinglePart,
            SINGLE_PART,
        ),
        // "A. Ahmed" is one Ahmed in ten; a rare family name with the right initial is stronger evidence, so this
        // ceiling rises with the rarity. Test: `an_initial_needs_a_rare_family_name`.
        (
            tally.names <= 1 && tally.initials > 0,
            Cap::SinglePart,
            0.63 + 0.24 * (tally.shared_information / 2.2).min(1.0),
        ),
        // Ibrahim Salleh / Sholeh Ibrahim: where the shared parts are common, a part that is only
        // similar is another name. Test: `among_common_parts_a_merely_similar_one_is_another_name`.
        (
            tally.worst_similarity < NOT_QUITE && tally.shared_information / 2.2 < ALL_COMMON,
            Cap::CommonAndAlike,
            0.69,
        ),
        // Vladimir Ivanovich Petrov / Vladimir Sergeevich Petrov. Test:
        // `patronymics_may_be_missing_but_not_differ`.
        (
            lone_role(0, left, Role::Patronymic) && lone_role(1, right, Role::Patronymic),
            Cap::Patronymic,
            0.65,
        ),
        // Igor Sechin / Ivan Sechin, and longer names of that form. Test:
        // `similar_names_that_are_different_names_do_not_match`.
        (leading_differ(left, right, tally), Cap::GivenName, 0.60),
        // Saddam Hussein al-Tikriti / Ali Saddam Hussein al-Tikriti: a child carries the father's
        // names. Test: `a_father_and_his_son_are_two_people`.
        (
            has_leading_name(left, right, links, tally.unmatched_tokens)
                || has_leading_name_right(left, right, links, tally.unmatched_tokens),
            Cap::LeadingName,
            0.69,
        ),
        // Salman bin Muhammad al-Rawi / Muhammad bin Salman al-Rawi. Test:
        // `a_father_and_his_son_are_two_people`.
        (exchanged(left, right, links), Cap::FatherAndSon, 0.65),
        // A company's name that matches only some parts of a person's name.
        (
            !is_whole_enough(left, right, tally.unmatched_tokens == [0; 2]),
            Cap::PossibleKind,
            POSSIBLE_KIND,
        ),
    ]
}

/// The number of tokens that name somebody. A title that is aligned with a name counts (Kari
/// Nieminen / Qari Sahab).
fn names_in(name: &Name, side: usize, links: &Links) -> usize {
    let met = |at: usize| {
        links.kept().iter().any(|link| [link.left, link.right][side].bits() & 1 << at != 0)
    };
    let named = |at: &usize| {
        is_name_token(&name.tokens[*at]) || name.tokens[*at].role == Role::Title && met(*at)
    };
    (0..name.tokens.len()).filter(named).count()
}

/// The first token that can be aligned.
fn first(name: &Name) -> Option<usize> {
    (0..name.tokens.len()).find(|&at| can_align(name, at))
}

/// True when the first name of each side has no counterpart.
fn leading_differ(left: &Name, right: &Name, tally: &Tally) -> bool {
    let unmatched = |side: usize, at: Option<usize>| {
        at.is_some_and(|at| tally.unmatched_tokens[side] & 1 << at != 0)
    };
    unmatched(0, first(left)) && unmatched(1, first(right))
}

/// True when the left name has one further name in front and the rest follows in the same order.
fn has_leading_name(left: &Name, right: &Name, links: &Links, unmatched: [u32; 2]) -> bool {
    // `left` is the longer name here: its first token is unmatched, and every token of the other
    // side is aligned in order.
    let Some(lead) = first(left) else { return false };
    let arabic = left.is(name_flag::ARABIC) || right.is(name_flag::ARABIC);
    arabic
        && unmatched[0] & 1 << lead != 0
        && unmatched[1] == 0
        && links.kept().len() >= 2
        && !is_muhammad(left.units(&left.tokens[lead]))
        && first(right).is_some_and(|start| {
            links.kept().iter().any(|link| {
                usize::from(link.right.from) == start
                    && usize::from(link.left.from) == next(left, lead)
            })
        })
}

/// As [`has_leading_name`], with the right name as the longer one.
fn has_leading_name_right(left: &Name, right: &Name, links: &Links, unmatched: [u32; 2]) -> bool {
    let Some(lead) = first(right) else { return false };
    let arabic = left.is(name_flag::ARABIC) || right.is(name_flag::ARABIC);
    arabic
        && unmatched[1] & 1 << lead != 0
        && unmatched[0] == 0
        && links.kept().len() >= 2
        && !is_muhammad(right.units(&right.tokens[lead]))
        && first(left).is_some_and(|start| {
            links.kept().iter().any(|link| {
                usize::from(link.left.from) == start
                    && usize::from(link.right.from) == next(right, lead)
            })
        })
}

/// The next token that can be aligned; `usize::MAX` when there is none.
fn next(name: &Name, after: usize) -> usize {
    (after + 1..name.tokens.len()).find(|&at| can_align(name, at)).unwrap_or(usize::MAX)
}

/// True when given name and father's name of one side are aligned crosswise with those of the
/// other.
fn exchanged(left: &Name, right: &Name, links: &Links) -> bool {
    let (Some(a), Some(b)) = (first(left), first(right)) else { return false };
    let (a_next, b_next) = (next(left, a), next(right, b));
    if a_next == usize::MAX || b_next == usize::MAX {
        return false;
    }
    let chain = |name: &Name, at: usize| name.tokens[at].flags & flag::AFTER_SON != 0;
    let arabic =
        left.is(name_flag::ARABIC) && right.is(name_flag::ARABIC) && links.kept().len() >= 3;
    (arabic || chain(left, a_next) && chain(right, b_next))
        && links
            .kept()
            .iter()
            .any(|link| usize::from(link.left.from) == a && usize::from(link.right.from) == b_next)
        && links
            .kept()
            .iter()
            .any(|link| usize::from(link.left.from) == a_next && usize::from(link.right.from) == b)
}
