//! The values of one field, by document: for facets, orders, and tests that every document may need.

use std::collections::HashMap;

use interdict_index::IndexError;

use crate::bits::Doc;

const TOO_LARGE: IndexError = IndexError::TooLarge("values of a field");

/// The values of a field. Each distinct value is stored once; documents hold its number, and numbers are
/// in the order of the values.
#[derive(Debug)]
pub(crate) struct Column {
    /// All values one after another: most captions and identifiers occur once, and a string of its own
    /// would take more memory than their letters.
    texts: String,
    /// Where each value ends.
    ends: Vec<u32>,
    /// Where the codes of each document start, and the end.
    starts: Vec<u32>,
    codes: Vec<u32>,
}

impl Column {
    /// The codes of a document, ascending.
    pub(crate) fn codes(&self, doc: Doc) -> &[u32] {
        let at = doc as usize;
        let range = (self.starts.get(at), self.starts.get(at.saturating_add(1)));
        let (Some(start), Some(end)) = range else { return &[] };
        self.codes.get(*start as usize..*end as usize).unwrap_or_default()
    }

    /// The values of a document, ascending.
    pub(crate) fn values(&self, doc: Doc) -> impl Iterator<Item = &str> {
        self.codes(doc).iter().map(|code| self.value(*code))
    }

    /// The value of a code.
    pub(crate) fn value(&self, code: u32) -> &str {
        let at = code as usize;
        let start =
            at.checked_sub(1).and_then(|before| self.ends.get(before)).map_or(0, |end| *end);
        let end = self.ends.get(at).copied().unwrap_or_default();
        self.texts.get(start as usize..end as usize).unwrap_or_default()
    }

    /// Bytes in memory.
    pub(crate) fn byte_len(&self) -> usize {
        let numbers = [&self.ends, &self.starts, &self.codes].map(|list| size_of_val(&**list));
        self.texts.len() + numbers.iter().sum::<usize>()
    }

    /// All values, ascending; the place of each is its code.
    pub(crate) fn all(&self) -> impl ExactSizeIterator<Item = &str> {
        let count = u32::try_from(self.ends.len()).unwrap_or(u32::MAX);
        (0..count).map(|code| self.value(code))
    }
}

/// Collects the values of documents in ascending order.
#[derive(Debug, Default)]
pub(crate) struct ColumnBuilder {
    numbers: HashMap<Box<str>, u32>,
    starts: Vec<u32>,
    codes: Vec<u32>,
}

impl ColumnBuilder {
    /// Adds the next document with its values, perhaps repeated.
    pub(crate) fn push(&mut self, values: impl IntoIterator<Item = impl AsRef<str>>) {
        let first = self.codes.len();
        self.starts.push(u32::try_from(first).unwrap_or(u32::MAX));
        for value in values {
            let value = value.as_ref();
            let next = u32::try_from(self.numbers.len()).unwrap_or(u32::MAX);
            let code = match self.numbers.get(value) {
                Some(code) => *code,
                None => *self.numbers.entry(value.into()).or_insert(next),
            };
            if !self.codes.get(first..).unwrap_or_default().contains(&code) {
                self.codes.push(code);
            }
        }
    }

    /// Sorts the values and renumbers them.
    pub(crate) fn finish(mut self) -> Result<Column, IndexError> {
        // More codes than that, and the starts of documents would have lost their order.
        self.starts.push(u32::try_from(self.codes.len()).map_err(|_| TOO_LARGE)?);
        let mut sorted: Vec<(Box<str>, u32)> = self.numbers.into_iter().collect();
        sorted.sort_unstable();
        let mut renumbered = vec![0; sorted.len()];
        for (new, (_, old)) in (0..).zip(&sorted) {
            if let Some(slot) = renumbered.get_mut(*old as usize) {
                *slot = new;
            }
        }
        for code in &mut self.codes {
            *code = renumbered.get(*code as usize).copied().unwrap_or_default();
        }
        let ends = self.starts.iter().skip(1);
        for (start, end) in self.starts.iter().zip(ends) {
            if let Some(codes) = self.codes.get_mut(*start as usize..*end as usize) {
                codes.sort_unstable();
            }
        }
        self.codes.shrink_to_fit();
        let (mut texts, mut ends) = (String::new(), Vec::with_capacity(sorted.len()));
        for (value, _) in sorted {
            texts.push_str(&value);
            ends.push(u32::try_from(texts.len()).map_err(|_| TOO_LARGE)?);
        }
        texts.shrink_to_fit();
        Ok(Column { texts, ends, starts: self.starts, codes: self.codes })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_follow_the_order_of_values() {
        let mut builder = ColumnBuilder::default();
        builder.push(["ru", "de", "ru"]);
        builder.push([""; 0]);
        builder.push(["fr"]);
        let column = builder.finish().unwrap();
        assert_eq!(column.all().collect::<Vec<_>>(), ["de", "fr", "ru"]);
        assert_eq!(column.values(0).collect::<Vec<_>>(), ["de", "ru"]);
        assert_eq!(column.codes(1), [0_u32; 0]);
        assert_eq!(column.codes(2), [1]);
        assert_eq!(column.codes(3), [0_u32; 0]);
        assert_eq!(column.value(9), "");
    }
}
