//! Full-text search over the entities of a generation.
//!
//! A [`TextIndex`] is built once from all segments and held in memory. [`TextIndex::search`] answers queries in
//! Lucene's `query_string` syntax, or in a simpler syntax without errors, with filters, orders and facets, as yente's
//! `/search` offers them; [`TextIndex::suggest`] completes names. A search finds texts as they are written. To find out
//! whether a party is listed, use `interdict-screen`, which also finds other spellings of names.
//!
//! ```
//! use std::io::Cursor;
//! use interdict_index::{About, Segment, SegmentBuilder};
//! use interdict_model::{Entity, Schema};
//! use interdict_search::{Facet, Scope, SearchRequest, TextIndex};
//!
//! let mut builder = SegmentBuilder::new(Cursor::new(Vec::new()))?;
//! for (id, name, country) in [("x-1", "Jane Example", "ru"), ("x-2", "Joan Sample", "de")] {
//!     let mut person = Entity::new(id.parse()?, Schema::PERSON);
//!     person.add("name", name);
//!     person.add("country", country);
//!     builder.add(&person)?;
//! }
//! let about = About { entities: 2, ..About::new("my_list".parse()?) };
//! let segments = [Segment::from_bytes(builder.finish(&about)?.into_inner())?];
//!
//! let index = TextIndex::build(&segments)?;
//! let scope = Scope { datasets: vec!["my_list".parse()?], ..Scope::default() };
//! let request = SearchRequest {
//!     query: "exampel~ AND countries:(ru OR by)".to_owned(),
//!     scope: scope.clone(),
//!     limit: 10,
//!     facets: vec![Facet::Countries],
//!     ..SearchRequest::default()
//! };
//! let result = index.search(&segments, &request)?;
//! assert_eq!(result.total, 1);
//! assert_eq!(segments[0].entity(result.hits[0].row)?.caption(), "Jane Example");
//! assert_eq!(result.facets[0].values, [("ru".to_owned(), 1)]);
//! assert_eq!(index.suggest(&segments, &scope, "jane ex", 5)?, result.hits);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The crate writes nothing to disk, and contains no HTTP and no labels for codes.
//!
//! Modules from the head downwards; each uses only those below it:
//!
//! | module | content |
//! |---|---|
//! | `search`, `suggest` | from request to result |
//! | `rank`, `facets` | the order of hits, and counts |
//! | `evaluate`, `evaluate_text`, `evaluate_keyword` | which documents a query matches |
//! | `lucene`, `simple` | the two syntaxes |
//! | `index` | what is kept in memory |
//! | `query`, `bounds` | a query, parsed |
//! | `postings`, `column`, `keywords` | data structures of the index |
//! | `hits`, `bits` | sets of documents |
//! | `pattern`, `regex`, `edits`, `phrase` | comparison of words |
//! | `field`, `target`, `fold` | fields, values and words |
//! | `request`, `budget`, `error` | questions, answers, limits and errors |

// Tests may index and cast: a panic there is a failed test.
#![cfg_attr(not(test), warn(clippy::cast_possible_truncation, clippy::indexing_slicing))]

mod search;
mod suggest;

mod facets;
mod rank;

mod evaluate;
mod evaluate_keyword;
mod evaluate_text;

mod lucene;
mod simple;

mod index;

mod bounds;
mod query;

mod column;
mod keywords;
mod postings;

mod bits;
mod hits;

mod edits;
mod pattern;
mod phrase;
mod regex;

mod field;
mod fold;
mod target;

mod budget;
mod error;
mod request;

#[cfg(test)]
mod fixture;

pub use error::SearchError;
pub use index::TextIndex;
pub use request::{
    EntityRef, Facet, FacetCounts, Filter, Operator, Scope, SearchRequest, SearchResult, Sort,
    Syntax,
};
pub use target::is_target;
