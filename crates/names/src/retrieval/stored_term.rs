//! The 64 bytes of a stored term.
//!
//! ```text
//! offset  bytes
//! 0       4   hash of the folded text
//! 4       16  consonant histogram
//! 20      4   deletion costs of the whole term: u16, u16 (against an abjad)
//! 24      6   facts: three u16
//! 30      4   sets of mutually distinct names: two u16
//! 34      1   number of units, which may exceed those stored
//! 35      1   number of units before the stem
//! 36      2   weight in hundredths
//! 38      1   role (low four bits), commonness (high four)
//! 39      1   flags
//! 40      24  units
//! ```
//! All numbers are little-endian. Any bytes are read as some term.

use super::name_term::{MAX_STORED_UNITS, NameTerm, TermOrigin};
use crate::lattice::align::PhoneticSummary;
use crate::lattice::table;
use crate::name::{Role, Token};

type Bytes = [u8; NameTerm::BYTES];

impl NameTerm {
    /// Size of a stored term in bytes.
    pub const BYTES: usize = 64;

    /// The stored form. Terms with equal bytes are similar to the same terms, to the same degree.
    pub fn to_bytes(&self) -> [u8; Self::BYTES] {
        let token = &self.token;
        let mut bytes = [0; Self::BYTES];
        bytes[..4].copy_from_slice(&token.hash.to_le_bytes());
        bytes[4..20].copy_from_slice(&token.summary.consonants);
        let words = [
            token.summary.deletion_costs[0],
            token.summary.deletion_costs[1],
            token.facts[0],
            token.facts[1],
            token.facts[2],
            token.distinct,
            token.also_distinct,
        ];
        for (place, word) in words.iter().enumerate() {
            bytes[20 + place * 2..22 + place * 2].copy_from_slice(&word.to_le_bytes());
        }
        let [low, high] = self.weight.to_le_bytes();
        let role = token.role as u8 | token.common << 4;
        bytes[34..40].copy_from_slice(&[
            token.units,
            token.prefix_units,
            low,
            high,
            role,
            token.flags,
        ]);
        bytes[40..].copy_from_slice(&self.units);
        bytes
    }

    /// Reads the stored form.
    pub fn from_bytes(bytes: &[u8; Self::BYTES]) -> Self {
        let mut units = [0; MAX_STORED_UNITS];
        units.copy_from_slice(&bytes[40..]);
        units.iter_mut().for_each(|unit| *unit = (*unit).min(table::LAST_UNIT));
        let stored = StoredTerm(bytes);
        let token = Token {
            hash: stored.hash(),
            hash16: 0,
            summary: stored.summary(),
            facts: stored.facts(),
            distinct: stored.word(30),
            also_distinct: stored.word(32),
            units_at: 0,
            text_at: 0,
            units: bytes[34],
            text: 0,
            prefix_units: bytes[35],
            weight: bytes[36],
            common: bytes[38] >> 4,
            role: Role::from_byte(bytes[38] & 15),
            flags: bytes[39],
        };
        NameTerm { token, weight: stored.word(36), units, origin: TermOrigin::Plain }
    }

    /// A 64-bit hash of the stored form.
    pub fn identity(&self) -> u64 {
        let mix = |hash: u64, eight: &[u8]| {
            let value = eight.iter().fold(0, |value, byte| value << 8 | u64::from(*byte));
            (hash ^ value).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29)
        };
        self.to_bytes().chunks_exact(8).fold(0xcbf2_9ce4_8422_2325, mix)
    }
}

/// Reads single fields of a stored term in place. Most stored terms are rejected by two or three
/// fields, so decoding the whole term first would be wasted.
#[derive(Clone, Copy)]
pub(super) struct StoredTerm<'s>(pub(super) &'s Bytes);

impl<'s> StoredTerm<'s> {
    pub(super) fn hash(self) -> u32 {
        u32::from_le_bytes([self.0[0], self.0[1], self.0[2], self.0[3]])
    }

