//! Relations to a party that the record only names.

use interdict_model::Schema;

use super::record_draft::RecordDraft;

impl RecordDraft {
    /// Adds a relation of that schema to a party known by its name alone. `own_side` is the property
    /// of the relation that holds the listed entity, `other_side` the one that holds the other.
    pub(crate) fn relation(
        &mut self,
        schema: &str,
        (own_side, other_side): (&str, &str),
        name: &str,
        role: &str,
    ) {
        if !self.has_room(self.relations, name) {
            return;
        }
        self.relations += 1;
        let number = self.relations;
        let (Ok(schema), Some(mut other)) =
            (Schema::parse(schema), self.part(&format!("related-{number}"), Schema::LEGAL_ENTITY))
        else {
            return;
        };
        other.add("name", name);
        other.target = Some(false);
        let Some(mut edge) = self.part(&format!("relation-{number}"), schema) else { return };
        edge.add(own_side, self.entity.id.as_str());
        edge.add(other_side, other.id.as_str());
        edge.add("role", role);
        self.add_part(other);
        self.add_part(edge);
    }
}
