//! Inspects the heads of requests as they were sent. A request with both Content-Length and Transfer-Encoding can be
//! split differently by two servers in a row (request smuggling). The HTTP library accepts it as RFC 9112 allows, and
//! drops the length; refusing it requires the raw bytes.
//!
//! It does not parse chunks: after the first chunked body it stops, and leaves the rest of the connection to the
//! library, which closes a connection after such a request.

/// Bytes of a line that are kept: enough for a name and a length.
const LINE: usize = 64;

/// The state of the parser on a connection.
#[derive(Debug)]
enum Part {
    /// In a head, possibly after its first line.
    Head { has_line: bool },
    /// In a body, with this many bytes left.
    Body(u64),
    /// In data that is not inspected.
    Rest,
}

/// Inspects the bytes of one connection.
#[derive(Debug)]
pub(crate) struct HeadWatch {
    part: Part,
    line: Vec<u8>,
    length: Option<u64>,
    has_encoding: bool,
    is_ambiguous: bool,
}

impl Default for HeadWatch {
    fn default() -> Self {
        Self {
            part: Part::Head { has_line: false },
            line: Vec::new(),
            length: None,
            has_encoding: false,
            is_ambiguous: false,
        }
    }
}

impl HeadWatch {
    /// Whether a head had both Content-Length and Transfer-Encoding.
    pub(crate) fn is_ambiguous(&self) -> bool {
        self.is_ambiguous
    }

    /// Consumes the next bytes.
    pub(crate) fn read(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            match self.part {
                Part::Rest => return,
                Part::Body(left) => {
                    let here = u64::try_from(bytes.len()).unwrap_or(u64::MAX).min(left);
                    bytes = bytes.get(usize::try_from(here).unwrap_or(0)..).unwrap_or_default();
                    self.part = match left - here {
                        0 => Part::Head { has_line: false },
                        left => Part::Body(left),
                    };
                }
                Part::Head { has_line } => {
                    let end = bytes.iter().position(|byte| *byte == b'\n');
                    let (line, rest) = bytes.split_at(end.unwrap_or(bytes.len()));
                    let room = LINE.saturating_sub(self.line.len());
                    self.line.extend(line.iter().take(room));
                    bytes = rest.get(1..).unwrap_or_default();
                    if end.is_some() {
                        self.end_line(has_line);
                    }
                }
            }
        }
    }

    fn end_line(&mut self, has_line: bool) {
        let line = std::mem::take(&mut self.line);
        let line = line.trim_ascii();
        if !line.is_empty() {
            self.part = Part::Head { has_line: true };
            self.look_at(line);
        } else if has_line {
            // Empty lines before a request line do not end the head.
            self.end_head();
        }
    }

    fn look_at(&mut self, line: &[u8]) {
        let Some(colon) = line.iter().position(|byte| *byte == b':') else { return };
        let (name, value) = line.split_at(colon);
        if name.eq_ignore_ascii_case(b"transfer-encoding") {
            self.has_encoding = true;
        } else if name.eq_ignore_ascii_case(b"content-length") {
            let value = value.get(1..).unwrap_or_default().trim_ascii();
            // A length that is no number is refused by the library.
            let value = std::str::from_utf8(value).ok().and_then(|text| text.parse().ok());
            self.length = Some(value.unwrap_or(0));
        }
    }

    fn end_head(&mut self) {
        let (length, has_encoding) = (self.length.take(), self.has_encoding);
        self.is_ambiguous |= length.is_some() && has_encoding;
        self.part = match length {
            _ if has_encoding => Part::Rest,
            Some(length) if length > 0 => Part::Body(length),
            _ => Part::Head { has_line: false },
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_ambiguous(bytes: &[u8]) -> bool {
        let mut whole = HeadWatch::default();
        whole.read(bytes);
        // However the bytes are split.
        let mut cut = HeadWatch::default();
        bytes.chunks(3).for_each(|part| cut.read(part));
        assert_eq!(whole.is_ambiguous(), cut.is_ambiguous());
        whole.is_ambiguous()
    }

    const BOTH: &str = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n";

    #[test]
    fn a_head_with_a_length_and_an_encoding_is_found_in_either_order() {
        let other = "POST / HTTP/1.1\r\ncontent-length: 3\r\nTRANSFER-ENCODING: chunked\r\n\r\n";
        let bare = "\r\n\r\nPOST / HTTP/1.1\nContent-Length:3\nTransfer-Encoding:chunked\n\n";
        for head in [BOTH, other, bare] {
            assert!(is_ambiguous(head.as_bytes()), "{head}");
        }
    }

    #[test]
    fn a_later_request_of_the_connection_is_looked_at_and_a_body_is_not() {
        let first = format!("POST / HTTP/1.1\r\nContent-Length: {}\r\n\r\n{BOTH}", BOTH.len());
        assert!(!is_ambiguous(first.as_bytes()));
        assert!(is_ambiguous(format!("{first}GET / HTTP/1.1\r\nHost: x\r\n\r\n{BOTH}").as_bytes()));
        let long =
            format!("GET / HTTP/1.1\r\nCookie: {}transfer-encoding: x\r\n\r\n", "x".repeat(99));
        assert!(!is_ambiguous(long.as_bytes()));
    }
}
