//! Makes the dictionary of slots, and what is found through it, from all names of a segment.

use interdict_names::{Asker, Name, Shape, Slot};
use rayon::prelude::*;

use crate::builder::{BuildError, analyse, u32s};
use crate::keyed::{self, stored_key};
use crate::layout::Section;
use crate::record::{CLASSES_AT, NameRow, OPEN, TargetRow, classes_of};

/// The names of a segment.
pub(crate) struct Corpus {
    pub(crate) names: Vec<NameRow>,
    pub(crate) targets: Vec<TargetRow>,
    /// One after the other.
    pub(crate) texts: Vec<u8>,
}

impl Corpus {
    fn analysed(&self, number: u32) -> Name {
        let row = &self.names[number as usize];
        let next = self.names.get(number as usize + 1);
        let end = next.map_or(self.texts.len(), |next| next.offset as usize);
        let text = self.texts.get(row.offset as usize..end).unwrap_or_default();
        let text = std::str::from_utf8(text).unwrap_or_default();
        analyse(text, &self.targets[row.target as usize])
    }
}

/// Analyses every name on all cores, and writes the names, their whole-name keys and the dictionary of
/// slots.
pub(crate) fn write(
    mut corpus: Corpus,
    mut section: impl FnMut(Section, &[u8]) -> Result<(), BuildError>,
) -> Result<(), BuildError> {
    let found = (0..corpus.names.len() as u32)
        .into_par_iter()
        .fold(Found::default, |mut found, number| {
            found.add(number, &corpus.analysed(number));
            found
        })
        .reduce(Found::default, Found::and);
    let Found { shapes, mut whole, mut places } = found;
    for (number, shape) in shapes {
        corpus.names[number as usize].shape = shape;
    }
    let rows: Vec<u8> = corpus.names.iter().flat_map(|row| row.to_bytes()).collect();
    section(Section::Names, &rows)?;
    section(Section::NameTexts, &corpus.texts)?;
    write_keyed(&mut whole, [Section::WholeBuckets, Section::WholeRows], &mut section)?;
    drop((rows, whole));

    places.par_sort_unstable();
    let slots: Vec<&[Place]> = places.chunk_by(Place::is_of_same_slot).collect();
    write_names(&slots, &corpus.names, &mut section)?;
    if slots.len() >> CLASSES_AT != 0 {
        return Err(BuildError::TooLarge("parts of names"));
    }
    let kinds = |places: &[Place]| {
        places.iter().fold(0, |kinds, place| kinds | 1 << corpus.names[place.name as usize].kind)
    };
    let firsts: Vec<(Place, u8)> =
        slots.iter().map(|places| (places[0], classes_of(kinds(places)))).collect();
    drop(slots);
    drop(places);
    let (slots, keys): (Vec<[u8; Slot::BYTES]>, Vec<Keyed>) = firsts
        .into_par_iter()
        .enumerate()
        .map(|(number, (place, classes))| {
            let number = number as u32 | u32::from(classes) << CLASSES_AT;
            let (slot, is_run) = parts(&corpus.analysed(place.name))
                .nth(usize::from(place.at))
                .expect("the slot was found in this name before");
            let keys = keys(&slot, is_run).into_iter();
            (slot.to_bytes(), keys.map(|key| (stored_key(key), number)).collect())
        })
        .unzip();
    section(Section::Slots, &slots.concat())?;
    drop(slots);
    write_keyed(&mut keys.concat(), [Section::SlotBuckets, Section::SlotRows], &mut section)
}

