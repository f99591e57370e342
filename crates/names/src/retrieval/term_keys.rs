//! The keys of terms and shingles.

use super::key::{KeyKind, KeySide, hash_key, mix};
use super::name_term::{NameTerm, TermOrigin, is_legal};
use super::skeleton::{
    BEST_READING, DELETION_LIMITS, MIN_CONSONANTS_TWO_DELETIONS, NO_DELETION, ReadingLimits,
    SHINGLE_LIMITS, hash_consonants, one_deletion_hashes, push_skeleton_keys, skeletons,
};
use crate::name::flag;

/// Fewest units of a legal form that is filed by sound. Shorter ones (SA, AO) must be the same word,
/// because half of all short words sound like one of them.
const MIN_LEGAL_FORM_UNITS: u8 = 3;
/// Fewest consonants of a shingle or compound that is found with one consonant deleted: one is often lost or added
/// where its words are joined.
const MIN_CONSONANTS_FUSED: usize = 5;

/// Appends the keys of a single term. A query's term and a listed term that are similar share at
/// least one, as far as the limits of `skeletons` allow.
pub fn term_keys(term: &NameTerm, side: KeySide, out: &mut Vec<u64>) {
    let start = out.len();
    push_term_keys(term, side, out);
    // Secondary terms are filed in a key space of their own, and a query's term is looked up in both
    // spaces: a word that is secondary in one name may be the only part of another.
    match side {
        KeySide::Document if term.is_secondary() => {
            out[start..].iter_mut().for_each(|key| *key = secondary(*key));
        }
        KeySide::Query => {
            out.extend_from_within(start..);
            let end = start + (out.len() - start) / 2;
            out[end..].iter_mut().for_each(|key| *key = secondary(*key));
        }
        KeySide::Document => {}
    }
}

/// The key in the key space of secondary terms.
fn secondary(key: u64) -> u64 {
    mix(key, 1)
}

fn push_term_keys(term: &NameTerm, side: KeySide, out: &mut Vec<u64>) {
    let token = term.token();
    out.push(hash_key(KeyKind::Exact, u64::from(token.hash)));
    if token.distinct != 0 {
        out.push(hash_key(KeyKind::Distinct, u64::from(token.distinct)));
    }
    for &fact in token.facts.iter().filter(|&&fact| fact != 0) {
        let kind = if term.is_name_part() { KeyKind::NameGroup } else { KeyKind::Fact };
        out.push(hash_key(kind, u64::from(fact & 0x7fff)));
    }
    if is_legal(token) && token.units < MIN_LEGAL_FORM_UNITS {
        return;
    }
    let units = term.units();
    let prefix = usize::from(token.prefix_units).min(units.len());
    push_skeleton_keys(units, side, out);
    // An article or Abd may be absent on the other side, so the stem is filed as well.
    if token.flags & (flag::ABD | flag::ARTICLE) != 0 && prefix > 0 {
        push_skeleton_keys(&units[prefix..], side, out);
    }
}

/// Appends the keys by which a query's single term finds listed shingles.
pub fn compound_keys(term: &NameTerm, out: &mut Vec<u64>) {
    if !term.may_be_compound() {
        return;
    }
    push_shingle_keys(KeyKind::Shingle, term, out);
    push_shortened_keys(term, &BEST_READING, out);
}

/// A query's single term read as a name with the last part in front ("KILGOREJohn"): for each position at which the
/// parts may have been joined, the term with the parts exchanged, and the key of listed shingles of that reading.
pub fn exchanged_compounds(term: &NameTerm) -> impl Iterator<Item = (u64, NameTerm)> + '_ {
    term.exchanged().flat_map(|exchanged| {
        let best = skeletons(exchanged.units(), &BEST_READING).into_iter().next();
        best.map(|skeleton| {
            let all = hash_consonants(skeleton.consonants(), NO_DELETION);
            (hash_key(KeyKind::Shingle, all), exchanged)
        })
    })
}

/// Appends the keys of a shingle: those it is filed under, or those by which a query's shingle finds
/// listed single terms. None for a listed rotated name, which would double the size of the index: the
/// query's [`exchanged_compounds`] find it.
pub fn shingle_keys(shingle: &NameTerm, side: KeySide, out: &mut Vec<u64>) {
    match side {
        KeySide::Document if shingle.origin() == TermOrigin::Rotated => {}
        KeySide::Document => {
            push_shingle_keys(KeyKind::Shingle, shingle, out);
            push_shortened_keys(shingle, &DELETION_LIMITS, out);
        }
        KeySide::Query => {
            push_shingle_keys(KeyKind::Skeleton, shingle, out);
            if shingle.origin() != TermOrigin::Rotated {
                push_fused_keys(shingle, out);
            }
        }
    }
}

