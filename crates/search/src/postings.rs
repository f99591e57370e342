//! Words of one text field and the documents that contain them: a sorted term dictionary with
//! compressed posting lists, and the weights of BM25.

use std::collections::HashMap;
use std::ops::Range;

use interdict_index::IndexError;

use crate::bits::Doc;

/// Length normalisation, lower than the usual 0.75, because a person with forty spellings of a name is as relevant as
/// one with few. yente uses the same value for names.
const LENGTH_WEIGHT: f32 = 0.25;
/// Saturation of repeated words, the usual value.
const SATURATION: f32 = 1.2;

#[derive(Debug, Clone, Copy)]
struct TermRecord {
    /// Where its text starts; it ends where that of the next starts.
    text: u32,
    /// Where its list starts, likewise.
    list: u32,
    documents: u32,
}

/// The inverted index of a text field.
#[derive(Debug)]
pub(crate) struct Postings {
    /// The texts of all terms in byte order, without anything between them.
    texts: String,
    /// One record for each term, and one more for the end.
    terms: Vec<TermRecord>,
    /// For each document of a term, the distance from the one before, shifted left by one; bit 0 is set
    /// if the word occurs once, otherwise the number of occurrences follows. Both as LEB128. Most
    /// distances and nearly all counts are small: two bytes for each posting instead of eight.
    lists: Vec<u8>,
    /// Number of words of each document.
    lengths: Vec<u32>,
    average_length: f32,
    documents: u32,
}

impl Postings {
    /// Number of terms.
    pub(crate) fn len(&self) -> usize {
        self.terms.len().saturating_sub(1)
    }

    /// The text of a term.
    pub(crate) fn text(&self, term: usize) -> &str {
        let range = self.range(term, |record| record.text);
        range.and_then(|range| self.texts.get(range)).unwrap_or_default()
    }

    /// Number of documents that contain a term.
    pub(crate) fn document_count(&self, term: usize) -> usize {
        self.terms.get(term).map_or(0, |record| record.documents as usize)
    }

    /// Number of words of a document.
    pub(crate) fn length(&self, doc: Doc) -> u32 {
        self.lengths.get(doc as usize).copied().unwrap_or_default()
    }

    /// The documents of a term with the number of occurrences in each.
    pub(crate) fn list(&self, term: usize) -> PostingList<'_> {
        let range = self.range(term, |record| record.list);
        PostingList {
            bytes: range.and_then(|range| self.lists.get(range)).unwrap_or_default(),
            doc: 0,
        }
    }

    fn range(&self, term: usize, of: impl Fn(&TermRecord) -> u32) -> Option<Range<usize>> {
        let (start, end) = (self.terms.get(term)?, self.terms.get(term.checked_add(1)?)?);
        Some(of(start) as usize..of(end) as usize)
    }

    /// The term of that text.
    pub(crate) fn find(&self, text: &str) -> Option<usize> {
        let term = self.first_from(text);
        (term < self.len() && self.text(term) == text).then_some(term)
    }

    /// The first term that is not before a text.
    pub(crate) fn first_from(&self, text: &str) -> usize {
        self.partition_point(|term| term < text)
    }

    /// The number of terms before the first for which `is_before` does not hold.
    pub(crate) fn partition_point(&self, is_before: impl Fn(&str) -> bool) -> usize {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = low + (high - low) / 2;
            if is_before(self.text(middle)) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }

    /// The terms that begin with a text.
    pub(crate) fn beginning_with(&self, prefix: &str) -> Range<usize> {
        let start = self.first_from(prefix);
        start..self.partition_point(|term| term < prefix || term.starts_with(prefix)).max(start)
    }

    /// The weight of one term by BM25, to be asked for each of its documents.
    pub(crate) fn weight(&self, term: usize) -> impl Fn(Doc, u32) -> f32 {
        let containing = self.document_count(term) as f32;
        let rarity = (1.0 + (self.documents as f32 - containing + 0.5) / (containing + 0.5)).ln();
        move |doc, occurrences| {
            let length = self.length(doc) as f32 / self.average_length;
            let damping = SATURATION * (1.0 - LENGTH_WEIGHT + LENGTH_WEIGHT * length);
            rarity * occurrences as f32 / (occurrences as f32 + damping)
        }
    }

    /// Bytes in memory.
    pub(crate) fn byte_len(&self) -> usize {
        let numbers = size_of_val(&*self.terms) + size_of_val(&*self.lengths);
        self.texts.len() + self.lists.len() + numbers
    }
}

