//! Readers of the official sanctions lists: bytes in, entities and problems out.
//!
//! [`read_list`] takes the files of a [`Dataset`], recognises their format by content, and passes
//! every entity to a [`Sink`] as soon as it is read: the listed party itself (`target` is true),
//! and the entities that belong to it (wallets, addresses, documents, the designation, relations).
//! Each value that cannot be read is reported as a [`Problem`] with a stable code. A fault that
//! makes a whole list unusable is a [`ReadError`]. [`check_readable`] and [`check_shrinking`]
//! decide whether a list that was read may be put to use. Lists of one's own go through
//! [`read_own_list`], the built-in dataset through [`read_builtin`].
//!
//! ```
//! use interdict_lists::{Budget, ListFile, Problem, Sink, check_readable, read_list};
//! use interdict_model::Entity;
//!
//! #[derive(Default)]
//! struct Names(Vec<String>);
//!
//! impl Sink for Names {
//!     fn entity(&mut self, entity: Entity) {
//!         if entity.target == Some(true) {
//!             self.0.push(entity.caption().to_owned());
//!         }
//!     }
//!     fn problem(&mut self, problem: Problem) {
//!         panic!("{}: {}", problem.code, problem.what);
//!     }
//! }
//!
//! let sdn = "101,\"ROE, Robert\",\"individual\",\"SDGT] [DPRK3\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,\"DOB 1968.\"\r\n";
//! let files = [
//!     ListFile::from_bytes("sdn.csv", sdn),
//!     ListFile::from_bytes("alt.csv", "101,1,\"aka\",\"ROH, Bob\",-0- \r\n"),
//!     ListFile::from_bytes("add.csv", "101,1,-0- ,-0- ,\"Malta\",-0- \r\n"),
//! ];
//! let mut names = Names::default();
//! let (_, counts) =
//!     read_list(&"us_ofac_sdn".parse()?, &files, &Budget::default(), &mut names)?;
//! check_readable(&counts, 0.02)?;
//! assert_eq!(names.0, ["Robert ROE"]);
//! assert_eq!(counts.names, 2);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Readers fetch nothing and compare no names. They keep in memory only what a format requires (names for relations,
//! the parties of the advanced XML, records that share an id), and they do not correct mistakes of authorities.

// Tests may index and cast: a panic there is a failed test.
#![cfg_attr(not(test), warn(clippy::cast_possible_truncation, clippy::indexing_slicing))]

mod builtin;
mod counting_sink;
mod dataset;
mod distinct_ids;
mod draft;
mod encoding;
mod error;
mod eu;
pub mod fetch;
mod file;
mod ftm;
mod guards;
mod ofac;
mod own;
mod printed_names;
mod read_list;
mod reading;
mod recognise;
#[cfg(test)]
mod testing;
mod text_line;
mod uk;
mod un;
mod xml;
mod xml_list;

pub use builtin::{BUILTIN_DATASET, builtin_texts, read_builtin};
pub use dataset::{DATASETS, Dataset, Format};
pub use distinct_ids::DistinctIds;
pub use error::ReadError;
pub use file::ListFile;
pub use ftm::{read_ftm_list, write_ftm_line};
pub use guards::{
    GuardError, SHRINKING_SHARE, UNREADABLE_SHARE, check_fields, check_names, check_ofac_list,
    check_readable, check_set, check_shrinking, is_consolidated,
};
pub use interdict_model::{Loss, Problem, ProblemCode};
pub use own::{
    Bearer, ColumnMap, ColumnMapError, ColumnMeaning, ListKind, NamePart, may_hold_names,
    parse_column_name, parse_name_part, read_own_list,
};
pub use read_list::read_list;
pub use reading::{Budget, Counts, ListHeader, SetReport, Sink};
