//! The bytes of a segment file: a header that names and checks every section.
//!
//! ```text
//! offset  bytes
//! 0       8      magic
//! 8       4      format version
//! 12      4      number of sections
//! 16      48*n   per section: offset u64, length u64, SHA-256 (32)
//! 4064    32     SHA-256 of bytes 0..4064
//! 4096           sections, each at a multiple of 8
//! ```
//! All numbers are little-endian.

use sha2::{Digest, Sha256};

/// First bytes of every segment file.
pub(crate) const MAGIC: [u8; 8] = *b"INTERDSG";
/// The format that this program writes. A change to any section's bytes raises it.
pub(crate) const FORMAT: u32 = 5;
/// Where the first section starts.
pub(crate) const HEADER: usize = 4096;
const CHECKED: usize = HEADER - 32;
const ENTRY: usize = 48;

/// The sections, in file order. The number is the place in the header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Section {
    /// Entities as JSON, one after the other.
    Blob = 0,
    /// u64 per entity plus one: where its JSON starts.
    BlobOffsets,
    /// u32 per entity: entity numbers in order of their id.
    ById,
    /// Per target: entity u32, first name u32, schema u8, country hint 2 bytes, flags u8.
    Targets,
    /// Per name: text offset u32, target u32, strength and schema u8, shape 7 bytes.
    Names,
    /// Name texts, one after the other.
    NameTexts,
    /// 8 bytes per range of whole-name keys plus one: where its rows start; see [`crate::keyed`].
    WholeBuckets,
    /// Rest of a whole-name key u16, name number u32; in the order of the keys.
    WholeRows,
    /// u32 per name plus one: where its slots start.
    NameOffsets,
    /// u32 slot numbers of each name, ascending; those of several parts aside.
    NameSlots,
    /// 64 bytes for each distinct slot: a part of names, or neighbouring parts read as one word.
    Slots,
    /// u32 per slot plus one: where its names start.
    SlotOffsets,
    /// u32 name numbers of each slot: first those with an open shape, marked by their highest bit,
    /// then the others; each ascending.
    SlotNames,
    /// 8 bytes per range of slot keys plus one: where its rows start.
    SlotBuckets,
    /// Rest of a slot key u16, slot number u32 with the classes of its names in the four highest bits;
    /// in the order of the keys.
    SlotRows,
    /// Per look-up entry: text offset u64, text length u32, entity u32; ascending by text.
    Lookups,
    /// Texts of the look-up entries.
    LookupTexts,
    /// What the segment says of itself, as JSON.
    About,
}

/// How many sections there are.
pub(crate) const SECTIONS: usize = 18;

/// A section's place and checksum.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Extent {
    pub(crate) offset: u64,
    pub(crate) length: u64,
    pub(crate) sha256: [u8; 32],
}

/// Renders the header.
pub(crate) fn render_header(extents: &[Extent; SECTIONS]) -> [u8; HEADER] {
    let mut bytes = [0_u8; HEADER];
    bytes[..8].copy_from_slice(&MAGIC);
    bytes[8..12].copy_from_slice(&FORMAT.to_le_bytes());
    bytes[12..16].copy_from_slice(&(SECTIONS as u32).to_le_bytes());
    for (index, extent) in extents.iter().enumerate() {
        let at = 16 + index * ENTRY;
        bytes[at..at + 8].copy_from_slice(&extent.offset.to_le_bytes());
        bytes[at + 8..at + 16].copy_from_slice(&extent.length.to_le_bytes());
        bytes[at + 16..at + 48].copy_from_slice(&extent.sha256);
    }
    let digest = Sha256::digest(&bytes[..CHECKED]);
    bytes[CHECKED..].copy_from_slice(&digest);
    bytes
}

/// Why a header is not accepted.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum HeaderFault {
    Foreign,
    Newer(u32),
    Damaged(&'static str),
}

/// Reads and checks the header against the file's length; the format is this program's or an older
/// one, which had the same sections.
pub(crate) fn read_header(file: &[u8]) -> Result<(u32, [Extent; SECTIONS]), HeaderFault> {
    if file.get(..8) != Some(&MAGIC[..]) {
        return Err(HeaderFault::Foreign);
    }
    let format = u32_at(file, 8);
    if format > FORMAT {
        return Err(HeaderFault::Newer(format));
    }
    let header = file.get(..HEADER).ok_or(HeaderFault::Damaged("it is shorter than its header"))?;
    if Sha256::digest(&header[..CHECKED])[..] != header[CHECKED..] {
        return Err(HeaderFault::Damaged("the header's checksum is wrong"));
    }
    if u32_at(file, 12) as usize != SECTIONS {
        return Err(HeaderFault::Damaged("the number of sections is wrong"));
    }
    let mut extents = [Extent::default(); SECTIONS];
    for (index, extent) in extents.iter_mut().enumerate() {
        let at = 16 + index * ENTRY;
        extent.offset = u64_at(header, at);
        extent.length = u64_at(header, at + 8);
        extent.sha256.copy_from_slice(&header[at + 16..at + 48]);
        let end = extent.offset.checked_add(extent.length);
        if extent.offset < HEADER as u64 || end.is_none_or(|end| end > file.len() as u64) {
            return Err(HeaderFault::Damaged("it is shorter than its sections"));
        }
    }
    Ok((format, extents))
}

/// The u32 at a byte offset; 0 past the end.
pub(crate) fn u32_at(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..at + 4).and_then(|four| four.try_into().ok()).map_or(0, u32::from_le_bytes)
}

/// The u64 at a byte offset; 0 past the end.
pub(crate) fn u64_at(bytes: &[u8], at: usize) -> u64 {
    bytes.get(at..at + 8).and_then(|eight| eight.try_into().ok()).map_or(0, u64::from_le_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Vec<u8> {
        let extents = [Extent { offset: 4096, length: 8, sha256: [7; 32] }; SECTIONS];
        let mut file = render_header(&extents).to_vec();
        file.extend([0; 8]);
        file
    }

    #[test]
    fn a_header_reads_back() {
        let (_, extents) = read_header(&sample()).unwrap();
        assert_eq!((extents[3].offset, extents[3].length), (4096, 8));
    }

    #[test]
    fn foreign_newer_short_and_damaged_files_are_told_apart() {
        assert_eq!(read_header(b"PK\x03\x04....").unwrap_err(), HeaderFault::Foreign);
        let mut newer = sample();
        newer[8] = 9;
        assert_eq!(read_header(&newer).unwrap_err(), HeaderFault::Newer(9));
        let mut damaged = sample();
        damaged[100] ^= 1;
        assert!(matches!(read_header(&damaged).unwrap_err(), HeaderFault::Damaged(_)));
        let mut short = sample();
        short.truncate(4100);
        assert!(matches!(read_header(&short).unwrap_err(), HeaderFault::Damaged(_)));
    }
}