fn push_shingle_keys(kind: KeyKind, term: &NameTerm, out: &mut Vec<u64>) {
    for skeleton in skeletons(term.units(), &SHINGLE_LIMITS) {
        let consonants = skeleton.consonants();
        if !consonants.is_empty() {
            out.push(hash_key(kind, hash_consonants(consonants, NO_DELETION)));
        }
    }
}

/// Appends the keys of a shingle or compound with one consonant deleted. Both sides have them: the
/// compound may have a consonant more than the shingle, one less, or another one.
fn push_shortened_keys(term: &NameTerm, limits: &ReadingLimits, out: &mut Vec<u64>) {
    for skeleton in skeletons(term.units(), limits) {
        let consonants = skeleton.consonants();
        if consonants.len() >= MIN_CONSONANTS_FUSED {
            let shortened = one_deletion_hashes(consonants);
            out.extend(shortened.map(|rest| hash_key(KeyKind::Shingle, rest)));
        }
    }
}

/// Appends keys for a listed word one edit away: where words are written together, letters fuse and
/// drop ("Trade Capital Bank" / Transkapitalbank).
fn push_fused_keys(shingle: &NameTerm, out: &mut Vec<u64>) {
    for skeleton in skeletons(shingle.units(), &DELETION_LIMITS) {
        let consonants = skeleton.consonants();
        if consonants.len() >= MIN_CONSONANTS_FUSED {
            let all = hash_consonants(consonants, NO_DELETION);
            out.push(hash_key(KeyKind::OneDeleted, all));
        }
        if consonants.len() >= MIN_CONSONANTS_TWO_DELETIONS {
            for rest in one_deletion_hashes(consonants) {
                out.extend(
                    [KeyKind::Skeleton, KeyKind::TwoDeleted].map(|kind| hash_key(kind, rest)),
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::retrieval::{name_terms, shingles};
    use crate::{Name, NameKind};

    fn term(text: &str, kind: NameKind, position: usize) -> NameTerm {
        name_terms(&Name::parse(text, kind)).nth(position).unwrap()
    }

    fn company(text: &str, position: usize) -> NameTerm {
        term(text, NameKind::Organization, position)
    }

    fn keys(term: &NameTerm, side: KeySide) -> Vec<u64> {
        let mut keys = Vec::new();
        term_keys(term, side, &mut keys);
        keys
    }

    fn meet(query: &NameTerm, listed: &NameTerm) -> bool {
        let listed_keys = keys(listed, KeySide::Document);
        keys(query, KeySide::Query).iter().any(|key| listed_keys.contains(key))
    }

    #[test]
    fn keys_are_appended_and_what_was_there_stays() {
        let bank = company("Zorvek Bank", 1);
        let mut appended = vec![1, 2, 3];
        term_keys(&bank, KeySide::Query, &mut appended);
        assert_eq!(appended[..3], [1, 2, 3]);
        assert_eq!(appended[3..], keys(&bank, KeySide::Query));
        let mut listed_keys = vec![1, 2, 3];
        term_keys(&bank, KeySide::Document, &mut listed_keys);
        assert_eq!(listed_keys[..3], [1, 2, 3]);
    }

    #[test]
    fn secondary_terms_are_filed_apart_and_queries_find_both() {
        let (secondary, primary) = (company("Zorvek Bank", 1), company("Bank", 0));
        let listed_keys = keys(&secondary, KeySide::Document);
        assert!(keys(&primary, KeySide::Document).iter().all(|key| !listed_keys.contains(key)));
        for query in [&secondary, &primary] {
            assert!(meet(query, &secondary) && meet(query, &primary));
        }
    }

    #[test]
    fn known_forms_of_one_name_and_words_of_one_meaning_meet() {
        let person = |text| term(text, NameKind::Person, 0);
        assert!(meet(&person("Sasha Zorvek"), &person("Alexander Zorvek")));
        assert!(meet(&company("Zorvek Bank", 1), &company("Quellimar Banco", 1)));
        assert!(!meet(&person("Sasha Zorvek"), &person("Quellimar Zorvek")));
    }

    #[test]
    fn short_legal_forms_meet_only_the_same_word() {
        let sa = company("Zorvek SA", 1);
        assert!(is_legal(sa.token()));
        assert!(meet(&sa, &sa));
        assert!(
            keys(&sa, KeySide::Document).len()
                < keys(&company("Zorvek GmbH", 1), KeySide::Document).len()
        );
    }

    #[test]
    fn a_word_meets_its_stem_without_the_article_or_abd() {
        let person = |text| term(text, NameKind::Person, 0);
        assert!(meet(&person("Abdulrahman Zorvek"), &person("Rahman Zorvek")));
        assert!(meet(&person("Rahman Zorvek"), &person("Abdulrahman Zorvek")));
    }

    fn finds_single(query: &Name, listed: &NameTerm) -> bool {
        let mut listed_keys = Vec::new();
        term_keys(listed, KeySide::Document, &mut listed_keys);
        shingles(query).iter().any(|(shingle, _)| {
            let mut query_keys = Vec::new();
            shingle_keys(shingle, KeySide::Query, &mut query_keys);
            query_keys.iter().any(|key| listed_keys.contains(key))
        })
    }

    #[test]
    fn a_shingle_finds_the_single_word_even_with_a_letter_fused() {
        let company = |text| Name::parse(text, NameKind::Organization);
        let single = |text| term(text, NameKind::Organization, 0);
        assert!(finds_single(&company("Trade Capital Bank"), &single("Transkapitalbank")));
        assert!(finds_single(&company("Zorvek Kapital"), &single("Zorvekapital")));
        assert!(finds_single(&company("Zorve Kapital"), &single("Zorvekkapitalin")));
        assert!(finds_single(&Name::parse("Trading Bank", NameKind::Person), &single("Tradebank")));
        assert!(!finds_single(&company("Zorve Kapital"), &single("Zorvekkapitalinovski")));
    }

    #[test]
    fn a_single_word_finds_the_listed_shingle_with_a_consonant_more_less_or_changed() {
        let finds = |query: &str, listed: &str| {
            let mut query_keys = Vec::new();
            compound_keys(&term(query, NameKind::Person, 0), &mut query_keys);
            shingles(&Name::parse(listed, NameKind::Person)).iter().any(|(shingle, _)| {
                let mut listed_keys = Vec::new();
                shingle_keys(shingle, KeySide::Document, &mut listed_keys);
                listed_keys.iter().any(|key| query_keys.contains(key))
            })
        };
        assert!(finds("Zorvekapital", "Zorve Kapital"));
        assert!(finds("Nkoumtamadji", "Koumta Madji"));
        assert!(finds("Zorvekapit", "Zorvek Kapital"));
        assert!(finds("Zorvekapimal", "Zorvek Kapital"));
        assert!(!finds("Bo", "B O"));
        assert!(!finds("Quellimar", "Zorve Kapital"));
    }

    #[test]
    fn a_single_word_finds_a_listed_name_whose_last_part_it_has_in_front() {
        let finds = |query: &str, listed: &str| {
            let query = term(query, NameKind::Person, 0);
            let shingles = shingles(&Name::parse(listed, NameKind::Person));
            exchanged_compounds(&query).any(|(key, exchanged)| {
                shingles.iter().any(|(shingle, _)| {
                    let mut listed_keys = Vec::new();
                    shingle_keys(shingle, KeySide::Document, &mut listed_keys);
                    listed_keys.contains(&key) && exchanged.shingle_similarity(shingle) > 900
                })
            })
        };
        assert!(finds("Zorvekquelimar", "Quelimar Zorvek"));
        assert!(finds("Petrovivan", "Ivan Petrov"));
        assert!(!finds("Ivanpetrov", "Ivan Petrov"), "that is the shingle itself");
        assert!(!finds("Quellimar", "John Kilgore"));
    }

    #[test]
    fn rotated_names_are_looked_up_but_never_filed() {
        let name = Name::parse("John Kilgore", NameKind::Person);
        let shingles = shingles(&name);
        let rotated = shingles.iter().map(|(term, _)| term);
        let rotated = rotated.clone().find(|term| term.origin() == TermOrigin::Rotated).unwrap();
        let mut keys = Vec::new();
        shingle_keys(rotated, KeySide::Document, &mut keys);
        assert!(keys.is_empty());
        shingle_keys(rotated, KeySide::Query, &mut keys);
        assert!(!keys.is_empty());
    }
}
