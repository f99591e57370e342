//! What of the dictionary a query's slot is alike to.

use interdict_names::{Asker, Meeting, Probe, Slot, joined_keys};

use crate::marks::Seen;
use crate::memory::{Alike, AllAlike};
use crate::segment::Segment;

/// The dictionary's slots that a query's slot is alike to, the most alike first.
pub(crate) fn find(segment: &Segment, asked: &Slot, (seen, classes): (&mut Seen, u8)) -> AllAlike {
    let mut keys = Vec::new();
    interdict_names::slot_keys(asked, Asker::Query, &mut keys);
    let probe = Probe::new(*asked);
    let slots = probe.alike(under(segment, &keys, (seen, classes)));
    keys.clear();
    joined_keys(asked, &mut keys);
    let runs = probe.joined_alike(under(segment, &keys, (seen, classes)));
    let slots = most_alike_first(segment, &probe, slots);
    let by_meaning = Meeting::by_meaning(asked);
    AllAlike {
        names: slots.iter().map(|alike| segment.slot_names(alike.slot).len()).sum(),
        best: slots.iter().fold(by_meaning, |best, alike| best.or(&alike.meeting)),
        slots,
        runs: most_alike_first(segment, &probe, runs),
    }
}

/// The dictionary's slots that a query's run of parts is alike to, read as one word.
pub(crate) fn find_run(
    segment: &Segment,
    (run, keys): (&Probe, &[u64]),
    (seen, classes): (&mut Seen, u8),
) -> Vec<Alike> {
    most_alike_first(segment, run, run.joined_alike(under(segment, keys, (seen, classes))))
}

fn most_alike_first(segment: &Segment, asked: &Probe, mut found: Vec<(u32, u16)>) -> Vec<Alike> {
    found.sort_unstable_by_key(|(slot, likeness)| (u16::MAX - likeness, *slot));
    let alike = |(slot, likeness): (u32, u16)| {
        let listed = Slot::from_bytes(segment.stored_slot(slot)?);
        Some(Alike { slot, meeting: Meeting::of(asked.slot(), &listed, likeness) })
    };
    found.into_iter().filter_map(alike).collect()
}

/// The slots under some keys that names of some classes have, each once.
fn under<'s>(
    segment: &'s Segment,
    keys: &[u64],
    (seen, classes): (&mut Seen, u8),
) -> impl Iterator<Item = (u32, &'s [u8; Slot::BYTES])> {
    seen.start(segment.slot_count());
    let numbers = keys.iter().flat_map(move |key| segment.keyed_slots(*key, classes));
    numbers
        .filter(|number| seen.is_first(*number))
        .filter_map(|number| Some((number, segment.stored_slot(number)?)))
}
