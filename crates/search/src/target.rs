//! Whether an entity is itself listed.

use interdict_model::{Entity, PropertyType, Topic};

/// Whether an entity is listed: one of its topics is a risk, or it has no topics and its list marks it as a target. As
/// in yente, the mark is ignored for entities with topics, because aggregators set it on all entities of their own
/// lists.
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
    let mut has_topics = false;
    for (_, topic) in entity.values_of(PropertyType::Topic) {
        has_topics = true;
        if Topic::find(topic).is_some_and(|topic| topic.is_risk) {
            return true;
        }
    }
    !has_topics && entity.target == Some(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::entity;

    #[test]
    fn a_risk_topic_or_the_word_of_the_list_makes_a_target() {
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
        listed.add("topics", "role.lawyer");
        assert!(!is_target(&listed));
    }
}
