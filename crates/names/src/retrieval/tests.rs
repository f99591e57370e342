//! Tests that retrieval finds every name that the comparison scores high enough.

use proptest::prelude::*;

use super::*;
use crate::explain::Rule;
use crate::{Name, NameKind, compare, score};

const SCORE: f64 = 0.7;

fn shares(query: impl FnOnce(&mut Vec<u64>), listed: impl FnOnce(&mut Vec<u64>)) -> bool {
    let (mut query_keys, mut listed_keys) = (Vec::new(), Vec::new());
    query(&mut query_keys);
    listed(&mut listed_keys);
    query_keys.iter().any(|key| listed_keys.contains(key))
}

/// The accumulator that an index of one name would hold for it.
fn accumulate(query: &Name, listed: &Name) -> MatchAccumulator {
    let mut matches = MatchAccumulator::default();
    if shares(
        |keys| whole_name_keys(query, KeySide::Query, keys),
        |keys| whole_name_keys(listed, KeySide::Document, keys),
    ) {
        matches.add_whole_name();
    }
    for (position, term) in name_terms(query).enumerate() {
        accumulate_term(&mut matches, position, &term, listed);
    }
    for (shingle, positions) in shingles(query) {
        for term in name_terms(listed) {
            let similarity = shingle.shingle_similarity(&term);
            let shares_key = shares(
                |keys| shingle_keys(&shingle, KeySide::Query, keys),
                |keys| term_keys(&term, KeySide::Document, keys),
            );
            if shares_key && similarity > 0 {
                let pair = TermContribution::between(&shingle, &term, similarity);
                matches.add_shingle(positions, &pair);
            }
        }
    }
    matches
}

fn accumulate_term(
    matches: &mut MatchAccumulator,
    position: usize,
    query: &NameTerm,
    listed: &Name,
) {
    let similar = name_terms(listed)
        .filter(|term| {
            shares(
                |keys| term_keys(query, KeySide::Query, keys),
                |keys| term_keys(term, KeySide::Document, keys),
            )
        })
        .map(|term| (term, query.similarity(&term)))
        .filter(|(_, similarity)| *similarity > 0);
    let mut contributions: Vec<TermContribution> = similar
        .map(|(term, similarity)| TermContribution::between(query, &term, similarity))
        .collect();
    contributions.sort_by(TermContribution::order);
    for contribution in contributions {
        matches.add_term(position, &contribution);
    }
    for (shingle, _) in shingles(listed) {
        let shares_key = shares(
            |keys| compound_keys(query, keys),
            |keys| shingle_keys(&shingle, KeySide::Document, keys),
        );
        let as_it_is = if shares_key { query.shingle_similarity(&shingle) } else { 0 };
        let mut listed_keys = Vec::new();
        shingle_keys(&shingle, KeySide::Document, &mut listed_keys);
        let exchanged = exchanged_compounds(query)
            .filter(|(key, _)| listed_keys.contains(key))
            .map(|(_, exchanged)| exchanged.shingle_similarity(&shingle));
        let similarity = exchanged.fold(as_it_is, u16::max);
        if similarity > 0 {
            let pair = TermContribution::between(query, &shingle, similarity);
            matches.add_shingle(1 << position, &pair);
        }
    }
}

/// Whether an index of one name finds it.
fn finds(query: &Name, listed: &Name) -> bool {
    let matches = accumulate(query, listed);
    ScoreUpperBound::new(query).can_reach(&matches, NameProfile::of(listed), SCORE)
}

fn check(query: (&str, NameKind), listed: (&str, NameKind)) {
    let [query, listed] = [query, listed].map(|(text, kind)| Name::parse(text, kind));
    let score = score(&query, &listed);
    assert!(score >= SCORE, "{query:?} and {listed:?} score {score} only");
    assert!(finds(&query, &listed), "{:?} does not find {:?}", query.text(), listed.text());
}

const PERSON: NameKind = NameKind::Person;
const COMPANY: NameKind = NameKind::Organization;

#[test]
fn words_that_are_written_together_are_found_however_their_consonants_are_read() {
    check(("Toulai, Mohammadhassan", PERSON), ("Mochammad Achwan", PERSON));
    check(("Dive Techno Services", COMPANY), ("DAIVTEKHNOSERVIS", COMPANY));
    check(("Il Ho Jon", PERSON), ("Gudzon Shipping Co", COMPANY));
}