/// The documents of a term, in ascending order.
#[derive(Debug)]
pub(crate) struct PostingList<'a> {
    bytes: &'a [u8],
    doc: Doc,
}

impl PostingList<'_> {
    fn number(&mut self) -> Option<u64> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let (byte, rest) = self.bytes.split_first()?;
            self.bytes = rest;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }
}

impl Iterator for PostingList<'_> {
    type Item = (Doc, u32);

    fn next(&mut self) -> Option<(Doc, u32)> {
        let head = self.number()?;
        let occurrences = if head & 1 == 1 { 1 } else { self.number()? };
        self.doc = self.doc.saturating_add(u32::try_from(head >> 1).unwrap_or(u32::MAX));
        Some((self.doc, u32::try_from(occurrences).unwrap_or(u32::MAX)))
    }
}

/// A list that grows. The last document stays apart until the next one comes, because its occurrences
/// are still being counted.
#[derive(Debug, Default)]
struct GrowingList {
    bytes: Vec<u8>,
    documents: u32,
    written: Doc,
    doc: Doc,
    occurrences: u32,
}

impl GrowingList {
    fn add(&mut self, doc: Doc) {
        if self.occurrences > 0 && self.doc != doc {
            self.write();
        }
        self.doc = doc;
        self.occurrences = self.occurrences.saturating_add(1);
    }

    fn write(&mut self) {
        let distance = u64::from(self.doc.saturating_sub(self.written));
        let is_once = self.occurrences == 1;
        push_number(&mut self.bytes, distance << 1 | u64::from(is_once));
        if !is_once {
            push_number(&mut self.bytes, u64::from(self.occurrences));
        }
        self.written = self.doc;
        self.documents = self.documents.saturating_add(1);
        self.occurrences = 0;
    }
}

fn push_number(bytes: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        bytes.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    bytes.push((value & 0x7f) as u8);
}

/// Collects the words of documents, which must come in ascending order.
#[derive(Debug, Default)]
pub(crate) struct PostingsBuilder {
    lists: HashMap<Box<str>, GrowingList>,
    lengths: Vec<u32>,
}

impl PostingsBuilder {
    /// Begins the next document.
    pub(crate) fn begin(&mut self) {
        self.lengths.push(0);
    }

    /// Adds a word to the document that was begun last.
    pub(crate) fn add(&mut self, word: &str) {
        let Some(doc) = self.lengths.len().checked_sub(1) else { return };
        if let Some(length) = self.lengths.last_mut() {
            *length = length.saturating_add(1);
        }
        let doc = u32::try_from(doc).unwrap_or(u32::MAX);
        match self.lists.get_mut(word) {
            Some(list) => list.add(doc),
            None => self.lists.entry(word.into()).or_default().add(doc),
        }
    }

