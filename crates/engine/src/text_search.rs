//! What faces ask of text search: types of `interdict-search`.

pub use interdict_search::{
    EntityRef, Facet, FacetCounts, Filter, Operator, Scope, SearchError, SearchRequest, Sort,
    Syntax, is_target,
};
