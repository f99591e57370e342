//! Bytes in, UTF-8 out: decodes, counts lines and holds the budgets while a parser reads.

use std::io::{self, BufRead, Read};

use interdict_model::{Loss, Problem, ProblemCode};

use crate::encoding::decode_windows_1252;
use crate::{Budget, ReadError};

/// A stretch of bytes that is no text in the file's encoding. It reads as U+FFFD.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct InvalidBytes {
    /// The line, counted from 1.
    pub(crate) line: u64,
    /// The position in the file, counted from 0.
    pub(crate) position: u64,
    /// The bytes, in hexadecimal.
    pub(crate) hex: String,
}

impl InvalidBytes {
    /// The problem to report; file and record are for the caller to fill in.
    pub(crate) fn into_problem(self) -> Problem {
        let what = format!("bytes at position {} are no text; read as U+FFFD", self.position);
        let problem = Problem::new(ProblemCode::BytesInvalid, Loss::Value, what);
        problem.at_line(self.line).with_text(&self.hex)
    }
}

/// The reason why the source stopped.
#[derive(Debug)]
pub(crate) enum StopReason {
    /// The file system failed.
    Io(io::Error),
    /// A limit was passed.
    Limit(&'static str, u64),
    /// The text is in an encoding that is not read.
    Encoding(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SourceEncoding {
    Utf8,
    Windows1252,
}

/// A reader that decodes a file to UTF-8 and tracks the position in it.
///
/// Invalid bytes are replaced and recorded, and reading continues: one invalid byte must not make a list
/// of a hundred megabytes unusable, and must not go unreported.
pub(crate) struct TextSource<'input> {
    inner: &'input mut dyn BufRead,
    encoding: SourceEncoding,
    undecoded: Vec<u8>,
    fresh: bool,
    ready: Vec<u8>,
    at: usize,
    lines: u64,
    consumed: u64,
    taken: u64,
    mark: u64,
    limits: Budget,
    bad: Vec<InvalidBytes>,
    stop: Option<StopReason>,
}

/// Bytes that are decoded at once.
const CHUNK: usize = 64 << 10;
/// Largest number of invalid stretches that are recorded between two calls of `take_bad`. A file with
/// more is in another encoding, and further reports would add nothing.
const MAX_INVALID: usize = 1_000;

impl<'input> TextSource<'input> {
    /// Reads plain text in UTF-8, or in Windows-1252 when an XML declaration says so (Latin-1 is
    /// read as Windows-1252, as browsers do).
    pub(crate) fn open(
        input: &'input mut dyn BufRead,
        limits: &Budget,
    ) -> Result<Self, StopReason> {
        let mut source = Self {
            inner: input,
            encoding: SourceEncoding::Utf8,
            undecoded: Vec::new(),
            fresh: true,
            ready: Vec::new(),
            at: 0,
            lines: 0,
            consumed: 0,
            taken: 0,
            mark: 0,
            limits: *limits,
            bad: Vec::new(),
            stop: None,
        };
        if let Err(error) = source.take_bytes() {
            return Err(source.stop.unwrap_or(StopReason::Io(error)));
        }
        source.encoding = declared_encoding(&source.undecoded).map_err(StopReason::Encoding)?;
        if source.undecoded.starts_with(b"\xEF\xBB\xBF") {
            source.undecoded.drain(..3);
        }
        Ok(source)
    }

    /// The line that is read next, counted from 1.
    pub(crate) fn line(&self) -> u64 {
        self.lines + 1
    }

    /// How many bytes of decoded text have been read.
    pub(crate) fn position(&self) -> u64 {
        self.consumed
    }

    /// Begins a new value: the limit for single values counts from here.
    pub(crate) fn begin_value(&mut self) {
        self.mark = self.consumed;
    }

    /// Whether the value that began last is longer than a value may be.
    pub(crate) fn value_too_long(&mut self) -> bool {
        let limit = self.limits.value_bytes;
        let long = self.consumed - self.mark > limit as u64;
        if long && self.stop.is_none() {
            self.stop = Some(StopReason::Limit("bytes in one value", limit as u64));
        }
        long
    }

    /// The bad bytes since the last call.
    pub(crate) fn take_bad(&mut self) -> Vec<InvalidBytes> {
        std::mem::take(&mut self.bad)
    }

    /// Whether everything has been read.
    pub(crate) fn is_at_end(&mut self) -> bool {
        self.fill_buf().is_ok_and(<[u8]>::is_empty)
    }

    /// Why reading stopped with an error, when it was not the file system's fault.
    pub(crate) fn take_stop(&mut self) -> Option<StopReason> {
        self.stop.take()
    }

    fn give_up(&mut self, why: StopReason) -> io::Error {
        self.stop = Some(why);
        io::Error::other("given up")
    }

    /// Appends up to a chunk to the undecoded bytes; true at the end of the file.
    fn take_bytes(&mut self) -> io::Result<bool> {
        self.undecoded.reserve(CHUNK);
        let took = Read::take(&mut self.inner, CHUNK as u64).read_to_end(&mut self.undecoded)?;
        self.taken += took as u64;
        if self.taken > self.limits.bytes {
            let limit = self.limits.bytes;
            return Err(self.give_up(StopReason::Limit("bytes in the file", limit)));
        }
        Ok(took == 0)
    }

    fn refill(&mut self) -> io::Result<()> {
        self.ready.clear();
        self.at = 0;
        loop {
            let at_end = if self.fresh { false } else { self.take_bytes()? };
            self.fresh = false;
            match self.encoding {
                SourceEncoding::Utf8 => self.decode_utf8(at_end),
                SourceEncoding::Windows1252 => self.decode_windows_1252(),
            }
            if at_end || !self.ready.is_empty() {
                return Ok(());
            }
        }
    }

    fn decode_utf8(&mut self, at_end: bool) {
        if std::str::from_utf8(&self.undecoded).is_ok() {
            std::mem::swap(&mut self.ready, &mut self.undecoded);
            return;
        }
        let bytes = std::mem::take(&mut self.undecoded);
        let mut rest = bytes.as_slice();
        while let Err(error) = std::str::from_utf8(rest) {
            let (good, bad) = rest.split_at(error.valid_up_to());
            self.ready.extend_from_slice(good);
            let Some(length) = error.error_len().or(at_end.then_some(bad.len())) else {
                self.undecoded = bad.to_vec();
                return;
            };
            let (bad, next) = bad.split_at(length);
            self.remember_bad(bad, next.len());
            rest = next;
        }
        self.ready.extend_from_slice(rest);
    }

    fn decode_windows_1252(&mut self) {
        let bytes = std::mem::take(&mut self.undecoded);
        for ((index, byte), letter) in bytes.iter().enumerate().zip(decode_windows_1252(&bytes)) {
            match letter {
                Some(letter) => {
                    let mut buffer = [0; 4];
                    self.ready.extend_from_slice(letter.encode_utf8(&mut buffer).as_bytes());
                }
                None => self.remember_bad(&[*byte], bytes.len() - index - 1),
            }
        }
    }

    fn remember_bad(&mut self, bad: &[u8], bytes_after: usize) {
        if self.bad.len() < MAX_INVALID {
            let line = self.line() + newlines(&self.ready);
            let position = self.taken - bytes_after as u64 - bad.len() as u64;
            let hex = bad.iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().join(" ");
            self.bad.push(InvalidBytes { line, position, hex });
        }
        self.ready.extend_from_slice("\u{FFFD}".as_bytes());
    }
}

impl StopReason {
    /// The error for the reader's caller.
    pub(crate) fn into_error(self, file: &str) -> ReadError {
        let file = file.to_owned();
        match self {
            Self::Io(source) => ReadError::Io { file, source },
            Self::Limit(what, limit) => ReadError::Budget { file, what, limit },
            Self::Encoding(name) => {
                let detail = format!("the encoding {name} is not read; convert the file to UTF-8");
                ReadError::Syntax { file, place: "line 1".to_owned(), detail }
            }
        }
    }
}

impl Read for TextSource<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.fill_buf()?.read(buffer)?;
        self.consume(count);
        Ok(count)
    }
}

