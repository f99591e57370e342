//! A part of a name that can carry a match, with all that its likeness to another depends on.

use crate::assign::Span;
use crate::lattice::align::{self, PhoneticSequence, PhoneticSummary};
use crate::lattice::table;
use crate::likeness;
use crate::name::{Name, PhoneticToken, Role, Token, flag, name_flag};
use crate::person::is_name_token;
use crate::{organisation_compare, person_join};

/// So many lattice units are kept of a part; one that has more is looked at in full when names are
/// compared.
pub(super) const KEPT: usize = 24;
/// A query has at most so many slots.
pub(super) const SLOTS: usize = 30;

/// Neighbours are read as one word up to so many; four are as rare in names as they are many.
const RUN: usize = 3;
/// A word with fewer sounds is no other two.
const SHORTEST_JOINED: u8 = 4;
/// A single word that is a whole name has more sounds than these, even if one differs.
const SHORTEST_TURNED: usize = 8;
/// Words that are written together must be this much alike to the single one; no comparison asks for
/// less.
pub(super) const JOINED_FLOOR: u32 = 800;

/// A part of a name that can carry a match, or several neighbouring ones read as one word.
#[derive(Debug, Clone, Copy)]
pub struct Slot {
    token: Token,
    /// In hundredths.
    weight: u16,
    units: [u8; KEPT],
    order: Order,
}

/// How a slot stands in its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// A part, or neighbouring ones of a person.
    Plain,
    /// Neighbouring words of an organisation: whoever wrote them as one may have dropped a letter.
    Words,
    /// The last part before the others; only a query asks so.
    Turned,
}

/// The positions of the tokens that can carry a match.
pub(super) fn positions(name: &Name) -> impl Iterator<Item = usize> + '_ {
    let any_plain = name.tokens.iter().any(is_plain);
    let carries = move |token: &Token| match token.role {
        Role::Title => any_plain,
        Role::Number => !any_plain,
        Role::Term | Role::Territory | Role::Legal => true,
        _ => is_plain(token),
    };
    name.tokens
        .iter()
        .enumerate()
        .filter(move |(_, token)| carries(token))
        .map(|(at, _)| at)
        .take(SLOTS)
}

/// The parts of a name that can carry a match, in their order.
pub fn slots(name: &Name) -> impl Iterator<Item = Slot> + '_ {
    let any_plain = name.tokens.iter().any(is_plain);
    let only_legal = name.tokens.iter().all(|token| !is_plain(token) && !is_word(token));
    positions(name).map(move |at| {
        let mut token = name.tokens[at];
        if is_word(&token) && any_plain || is_legal(&token) && !only_legal {
            token.flags |= flag::BESIDE;
        }
        Slot::new(token, name.phonetic_sequence(&token).units, u16::from(token.weight))
    })
}

/// Neighbouring parts of a name that may be written as one word, each with the slots that are in it,
/// as bits.
pub fn runs(name: &Name) -> Vec<(Slot, u32)> {
    let mut runs = Vec::new();
    for from in 0..name.tokens.len() {
        let mut places = 0;
        for to in from..name.tokens.len().min(from + RUN) {
            let place = positions(name).position(|at| at == to);
            places |= place.map_or(0, |place| 1 << place);
            if to > from && can_join(name, from, to) {
                runs.push((joined(name, from, to), places));
            }
        }
    }
    runs.extend(turned(name));
    runs
}

/// A person's name with the last part before the others ("SMITHJohn"). One that is longer than what is
/// kept is no single word.
fn turned(name: &Name) -> Option<(Slot, u32)> {
    let mut counted = (0..name.tokens.len()).filter(|at| is_name_token(&name.tokens[*at]));
    let (first, last) = (counted.next()?, counted.next_back()?);
    if name.is(name_flag::ORGANISATION | name_flag::OBJECT) {
        return None;
    }
    let (tail, head) = (name.joined(last, last), name.joined(first, last - 1));
    let units = [tail.units, head.units].concat();
    let fits = SHORTEST_TURNED..=KEPT;
    let places = positions(name).take(SLOTS).enumerate().fold(0, |places, (place, at)| {
        if (first..=last).contains(&at) { places | 1 << place } else { places }
    });
    let tokens = &name.tokens[first..=last];
    let sounds = PhoneticSequence {
        units: &units,
        abjad: tail.abjad,
        summary: tail.summary.concat(&head.summary),
    };
    let slot = Slot { order: Order::Turned, ..read_together(tokens, sounds) };
    fits.contains(&units.len()).then_some((slot, places))
}

