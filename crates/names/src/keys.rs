//! Retrieval keys: names that score well share one.

use crate::lattice::table;
use crate::name::{Name, Role, Token, flag};

/// What a key is made of; in the top byte of each key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum KeyKind {
    /// Consonants of one part.
    Skeleton = 1,
    /// Consonants of neighbouring parts.
    Joined = 2,
    /// A group of given names.
    Group = 3,
    /// Korean, Chinese or Japanese syllables.
    Syllables = 4,
    /// Initial letters.
    Acronym = 5,
    /// The exact part.
    Exact = 6,
    /// A concept of organisations.
    Term = 7,
}

/// The kind of a key.
pub fn key_kind(key: u64) -> u8 {
    (key >> 56) as u8
}

fn make(kind: KeyKind, hash: u64) -> u64 {
    (kind as u64) << 56 | hash & 0x00ff_ffff_ffff_ffff
}

/// Appends the keys of a name. Two names that score at or above about 0.65 share at least one.
pub fn retrieval_keys(name: &Name, out: &mut Vec<u64>) {
    let start = out.len();
    for (at, token) in name.tokens.iter().enumerate() {
        if !matches!(token.role, Role::Plain | Role::Family | Role::Patronymic) {
            continue;
        }
        out.push(make(KeyKind::Exact, u64::from(token.hash)));
        let units = name.sounds(token).units;
        push_skeleton(KeyKind::Skeleton, &units[lead(token)..], out);
        if token.lead > 0 {
            push_skeleton(KeyKind::Skeleton, units, out);
        }
        for &group in token.facts.iter().filter(|&&group| group != 0) {
            out.push(make(KeyKind::Group, u64::from(group)));
        }
        for last in at + 1..name.tokens.len().min(at + 3) {
            push_skeleton(KeyKind::Skeleton, name.joined(at, last).units, out);
        }
    }
    out[start..].sort_unstable();
    let mut kept = start;
    for index in start..out.len() {
        if index == start || out[index] != out[kept - 1] {
            out[kept] = out[index];
            kept += 1;
        }
    }
    out.truncate(kept);
}

fn lead(token: &Token) -> usize {
    if token.flags & (flag::ABD | flag::ARTICLE) != 0 { token.lead as usize } else { 0 }
}

fn push_skeleton(kind: KeyKind, units: &[u8], out: &mut Vec<u64>) {
    let mut hash = 0_u64;
    let mut last = 0;
    for &unit in units {
        let bone = table::skeleton(unit);
        if bone != 0 && bone != last {
            hash = hash << 4 | u64::from(bone);
        }
        last = bone;
    }
    if hash != 0 {
        out.push(make(kind, hash.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 8));
    }
}
