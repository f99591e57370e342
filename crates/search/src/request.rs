//! Requests and results of a search.

use interdict_index::EntityRow;
use interdict_model::{DatasetName, Schema};

/// An entity, by its place in the segments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct EntityRef {
    /// Which of the segments.
    pub segment: usize,
    /// The row within it.
    pub row: EntityRow,
}

/// The entities that may be found.
#[derive(Debug, Clone, Default)]
pub struct Scope {
    /// The datasets whose segments are searched. An entity belongs to the dataset of its segment.
    pub datasets: Vec<DatasetName>,
    /// Exactly these schemata, without their descendants; all of them if `None`.
    pub schemata: Option<Vec<Schema>>,
    /// Not these schemata, by their exact names; unknown names exclude nothing.
    pub exclude_schemata: Vec<String>,
}

/// How the query is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Syntax {
    /// Lucene's `query_string`: fields, ranges, patterns; syntax errors are reported.
    #[default]
    Lucene,
    /// `+ | - "" * ( ) ~1`; text that does not parse is taken as a word.
    Simple,
}

/// How several values of one filtered field combine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Operator {
    /// Any of them.
    #[default]
    Or,
    /// All of them.
    And,
}

/// A value that a field must have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    /// The field, such as `countries` or `properties.birthDate`.
    pub field: String,
    /// The value.
    pub value: String,
}

/// An order of the hits. Entities without a value come last in both directions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sort {
    /// The field; of several values the least counts, in descending order the greatest.
    pub field: String,
    /// Whether the greatest comes first.
    pub descending: bool,
}

/// A field whose values are counted over all hits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Facet {
    /// The datasets of the scope that an entity is in.
    Datasets,
    /// Schemata.
    Schema,
    /// Values of all properties of type country.
    Countries,
    /// Values of all properties of type identifier, in lower case.
    Identifiers,
    /// Values of all properties of type topic.
    Topics,
    /// Values of all properties of type gender.
    Genders,
}

/// A search.
#[derive(Debug, Clone, Default)]
pub struct SearchRequest {
    /// The query; empty: everything.
    pub query: String,
    /// How it is written.
    pub syntax: Syntax,
    /// Whether a bare `term~` gets a distance by its length instead of 2.
    pub fuzzy: bool,
    /// Which entities may be found.
    pub scope: Scope,
    /// Values that hits must have; different fields must all match.
    pub filters: Vec<Filter>,
    /// How several values of one filtered field combine.
    pub filter_operator: Operator,
    /// Only entities whose `last_change` is greater, compared as ISO text.
    pub changed_since: Option<String>,
    /// Orders, the first most important; then score, then id.
    pub sort: Vec<Sort>,
    /// How many hits to return at most.
    pub limit: usize,
    /// How many hits to leave out first.
    pub offset: usize,
    /// What to count.
    pub facets: Vec<Facet>,
}

/// The values of a facet with the number of hits that have each, the most frequent first, then by
/// value; at most 1,000.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FacetCounts {
    /// Which facet.
    pub facet: Facet,
    /// Values and counts.
    pub values: Vec<(String, u64)>,
}

/// The answer to a search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchResult {
    /// Number of hits before `offset` and `limit`. Entities of one id count once.
    pub total: u64,
    /// The requested hits, in order.
    pub hits: Vec<EntityRef>,
    /// Counts over all hits, in the order of the requested facets.
    pub facets: Vec<FacetCounts>,
}
