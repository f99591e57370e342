//! A query's name, prepared for look-ups.

use interdict_model::Schema;
use interdict_names::{
    KeySide, Name, NameKind, NameTerm, ScoreUpperBound, TermMatcher, letters_key, name_terms,
    shingle_keys, shingles, whole_name_keys,
};

use crate::records::NamePosting;
use crate::rows::NameRow;
use crate::schema_code::{ClassMask, SchemaCode, SchemaMask};
use crate::segment::Segment;

/// A query's name with all values that look-ups need, computed once for any number of segments.
pub struct PreparedQuery {
    /// The key that all names of the same letters share.
    letters_key: Option<u64>,
    pub(crate) whole_name_keys: Vec<u64>,
    /// By position in the name.
    pub(crate) terms: Vec<QueryTerm>,
    pub(crate) shingles: Vec<QueryShingle>,
    pub(crate) bound: ScoreUpperBound,
    /// The schemata that candidates may have.
    schemata: SchemaMask,
    /// Their classes.
    pub(crate) classes: ClassMask,
}

/// A single term of a query.
pub(crate) struct QueryTerm {
    pub(crate) identity: u64,
    pub(crate) term: NameTerm,
}

/// A shingle of a query.
pub(crate) struct QueryShingle {
    pub(crate) keys: Vec<u64>,
    pub(crate) matcher: TermMatcher,
    /// The positions of the terms that it covers, as a bit mask.
    pub(crate) positions: u32,
}

impl PreparedQuery {
    /// Prepares a query's name. Names of targets of any schema are candidates.
    pub fn new(query: &Name) -> Self {
        let mut whole_keys = Vec::new();
        whole_name_keys(query, KeySide::Query, &mut whole_keys);
        let terms = name_terms(query).map(|term| QueryTerm { identity: term.identity(), term });
        let prepare = |(shingle, positions)| {
            let mut keys = Vec::new();
            shingle_keys(&shingle, KeySide::Query, &mut keys);
            QueryShingle { keys, matcher: TermMatcher::with_coarse_bound(shingle), positions }
        };
        Self {
            letters_key: letters_key(query),
            whole_name_keys: whole_keys,
            terms: terms.collect(),
            shingles: shingles(query).into_iter().map(prepare).collect(),
            bound: ScoreUpperBound::new(query),
            schemata: SchemaMask::ALL,
            classes: SchemaMask::ALL.classes(),
        }
    }

    /// Restricts the candidates to names of targets that may be of that schema.
    pub fn with_schema(self, schema: &Schema) -> Self {
        self.restricted_to(SchemaMask::compatible_with(schema))
    }

    /// Restricts the candidates to names of targets that may be of that kind.
    pub fn with_kind(self, kind: NameKind) -> Self {
        self.restricted_to(SchemaMask::of_kind(kind))
    }

    fn restricted_to(mut self, schemata: SchemaMask) -> Self {
        self.schemata = self.schemata.and(schemata);
        self.classes = self.schemata.classes();
        self
    }

    /// The listed names of the same letters in some order, of targets of any schema.
    pub fn of_same_letters<'s>(
        &self,
        segment: &'s Segment,
    ) -> impl Iterator<Item = NameRow> + use<'s> {
        self.letters_key
            .into_iter()
            .flat_map(|key| segment.whole_name_postings(key))
            .map(NamePosting::name)
    }

    /// Whether a listed name belongs to a target of a schema that candidates may have.
    pub fn accepts(&self, segment: &Segment, name: NameRow) -> bool {
        self.accepts_schema(segment.name_record(name).schema)
    }

    pub(crate) fn accepts_schema(&self, schema: SchemaCode) -> bool {
        self.schemata.contains(schema)
    }
}
