//! One slot against many stored ones.

use super::slot::{JOINED_FLOOR, KEPT, Slot};
use crate::lattice::align;
use crate::lattice::table;
use crate::likeness;
use crate::name::flag;

/// Fewer than these are aligned one by one.
const FEW: usize = 6;
/// Sounds may stand so many places apart in two spellings of a word: four letters more or less on one
/// side cost more than a whole word may differ by.
const DRIFT: usize = 4;

/// A slot, prepared to be held against many stored ones.
///
/// Most of what shares a key is not alike. A lower bound of the distance (what each sound of the other
/// must cost at least, given the sounds that stand near) tells so without an alignment.
pub struct Probe {
    slot: Slot,
    /// By the place in the other word: what each unit costs there at least.
    least: Vec<[u8; table::UNITS]>,
    weight: u32,
    is_simple: bool,
}

impl Probe {
    /// Prepares a slot.
    pub fn new(slot: Slot) -> Self {
        let units = slot.units();
        let gaps: [u8; table::UNITS] =
            std::array::from_fn(|unit| table::gap(unit as u8, false) as u8);
        let mut least = vec![gaps; units.len() + DRIFT + 1];
        for (place, row) in least.iter_mut().enumerate() {
            let near = place.saturating_sub(DRIFT)..units.len().min(place + DRIFT + 1);
            for unit in units.get(near).unwrap_or_default() {
                row.iter_mut()
                    .zip(table::costs(*unit))
                    .for_each(|(held, cost)| *held = (*cost).min(*held));
            }
        }
        Self::with(slot, least)
    }

    /// Prepares a slot that is held against few: quicker, and it rules out less.
    pub fn brief(slot: Slot) -> Self {
        let mut least: [u8; table::UNITS] =
            std::array::from_fn(|unit| table::gap(unit as u8, false) as u8);
        for unit in slot.units() {
            least
                .iter_mut()
                .zip(table::costs(*unit))
                .for_each(|(held, cost)| *held = (*cost).min(*held));
        }
        Self::with(slot, vec![least])
    }

    fn with(slot: Slot, least: Vec<[u8; table::UNITS]>) -> Self {
        let token = slot.token();
        Probe {
            least,
            weight: u32::from(token.gist.weights[0]),
            is_simple: token.lead == 0 && token.flags & NOT_SIMPLE == 0 && slot.is_whole(),
            slot,
        }
    }

    /// Those of some numbered stored slots that it is alike to ([`Slot::likeness`]), each with how much
    /// in thousandths.
    pub fn alike<'s>(&self, stored: impl Iterator<Item = (u32, &'s Stored)>) -> Vec<(u32, u16)> {
        let floor = |stored: &Stored| {
            likeness::floor_of(self.slot.units().len(), Slot::stored_count(stored))
        };
        let is_close = |stored: &Stored| {
            Slot::stored_hash(stored) == self.slot.token().hash || self.shares_fact(stored)
        };
        self.search(stored, floor, is_close, |slot| self.slot.likeness(slot))
    }

    /// The same where one of the two is several parts read as one ([`Slot::joined_likeness`]).
    pub fn joined_alike<'s>(
        &self,
        stored: impl Iterator<Item = (u32, &'s Stored)>,
    ) -> Vec<(u32, u16)> {
        self.search(stored, |_| JOINED_FLOOR, |_| false, |slot| self.slot.joined_likeness(slot))
    }

    fn shares_fact(&self, stored: &Stored) -> bool {
        let mut own = self.slot.token().facts.into_iter().filter(|fact| *fact != 0);
        own.any(|fact| Slot::stored_facts(stored).contains(&fact))
    }

    fn search<'s>(
        &self,
        stored: impl Iterator<Item = (u32, &'s Stored)>,
        floor: impl Fn(&Stored) -> u32,
        is_close: impl Fn(&Stored) -> bool,
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
        for (number, stored) in stored {
            if is_close(stored) || !self.is_measurable(stored) {
                look(number, stored);
                continue;
            }
            let budget = align::budget(self.weight.max(Slot::stored_weight(stored)), floor(stored));
            if self.distance_at_least(stored) > budget {
                continue;
            }
            waiting.push((number, stored, budget));
            if waiting.len() == align::LANES {
                self.measure(&mut waiting, &mut look);
            }
        }
        self.measure(&mut waiting, &mut look);
        found
    }

    /// Aligns those that wait side by side, and looks in full at those within their budget.
    fn measure<'s>(
        &self,
        waiting: &mut Vec<(u32, &'s Stored, u32)>,
        look: &mut impl FnMut(u32, &'s Stored),
    ) {
        if waiting.len() < FEW {
            return waiting.drain(..).for_each(|(number, stored, _)| look(number, stored));
        }
        let mut others: [&[u8]; align::LANES] = [&[]; align::LANES];
        for (other, (_, stored, _)) in others.iter_mut().zip(waiting.iter()) {
            *other = &Slot::stored_units(stored)[..Slot::stored_count(stored)];
        }
        let distances = align::distances::<{ KEPT + 1 }>(self.slot.units(), &others);
        for ((number, stored, budget), distance) in waiting.drain(..).zip(distances) {
            if u32::from(distance.unsigned_abs()) <= budget {
                look(number, stored);
            }
        }
    }

    /// Whether the distance to a stored slot follows from its sounds alone.
    fn is_measurable(&self, stored: &Stored) -> bool {
        self.is_simple
            && Slot::stored_is_simple(stored, NOT_SIMPLE)
            && Slot::stored_count(stored) <= KEPT
    }

    /// A lower bound of the distance: what each sound of the other must cost.
    fn distance_at_least(&self, stored: &Stored) -> u32 {
        let units = &Slot::stored_units(stored)[..Slot::stored_count(stored)];
        let last = self.least.len() - 1;
        let least = |(place, unit): (usize, &u8)| {
            u32::from(self.least[place.min(last)][usize::from((*unit).min(table::LAST))])
        };
        units.iter().enumerate().map(least).sum()
    }
}

type Stored = [u8; Slot::BYTES];

/// Vowels unwritten on one side, and parts before the decisive one, are for the full comparison.
const NOT_SIMPLE: u8 = flag::ABJAD | flag::ABD | flag::ARTICLE;

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
