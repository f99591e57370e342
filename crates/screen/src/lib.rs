//! Query to candidates to score, explanation and decision.
//!
//! A [`Query`] is built from FollowTheMoney properties, a [`Policy`] says how to answer, and
//! [`screen`] gives the [`Outcome`]: candidates with their score, the names that met, and every
//! other fact that spoke for or against.
//!
//! It reads no files and keeps no decisions; whether lists are fresh is the engine's to know.

mod customer;
mod facts;
mod outcome;
mod policy;
mod query;
pub mod rescreen;
mod screen;

pub use customer::{Customer, is_name_property};
pub use outcome::{Candidate, NameMatch, Outcome};
pub use policy::{Algorithm, AlgorithmError, Policy};
pub use query::{MAX_NAME_CHARS, MAX_VALUES, Query, QueryError, name_kind};
pub use screen::{explain, name_floor, score_entity, screen};
