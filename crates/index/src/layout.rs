//! The bytes of a segment file: a header with the position and checksum of every section.
//!
//! ```text
//! offset  bytes
//! 0       8      magic
//! 8       4      format version
//! 12      4      number of sections
//! 16      48*n   per section: offset u64, length u64, SHA-256 (32)
//! 2048    8*n    per section: the checksum that is verified on opening, u64; 0 if it has none
//! 4064    32     SHA-256 of bytes 0..4064
//! 4096           sections, each at a multiple of 8
//! ```
//! All numbers are little-endian.

use sha2::{Digest, Sha256};

use crate::integers;

/// First bytes of every segment file.
pub(crate) const MAGIC: [u8; 8] = *b"INTERDSG";
/// The format that this program writes. It is raised with every change to the bytes of a section.
pub(crate) const FORMAT: u32 = 5;
/// Where the first section starts.
pub(crate) const HEADER: usize = 4096;
/// Number of header bytes covered by the header's checksum, which follows them.
const CHECKED: usize = HEADER - 32;
/// Where the entries of the sections start in the header.
const ENTRIES: usize = 16;
/// Where the checksums that are verified on opening start in the header.
const QUICK: usize = 2048;
/// Bytes of the header per section.
const ENTRY_BYTES: usize = 48;

/// The sections, in file order. The number is the position in the header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Section {
    /// Entities as JSON, one after the other.
    Blob = 0,
    /// u64 per entity and one more: the start of its JSON.
    BlobOffsets,
    /// u32 per entity: entity rows in the order of their ids.
    ById,
    /// Per target: entity u32, first name u32, schema u8, country 2 bytes, flags u8.
    Targets,
    /// Per name: text offset u32, target u32, strength and schema u8, profile 7 bytes.
    Names,
    /// Texts of the names, one after the other.
    NameTexts,
    /// Posting lists of whole-name keys, buckets; see [`crate::hash_postings`].
    WholeNameBuckets,
    /// Posting lists of whole-name keys, entries: rest of a key u16, name u32; in the order of the keys.
    WholeNameEntries,
    /// u32 per name and one more: the start of its terms.
    NameTermOffsets,
    /// u32 per term of a name, ascending; without shingles.
    NameTerms,
    /// 64 bytes per distinct term: a part of names, or a shingle.
    Terms,
    /// u32 per term and one more: the start of its posting list.
    PostingOffsets,
    /// u32 per name in a term's posting list, see [`NamePosting`](crate::records::NamePosting): first
    /// the names with an open profile, then the others; each ascending.
    Postings,
    /// Posting lists of term keys, buckets.
    TermKeyBuckets,
    /// Posting lists of term keys, entries: rest of a key u16, term u32 with the classes of its names,
    /// see [`TermPosting`](crate::records::TermPosting); in the order of the keys.
    TermKeyEntries,
    /// Per look-up entry: text offset u64, text length u32, entity u32; ascending by text.
    Lookups,
    /// Texts of the look-up entries.
    LookupTexts,
    /// The description of the segment, as JSON.
    About,
}

impl Section {
    /// Its position in the header.
    pub(crate) const fn index(self) -> usize {
        self as usize
    }
}

/// Number of sections.
pub(crate) const SECTIONS: usize = 18;

/// A section's position and checksum.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Extent {
    pub(crate) offset: u64,
    pub(crate) length: u64,
    pub(crate) sha256: [u8; 32],
    /// See [`interdict_durable::QuickChecksum`]; 0 in a segment written by a version without quick checksums.
    pub(crate) quick: u64,
}

impl Extent {
    /// The section's bytes within a file; none if it lies outside.
    pub(crate) fn of<'a>(&self, file: &'a [u8]) -> Option<&'a [u8]> {
        let end = self.offset.checked_add(self.length)?;
        file.get(integers::offset(self.offset)..integers::offset(end))
    }
}

/// Renders the header.
pub(crate) fn render_header(extents: &[Extent; SECTIONS]) -> [u8; HEADER] {
    let mut bytes = [0_u8; HEADER];
    bytes[..8].copy_from_slice(&MAGIC);
    bytes[8..12].copy_from_slice(&FORMAT.to_le_bytes());
    bytes[12..16].copy_from_slice(&integers::count(SECTIONS).to_le_bytes());
    let entries = bytes[ENTRIES..].as_chunks_mut::<ENTRY_BYTES>().0;
    for (entry, extent) in entries.iter_mut().zip(extents) {
        entry[..8].copy_from_slice(&extent.offset.to_le_bytes());
        entry[8..16].copy_from_slice(&extent.length.to_le_bytes());
        entry[16..].copy_from_slice(&extent.sha256);
    }
    let checksums = bytes.get_mut(QUICK..).unwrap_or_default().as_chunks_mut::<8>().0;
    for (checksum, extent) in checksums.iter_mut().zip(extents) {
        *checksum = extent.quick.to_le_bytes();
    }
    let digest = Sha256::digest(&bytes[..CHECKED]);
    bytes[CHECKED..].copy_from_slice(&digest);
    bytes
}

/// The reason why a header is not accepted.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum HeaderFault {
    /// It is no segment file.
    Foreign,
    /// It has a later format than [`FORMAT`].
    Newer(u32),
    Damaged(&'static str),
}

