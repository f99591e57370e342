//! Shingles: adjacent parts of a name concatenated to one term.
//!
//! Sources differ in word division (Al Qaeda / Alqaeda, Jong Un / Jongun). A shingle of one name is
//! looked up among the single terms of others, and the other way round.

use super::name_term::{MAX_QUERY_TERMS, MAX_STORED_UNITS, NameTerm, TermOrigin, term_positions};
use crate::assign::Span;
use crate::lattice::align::PhoneticSequence;
use crate::name::{Name, Role, Token, flag, name_flag};
use crate::person::is_name_token;
use crate::person_tally::SEVERAL_PARTS;
use crate::{organisation_compare, person_join};

/// Longest run of adjacent tokens indexed as one term. Four-token shingles would take much space and
/// match almost nothing.
const MAX_SHINGLE_TOKENS: usize = 3;
/// Fewest units of a whole name written as one word: one less than the comparison demands of the
/// listed word, for a spelling difference.
const MIN_ROTATED_UNITS: usize = SEVERAL_PARTS as usize - 1;

/// The shingles of a name, each with the positions of the terms that it covers, as a bit mask.
pub fn shingles(name: &Name) -> Vec<(NameTerm, u32)> {
    let mut shingles = Vec::new();
    for from in 0..name.tokens.len() {
        let mut positions = 0;
        for to in from..name.tokens.len().min(from + MAX_SHINGLE_TOKENS) {
            let position = term_positions(name).position(|at| at == to);
            positions |= position.map_or(0, |position| 1 << position);
            if to > from && can_join(name, from, to) {
                shingles.push((shingle(name, from, to), positions));
            }
        }
    }
    shingles.extend(rotated(name));
    shingles
}

/// A person's whole name as one word with the last part in front ("SMITHJohn"). None if it is longer
/// than the units stored of a term: no listed single term could equal it then.
fn rotated(name: &Name) -> Option<(NameTerm, u32)> {
    let mut name_tokens = (0..name.tokens.len()).filter(|at| is_name_token(&name.tokens[*at]));
    let (first, last) = (name_tokens.next()?, name_tokens.next_back()?);
    if is_organisation_or_object(name) {
        return None;
    }
    let (tail, head) = (name.joined(last, last), name.joined(first, last - 1));
    let units = [tail.units, head.units].concat();
    let lengths = MIN_ROTATED_UNITS..=MAX_STORED_UNITS;
    let positions = term_positions(name).take(MAX_QUERY_TERMS).enumerate();
    let covered = positions.filter(|(_, at)| (first..=last).contains(at));
    let mask = covered.fold(0, |mask, (position, _)| mask | 1 << position);
    let tokens = &name.tokens[first..=last];
    let sounds = PhoneticSequence {
        units: &units,
        abjad: tail.abjad,
        summary: tail.summary.concat(&head.summary),
    };
    let term = NameTerm { origin: TermOrigin::Rotated, ..concatenated(tokens, sounds) };
    lengths.contains(&units.len()).then_some((term, mask))
}

/// Whether a comparison may read these tokens as one word. A person's name may be compared by the
/// rules of organisations, too, so either rule suffices.
fn can_join(name: &Name, from: usize, to: usize) -> bool {
    name.tokens[from..=to].iter().all(organisation_compare::can_join)
        || !is_organisation_or_object(name) && person_join::can_join_span(name, Span::new(from, to))
}

fn is_organisation_or_object(name: &Name) -> bool {
    name.is(name_flag::ORGANISATION | name_flag::OBJECT)
}

fn shingle(name: &Name, from: usize, to: usize) -> NameTerm {
    concatenated(&name.tokens[from..=to], name.joined(from, to))
}

fn concatenated(tokens: &[Token], sounds: PhoneticSequence<'_>) -> NameTerm {
    let token = Token {
        hash: 0,
        summary: sounds.summary,
        facts: [0; 3],
        distinct: 0,
        also_distinct: 0,
        units: u8::try_from(sounds.units.len()).unwrap_or(u8::MAX),
        prefix_units: 0,
        common: 0,
        role: Role::Plain,
        flags: tokens[0].flags & flag::ABJAD,
        ..tokens[0]
    };
    NameTerm::new(token, sounds.units, tokens.iter().map(|token| u16::from(token.weight)).sum())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::NameKind;

    fn masks(text: &str, kind: NameKind, origin: TermOrigin) -> Vec<u32> {
        let shingles = shingles(&Name::parse(text, kind));
        let of_origin = shingles.iter().filter(|(term, _)| term.origin() == origin);
        of_origin.map(|(_, mask)| *mask).collect()
    }

    #[test]
    fn shingles_cover_two_or_three_adjacent_tokens() {
        let name = "Zorvek Quellimar Tandoril Besk";
        let masks = masks(name, NameKind::Organization, TermOrigin::Plain);
        assert_eq!(masks, [0b11, 0b111, 0b110, 0b1110, 0b1100]);
    }

    #[test]
    fn a_shingle_sounds_like_the_words_written_as_one() {
        let apart = Name::parse("Trade Capital", NameKind::Organization);
        let (shingle, _) = shingles(&apart)[0];
        let written = Name::parse("Tradecapital", NameKind::Person);
        let single = super::super::name_terms(&written).next().unwrap();
        assert!(shingle.shingle_similarity(&single) >= 900);
        let weights: u16 = apart.tokens.iter().map(|token| u16::from(token.weight)).sum();
        assert_eq!(shingle.weight(), weights);
    }

    #[test]
    fn only_persons_names_of_fitting_length_are_rotated() {
        assert_eq!(masks("John Kilgore", NameKind::Person, TermOrigin::Rotated), [0b11]);
        assert!(masks("John Kilgore", NameKind::Organization, TermOrigin::Rotated).is_empty());
        assert!(masks("Bo Li", NameKind::Person, TermOrigin::Rotated).is_empty());
        assert!(masks("Kilgore", NameKind::Person, TermOrigin::Rotated).is_empty());
        let long = "Maximilian Wolfgang Schellenberger Quellimarovich";
        assert!(masks(long, NameKind::Person, TermOrigin::Rotated).is_empty());
    }

    #[test]
    fn a_rotated_name_begins_with_the_last_part() {
        let name = Name::parse("John Kilgore", NameKind::Person);
        let found = shingles(&name);
        let (rotated, _) =
            found.iter().find(|(term, _)| term.origin() == TermOrigin::Rotated).unwrap();
        let written = Name::parse("Kilgorejohn", NameKind::Person);
        let single = super::super::name_terms(&written).next().unwrap();
        assert!(rotated.shingle_similarity(&single) >= 900);
    }
}