/// Persons are compared with organisations, too, as these are.
fn can_join(name: &Name, from: usize, to: usize) -> bool {
    name.tokens[from..=to].iter().all(organisation_compare::can_join)
        || !name.is(name_flag::ORGANISATION | name_flag::OBJECT)
            && person_join::can_join_span(name, Span::new(from, to))
}

fn joined(name: &Name, from: usize, to: usize) -> Slot {
    let words = name.is(name_flag::ORGANISATION | name_flag::OBJECT);
    let order = if words { Order::Words } else { Order::Plain };
    Slot { order, ..read_together(&name.tokens[from..=to], name.joined(from, to)) }
}

fn read_together(tokens: &[Token], sounds: PhoneticSequence<'_>) -> Slot {
    let token = Token {
        hash: 0,
        summary: sounds.summary,
        facts: [0; 3],
        distinct: 0,
        also_distinct: 0,
        units: sounds.units.len().min(255) as u8,
        prefix_units: 0,
        common: 0,
        role: Role::Plain,
        flags: tokens[0].flags & flag::ABJAD,
        ..tokens[0]
    };
    Slot::new(token, sounds.units, tokens.iter().map(|token| u16::from(token.weight)).sum())
}

pub(super) fn is_plain(token: &Token) -> bool {
    matches!(token.role, Role::Plain | Role::Family | Role::Patronymic)
}

fn is_word(token: &Token) -> bool {
    matches!(token.role, Role::Term | Role::Territory)
}

pub(super) fn is_legal(token: &Token) -> bool {
    token.role == Role::Legal
}

/// What is known weighs no more where it meets another than the lighter of the two.
pub(super) fn is_known(token: &Token) -> bool {
    is_word(token) || is_legal(token)
}

impl Slot {
    fn new(token: Token, sounds: &[u8], weight: u16) -> Self {
        let mut units = [0; KEPT];
        units.iter_mut().zip(sounds).for_each(|(kept, unit)| *kept = *unit);
        Slot { token, weight, units, order: Order::Plain }
    }

    /// Bytes of a stored slot.
    pub const BYTES: usize = 64;

    /// As bytes, to be stored. Slots of equal bytes are alike to the same others.
    pub fn to_bytes(&self) -> [u8; Self::BYTES] {
        let token = &self.token;
        let mut bytes = [0; Self::BYTES];
        bytes[..4].copy_from_slice(&token.hash.to_le_bytes());
        bytes[4..20].copy_from_slice(&token.summary.consonants);
        let words = [
            token.summary.deletion_costs[0],
            token.summary.deletion_costs[1],
            token.facts[0],
            token.facts[1],
            token.facts[2],
            token.distinct,
            token.also_distinct,
        ];
        for (place, word) in words.iter().enumerate() {
            bytes[20 + place * 2..22 + place * 2].copy_from_slice(&word.to_le_bytes());
        }
        let [low, high] = self.weight.to_le_bytes();
        let role = token.role as u8 | token.common << 4;
        bytes[34..40].copy_from_slice(&[
            token.units,
            token.prefix_units,
            low,
            high,
            role,
            token.flags,
        ]);
        bytes[40..].copy_from_slice(&self.units);
        bytes
    }

