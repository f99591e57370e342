//! Properties of scores: over random texts, and over a fixed set of generated names.
//!
//! Some properties do not hold for every name yet. Those tests count the failing names and compare
//! the count with a recorded number. A lower count is progress: lower the number in the same
//! commit. A higher count is a regression.

use interdict_names::{
    KeySide, Name, NameKind, compare, ofac_score, score, score_at_least, whole_name_keys,
};
use proptest::prelude::*;
use std::collections::BTreeMap;

/// Pieces of real names mixed with arbitrary text, since most rules apply to known words only.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("Kim".to_string()),
        Just("Jong".to_string()),
        Just("Chol".to_string()),
        Just("Abdul".to_string()),
        Just("al-".to_string()),
        Just("Rahman".to_string()),
        Just("bin".to_string()),
        Just("Muhammad".to_string()),
        Just("Петров".to_string()),
        Just("Иванович".to_string()),
        Just("金".to_string()),
        Just("正恩".to_string()),
        Just("김정은".to_string()),
        Just("محمد".to_string()),
        Just("عبد".to_string()),
        Just("Bank".to_string()),
        Just("LLC".to_string()),
        Just("Co., Ltd".to_string()),
        Just("3".to_string()),
        Just("Nguyen".to_string()),
        Just("Zhang".to_string()),
        Just("Shinzo".to_string()),
        Just("アベ".to_string()),
        Just("V.".to_string()),
        Just("Dr".to_string()),
        "\\PC{0,8}",
        "[a-zA-Z]{1,12}",
        "[а-яё]{1,10}",
        any::<String>(),
    ];
    prop::collection::vec(piece, 0..7).prop_map(|pieces| pieces.join(" "))
}

fn kind() -> impl Strategy<Value = NameKind> {
    prop_oneof![
        Just(NameKind::Person),
        Just(NameKind::Organization),
        Just(NameKind::Either),
        Just(NameKind::Object)
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn a_score_is_symmetric_in_range_and_that_of_its_explanation(left in text(), right in text(), one in kind(), other in kind()) {
        let (a, b) = (Name::parse(&left, one), Name::parse(&right, other));
        let value = score(&a, &b);
        prop_assert!((0.0..1.0).contains(&value), "{value}");
        prop_assert_eq!(value.to_bits(), score(&b, &a).to_bits());
        prop_assert_eq!(value.to_bits(), compare(&a, &b).score.to_bits());
        prop_assert_eq!(value.to_bits(), compare(&b, &a).score.to_bits());
        prop_assert_eq!(score_at_least(&a, &b, 0.7), (value >= 0.7).then_some(value));
    }

    #[test]
    fn analysing_a_text_twice_gives_the_same_name(text in text(), kind in kind()) {
        let (a, b) = (Name::parse(&text, kind), Name::parse(&text, kind));
        let other = Name::parse("Kim Jong Chol", kind);
        prop_assert_eq!(score(&a, &other).to_bits(), score(&b, &other).to_bits());
        let (mut one, mut two) = (Vec::new(), Vec::new());
        whole_name_keys(&a, KeySide::Document, &mut one);
        whole_name_keys(&b, KeySide::Document, &mut two);
        prop_assert_eq!(one, two);
    }

    #[test]
    fn extra_space_changes_no_score(text in text(), kind in kind(), space in "[ \t\u{a0}\u{3000}]{1,3}") {
        let spaced = format!("{space}{}{space}", text.replace(' ', &format!(" {space}")));
        let (a, b) = (Name::parse(&text, kind), Name::parse(&spaced, kind));
        let other = Name::parse("Kim Jong Chol", kind);
        prop_assert_eq!(score(&a, &other).to_bits(), score(&b, &other).to_bits());
        prop_assert_eq!(score(&a, &a).to_bits(), score(&a, &b).to_bits());
    }

    #[test]
    fn an_explanation_survives_json(left in text(), right in text()) {
        let comparison = compare(&Name::parse(&left, NameKind::Person), &Name::parse(&right, NameKind::Person));
        let json = serde_json::to_string(&comparison).expect("serialises");
        let back: interdict_names::Comparison = serde_json::from_str(&json).expect("reads back");
        prop_assert_eq!(back.parts, comparison.parts);
    }

    #[test]
    fn the_portal_score_stays_in_range(left in text(), right in text()) {
        prop_assert!((0.0..=1.0).contains(&ofac_score(&left, &right)));
    }
}

/// Generated names per culture.
const PER_CULTURE: usize = 12;
/// Other names of its culture that a name is compared with.
const NEIGHBOURS: usize = 20;
const THRESHOLD: f64 = 0.7;

/// A generated person: one or two frequent given names and a surname of one culture.
struct Person {
    given: String,
    surname: String,
}

impl Person {
    fn text(&self) -> String {
        format!("{} {}", self.given, self.surname)
    }

    fn family_first(&self) -> String {
        format!("{} {}", self.surname, self.given)
    }

    fn capital_surname(&self) -> String {
        format!("{} {}", self.given, self.surname.to_uppercase())
    }

    /// Forms in which lists print such a name, some with a repeated part.
    fn in_full(&self) -> Vec<String> {
        let Person { given, surname } = self;
        let repeated = [format!("{given} al-{given}"), format!("{given} bin {given} {surname}")];
        [self.text(), self.capital_surname()].into_iter().chain(repeated).collect()
    }

    /// Forms with an initial.
    fn abbreviated(&self) -> Vec<String> {
        let initial: String = self.given.chars().take(1).collect();
        let short = format!("{initial}. {}", self.surname);
        vec![format!("Haji {short}"), short]
    }
}

/// The generated persons of each culture of `common_names.tsv`, the same in every run.
fn people() -> Vec<Vec<Person>> {
    let table = concat!(env!("CARGO_MANIFEST_DIR"), "/../../data/names/common_names.tsv");
    let text = std::fs::read_to_string(table).expect("the table of common names");
    let mut cultures = BTreeMap::<&str, [Vec<&str>; 2]>::new();
    for line in text.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
        let cells: Vec<&str> = line.split('\t').collect();
        cultures.entry(cells[0]).or_default()[usize::from(cells[1] == "surname")].push(cells[3]);
    }
    cultures
        .values()
        .filter(|names| names.iter().all(|pool| !pool.is_empty()))
        .map(|names| (0..PER_CULTURE).map(|at| draw(names, at)).collect())
        .collect()
}

