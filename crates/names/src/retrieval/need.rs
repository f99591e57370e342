//! Whether what is met of a listed name can add up to a score: an upper bound of the comparison.

use super::slot::{SLOTS, Slot, is_known, is_plain, positions};
use crate::likeness;
use crate::name::{Name, Role, Token, name_flag};
use crate::{organisation_compare, person_compare, person_tally};

/// What initials can add at most.
const INITIALS: f64 = 60.0;
/// One shared part of a longer name is never worth more; see the caps of person names.
const SINGLE_PART: f64 = 0.69;
/// The best score of a name alone.
const BEST: f64 = 0.985;
/// A part that meets nothing costs less than one that meets with less than this worth, so where two
/// parts of a query meet the same part, neither counts for less.
const NO_WORSE_THAN_ALONE: f64 = 0.7;
/// Sums are rounded; a bound this little under the score still reaches it.
const ROUNDING: f64 = 1e-4;

/// What an index keeps of a listed name, to tell quickly whether enough of it is met.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Shape {
    bits: u8,
    /// Of all parts but patronymics that contradict or are missed when nothing meets them, in
    /// hundredths.
    weight: u16,
    /// The known words, each as a few of these bits.
    terms: u32,
}

const HAS_INITIAL: u8 = 1 << 4;
const ORGANISED: u8 = 1 << 5;

/// The shape of a name.
pub fn shape(name: &Name) -> Shape {
    let has = |role: Role| name.tokens.iter().any(|token| token.role == role);
    let heavy = name.tokens.iter().filter(|token| is_heavy(token));
    let weight: u32 = heavy.clone().map(|token| u32::from(token.weight)).sum();
    let bit = |bit: u8, is_set: bool| if is_set { bit } else { 0 };
    Shape {
        bits: heavy.count().min(15) as u8
            | bit(HAS_INITIAL, has(Role::Initial))
            | bit(ORGANISED, name.is(name_flag::ORGANISATION | name_flag::OBJECT)),
        weight: weight.min(u32::from(u16::MAX)) as u16,
        terms: name.tokens.iter().fold(0, |terms, token| terms | term_bits(token)),
    }
}

/// Bits of a known word; two that may mean the same share one.
fn term_bits(token: &Token) -> u32 {
    if !matches!(token.role, Role::Term | Role::Territory) {
        return 0;
    }
    let facts = token.facts.iter().filter(|fact| **fact != 0);
    facts.fold(0, |bits, fact| {
        bits | 1 << (u32::from(fact & 0x7fff).wrapping_mul(0x9e37_79b9) >> 27)
    })
}

/// Patronymics are often left out, and weigh little where they differ.
fn is_heavy(token: &Token) -> bool {
    is_plain(token) && token.role != Role::Patronymic
}

impl Shape {
    /// Bytes of a stored shape.
    pub const BYTES: usize = 7;

    /// As bytes, to be stored.
    pub fn to_bytes(self) -> [u8; Self::BYTES] {
        let [low, high] = self.weight.to_le_bytes();
        let [a, b, c, d] = self.terms.to_le_bytes();
        [self.bits, low, high, a, b, c, d]
    }

    /// From stored bytes.
    pub fn from_bytes([bits, low, high, a, b, c, d]: [u8; Self::BYTES]) -> Self {
        let terms = u32::from_le_bytes([a, b, c, d]);
        Self { bits, weight: u16::from_le_bytes([low, high]), terms }
    }

    /// The shape of a name that reaches as high a score as any that is not open, whatever of it is
    /// met: it has nothing else, and every known word.
    pub const FAVOURABLE: Self = Self { bits: 0, weight: 0, terms: u32::MAX };

    /// Whether less of such a name must be met than of others by a person's: its bearer is no person,
    /// or a letter of it may stand for any part.
    pub fn is_open(self) -> bool {
        self.is(HAS_INITIAL | ORGANISED)
    }

    fn plain(self) -> u32 {
        u32::from(self.bits & 15)
    }

    fn is(self, bit: u8) -> bool {
        self.bits & bit != 0
    }
}

