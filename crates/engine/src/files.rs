//! Files of customers: what faces use of `interdict-files`.

pub use interdict_files::{
    BatchError, BatchFiles, BatchOptions, BatchProgress, BatchSummary, Column, ColumnMap,
    Delimiter, InputForm, ReadingCounts, RowFault, TextEncoding, UnscreenedCeiling,
};
