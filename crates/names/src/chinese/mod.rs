//! Chinese names: pinyin, Wade-Giles, Palladius and characters as sequences of pinyin sets; Hong
//! Kong spellings as Cantonese initials and finals.

pub(crate) mod reading;
pub(crate) mod spelling;
