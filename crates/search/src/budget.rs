//! Limits on the cost of one query.

use crate::error::SearchError;

/// Longest query in bytes. The longest address that a server accepts is some 60 kB, most of it filters.
pub(crate) const QUERY_BYTES: usize = 8_192;
/// Most clauses, as Lucene's default for boolean queries.
pub(crate) const CLAUSES: usize = 1_024;
/// Deepest nesting; the parser and the evaluation recurse.
pub(crate) const DEPTH: usize = 64;

/// Entities that a query may load: each of a large generation once or twice.
const ENTITIES: u64 = 2_000_000;
/// Bytes of JSON that a query may parse. Entities differ in size by a factor of a thousand, so their
/// number alone does not bound the time.
const BYTES: u64 = 4 << 30;
/// Postings that are decoded, and letters of terms that are compared with a pattern, at a few
/// nanoseconds each: some seconds in all. It replaces a limit on the number of terms that a pattern
/// expands to, which would refuse `a*` although uniting its lists is cheap.
const STEPS: u64 = 1_000_000_000;

/// The remaining budget of one query.
#[derive(Debug)]
pub(crate) struct Budget {
    entities: u64,
    bytes: u64,
    steps: u64,
}

impl Default for Budget {
    fn default() -> Self {
        Self { entities: ENTITIES, bytes: BYTES, steps: STEPS }
    }
}

impl Budget {
    /// Charges for reading an entity with that many bytes of JSON.
    pub(crate) fn load(&mut self, bytes: usize) -> Result<(), SearchError> {
        let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
        match (self.entities.checked_sub(1), self.bytes.checked_sub(bytes)) {
            (Some(entities), Some(bytes)) => {
                (self.entities, self.bytes) = (entities, bytes);
                Ok(())
            }
            _ => Err(SearchError::TooComplex("it reads too many entities; add words or a filter")),
        }
    }

    /// Charges for that many elementary steps.
    pub(crate) fn step(&mut self, steps: usize) -> Result<(), SearchError> {
        let steps = u64::try_from(steps).unwrap_or(u64::MAX);
        self.steps = self.steps.checked_sub(steps).ok_or(SearchError::TooComplex(
            "its patterns and words match too much; make it shorter",
        ))?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_spent_is_gone() {
        let mut budget = Budget { entities: 2, bytes: 10, steps: 5 };
        assert!(budget.load(6).is_ok());
        assert!(matches!(budget.load(5), Err(SearchError::TooComplex(_))));
        assert!(budget.load(4).is_ok());
        assert!(matches!(budget.load(0), Err(SearchError::TooComplex(_))));
        assert!(budget.step(5).is_ok());
        assert!(matches!(budget.step(1), Err(SearchError::TooComplex(_))));
        assert!(matches!(budget.step(usize::MAX), Err(SearchError::TooComplex(_))));
    }
}
