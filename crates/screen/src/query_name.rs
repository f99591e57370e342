//! A name of a query, analysed once for each kind that its bearer can have.

use crate::unreadable::why_unreadable;
use interdict_index::PreparedQuery;
use interdict_model::Schema;
use interdict_names::{Comparison, Name, NameKind, NotComparable, Note};

/// A name of a query. If the schema leaves the kind of its bearer open, the name is analysed as that
/// of a person, of an organisation and of a vessel, and compared with each listed name as a name of
/// its kind.
#[derive(Debug, Clone)]
pub struct QueryName {
    /// At least one; the likeliest kind first.
    readings: Vec<Name>,
}

/// One analysis of a name, prepared for look-ups.
pub struct PreparedName<'a> {
    /// The analysis.
    pub name: &'a Name,
    /// The analysis in the form that look-ups use.
    pub prepared: PreparedQuery,
    /// The analyses of the name, this one among them.
    readings: &'a [Name],
}

impl PreparedName<'_> {
    /// Whether this analysis is compared with a listed name: the one of its kind is, or all if there is none.
    pub fn compares_with(&self, listed: &Name) -> bool {
        self.name.kind() == listed.kind()
            || self.readings.iter().all(|reading| reading.kind() != listed.kind())
    }
}

impl QueryName {
    /// Analyses a name of a bearer of that schema.
    pub fn analyse(text: &str, schema: Option<&Schema>) -> Self {
        let kinds = name_kinds(schema);
        let readings = match kinds {
            [kind] => vec![Name::parse(text, *kind)],
            kinds => Name::parse_as_each(text, kinds),
        };
        Self { readings }
    }

    /// Marks a kind of bearer as unlikely, because other facts contradict it. Without effect if the text itself
    /// suggests that kind, because the name then contradicts the other facts.
    pub(crate) fn set_kind_unlikely(&mut self, kind: NameKind) {
        let others = self.readings.iter_mut().skip(1);
        others.filter(|reading| reading.kind() == kind).for_each(Name::set_kind_unlikely);
    }

    /// Lets only an equal name count, because the text may be a remark and not a name.
    pub(crate) fn require_equality(&mut self) {
        self.readings.iter_mut().for_each(Name::set_kind_unlikely);
    }

    /// The text as given.
    pub fn text(&self) -> &str {
        self.readings.first().map_or("", Name::text)
    }

    /// The analyses, the likeliest kind first.
    pub fn readings(&self) -> &[Name] {
        &self.readings
    }

    /// The reason why the name cannot be compared as a name of any kind; `None` if it can.
    pub(crate) fn not_comparable(&self) -> Option<NotComparable> {
        let comparable = self.readings.iter().any(Name::is_comparable);
        self.readings.first().filter(|_| !comparable).and_then(Name::not_comparable)
    }

    /// The reason, in words, why the name is not compared in full.
    pub(crate) fn doubt(&self) -> Option<&'static str> {
        let has = |note: Note| self.readings.iter().any(|name| name.notes().any(|own| own == note));
        if has(Note::Truncated) {
            Some("a name is longer than what is compared; only its beginning was screened")
        } else if self.not_comparable() == Some(NotComparable::Unreadable) {
            Some("a name is in letters without a known reading; only equal names are found")
        } else if self.not_comparable() == Some(NotComparable::OnlyDigits) {
            Some("a name is only a number; only equal names are found")
        } else if is_encoded(self.text()) {
            Some("a name is encoded (`%20`) or changes the direction of its letters")
        } else if has(Note::Damaged) || has_letter_replaced(self.text()) {
            Some("a name is damaged (replacement characters)")
        } else {
            why_unreadable(self.text())
        }
    }

    /// Whether the name can be compared as a name of some kind.
    pub fn is_comparable(&self) -> bool {
        self.not_comparable().is_none()
    }

    /// The comparison with another name, both analysed as the likeliest kind that both can have.
    pub fn compare(&self, other: &QueryName) -> Option<Comparison> {
        let (_, name, other) = self.best_pair(other)?;
        Some(interdict_names::compare(name, other))
    }

    /// The score of [`compare`](Self::compare).
    pub fn score(&self, other: &QueryName) -> Option<f64> {
        self.best_pair(other).map(|(score, ..)| score)
    }

    /// Compares each side's likeliest analysis with the other side's analysis for the same kind, and returns the better
    /// pair.
    fn best_pair<'a>(&'a self, other: &'a QueryName) -> Option<(f64, &'a Name, &'a Name)> {
        let (first, second) = (self.readings.first()?, other.readings.first()?);
        let pairs = [
            other.reading_of(first.kind()).map(|second| (first, second)),
            self.reading_of(second.kind()).map(|first| (first, second)),
        ];
        let scored = pairs.into_iter().flatten().map(|(a, b)| (interdict_names::score(a, b), a, b));
        scored.reduce(|best, next| if next.0 > best.0 { next } else { best })
    }

    fn reading_of(&self, kind: NameKind) -> Option<&Name> {
        self.readings.iter().find(|name| name.kind() == kind)
    }

    /// Each analysis, prepared for look-ups among the listed names of its kind and of that schema.
    pub(crate) fn prepare(
        &self,
        schema: Option<&Schema>,
    ) -> impl Iterator<Item = PreparedName<'_>> {
        self.readings.iter().map(move |name| {
            let mut prepared = PreparedQuery::new(name);
            if let Some(schema) = schema {
                prepared = prepared.with_schema(schema);
            }
            if self.readings.len() > 1 {
                prepared = prepared.with_kind(name.kind());
            }
            PreparedName { name, prepared, readings: &self.readings }
        })
    }

    /// The analyses that are compared with a listed name: that of its kind, or all if there is none.
    pub(crate) fn readings_for(&self, listed: &Name) -> impl Iterator<Item = &Name> {
        let own = self.reading_of(listed.kind());
        let others = self.readings.iter().filter(move |_| own.is_none());
        own.into_iter().chain(others)
    }
}

/// Whether a text is encoded: percent-encoded, or with letters reversed by the marks that override their direction.
fn is_encoded(text: &str) -> bool {
    let is_code = |code: &str| {
        code.get(..2).is_some_and(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()))
    };
    text.contains(['\u{202d}', '\u{202e}']) || text.split('%').skip(1).any(is_code)
}

/// Whether a question mark is inside a word, where a system wrote it for a letter that it could not encode. In a link,
/// a question mark starts the parameters and does not count.
fn has_letter_replaced(name: &str) -> bool {
    let is_letter = |letter: Option<char>| letter.is_some_and(char::is_alphabetic);
    !name.contains("://")
        && name.match_indices('?').any(|(at, mark)| {
            let (before, after) = (name.get(..at), name.get(at + mark.len()..));
            is_letter(before.and_then(|text| text.chars().next_back()))
                && is_letter(after.and_then(|text| text.chars().next()))
        })
}

/// The kinds that a bearer of that schema can have.
pub fn name_kinds(schema: Option<&Schema>) -> &'static [NameKind] {
    match schema {
        Some(schema) if schema.is_a(&Schema::PERSON) => &[NameKind::Person],
        Some(schema) if schema.is_a(&Schema::ORGANIZATION) => &[NameKind::Organization],
        Some(schema) if schema.is_a(&Schema::VESSEL) || schema.is_a(&Schema::AIRPLANE) => {
            &[NameKind::Object]
        }
        Some(schema) if schema.is_a(&Schema::LEGAL_ENTITY) => {
            &[NameKind::Person, NameKind::Organization]
        }
        _ => &[NameKind::Person, NameKind::Organization, NameKind::Object],
    }
}
