//! Properties over whole lists: every listed name is asked back, as printed and in systematic variation.
//!
//! What fails today is recorded in `testdata/known_failures.tsv` with its number. The number is exact:
//! more failures are a regression; fewer are progress that has to be recorded, so that it cannot be
//! lost again (the failure message shows the row to write).
//!
//! The built-in dataset is always checked. Published lists are checked when `INTERDICT_TEST_DATA` names
//! the folder that holds them.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write;

use interdict_engine::screening::{Candidate, Policy, Query};
use interdict_engine::{AsOf, Lists, Session};
use interdict_model::{
    DatasetName, Entity, NameStrength, PropertyType, Schema, Score, fingerprint64,
};
use rayon::prelude::*;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::published;

const KNOWN: &str = include_str!("../../testdata/known_failures.tsv");
const BUILT_IN: &str = "dprk_cyber";

/// The schemata under which numbers and wallets are asked.
const SCHEMATA: [Schema; 4] =
    [Schema::PERSON, Schema::ORGANIZATION, Schema::VESSEL, Schema::CRYPTO_WALLET];

/// The schemata under which names are asked: those of listed parties, what is above them, and one without names.
const NAME_SCHEMATA: [&str; 9] = [
    "Thing",
    "Asset",
    "LegalEntity",
    "Person",
    "Organization",
    "Company",
    "PublicBody",
    "Vessel",
    "Airplane",
];

/// Candidates that are asked for at first.
const FEW: usize = 3;
/// Score that equal names reach in any order.
const EQUAL: f64 = 0.84;

/// How many questions were asked for a property, and which failed.
#[derive(Default)]
struct Tally {
    asked: usize,
    failed: Vec<String>,
}

type Tallies = BTreeMap<&'static str, Tally>;

#[test]
fn the_built_in_dataset_has_no_more_failures_than_recorded() {
    let folder = tempfile::tempdir().unwrap();
    assert_as_recorded(&differences(BUILT_IN, BUILT_IN, &published::session(folder.path())));
}

#[test]
fn published_lists_have_no_more_failures_than_recorded() {
    let mut differing = String::new();
    published::for_each(|list, dataset, session| {
        differing += &differences(list, dataset, session);
    });
    assert_as_recorded(&differing);
}

/// What entities are asked of.
struct Asked<'a> {
    session: &'a Session,
    lists: &'a Lists,
    policy: &'a Policy,
    all_writings: bool,
}

/// An entity and what the questions for its names were answered, by whether they had its schema and by their text.
/// The same text has the same answer, and many variations are what is printed: capitals of capitals, letters without
/// case.
struct Listed<'a> {
    entity: &'a Entity,
    answers: RefCell<HashMap<(bool, String), Option<u64>>>,
}

fn assert_as_recorded(differing: &str) {
    assert!(
        differing.is_empty(),
        "rows of testdata/known_failures.tsv (dataset, property, asked, failed) differ:\n{differing}"
    );
}

/// Asks every name and number of a list, and says where the failures differ from the record.
fn differences(list: &str, dataset: &str, session: &Session) -> String {
    let lists = session.open_lists(AsOf::Now).unwrap();
    let dataset: DatasetName = dataset.parse().unwrap();
    let entities = published::entities(session, &lists, &dataset);
    let policy = Policy { datasets: vec![dataset.clone()], limit: 10_000, ..Policy::default() };
    let all_writings = std::env::var_os("INTERDICT_ALL_WRITINGS").is_some();
    let asked = Asked { session, lists: &lists, policy: &policy, all_writings };
    let targets: BTreeSet<&str> = entities
        .iter()
        .filter(|entity| entity.target == Some(true))
        .map(|entity| entity.id.as_str())
        .collect();
    let tallies = entities
        .par_iter()
        .map(|entity| match entity.target {
            Some(true) => asked.tally(entity),
            _ => asked.tally_wallet(entity, &targets),
        })
        .reduce(Tallies::new, merge);
    differences_from_record(list, &tallies)
}

fn merge(mut all: Tallies, more: Tallies) -> Tallies {
    for (property, tally) in more {
        let sum = all.entry(property).or_default();
        sum.asked += tally.asked;
        sum.failed.extend(tally.failed);
    }
    all
}

