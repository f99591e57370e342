//! The entry point of the analysis: chooses the analyser for the kind of a name.

use crate::name::{Hints, Name, NameKind, name_flag};
use crate::{organisation, person};

impl Name {
    /// Analyses a name. Never fails. Of very long text only the beginning is analysed;
    /// [`Name::notes`] then has `Note::Truncated`.
    pub fn parse(text: &str, kind: NameKind) -> Name {
        Name::parse_with(text, &Hints { kind: Some(kind), ..Hints::default() })
    }

    /// Analyses a name with the hints of its source.
    pub fn parse_with(text: &str, hints: &Hints<'_>) -> Name {
        match hints.kind.unwrap_or(NameKind::Person) {
            NameKind::Person => person::analyse(text, hints),
            NameKind::Either if !organisation::names_an_organisation(text) => {
                person::analyse(text, hints)
            }
            _ => organisation::analyse(text, hints),
        }
    }

    /// Analyses a name of unknown kind once for each kind that its bearer can have: first for the kind that the text
    /// suggests (see [`NameKind::Either`]), then for the other kinds given. A comparison with one of the latter stays
    /// under the threshold unless both names match in whole, because words of a person's name occur in names of ships
    /// and companies by chance.
    pub fn parse_as_each(text: &str, kinds: &[NameKind]) -> Vec<Name> {
        let likely = match organisation::names_an_organisation(text) {
            true => NameKind::Organization,
            false => NameKind::Person,
        };
        let parse = |kind: NameKind, is_only_possible: bool| {
            let mut name = Name::parse(text, kind);
            name.flags |= if is_only_possible { name_flag::POSSIBLE_KIND } else { 0 };
            name
        };
        let others = kinds.iter().filter(|kind| **kind != likely);
        let likely_first = kinds.contains(&likely).then(|| parse(likely, false));
        likely_first.into_iter().chain(others.map(|kind| parse(*kind, true))).collect()
    }
}
