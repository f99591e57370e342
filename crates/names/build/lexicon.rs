//! Builds the word tables: given-name groups, legal forms, organisation terms, titles, particles,
//! numbers, ...

use crate::{fold, frozen, loose, tsv, write};
use std::collections::BTreeMap;
use std::path::Path;

/// Folded key -> up to four 16-bit values.
type Facts = BTreeMap<u64, u64>;

/// Adds a 16-bit value to a form. A form keeps its first four.
fn add(facts: &mut Facts, form: &str, fact: u16) {
    let key = fold::key_of(form);
    if key.is_empty() {
        return;
    }
    let slot = facts.entry(fold::hash64(&key)).or_insert(0);
    for place in 0..4 {
        let held = (*slot >> (16 * place)) as u16;
        if held == fact {
            return;
        }
        if held == 0 {
            *slot |= u64::from(fact) << (16 * place);
            return;
        }
    }
}

fn forms(cell: &str) -> impl Iterator<Item = &str> {
    cell.split('|').map(str::trim).filter(|form| !form.is_empty())
}

/// Numbers distinct strings from 1 in order of appearance.
#[derive(Default)]
struct Numbering(BTreeMap<String, u16>);

impl Numbering {
    fn id(&mut self, text: &str) -> u16 {
        let next = self.0.len() as u16 + 1;
        *self.0.entry(text.to_string()).or_insert(next)
    }
}

/// Writes one blob per table.
pub(crate) fn build(data: &Path, out: &Path) {
    given_groups(data, out);
    write_facts(out, "legal_forms", &legal_forms(data));
    write_facts(out, "org_terms", &org_terms(data));
    write_facts(out, "titles", &titles(data));
    write_facts(out, "particles", &particles(data));
    write_facts(out, "distinct", &distinct(data));
    write_facts(out, "numbers", &numbers(data));
    write_facts(out, "territories", &territories(data));
    write_facts(out, "common", &common(data));
    write_facts(out, "joining", &joining(data));
    write_facts(out, "loose", &loose_terms(data));
    write_facts(out, "legal_word_typos", &legal_word_typos(data));
}

/// The words of organisations by their loose keys: role (1 legal form, 2 term, 3 territory) and the
/// values of the exact tables. A key that two different concepts share is left out.
fn loose_terms(data: &Path) -> Facts {
    let exact = [legal_forms(data), org_terms(data), territories(data)];
    let mut found: BTreeMap<u64, Option<u64>> = BTreeMap::new();
    for (role, (file, cell)) in
        [("legal_forms.tsv", 2), ("org_terms.tsv", 2), ("territories.tsv", 1)].iter().enumerate()
    {
        for row in tsv::read_rows(data, file) {
            for key in forms(tsv::cell(&row, *cell)).map(fold::key_of) {
                let Some(hash) = loose_phrase(&key) else { continue };
                let facts = exact[role].get(&fold::hash64(&key)).copied().unwrap_or_default();
                let value = facts << 16 | (role as u64 + 1);
                let slot = found.entry(hash).or_insert(Some(value));
                if slot.is_some_and(|held| held != value) {
                    *slot = None;
                }
            }
        }
    }
    found.into_iter().filter_map(|(hash, value)| Some((hash, value?))).collect()
}

/// The loose hash of a phrase; `None` when no word of it is long enough for a loose key.
fn loose_phrase(key: &str) -> Option<u64> {
    let words: Vec<&str> = key.split(' ').collect();
    let keys: Vec<Option<String>> = words.iter().map(|word| loose::key_of(word)).collect();
    let hash = |(word, key): (&&str, &Option<String>)| {
        fold::hash64(key.as_ref().map_or(*word, |key| key.as_str()))
    };
    keys.iter()
        .any(Option::is_some)
        .then(|| words.iter().zip(&keys).map(hash).fold(0, loose::hash_more))
}

/// Every deletion variant of the long words of legal forms -> loose hash of the word.
fn legal_word_typos(data: &Path) -> Facts {
    let mut found = Facts::new();
    let mut right = Vec::new();
    for row in tsv::read_rows(data, "legal_forms.tsv") {
        for key in forms(tsv::cell(&row, 2)).map(fold::key_of) {
            right.extend(key.split(' ').filter_map(loose::key_of));
        }
    }
    for key in &right {
        for variant in loose::deletion_variants(key).skip(1) {
            found.entry(variant).or_insert(fold::hash64(key));
        }
    }
    // A correct word is never taken for an error of another one.
    for key in &right {
        found.insert(fold::hash64(key), fold::hash64(key));
    }
    found
}

fn write_facts(out: &Path, name: &str, facts: &Facts) {
    write(out, &format!("{name}.bin"), &frozen::freeze(facts));
}

/// Group id from 1. Bit 15 marks a nickname group, bit 14 a name that is also written in Arabic
/// letters.
fn given_groups(data: &Path, out: &Path) {
    let mut facts = Facts::new();
    for (index, row) in tsv::read_rows(data, "given_groups.tsv").iter().enumerate() {
        let nickname = tsv::cell(row, 1) == "nickname";
        let arabic =
            tsv::cell(row, 3).chars().any(|letter| ('\u{600}'..='\u{6ff}').contains(&letter));
        let id = u16::try_from(index + 1).expect("fewer than 32,768 groups")
            | if nickname { 0x8000 } else { 0 }
            | if arabic { 0x4000 } else { 0 };
        for form in forms(tsv::cell(row, 3)) {
            add(&mut facts, form, id);
        }
    }
    write(out, "given_groups.bin", &frozen::freeze(&facts));
}

