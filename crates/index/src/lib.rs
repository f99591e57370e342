//! Immutable, memory-mapped generations of lists, and candidate retrieval.
//!
//! A [`Segment`] is one list, built once by a [`SegmentBuilder`] and read in place. A
//! [`Generation`] is a set of segments, kept in a [`DataDir`] that swaps generations atomically and
//! keeps old ones. [`CandidateSearcher::candidates`] turns a query name into the listed names that could match
//! it.
//!
//! ```
//! use std::io::Cursor;
//! use interdict_index::{About, Segment, SegmentBuilder};
//! use interdict_model::{Entity, Schema};
//!
//! let mut builder = SegmentBuilder::new(Cursor::new(Vec::new()))?;
//! let mut person = Entity::new("x-1".parse()?, Schema::PERSON);
//! person.add("name", "Jane Example");
//! builder.add(&person)?;
//! let mut about = About::new("my_list".parse()?);
//! about.entities = 1;
//! let segment = Segment::from_bytes(builder.finish(&about)?.into_inner())?;
//! segment.verify()?;
//! assert_eq!(segment.find("x-1"), Some(0));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! It reads no list formats, and gives no scores: that is for `interdict-screen`.

mod about;
mod alike;
mod builder;
mod candidates;
mod dictionary;
mod error;
mod keyed;
mod layout;
mod marks;
mod memory;
mod record;
mod reindex;
mod restore;
mod retain;
mod segment;
mod store;

pub use about::{About, SourceFile};
pub use builder::{BuildError, SegmentBuilder, analyse_name};
pub use candidates::{CandidateSearcher, PreparedQuery};
pub use error::IndexError;
pub use segment::{Segment, Target};
pub use store::{DataDir, Generation, Manifest, SegmentRef, WriteLock};
