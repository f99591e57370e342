//! General pairs: list names changed the way forms, typists and scanners change them, against
//! distinct list names.
//!
//! Positives, by a fixed generator, from every n-th SDN name of two or more words: one typed error
//! in a word of at least five letters (dropped, doubled, exchanged, replaced letter), two errors in
//! a long word, another order, words run together or split, a missing middle part, an initial for
//! the first given name, upper case without marks, OCR look-alikes, another legal form spelling.
//! Negatives: a distinct entity's name that shares a word with it (the hardest kind there is in a
//! list), and a random one.

use crate::data::{Listed, Tally, read_sdn};
use crate::{Options, THRESHOLD};
use interdict_names::{Name, NameKind, compare, score};
use std::collections::{BTreeMap, BTreeSet};

struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit.max(1) as u64) as usize
    }
}

/// Generates and scores the pairs.
pub fn run(options: &Options) {
    let entries = read_sdn(&options.data);
    for (label, kind) in [("persons", NameKind::Person), ("organisations", NameKind::Organization)]
    {
        let listed: Vec<&Listed> = entries.iter().filter(|entry| entry.kind == kind).collect();
        let mut random = Random(0x9e37_79b9_7f4a_7c15);
        let (mut all, mut by_change) = (Tally::default(), BTreeMap::<&str, Tally>::new());
        let words = shared_words(&listed);
        for (place, entry) in listed.iter().enumerate().step_by(5) {
            let name = &entry.names[0];
            if name.split_whitespace().count() < 2 {
                continue;
            }
            for (change, text) in changes(name, kind, &mut random) {
                let found = judge(options, (name, &text), kind, (true, change));
                all.add(true, found);
                by_change.entry(change).or_default().add(true, found);
            }
            for (change, other) in negatives(&listed, &words, place, &mut random) {
                let found = judge(options, (name, other), kind, (false, change));
                all.add(false, found);
                by_change.entry(change).or_default().add(false, found);
            }
        }
        println!("general pairs, {label}, threshold {THRESHOLD}");
        all.print("all");
        for (change, tally) in by_change {
            tally.print(change);
        }
    }
}

fn judge(options: &Options, pair: (&str, &str), kind: NameKind, expected: (bool, &str)) -> bool {
    let (left, right) = (Name::parse(pair.0, kind), Name::parse(pair.1, kind));
    let found = score(&left, &right) >= THRESHOLD;
    if found != expected.0 {
        let what = if expected.0 { "missed" } else { "false" };
        options.errors.add(&format!("general {kind:?}, {}, {what}", expected.1), || {
            format!("{} / {}\n{}", pair.0, pair.1, compare(&left, &right).render_text())
        });
    }
    found
}

fn shared_words<'n>(listed: &[&'n Listed]) -> BTreeMap<&'n str, Vec<usize>> {
    let mut words: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (place, entry) in listed.iter().enumerate() {
        for word in entry.names[0].split([' ', ',', '-']).filter(|word| word.len() > 3) {
            words.entry(word).or_default().push(place);
        }
    }
    words
}

fn negatives<'n>(
    listed: &[&'n Listed],
    words: &BTreeMap<&str, Vec<usize>>,
    place: usize,
    random: &mut Random,
) -> Vec<(&'static str, &'n str)> {
    let mut found = Vec::new();
    let mut seen = BTreeSet::from([place]);
    for word in listed[place].names[0].split([' ', ',', '-']) {
        if let Some(places) = words.get(word).filter(|places| places.len() > 1) {
            let other = places[random.below(places.len())];
            if seen.insert(other) && listed[other].names[0] != listed[place].names[0] {
                found.push(("negative, shares a word", listed[other].names[0].as_str()));
            }
        }
    }
    let other = random.below(listed.len());
    if seen.insert(other) {
        found.push(("negative, random", listed[other].names[0].as_str()));
    }
    found
}

fn changes(name: &str, kind: NameKind, random: &mut Random) -> Vec<(&'static str, String)> {
    let plain = name.replace(',', " ");
    let words: Vec<String> = plain.split_whitespace().map(str::to_string).collect();
    let mut changed = vec![("other order", reordered(name)), ("lower case", name.to_lowercase())];
    changed.push(("one typed error", typed(&words, 1, random)));
    changed.push(("two typed errors", typed(&words, 2, random)));
    changed.push(("scanned", scanned(name, random)));
    let join = random.below(words.len() - 1);
    let mut joined = words.clone();
    let tail = joined.remove(join + 1);
    joined[join].push_str(&tail);
    changed.push(("words run together", joined.join(" ")));
    if kind == NameKind::Person {
        if words.len() >= 3 {
            let mut fewer = words.clone();
            fewer.pop();
            changed.push(("middle part missing", fewer.join(" ")));
        }
        if let Some((family, given)) = name.split_once(',') {
            let initial: String = given.trim().chars().take(1).collect();
            changed.push(("initial", format!("{initial}. {family}")));
        }
    } else {
        for (long, short) in [
            ("LIMITED", "LTD"),
            ("COMPANY", "CO"),
            ("CORPORATION", "CORP"),
            ("INTERNATIONAL", "INTL"),
            ("TRADING", "TRDG"),
        ] {
            if words.iter().any(|word| word == long) {
                changed.push(("abbreviated", name.replace(long, short)));
            }
        }
    }
    changed.retain(|(_, text)| text != name);
    changed
}

fn reordered(name: &str) -> String {
    match name.split_once(", ") {
        Some((family, given)) => format!("{given} {family}"),
        None => name.to_string(),
    }
}

fn typed(words: &[String], errors: usize, random: &mut Random) -> String {
    let mut words = words.to_vec();
    for _ in 0..errors {
        let long: Vec<usize> = (0..words.len())
            .filter(|&at| words[at].chars().count() >= if errors > 1 { 8 } else { 5 })
            .collect();
        if long.is_empty() {
            continue;
        }
        let at = long[random.below(long.len())];
        let mut letters: Vec<char> = words[at].chars().collect();
        let spot = 1 + random.below(letters.len() - 2);
        match random.below(4) {
            0 => drop(letters.remove(spot)),
            1 => letters.insert(spot, letters[spot]),
            2 => letters.swap(spot, spot - 1),
            _ => letters[spot] = (b'A' + random.below(26) as u8) as char,
        }
        words[at] = letters.into_iter().collect();
    }
    words.join(" ")
}

fn scanned(name: &str, random: &mut Random) -> String {
    const LOOKS: &[(&str, &str)] =
        &[("O", "0"), ("I", "1"), ("S", "5"), ("M", "RN"), ("CL", "D"), ("E", "F"), ("N", "H")];
    let fits: Vec<&(&str, &str)> = LOOKS.iter().filter(|(from, _)| name.contains(from)).collect();
    if fits.is_empty() {
        return name.to_string();
    }
    let (from, to) = fits[random.below(fits.len())];
    name.replacen(from, to, 1)
}
