//! From a query name to the listed names that could match it.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use interdict_names::{Asker, Name, Need, SlotGist};

use crate::segment::Segment;

/// So many distinct query slots are remembered with what they are alike to; then memory starts
/// afresh. Given names and common family names repeat within any batch, rare ones do not matter.
const REMEMBERED: usize = 1 << 16;

/// Reusable memory of look-ups, one for each thread.
#[derive(Default)]
pub struct Scratch {
    keys: Vec<u64>,
    whole: Vec<(u64, u32)>,
    slots: Vec<u32>,
    /// Per name: the round that touched it, and the query slots that it meets in that round.
    touched: Vec<(u32, u32)>,
    round: u32,
    found: Vec<u32>,
    alike: HashMap<u64, Box<[u32]>, BuildHasherDefault<Passing>>,
}

/// Identities of slots are hashes already.
#[derive(Default)]
struct Passing(u64);

impl Hasher for Passing {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, value: u64) {
        self.0 = value;
    }
}

impl Scratch {
    /// Below this score candidates are not complete: names less alike are never taken for one,
    /// whatever else agrees.
    pub const LOWEST: f64 = 0.6;

    /// Collects the names of a segment that could reach the lowest score at which names are taken
    /// for alike at all, each once, ascending.
    pub fn candidates(&mut self, segment: &Segment, query: &Name) -> &[u32] {
        self.candidates_for(segment, query, Self::LOWEST)
    }

    /// Collects the names of a segment that could reach a score (of 0.6 or more) with the query,
    /// each once, ascending.
    pub fn candidates_for(&mut self, segment: &Segment, query: &Name, score: f64) -> &[u32] {
        self.start(segment);
        self.whole.clear();
        interdict_names::whole_keys(query, Asker::Query, &mut self.whole);
        let whole = std::mem::take(&mut self.whole);
        for (key, cover) in &whole {
            for name in segment.whole_names(*key) {
                self.touch(name, *cover);
            }
        }
        self.whole = whole;
        for (place, at) in interdict_names::slots(query).enumerate() {
            let (identity, alike) = self.take_alike(segment, query, at);
            for slot in &alike {
                for name in segment.slot_names(*slot) {
                    self.touch(name, 1 << place);
                }
            }
            self.alike.insert(identity, alike);
        }
        let need = Need::of(query);
        let touched = &self.touched;
        self.found.retain(|name| {
            let cover = touched.get(*name as usize).map_or(0, |(_, cover)| *cover);
            need.is_met(cover, segment.name_shape(*name), score)
        });
        self.found.sort_unstable();
        &self.found
    }

    fn start(&mut self, segment: &Segment) {
        self.found.clear();
        let names = segment.name_count() as usize;
        if self.touched.len() < names {
            self.touched.resize(names, (0, 0));
        }
        self.round = self.round.wrapping_add(1);
        if self.round == 0 {
            self.touched.fill((0, 0));
            self.round = 1;
        }
        if self.alike.len() >= REMEMBERED {
            self.alike.clear();
        }
    }

    fn touch(&mut self, name: u32, met: u32) {
        let Some(state) = self.touched.get_mut(name as usize) else { return };
        if state.0 == self.round {
            state.1 |= met;
        } else {
            *state = (self.round, met);
            self.found.push(name);
        }
    }

    /// The dictionary's slots that a query's slot is alike to, taken from memory or looked up. The
    /// key is the slot's identity within this segment.
    fn take_alike(&mut self, segment: &Segment, query: &Name, at: usize) -> (u64, Box<[u32]>) {
        let identity = interdict_names::slot_identity(query, at) ^ segment.salt();
        if let Some(alike) = self.alike.remove(&identity) {
            return (identity, alike);
        }
        self.keys.clear();
        self.slots.clear();
        interdict_names::slot_keys(query, at, Asker::Query, &mut self.keys);
        for key in &self.keys {
            self.slots.extend(segment.keyed_slots(*key));
        }
        self.slots.sort_unstable();
        self.slots.dedup();
        let gist = SlotGist::of(query, at);
        let is_alike = |slot: &u32| {
            gist.may_agree(&segment.slot_gist(*slot)) && {
                let (name, place) = segment.slot(*slot);
                interdict_names::slots_alike(query, at, segment.name(name), place)
            }
        };
        (identity, self.slots.iter().copied().filter(is_alike).collect())
    }
}
