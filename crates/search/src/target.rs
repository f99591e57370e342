//! Whether an entity is itself listed.

use interdict_model::{Entity, PropertyType};

/// Topics that make an entity a target, as yente counts them; in byte order.
const RISK_TOPICS: [&str; 28] = [
    "corp.disqual",
    "crime",
    "crime.boss",
    "crime.fin",
    "crime.fraud",
    "crime.terror",
    "crime.theft",
    "crime.traffick",
    "crime.war",
    "debarment",
    "export.control",
    "export.control.linked",
    "export.risk",
    "invest.ban",
    "invest.risk",
    "mare.detained",
    "mare.shadow",
    "poi",
    "reg.action",
    "reg.warn",
    "role.oligarch",
    "role.pep",
    "role.rca",
    "sanction",
    "sanction.control",
    "sanction.counter",
    "sanction.linked",
    "wanted",
];

/// Whether an entity is listed: its list says so, or one of its topics is a risk.
///
/// ```
/// use interdict_model::{Entity, Schema};
///
/// let mut person = Entity::new("x-1".parse()?, Schema::PERSON);
/// assert!(!interdict_search::is_target(&person));
/// person.add("topics", "sanction.linked");
/// assert!(interdict_search::is_target(&person));
/// # Ok::<(), interdict_model::IdError>(())
/// ```
pub fn is_target(entity: &Entity) -> bool {
    let mut topics = entity.values_of(PropertyType::Topic);
    entity.target == Some(true) || topics.any(|(_, topic)| RISK_TOPICS.contains(&topic))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::entity;

    #[test]
    fn a_risk_topic_or_the_word_of_the_list_makes_a_target() {
        assert!(RISK_TOPICS.is_sorted());
        assert!(!is_target(&entity(
            "x",
            "Person",
            &[("topics", "role.lawyer"), ("notes", "wanted")]
        )));
        assert!(is_target(&entity(
            "x",
            "Person",
            &[("topics", "role.lawyer"), ("topics", "wanted")]
        )));
        let mut listed = entity("x", "Person", &[]);
        listed.target = Some(true);
        assert!(is_target(&listed));
    }
}
