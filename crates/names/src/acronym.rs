//! Acronyms: words that consist of the first letters of the other name's words.

use crate::assign::{Link, Links, Span};
use crate::explain::Rule;
use crate::lattice::table;
use crate::name::{Name, Role, Token, name_flag};

/// Weight (hundredths) of an acronym inside a longer name. Low, since many words share their first
/// letters.
pub(crate) const ACRONYM_WEIGHT: u32 = 60;

/// Similarity (thousandths) of an acronym and a run of words with its first letters (NPO / research
/// and production association).
pub(crate) const ACRONYM_RUN: u16 = 880;

/// True when a short word spells the first letters of a known phrase. The phrase keeps a hash of
/// them in `also_distinct`, which has no other use for phrases.
pub(crate) fn stands_for(short: &Token, phrase: &Token) -> bool {
    short.units <= 6 && phrase.also_distinct & 1 != 0 && phrase.also_distinct == short.short_hash()
}

/// Score of an acronym that equals the first letters of a whole name: of three letters, which fit
/// many names, and of more. Test: `an_acronym_matches_the_words_it_abbreviates`.
const SHORT_ACRONYM: f64 = 0.70;
const WHOLE_ACRONYM: f64 = 0.74;

/// Links unmatched words of one side to runs of unmatched words of the other whose first letters
/// they are.
pub(crate) fn link_acronyms(left: &Name, right: &Name, links: &mut Links) {
    if !both_organisations(left, right) {
        return;
    }
    let (left_used, right_used) = links.matched_tokens();
    acronym_side(left, left_used, right, right_used, links, false);
    acronym_side(right, right_used, left, left_used, links, true);
    links.resolve();
}

fn acronym_side(
    short: &Name,
    short_used: u32,
    long: &Name,
    long_used: u32,
    links: &mut Links,
    swapped: bool,
) {
    for at in (0..short.tokens.len()).filter(|&at| short_used & 1 << at == 0) {
        let units = short.units(&short.tokens[at]);
        if short.tokens[at].role != Role::Plain || !(3..=6).contains(&units.len()) {
            continue;
        }
        for from in (0..long.tokens.len()).filter(|&from| long_used & 1 << from == 0) {
            if let Some(to) = run_of_initials(units, long, long_used, from) {
                let span = Span::new(from, to);
                let (left, right) =
                    if swapped { (span, Span::one(at)) } else { (Span::one(at), span) };
                links.add(Link { left, right, similarity: ACRONYM_RUN, rule: Rule::Acronym });
            }
        }
    }
}

/// The last token of the run of unmatched words from `from` on whose first letters are the units;
/// `None` if they are not.
fn run_of_initials(units: &[u8], long: &Name, long_used: u32, from: usize) -> Option<usize> {
    let mut letters = units.iter();
    let mut expected = letters.next()?;
    for at in from..long.tokens.len() {
        let token = &long.tokens[at];
        if token.role == Role::Particle && at > from {
            continue;
        }
        let first = long.units(token).first()?;
        if long_used & 1 << at != 0
            || token.role == Role::Number
            || table::first_sound(*expected) != table::first_sound(*first)
        {
            return None;
        }
        match letters.next() {
            Some(next) => expected = next,
            None => return (at > from).then_some(at),
        }
    }
    None
}

/// True for two organisations. Names of persons and tail numbers have no acronyms: "RPP LLC" is not
/// Roman Popovic.
fn both_organisations(left: &Name, right: &Name) -> bool {
    let organisation =
        |name: &Name| name.is(name_flag::ORGANISATION) && !name.is(name_flag::OBJECT);
    organisation(left) && organisation(right)
}

/// A link between an acronym and the whole name it abbreviates ("CNOOC"), with its score.
pub(crate) fn acronym(left: &Name, right: &Name) -> Option<(Link, f64)> {
    if !both_organisations(left, right) {
        return None;
    }
    let one = |name: &Name| {
        let mut plain = (0..name.tokens.len()).filter(|&at| name.tokens[at].role == Role::Plain);
        let at = plain.next()?;
        (plain.next().is_none()
            && name.tokens.iter().all(|token| matches!(token.role, Role::Plain | Role::Legal)))
        .then_some(at)
    };
    let try_side = |short: &Name, long: &Name| -> Option<(usize, f64)> {
        let at = one(short)?;
        let units = short.units(&short.tokens[at]);
        if !(3..=8).contains(&units.len()) {
            return None;
        }
        let initials = |with_legal: bool| {
            long.tokens.iter().filter(move |token| match token.role {
                Role::Particle | Role::Number => false,
                Role::Legal => with_legal,
                _ => true,
            })
        };
        // Compared by letters first: "CNOOC" has fewer phonetic units than letters.
        if long.initials.contains(&short.tokens[at].hash) {
            return Some((at, if units.len() <= 3 { SHORT_ACRONYM } else { WHOLE_ACRONYM }));
        }
        for with_legal in [true, false] {
            let mut count = 0;
            let fits = initials(with_legal).enumerate().all(|(place, token)| {
                count = place + 1;
                let first = long.units(token).first();
                matches!((units.get(place), first), (Some(&x), Some(&y)) if table::first_sound(x) == table::first_sound(y))
            });
            if fits && count == units.len() {
                return Some((at, if count == 3 { SHORT_ACRONYM } else { WHOLE_ACRONYM }));
            }
        }
        None
    };
    let all = |name: &Name| Span::all(name.tokens.len());
    if let Some((at, ceiling)) = try_side(left, right) {
        return Some((
            Link { left: Span::one(at), right: all(right), similarity: 700, rule: Rule::Acronym },
            ceiling,
        ));
    }
    let (at, ceiling) = try_side(right, left)?;
    Some((
        Link { left: all(left), right: Span::one(at), similarity: 700, rule: Rule::Acronym },
        ceiling,
    ))
}
