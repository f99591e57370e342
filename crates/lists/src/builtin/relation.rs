//! Curated relations as FollowTheMoney relation entities.

use serde_json::Value;

use super::emit::{Emitter, derived, slug};
use super::record::BuiltinRelation;

impl Emitter<'_> {
    /// One relation. Its kind is kept under `relation_kind`, which is not a FollowTheMoney property. Its confidence
    /// (stated by a source, or concluded) is the `status`, if the schema has this property.
    pub(super) fn edge(&mut self, edge: &BuiltinRelation) {
        let slug = slug(&edge.role);
        let mut entity =
            self.entity(derived(&edge.from, &[&slug, edge.to.as_str()]), edge.schema.clone());
        let (from, to) = edge.schema.edge().expect("a test looks every relation's schema up");
        entity.add(from, edge.from.as_str());
        entity.add(to, edge.to.as_str());
        let has_role = edge.schema.property("role").is_some();
        entity.add(if has_role { "role" } else { "relationship" }, edge.role.as_str());
        if edge.schema.property("status").is_some() {
            entity.add("status", edge.confidence.as_str());
        }
        entity.add("date", edge.date.map_or(String::new(), |date| date.to_string()));
        entity.add("endDate", edge.until.map_or(String::new(), |date| date.to_string()));
        entity.add("summary", edge.note.as_deref().unwrap_or_default());
        self.cite(&mut entity, edge.sources.iter());
        entity.extra.insert("relation_kind".to_owned(), Value::from(edge.kind.as_str()));
        self.put(entity);
    }
}