/// Every second person has two given names.
fn draw([given, surnames]: &[Vec<&str>; 2], at: usize) -> Person {
    let pick = |pool: &[&str], at: usize| pool[at % pool.len()].to_string();
    let first = pick(given, at * 7);
    let given =
        if at.is_multiple_of(2) { first } else { format!("{first} {}", pick(given, at * 7 + 3)) };
    Person { given, surname: pick(surnames, at * 5) }
}

fn parse(text: &str) -> Name {
    Name::parse(text, NameKind::Person)
}

/// Compares the number of failing names with the recorded number.
#[track_caller]
fn check_failures(failing: &[String], recorded: usize) {
    let first: Vec<&String> = failing.iter().take(20).collect();
    assert_eq!(failing.len(), recorded, "failing names, recorded {recorded}: {first:?}");
}

/// The names that score under the threshold against themselves, or lower than against another name.
fn identity_failures(forms: fn(&Person) -> Vec<String>) -> Vec<String> {
    let mut failing = Vec::new();
    for people in people() {
        let texts = people.iter().flat_map(forms);
        let names: Vec<Name> = texts.map(|text| parse(&text)).collect();
        for (at, name) in names.iter().enumerate() {
            let own = score(name, name);
            let others = names.iter().cycle().skip(at + 1).take(NEIGHBOURS);
            if own < THRESHOLD || others.map(|other| score(name, other)).any(|other| other > own) {
                failing.push(name.text().to_string());
            }
        }
    }
    failing
}

/// Names that another name outranks: a repeated part ("Marja al-Marja") is less than two parts.
const IDENTITY_FAILURES: usize = 3;

#[test]
fn a_name_scores_highest_against_itself() {
    check_failures(&identity_failures(Person::in_full), IDENTITY_FAILURES);
}

#[test]
fn a_name_with_an_initial_scores_highest_against_itself() {
    check_failures(&identity_failures(Person::abbreviated), 0);
}

#[test]
fn a_name_matches_itself_in_any_case() {
    // Listed names whose match depends on the capitals, beside the generated ones.
    let listed = ["Kong PO", "Jong Hun KIL", "Bo PENG", "Sam PA"].map(String::from);
    let generated = people().into_iter().flatten().map(|person| person.capital_surname());
    let mut failing = Vec::new();
    for printed in listed.into_iter().chain(generated) {
        let cases = [printed.clone(), printed.to_lowercase(), printed.to_uppercase()];
        let names = cases.map(|text| parse(&text));
        let differs = |one: &Name| names.iter().any(|other| score(one, other) < THRESHOLD);
        if names.iter().any(differs) {
            failing.push(printed);
        }
    }
    check_failures(&failing, 0);
}

#[test]
fn a_persons_name_matches_itself_in_another_order() {
    let mut failing = Vec::new();
    for person in people().iter().flatten() {
        let name = parse(&person.text());
        let comma = format!("{}, {}", person.surname, person.given);
        if [person.family_first(), comma]
            .iter()
            .any(|turned| score(&name, &parse(turned)) < THRESHOLD)
        {
            failing.push(person.text());
        }
    }
    check_failures(&failing, 0);
}
