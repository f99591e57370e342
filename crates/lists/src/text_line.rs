//! Lines of comma-separated files: decoding, splitting, and never more than one line in memory.

use std::io::{BufRead, Read};

use crate::encoding::decode_windows_1252;
use crate::{Budget, ReadError};

/// One line, decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TextLine {
    /// Its number, counted from 1.
    pub(crate) number: u64,
    /// Its text without the line ending.
    pub(crate) text: String,
    /// Whether a line ending follows. Only a last line lacks one.
    pub(crate) ended: bool,
    /// How the bytes were decoded.
    pub(crate) decoding: Decoding,
}

/// How the bytes of a line became text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Decoding {
    /// It was UTF-8.
    Clean,
    /// It was not UTF-8 and was read as Windows-1252.
    Windows1252,
    /// Some bytes are invalid in every possible encoding; they are read as U+FFFD.
    Replaced,
}

/// Reads a file line by line.
pub(crate) struct TextLines<'input> {
    input: Box<dyn BufRead + 'input>,
    file: &'input str,
    longest: usize,
    number: u64,
    seen_utf8: bool,
    end_mark: bool,
}

impl<'input> TextLines<'input> {
    pub(crate) fn new(
        input: Box<dyn BufRead + 'input>,
        file: &'input str,
        budget: &Budget,
    ) -> Self {
        Self {
            input,
            file,
            longest: budget.value_bytes,
            number: 0,
            seen_utf8: false,
            end_mark: false,
        }
    }

    /// Whether the text read so far ends with the control character with which old systems end files.
    pub(crate) fn has_end_mark(&self) -> bool {
        self.end_mark
    }

    /// The next line, `None` at the end. Blank lines and the control character that old systems end
    /// files with are passed over.
    pub(crate) fn next_line(&mut self) -> Result<Option<TextLine>, ReadError> {
        loop {
            let mut bytes = Vec::new();
            let limit = self.longest as u64 + 2;
            self.input
                .by_ref()
                .take(limit)
                .read_until(b'\n', &mut bytes)
                .map_err(|source| ReadError::Io { file: self.file.to_owned(), source })?;
            if bytes.is_empty() {
                return Ok(None);
            }
            self.number += 1;
            let ended = bytes.last() == Some(&b'\n');
            if !ended && bytes.len() as u64 == limit {
                let (file, limit) = (self.file.to_owned(), self.longest as u64);
                return Err(ReadError::Budget { file, what: "bytes in one line", limit });
            }
            self.end_mark = bytes.last() == Some(&0x1A);
            while matches!(bytes.last(), Some(b'\n' | b'\r' | 0x1A)) {
                bytes.pop();
            }
            if self.number == 1 && bytes.starts_with(b"\xEF\xBB\xBF") {
                bytes.drain(..3);
            }
            if bytes.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            let (text, decoding) = self.decode(bytes);
            return Ok(Some(TextLine { number: self.number, text, ended, decoding }));
        }
    }

    /// Tries UTF-8 first. Once a line has shown that the file is UTF-8, invalid bytes are errors; before that, the file
    /// may be an older one in Windows-1252.
    fn decode(&mut self, bytes: Vec<u8>) -> (String, Decoding) {
        let bytes = match String::from_utf8(bytes) {
            Ok(text) => {
                self.seen_utf8 |= !text.is_ascii();
                return (text, Decoding::Clean);
            }
            Err(error) => error.into_bytes(),
        };
        let lossy = String::from_utf8_lossy(&bytes);
        let has_utf8 = lossy.chars().any(|letter| !letter.is_ascii() && letter != '\u{FFFD}');
        if self.seen_utf8 || has_utf8 {
            return (lossy.into_owned(), Decoding::Replaced);
        }
        let letters = decode_windows_1252(&bytes);
        let text: String = letters.map(|letter| letter.unwrap_or('\u{FFFD}')).collect();
        let decoding =
            if text.contains('\u{FFFD}') { Decoding::Replaced } else { Decoding::Windows1252 };
        (text, decoding)
    }
}

/// Splits a line at its commas, outside quotes; a doubled quote is a quote. `None` when a quote is
/// never closed. Records of these files never span lines.
pub(crate) fn split(line: &str) -> Option<Vec<String>> {
    let mut fields = Vec::new();
    let mut field = String::new();
    let mut quoted = false;
    let mut letters = line.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => {
                letters.next();
                field.push('"');
            }
            '"' if quoted => quoted = false,
            '"' if field.trim().is_empty() => {
                field.clear();
                quoted = true;
            }
            ',' if !quoted => fields.push(std::mem::take(&mut field)),
            _ => field.push(letter),
        }
    }
    fields.push(field);
    (!quoted).then_some(fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(bytes: &[u8]) -> Vec<(u64, String, bool, Decoding)> {
        let mut lines = TextLines::new(Box::new(bytes), "x.csv", &Budget::default());
        let mut found = Vec::new();
        while let Some(line) = lines.next_line().unwrap() {
            found.push((line.number, line.text, line.ended, line.decoding));
        }
        found
    }

    #[test]
    fn lines_are_decoded_one_by_one_and_the_end_mark_is_passed_over() {
        let found = lines(b"\xEF\xBB\xBFa\r\n\r\nP\xC9REZ\r\nend\x1a");
        assert_eq!(
            found,
            [
                (1, "a".to_owned(), true, Decoding::Clean),
                (3, "PÉREZ".to_owned(), true, Decoding::Windows1252),
                (4, "end".to_owned(), false, Decoding::Clean),
            ]
        );
    }

    #[test]
    fn the_end_mark_is_seen_at_the_end_only() {
        for (bytes, expected) in [
            (&b"a\r\n\x1a"[..], true),
            (b"a\x1a", true),
            (b"a\x1a\r\nb\r\n", false),
            (b"a\r\n", false),
        ] {
            let mut lines = TextLines::new(Box::new(bytes), "x.csv", &Budget::default());
            while lines.next_line().unwrap().is_some() {}
            assert_eq!(lines.has_end_mark(), expected, "{bytes:?}");
        }
    }

    #[test]
    fn a_bad_byte_in_a_utf8_file_is_replaced() {
        let found = lines("É\n".as_bytes());
        assert_eq!(found[0].3, Decoding::Clean);
        let found = lines(b"\xC3\x89\nP\xC9REZ\n");
        assert_eq!(found[1].1, "P\u{FFFD}REZ");
        assert_eq!(found[1].3, Decoding::Replaced);
    }

    #[test]
    fn a_line_past_the_budget_is_an_error_and_not_a_cut() {
        let budget = Budget { value_bytes: 10, ..Budget::default() };
        let mut short =
            TextLines::new(Box::new(&b"0123456789\r\n0123456789a\r\n"[..]), "x", &budget);
        assert!(short.next_line().unwrap().is_some());
        assert!(matches!(short.next_line(), Err(ReadError::Budget { limit: 10, .. })));
    }

    #[test]
    fn fields_keep_commas_inside_quotes() {
        assert_eq!(
            split("1,\"KIM, Sang \"\"M\"\"\",-0- ").unwrap(),
            ["1", "KIM, Sang \"M\"", "-0- "]
        );
        assert_eq!(split("1,\"cut"), None);
    }
}
