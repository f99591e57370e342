//! Notes on the text of a name, found while it was analysed.

use serde::{Deserialize, Serialize};

/// A remark on the text of a name. It is not an error.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, PartialOrd, Ord)]
#[serde(rename_all = "snake_case")]
pub enum Note {
    /// Letters of another alphabet that look alike were found inside a word and replaced.
    Homoglyphs,
    /// The text had been decoded with a wrong code page and was repaired.
    Mojibake,
    /// Invisible characters (zero-width, direction marks) were removed.
    Invisible,
    /// Digits inside a word were read as the letters they resemble.
    DigitsAsLetters,
    /// Only the beginning of the text was considered.
    Truncated,
    /// Some letters have no known reading.
    UnknownLetters,
    /// Replacement characters stand where the source was not well-formed.
    Damaged,
}

impl Note {
    const ALL: [Note; 7] = [
        Note::Homoglyphs,
        Note::Mojibake,
        Note::Invisible,
        Note::DigitsAsLetters,
        Note::Truncated,
        Note::UnknownLetters,
        Note::Damaged,
    ];

    /// A sentence for a reader.
    pub fn text(self) -> &'static str {
        match self {
            Note::Homoglyphs => "letters of another alphabet that look alike were replaced",
            Note::Mojibake => "the text had been decoded with a wrong code page and was repaired",
            Note::Invisible => "invisible characters were removed",
            Note::DigitsAsLetters => "digits inside a word were read as the letters they resemble",
            Note::Truncated => "only the beginning of the text was considered",
            Note::UnknownLetters => "some letters have no known reading",
            Note::Damaged => "the source text is damaged (replacement characters)",
        }
    }
}

/// A set of notes in one byte.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Notes(u8);

impl Notes {
    pub(crate) fn add(&mut self, note: Note) {
        self.0 |= 1 << note as u8;
    }

    pub(crate) fn iter(self) -> impl Iterator<Item = Note> {
        Note::ALL.into_iter().filter(move |&note| self.0 & 1 << note as u8 != 0)
    }
}
