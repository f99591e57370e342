//! Korean names: every romanisation, Cyrillic, Hangul and Hanja as sequences of syllable sets.

pub(crate) mod reading;
pub(crate) mod spelling;
pub(crate) mod syllable;
