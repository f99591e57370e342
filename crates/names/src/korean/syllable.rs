//! Sets of Korean syllables: masks of 19 onsets, 21 vowels and 8 codas in one 64-bit word.

/// Bits 0-18 onset, 19-39 vowel, 40-47 coda (none, k, n, t, l, m, p, ng).
const ONSET: u64 = 0x7_ffff;
const VOWEL: u64 = 0x1f_ffff << 19;
const CODA: u64 = 0xff << 40;

/// The syllables that a spelling may stand for: by regular spelling, and by any spelling.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Syllable {
    pub(crate) regular: u64,
    pub(crate) loose: u64,
}

/// The pronounced coda 0..=7 of each Unicode coda 0..=27.
const SOUNDED: [u8; 28] =
    [0, 1, 1, 1, 2, 2, 2, 3, 4, 1, 5, 4, 4, 4, 6, 4, 5, 6, 6, 3, 3, 7, 3, 3, 1, 3, 6, 3];

/// The pronounced coda 0..=7 of a Unicode coda.
pub(crate) fn sounded(coda: u32) -> u8 {
    SOUNDED[coda as usize % 28]
}

impl Syllable {
    /// Exactly one Hangul syllable.
    pub(crate) fn of_hangul(letter: char) -> Option<Syllable> {
        let code = (letter as u32).checked_sub(0xac00).filter(|&code| code < 11_172)?;
        Some(Syllable::of_code(code))
    }

    /// The syllable at an offset from U+AC00.
    pub(crate) fn of_code(code: u32) -> Syllable {
        let (onset, vowel, coda) = (code / 588, code % 588 / 28, SOUNDED[(code % 28) as usize]);
        let mask = 1 << onset | 1 << (19 + vowel) | 1 << (40 + u32::from(coda));
        Syllable { regular: mask, loose: mask }
    }

    /// True when the regular spelling allows an onset, a vowel and a coda.
    pub(crate) fn is_regular(self) -> bool {
        [ONSET, VOWEL, CODA].iter().all(|part| self.regular & part != 0)
    }

    /// The union of two sets.
    pub(crate) fn or(self, other: Syllable) -> Syllable {
        Syllable { regular: self.regular | other.regular, loose: self.loose | other.loose }
    }

    /// The difference of two sets: for each of the three parts whether they have a common value,
    /// and whether only by ad hoc spelling.
    pub(crate) fn difference(self, other: Syllable) -> SyllableDifference {
        let mut difference = SyllableDifference::default();
        let regular = self.regular & other.regular;
        let half = self.regular & other.loose | self.loose & other.regular;
        let loose = self.loose & other.loose;
        for part in [ONSET, VOWEL, CODA] {
            if regular & part != 0 {
                continue;
            }
            if half & part != 0 {
                difference.loose += 1;
            } else if loose & part != 0 {
                difference.loose += 2;
            } else {
                difference.apart += 1;
            }
        }
        difference
    }

    /// True when the sets have a common syllable, ad hoc spellings included.
    pub(crate) fn overlaps(self, other: Syllable) -> bool {
        self.difference(other).apart == 0
    }

    /// Adds the southern spelling at the start of a word, where r and n are dropped or changed:
    /// 리/이, 로/노, 녀/여.
    pub(crate) fn with_initial_law(mut self) -> Syllable {
        const R: u64 = 1 << 5;
        const N: u64 = 1 << 2;
        const NONE: u64 = 1 << 11;
        // i and the vowels with y: ㅑ ㅒ ㅕ ㅖ ㅛ ㅠ ㅣ.
        let palatal =
            [2, 3, 6, 7, 12, 17, 20].iter().fold(0_u64, |mask, &vowel| mask | 1 << (19 + vowel));
        let soft = self.regular & palatal != 0;
        let onset = self.regular;
        if onset & R != 0 {
            self.loose |= N | if soft { NONE } else { 0 };
        }
        if onset & N != 0 {
            self.loose |= R | if soft { NONE } else { 0 };
        }
        if onset & NONE != 0 && soft {
            self.loose |= R | N;
        }
        self
    }

