//! East Asian names: sequences of syllables, where one different syllable is another person.

pub(crate) mod compare;
pub(crate) mod read;
pub(crate) mod reading;
mod vietnamese;
