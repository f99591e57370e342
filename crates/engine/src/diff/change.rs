//! The differences between two versions of one entity.

use std::collections::BTreeSet;

use interdict_model::{Designation, Entity};
use schemars::JsonSchema;
use serde::Serialize;

/// One property that differs. Values that both versions have are left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PropertyChange {
    /// The property; `schema`, `caption`, `target`, `referents` and `designations` are named like
    /// properties.
    pub property: String,
    /// Values that only the older version has.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub removed: Vec<String>,
    /// Values that only the newer version has.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub added: Vec<String>,
}

/// The differences between two versions of an entity, by property. The time and version in which it was
/// read, and the order of values, are ignored.
pub(crate) fn property_changes(before: &Entity, after: &Entity) -> Vec<PropertyChange> {
    let mut changes = Vec::new();
    let mut compare = |property: &str, old: Vec<String>, new: Vec<String>| {
        let (old_set, new_set): (BTreeSet<&String>, BTreeSet<&String>) =
            (old.iter().collect(), new.iter().collect());
        if old_set == new_set {
            return;
        }
        let only = |values: &[String], other: &BTreeSet<&String>| -> Vec<String> {
            values.iter().filter(|value| !other.contains(value)).cloned().collect()
        };
        let (removed, added) = (only(&old, &new_set), only(&new, &old_set));
        changes.push(PropertyChange { property: property.to_owned(), removed, added });
    };
    compare("schema", vec![before.schema.to_string()], vec![after.schema.to_string()]);
    compare(
        "caption",
        before.caption.iter().cloned().collect(),
        after.caption.iter().cloned().collect(),
    );
    compare("target", flag(before), flag(after));
    compare("referents", ids(before), ids(after));
    compare("designations", designations(before), designations(after));
    let properties: BTreeSet<&String> =
        before.properties.keys().chain(after.properties.keys()).collect();
    for property in properties {
        let values = |entity: &Entity| entity.properties.get(property).cloned().unwrap_or_default();
        compare(property, values(before), values(after));
    }
    changes
}

fn flag(entity: &Entity) -> Vec<String> {
    entity.target.iter().map(|target| target.to_string()).collect()
}

fn ids(entity: &Entity) -> Vec<String> {
    entity.referents.iter().map(|id| id.to_string()).collect()
}

fn designations(entity: &Entity) -> Vec<String> {
    let all = entity.provenance.iter().flat_map(|provenance| &provenance.designations);
    all.map(render_designation).collect()
}

fn render_designation(designation: &Designation) -> String {
    let mut parts = vec![designation.authority.clone()];
    if !designation.programmes.is_empty() {
        parts.push(designation.programmes.join(", "));
    }
    parts.extend(designation.reference.iter().map(|reference| format!("no. {reference}")));
    for (label, date) in [
        ("listed on", designation.listed_on),
        ("in effect from", designation.valid_from),
        ("ended on", designation.valid_to),
    ] {
        parts.extend(date.map(|date| format!("{label} {date}")));
    }
    parts.extend(designation.source_url.clone());
    parts.join("; ")
}

#[cfg(test)]
mod tests {
    use interdict_model::{Provenance, Schema};

    use super::*;

    fn entity(values: &[(&str, &str)]) -> Entity {
        let mut entity = Entity::new("test-1".parse().unwrap(), Schema::PERSON);
        for (property, value) in values {
            entity.add(property, *value);
        }
        entity
    }

    #[test]
    fn only_values_that_differ_are_reported() {
        let before = entity(&[("name", "Ada Example"), ("alias", "A"), ("alias", "B")]);
        let after = entity(&[
            ("name", "Ada Example"),
            ("alias", "C"),
            ("alias", "B"),
            ("birthDate", "1970"),
        ]);
        let changes = property_changes(&before, &after);
        let rendered: Vec<String> = changes
            .iter()
            .map(|c| format!("{} -{:?} +{:?}", c.property, c.removed, c.added))
            .collect();
        assert_eq!(rendered, [r#"alias -["A"] +["C"]"#, r#"birthDate -[] +["1970"]"#]);
    }

    #[test]
    fn order_and_the_version_of_the_list_make_no_difference() {
        let mut before = entity(&[("alias", "A"), ("alias", "B")]);
        let mut after = entity(&[("alias", "B"), ("alias", "A")]);
        let provenance = |version: &str, programme: &str| {
            Some(Provenance {
                list: "us_ofac_sdn".parse().unwrap(),
                list_version: version.to_owned(),
                record_id: "1".to_owned(),
                designations: vec![Designation {
                    authority: "OFAC".to_owned(),
                    programmes: vec![programme.to_owned()],
                    ..Designation::default()
                }],
            })
        };
        before.provenance = provenance("2021-01-01", "DPRK2");
        after.provenance = provenance("2026-01-01", "DPRK2");
        assert_eq!(property_changes(&before, &after), []);
        after.provenance = provenance("2026-01-01", "DPRK3");
        assert_eq!(property_changes(&before, &after)[0].property, "designations");
    }
}
