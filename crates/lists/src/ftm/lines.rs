//! Reads lines of any length, and keeps a limited part of each.

use std::io::BufRead;

use crate::{Budget, ReadError};

/// One line that is not blank.
pub(super) struct JsonLine {
    /// Its number, counted from 1.
    pub(super) number: u64,
    /// Its text, or the beginning of it when it is too long.
    pub(super) text: String,
    /// Whether it is longer than a value may be.
    pub(super) too_long: bool,
    /// Whether some of its bytes are not UTF-8 and read as U+FFFD.
    pub(super) bad_bytes: bool,
    /// Whether a line ending follows.
    pub(super) ended: bool,
}

/// Reads line by line. A line beyond its limit is skipped to its end, so that only this line is
/// lost and not the rest of the file.
pub(super) struct JsonLines<'input> {
    input: &'input mut dyn BufRead,
    file: &'input str,
    longest: usize,
    largest: u64,
    taken: u64,
    number: u64,
}

impl<'input> JsonLines<'input> {
    pub(super) fn new(input: &'input mut dyn BufRead, file: &'input str, budget: &Budget) -> Self {
        let (longest, largest) = (budget.value_bytes, budget.bytes);
        Self { input, file, longest, largest, taken: 0, number: 0 }
    }

    /// The next line that is not blank.
    pub(super) fn next_line(&mut self) -> Result<Option<JsonLine>, ReadError> {
        loop {
            let mut bytes = Vec::new();
            let (length, ended) = self.read_bytes(&mut bytes)?;
            if length == 0 {
                return Ok(None);
            }
            self.number += 1;
            if self.number == 1 && bytes.starts_with(b"\xEF\xBB\xBF") {
                bytes.drain(..3);
            }
            let too_long = length > self.longest as u64;
            if !too_long && bytes.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            let (text, bad_bytes) = match String::from_utf8(bytes) {
                Ok(text) => (text, false),
                Err(error) => (String::from_utf8_lossy(error.as_bytes()).into_owned(), !too_long),
            };
            let number = self.number;
            return Ok(Some(JsonLine { number, text, too_long, bad_bytes, ended }));
        }
    }

    /// Reads up to and including the next line ending, keeping no more than the limit. Returns the
    /// line's whole length and whether it ended.
    fn read_bytes(&mut self, bytes: &mut Vec<u8>) -> Result<(u64, bool), ReadError> {
        let mut length = 0;
        loop {
            let buffer = match self.input.fill_buf() {
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                other => {
                    let file = || self.file.to_owned();
                    other.map_err(|source| ReadError::Io { file: file(), source })?
                }
            };
            if buffer.is_empty() {
                return Ok((length, false));
            }
            let end = buffer.iter().position(|byte| *byte == b'\n');
            let used = end.map_or(buffer.len(), |end| end + 1);
            let room = self.longest.saturating_sub(bytes.len()).min(used);
            bytes.extend_from_slice(buffer.get(..room).unwrap_or_default());
            self.input.consume(used);
            length += used as u64;
            self.taken += used as u64;
            if self.taken > self.largest {
                let (file, limit) = (self.file.to_owned(), self.largest);
                return Err(ReadError::Budget { file, what: "bytes in the file", limit });
            }
            if end.is_some() {
                return Ok((length, true));
            }
        }
    }
}