#[test]
fn words_of_one_consonant_are_found_written_together() {
    check(("Chae Yong-ae", PERSON), ("Yona Holding", COMPANY));
    check(("Kaya Limited", COMPANY), ("Ku Ja Hyong", PERSON));
}

#[test]
fn long_words_that_are_written_together_are_found_with_an_edit() {
    check(("Trade Capital Bank", COMPANY), ("PJSC TRANSKAPITALBANK", COMPANY));
    check(("VTB Faktoring", COMPANY), ("PSB Avtofaktoring", COMPANY));
    check(("Tradebank", COMPANY), ("Trading Bank", COMPANY));
    check(("Tradebank", NameKind::Either), ("Trading Bank", PERSON));
}

#[test]
fn a_number_belongs_to_the_word_before_it_when_a_person_is_held_against_a_vessel() {
    check(("María 20", PERSON), ("MARA", NameKind::Object));
}

#[test]
fn what_looks_like_a_legal_form_is_found_as_the_name_it_is_on_the_other_side() {
    check(("Al-Qadhafi, Saif Al-Arab", COMPANY), ("Saif al-Islam Qadhafi", PERSON));
    check(("Azad Traders", COMPANY), ("SAD Import Export Company", COMPANY));
    check(("Saif al-Islam Qadhafi", PERSON), ("Al-Qadhafi, Saif Al-Arab", COMPANY));
}

#[test]
fn a_name_of_legal_forms_only_is_found() {
    check(("JAMIYAT", COMPANY), ("Jamiyat", COMPANY));
    check(("SC-YUG", PERSON), ("SC-YUG", COMPANY));
    check(("AO ODK-Klimov", PERSON), ("AO ODK", COMPANY));
}

#[test]
fn known_words_of_similar_spelling_match_whatever_their_meaning() {
    check(("Osorio Maderas", COMPANY), ("Al Jamiah al Asaria Madrassa", COMPANY));
    check(("Va Bo Kampani EOOD", COMPANY), ("Va Bo Company EOOD", COMPANY));
}

#[test]
fn a_person_is_found_under_one_word_that_begins_with_the_last_part() {
    check(("Habu, Muhammad", PERSON), ("Abu Muhammad", PERSON));
    check(("John Kilgore", PERSON), ("KILGOREJohn", PERSON));
    check(("KILGOREJohn", PERSON), ("John Kilgore", PERSON));
    check(("Zorvekquelimar Ivan", PERSON), ("Quellimar Zorvik", PERSON));
}

#[test]
fn two_edits_in_a_long_word_are_found() {
    check(("Kradumphon, Sombun", PERSON), ("Somboon Kradumporn", PERSON));
    check(("Vneshekonombank", COMPANY), ("Belvneshekonombank OJSC", COMPANY));
}

#[test]
fn a_word_is_found_as_several_that_lost_a_letter_where_they_meet() {
    check(("Nkoumtamadji, Martin", PERSON), ("Martin Koumta Madji", PERSON));
    check(("Zeinulabideen Husein", PERSON), ("Zain Al-Abidin Husain", PERSON));
}

#[test]
fn an_initial_may_stand_for_a_word_of_a_company() {
    check(("Mina Hosseini", COMPANY), ("M. Ali Hosseni", PERSON));
    check(("M. Ali Hosseni", PERSON), ("Mina Hosseini", COMPANY));
}

#[test]
fn an_initial_stands_for_no_part_of_the_name_it_is_in() {
    let [query, listed] = ["J. Kilgore Ostrander Whitcombe Lavington", "Kilgore"]
        .map(|text| Name::parse(text, PERSON));
    assert!(!finds(&query, &listed));
}

#[test]
fn first_letters_pass_over_numbers_and_legal_forms() {
    check(("Branch 248 Military Intelligence", COMPANY), ("BMI", COMPANY));
    check(("PCCI", COMPANY), ("Petrochemical Commercial Company International Ltd", COMPANY));
}

