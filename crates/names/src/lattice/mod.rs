//! The phoneme lattice: letters of any alphabet or abjad as sets of sounds, and the distance of two such sequences.

pub(crate) mod align;
pub(crate) mod table;
pub(crate) mod token;
