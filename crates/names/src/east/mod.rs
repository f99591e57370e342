//! East Asian names: sequences of syllables, where one different syllable is another person.

pub(crate) mod compare;
mod read;
mod vietnamese;

pub(crate) use read::read;

/// Readings kept of one name.
pub(crate) const MAX_READINGS: usize = 8;

/// Whose syllables they are.
#[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord)]
#[repr(u8)]
pub(crate) enum Language {
    /// Sets of onset, vowel, coda: regular and ad hoc.
    Korean,
    /// Up to four pinyin numbers; and the same with weaker spellings.
    Mandarin,
    /// Sets of initials; sets of finals.
    Cantonese,
    /// Characters folded to one form.
    Han,
    /// Hashes of syllables.
    Vietnamese,
    /// Hashes of family and given name.
    Japanese,
}

/// How sure it is that the name is of this language.
#[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord)]
#[repr(u8)]
pub(crate) enum Confidence {
    /// It can be read so.
    Possible,
    /// It reads like such a name.
    Likely,
    /// The script says so.
    Certain,
}

/// One way to read a whole name, family name first.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Reading {
    pub(crate) language: Language,
    pub(crate) confidence: Confidence,
    /// Syllables of the family name.
    pub(crate) family: u8,
    /// Syllables in all.
    pub(crate) count: u8,
    /// A further (Western) given name: its token plus one.
    pub(crate) extra: u8,
    /// Two words a syllable; what they mean depends on the language.
    pub(crate) syllables: [(u64, u64); Reading::MAX],
}

impl Reading {
    /// Syllables of one name.
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

    pub(crate) fn push(&mut self, first: u64, second: u64) {
        if usize::from(self.count) < Reading::MAX {
            self.syllables[usize::from(self.count)] = (first, second);
            self.count += 1;
        }
    }

    pub(crate) fn all(&self) -> &[(u64, u64)] {
        &self.syllables[..usize::from(self.count)]
    }
}
