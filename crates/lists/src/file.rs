//! The files that a list is read from.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::PathBuf;

use flate2::bufread::MultiGzDecoder;

use crate::{Budget, ReadError};

/// One file of a list, on disk or in memory. The name is only shown and never trusted.
#[derive(Debug, Clone)]
pub struct ListFile {
    /// The name to show in problems and errors.
    pub name: String,
    content: Content,
}

#[derive(Debug, Clone)]
enum Content {
    Path(PathBuf),
    Bytes(Vec<u8>),
}

impl ListFile {
    /// A file on disk, named by its last path component.
    pub fn from_path(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        let name = path.file_name().map_or_else(
            || path.display().to_string(),
            |file_name| file_name.to_string_lossy().into_owned(),
        );
        Self { name, content: Content::Path(path) }
    }

    /// A file that is already in memory.
    pub fn from_bytes(name: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        Self { name: name.into(), content: Content::Bytes(bytes.into()) }
    }

    /// Whether it looks like JSON lines. A file that cannot be read is left to its reader's error.
    pub fn begins_with_brace(&self) -> bool {
        let mut head = Vec::new();
        let budget = Budget::default();
        let Ok(input) = self.open(&budget) else { return false };
        if input.take(64).read_to_end(&mut head).is_err() {
            return false;
        }
        let text = head.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&head);
        text.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{')
    }

    /// Opens it for reading from the start, unpacked if it is a gzip file. It can be opened again.
    pub(crate) fn open(&self, budget: &Budget) -> Result<Box<dyn BufRead + '_>, ReadError> {
        match &self.content {
            Content::Path(path) => {
                let fail = |source| ReadError::Io { file: self.name.clone(), source };
                let file = File::open(path).map_err(fail)?;
                self.check_size(file.metadata().map_err(fail)?.len(), budget)?;
                // Reads at most one byte more than allowed, so that a file that grew beyond the
                // limit is detected.
                let limited = file.take(budget.bytes.saturating_add(1));
                unpacked(BufReader::with_capacity(1 << 17, limited), budget).map_err(fail)
            }
            Content::Bytes(bytes) => {
                self.check_size(bytes.len() as u64, budget)?;
                let fail = |source| ReadError::Io { file: self.name.clone(), source };
                unpacked(bytes.as_slice(), budget).map_err(fail)
            }
        }
    }

    fn check_size(&self, size: u64, budget: &Budget) -> Result<(), ReadError> {
        if size > budget.bytes {
            let file = self.name.clone();
            return Err(ReadError::Budget { file, what: "bytes", limit: budget.bytes });
        }
        Ok(())
    }
}

/// First bytes of every gzip file.
const GZIP: [u8; 2] = [0x1F, 0x8B];

/// The content of a file that may be packed. Its first bytes decide, not its name.
fn unpacked<'a>(
    mut input: impl BufRead + 'a,
    budget: &Budget,
) -> io::Result<Box<dyn BufRead + 'a>> {
    if !input.fill_buf()?.starts_with(&GZIP) {
        return Ok(Box::new(input));
    }
    let bounded = Bounded { inner: MultiGzDecoder::new(input), left: budget.bytes };
    Ok(Box::new(BufReader::with_capacity(1 << 17, bounded)))
}

/// A decompressor within the budget of a file: a small file can unpack to terabytes.
struct Bounded<R> {
    inner: R,
    left: u64,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(out)?;
        match self.left.checked_sub(read as u64) {
            Some(left) => self.left = left,
            None => {
                let text = "it unpacks to more bytes than a list may have";
                return Err(io::Error::new(io::ErrorKind::InvalidData, text));
            }
        }
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        out.write_all(text).unwrap();
        out.finish().unwrap()
    }

    fn content(bytes: Vec<u8>, budget: &Budget) -> io::Result<Vec<u8>> {
        let file = ListFile::from_bytes("list.xml", bytes);
        let mut content = Vec::new();
        file.open(budget).unwrap().read_to_end(&mut content)?;
        Ok(content)
    }

    #[test]
    fn packed_files_are_read_as_their_content_whatever_their_name() {
        let budget = Budget::default();
        for text in [&b"<list/>"[..], b"", b"x"] {
            assert_eq!(content(text.to_vec(), &budget).unwrap(), text);
            assert_eq!(content(gzip(text), &budget).unwrap(), text);
        }
        let parts = [gzip(b"{\"id\""), gzip(b":\"x\"}")].concat();
        assert!(ListFile::from_bytes("x", parts.clone()).begins_with_brace());
        assert_eq!(content(parts, &budget).unwrap(), b"{\"id\":\"x\"}");
    }

    #[test]
    fn a_packed_file_is_bounded_by_its_unpacked_size() {
        let budget = Budget { bytes: 1_000, ..Budget::default() };
        assert_eq!(content(gzip(&[b' '; 1_000]), &budget).unwrap().len(), 1_000);
        let error = content(gzip(&[b' '; 1_001]), &budget).unwrap_err();
        assert!(error.to_string().contains("unpacks to more"), "{error}");
    }

    #[test]
    fn a_packed_file_that_breaks_off_is_an_error() {
        let mut packed = gzip(b"<list>some text that is long enough</list>");
        packed.truncate(packed.len() - 9);
        assert!(content(packed, &Budget::default()).is_err());
    }
}
