//! The boundaries of comma-separated records, for any delimiter.

use crate::form::Delimiter;

/// Finds the ends of comma-separated records, by the same rules as the `csv` crate: a quote opens a
/// quoted field only at its start, a doubled quote inside stays inside, and any of `\r`, `\n` ends a
/// record outside of quotes.
#[derive(Debug)]
pub(crate) struct CsvSplitter {
    state: State,
    delimiter: u8,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum State {
    #[default]
    RecordStart,
    FieldStart,
    Bare,
    Quoted,
    QuoteSeen,
}

impl CsvSplitter {
    /// A splitter for records with that delimiter.
    pub(crate) fn new(delimiter: Delimiter) -> Self {
        Self { state: State::default(), delimiter: delimiter.byte() }
    }

    /// Continues at `at` and returns the position just past the record's end. None when the bytes end
    /// before that; the next call then continues at the end of these bytes, when there are more.
    pub(crate) fn record_end(&mut self, bytes: &[u8], mut at: usize) -> Option<usize> {
        loop {
            let rest = bytes.get(at..)?;
            let first = *rest.first()?;
            match self.state {
                State::RecordStart if matches!(first, b'\r' | b'\n') => at += 1,
                State::RecordStart => self.state = State::FieldStart,
                State::FieldStart if first == b'"' => {
                    self.state = State::Quoted;
                    at += 1;
                }
                State::FieldStart => self.state = State::Bare,
                State::Bare => {
                    at += memchr::memchr3(self.delimiter, b'\n', b'\r', rest)?;
                    if bytes.get(at) != Some(&self.delimiter) {
                        self.state = State::RecordStart;
                        return Some(at + 1);
                    }
                    self.state = State::FieldStart;
                    at += 1;
                }
                State::Quoted => {
                    at += memchr::memchr(b'"', rest)? + 1;
                    self.state = State::QuoteSeen;
                }
                State::QuoteSeen if first == b'"' => {
                    self.state = State::Quoted;
                    at += 1;
                }
                State::QuoteSeen => self.state = State::Bare,
            }
        }
    }

    /// Whether a quote is open.
    pub(crate) fn is_open(&self) -> bool {
        self.state == State::Quoted
    }

