//! Keys: hashes under which an index files names, and a query asks for them.

use super::slot::{Order, Slot, is_legal};
use crate::lattice::table;
use crate::name::flag;

/// Consonant classes of a word, at most so many; longer words agree in these or not at all.
const BONES: usize = 14;
/// Words of at least so many consonants may have lost one; shorter ones would be anything then.
const ONE_LOST: usize = 3;
/// And so many, two.
const TWO_LOST: usize = 6;

/// A legal form with fewer sounds must be the same word (SA, AO).
const SHORTEST_LEGAL: u8 = 3;

/// Words that are written together may have lost one where they meet, if they have so many.
const SEAMED: usize = 5;

/// Who makes a key. What differs by one letter is written into the index in one way and asked for in
/// another, so that only what really is one letter apart meets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asker {
    /// The index, for a listed name.
    Index,
    /// A query.
    Query,
}

/// Appends keys of a slot: a listed slot and a query's that are alike share at least one.
pub fn slot_keys(slot: &Slot, asker: Asker, out: &mut Vec<u64>) {
    let start = out.len();
    push_slot(slot, asker, out);
    // Known words are filed apart: they meet what is no known word, or is a misspelt one.
    match asker {
        Asker::Index if slot.is_beside() => {
            out[start..].iter_mut().for_each(|key| *key = beside(*key));
        }
        Asker::Query => {
            out.extend_from_within(start..);
            let end = start + (out.len() - start) / 2;
            out[end..].iter_mut().for_each(|key| *key = beside(*key));
        }
        _ => {}
    }
}

fn beside(key: u64) -> u64 {
    mix(key, 1)
}

fn push_slot(slot: &Slot, asker: Asker, out: &mut Vec<u64>) {
    let token = slot.token();
    out.push(make(Kind::Exact, u64::from(token.hash)));
    if token.distinct != 0 {
        out.push(make(Kind::Distinct, u64::from(token.distinct)));
    }
    for &fact in token.facts.iter().filter(|&&fact| fact != 0) {
        let kind = if slot.is_plain() { Kind::Group } else { Kind::Fact };
        out.push(make(kind, u64::from(fact & 0x7fff)));
    }
    // Of short legal forms sound half of all short words.
    if is_legal(token) && token.units < SHORTEST_LEGAL {
        return;
    }
    let units = slot.units();
    let lead = usize::from(token.prefix_units).min(units.len());
    push_words(units, asker, out);
    if token.flags & (flag::ABD | flag::ARTICLE) != 0 && lead > 0 {
        push_words(&units[lead..], asker, out);
    }
}

/// Appends the keys under which a query's part meets several parts of a listed name that are written
/// together there as one word.
pub fn joined_keys(slot: &Slot, out: &mut Vec<u64>) {
    if !slot.may_be_joined() {
        return;
    }
    push_run(Kind::Joined, slot, out);
    for spelling in spellings(slot.units(), &FIRST) {
        let bones = spelling.bones();
        if bones.len() >= SEAMED {
            let lost = (0..bones.len()).map(|one| hash_bones(bones, [one, usize::MAX]));
            out.extend(lost.map(|rest| make(Kind::Joined, rest)));
        }
    }
}

/// Appends the keys of several parts that are written together: where a query finds a single listed
/// part, or under which the index files them.
pub fn run_keys(run: &Slot, asker: Asker, out: &mut Vec<u64>) {
    match asker {
        // An index would have as many of these as names.
        Asker::Index if run.order() == Order::Turned => {}
        Asker::Index => push_run(Kind::Joined, run, out),
        Asker::Query => {
            push_run(Kind::Skeleton, run, out);
            if run.order() == Order::Words {
                push_slipped(run, out);
            }
        }
    }
}

fn push_run(kind: Kind, slot: &Slot, out: &mut Vec<u64>) {
    for spelling in spellings(slot.units(), &JOINED).iter().filter(|spelling| spelling.count > 0) {
        out.push(make(kind, hash_bones(spelling.bones(), NONE_LOST)));
    }
}

/// Where words are written together, letters fuse and drop ("Trade Capital Bank" / Transkapitalbank).
/// Parts of persons' names are kept as they are.
fn push_slipped(run: &Slot, out: &mut Vec<u64>) {
    for spelling in spellings(run.units(), &CHEAP) {
        let bones = spelling.bones();
        if bones.len() >= SEAMED {
            out.push(make(Kind::Longer, hash_bones(bones, NONE_LOST)));
        }
        if bones.len() >= TWO_LOST {
            for one in 0..bones.len() {
                let rest = hash_bones(bones, [one, usize::MAX]);
                out.extend([Kind::Skeleton, Kind::TwoLost].map(|kind| make(kind, rest)));
            }
        }
    }
}

/// The key of words that differ in that consonant.
fn changed(rest: u64, one: usize, bones: &[u8]) -> u64 {
    make(Kind::Changed, mix(rest, (one << 8 | bones.len()) as u64))
}

#[derive(Clone, Copy)]
pub(super) enum Kind {
    Exact = 1,
    Distinct,
    Group,
    Fact,
    Skeleton,
    Longer,
    Changed,
    TwoLost,
    Joined,
    Syllables,
    Acronym,
    Spelt,
}

pub(super) fn mix(hash: u64, value: u64) -> u64 {
    (hash ^ value.wrapping_add(0x9e37_79b9_7f4a_7c15))
        .wrapping_mul(0xff51_afd7_ed55_8ccd)
        .rotate_left(31)
}

