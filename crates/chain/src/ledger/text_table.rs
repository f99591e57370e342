//! Addresses and transaction hashes: interned while building, packed and looked up afterwards.

use hashbrown::{DefaultHashBuilder, HashTable};
use std::{borrow::Cow, hash::BuildHasher};

/// What the first byte of a packed text says about the rest.
const HEX_WITH_PREFIX: u8 = 0;
const PLAIN: u8 = 1;
const HEX_BARE: u8 = 2;

/// The value of each lower-case hexadecimal digit; 16 for everything else.
const NIBBLE: [u8; 256] = {
    let mut table = [16u8; 256];
    let mut value = 0;
    while value < 16 {
        table[b"0123456789abcdef"[value] as usize] = value as u8;
        value += 1;
    }
    table
};

/// Packs a text: lower-case hexadecimal takes half its length.
pub(crate) fn pack(text: &str, out: &mut Vec<u8>) {
    out.clear();
    let (tag, digits) = match text.strip_prefix("0x") {
        Some(digits) => (HEX_WITH_PREFIX, digits),
        None => (HEX_BARE, text),
    };
    if digits.len().is_multiple_of(2) && !digits.is_empty() {
        out.push(tag);
        let mut wrong = 0;
        let pairs = digits.as_bytes().chunks_exact(2);
        out.extend(pairs.map(|pair| {
            let (high, low) = (NIBBLE[usize::from(pair[0])], NIBBLE[usize::from(pair[1])]);
            wrong |= high | low;
            high << 4 | low & 15
        }));
        if wrong & 16 == 0 {
            return;
        }
        out.clear();
    }
    out.push(PLAIN);
    out.extend_from_slice(text.as_bytes());
}

/// The text of packed bytes.
pub(crate) fn unpack(packed: &[u8]) -> String {
    let Some((tag, rest)) = packed.split_first() else { return String::new() };
    if *tag == PLAIN {
        return String::from_utf8_lossy(rest).into_owned();
    }
    let mut text = Vec::with_capacity(rest.len() * 2 + 2);
    if *tag == HEX_WITH_PREFIX {
        text.extend_from_slice(b"0x");
    }
    let digit = |nibble: u8| b"0123456789abcdef"[usize::from(nibble)];
    text.extend(rest.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]));
    String::from_utf8(text).unwrap_or_default()
}

/// Gives equal texts equal numbers, in order of first appearance.
///
/// With tens of millions of texts each lookup waits for memory, so it touches as little as it can: the
/// table keeps part of each hash beside the number, and a text of the usual length stands in a row of
/// equal places, found without asking where it begins.
#[derive(Debug)]
pub(crate) struct Interner {
    /// The size of a place: a length and the packed text, or [`ELSEWHERE`] and where it is.
    stride: usize,
    places: Vec<u8>,
    /// Texts that are longer than a place.
    long: Vec<u8>,
    table: HashTable<(u32, u32)>,
    hasher: DefaultHashBuilder,
    scratch: Vec<u8>,
}

/// Says that a place holds the start (8 bytes) and length (4 bytes) of a longer text.
const ELSEWHERE: u8 = u8::MAX;

impl Default for Interner {
    /// With places for addresses of 20 bytes.
    fn default() -> Self {
        Self::with_places_of(21)
    }
}

impl Interner {
    /// With places for hashes of 32 bytes.
    pub(crate) fn of_hashes() -> Self {
        Self::with_places_of(33)
    }

