//! The phoneme lattice: words of any alphabet or abjad as sequences of phonetic units, and their
//! weighted edit distance.
//!
//! A unit is a set of sounds that a letter (or letter group) may stand for, each with a cost. C is
//! K or S; KH is H, K or X. Two spellings of one word therefore become similar sequences without
//! choosing a transliteration standard. `token` turns letters into units, `table` holds the costs
//! between units, `align` computes the distance.

pub(crate) mod align;
pub(crate) mod table;
pub(crate) mod token;