    pub(super) fn summary(self) -> PhoneticSummary {
        let mut consonants = [0; 16];
        consonants.copy_from_slice(&self.0[4..20]);
        PhoneticSummary { consonants, deletion_costs: [self.word(20), self.word(22)] }
    }

    pub(super) fn facts(self) -> [u16; 3] {
        [24, 26, 28].map(|at| self.word(at))
    }

    /// The term's number of units; [`StoredTerm::units`] may be fewer.
    pub(super) fn unit_count(self) -> usize {
        usize::from(self.0[34])
    }

    /// Number of units before the stem: of an article or of Abd.
    pub(super) fn prefix_len(self) -> usize {
        usize::from(self.0[35])
    }

    pub(super) fn flags(self) -> u8 {
        self.0[39]
    }

    pub(super) fn units(self) -> &'s [u8] {
        &self.0[40..40 + self.unit_count().min(MAX_STORED_UNITS)]
    }

    fn word(self, at: usize) -> u16 {
        u16::from_le_bytes([self.0[at], self.0[at + 1]])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::retrieval::{name_terms, shingles};
    use crate::{Name, NameKind};

    fn samples() -> Vec<NameTerm> {
        let names = [
            ("Sheikh Abdulrahman al-Zorvek", NameKind::Person),
            ("عبد الرحمن غيث", NameKind::Person),
            ("Quellimar Trading Bank of Korea Ltd", NameKind::Organization),
            ("Krzhtvaplmkrzhtvaplmkrzhtvaplm", NameKind::Person),
        ];
        let names = names.map(|(text, kind)| Name::parse(text, kind));
        let of = |name: &Name| {
            let shingles: Vec<NameTerm> =
                shingles(name).into_iter().map(|(term, _)| term).collect();
            name_terms(name).chain(shingles).collect::<Vec<_>>()
        };
        names.iter().flat_map(of).collect()
    }

    #[test]
    fn a_stored_term_reads_back_with_all_that_its_similarity_depends_on() {
        let samples = samples();
        assert!(samples.len() > 12);
        for term in &samples {
            let read = NameTerm::from_bytes(&term.to_bytes());
            assert_eq!(read.to_bytes(), term.to_bytes());
            for other in &samples {
                assert_eq!(read.similarity(other), term.similarity(other));
                assert_eq!(read.shingle_similarity(other), term.shingle_similarity(other));
            }
        }
    }

    #[test]
    fn fields_read_in_place_are_those_of_the_decoded_term() {
        for term in samples() {
            let bytes = term.to_bytes();
            let (stored, read) = (StoredTerm(&bytes), NameTerm::from_bytes(&bytes));
            assert_eq!(stored.hash(), read.token().hash);
            assert_eq!(stored.facts(), read.token().facts);
            assert_eq!(stored.unit_count(), usize::from(read.token().units));
            assert_eq!(stored.prefix_len(), usize::from(read.token().prefix_units));
            assert_eq!(stored.flags(), read.flags());
            assert_eq!(stored.units(), read.units());
            assert_eq!(stored.summary().deletion_costs, read.token().summary.deletion_costs);
            assert_eq!(stored.summary().consonants, read.token().summary.consonants);
        }
    }

    #[test]
    fn any_bytes_are_some_term_and_its_units_are_known_ones() {
        for fill in [0, 0x55, 0xff] {
            let bytes = [fill; NameTerm::BYTES];
            let term = NameTerm::from_bytes(&bytes);
            assert!(term.units().iter().all(|unit| *unit <= table::LAST_UNIT));
            term.similarity(&term);
            term.shingle_similarity(&samples()[0]);
        }
    }

    #[test]
    fn every_byte_of_the_stored_form_changes_the_identity() {
        let term = samples()[1];
        for at in 0..NameTerm::BYTES {
            let mut bytes = term.to_bytes();
            bytes[at] ^= 1;
            let other = NameTerm::from_bytes(&bytes);
            let is_kept = other.to_bytes() == bytes;
            assert!(!is_kept || other.identity() != term.identity(), "byte {at}");
        }
    }
}
