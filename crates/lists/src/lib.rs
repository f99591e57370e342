//! Readers of the official sanctions lists.