/// What of a query is met by one listed name.
#[derive(Debug, Clone, Copy, Default)]
pub struct Met {
    /// The query's slots that are met, as bits.
    cover: u32,
    /// Of these, those that are met by slots.
    slots: u32,
    as_whole: bool,
    joined: bool,
    sum: Meeting,
}

impl Met {
    /// Something of the name is met as a whole.
    pub fn whole(&mut self) {
        self.as_whole = true;
    }

    /// At least all that is met with what is met otherwise.
    pub fn and(&self, other: &Met) -> Met {
        let mut sum = self.sum;
        sum.add(&other.sum);
        Met {
            cover: self.cover | other.cover,
            slots: self.slots | other.slots,
            as_whole: self.as_whole || other.as_whole,
            joined: self.joined || other.joined,
            sum,
        }
    }

    /// A slot of the query, at that place, meets a slot of the name; only the first of each counts.
    pub fn slot(&mut self, place: usize, meeting: &Meeting) {
        let bit = 1 << place.min(SLOTS - 1);
        if self.slots & bit == 0 {
            self.slots |= bit;
            self.cover |= bit;
            self.sum.add(meeting);
        }
    }

    /// Slots of the query, as bits, meet what is written together or apart in the name.
    pub fn run(&mut self, places: u32, meeting: &Meeting) {
        self.joined = true;
        self.cover |= places;
        // Which parts are met otherwise, too, is for the comparison to settle.
        self.sum.add(&Meeting { matched: meeting.full, at_best: meeting.full, ..*meeting });
    }
}

/// What the meeting of two slots adds.
#[derive(Debug, Clone, Copy, Default)]
pub struct Meeting {
    /// Worth times weight.
    matched: f32,
    /// The same if it is not worth less than a part that meets nothing.
    at_best: f32,
    full: f32,
    /// The weight in the query and in the listed name, where it would count if nothing met it.
    asked: f32,
    listed: f32,
    rarity: f32,
}

impl Meeting {
    fn add(&mut self, other: &Meeting) {
        self.matched += other.matched;
        self.at_best += other.at_best;
        self.full += other.full;
        self.asked += other.asked;
        self.listed += other.listed;
        self.rarity += other.rarity;
    }

    /// What a query's slot meets by its meaning alone: known words of one meaning need not be alike.
    pub fn by_meaning(asked: &Slot) -> Self {
        let full = if is_known(asked.token()) { f32::from(asked.weight()) } else { 0.0 };
        Meeting { matched: full, at_best: full, full, ..Meeting::default() }
    }

    /// At least as good as either of two.
    pub fn or(&self, other: &Meeting) -> Self {
        let full = self.full.max(other.full);
        Meeting {
            matched: full,
            at_best: full,
            full,
            asked: self.asked.max(other.asked),
            listed: self.listed.max(other.listed),
            rarity: self.rarity.max(other.rarity),
        }
    }

    /// A query's slot and a listed one that are so much alike (thousandths).
    pub fn of(asked: &Slot, listed: &Slot, likeness: u16) -> Self {
        let weight = f64::from(if is_known(asked.token()) || is_known(listed.token()) {
            asked.weight().min(listed.weight())
        } else {
            asked.weight().max(listed.weight())
        });
        let worth = likeness::worth(likeness);
        let common = f64::from(asked.token().common.max(listed.token().common));
        let told = person_tally::distinctiveness(likeness) * (1.0 - common / 20.0);
        let own = |slot: &Slot| if is_heavy(slot.token()) { f32::from(slot.weight()) } else { 0.0 };
        Meeting {
            matched: (worth * weight) as f32,
            at_best: (worth.max(NO_WORSE_THAN_ALONE) * weight) as f32,
            full: weight as f32,
            asked: own(asked),
            listed: own(listed),
            rarity: (told * weight / 100.0) as f32,
        }
    }
}

/// What of a query must be met for a listed name to reach a score.
#[derive(Debug, Clone)]
pub struct Need {
    shape: Shape,
    terms: Vec<KnownWord>,
    /// What legal forms and the like can add at most.
    others: f64,
}