/// Reads the header and checks it against the length of the file. Also accepts older formats: they
/// had the same sections, and the entities can still be read.
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
    if integers::index(u32_at(file, 12)) != SECTIONS {
        return Err(HeaderFault::Damaged("the number of sections is wrong"));
    }
    let mut extents = [Extent::default(); SECTIONS];
    let entries = header[ENTRIES..].as_chunks::<ENTRY_BYTES>().0;
    let checksums = header.get(QUICK..).unwrap_or_default().as_chunks::<8>().0;
    for ((extent, entry), checksum) in extents.iter_mut().zip(entries).zip(checksums) {
        extent.quick = u64::from_le_bytes(*checksum);
        extent.offset = u64_at(entry, 0);
        extent.length = u64_at(entry, 8);
        extent.sha256.copy_from_slice(&entry[16..]);
        let overlaps_header = integers::offset(extent.offset) < HEADER;
        if overlaps_header || extent.of(file).is_none() {
            return Err(HeaderFault::Damaged("it is shorter than its sections"));
        }
    }
    Ok((format, extents))
}

/// The u32 at a byte offset; 0 past the end.
pub(crate) fn u32_at(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..).and_then(|rest| rest.first_chunk()).map_or(0, |four| u32::from_le_bytes(*four))
}

/// The u64 at a byte offset; 0 past the end.
pub(crate) fn u64_at(bytes: &[u8], at: usize) -> u64 {
    bytes
        .get(at..)
        .and_then(|rest| rest.first_chunk())
        .map_or(0, |eight| u64::from_le_bytes(*eight))
}

/// A section of u32.
pub(crate) fn u32s(values: impl IntoIterator<Item = u32>) -> Vec<u8> {
    values.into_iter().flat_map(u32::to_le_bytes).collect()
}

/// A section of u64.
pub(crate) fn u64s(values: &[u64]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_le_bytes()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Vec<u8> {
        let extents = [Extent { offset: 4096, length: 8, sha256: [7; 32], quick: 9 }; SECTIONS];
        let mut file = render_header(&extents).to_vec();
        file.extend([0; 8]);
        file
    }

    #[test]
    fn a_header_reads_back() {
        let (_, extents) = read_header(&sample()).unwrap();
        assert_eq!((extents[3].offset, extents[3].length), (4096, 8));
        assert!(extents.iter().all(|extent| extent.quick == 9 && extent.sha256 == [7; 32]));
    }

    #[test]
    fn integers_are_little_endian_and_zero_past_the_end() {
        let bytes = [1, 2, 3, 4, 5, 6, 7, 8, 9];
        assert_eq!(u32_at(&bytes, 1), 0x0504_0302);
        assert_eq!(u64_at(&bytes, 1), 0x0908_0706_0504_0302);
        assert_eq!((u32_at(&bytes, 6), u64_at(&bytes, 2)), (0, 0));
        assert_eq!((u32_at(&bytes, usize::MAX), u64_at(&bytes, 10)), (0, 0));
        assert_eq!(u32s([0x0403_0201, 5]), [1, 2, 3, 4, 5, 0, 0, 0]);
        assert_eq!(u64s(&[0x0403_0201]), [1, 2, 3, 4, 0, 0, 0, 0]);
    }

    /// The header with its checksum corrected after a change.
    fn changed(change: impl FnOnce(&mut [u8])) -> Vec<u8> {
        let mut file = sample();
        change(&mut file);
        let digest = Sha256::digest(&file[..CHECKED]);
        file[CHECKED..HEADER].copy_from_slice(&digest);
        file
    }

    fn fault(file: &[u8]) -> HeaderFault {
        read_header(file).unwrap_err()
    }

    #[test]
    fn a_foreign_file_and_one_of_a_newer_format_are_told_apart() {
        assert_eq!(fault(b"PK\x03\x04...."), HeaderFault::Foreign);
        assert_eq!(fault(b""), HeaderFault::Foreign);
        assert_eq!(fault(&changed(|file| file[8] = 9)), HeaderFault::Newer(9));
        let newer = u8::try_from(FORMAT).unwrap() + 1;
        assert_eq!(fault(&changed(|file| file[8] = newer)), HeaderFault::Newer(FORMAT + 1));
        assert_eq!(read_header(&changed(|file| file[8] = 1)).unwrap().0, 1, "an older format");
    }

    #[test]
    fn a_truncated_header_and_any_changed_byte_of_it_are_damage() {
        let short = &sample()[..HEADER - 1];
        assert_eq!(fault(short), HeaderFault::Damaged("it is shorter than its header"));
        for at in [12, 100, CHECKED - 1, CHECKED, HEADER - 1] {
            let mut file = sample();
            file[at] ^= 1;
            assert_eq!(
                fault(&file),
                HeaderFault::Damaged("the header's checksum is wrong"),
                "{at}"
            );
        }
        let sections = changed(|file| file[12] -= 1);
        assert_eq!(fault(&sections), HeaderFault::Damaged("the number of sections is wrong"));
    }

    #[test]
    fn sections_must_lie_behind_the_header_and_within_the_file() {
        let shorter = HeaderFault::Damaged("it is shorter than its sections");
        assert_eq!(fault(&sample()[..HEADER + 7]), shorter);
        let second = ENTRIES + ENTRY_BYTES;
        let in_header =
            changed(|file| file[second..second + 8].copy_from_slice(&4095_u64.to_le_bytes()));
        assert_eq!(fault(&in_header), shorter);
        let overflowing = changed(|file| file[second + 8..second + 16].fill(0xff));
        assert_eq!(fault(&overflowing), shorter);
    }
}
