//! The columns of a file without a header: the keys of all its objects.
//!
//! A key that first stands in the last row is a column like any other. If only the first rows were
//! looked at, what it holds would not be screened.

use std::collections::HashSet;
use std::path::Path;

use rayon::prelude::*;

use crate::error::BatchError;
use crate::read::Chunk;
use crate::row::{Cells, Parser};

/// The most keys of one file: a file whose keys are data has another for each row.
const MAX_KEYS: usize = 10_000;
/// Rows that one worker looks at a time.
const SHARE: usize = 512;

/// The keys so far, in the order in which they appear.
#[derive(Debug, Default)]
pub(crate) struct Keys {
    names: Vec<String>,
    seen: HashSet<String>,
}

impl Keys {
    /// Adds those of a chunk.
    ///
    /// # Errors
    /// When there are too many.
    pub(crate) fn add_chunk(&mut self, chunk: &Chunk, path: &Path) -> Result<(), BatchError> {
        let starts: Vec<usize> = (0..chunk.len()).step_by(SHARE).collect();
        let shares: Vec<Keys> = starts
            .into_par_iter()
            .map_init(Parser::default, |parser, start| {
                let mut keys = Keys::default();
                for number in start..(start + SHARE).min(chunk.len()) {
                    let row = chunk.row(number, parser);
                    if let Cells::Object { object, .. } = row.cells
                        && row.fault.is_none()
                    {
                        object.keys().for_each(|key| keys.add(key));
                    }
                }
                keys
            })
            .collect();
        shares.iter().flat_map(|share| &share.names).for_each(|key| self.add(key));
        if self.names.len() > MAX_KEYS {
            return Err(BatchError::TooManyKeys { path: path.to_owned(), most: MAX_KEYS });
        }
        Ok(())
    }

    fn add(&mut self, key: &str) {
        if !self.seen.contains(key) {
            self.seen.insert(key.to_owned());
            self.names.push(key.to_owned());
        }
    }

    pub(crate) fn into_names(self) -> Vec<String> {
        self.names
    }
}