/// A term or a territory of a query.
#[derive(Debug, Clone)]
struct KnownWord {
    bits: u32,
    /// Its place among the slots, as a bit.
    place: u32,
    weight: f64,
    /// What it costs if nothing meets it.
    missed: f64,
}

impl Need {
    /// What a query needs.
    pub fn of(query: &Name) -> Self {
        let mut terms = Vec::new();
        let mut others = 0.0;
        for (at, token) in query.tokens.iter().enumerate().filter(|(_, token)| !is_plain(token)) {
            let weight = f64::from(token.weight);
            let bits = term_bits(token);
            if bits == 0 {
                others += weight;
                continue;
            }
            let place = positions(query).position(|position| position == at);
            let telling = token.role == Role::Term && token.facts[0] & 0x8000 == 0;
            let factor = if telling { organisation_compare::SPECIFIC } else { 1.0 };
            terms.push(KnownWord {
                bits,
                place: place.map_or(0, |place| 1 << place),
                weight,
                missed: weight * factor * organisation_compare::COMMON_EXTRA,
            });
        }
        Need { shape: shape(query), terms, others }
    }

    /// Whether it makes a difference that the shape of a listed name is open.
    pub fn minds_open(&self) -> bool {
        !self.shape.is(ORGANISED)
    }

    /// Whether a listed name of that shape, of which this is met, can reach the score.
    pub fn is_met(&self, met: &Met, listed: Shape, score: f64) -> bool {
        if met.as_whole {
            return true;
        }
        let organised = self.shape.is(ORGANISED) || listed.is(ORGANISED);
        let initials = self.shape.is(HAS_INITIAL) || listed.is(HAS_INITIAL);
        let plain = self.shape.plain().max(listed.plain());
        let lone_part = met.cover.count_ones() == 1 && !met.joined && plain > 1;
        if lone_part && !organised && !initials && score > SINGLE_PART {
            return false;
        }
        let bound = if organised {
            self.organisation_bound(met, listed)
        } else {
            self.person_bound(met, listed)
        };
        bound + ROUNDING >= score
    }

    fn person_bound(&self, met: &Met, listed: Shape) -> f64 {
        let (matched, full) = self.sums(met, listed);
        let (asked, other) = self.lone(met, listed);
        let told = f64::from(met.sum.rarity);
        let against = person_compare::unmatched_penalty([asked / 100.0, other / 100.0], 0.0, told);
        person_compare::ceiling(told) * matched / (full + 100.0 * against).max(1.0)
    }

    fn organisation_bound(&self, met: &Met, listed: Shape) -> f64 {
        let (matched, full) = self.sums(met, listed);
        let (asked, other) = self.lone(met, listed);
        let mut against = organisation_compare::CONTRADICTION * asked.min(other)
            + organisation_compare::EXTRA * (asked - other).abs();
        let mut known = self.others;
        for term in self.terms.iter().filter(|term| term.place & met.cover == 0) {
            if term.bits & listed.terms != 0 || met.joined {
                known += term.weight;
            } else {
                against += term.missed;
            }
        }
        BEST * (matched + known) / (full + known + against).max(1.0)
    }

    /// The weight of what meets nothing, in the query and in the listed name. An initial may stand for
    /// any part of the other side that is left over.
    fn lone(&self, met: &Met, listed: Shape) -> (f64, f64) {
        let left = |own: Shape, other: Shape, met: f32| match other.is(HAS_INITIAL) {
            true => 0.0,
            false => (f64::from(own.weight) - f64::from(met)).max(0.0),
        };
        (left(self.shape, listed, met.sum.asked), left(listed, self.shape, met.sum.listed))
    }

    /// What is met, in worth and in weight.
    fn sums(&self, met: &Met, listed: Shape) -> (f64, f64) {
        // Two parts of the query may have met the same part of the name.
        let contested = met.cover.count_ones() > listed.plain();
        let matched = if contested { met.sum.at_best } else { met.sum.matched };
        let initials = match self.shape.is(HAS_INITIAL) || listed.is(HAS_INITIAL) {
            true => INITIALS,
            false => 0.0,
        };
        (f64::from(matched) + initials, f64::from(met.sum.full) + initials)
    }
}
