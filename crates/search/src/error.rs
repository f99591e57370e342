//! The reasons why a search fails.

use interdict_index::IndexError;

/// A query that cannot be answered, or stored data that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    /// The query does not follow the syntax.
    #[error("the query cannot be read: {0}")]
    Syntax(String),
    /// The field does not exist, or is text, which has no order.
    #[error("cannot sort by {0:?}")]
    Sort(String),
    /// The query would exceed its limits on time or memory.
    #[error("the query is too complex: {0}")]
    TooComplex(&'static str),
    /// The segments are not those that the index was built from.
    #[error("the text index was built from other segments")]
    OtherSegments,
    /// An entity cannot be read.
    #[error(transparent)]
    Index(#[from] IndexError),
}