/// A key: hashed, so that its place among sorted keys can be guessed.
pub(super) fn make(kind: Kind, value: u64) -> u64 {
    mix(mix(kind as u64, value), 0)
}

/// The consonants of a word in one reading of its letters.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Spelling {
    cost: u8,
    count: u8,
    bones: [u8; BONES],
}

impl Spelling {
    fn bones(&self) -> &[u8] {
        &self.bones[..usize::from(self.count)]
    }

    fn and(mut self, (class, cost): (u8, u8)) -> Self {
        self.cost = self.cost.saturating_add(cost);
        if class != 0 && self.bones().last() != Some(&class) && self.bones().len() < BONES {
            self.bones[usize::from(self.count)] = class;
            self.count += 1;
        }
        self
    }
}

/// Which readings of a word are looked at.
struct Reach {
    /// Readings of one word at most.
    readings: usize,
    /// A single letter is not read as what costs more.
    letter: u8,
    /// Nor a whole word.
    word: u8,
}

/// The likely ones; dearer ones are left to chance.
const LIKELY: Reach = Reach { readings: 16, letter: 30, word: 50 };
/// Those of words that may be joined from several: C for K or H for CH, but not both. An index has more
/// of these than of single words.
const JOINED: Reach = Reach { readings: 6, letter: 30, word: 40 };
/// Those of which a consonant may besides be lost or changed.
const CHEAP: Reach = Reach { readings: 4, letter: 10, word: 10 };

/// The likeliest, where there are many keys of each.
const FIRST: Reach = Reach { readings: 1, letter: 10, word: 10 };

/// The consonants of a word in every likely reading, the likeliest first: C is K or S, W is V or
/// silent, KH is K or H. Two words that are spelt alike share one.
fn spellings(units: &[u8], reach: &Reach) -> Vec<Spelling> {
    let mut held = vec![Spelling { cost: 0, count: 0, bones: [0; BONES] }];
    let mut next: Vec<Spelling> = Vec::with_capacity(reach.readings);
    for &unit in units {
        let mut classes = table::consonant_readings(unit).filter(|(_, cost)| *cost <= reach.letter);
        let first = classes.next();
        if classes.next().is_none() {
            // Most letters are read in one way.
            let class = first.unwrap_or((0, 0));
            held.iter_mut().for_each(|spelling| *spelling = spelling.and(class));
            held.retain(|spelling| spelling.cost <= reach.word);
            continue;
        }
        for class in table::consonant_readings(unit).filter(|(_, cost)| *cost <= reach.letter) {
            for spelling in held.iter().map(|spelling| spelling.and(class)) {
                match next.iter_mut().find(|known| known.bones() == spelling.bones()) {
                    Some(known) => known.cost = known.cost.min(spelling.cost),
                    None if spelling.cost <= reach.word => next.push(spelling),
                    None => {}
                }
            }
        }
        next.sort_unstable_by_key(|spelling| (spelling.cost, spelling.bones));
        next.truncate(reach.readings);
        std::mem::swap(&mut held, &mut next);
        next.clear();
    }
    held
}

/// The hash of consonants, some of them left out.
pub(super) fn hash_bones(bones: &[u8], skip: [usize; 2]) -> u64 {
    let mut hash = 0;
    let mut last = 0;
    for (place, &bone) in bones.iter().enumerate() {
        if !skip.contains(&place) && bone != last {
            hash = mix(hash, u64::from(bone));
            last = bone;
        }
    }
    hash
}

/// Keys under which a word meets others whose consonants are equal in some reading, one longer, one
/// shorter, different in one place, exchanged, or (in long words) any two apart.
pub(super) fn push_words(units: &[u8], asker: Asker, out: &mut Vec<u64>) {
    for spelling in spellings(units, &LIKELY) {
        out.push(make(Kind::Skeleton, hash_bones(spelling.bones(), NONE_LOST)));
    }
    for spelling in spellings(units, &CHEAP) {
        push_near(spelling.bones(), asker, out);
    }
}

const NONE_LOST: [usize; 2] = [usize::MAX; 2];

fn push_near(bones: &[u8], asker: Asker, out: &mut Vec<u64>) {
    if asker == Asker::Query {
        out.push(make(Kind::Longer, hash_bones(bones, NONE_LOST)));
        if bones.len() + 2 >= TWO_LOST {
            out.push(make(Kind::TwoLost, hash_bones(bones, NONE_LOST)));
        }
    }
    if bones.len() < ONE_LOST {
        return;
    }
    if asker == Asker::Query {
        let mut exchanged = bones.to_vec();
        for place in 1..bones.len() {
            exchanged.swap(place - 1, place);
            out.push(make(Kind::Skeleton, hash_bones(&exchanged, NONE_LOST)));
            exchanged.swap(place - 1, place);
        }
    }
    for one in 0..bones.len() {
        let rest = hash_bones(bones, [one, usize::MAX]);
        let lost = if asker == Asker::Index { Kind::Longer } else { Kind::Skeleton };
        out.push(make(lost, rest));
        out.push(changed(rest, one, bones));
        if bones.len() < TWO_LOST {
            continue;
        }
        if asker == Asker::Query {
            out.push(make(Kind::TwoLost, rest));
        }
        for two in one + 1..bones.len() {
            out.push(make(Kind::TwoLost, hash_bones(bones, [one, two])));
        }
    }
}
