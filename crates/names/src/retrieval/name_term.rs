//! The indexed unit: a part of a name that can carry a match, with all values that its similarity depends on.

use crate::lattice::align;
use crate::likeness;
use crate::name::{Name, PhoneticToken, Role, Token, flag};
use crate::{organisation_compare, person_join, person_tally};

/// Lattice units (sounds) stored of a term. 24 fits a term into 64 bytes, one cache line. A longer
/// term counts as similar to everything that shares a key; the comparison of names decides then.
pub(super) const MAX_STORED_UNITS: usize = 24;
/// Terms of a query that are looked up. Their positions are bits of a u32, with room for two more.
pub(super) const MAX_QUERY_TERMS: usize = 30;
/// Least similarity, in thousandths, between a shingle and a single term: the lowest that any
/// comparison accepts, so that retrieval loses none of its matches.
pub(super) const MIN_SHINGLE_SIMILARITY: u32 =
    if person_join::JOINED_FLOOR < organisation_compare::JOINED_FLOOR {
        person_join::JOINED_FLOOR
    } else {
        organisation_compare::JOINED_FLOOR
    };

/// A part of a name that can carry a match, or a shingle: adjacent parts concatenated to one word.
#[derive(Debug, Clone, Copy)]
pub struct NameTerm {
    pub(super) token: Token,
    /// In hundredths.
    pub(super) weight: u16,
    pub(super) units: [u8; MAX_STORED_UNITS],
    pub(super) origin: TermOrigin,
}

/// How a term was made from its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TermOrigin {
    /// A single part, or a shingle: adjacent parts in the order of the name.
    Plain,
    /// A person's name with the last part moved to the front. Only queries are looked up in this form.
    Rotated,
}

/// The positions in the name of the tokens that are terms, at most [`MAX_QUERY_TERMS`].
pub(super) fn term_positions(name: &Name) -> impl Iterator<Item = usize> + '_ {
    let has_name_part = name.tokens.iter().any(is_name_part);
    let is_term = move |token: &Token| match token.role {
        Role::Title => has_name_part,
        Role::Number => !has_name_part,
        Role::Term | Role::Territory | Role::Legal => true,
        _ => is_name_part(token),
    };
    name.tokens
        .iter()
        .enumerate()
        .filter(move |(_, token)| is_term(token))
        .map(|(at, _)| at)
        .take(MAX_QUERY_TERMS)
}

/// The terms of a name, in order of their position, without shingles.
pub fn name_terms(name: &Name) -> impl Iterator<Item = NameTerm> + '_ {
    let has_name_part = name.tokens.iter().any(is_name_part);
    let only_legal = name.tokens.iter().all(|token| !is_name_part(token) && !is_meaningful(token));
    term_positions(name).map(move |at| {
        let mut token = name.tokens[at];
        if is_meaningful(&token) && has_name_part || is_legal(&token) && !only_legal {
            token.flags |= flag::SECONDARY;
        }
        NameTerm::new(token, name.phonetic_sequence(&token).units, u16::from(token.weight))
    })
}

/// A part of a name proper: no title, number, particle, legal form or known word.
pub(super) fn is_name_part(token: &Token) -> bool {
    matches!(token.role, Role::Plain | Role::Family | Role::Patronymic)
}

fn is_meaningful(token: &Token) -> bool {
    matches!(token.role, Role::Term | Role::Territory)
}

pub(super) fn is_legal(token: &Token) -> bool {
    token.role == Role::Legal
}

/// A term, territory or legal form: in a match it weighs no more than the lighter of the two.
pub(super) fn is_known_word(token: &Token) -> bool {
    is_meaningful(token) || is_legal(token)
}

impl NameTerm {
    pub(super) fn new(token: Token, sounds: &[u8], weight: u16) -> Self {
        let mut units = [0; MAX_STORED_UNITS];
        units.iter_mut().zip(sounds).for_each(|(stored, unit)| *stored = *unit);
        NameTerm { token, weight, units, origin: TermOrigin::Plain }
    }

    /// Similarity to a term of another name as the comparison will see it, in thousandths; 0 when
    /// they are not similar. An upper bound, never too low.
    pub fn similarity(&self, other: &NameTerm) -> u16 {
        let (one, another) = (&self.token, &other.token);
        // A word read as a title may be a name on one side (Amir, Said), but not on both.
        if one.role == Role::Title && another.role == Role::Title {
            return 0;
        }
        let both_known = !self.is_name_part() && !other.is_name_part();
        let is_shared = |fact: &u16| *fact != 0 && another.facts.contains(fact);
        let is_same = one.hash == another.hash || both_known && one.facts.iter().any(is_shared);
        let same_role = one.role == another.role;
        if both_known && other.is_secondary() && (is_same || same_role && is_legal(one)) {
            // The score bound counts secondary words by their meaning; here only spelling counts.
            return 0;
        }
        if is_same || !self.stores_all_units() || !other.stores_all_units() {
            return 1000;
        }
        likeness::full_token_similarity(self.phonetic_token(), other.phonetic_token()).0
    }

    /// Similarity between a term and a shingle of another name, either of which may be `self`, in
    /// thousandths; 0 when they are not similar. An upper bound, never too low.
    pub fn shingle_similarity(&self, other: &NameTerm) -> u16 {
        if !self.stores_all_units() || !other.stores_all_units() {
            return 1000;
        }
        let (one, another) =
            (self.phonetic_token().phonetic_sequence(), other.phonetic_token().phonetic_sequence());
        align::similarity(&one, &another, MIN_SHINGLE_SIMILARITY)
    }

    pub(super) fn origin(&self) -> TermOrigin {
        self.origin
    }