impl Asked<'_> {
    fn tally(&self, entity: &Entity) -> Tallies {
        let mut tallies = Tallies::new();
        let mut note = |property, holds: bool, text: &str| {
            let tally = tallies.entry(property).or_default();
            tally.asked += 1;
            if !holds {
                tally.failed.push(format!("{} {text}", entity.id));
            }
        };
        let listed = Listed { entity, answers: RefCell::default() };
        for name in entity.names().filter(|name| name.strength != NameStrength::Weak) {
            if name.text.chars().filter(|letter| letter.is_alphabetic()).count() >= 2 {
                self.check_name(&listed, name.text, &mut note);
            }
        }
        let numbers = entity.values_of(PropertyType::Identifier);
        let says_something = |value: &str| value.contains(char::is_alphanumeric);
        for (property, value) in numbers.filter(|(_, value)| says_something(value)) {
            let alone = |schema| self.finds(entity, schema, property, value).is_some();
            note("number alone", alone(None), value);
            for schema in SCHEMATA {
                note("number under any schema", alone(Some(schema.clone())), value);
            }
        }
        tallies
    }

    /// A wallet is reported as its holder, if the holder is listed.
    fn tally_wallet(&self, wallet: &Entity, targets: &BTreeSet<&str>) -> Tallies {
        let mut tallies = Tallies::new();
        let holder = wallet.first("holder").filter(|holder| targets.contains(holder));
        let Some(holder) = holder.filter(|_| wallet.schema.is_a(&Schema::CRYPTO_WALLET)) else {
            return tallies;
        };
        let tally = tallies.entry("wallet under any schema").or_default();
        for key in wallet.values("publicKey") {
            for schema in std::iter::once(None).chain(SCHEMATA.iter().cloned().map(Some)) {
                tally.asked += 1;
                if self.score_of(holder, schema, "publicKey", key).is_none() {
                    tally.failed.push(format!("{holder} {key}"));
                }
            }
        }
        tallies
    }

    fn check_name(
        &self,
        listed: &Listed<'_>,
        name: &str,
        note: &mut impl FnMut(&'static str, bool, &str),
    ) {
        let entity = listed.entity;
        let ask = |text: &str| self.finds_by_name(listed, true, text);
        let printed = ask(name);
        note("name as printed, with schema", printed.is_some(), name);
        let spaced = format!(" {} ", name.replace([' ', '\u{a0}'], "   "));
        note("name with more spaces", ask(&spaced) == printed, name);
        if let Some(score) = printed {
            let explained = self.explains(entity, Some(entity.schema.clone()), name);
            note("screen says the score that explain says", explained == Some(score), name);
        }
        if self.is_sampled(name) {
            for schema in NAME_SCHEMATA.map(|schema| Schema::from(schema.to_owned())) {
                let found = self.finds(entity, Some(schema.clone()), "name", name);
                let explained = self.explains(entity, Some(schema.clone()), name);
                let reaches = |score: &u64| f64::from_bits(*score) >= self.policy.threshold.value();
                let as_explained = found == explained.filter(reaches);
                note("screen says what explain says, under any schema", as_explained, name);
                let is_policy = is_ship_of_one_word(entity, name)
                    && [Schema::LEGAL_ENTITY, Schema::VESSEL, Schema::AIRPLANE]
                        .iter()
                        .any(|kind| schema.is_a(kind))
                    && !entity.schema.is_compatible_with(&schema);
                if !is_policy {
                    note("name as printed, under any schema", found.is_some(), name);
                }
            }
        }
        let without = |text: &str| self.finds_by_name(listed, false, text).is_some();
        note("name as printed, without schema", without(name), name);
        let is_person = entity.schema.is_a(&Schema::PERSON) && name.contains(char::is_whitespace);
        for (property, property_without, written) in [
            ("name in capitals", "name in capitals, without schema", Some(name.to_uppercase())),
            ("name in lower case", "name in lower case, without schema", Some(name.to_lowercase())),
            (
                "name in the other order",
                "name in the other order, without schema",
                is_person.then(|| turned(name)),
            ),
            ("name without marks", "name without marks, without schema", differing(name, unmarked)),
            (
                "name without punctuation",
                "name without punctuation, without schema",
                differing(name, unpunctuated),
            ),
        ] {
            if let Some(written) = written {
                note(property, ask(&written).is_some(), name);
                if self.is_sampled(name) {
                    note(property_without, without(&written), name);
                }
            }
        }
    }

    /// Whether a name is asked in every writing without a schema, too: one in eight, or all where
    /// `INTERDICT_ALL_WRITINGS` is set. As printed all are asked.
    fn is_sampled(&self, name: &str) -> bool {
        self.all_writings || fingerprint64(name.as_bytes()).is_multiple_of(8)
    }

    fn finds_by_name(&self, listed: &Listed<'_>, with_schema: bool, text: &str) -> Option<u64> {
        let entity = listed.entity;
        let mut answers = listed.answers.borrow_mut();
        *answers.entry((with_schema, text.to_owned())).or_insert_with(|| {
            let schema = with_schema.then(|| entity.schema.clone());
            self.finds(entity, schema, "name", text)
        })
    }

    /// The score with which a query for one value finds an entity at the threshold or above.
    fn finds(
        &self,
        entity: &Entity,
        schema: Option<Schema>,
        property: &str,
        value: &str,
    ) -> Option<u64> {
        self.score_of(entity.id.as_str(), schema, property, value)
    }

    fn score_of(
        &self,
        id: &str,
        schema: Option<Schema>,
        property: &str,
        value: &str,
    ) -> Option<u64> {
        let mut query = Query::new(schema);
        query.add(property, value).ok()?;
        let query = query.finish().ok()?;
        // Nearly always it is among the first and scores high, which is quick to find; what is found
        // at a higher threshold is found at a lower one.
        let high = if property == "name" { Score::clamped(EQUAL) } else { self.policy.threshold };
        let (low, all) = (self.policy.threshold, self.policy.limit);
        let attempts = [(high, FEW), (low, FEW), (low, all)];
        attempts.into_iter().find_map(|(threshold, limit)| {
            let policy = Policy { threshold, limit, ..self.policy.clone() };
            let answer = self.session.screen(self.lists, &query, &policy).unwrap();
            let mut candidates = answer.outcome.candidates.into_iter();
            // What has been delisted is shown, and is no match.
            let reaches = |found: &Candidate| found.is_match || !found.in_force;
            let found =
                candidates.find(|found| found.entity.id.as_str() == id && reaches(found))?;
            Some(found.score.value().to_bits())
        })
    }

    fn explains(&self, entity: &Entity, schema: Option<Schema>, name: &str) -> Option<u64> {
        let mut query = Query::new(schema);
        query.add("name", name).ok()?;
        let query = query.finish().ok()?;
        let answers = self.session.explain(self.lists, &query, &entity.id, self.policy).unwrap();
        let own =
            answers.candidates.iter().find(|answer| answer.datasets == self.policy.datasets)?;
        Some(own.score.value().to_bits())
    }
}

