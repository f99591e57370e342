//! The script of a letter, in the classes that matching distinguishes.

/// Scripts and character classes with rules of their own.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub(crate) enum Script {
    Latin,
    Cyrillic,
    Greek,
    Armenian,
    Georgian,
    Arabic,
    Hebrew,
    Indic,
    Thai,
    Hangul,
    Han,
    Kana,
    Digit,
    Other,
}

impl Script {
    /// The script of a letter.
    pub(crate) fn of(letter: char) -> Script {
        match letter as u32 {
            0x30..=0x39 | 0x660..=0x669 | 0x6f0..=0x6f9 | 0x966..=0x96f => Script::Digit,
            0x41..=0x24f | 0x1e00..=0x1eff | 0x250..=0x2af => Script::Latin,
            0x370..=0x3ff | 0x1f00..=0x1fff => Script::Greek,
            0x400..=0x52f | 0x1c80..=0x1c8f => Script::Cyrillic,
            0x530..=0x58f => Script::Armenian,
            0x590..=0x5ff => Script::Hebrew,
            0x600..=0x6ff | 0x750..=0x77f | 0x8a0..=0x8ff | 0xfb50..=0xfdff | 0xfe70..=0xfeff => {
                Script::Arabic
            }
            0x900..=0xd7f => Script::Indic,
            0xe00..=0xeff => Script::Thai,
            0x10a0..=0x10ff | 0x1c90..=0x1cbf | 0x2d00..=0x2d2f => Script::Georgian,
            0x1100..=0x11ff | 0x3130..=0x318f | 0xac00..=0xd7af => Script::Hangul,
            0x3041..=0x30ff | 0x31f0..=0x31ff => Script::Kana,
            0x3005..=0x3007
            | 0x3400..=0x4dbf
            | 0x4e00..=0x9fff
            | 0xf900..=0xfaff
            | 0x20000..=0x323af => Script::Han,
            _ => Script::Other,
        }
    }

    /// True for scripts that leave out vowels: a vowel on the other side then needs no counterpart.
    /// Indic and Thai letters carry an inherent vowel, which is unwritten too.
    pub(crate) fn is_abjad(self) -> bool {
        matches!(self, Script::Arabic | Script::Hebrew | Script::Indic | Script::Thai)
    }

    /// True for scripts that the phoneme lattice reads letter by letter.
    pub(crate) fn is_alphabetic(self) -> bool {
        !matches!(self, Script::Hangul | Script::Han | Script::Kana | Script::Digit | Script::Other)
    }
}
