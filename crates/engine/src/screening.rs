//! Queries, policies and candidates: types of `interdict-screen`, re-exported for faces.

pub use interdict_names::Comparison;
pub use interdict_screen::rescreen::{MatchChangeKind, MatchState};
pub use interdict_screen::{
    Agreement, Algorithm, Attribute, AttributeKind, Candidate, CustomerReader, FieldMeaning,
    NameMatch, Outcome, Policy, Query, QueryError, ReadCustomer, ScreenedQuery, Unread,
    UnreadField, equal_names_gap,
};
