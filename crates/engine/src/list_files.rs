//! Files of lists: what faces use of `interdict-lists`.

pub use interdict_lists::{ColumnMap, Counts, Problem};
