//! One slot against many stored ones.

use super::bound::Bound;
use super::slot::{JOINED_FLOOR, KEPT, Slot};
use crate::lattice::align;
use crate::lattice::table;
use crate::likeness;
use crate::name::flag;

/// Fewer than these are aligned one by one.
const FEW: usize = 6;

/// A slot, prepared to be held against many stored ones.
///
/// Most of what shares a key is not alike. A lower bound of the distance tells so without an alignment,
/// and what is left is aligned side by side.
pub struct Probe {
    slot: Slot,
    whole: Word,
    /// The decisive part, without what leads to it.
    rest: Option<Word>,
}

/// A word, or its decisive part.
struct Word {
    bound: Bound,
    weight: u32,
}

impl Word {
    /// Whether it may be alike to another, for all that is known without an alignment.
    fn may_be_alike(&self, units: &[u8], weight: u32, floor: u32) -> bool {
        self.bound.may_be_within(units, align::max_distance(self.weight.max(weight), floor))
    }
}

type Stored = [u8; Slot::BYTES];
type LaneAligner = align::LaneAligner<{ KEPT + 1 }>;

impl Probe {
    /// Prepares a slot.
    pub fn new(slot: Slot) -> Self {
        let units = slot.units();
        let rest =
            units.get(usize::from(slot.token().prefix_units)..).filter(|_| has_parts(slot.flags()));
        let rest = rest.map(|units| Word { bound: Bound::of(units), weight: weight_of(units) });
        Self { whole: Word { bound: Bound::of(units), weight: slot.gist_weight() }, rest, slot }
    }

    /// Prepares a slot that is held against few as one of several parts: quicker, and it rules out
    /// less.
    pub fn brief(slot: Slot) -> Self {
        let bound = Bound::brief(slot.units());
        Self { whole: Word { bound, weight: slot.gist_weight() }, rest: None, slot }
    }

    /// The slot.
    pub fn slot(&self) -> &Slot {
        &self.slot
    }

    /// Those of some numbered stored slots that it is alike to ([`Slot::likeness`]), each with how much
    /// in thousandths.
    pub fn alike<'s>(&self, stored: impl Iterator<Item = (u32, &'s Stored)>) -> Vec<(u32, u16)> {
        let outlook = |stored: &Stored| {
            let is_same = Slot::stored_hash(stored) == self.slot.token().hash;
            if is_same || self.shares_fact(stored) || !self.is_measurable(stored) {
                return Outlook::Open;
            }
            let floor = likeness::floor_of(self.slot.units().len(), Slot::stored_count(stored));
            if has_parts(self.slot.flags() | Slot::stored_flags(stored)) {
                // No comparison of parts asks for less.
                let floor = floor.min(likeness::FLOOR);
                return if self.any_part_may_agree(stored, floor) {
                    Outlook::Open
                } else {
                    Outlook::Unlike
                };
            }
            self.outlook(stored, floor)
        };
        self.search(stored, outlook, |slot| self.slot.likeness(slot))
    }

    /// The same where one of the two is several parts read as one ([`Slot::joined_likeness`]).
    pub fn joined_alike<'s>(
        &self,
        stored: impl Iterator<Item = (u32, &'s Stored)>,
    ) -> Vec<(u32, u16)> {
        let outlook = |stored: &Stored| {
            if self.is_measurable(stored) {
                self.outlook(stored, JOINED_FLOOR)
            } else {
                Outlook::Open
            }
        };
        self.search(stored, outlook, |slot| self.slot.joined_likeness(slot))
    }

    fn shares_fact(&self, stored: &Stored) -> bool {
        let own = &self.slot.token().facts;
        *own != [0; 3]
            && own.iter().any(|fact| *fact != 0 && Slot::stored_facts(stored).contains(fact))
    }

    /// Whether the likeness to a stored slot follows from its sounds: all are kept, and written.
    fn is_measurable(&self, stored: &Stored) -> bool {
        (self.slot.flags() | Slot::stored_flags(stored)) & flag::ABJAD == 0
            && self.slot.is_whole()
            && Slot::stored_count(stored) <= KEPT
    }

    fn outlook(&self, stored: &Stored, floor: u32) -> Outlook {
        let (own, summary) = (&self.slot.token().summary, Slot::stored_gist(stored));
        let weight = u32::from(summary.deletion_costs[0]);
        if align::may_be_similar((own, false), (&summary, false), floor)
            && self.whole.may_be_alike(Slot::stored_units(stored), weight, floor)
        {
            Outlook::Near(align::max_distance(self.whole.weight.max(weight), floor))
        } else {
            Outlook::Unlike
        }
    }

    /// Whether a word or its decisive part may be alike to the other or to its decisive part.
    fn any_part_may_agree(&self, stored: &Stored, floor: u32) -> bool {
        let units = Slot::stored_units(stored);
        let rest = units.get(Slot::stored_lead(stored)..).unwrap_or_default();
        let weights = [u32::from(Slot::stored_gist(stored).deletion_costs[0]), weight_of(rest)];
        let mut own = [Some(&self.whole), self.rest.as_ref()].into_iter().flatten();
        own.any(|own| {
            own.may_be_alike(units, weights[0], floor) || own.may_be_alike(rest, weights[1], floor)
        })
    }

    fn search<'s>(
        &self,
        stored: impl Iterator<Item = (u32, &'s Stored)>,
        outlook: impl Fn(&Stored) -> Outlook,
        likeness: impl Fn(&Slot) -> u16,
    ) -> Vec<(u32, u16)> {
        let mut found = Vec::new();
        let mut look = |number: u32, stored: &Stored| {
            let likeness = likeness(&Slot::from_bytes(stored));
            if likeness > 0 {
                found.push((number, likeness));
            }
        };
        let mut waiting: Vec<(u32, &Stored, u32)> = Vec::with_capacity(align::LANES);
        let mut sheet = None;
        for (number, stored) in stored {
            match outlook(stored) {
                Outlook::Unlike => {}
                Outlook::Open => look(number, stored),
                Outlook::Near(budget) => waiting.push((number, stored, budget)),
            }
            if waiting.len() == align::LANES {
                self.measure(&mut waiting, &mut sheet, &mut look);
            }
        }
        self.measure(&mut waiting, &mut sheet, &mut look);
        found
    }

    /// Aligns those that wait side by side, and looks in full at those within their budget.
    fn measure<'s>(
        &self,
        waiting: &mut Vec<(u32, &'s Stored, u32)>,
        sheet: &mut Option<LaneAligner>,
        look: &mut impl FnMut(u32, &'s Stored),
    ) {
        if waiting.len() < FEW {
            return waiting.drain(..).for_each(|(number, stored, _)| look(number, stored));
        }
        let mut others: [&[u8]; align::LANES] = [&[]; align::LANES];
        for (other, (_, stored, _)) in others.iter_mut().zip(waiting.iter()) {
            *other = Slot::stored_units(stored);
        }
        let distances = sheet.get_or_insert_default().distances(self.slot.units(), &others);
        for ((number, stored, budget), distance) in waiting.drain(..).zip(distances) {
            if u32::from(distance.unsigned_abs()) <= budget {
                look(number, stored);
            }
        }
    }
}

