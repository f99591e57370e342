//! The ceilings of a person's score: what speaks against two names however alike their parts are.

use crate::assign::Links;
use crate::explain::Cap;
use crate::lattice::table;
use crate::name::{Name, Role, flag, name_flag};
use crate::person::is_name_token;
use crate::person_compare::{Tally, can_align};

/// A single part beside Muhammad must be this much alike.
const NEARLY: u16 = 900;

/// A part under this likeness is met by a slip or by chance.
const NOT_QUITE: u16 = 820;
/// What is shared tells so little that chance is the better reading.
const ALL_COMMON: f64 = 0.20;

/// The ceilings, each with the cases that ask for it.
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
        // "Gaddafi" for Muammar Gaddafi; Mohammed for anyone.
        // Muhammad beside it adds nothing where more is left over (Muhammad Haqqani / Muhammad Salim Haqqani), nor
        // where the other part is only nearly the same (Konaté / Qannadi).
        (
            tally.names <= 1
                && tally.initials == 0
                && (longest > tally.names + tally.honorific_muhammads
                    || tally.honorific_muhammads > 0 && tally.best_similarity < NEARLY),
            Cap::SinglePart,
            0.69,
        ),
        // "A. Ahmed" is one Ahmed in ten; a rare family name with the right letter is more.
        (
            tally.names <= 1 && tally.initials > 0,
            Cap::SinglePart,
            0.63 + 0.24 * (tally.shared_information / 2.2).min(1.0),
        ),
        // Ibrahim Salleh / Sholeh Ibrahim: where all is common, one part that is merely alike is another name.
        (
            tally.worst_similarity < NOT_QUITE && tally.shared_information / 2.2 < ALL_COMMON,
            Cap::CommonAndAlike,
            0.69,
        ),
        // Vladimir Ivanovich Petrov / Vladimir Sergeevich Petrov.
        (
            lone_role(0, left, Role::Patronymic) && lone_role(1, right, Role::Patronymic),
            Cap::Patronymic,
            0.65,
        ),
        // Igor Sechin / Ivan Sechin and longer names alike.
        (leading_differ(left, right, tally), Cap::GivenName, 0.60),
        // Saddam Hussein al-Tikriti / Ali Saddam Hussein al-Tikriti.
        (
            has_leading_name(left, right, links, tally.unmatched_tokens)
                || has_leading_name_right(left, right, links, tally.unmatched_tokens),
            Cap::LeadingName,
            0.69,
        ),
        // Salman bin Muhammad al-Rawi / Muhammad bin Salman al-Rawi.
        (exchanged(left, right, links), Cap::FatherAndSon, 0.65),
        (
            lone_role(0, left, Role::Suffix) && lone_role(1, right, Role::Suffix),
            Cap::Generation,
            0.69,
        ),
    ]
}

/// Parts that name somebody; a title that was met as a name is one (Kari Nieminen / Qari Sahab).
fn names_in(name: &Name, side: usize, links: &Links) -> usize {
    let met = |at: usize| {
        links.kept().iter().any(|link| [link.left, link.right][side].bits() & 1 << at != 0)
    };
    let named = |at: &usize| {
        is_name_token(&name.tokens[*at]) || name.tokens[*at].role == Role::Title && met(*at)
    };
    (0..name.tokens.len()).filter(named).count()
}

fn first(name: &Name) -> Option<usize> {
    (0..name.tokens.len()).find(|&at| can_align(name, at))
}

fn leading_differ(left: &Name, right: &Name, tally: &Tally) -> bool {
    let unmatched = |side: usize, at: Option<usize>| {
        at.is_some_and(|at| tally.unmatched_tokens[side] & 1 << at != 0)
    };
    unmatched(0, first(left)) && unmatched(1, first(right))
}

fn has_leading_name(left: &Name, right: &Name, links: &Links, unmatched: [u32; 2]) -> bool {
    // The longer side is `left` here: its first part is alone, everything of the other side is met, in order.
    let Some(lead) = first(left) else { return false };
    let arabic = left.is(name_flag::ARABIC) || right.is(name_flag::ARABIC);
    arabic
        && unmatched[0] & 1 << lead != 0
        && unmatched[1] == 0
        && links.kept().len() >= 2
        && !is_muhammad(left, lead)
        && first(right).is_some_and(|start| {
            links.kept().iter().any(|link| {
                link.right.from as usize == start && link.left.from as usize == next(left, lead)
            })
        })
}

fn has_leading_name_right(left: &Name, right: &Name, links: &Links, unmatched: [u32; 2]) -> bool {
    let Some(lead) = first(right) else { return false };
    let arabic = left.is(name_flag::ARABIC) || right.is(name_flag::ARABIC);
    arabic
        && unmatched[1] & 1 << lead != 0
        && unmatched[0] == 0
        && links.kept().len() >= 2
        && !is_muhammad(right, lead)
        && first(left).is_some_and(|start| {
            links.kept().iter().any(|link| {
                link.left.from as usize == start && link.right.from as usize == next(right, lead)
            })
        })
}

fn next(name: &Name, after: usize) -> usize {
    (after + 1..name.tokens.len()).find(|&at| can_align(name, at)).unwrap_or(usize::MAX)
}

/// Muhammad in front is a blessing as often as a name, and left out as often. Mahmoud has the same consonants and a
/// long u before the last, Mahmoudi a vowel after it.
pub(crate) fn is_muhammad(name: &Name, at: usize) -> bool {
    const MUHAMMAD: [u8; 3] = [8, 8, 3];
    const A: u32 = 1;
    const U: u32 = 1 << 4;
    let units = name.units(&name.tokens[at]);
    let mut consonants = 0;
    for &unit in units {
        let class = table::consonant_class(unit);
        if class != 0 {
            if MUHAMMAD.get(consonants) != Some(&class) {
                return false;
            }
            consonants += 1;
        } else if consonants == 2 && table::sound_mask(unit) & (U | A) == U {
            return false;
        }
    }
    consonants == 3 && units.last().is_some_and(|&last| table::consonant_class(last) != 0)
}

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
            .any(|link| link.left.from as usize == a && link.right.from as usize == b_next)
        && links
            .kept()
            .iter()
            .any(|link| link.left.from as usize == a_next && link.right.from as usize == b)
}