    /// Resets the state: the next byte starts a record.
    pub(crate) fn reset(&mut self) {
        self.state = State::RecordStart;
    }
}

/// Number of additional delimiters from which a record is certain to contain further records.
const CERTAIN: usize = 4;

/// Whether a record that spans lines probably contains further records, because a literal quote was read as an opening
/// one: `1,Roe,"5 inch⏎2,Doe,6" pipe`. The signs are text after the closing quote, a delimiter before it, or the same
/// number of fields in every line as in the header.
pub(crate) fn holds_records(record: &[u8], delimiter: Delimiter, fields: usize) -> bool {
    let of = delimiter.byte();
    let lines =
        || record.split(|byte| matches!(byte, b'\r' | b'\n')).filter(|line| !line.is_empty());
    let spanned = lines().count();
    if spanned < 2 {
        return false;
    }
    let wanted = fields.saturating_sub(1);
    let is_row = |line: &[u8]| memchr::memchr_iter(of, line).count() == wanted;
    let is_numbered = |line: &[u8]| {
        let first = line.split(|byte| *byte == of).next().unwrap_or_default();
        !first.is_empty() && first.iter().all(u8::is_ascii_digit)
    };
    let is_certain = || wanted * (spanned - 1) >= CERTAIN || wanted > 0 && lines().all(is_numbered);
    lines().all(is_row) && is_certain() || misplaced_quote(record, of)
}

/// Whether a quote that closes a field of several lines has text after it or a delimiter before it.
fn misplaced_quote(record: &[u8], delimiter: u8) -> bool {
    let (mut state, mut spans_lines) = (State::FieldStart, false);
    let mut before = None;
    for byte in record {
        state = match (state, *byte) {
            (State::FieldStart, b'"') => {
                spans_lines = false;
                State::Quoted
            }
            (State::FieldStart | State::Bare | State::RecordStart, byte) if byte == delimiter => {
                State::FieldStart
            }
            (State::FieldStart | State::Bare | State::RecordStart, _) => State::Bare,
            (State::Quoted, b'"') => State::QuoteSeen,
            (State::Quoted, byte) => {
                spans_lines |= matches!(byte, b'\r' | b'\n');
                before = Some(byte);
                State::Quoted
            }
            (State::QuoteSeen, b'"') => {
                before = Some(b'"');
                State::Quoted
            }
            (State::QuoteSeen, byte) => {
                let ends = byte == delimiter || matches!(byte, b'\r' | b'\n');
                if spans_lines && (!ends || before == Some(delimiter)) {
                    return true;
                }
                if ends { State::FieldStart } else { State::Bare }
            }
        };
    }
    spans_lines && state == State::QuoteSeen && before == Some(delimiter)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ends(text: &[u8], step: usize) -> Vec<usize> {
        let mut splitter = CsvSplitter::new(Delimiter::COMMA);
        let (mut ends, mut at, mut have) = (Vec::new(), 0, 0);
        loop {
            match splitter.record_end(&text[..have], at) {
                Some(end) => {
                    ends.push(end);
                    at = end;
                }
                None if have == text.len() => return ends,
                None => {
                    at = have;
                    have = (have + step).min(text.len());
                }
            }
        }
    }

    #[test]
    fn quoted_line_ends_do_not_end_a_record() {
        assert_eq!(ends(b"a,\"b\nc\"\"\nd\"\ne\r\n", 100), [12, 14]);
        assert_eq!(ends(b"5\" pipe,x\ny\n", 1), [10, 12]);
    }

    #[test]
    fn a_record_that_swallows_others_is_noticed() {
        for text in [
            "1,Roe,\"5 inch\n2,Doe,x\n3,Poe,6\" pipe",
            "1,Roe,\"5 inch\n2,Doe,\"x\"",
            "1,\"5 inch\n2,\",Doe",
            "1,\"5 inch\r\n2,\"\r\n",
            "1,\"5 inch\r2,\"",
            "1,Roe,\"5 inch\n2,Doe,x\n3,Poe,6\"",
            "1,Roe,\"5 inch\n2,Doe,6\"",
            "1,Roe,a,b,\"5 inch\n2,Doe,a,b,6\"",
        ] {
            let fields = text.split(['\r', '\n']).next().unwrap().split(',').count();
            assert!(holds_records(text.as_bytes(), Delimiter::COMMA, fields), "{text}");
        }
        for (text, fields) in [
            ("1,Roe,\"1 High Street\nLondon\"", 3),
            ("1,\"1 High Street, Flat 2\nLondon, England\"", 2),
            ("1,\"Roe\"\"s\nHouse\",\"x\"", 3),
            ("\"Roe\n\",\"2\nb\",c\r\n", 3),
            ("\"Jane\nRoe\"", 1),
            ("1,\"a\" b,c", 3),
            ("1,\"a,\",c\n", 3),
        ] {
            assert!(!holds_records(text.as_bytes(), Delimiter::COMMA, fields), "{text}");
        }
    }

    /// The fields of every record, each record parsed on its own.
    fn fields_by_splitter(text: &[u8], step: usize) -> Vec<Vec<Vec<u8>>> {
        let mut starts_and_ends = ends(text, step);
        // A quote that is not closed leaves a last record without an end.
        if starts_and_ends.last() != Some(&text.len()) {
            starts_and_ends.push(text.len());
        }
        let mut start = 0;
        let mut records = Vec::new();
        for end in starts_and_ends {
            records.extend(fields_by_csv_crate(&text[start..end]));
            start = end;
        }
        records
    }

    fn fields_by_csv_crate(text: &[u8]) -> Vec<Vec<Vec<u8>>> {
        csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .from_reader(text)
            .byte_records()
            .map(|record| record.unwrap().iter().map(<[u8]>::to_vec).collect())
            .collect()
    }

    proptest! {
        #[test]
        fn records_have_the_fields_that_the_csv_crate_finds(
            text in "[ab,\"\r\n]{0,60}", step in 1usize..9
        ) {
            let text = format!("{text}\n");
            let expected = fields_by_csv_crate(text.as_bytes());
            prop_assert_eq!(fields_by_splitter(text.as_bytes(), step), expected);
        }
    }
}
