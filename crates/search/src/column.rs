//! The values of one field, by document: for facets, orders, and tests that every document may need.

use std::collections::HashMap;

use crate::bits::Doc;

/// The values of a field. Each distinct value is stored once; documents hold its number, and numbers are
/// in the order of the values.
#[derive(Debug)]
pub(crate) struct Column {
    values: Vec<Box<str>>,
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
        self.values.get(code as usize).map(|value| &**value).unwrap_or_default()
    }

    /// Bytes in memory.
    pub(crate) fn byte_len(&self) -> usize {
        let texts: usize = self.values.iter().map(|value| value.len()).sum();
        let numbers = size_of_val(&*self.starts) + size_of_val(&*self.codes);
        texts + size_of_val(&*self.values) + numbers
    }

    /// All values, ascending; the place of each is its code.
    pub(crate) fn all(&self) -> impl ExactSizeIterator<Item = &str> {
        self.values.iter().map(|value| &**value)
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
    pub(crate) fn finish(mut self) -> Column {
        self.starts.push(u32::try_from(self.codes.len()).unwrap_or(u32::MAX));
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
        let values = sorted.into_iter().map(|(value, _)| value).collect();
        Column { values, starts: self.starts, codes: self.codes }
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
        let column = builder.finish();
        assert_eq!(column.all().collect::<Vec<_>>(), ["de", "fr", "ru"]);
        assert_eq!(column.values(0).collect::<Vec<_>>(), ["de", "ru"]);
        assert_eq!(column.codes(1), [0_u32; 0]);
        assert_eq!(column.codes(2), [1]);
        assert_eq!(column.codes(3), [0_u32; 0]);
        assert_eq!(column.value(9), "");
    }
}
