//! Files of customers: types of `interdict-files`, re-exported for faces.

pub use interdict_files::{
    BatchError, BatchFiles, BatchOptions, BatchProgress, BatchSummary, Column, ColumnMap,
    Delimiter, InputForm, ReadingCounts, RowFault, TextEncoding, UnscreenedCeiling,
};