/// Writes which names have each slot, and which slots each name has.
fn write_names(
    slots: &[&[Place]],
    names: &[NameRow],
    section: &mut impl FnMut(Section, &[u8]) -> Result<(), BuildError>,
) -> Result<(), BuildError> {
    let mut offsets = Vec::with_capacity(slots.len() + 1);
    let mut postings: Vec<u32> = Vec::with_capacity(slots.iter().map(|places| places.len()).sum());
    let mut starts = vec![0_u32; names.len() + 1];
    for places in slots {
        offsets.push(fits(postings.len(), "parts of names")?);
        let start = postings.len();
        let is_open = |name: &u32| names[*name as usize].shape.is_open();
        let distinct = places.chunk_by(|one, next| one.name == next.name);
        postings.extend(distinct.map(|places| places[0].name));
        let (open, others): (Vec<u32>, Vec<u32>) = postings.drain(start..).partition(is_open);
        if !places[0].is_run {
            open.iter().chain(&others).for_each(|name| starts[*name as usize] += 1);
        }
        postings.extend(open.iter().map(|name| name | OPEN).chain(others));
    }
    offsets.push(fits(postings.len(), "parts of names")?);
    let mut total = 0;
    for start in &mut starts {
        total += std::mem::replace(start, total);
    }
    section(Section::NameOffsets, &u32s(&starts))?;
    let mut name_slots = vec![0; total as usize];
    let single = |places: &&[Place]| !places[0].is_run;
    for (slot, _) in slots.iter().enumerate().filter(|(_, places)| single(places)) {
        for name in &postings[offsets[slot] as usize..offsets[slot + 1] as usize] {
            let start = &mut starts[(name & !OPEN) as usize];
            name_slots[*start as usize] = slot as u32;
            *start += 1;
        }
    }
    section(Section::NameSlots, &u32s(&name_slots))?;
    drop(name_slots);
    section(Section::SlotOffsets, &u32s(&offsets))?;
    section(Section::SlotNames, &u32s(&postings))
}

/// Writes what is found under keys.
fn write_keyed(
    pairs: &mut Keyed,
    sections: [Section; 2],
    section: &mut impl FnMut(Section, &[u8]) -> Result<(), BuildError>,
) -> Result<(), BuildError> {
    pairs.par_sort_unstable();
    pairs.dedup();
    fits(pairs.len(), "keys of names")?;
    let [buckets, rows] = keyed::render(pairs);
    section(sections[0], &buckets)?;
    section(sections[1], &rows)
}

/// The parts of a name: its slots, and neighbouring ones read as one word.
fn parts(name: &Name) -> impl Iterator<Item = (Slot, bool)> {
    let runs = interdict_names::runs(name).into_iter().map(|(run, _)| (run, true));
    let runs = runs.filter(|(run, _)| !keys(run, true).is_empty());
    interdict_names::slots(name).map(|slot| (slot, false)).chain(runs)
}

fn keys(slot: &Slot, is_run: bool) -> Vec<u64> {
    let mut keys = Vec::new();
    if is_run {
        interdict_names::run_keys(slot, Asker::Index, &mut keys);
    } else {
        interdict_names::slot_keys(slot, Asker::Index, &mut keys);
    }
    keys
}

/// Keys, each with the number of what has it.
type Keyed = Vec<(u32, u32)>;

/// A slot in a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    /// Of the slot. What several parts make is another slot than a part that sounds the same.
    identity: u64,
    is_run: bool,
    name: u32,
    at: u16,
}

impl Place {
    fn is_of_same_slot(&self, other: &Self) -> bool {
        (self.identity, self.is_run) == (other.identity, other.is_run)
    }
}

/// What is found in names while they are analysed.
#[derive(Default)]
struct Found {
    shapes: Vec<(u32, Shape)>,
    whole: Keyed,
    places: Vec<Place>,
}

impl Found {
    fn add(&mut self, name: u32, analysed: &Name) {
        self.shapes.push((name, interdict_names::shape(analysed)));
        let mut keys = Vec::new();
        interdict_names::whole_keys(analysed, Asker::Index, &mut keys);
        self.whole.extend(keys.into_iter().map(|key| (stored_key(key), name)));
        self.places.extend((0..).zip(parts(analysed)).map(|(at, (slot, is_run))| Place {
            identity: slot.identity(),
            is_run,
            at,
            name,
        }));
    }

    fn and(mut self, mut other: Self) -> Self {
        if self.shapes.is_empty() {
            return other;
        }
        self.shapes.append(&mut other.shapes);
        self.whole.append(&mut other.whole);
        self.places.append(&mut other.places);
        self
    }
}

fn fits(number: usize, what: &'static str) -> Result<u32, BuildError> {
    u32::try_from(number).map_err(|_| BuildError::TooLarge(what))
}
