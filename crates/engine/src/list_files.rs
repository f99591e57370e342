//! Files of lists: types of `interdict-lists`, re-exported for faces.

pub use interdict_lists::{ColumnMap, Counts, Problem};