    /// Sorts the dictionary.
    pub(crate) fn finish(self) -> Result<Postings, IndexError> {
        let mut sorted: Vec<(Box<str>, GrowingList)> = self.lists.into_iter().collect();
        sorted.sort_unstable_by(|left, right| left.0.cmp(&right.0));
        let (mut texts, mut lists) = (String::new(), Vec::new());
        let mut terms = Vec::with_capacity(sorted.len() + 1);
        let record = |texts: &String, lists: &Vec<u8>, documents| {
            let too_large = |_| IndexError::TooLarge("bytes of a text index");
            let text = u32::try_from(texts.len()).map_err(too_large)?;
            let list = u32::try_from(lists.len()).map_err(too_large)?;
            Ok::<_, IndexError>(TermRecord { text, list, documents })
        };
        for (text, mut list) in sorted {
            list.write();
            terms.push(record(&texts, &lists, list.documents)?);
            texts.push_str(&text);
            lists.append(&mut list.bytes);
        }
        terms.push(record(&texts, &lists, 0)?);
        texts.shrink_to_fit();
        lists.shrink_to_fit();
        let words: f64 = self.lengths.iter().map(|length| f64::from(*length)).sum();
        let filled = self.lengths.iter().filter(|length| **length > 0).count();
        let documents = u32::try_from(filled).unwrap_or(u32::MAX);
        let average = (words / f64::from(documents.max(1))).max(1.0);
        // The precision of f32 suffices for an average.
        #[allow(clippy::cast_possible_truncation)]
        let average_length = average as f32;
        Ok(Postings { texts, terms, lists, lengths: self.lengths, average_length, documents })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn postings(documents: &[&[&str]]) -> Postings {
        let mut builder = PostingsBuilder::default();
        for words in documents {
            builder.begin();
            words.iter().for_each(|word| builder.add(word));
        }
        builder.finish().unwrap()
    }

    #[test]
    fn a_word_leads_to_its_documents_and_counts() {
        let postings = postings(&[&["b", "a", "b"], &[], &["b"], &["ba", "c"]]);
        let list = |word| postings.list(postings.find(word).unwrap()).collect::<Vec<_>>();
        assert_eq!(list("b"), [(0, 2), (2, 1)]);
        assert_eq!(list("a"), [(0, 1)]);
        assert_eq!(postings.find("bb"), None);
        assert_eq!(postings.beginning_with("b"), 1..3);
        assert_eq!(postings.beginning_with("d"), 4..4);
        assert_eq!((postings.length(0), postings.length(1), postings.length(9)), (3, 0, 0));
        assert!(postings.byte_len() > 0);
    }

    #[test]
    fn rare_words_weigh_more_and_repeats_add_less_each_time() {
        let postings = postings(&[&["x", "x", "y"], &["x", "z", "z"], &["x", "z", "w"]]);
        let weight = |word, doc, count| postings.weight(postings.find(word).unwrap())(doc, count);
        assert!(weight("y", 0, 1) > weight("x", 0, 1));
        let (once, twice, thrice) = (weight("x", 0, 1), weight("x", 0, 2), weight("x", 0, 3));
        assert!(twice > once && thrice - twice < twice - once);
        // By the formula of BM25: three documents of three words, with one, or all, of them containing the word.
        let expected = |containing: f32, count: f32| {
            let rarity = (1.0 + (3.0 - containing + 0.5) / (containing + 0.5)).ln();
            rarity * count / (count + SATURATION)
        };
        for (found, expected) in
            [(weight("y", 0, 1), expected(1.0, 1.0)), (weight("x", 0, 2), expected(3.0, 2.0))]
        {
            assert!((found - expected).abs() < 1e-6, "{found} {expected}");
        }
        // Longer documents weigh less.
        let postings = self::postings(&[&["x"], &["x", "y", "z"]]);
        let weight = |doc| postings.weight(postings.find("x").unwrap())(doc, 1);
        let damped = |length: f32| {
            (1.0_f32 + 0.5 / 2.5).ln() / (1.0 + SATURATION * (0.75 + 0.25 * length / 2.0))
        };
        for (found, expected) in [(weight(0), damped(1.0)), (weight(1), damped(3.0))] {
            assert!((found - expected).abs() < 1e-6, "{found} {expected}");
        }
    }

    proptest! {
        #[test]
        fn lists_hold_what_was_put_in(documents in proptest::collection::vec(
            proptest::collection::vec("[a-c]{1,2}", 0..6), 0..200)) {
            let borrowed: Vec<Vec<&str>> =
                documents.iter().map(|words| words.iter().map(String::as_str).collect()).collect();
            let slices: Vec<&[&str]> = borrowed.iter().map(Vec::as_slice).collect();
            let postings = postings(&slices);
            for term in 0..postings.len() {
                let text = postings.text(term);
                let counts = documents.iter().map(|words| words.iter().filter(|w| *w == text).count());
                let expected: Vec<(u32, u32)> = (0..).zip(counts.map(|n| n as u32))
                    .filter(|(_, count)| *count > 0).collect();
                prop_assert_eq!(postings.list(term).collect::<Vec<_>>(), expected);
            }
        }
    }
}
