//! One way to read an East Asian name, as syllables.

/// Readings of one name at most.
pub(crate) const MAX_READINGS: usize = 8;

/// The language of a reading. It determines what the two words of a syllable hold.
#[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord)]
#[repr(u8)]
pub(crate) enum Language {
    /// Masks of onset, vowel and coda: by regular spelling, and with ad hoc spellings.
    Korean,
    /// Up to four packed pinyin numbers by regular spelling, and with ad hoc spellings.
    Mandarin,
    /// Mask of Jyutping initials, mask of finals. The family name has pinyin numbers instead.
    Cantonese,
    /// Han characters, folded to one form per character; the second word is unused.
    Han,
    /// Two packed 32-bit hashes of syllables; the second word is unused.
    Vietnamese,
    /// Two packed 32-bit hashes of the family name, then of the given name; the second word is
    /// unused.
    Japanese,
}

/// The confidence that a name is of the language of a reading.
#[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord)]
#[repr(u8)]
pub(crate) enum Confidence {
    /// The spelling allows it.
    Possible,
    /// It has a known surname and regular syllables of the language.
    Likely,
    /// The script implies it.
    Certain,
}

/// One way to read a whole name as syllables, family name first.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Reading {
    pub(crate) language: Language,
    pub(crate) confidence: Confidence,
    /// Number of syllables of the family name.
    pub(crate) family: u8,
    /// Number of syllables.
    pub(crate) count: u8,
    /// Persons: the token number plus one of a further Western given name, 0 when none.
    /// Organisations: the token number of the word that was read.
    pub(crate) extra: u8,
    /// Two words per syllable; see [`Language`].
    pub(crate) syllables: [(u64, u64); Reading::MAX],
}

impl Reading {
    /// Syllables of one name at most.
    pub(crate) const MAX: usize = 5;

    pub(crate) fn new(language: Language, confidence: Confidence, family: u8) -> Self {
        Reading {
            language,
            confidence,
            family,
            count: 0,
            extra: 0,
            syllables: [(0, 0); Reading::MAX],
        }
    }

    /// Appends a syllable if there is room.
    pub(crate) fn push(&mut self, first: u64, second: u64) {
        if usize::from(self.count) < Reading::MAX {
            self.syllables[usize::from(self.count)] = (first, second);
            self.count += 1;
        }
    }

    /// The syllables.
    pub(crate) fn all(&self) -> &[(u64, u64)] {
        &self.syllables[..usize::from(self.count)]
    }
}