    fn with_places_of(packed: usize) -> Self {
        Self {
            stride: packed + 1,
            places: Vec::new(),
            long: Vec::new(),
            table: HashTable::new(),
            hasher: DefaultHashBuilder::default(),
            scratch: Vec::new(),
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.places.len() / self.stride
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
        let Self { stride, places, long, table, hasher, .. } = self;
        let part = hasher.hash_one(packed) as u32;
        let same = |(known, id): &(u32, u32)| {
            *known == part && packed_at(places, *stride, long, *id) == packed
        };
        if let Some((_, id)) = table.find(spread(part), same) {
            return *id;
        }
        let id = u32::try_from(places.len() / *stride).expect("callers bound their rows by 2^31");
        let end = places.len() + *stride;
        if packed.len() < *stride {
            places.push(packed.len() as u8);
            places.extend_from_slice(packed);
        } else {
            places.push(ELSEWHERE);
            places.extend_from_slice(&(long.len() as u64).to_le_bytes());
            places.extend_from_slice(&(packed.len() as u32).to_le_bytes());
            long.extend_from_slice(packed);
        }
        places.resize(end, 0);
        table.insert_unique(spread(part), (part, id), |(part, _)| spread(*part));
        id
    }

    /// The numbers in the order of their packed bytes.
    pub(crate) fn sorted(&mut self) -> Vec<u32> {
        use rayon::slice::ParallelSliceMut;
        self.table = HashTable::new();
        let leading = |packed: &[u8]| {
            let mut word = [0u8; 8];
            let length = packed.len().min(8);
            word[..length].copy_from_slice(&packed[..length]);
            u64::from_be_bytes(word)
        };
        let mut keyed: Vec<(u64, u32)> =
            (0..self.len() as u32).map(|id| (leading(self.packed(id)), id)).collect();
        keyed.par_sort_unstable_by(|a, b| {
            a.0.cmp(&b.0).then_with(|| self.packed(a.1).cmp(self.packed(b.1))).then(a.1.cmp(&b.1))
        });
        keyed.into_iter().map(|(_, id)| id).collect()
    }
}

/// A kept part of a hash as the table wants it, good in its upper and its lower bits.
fn spread(part: u32) -> u64 {
    u64::from(part).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

fn packed_at<'a>(places: &'a [u8], stride: usize, long: &'a [u8], id: u32) -> &'a [u8] {
    let place = &places[id as usize * stride..(id as usize + 1) * stride];
    if place[0] != ELSEWHERE {
        return &place[1..=usize::from(place[0])];
    }
    let (mut start, mut length) = ([0u8; 8], [0u8; 4]);
    start.copy_from_slice(&place[1..9]);
    length.copy_from_slice(&place[9..13]);
    let start = u64::from_le_bytes(start) as usize;
    &long[start..start + u32::from_le_bytes(length) as usize]
}

/// A packed table read from a ledger.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TextTable<'a> {
    pub(crate) bytes: &'a [u8],
    /// End of each text; empty when all have the same length.
    pub(crate) ends: &'a [u64],
    pub(crate) width: usize,
}

impl<'a> TextTable<'a> {
    pub(crate) fn len(&self) -> usize {
        if self.ends.is_empty() {
            self.bytes.len().checked_div(self.width).unwrap_or(0)
        } else {
            self.ends.len()
        }
    }

    pub(crate) fn packed(&self, at: usize) -> &'a [u8] {
        let range = if self.ends.is_empty() {
            at * self.width..(at + 1) * self.width
        } else {
            let start = if at == 0 { 0 } else { self.ends[at - 1] as usize };
            start..self.ends[at] as usize
        };
        self.bytes.get(range).unwrap_or(&[])
    }

    pub(crate) fn text(&self, at: usize) -> String {
        unpack(self.packed(at))
    }

    /// Where a text stands, for tables written in sorted order.
    pub(crate) fn find(&self, text: &str) -> Option<usize> {
        let mut wanted = Vec::new();
        pack(text, &mut wanted);
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = low + (high - low) / 2;
            match self.packed(middle).cmp(&wanted) {
                std::cmp::Ordering::Equal => return Some(middle),
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
            }
        }
        None
    }
}

/// The bytes and ends of texts in a given order, with the one width if they share it.
pub(crate) fn pack_table(source: &Interner, order: &[u32]) -> (Vec<u8>, Vec<u64>, usize) {
    let width = order.first().map_or(0, |id| source.packed(*id).len());
    let same = order.iter().all(|id| source.packed(*id).len() == width);
    let mut bytes =
        Vec::with_capacity(if same { width * order.len() } else { source.places.len() });
    let mut ends = Vec::new();
    for id in order {
        bytes.extend_from_slice(source.packed(*id));
        if !same {
            ends.push(bytes.len() as u64);
        }
    }
    (bytes, ends, if same { width } else { 0 })
}

/// The one form in which the ledger keeps an address: the wallet module's canonical form where the text
/// is an address, the trimmed text otherwise.
pub fn ledger_address(text: &str) -> Cow<'_, str> {
    let trimmed = text.trim();
    let plain_evm = trimmed.len() == 42
        && trimmed.starts_with("0x")
        && trimmed.bytes().skip(2).all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    if plain_evm || crate::transfer::is_pseudo(trimmed) {
        return Cow::Borrowed(trimmed);
    }
    match interdict_model::wallet::WalletAddress::parse(trimmed) {
        Ok(address) => Cow::Owned(address.canonical().to_owned()),
        Err(_) => Cow::Borrowed(trimmed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn packed_texts_unpack_to_themselves(text in "(0x)?[0-9a-fA-F]{0,70}|.{0,60}") {
            let mut packed = Vec::new();
            pack(&text, &mut packed);
            proptest::prop_assert_eq!(unpack(&packed), text);
        }
    }

    #[test]
    fn equal_texts_get_equal_numbers_and_are_found_again() {
        let mut interner = Interner::default();
        let texts = ["0xab", "@issue", "1A1z", "0xab", "abcd", ""];
        let ids: Vec<u32> = texts.iter().map(|t| interner.intern(t)).collect();
        assert_eq!(ids, [0, 1, 2, 0, 3, 4]);
        let order = interner.sorted();
        let (bytes, ends, width) = pack_table(&interner, &order);
        let table = TextTable { bytes: &bytes, ends: &ends, width };
        for text in texts {
            assert_eq!(table.text(table.find(text).unwrap()), text);
        }
        assert_eq!(table.find("nowhere"), None);
    }
}
