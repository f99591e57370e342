//! What was touched in one round of a search.

use interdict_names::Met;

use crate::record::OPEN;

/// Numbers that were seen, forgotten all at once when a round starts.
#[derive(Default)]
pub(crate) struct Seen {
    /// Small, because it is looked at in no order.
    rounds: Vec<u16>,
    round: u16,
}

impl Seen {
    /// Forgets all, and takes numbers under `count`.
    pub(crate) fn start(&mut self, count: usize) {
        if self.rounds.len() < count {
            self.rounds.resize(count, 0);
        }
        self.round = self.round.wrapping_add(1);
        if self.round == 0 {
            self.rounds.fill(0);
            self.round = 1;
        }
    }

    /// Whether a number is in range and was not seen in this round; now it was.
    pub(crate) fn is_first(&mut self, number: u32) -> bool {
        let seen = self.rounds.get_mut(number as usize);
        seen.is_some_and(|round| std::mem::replace(round, self.round) != self.round)
    }

    fn has(&self, number: u32) -> bool {
        self.rounds.get(number as usize) == Some(&self.round)
    }
}

/// Values for numbers, forgotten all at once when a round starts.
#[derive(Default)]
pub(crate) struct Marks {
    /// Which numbers have a value in this round.
    set: Seen,
    values: Vec<u32>,
}

impl Marks {
    /// Forgets all, and takes numbers under `count`.
    pub(crate) fn start(&mut self, count: usize) {
        self.set.start(count);
        if self.values.len() < count {
            self.values.resize(count, 0);
        }
    }

    /// The value of a number in this round.
    pub(crate) fn get(&self, number: u32) -> Option<u32> {
        if self.set.has(number) { self.values.get(number as usize).copied() } else { None }
    }

    /// Gives a number its value of this round if it has none; what it has then. Nothing where the
    /// number is out of range.
    pub(crate) fn get_or_set(&mut self, number: u32, value: u32) -> Option<u32> {
        let held = self.values.get_mut(number as usize)?;
        if self.set.is_first(number) {
            *held = value;
        }
        Some(*held)
    }
}

/// A name of which something is met.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Found {
    pub(crate) name: u32,
    /// It is of an open shape, as far as is known.
    pub(crate) is_open: bool,
    pub(crate) met: Met,
}

/// Names of which something is met.
#[derive(Default)]
pub(crate) struct Touched {
    /// Where a name stands among the found.
    places: Marks,
    pub(crate) found: Vec<Found>,
}

impl Touched {
    /// Forgets all, and takes names under `count`.
    pub(crate) fn start(&mut self, count: usize) {
        self.places.start(count);
        self.found.clear();
    }

    /// Notes something of each of some names, which may be marked [`OPEN`].
    pub(crate) fn note(&mut self, names: impl Iterator<Item = u32>, note: impl Fn(&mut Met)) {
        for marked in names {
            let (name, is_open) = (marked & !OPEN, marked & OPEN != 0);
            let next = self.found.len() as u32;
            let Some(place) = self.places.get_or_set(name, next) else { continue };
            if place == next {
                self.found.push(Found { name, is_open, met: Met::default() });
            }
            if let Some(found) = self.found.get_mut(place as usize) {
                found.is_open |= is_open;
                note(&mut found.met);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_round_knows_nothing_of_the_last() {
        let mut marks = Marks::default();
        marks.start(3);
        assert_eq!((marks.get_or_set(1, 7), marks.get_or_set(1, 8)), (Some(7), Some(7)));
        assert_eq!((marks.get(1), marks.get(2), marks.get(3)), (Some(7), None, None));
        assert_eq!(marks.get_or_set(3, 1), None);
        marks.start(2);
        assert_eq!(marks.get(1), None);
        marks.set.round = u16::MAX;
        marks.start(3);
        assert_eq!((marks.get(0), marks.get(1)), (None, None));
    }

    #[test]
    fn what_was_seen_is_forgotten_with_the_round() {
        let mut seen = Seen::default();
        for _ in 0..=u32::from(u16::MAX) {
            seen.start(2);
            assert!(seen.is_first(1) && !seen.is_first(1));
        }
        assert!(seen.is_first(0) && !seen.is_first(2));
    }
}
