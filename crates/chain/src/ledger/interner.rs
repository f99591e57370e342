//! Texts as numbers while a ledger is built.

use hashbrown::DefaultHashBuilder;
use std::hash::BuildHasher;

use super::packed_text::pack;
use crate::width::{count_of, index_of, length_of, low_word, number_of};

/// Gives equal texts equal numbers, in order of first appearance.
///
/// With tens of millions of texts every lookup costs two cache misses: one for the table and one for the
/// text that the entry points to. Therefore the table keeps part of each hash beside the number, texts of
/// the usual length lie in an array of fixed-size places, and texts are looked up in batches, so that
/// the misses of a batch overlap.
#[derive(Debug)]
pub(crate) struct Interner {
    /// The size of a place: a length byte and the packed text, or [`ELSEWHERE`] and its position in `long`.
    stride: usize,
    places: Vec<u8>,
    /// Texts that are longer than a place.
    long: Vec<u8>,
    table: NumberTable,
    hasher: DefaultHashBuilder,
    scratch: Vec<u8>,
}

/// Length byte of a place that holds the start (8 bytes) and length (4 bytes) of a longer text.
const ELSEWHERE: u8 = u8::MAX;

impl Default for Interner {
    /// An interner with places for addresses of 20 bytes.
    fn default() -> Self {
        Self::with_places_of(21)
    }
}

impl Interner {
    /// An interner with places for hashes of 32 bytes.
    pub(crate) fn of_hashes() -> Self {
        Self::with_places_of(33)
    }

    fn with_places_of(packed: usize) -> Self {
        Self {
            stride: packed + 1,
            places: Vec::new(),
            long: Vec::new(),
            table: NumberTable::default(),
            hasher: DefaultHashBuilder::default(),
            scratch: Vec::new(),
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.places.len() / self.stride
    }

    /// How many bytes all packed texts take, about.
    pub(crate) fn bytes(&self) -> usize {
        self.places.len() + self.long.len()
    }

    pub(crate) fn packed(&self, id: u32) -> &[u8] {
        packed_at(&self.places, self.stride, &self.long, id)
    }

    pub(crate) fn intern(&mut self, text: &str) -> u32 {
        let mut scratch = std::mem::take(&mut self.scratch);
        pack(text, &mut scratch);
        let id = self.intern_packed(&scratch);
        self.scratch = scratch;
        id
    }

    pub(crate) fn intern_packed(&mut self, packed: &[u8]) -> u32 {
        let part = low_word(self.hasher.hash_one(packed).into());
        self.intern_hashed(packed, part)
    }

    /// Looks all texts of a batch up and empties it.
    pub(crate) fn intern_all(&mut self, batch: &mut TextBatch, mut take: impl FnMut(usize, u32)) {
        let texts = || (0..batch.ends.len()).map(|at| batch.packed(at));
        let parts: Vec<u32> =
            texts().map(|packed| low_word(self.hasher.hash_one(packed).into())).collect();
        // Software prefetch: reading the entries and places of a whole batch first lets their cache misses
        // overlap. The sum only keeps the loads from being optimised away.
        let entries = parts.iter().map(|part| self.table.first_entry(*part));
        let ids: Vec<Option<u32>> = entries.map(number).collect();
        let places = ids.iter().flatten().map(|id| self.places[index_of(*id) * self.stride]);
        std::hint::black_box(places.fold(0u8, |sum, byte| sum ^ byte));
        for (at, part) in parts.into_iter().enumerate() {
            take(at, self.intern_hashed(batch.packed(at), part));
        }
        batch.bytes.clear();
        batch.ends.clear();
    }

    fn intern_hashed(&mut self, packed: &[u8], part: u32) -> u32 {
        let Self { stride, places, long, table, .. } = self;
        let slot = match table.find(part, |id| packed_at(places, *stride, long, id) == packed) {
            Ok(id) => return id,
            Err(slot) => slot,
        };
        let id = u32::try_from(places.len() / *stride).expect("callers bound their rows by 2^31");
        let end = places.len() + *stride;
        if packed.len() < *stride {
            // Shorter than a place, which has at most 34 bytes.
            places.push(u8::try_from(packed.len()).unwrap_or(ELSEWHERE));
            places.extend_from_slice(packed);
        } else {
            places.push(ELSEWHERE);
            places.extend_from_slice(&count_of(long.len()).to_le_bytes());
            places.extend_from_slice(&number_of(packed.len()).to_le_bytes());
            long.extend_from_slice(packed);
        }
        places.resize(end, 0);
        table.insert(slot, part, id);
        id
    }

    /// The numbers in the order of their packed bytes.
    pub(crate) fn sorted(&mut self) -> Vec<u32> {
        use rayon::slice::ParallelSliceMut;
        self.table = NumberTable::default();
        let leading = |packed: &[u8]| {
            let mut word = [0u8; 8];
            let length = packed.len().min(8);
            word[..length].copy_from_slice(&packed[..length]);
            u64::from_be_bytes(word)
        };
        let mut keyed: Vec<(u64, u32)> =
            (0..number_of(self.len())).map(|id| (leading(self.packed(id)), id)).collect();
        keyed.par_sort_unstable_by(|a, b| {
            a.0.cmp(&b.0).then_with(|| self.packed(a.1).cmp(self.packed(b.1))).then(a.1.cmp(&b.1))
        });
        keyed.into_iter().map(|(_, id)| id).collect()
    }
}

fn packed_at<'a>(places: &'a [u8], stride: usize, long: &'a [u8], id: u32) -> &'a [u8] {
    let place = &places[index_of(id) * stride..(index_of(id) + 1) * stride];
    if place[0] != ELSEWHERE {
        return &place[1..=usize::from(place[0])];
    }
    let (mut start, mut length) = ([0u8; 8], [0u8; 4]);
    start.copy_from_slice(&place[1..9]);
    length.copy_from_slice(&place[9..13]);
    let start = length_of(u64::from_le_bytes(start));
    &long[start..start + index_of(u32::from_le_bytes(length))]
}

/// Packed texts that wait to be looked up together.
#[derive(Debug, Default)]
pub(crate) struct TextBatch {
    bytes: Vec<u8>,
    ends: Vec<usize>,
    scratch: Vec<u8>,
}

impl TextBatch {
    pub(crate) fn push(&mut self, text: &str) {
        pack(text, &mut self.scratch);
        self.bytes.extend_from_slice(&self.scratch);
        self.ends.push(self.bytes.len());
    }

    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    fn packed(&self, at: usize) -> &[u8] {
        let start = if at == 0 { 0 } else { self.ends[at - 1] };
        &self.bytes[start..self.ends[at]]
    }
}

/// Numbers by part of a hash, with linear probing: the place of an entry follows from the part's upper
/// bits, so a table of twice the size has its entries in the same order.
#[derive(Debug, Default)]
struct NumberTable {
    /// The number plus one in the upper half, the part of the hash in the lower; 0 for nothing.
    entries: Vec<u64>,
    used: usize,
}

fn number(entry: u64) -> Option<u32> {
    low_word(u128::from(entry >> 32)).checked_sub(1)
}

impl NumberTable {
    fn slot(&self, part: u32) -> usize {
        length_of((u64::from(part) * count_of(self.entries.len())) >> 32)
    }