    /// Whether it may equal a shingle of another name.
    pub(super) fn may_be_compound(&self) -> bool {
        self.is_name_part() && self.token.units >= person_join::MIN_COMPOUND_UNITS
    }

    /// The term with its front moved to the end, for each position at which two parts of a name may have been joined.
    /// Empty for a term too short to contain a whole name.
    pub(super) fn exchanged(&self) -> impl Iterator<Item = NameTerm> + '_ {
        let length = self.units().len();
        let holds_a_name = self.is_name_part()
            && self.token.units >= person_tally::SEVERAL_PARTS
            && self.stores_all_units();
        let seams = if holds_a_name { 2..length - 1 } else { 0..0 };
        seams.map(move |seam| {
            let mut units = self.units;
            if let Some(word) = units.get_mut(..length) {
                word.rotate_left(seam);
            }
            let token = Token { hash: 0, prefix_units: 0, ..self.token };
            NameTerm { token, units, ..*self }
        })
    }

    /// Its weight in its name, in hundredths.
    pub(super) fn weight(&self) -> u16 {
        self.weight
    }

    pub(super) fn stores_all_units(&self) -> bool {
        usize::from(self.token.units) <= MAX_STORED_UNITS
    }

    pub(super) fn flags(&self) -> u8 {
        self.token.flags
    }

    /// The edit cost of deleting the whole term.
    pub(super) fn deletion_cost(&self) -> u32 {
        u32::from(self.token.summary.deletion_costs[0])
    }

    pub(super) fn token(&self) -> &Token {
        &self.token
    }

    /// The stored units.
    pub(super) fn units(&self) -> &[u8] {
        &self.units[..usize::from(self.token.units).min(MAX_STORED_UNITS)]
    }

    /// A known word of a name that also has name parts, which carry more information.
    pub(super) fn is_secondary(&self) -> bool {
        self.token.flags & flag::SECONDARY != 0
    }

    pub(super) fn is_name_part(&self) -> bool {
        is_name_part(&self.token)
    }

    fn phonetic_token(&self) -> PhoneticToken<'_> {
        PhoneticToken { token: &self.token, units: self.units() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::NameKind;

    fn terms(text: &str, kind: NameKind) -> Vec<NameTerm> {
        name_terms(&Name::parse(text, kind)).collect()
    }

    #[test]
    fn titles_are_terms_beside_a_name_and_numbers_only_without_one() {
        assert_eq!(terms("Sheikh Zorvek", NameKind::Person).len(), 2);
        assert_eq!(terms("Zorvek 12", NameKind::Organization).len(), 1);
        assert_eq!(terms("12 14", NameKind::Organization).len(), 2);
    }

    #[test]
    fn a_query_has_at_most_thirty_terms() {
        let words: Vec<String> =
            (0..40_u8).map(|at| format!("Zorv{}k", char::from(b'a' + at % 26))).collect();
        assert!(terms(&words.join(" "), NameKind::Person).len() <= MAX_QUERY_TERMS);
    }

    #[test]
    fn known_words_are_secondary_beside_a_name_part_only() {
        let secondary = |text: &str| -> Vec<bool> {
            terms(text, NameKind::Organization).iter().map(NameTerm::is_secondary).collect()
        };
        assert_eq!(secondary("Zorvek Bank Ltd"), [false, true, true]);
        assert_eq!(secondary("National Bank"), [false, false]);
        assert_eq!(secondary("National Bank Ltd"), [false, false, true]);
        assert_eq!(secondary("JAMIYAT"), [false]);
    }

    #[test]
    fn two_titles_are_never_similar_but_a_title_and_a_name_may_be() {
        let title = terms("Sheikh Zorvek", NameKind::Person)[0];
        assert_eq!(title.token().role, Role::Title);
        assert_eq!(title.similarity(&title), 0);
        let name = terms("Zorvek, Sheikh", NameKind::Person);
        let name = name.iter().find(|term| term.is_name_part()).unwrap();
        assert_eq!(name.similarity(name), 1000);
    }

    #[test]
    fn secondary_words_of_one_meaning_or_legal_forms_do_not_match_by_spelling() {
        let bank = terms("Zorvek Bank Ltd", NameKind::Organization);
        let banco = terms("Quellimar Banco GmbH", NameKind::Organization);
        assert_eq!(bank[1].similarity(&banco[1]), 0, "of one meaning");
        assert_eq!(bank[2].similarity(&banco[2]), 0, "legal forms");
        let only = terms("Bank", NameKind::Organization)[0];
        assert_eq!(bank[1].similarity(&only), 1000, "the listed word is all of its name");
    }

    #[test]
    fn a_term_with_units_that_are_not_stored_counts_as_similar_to_anything() {
        let long = terms("Krzhtvaplmkrzhtvaplmkrzhtvaplm", NameKind::Person)[0];
        let short = terms("Zorvek", NameKind::Person)[0];
        assert!(!long.stores_all_units() && short.stores_all_units());
        assert_eq!((long.similarity(&short), short.similarity(&long)), (1000, 1000));
        assert_eq!(long.shingle_similarity(&short), 1000);
        assert_eq!(short.shingle_similarity(&long), 1000);
        assert_eq!(long.units().len(), MAX_STORED_UNITS);
    }

    #[test]
    fn only_name_parts_of_four_sounds_may_be_compounds() {
        let may = |text| terms(text, NameKind::Person)[0].may_be_compound();
        assert!(may("Kilgore Zorvek"));
        assert!(!may("Bo Zorvek"));
        assert!(!terms("Zorvek Company", NameKind::Organization)[1].may_be_compound());
    }
}