/// What is known of a likeness without an alignment.
enum Outlook {
    Unlike,
    /// Unlike if the sounds are further apart than this.
    Near(u32),
    /// Only the full comparison tells.
    Open,
}

/// Something stands before the decisive part of a word.
fn has_parts(flags: u8) -> bool {
    flags & (flag::ABD | flag::ARTICLE) != 0
}

fn weight_of(units: &[u8]) -> u32 {
    units.iter().map(|unit| table::gap_cost((*unit).min(table::LAST_UNIT), false)).sum()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::retrieval::slots;
    use crate::{Name, NameKind};

    fn check(one: &str, other: &str) {
        for kind in [NameKind::Person, NameKind::Organization] {
            let (one, other) = (Name::parse(one, kind), Name::parse(other, kind));
            for slot in slots(&one) {
                let probe = Probe::new(slot);
                for stored in slots(&other).map(|slot| slot.to_bytes()) {
                    let read = Slot::from_bytes(&stored);
                    let many = || std::iter::repeat_n((7, &stored), 1 + align::LANES);
                    let all = |likeness| match likeness {
                        0 => Vec::new(),
                        likeness => vec![(7, likeness); 1 + align::LANES],
                    };
                    assert_eq!(probe.alike(many()), all(slot.likeness(&read)), "{one:?} {other:?}");
                    let joined = all(slot.joined_likeness(&read));
                    assert_eq!(probe.joined_alike(many()), joined);
                    assert_eq!(Probe::brief(slot).joined_alike(many()), joined);
                }
            }
        }
    }

    #[test]
    fn a_probe_finds_as_alike_what_the_full_comparison_does() {
        let words = [
            "Ghaith",
            "Gaith",
            "Ghiath",
            "Hmaid",
            "Hamid",
            "Hameed",
            "Khadija",
            "Hadiyya",
            "Qani",
            "Ghaani",
            "Haniyeh",
            "Ociel",
            "Oziel",
            "Golovanov",
            "Halavanau",
            "Petkevich",
            "Müller",
            "Piatkevich",
            "Uladzimirauna",
            "Vladimirovna",
            "Mueller",
            "Жуков",
            "Joukov",
            "Zhukow",
            "Abdulrahman",
            "Rahman",
            "al-Rahman",
            "عبد الرحمن",
            "غيث",
            "Wei",
            "Way",
            "Tsarnaev",
        ];
        words.iter().for_each(|one| words.iter().for_each(|other| check(one, other)));
    }

    proptest! {
        #[test]
        fn a_probe_agrees_with_the_full_comparison_on_near_words(
            word in "[a-z]{3,9}", at in 0_usize..9, letter in "[a-z]{0,2}",
        ) {
            let mut near = word.clone();
            near.replace_range(at.min(word.len() - 1)..=at.min(word.len() - 1), &letter);
            check(&word, &near);
        }
    }
}
