//! Immutable, memory-mapped generations of lists, and candidate retrieval.
