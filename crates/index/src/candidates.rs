//! From a query name to the listed names that could match it.

use std::sync::Arc;

use interdict_model::Schema;
use interdict_names::{Asker, Meeting, Met, Name, Need, Probe, Slot, joined_keys, run_keys};

use crate::memory::Alike;
use crate::record::kinds_of;
use crate::segment::Segment;

/// A query's name with all that look-ups need of it, made once for any number of segments.
pub struct Asked {
    whole: Vec<u64>,
    slots: Vec<(u64, Slot)>,
    /// Neighbouring slots read as one word, and which these are, as bits.
    runs: Vec<(Vec<u64>, Slot, Probe, u32)>,
    need: Need,
    /// The codes of the schemata that are asked for, as bits.
    kinds: u8,
}

impl Asked {
    /// Prepares a query's name.
    pub fn of(query: &Name) -> Self {
        let mut whole = Vec::new();
        interdict_names::whole_keys(query, Asker::Query, &mut whole);
        let slots = interdict_names::slots(query).map(|slot| (slot.identity(), slot)).collect();
        let keyed = |(run, places)| {
            let mut keys = Vec::new();
            run_keys(&run, Asker::Query, &mut keys);
            (keys, run, Probe::brief(run), places)
        };
        let runs = interdict_names::runs(query).into_iter().map(keyed).collect();
        Self { whole, slots, runs, need: Need::of(query), kinds: u8::MAX }
    }

    /// Only names of entities that may be of that schema.
    pub fn among(mut self, schema: &Schema) -> Self {
        self.kinds = kinds_of(schema);
        self
    }

    /// Whether a listed name is of a kind that is asked for.
    pub fn admits(&self, segment: &Segment, name: u32) -> bool {
        self.admits_kind(segment.name_row(name).kind)
    }

    fn admits_kind(&self, kind: u8) -> bool {
        self.kinds >> kind.min(7) & 1 != 0
    }
}

/// Reusable memory of look-ups, one for each thread.
#[derive(Default)]
pub struct Scratch {
    /// Per name: the round that touched it, and where it then stands among those found.
    touched: Vec<(u32, u32)>,
    round: u32,
    found: Vec<(u32, Met)>,
    names: Vec<u32>,
    seen: Seen,
}

impl Scratch {
    /// Below this score candidates are not complete: names less alike are never taken for one,
    /// whatever else agrees.
    pub const LOWEST: f64 = 0.6;

    /// Collects the names of a segment that could reach a score (of 0.6 or more) with the query,
    /// each once, ascending.
    pub fn candidates(&mut self, segment: &Segment, asked: &Asked, score: f64) -> &[u32] {
        self.start(segment);
        for name in asked.whole.iter().flat_map(|key| segment.whole_names(*key)) {
            if let Some(met) = self.touch(name) {
                met.whole();
            }
        }
        for (place, (identity, slot)) in asked.slots.iter().enumerate() {
            let alike = segment
                .memory()
                .get_or_find(*identity, || find_alike(segment, slot, &mut self.seen));
            for alike in alike.iter() {
                for name in segment.slot_names(alike.slot) {
                    if let Some(met) = self.touch(name) {
                        if alike.is_run {
                            met.run(1 << place, &alike.meeting);
                        } else {
                            met.slot(place, &alike.meeting);
                        }
                    }
                }
            }
        }
        for (keys, run, probe, places) in &asked.runs {
            self.seen.start(segment);
            for met in probe.joined_alike(self.seen.slots_under(segment, keys)) {
                let Some(alike) = alike(segment, run, met, true) else { continue };
                for name in segment.slot_names(alike.slot) {
                    if let Some(met) = self.touch(name) {
                        met.run(*places, &alike.meeting);
                    }
                }
            }
        }
        let may_reach = |(name, met): &(u32, Met)| {
            let row = segment.name_row(*name);
            asked.admits_kind(row.kind) && asked.need.is_met(met, row.shape, score)
        };
        self.names.clear();
        self.names
            .extend(self.found.iter().filter(|found| may_reach(found)).map(|(name, _)| *name));
        self.names.sort_unstable();
        &self.names
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
    }

    fn touch(&mut self, name: u32) -> Option<&mut Met> {
        let state = self.touched.get_mut(name as usize)?;
        if state.0 != self.round {
            *state = (self.round, self.found.len() as u32);
            self.found.push((name, Met::default()));
        }
        self.found.get_mut(state.1 as usize).map(|(_, met)| met)
    }
}

/// The dictionary's slots that a query's slot is alike to, the most alike first, then those that
/// several parts make when they are read as one word.
fn find_alike(segment: &Segment, asked: &Slot, seen: &mut Seen) -> Arc<[Alike]> {
    let mut keys = Vec::new();
    interdict_names::slot_keys(asked, Asker::Query, &mut keys);
    let probe = Probe::new(*asked);
    let mut found = Vec::new();
    seen.start(segment);
    let singles = probe.alike(seen.slots_under(segment, &keys));
    found.extend(singles.into_iter().filter_map(|met| alike(segment, asked, met, false)));
    keys.clear();
    joined_keys(asked, &mut keys);
    seen.start(segment);
    let runs = probe.joined_alike(seen.slots_under(segment, &keys));
    found.extend(runs.into_iter().filter_map(|met| alike(segment, asked, met, true)));
    found.sort_by_key(|alike| (alike.is_run, u16::MAX - alike.likeness, alike.slot));
    found.into()
}

/// What the meeting of a query's slot and a listed one adds; one of the two may be several parts read
/// as one.
fn alike(
    segment: &Segment,
    asked: &Slot,
    (slot, likeness): (u32, u16),
    is_run: bool,
) -> Option<Alike> {
    let listed = Slot::from_bytes(segment.stored_slot(slot)?);
    let meeting = Meeting::of(asked, &listed, likeness);
    (likeness > 0).then_some(Alike { slot, likeness, is_run, meeting })
}

/// Which slots were looked at in this round.
#[derive(Default)]
struct Seen {
    rounds: Vec<u32>,
    round: u32,
}

impl Seen {
    fn start(&mut self, segment: &Segment) {
        let slots = segment.slot_count();
        if self.rounds.len() < slots {
            self.rounds.resize(slots, 0);
        }
        self.round = self.round.wrapping_add(1);
        if self.round == 0 {
            self.rounds.fill(0);
            self.round = 1;
        }
    }

    /// The slots under some keys, each once.
    fn slots_under<'s>(
        &mut self,
        segment: &'s Segment,
        keys: &[u64],
    ) -> impl Iterator<Item = (u32, &'s [u8; Slot::BYTES])> {
        keys.iter().flat_map(|key| segment.keyed_slots(*key)).filter_map(|number| {
            let round = self.rounds.get_mut(number as usize)?;
            if std::mem::replace(round, self.round) == self.round {
                return None;
            }
            Some((number, segment.stored_slot(number)?))
        })
    }
}
