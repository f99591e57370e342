//! Text search: types of `interdict-search`, re-exported for faces.

pub use interdict_search::{
    EntityRef, Facet, FacetCounts, Filter, Operator, Scope, SearchError, SearchRequest, Sort,
    Syntax, is_target,
};
