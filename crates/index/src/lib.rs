//! Immutable, memory-mapped generations of lists, and candidate retrieval.
//!
//! A [`Segment`] is one list, built once by a [`SegmentBuilder`] and read in place. A [`Generation`] is
//! a set of segments; a [`DataDir`] keeps generations and replaces the one in use atomically.
//! [`CandidateSearcher::candidates`] finds the listed names that can reach a score with a query's name:
//! an inverted index of names, searched with MaxScore.
//!
//! ```
//! use std::io::Cursor;
//! use interdict_index::{
//!     About, CandidateSearcher, PreparedQuery, Segment, SegmentBuilder, analyse_name,
//! };
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
//! assert!(segment.find("x-1").is_some());
//!
//! let query = PreparedQuery::new(&analyse_name("Jane Exampel", &Schema::PERSON, None));
//! let mut searcher = CandidateSearcher::default();
//! let candidates = searcher.candidates(&segment, &query, 0.7);
//! assert_eq!(segment.name_text(candidates[0]), "Jane Example");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! It reads no list formats and computes no scores; `interdict-screen` scores the candidates.
//!
//! Modules from the head downwards; each uses only those below it:
//!
//! | module | content |
//! |---|---|
//! | `reindex`, `restore`, `retain`, `write_lock` | writing to the data directory |
//! | `store`, `manifest` | the data directory and its generations |
//! | `verify` | checks of a segment |
//! | `candidates`, `prepared_query`, `term_search` | the candidate search |
//! | `postings`, `segment` | a segment, read in place |
//! | `builder`, `dictionary` | a segment, built |
//! | `accumulators`, `similarity_cache`, `similar_terms`, `epochs` | data structures of the search |
//! | `hash_postings`, `records`, `lookup_key`, `layout` | the bytes of a segment |
//! | `analysis`, `schema_code`, `rows`, `integers` | names, codes and numbers |
//! | `about`, `error`, `build_error` | descriptions and errors |

mod reindex;
mod restore;
mod retain;
mod write_lock;

mod manifest;
mod store;

mod verify;

mod candidates;
mod prepared_query;
mod term_search;

mod postings;
mod segment;

mod builder;
mod dictionary;

mod accumulators;
mod epochs;
mod similar_terms;
mod similarity_cache;

mod hash_postings;
mod layout;
mod lookup_key;
mod records;

mod analysis;
mod integers;
mod rows;
mod schema_code;

mod about;
mod build_error;
mod error;

pub use about::{About, SourceFile, time_or_empty};
pub use analysis::{analyse_name, analysis_version};
pub use build_error::BuildError;
pub use builder::SegmentBuilder;
pub use candidates::CandidateSearcher;
pub use error::IndexError;
pub use lookup_key::LookupKey;
pub use manifest::{Manifest, SegmentRef};
pub use prepared_query::PreparedQuery;
pub use records::is_screened_schema;
pub use rows::{EntityRow, NameRow, TargetRow};
pub use segment::{Segment, Target};
pub use store::{DataDir, Generation};
pub use write_lock::WriteLock;
