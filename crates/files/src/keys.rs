//! The columns of a file without a header: the keys of all its objects.
//!
//! All rows are read, because a key may first occur in the last row and its values must be screened.

use std::collections::HashSet;
use std::path::Path;

use rayon::prelude::*;
use serde_json::{Map, Value};

use crate::error::BatchError;
use crate::nested_values::is_nested;
use crate::read::Chunk;
use crate::row::{Cells, Parser};

/// Largest number of keys of one file. A file that uses data as keys has a different key in each row.
const MAX_KEYS: usize = 10_000;
/// The most keys of nested objects that are kept. Further ones are taken for data.
const MAX_NESTED: usize = 10_000;
/// Rows that one worker looks at a time.
const SHARE: usize = 512;

/// Separator between the keys of a path. Keys of ordinary files do not contain it.
const PARTING: char = '\u{1f}';

/// The keys so far, in the order in which they appear.
#[derive(Debug, Default)]
pub(crate) struct Keys {
    names: Vec<String>,
    seen: HashSet<String>,
    /// The paths of values in nested objects: the column and the keys down to the value.
    nested: Vec<String>,
    seen_nested: HashSet<String>,
}

/// The columns of a file, and the paths in its nested objects.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FileKeys {
    /// The columns.
    pub columns: Vec<String>,
    /// The paths of values in nested objects: column and keys, in the order of the file.
    pub nested: Vec<Vec<String>>,
}

impl Keys {
    /// Adds the keys of a chunk.
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
                        keys.add_nested(object);
                    }
                }
                keys
            })
            .collect();
        shares.iter().flat_map(|share| &share.names).for_each(|key| self.add(key));
        shares.iter().flat_map(|share| &share.nested).for_each(|place| self.add_place(place));
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

    /// Adds the paths of the values in the nested objects of a row.
    fn add_nested(&mut self, row: &Map<String, Value>) {
        let mut rest: Vec<(String, &Value)> = row.iter().map(|(k, v)| (k.clone(), v)).collect();
        rest.retain(|(_, value)| is_nested(value));
        rest.reverse();
        while let Some((place, value)) = rest.pop() {
            match value {
                Value::Array(values) => {
                    rest.extend(values.iter().rev().map(|value| (place.clone(), value)));
                }
                Value::Object(object) => {
                    let inner = object.iter().rev();
                    rest.extend(
                        inner.map(|(key, value)| (format!("{place}{PARTING}{key}"), value)),
                    );
                }
                _ if place.contains(PARTING) => self.add_place(&place),
                _ => {}
            }
        }
    }

    fn add_place(&mut self, place: &str) {
        if self.nested.len() < MAX_NESTED && !self.seen_nested.contains(place) {
            self.seen_nested.insert(place.to_owned());
            self.nested.push(place.to_owned());
        }
    }

    pub(crate) fn into_keys(self) -> FileKeys {
        let parted = |place: &String| place.split(PARTING).map(str::to_owned).collect();
        FileKeys { nested: self.nested.iter().map(parted).collect(), columns: self.names }
    }

    pub(crate) fn into_names(self) -> Vec<String> {
        self.names
    }
}
