//! Where one record ends and the next begins.

/// Finds the ends of comma-separated records, by the same rules as the `csv` crate: a quote opens a
/// quoted field only at its start, a doubled quote inside stays inside, and any of `\r`, `\n` ends a
/// record outside of quotes.
#[derive(Debug, Default)]
pub(crate) struct CsvSplitter {
    state: State,
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
    /// Reads on at `at` and returns the place just past the record's end. None when the bytes run
    /// out before that; then the search goes on at the end of these bytes when there are more.
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
                    at += memchr::memchr3(b',', b'\n', b'\r', rest)?;
                    if bytes.get(at) != Some(&b',') {
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

    /// Forgets where it was; the next byte starts a record.
    pub(crate) fn reset(&mut self) {
        self.state = State::RecordStart;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ends(text: &[u8], step: usize) -> Vec<usize> {
        let mut splitter = CsvSplitter::default();
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

    proptest! {
        #[test]
        fn records_are_those_of_the_csv_crate(text in "[ab,\"\r\n]{0,60}", step in 1usize..9) {
            let text = format!("{text}\n");
            let expected: Vec<u64> = csv::ReaderBuilder::new()
                .has_headers(false)
                .flexible(true)
                .from_reader(text.as_bytes())
                .byte_records()
                .map(|record| record.unwrap().position().unwrap().record())
                .collect();
            let mut splitter = CsvSplitter::default();
            let found = ends(text.as_bytes(), step);
            let mut at = 0;
            while let Some(end) = splitter.record_end(text.as_bytes(), at) {
                at = end;
            }
            let open = usize::from(splitter.is_open());
            prop_assert_eq!(found.len() + open, expected.len());
        }
    }
}