/// Given names, patronymics, common and rare family names, titles, particles, initials, words of
/// organisations, legal forms, numbers, and spellings that differ by an edit or by word division.
const WORDS: [&str; 48] = [
    "Mohammad",
    "Mohamed",
    "Muhammad",
    "Ali",
    "Hassan",
    "Hussein",
    "Abdulrahman",
    "al-Rahman",
    "Rahman",
    "Ivan",
    "Igor",
    "Ivanovich",
    "Sergeevich",
    "Petrov",
    "Petrova",
    "Pietrov",
    "Sasha",
    "Alexander",
    "Zorvek",
    "Zorvik",
    "Quellimar",
    "Quelimar",
    "Zorvekquelimar",
    "bin",
    "Sheikh",
    "J.",
    "M.",
    "Kim",
    "Jong",
    "Un",
    "Jongun",
    "Bank",
    "Banco",
    "Trading",
    "Trade",
    "Company",
    "National",
    "Korea",
    "Iran",
    "Petroleum",
    "Ltd",
    "GmbH",
    "SA",
    "12",
    "7",
    "Tradebank",
    "ZQT",
    "of",
];

fn name_of_words() -> impl Strategy<Value = Name> {
    let kind = prop::sample::select(vec![
        NameKind::Person,
        NameKind::Person,
        NameKind::Organization,
        NameKind::Either,
        NameKind::Object,
    ]);
    (prop::collection::vec(prop::sample::select(&WORDS[..]), 1..5), kind)
        .prop_map(|(words, kind)| Name::parse(&words.join(" "), kind))
}

/// Known losses of retrieval: words that one side joins with an edit, which only some keys cover, and
/// four words or more written as one, which are no shingle.
fn may_be_lost(query: &Name, listed: &Name) -> bool {
    let is_lost = |part: &crate::Part| {
        let words = |text: &str| text.split_whitespace().count();
        part.rule == Rule::Joined
            && (part.similarity < 0.91 || words(&part.left).max(words(&part.right)) > 3)
    };
    compare(query, listed).parts.iter().any(is_lost)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, ..ProptestConfig::default() })]

    #[test]
    fn a_name_that_scores_high_enough_is_found(query in name_of_words(), listed in name_of_words()) {
        let score = score(&query, &listed);
        if score >= SCORE && !may_be_lost(&query, &listed) {
            let matches = accumulate(&query, &listed);
            let bound = ScoreUpperBound::new(&query);
            let listed_profile = NameProfile::of(&listed);
            prop_assert!(
                bound.can_reach(&matches, listed_profile, score),
                "{:?} and {:?} score {score}", query.text(), listed.text()
            );
            // Known loss: an organisation's query against a name with an initial ("al-Rahman Mohammad" /
            // "M. al-Rahman"). Covering it would let far more names through the first filter.
            let is_left_out = listed_profile.is_open() && bound.needs_open_postings()
                || listed_profile.has_initial();
            prop_assert!(
                is_left_out || bound.can_reach(&matches, NameProfile::MOST_PERMISSIVE, score),
                "the bound without the profile: {:?} and {:?} score {score}",
                query.text(), listed.text()
            );
        }
    }
}

#[test]
fn the_bound_excludes_names_that_share_too_little() {
    let excluded = |query: (&str, NameKind), listed: (&str, NameKind)| {
        let [query, listed] = [query, listed].map(|(text, kind)| Name::parse(text, kind));
        assert!(score(&query, &listed) < SCORE);
        assert!(!finds(&query, &listed), "{:?} finds {:?}", query.text(), listed.text());
    };
    // One common part of several.
    excluded(("Mohammad Zorvek", PERSON), ("Mohammad Quellimar", PERSON));
    excluded(("Mohammad", PERSON), ("Mohammad Ali Hassan Quellimar", PERSON));
    // Common parts only, and more of the listed name is left over.
    excluded(("Mohammad Ali", PERSON), ("Mohammad Ali Zorvek Quellimar Petrov", PERSON));
    // Only known words are shared.
    excluded(("Zorvek Trading Company", COMPANY), ("Quellimar Trading Company", COMPANY));
    // Distinctive words contradict each other.
    excluded(("Zorvek Tandoril", COMPANY), ("Zorvek Quellimar", COMPANY));
}
