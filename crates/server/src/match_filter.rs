//! Filters of results.

use interdict_model::Entity;

/// The filters of a request. An empty filter excludes nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct MatchFilter {
    /// Schemata by name; their descendants are included.
    pub(crate) excluded_schemata: Vec<String>,
    /// An entity needs one of these topics.
    pub(crate) topics: Vec<String>,
    /// An entity must have changed after this moment. One whose last change is unknown passes: the lists of OFAC and the EU
    /// do not state it, and leaving their entities out would look clear.
    pub(crate) changed_since: Option<String>,
    /// Ids, or other ids of the same entities.
    pub(crate) excluded_ids: Vec<String>,
}

impl MatchFilter {
    /// Whether it excludes nothing.
    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether an entity passes the filters.
    pub(crate) fn keeps(&self, entity: &Entity) -> bool {
        let is_excluded = |id: &str| self.excluded_ids.iter().any(|excluded| excluded == id);
        let has_topic = || entity.values("topics").iter().any(|topic| self.topics.contains(topic));
        let changed = entity.last_change.as_deref();
        let is_recent =
            self.changed_since.as_deref().is_none_or(|since| changed.is_none_or(|day| day > since));
        is_recent
            && (self.topics.is_empty() || has_topic())
            && self.excluded_schemata.iter().all(|schema| schema != entity.schema.as_str())
            && !is_excluded(entity.id.as_str())
            && !entity.referents.iter().any(|id| is_excluded(id.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use interdict_model::Schema;

    use super::*;

    #[test]
    fn each_part_leaves_out_what_it_says() {
        let mut entity = Entity::new("x-1".parse().unwrap(), Schema::COMPANY);
        entity.referents = vec!["y-1".parse().unwrap()];
        entity.last_change = Some("2026-04-29T00:00:00".to_owned());
        entity.add("topics", "sanction");
        let text = |text: &str| vec![text.to_owned()];
        let none = MatchFilter::default;
        assert!(none().is_empty() && none().keeps(&entity));
        for (filter, keeps) in [
            (MatchFilter { excluded_schemata: text("Company"), ..none() }, false),
            (MatchFilter { excluded_schemata: text("Organization"), ..none() }, true),
            (MatchFilter { topics: text("sanction"), ..none() }, true),
            (MatchFilter { topics: text("crime"), ..none() }, false),
            (MatchFilter { changed_since: Some("2026-04-28".to_owned()), ..none() }, true),
            (MatchFilter { changed_since: Some("2026-05".to_owned()), ..none() }, false),
            (MatchFilter { changed_since: entity.last_change.clone(), ..none() }, false),
            (MatchFilter { excluded_ids: text("x-1"), ..none() }, false),
            (MatchFilter { excluded_ids: text("y-1"), ..none() }, false),
            (MatchFilter { excluded_ids: text("z-1"), ..none() }, true),
        ] {
            assert!(!filter.is_empty());
            assert_eq!(filter.keeps(&entity), keeps, "{filter:?}");
        }
        entity.last_change = None;
        assert!(MatchFilter { changed_since: Some("2099".to_owned()), ..none() }.keeps(&entity));
    }
}