fn legal_forms(data: &Path) -> Facts {
    let mut facts = Facts::new();
    let mut classes = Numbering::default();
    for row in tsv::read_rows(data, "legal_forms.tsv") {
        let class = classes.id(tsv::cell(&row, 0));
        for form in forms(tsv::cell(&row, 2)) {
            add(&mut facts, form, class);
        }
    }
    facts
}

/// Concept id, with bit 15 for a generic concept and bit 13 for one used as a proper name; then the
/// family of the concept, if any.
fn org_terms(data: &Path) -> Facts {
    let mut families: BTreeMap<String, u16> = BTreeMap::new();
    for (place, row) in tsv::read_rows(data, "term_families.tsv").iter().enumerate() {
        for concept in forms(tsv::cell(row, 1)) {
            families.insert(concept.to_string(), FAMILIES + place as u16);
        }
    }
    let mut facts = Facts::new();
    let mut concepts = Numbering::default();
    for row in tsv::read_rows(data, "org_terms.tsv") {
        let generic = match tsv::cell(&row, 1) {
            "generic" => 0x8000,
            "name" => NAMED,
            _ => 0,
        };
        let concept = concepts.id(tsv::cell(&row, 0));
        let family = families.get(tsv::cell(&row, 0));
        for form in forms(tsv::cell(&row, 2)) {
            add(&mut facts, form, concept | generic);
            family.into_iter().for_each(|family| add(&mut facts, form, *family));
        }
    }
    facts
}

/// Families are numbered from here, concepts below.
const FAMILIES: u16 = 0x4000;

/// The bit of concepts that bodies are named after (star, victory).
const NAMED: u16 = 0x2000;

fn titles(data: &Path) -> Facts {
    let mut facts = Facts::new();
    for row in tsv::read_rows(data, "titles.tsv") {
        let kind = match tsv::cell(&row, 0) {
            "org_prefix" => 2,
            "vessel_prefix" => 3,
            _ => 1,
        };
        for form in forms(tsv::cell(&row, 1)) {
            add(&mut facts, form, kind);
        }
    }
    facts
}

fn joining(data: &Path) -> Facts {
    let mut facts = Facts::new();
    for row in tsv::read_rows(data, "joining_words.tsv") {
        for form in forms(tsv::cell(&row, 1)) {
            add(&mut facts, form, 1);
        }
    }
    facts
}

fn particles(data: &Path) -> Facts {
    let mut facts = Facts::new();
    for row in tsv::read_rows(data, "particles.tsv") {
        let kind = match tsv::cell(&row, 0) {
            "article" => 1,
            "son_of" => 2,
            "daughter_of" => 3,
            "father_of" => 4,
            "nobiliary" => 5,
            _ => 6,
        };
        for form in forms(tsv::cell(&row, 2)) {
            add(&mut facts, form, kind);
        }
    }
    facts
}

/// Set number in the high twelve bits, number of the group within the set in the low four.
fn distinct(data: &Path) -> Facts {
    let mut facts = Facts::new();
    for (set, row) in tsv::read_rows(data, "distinct_names.tsv").iter().enumerate() {
        for (group, spellings) in tsv::cell(row, 0).split('|').enumerate().take(15) {
            for form in spellings.split(',') {
                add(&mut facts, form, (set as u16 + 1) << 4 | (group as u16 + 1));
            }
        }
    }
    facts
}

/// The value plus one. Bit 15 marks an ordinal.
fn numbers(data: &Path) -> Facts {
    let mut facts = Facts::new();
    for row in tsv::read_rows(data, "number_words.tsv") {
        let Ok(value) = tsv::cell(&row, 0).parse::<u16>() else { continue };
        let ordinal = if tsv::cell(&row, 1) == "ordinal" { 0x8000 } else { 0 };
        for form in forms(tsv::cell(&row, 2)) {
            add(&mut facts, form, (value + 1).min(0x7fff) | ordinal);
        }
    }
    facts
}

/// States that are often called by the name of a larger whole. Their forms get both codes.
const WHOLES: &[(&str, &str)] = &[("kp", "x-korea"), ("kr", "x-korea")];

fn territories(data: &Path) -> Facts {
    let mut facts = Facts::new();
    let mut codes = Numbering::default();
    for row in tsv::read_rows(data, "territories.tsv") {
        let code = tsv::cell(&row, 0);
        let whole = WHOLES.iter().find(|(part, _)| *part == code).map(|(_, whole)| codes.id(whole));
        let id = codes.id(code);
        for form in forms(tsv::cell(&row, 1)) {
            add(&mut facts, form, id);
            if let Some(whole) = whole {
                add(&mut facts, form, whole);
            }
        }
    }
    facts
}

/// First value: frequency class as a given name; second: as a surname. 1 (seldom) to 15 (very
/// frequent).
fn common(data: &Path) -> Facts {
    let mut best: BTreeMap<u64, (u16, u16)> = BTreeMap::new();
    for row in tsv::read_rows(data, "common_names.tsv") {
        let weight: f64 = tsv::cell(&row, 4).parse().unwrap_or(1.0);
        let level = (weight.max(1.0).log2() * 1.5 + 1.0).clamp(1.0, 15.0) as u16;
        let key = fold::key_of(tsv::cell(&row, 3));
        // The analysis drops articles, so the name without it is looked up as well.
        let bare = ["al ", "el ", "ال"].iter().find_map(|article| key.strip_prefix(article));
        for key in [Some(key.as_str()), bare].into_iter().flatten() {
            let slot = best.entry(fold::hash64(key)).or_default();
            match tsv::cell(&row, 1) {
                "surname" => slot.1 = slot.1.max(level),
                _ => slot.0 = slot.0.max(level),
            }
        }
    }
    best.into_iter()
        .map(|(key, (given, surname))| (key, u64::from(given) | u64::from(surname) << 16))
        .collect()
}
