//! The entry point of the analysis: chooses the analyser for the kind of a name.

use crate::name::{Hints, Name, NameKind};
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
}
