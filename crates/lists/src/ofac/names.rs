//! The names of a party.

use interdict_model::NAME_PROPERTIES;

use super::party::{Alias, AliasKind, PartyKind, PartyName};
use super::party_entities::PartyEntities;
use crate::printed_names::names_in;

/// Adds the primary name, its parts, and the aliases.
pub(crate) fn add_names(entities: &mut PartyEntities<'_>) {
    let party = entities.party;
    let printed = names_in(&party.name.natural());
    let mut names = printed.names.into_iter();
    entities.main.add("name", names.next().unwrap_or_default());
    for name in names {
        add_unless_known(entities, "alias", name);
    }
    keep_remarks(entities, printed.remarks);
    if party.kind == PartyKind::Individual && !party.name.first.is_empty() {
        entities.main.add("lastName", party.name.last.as_str());
        entities.main.add("firstName", party.name.first.as_str());
    }
    for alias in &party.aliases {
        add_alias(entities, alias);
    }
}

/// Adds a name unless a more specific property has it already.
pub(crate) fn add_alias(entities: &mut PartyEntities<'_>, alias: &Alias) {
    let property = match (alias.weak, alias.kind) {
        (true, _) => "weakAlias",
        (false, AliasKind::Fka) => "previousName",
        (false, AliasKind::Aka | AliasKind::Nka) => "alias",
    };
    let printed = names_in(&alias.name.natural());
    for name in printed.names {
        add_unless_known(entities, property, name);
    }
    keep_remarks(entities, printed.remarks);
}

fn add_unless_known(entities: &mut PartyEntities<'_>, property: &str, name: String) {
    let known = NAME_PROPERTIES
        .iter()
        .any(|(name_property, _)| entities.main.values(name_property).contains(&name));
    if !known {
        entities.main.add(property, name);
    }
}

fn keep_remarks(entities: &mut PartyEntities<'_>, remarks: Vec<String>) {
    for remark in remarks {
        entities.main.add("notes", format!("Name as printed: {remark}"));
    }
}

/// A weak alias as the remarks print it.
pub(crate) fn weak_alias(text: &str, kind: PartyKind) -> Alias {
    let name = PartyName::printed(text, kind);
    Alias { name, kind: AliasKind::Aka, weak: true }
}