    fn first_entry(&self, part: u32) -> u64 {
        self.entries.get(self.slot(part)).copied().unwrap_or(0)
    }

    /// The number of a text, or the free slot at which it would be inserted.
    fn find(&self, part: u32, is_same: impl Fn(u32) -> bool) -> Result<u32, usize> {
        let mut slot = self.slot(part);
        loop {
            match self.entries.get(slot) {
                Some(0) => return Err(slot),
                Some(entry) => {
                    if low_word((*entry).into()) == part
                        && let Some(id) = number(*entry).filter(|id| is_same(*id))
                    {
                        return Ok(id);
                    }
                    slot += 1;
                }
                None if self.entries.is_empty() => return Err(0),
                None => slot = 0,
            }
        }
    }

    fn insert(&mut self, mut slot: usize, part: u32, id: u32) {
        if (self.used + 1) * 8 > self.entries.len() * 5 {
            self.grow();
            slot = self.free_slot(part);
        }
        self.entries[slot] = u64::from(id + 1) << 32 | u64::from(part);
        self.used += 1;
    }

    fn grow(&mut self) {
        let larger = vec![0; (self.entries.len() * 2).max(64)];
        let entries = std::mem::replace(&mut self.entries, larger);
        for entry in entries.into_iter().filter(|entry| *entry != 0) {
            let slot = self.free_slot(low_word(entry.into()));
            self.entries[slot] = entry;
        }
    }

    fn free_slot(&self, part: u32) -> usize {
        self.find(part, |_| false).err().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn equal_texts_get_equal_numbers_alone_and_in_batches(
            texts in proptest::collection::vec("(0x)?[0-9a-f]{0,3}|[a-z]{30,60}", 0..400), size in 1usize..90,
        ) {
            let (mut one, mut many) = (Interner::default(), Interner::of_hashes());
            let alone: Vec<u32> = texts.iter().map(|text| one.intern(text)).collect();
            let (mut batch, mut together) = (TextBatch::default(), Vec::new());
            for chunk in texts.chunks(size) {
                chunk.iter().for_each(|text| batch.push(text));
                many.intern_all(&mut batch, |_, id| together.push(id));
            }
            proptest::prop_assert_eq!(&alone, &together);
            for (text, id) in texts.iter().zip(alone) {
                proptest::prop_assert_eq!(super::super::packed_text::unpack(one.packed(id)), text.as_str());
                proptest::prop_assert_eq!(texts.iter().position(|t| t == text), texts.iter().position(|t| one.intern(t) == id));
            }
        }
    }
}
