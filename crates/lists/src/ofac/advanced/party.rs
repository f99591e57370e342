//! One `<DistinctParty>`.

use std::collections::HashMap;

use interdict_model::{Loss, ProblemCode};

use super::party_reader::PartyReader;
use crate::ofac::party::{Alias, AliasKind, Party, PartyKind, PartyName};
use crate::ofac::remarks::parse_remarks;
use crate::xml::Element;

impl PartyReader<'_, '_> {
    /// Reads every profile of the element; there is one in all published lists.
    pub(super) fn read(&mut self, element: &Element) -> Vec<Party> {
        let profiles = element.children("Profile").map(|profile| self.profile(element, profile));
        profiles.collect()
    }

    fn profile(&mut self, element: &Element, profile: &Element) -> Party {
        let sub_type = profile.attribute("PartySubTypeID");
        let kind = self.references.party_kind(sub_type).unwrap_or_else(|| {
            let what = "a kind of party that the file does not define; it is read as an entity";
            self.report.problem(element, ProblemCode::ValueUnknown, Loss::Nothing, what);
            PartyKind::Entity
        });
        let uid = profile.attribute("ID").or_else(|| element.attribute("FixedRef"));
        let mut party = Party::new(uid.unwrap_or_default(), kind, PartyName::default());
        party.line = Some(element.line());
        for identity in profile.children("Identity") {
            self.add_names(&mut party, identity);
            if let Some(id) = identity.attribute("ID") {
                party.facts.extend(self.documents.take(id, kind));
            }
        }
        // Features belong into the profile; some files have them beside it.
        for feature in profile.children("Feature").chain(element.children("Feature")) {
            self.add_feature(&mut party, feature);
        }
        for comment in element.children("Comment").chain(profile.children("Comment")) {
            party.facts.extend(parse_remarks(comment.text(), kind, false));
        }
        party
    }

    fn add_names(&self, party: &mut Party, identity: &Element) {
        let types: HashMap<&str, &str> = identity
            .all("NamePartGroups/MasterNamePartGroup/NamePartGroup")
            .into_iter()
            .filter_map(|group| {
                let kind = group.attribute("NamePartTypeID");
                Some((group.attribute("ID")?, self.references.text("NamePartType", kind)?))
            })
            .collect();
        for alias in identity.children("Alias") {
            let kind = self.references.text("AliasType", alias.attribute("AliasTypeID"));
            let kind = match kind.unwrap_or_default() {
                "F.K.A." => AliasKind::Fka,
                "N.K.A." => AliasKind::Nka,
                _ => AliasKind::Aka,
            };
            let weak = alias.attribute("LowQuality") == Some("true");
            let main = alias.attribute("Primary") == Some("true");
            for documented in alias.children("DocumentedName") {
                let name = name(documented, &types);
                let latin = documented.attribute("DocNameStatusID") == Some("1");
                if main && party.name == PartyName::default() && (latin || only_name(alias)) {
                    party.name = name;
                } else if name != PartyName::default() {
                    party.aliases.push(Alias { name, kind, weak });
                }
            }
        }
    }
}

fn only_name(alias: &Element) -> bool {
    alias.children("DocumentedName").count() == 1
}

/// Puts a name together: the family name is the last part, everything else of a person the first.
fn name(documented: &Element, types: &HashMap<&str, &str>) -> PartyName {
    let (mut last, mut first) = (Vec::new(), Vec::new());
    for part in documented.all("DocumentedNamePart/NamePartValue") {
        let group = part.attribute("NamePartGroupID");
        match group.and_then(|group| types.get(group)).copied() {
            Some("First Name" | "Middle Name" | "Patronymic" | "Matronymic") => {
                first.push(part.text())
            }
            _ => last.push(part.text()),
        }
    }
    PartyName { last: last.join(" "), first: first.join(" ") }
}
