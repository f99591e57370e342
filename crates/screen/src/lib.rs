//! Query to candidates to score, explanation and decision.
//!
//! A [`Query`] is built from FollowTheMoney properties, a [`Policy`] sets threshold, limit and algorithm, and
//! [`screen`] returns the [`Outcome`]: candidates with their score, the pair of names that agrees, and every other fact
//! that supports or contradicts the match. [`rescreen`] finds the customers whose matches a change of the lists can
//! alter. [`weights`] has every number that goes into a score.
//!
//! ```
//! use interdict_model::{Entity, Schema};
//! use interdict_screen::{Policy, Query, explain};
//!
//! let mut listed = Entity::new("x-1".parse()?, Schema::PERSON);
//! listed.add("name", "Jane Example");
//! listed.add("birthDate", "1970-01-02");
//! let mut query = Query::new(Some(Schema::PERSON));
//! query.add("name", "Jane Exampel")?;
//! query.add("birthDate", "1970-01-02")?;
//! let candidate = explain(&query.finish()?, &listed, &Policy::default());
//! assert!(candidate.is_match);
//! assert_eq!(candidate.evidence[0].code.as_str(), "SCR101");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! It reads no files and stores no decisions, and it does not check whether lists are fresh; the
//! engine does.

mod attributes;
mod best_pairs;
mod customer;
mod customer_reader;
mod decision;
mod embedded;
mod facts;
mod hits;
mod name_parts;
mod name_score;
mod outcome;
mod phrases;
mod policy;
mod query;
mod query_name;
pub mod rescreen;
mod screen;
mod screened_query;
#[cfg(test)]
mod tests;
mod unreadable;
pub mod weights;
mod written;
mod written_name;

pub use attributes::{Agreement, Attribute, AttributeKind};
pub use customer::{Customer, is_name_property};
pub use customer_reader::{CustomerReader, ReadCustomer, UnreadField};
pub use decision::name_floor;
pub use outcome::{Candidate, NameMatch, Outcome, equal_names_gap};
pub use policy::{Algorithm, AlgorithmError, Policy};
pub use query::{
    MAX_NAME_CHARS, MAX_VALUES, NUMBER_SERIES, OTHER_PARTY, Query, QueryError, SECOND_LINE,
    STRAY_NUMBER, form_part, is_made_of_parts, part_in, party_part, property_type, stray_number,
};
pub use query_name::{PreparedName, QueryName, name_kinds};
pub use screen::{explain, score_entity, screen};
pub use screened_query::ScreenedQuery;
pub use written::{FieldMeaning, FieldReading, Unread, read_field};