/// The name written in another way, if that makes a difference.
/// A policy: under another schema a common word is not taken for a ship.
fn is_ship_of_one_word(entity: &Entity, name: &str) -> bool {
    let is_object = [Schema::VESSEL, Schema::AIRPLANE].iter().any(|kind| entity.schema.is_a(kind));
    let name = name.trim_matches(|letter: char| !letter.is_alphanumeric());
    is_object && name.chars().all(|letter| letter.is_alphabetic() || is_combining_mark(letter))
}

fn differing(name: &str, write: fn(&str) -> String) -> Option<String> {
    let written = write(name);
    (written != name).then_some(written)
}

/// Letters without diacritics. The vowel signs of Indic and Thai scripts are no diacritics: names
/// differ by them.
fn unmarked(name: &str) -> String {
    let is_diacritic =
        |letter: &char| is_combining_mark(*letter) && ('\u{300}'..'\u{700}').contains(letter);
    name.nfd().filter(|letter| !is_diacritic(letter)).nfc().collect()
}

/// Letters, digits and spaces only: marks between letters are left out, all others become a space.
fn unpunctuated(name: &str) -> String {
    let kept = |letter: char| letter.is_alphanumeric() || is_combining_mark(letter);
    let between = |letter: char| matches!(letter, '\'' | '.' | '’' | '‘' | '`');
    let letters = name.chars().filter(|letter| !between(*letter));
    letters.map(|letter| if kept(letter) { letter } else { ' ' }).collect()
}

/// The family name behind, if a comma sets it apart; otherwise the last part first.
fn turned(name: &str) -> String {
    match name.split_once(',') {
        Some((family, given)) => format!("{} {}", given.trim(), family.trim()),
        None => match name.rsplit_once(char::is_whitespace) {
            Some((rest, last)) => format!("{last} {rest}"),
            None => name.to_owned(),
        },
    }
}

fn differences_from_record(dataset: &str, tallies: &Tallies) -> String {
    let mut differing = String::new();
    for (property, tally) in tallies {
        let row = format!("{dataset}\t{property}\t{}\t{}", tally.asked, tally.failed.len());
        if KNOWN.lines().any(|known| known == row) {
            continue;
        }
        let start = format!("{dataset}\t{property}\t");
        let known = KNOWN.lines().find(|known| known.starts_with(&start)).unwrap_or("nothing");
        let _ = writeln!(differing, "recorded: {known}\nnow:      {row}");
        for failure in tally.failed.iter().take(10) {
            let _ = writeln!(differing, "    {failure}");
        }
    }
    differing
}