    /// Adds the sound changes between two syllables of one word (coda of `self`, onset of the
    /// next).
    pub(crate) fn assimilate(&mut self, next: &mut Syllable) {
        let coda = |bit: u64| 1_u64 << (40 + bit);
        const R: u64 = 1 << 5;
        const N: u64 = 1 << 2;
        const M: u64 = 1 << 6;
        if next.regular & (N | M) != 0 {
            for (nasal, stop) in [(7, 1), (2, 3), (5, 6)] {
                if self.regular & coda(nasal) != 0 {
                    self.loose |= coda(stop);
                }
            }
            if self.regular & (coda(7) | coda(5)) != 0 && next.regular & N != 0 {
                next.loose |= R;
            }
        }
        if self.regular & coda(4) != 0 && next.regular & R != 0 {
            self.loose |= coda(2);
            next.loose |= N;
        }
    }

    /// The Hangul syllables that two sets share, at most `limit`, for an explanation.
    pub(crate) fn shared(self, other: Syllable, limit: usize) -> String {
        let mut both = self.regular & other.regular;
        for part in [ONSET, VOWEL, CODA] {
            if both & part == 0 {
                both |= self.loose & other.loose & part;
            }
        }
        spell(both, limit)
    }

    /// The Hangul syllables of the regular set, at most `limit`.
    pub(crate) fn spell(self, limit: usize) -> String {
        spell(self.regular, limit)
    }
}

/// A collection of single syllables: by onset and vowel, the codas as bits.
pub(crate) struct Syllables([[u8; 21]; 19]);

impl FromIterator<Syllable> for Syllables {
    fn from_iter<I: IntoIterator<Item = Syllable>>(single: I) -> Self {
        let mut held = Syllables([[0; 21]; 19]);
        for (onset, vowel, codas) in single.into_iter().flat_map(|one| parts(one.regular)) {
            held.0[onset][vowel] |= codas;
        }
        held
    }
}

impl Syllables {
    /// True when the collection has a syllable of this set of onsets, vowels and codas.
    pub(crate) fn contains_any(&self, mask: u64) -> bool {
        parts(mask).any(|(onset, vowel, codas)| self.0[onset][vowel] & codas != 0)
    }
}

/// Each combination of onset and vowel of a set, with all its codas.
fn parts(mask: u64) -> impl Iterator<Item = (usize, usize, u8)> {
    let codas = (mask >> 40) as u8;
    bits(mask & ONSET)
        .flat_map(move |onset| bits((mask & VOWEL) >> 19).map(move |vowel| (onset, vowel, codas)))
}

/// The positions of the set bits.
fn bits(mut mask: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let place = mask.trailing_zeros() as usize;
        mask &= mask.checked_sub(1)?;
        Some(place)
    })
}

/// One Unicode coda for each pronounced coda.
const WRITTEN: [u32; 8] = [0, 1, 4, 7, 8, 16, 17, 21];

fn spell(mask: u64, limit: usize) -> String {
    let mut text = String::new();
    for onset in (0..19).filter(|onset| mask & 1 << onset != 0) {
        for vowel in (0..21).filter(|vowel| mask & 1 << (19 + vowel) != 0) {
            for coda in (0..8).filter(|coda| mask & 1 << (40 + coda) != 0) {
                if text.chars().count() < limit {
                    text.extend(char::from_u32(
                        0xac00 + onset * 588 + vowel * 28 + WRITTEN[coda as usize],
                    ));
                }
            }
        }
    }
    text
}

/// The difference of two sets of syllables.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub(crate) struct SyllableDifference {
    /// Parts without a common value.
    pub(crate) apart: u8,
    /// Steps away from the regular spelling.
    pub(crate) loose: u8,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_collection_overlaps_a_set_exactly_when_one_of_its_syllables_does(
            codes in prop::collection::vec(0_u32..11_172, 0..40),
            others in prop::collection::vec(0_u32..11_172, 1..4),
        ) {
            let set = others.into_iter().map(Syllable::of_code).reduce(Syllable::or).unwrap_or_default();
            let single = || codes.iter().map(|&code| Syllable::of_code(code));
            let met = single().any(|one| one.overlaps(set));
            prop_assert_eq!(single().collect::<Syllables>().contains_any(set.regular | set.loose), met);
        }
    }
}