    /// From stored bytes. Any bytes are read as some slot.
    pub fn from_bytes(bytes: &[u8; Self::BYTES]) -> Self {
        let word = |at: usize| u16::from_le_bytes([bytes[at], bytes[at + 1]]);
        let mut units = [0; KEPT];
        units.copy_from_slice(&bytes[40..]);
        units.iter_mut().for_each(|unit| *unit = (*unit).min(table::LAST_UNIT));
        let token = Token {
            hash: u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]),
            hash16: 0,
            summary: Self::stored_gist(bytes),
            facts: [word(24), word(26), word(28)],
            distinct: word(30),
            also_distinct: word(32),
            units_at: 0,
            text_at: 0,
            units: bytes[34],
            text: 0,
            prefix_units: bytes[35],
            weight: bytes[36],
            common: bytes[38] >> 4,
            role: Role::from_byte(bytes[38] & 15),
            flags: bytes[39],
        };
        Slot { token, weight: word(36), units, order: Order::Plain }
    }

    pub(super) fn stored_hash(bytes: &[u8; Self::BYTES]) -> u32 {
        u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])
    }

    /// What is known of its sounds without reading them.
    pub(super) fn stored_gist(bytes: &[u8; Self::BYTES]) -> PhoneticSummary {
        let word = |at: usize| u16::from_le_bytes([bytes[at], bytes[at + 1]]);
        let mut bones = [0; 16];
        bones.copy_from_slice(&bytes[4..20]);
        PhoneticSummary { consonants: bones, deletion_costs: [word(20), word(22)] }
    }

    pub(super) fn stored_facts(bytes: &[u8; Self::BYTES]) -> [u16; 3] {
        [24, 26, 28].map(|at| u16::from_le_bytes([bytes[at], bytes[at + 1]]))
    }

    /// How many sounds it has; more than are stored, perhaps.
    pub(super) fn stored_count(bytes: &[u8; Self::BYTES]) -> usize {
        usize::from(bytes[34])
    }

    /// How many of them stand before its decisive part.
    pub(super) fn stored_lead(bytes: &[u8; Self::BYTES]) -> usize {
        usize::from(bytes[35])
    }

    pub(super) fn stored_flags(bytes: &[u8; Self::BYTES]) -> u8 {
        bytes[39]
    }

    /// The sounds that are kept.
    pub(super) fn stored_units(bytes: &[u8; Self::BYTES]) -> &[u8] {
        &bytes[40..40 + Self::stored_count(bytes).min(KEPT)]
    }

    /// A hash of all of it.
    pub fn identity(&self) -> u64 {
        let mix = |hash: u64, eight: &[u8]| {
            let value = eight.iter().fold(0, |value, byte| value << 8 | u64::from(*byte));
            (hash ^ value).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29)
        };
        self.to_bytes().chunks_exact(8).fold(0xcbf2_9ce4_8422_2325, mix)
    }

    /// How alike a part of one name is to a part of another as the comparison will see it, in
    /// thousandths; 0 when they are not alike. Never too low.
    pub fn likeness(&self, other: &Slot) -> u16 {
        let (one, another) = (&self.token, &other.token);
        // What looks like a title may be a name on the other side (Amir, Said), but not on both.
        if one.role == Role::Title && another.role == Role::Title {
            return 0;
        }
        let known = !self.is_plain() && !other.is_plain();
        let shares = |fact: &u16| *fact != 0 && another.facts.contains(fact);
        let is_same = one.hash == another.hash || known && one.facts.iter().any(shares);
        if known && other.is_beside() && (is_same || one.role == another.role && is_legal(one)) {
            // Known words beside others are counted by their meaning (`Need`); here, by their sound only.
            return 0;
        }
        let long = usize::from(one.units.max(another.units)) > KEPT;
        if is_same || long {
            return 1000;
        }
        likeness::full_token_similarity(self.phonetic_token(), other.phonetic_token()).0
    }

    /// How alike a part of one name is to several of another that are written together, in
    /// thousandths; 0 when they are not alike. Never too low.
    pub fn joined_likeness(&self, other: &Slot) -> u16 {
        if usize::from(self.token.units.max(other.token.units)) > KEPT {
            return 1000;
        }
        align::similarity(
            &self.phonetic_token().phonetic_sequence(),
            &other.phonetic_token().phonetic_sequence(),
            JOINED_FLOOR,
        )
    }

    /// The last part of a name is read before the others.
    pub(super) fn order(&self) -> Order {
        self.order
    }

    /// Whether it may stand for several words of another name.
    pub(super) fn may_be_joined(&self) -> bool {
        self.is_plain() && self.token.units >= SHORTEST_JOINED
    }

    /// What it weighs in its name, in hundredths.
    pub(super) fn weight(&self) -> u16 {
        self.weight
    }

    /// Whether all its sounds are kept.
    pub(super) fn is_whole(&self) -> bool {
        usize::from(self.token.units) <= KEPT
    }

    pub(super) fn flags(&self) -> u8 {
        self.token.flags
    }

    /// What leaving all of it out costs.
    pub(super) fn gist_weight(&self) -> u32 {
        u32::from(self.token.summary.deletion_costs[0])
    }

    pub(super) fn token(&self) -> &Token {
        &self.token
    }

    /// The sounds that are kept.
    pub(super) fn units(&self) -> &[u8] {
        &self.units[..usize::from(self.token.units).min(KEPT)]
    }

    /// A known word (a term, a territory) of a name that has others, which are told more by.
    pub(super) fn is_beside(&self) -> bool {
        self.token.flags & flag::BESIDE != 0
    }

    pub(super) fn is_plain(&self) -> bool {
        is_plain(&self.token)
    }

    fn phonetic_token(&self) -> PhoneticToken<'_> {
        PhoneticToken { token: &self.token, units: self.units() }
    }
}