impl BufRead for TextSource<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.at >= self.ready.len() {
            if self.stop.is_some() || self.value_too_long() {
                return Err(io::Error::other("given up"));
            }
            self.refill()?;
        }
        Ok(self.ready.get(self.at..).unwrap_or_default())
    }

    fn consume(&mut self, count: usize) {
        let end = (self.at + count).min(self.ready.len());
        let used = self.ready.get(self.at..end).unwrap_or_default();
        self.lines += newlines(used);
        self.consumed += used.len() as u64;
        self.at = end;
    }
}

fn newlines(bytes: &[u8]) -> u64 {
    bytes.iter().map(|byte| u64::from(*byte == b'\n')).sum()
}

/// Looks at the first bytes: a byte-order mark, or the encoding of an XML declaration.
fn declared_encoding(start: &[u8]) -> Result<SourceEncoding, String> {
    if start.starts_with(&[0xFF, 0xFE]) || start.starts_with(&[0xFE, 0xFF]) {
        return Err("UTF-16".to_owned());
    }
    if start.starts_with(b"<\0") || start.starts_with(b"\0<") {
        return Err("UTF-16".to_owned());
    }
    let head = String::from_utf8_lossy(start.get(..400).unwrap_or(start)).to_lowercase();
    let Some(declaration) = head.trim_start_matches('\u{feff}').strip_prefix("<?xml") else {
        return Ok(SourceEncoding::Utf8);
    };
    let declaration = declaration.split("?>").next().unwrap_or_default();
    let Some((_, value)) = declaration.split_once("encoding") else {
        return Ok(SourceEncoding::Utf8);
    };
    let value = value.trim_start().trim_start_matches('=').trim_start();
    let name = value.trim_start_matches(['"', '\'']).split(['"', '\'']).next().unwrap_or_default();
    match name {
        "utf-8" | "utf8" | "us-ascii" | "ascii" | "" => Ok(SourceEncoding::Utf8),
        "iso-8859-1" | "latin1" | "latin-1" | "windows-1252" | "cp1252" => {
            Ok(SourceEncoding::Windows1252)
        }
        other => Err(other.chars().take(40).collect()),
    }
}
