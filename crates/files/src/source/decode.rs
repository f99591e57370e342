//! Text in another encoding, as UTF-8.

use std::io::{self, Read};

use encoding_rs::{Decoder, DecoderResult, Encoding};

/// Bytes that are read at a time.
const BLOCK: usize = 64 << 10;

/// Bytes that are no text in the encoding, inside of an [`io::Error`].
#[derive(Debug, thiserror::Error)]
#[error("bytes on line {line} are no {encoding}")]
pub(super) struct BadBytes {
    pub(super) line: u64,
    pub(super) encoding: &'static str,
}

/// A reader of the UTF-8 of a text in another encoding. Bytes that are invalid in the encoding are an error, because a
/// replacement character in a name would be compared like a letter of it.
pub(super) struct Decoded<R> {
    inner: R,
    decoder: Decoder,
    raw: Vec<u8>,
    raw_at: usize,
    text: Vec<u8>,
    text_at: usize,
    lines: u64,
    ended: bool,
    done: bool,
}

impl<R: Read> Decoded<R> {
    pub(super) fn new(inner: R, encoding: &'static Encoding) -> Self {
        Self {
            inner,
            decoder: encoding.new_decoder_without_bom_handling(),
            raw: Vec::new(),
            raw_at: 0,
            text: Vec::new(),
            text_at: 0,
            lines: 1,
            ended: false,
            done: false,
        }
    }

    fn bad_bytes(&self) -> io::Error {
        let encoding = self.decoder.encoding().name();
        io::Error::new(io::ErrorKind::InvalidData, BadBytes { line: self.lines, encoding })
    }

    /// Decodes until there is text, or nothing left.
    fn fill(&mut self) -> io::Result<()> {
        self.text_at = 0;
        self.text.resize(4 * BLOCK, 0);
        loop {
            if self.raw_at >= self.raw.len() && !self.ended {
                self.raw.clear();
                self.raw_at = 0;
                let read = (&mut self.inner).take(BLOCK as u64).read_to_end(&mut self.raw)?;
                self.ended = read == 0;
            }
            let raw = self.raw.get(self.raw_at..).unwrap_or_default();
            let (result, read, written) =
                self.decoder.decode_to_utf8_without_replacement(raw, &mut self.text, self.ended);
            self.raw_at += read;
            let text = self.text.get(..written).unwrap_or_default();
            self.lines += memchr::memchr_iter(b'\n', text).count() as u64;
            if let Some(place) = control_character(text) {
                let after = text.get(place..).unwrap_or_default();
                self.lines -= memchr::memchr_iter(b'\n', after).count() as u64;
                return Err(self.bad_bytes());
            }
            self.done = self.ended && matches!(result, DecoderResult::InputEmpty);
            if matches!(result, DecoderResult::Malformed(..)) {
                return Err(self.bad_bytes());
            }
            if written > 0 || self.done {
                self.text.truncate(written);
                return Ok(());
            }
        }
    }
}

/// Finds a control character from U+0080 to U+009F. The Encoding Standard of the web decodes bytes that a code page
/// does not define to these characters. They do not occur in text, except U+0085, a line end of mainframes.
fn control_character(text: &[u8]) -> Option<usize> {
    memchr::memchr_iter(0xC2, text).find(|at| {
        text.get(at + 1).is_some_and(|next| (0x80..0xA0).contains(next) && *next != 0x85)
    })
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.text_at >= self.text.len() {
            if self.done {
                return Ok(0);
            }
            self.fill()?;
        }
        let text = self.text.get(self.text_at..).unwrap_or_default();
        let count = text.len().min(out.len());
        let (Some(from), Some(to)) = (text.get(..count), out.get_mut(..count)) else {
            return Ok(0);
        };
        to.copy_from_slice(from);
        self.text_at += count;
        Ok(count)
    }
}
