//! Keys: hashes under which an index files names, and a query asks for them.

use super::slot::Slot;
use crate::lattice::table;
use crate::name::flag;

/// Consonant classes of a word, at most so many; longer words agree in these or not at all.
const BONES: usize = 14;
/// Words of at least so many consonants may have lost one; shorter ones would be anything then.
const ONE_LOST: usize = 3;
/// And so many, two.
const TWO_LOST: usize = 6;

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
    let token = slot.token();
    out.push(make(Kind::Exact, u64::from(token.hash)));
    if token.distinct != 0 {
        out.push(make(Kind::Distinct, u64::from(token.distinct)));
    }
    for &fact in token.facts.iter().filter(|&&fact| fact != 0) {
        let kind = if slot.is_plain() { Kind::Group } else { Kind::Fact };
        out.push(make(kind, u64::from(fact & 0x7fff)));
    }
    let units = slot.units();
    let lead = usize::from(token.lead).min(units.len());
    push_bones(&bones(units), asker, out);
    if token.flags & (flag::ABD | flag::ARTICLE) != 0 && lead > 0 {
        push_bones(&bones(&units[lead..]), asker, out);
    }
}

/// The key under which a part meets several parts that are written together: those of listed names,
/// for a query's part; parts of listed names, for several of a query ([`run_key`]).
pub fn joined_key(slot: &Slot) -> Option<u64> {
    slot.may_be_joined().then(|| run_hash(Kind::Joined, slot)).flatten()
}

/// The key of several parts that are written together: where a query finds a single listed part, or
/// under which the index files them.
pub fn run_key(run: &Slot, asker: Asker) -> Option<u64> {
    run_hash(if asker == Asker::Index { Kind::Joined } else { Kind::Skeleton }, run)
}

fn run_hash(kind: Kind, slot: &Slot) -> Option<u64> {
    let bones = bones(slot.units());
    // One consonant is any word.
    (bones.len() >= 2).then(|| make(kind, hash_bones(&bones, [usize::MAX; 2])))
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

pub(super) fn bones(units: &[u8]) -> Vec<u8> {
    let mut bones: Vec<u8> = Vec::with_capacity(BONES);
    for &unit in units {
        let bone = table::skeleton(unit);
        if bone != 0 && bones.last() != Some(&bone) && bones.len() < BONES {
            bones.push(bone);
        }
    }
    bones
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

/// Keys under which consonants meet others that are equal, one longer, one shorter, different in one
/// place, exchanged, or (in long words) any two apart.
pub(super) fn push_bones(bones: &[u8], asker: Asker, out: &mut Vec<u64>) {
    const NONE: usize = usize::MAX;
    let whole = hash_bones(bones, [NONE, NONE]);
    out.push(make(Kind::Skeleton, whole));
    if bones.len() < ONE_LOST {
        if asker == Asker::Query {
            out.push(make(Kind::Longer, whole));
        }
        return;
    }
    if asker == Asker::Query {
        out.push(make(Kind::Longer, whole));
        let mut exchanged = bones.to_vec();
        for place in 1..bones.len() {
            exchanged.swap(place - 1, place);
            out.push(make(Kind::Skeleton, hash_bones(&exchanged, [NONE, NONE])));
            exchanged.swap(place - 1, place);
        }
    }
    for one in 0..bones.len() {
        let rest = hash_bones(bones, [one, NONE]);
        let lost = if asker == Asker::Index { Kind::Longer } else { Kind::Skeleton };
        out.push(make(lost, rest));
        out.push(make(Kind::Changed, mix(rest, (one << 8 | bones.len()) as u64)));
        if bones.len() >= TWO_LOST {
            for two in one + 1..bones.len() {
                out.push(make(Kind::TwoLost, hash_bones(bones, [one, two])));
            }
        }
    }
}
