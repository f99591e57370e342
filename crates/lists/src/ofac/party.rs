//! One listed party as OFAC describes it, the same from every format.

use super::clause_head::{ClauseHead, REMARK};

/// What kind of party it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PartyKind {
    Individual,
    Entity,
    Vessel,
    Aircraft,
}

/// A name in OFAC's two parts. Only individuals have a first part.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct PartyName {
    pub(crate) last: String,
    pub(crate) first: String,
}

/// Another name of the party.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Alias {
    pub(crate) name: PartyName,
    pub(crate) kind: AliasKind,
    /// OFAC's own category: a weak alias alone is not enough for a match.
    pub(crate) weak: bool,
}

/// How the other name relates to the party.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AliasKind {
    /// Also known as.
    Aka,
    /// Formerly known as.
    Fka,
    /// Now known as.
    Nka,
}

/// An address in the parts that the format gives.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct PartyAddress {
    pub(crate) street: String,
    /// City, and in the comma-separated files also state and postal code.
    pub(crate) city: String,
    pub(crate) state: String,
    pub(crate) postal_code: String,
    pub(crate) country: String,
}

/// One typed statement about the party: a clause of the remarks, a document, a feature.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct PartyFact {
    /// What kind of statement it is; `None` for a free note.
    pub(crate) head: Option<&'static ClauseHead>,
    /// What is stated, in OFAC's words, such as `Passport` or `Digital Currency Address`.
    pub(crate) label: String,
    /// The value. Empty if the label is the whole statement.
    pub(crate) value: String,
    /// The issuing country, as printed.
    pub(crate) country: String,
    /// The date of issue, as printed.
    pub(crate) issued: String,
    /// The date of expiry, as printed.
    pub(crate) expires: String,
}

/// All values of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Party {
    /// OFAC's number for it.
    pub(crate) uid: String,
    pub(crate) kind: PartyKind,
    pub(crate) name: PartyName,
    pub(crate) programmes: Vec<String>,
    pub(crate) aliases: Vec<Alias>,
    pub(crate) addresses: Vec<PartyAddress>,
    pub(crate) facts: Vec<PartyFact>,
    /// The line that the record begins on, where the format has lines.
    pub(crate) line: Option<u64>,
}

impl PartyFact {
    /// A text that is kept as a note and is not reported as a problem.
    pub(crate) fn remark(text: impl Into<String>) -> Self {
        let (head, label) = (Some(&REMARK), REMARK.words.to_owned());
        Self { head, label, value: text.into(), ..Self::default() }
    }
}

impl PartyAddress {
    /// The parts in OFAC's own order: street, city, state and postal code, country.
    pub(crate) fn full_line(&self) -> String {
        let region = joined(&[&self.state, &self.postal_code], " ");
        let between = if self.state.is_empty() { " " } else { ", " };
        let city = joined(&[&self.city, &region], between);
        joined(&[&self.street, &city, &self.country], ", ")
    }
}

fn joined(parts: &[&str], between: &str) -> String {
    let parts: Vec<&str> = parts.iter().copied().filter(|part| !part.is_empty()).collect();
    parts.join(between)
}

impl Party {
    pub(crate) fn new(uid: impl Into<String>, kind: PartyKind, name: PartyName) -> Self {
        Self {
            uid: uid.into(),
            kind,
            name,
            programmes: Vec::new(),
            aliases: Vec::new(),
            addresses: Vec::new(),
            facts: Vec::new(),
            line: None,
        }
    }
}

/// Largest number of names, addresses or facts of one party. The longest published record has some two
/// hundred; without a limit, a hostile record could cost hours, since finding duplicates is quadratic.
pub(crate) const MAX_VALUES: usize = 2_000;

impl Party {
    /// Drops what exceeds the limits; false if something was dropped.
    pub(crate) fn keep_bounds(&mut self) -> bool {
        let most =
            [self.facts.len(), self.aliases.len(), self.addresses.len(), self.programmes.len()];
        self.facts.truncate(MAX_VALUES);
        self.aliases.truncate(MAX_VALUES);
        self.addresses.truncate(MAX_VALUES);
        self.programmes.truncate(MAX_VALUES);
        most.into_iter().all(|count| count <= MAX_VALUES)
    }
}

impl PartyName {
    /// Reads a name as OFAC prints it: `LAST, First Middle` for individuals, as it is for others.
    pub(crate) fn printed(text: &str, kind: PartyKind) -> Self {
        let text = text.trim();
        let split = (kind == PartyKind::Individual).then(|| split_at_comma(text)).flatten();
        match split {
            Some((last, first)) => Self { last: last.to_owned(), first: first.to_owned() },
            None => Self { last: text.to_owned(), first: String::new() },
        }
    }

    /// The name as OFAC prints it.
    pub(crate) fn as_printed(&self) -> String {
        match (self.first.as_str(), self.last.as_str()) {
            ("", last) => last.to_owned(),
            (first, "") => first.to_owned(),
            (first, last) => format!("{last}, {first}"),
        }
    }

    /// The name in spoken order: `First Middle LAST`, with a suffix such as `Jr.` at the end.
    pub(crate) fn natural(&self) -> String {
        if self.first.is_empty() || self.last.is_empty() {
            return format!("{}{}", self.first, self.last);
        }
        if is_east_asian(&self.last) && is_east_asian(&self.first) {
            return format!("{}{}", self.last, self.first);
        }
        let (first, suffix) = match self.first.rsplit_once(", ") {
            Some((first, suffix)) if is_suffix(suffix) => (first, suffix),
            _ => (self.first.as_str(), ""),
        };
        let first = first.replace(", ", " ");
        [first.as_str(), self.last.as_str(), suffix].join(" ").trim().to_owned()
    }
}

/// Whether a text is written in Chinese, Japanese or Korean letters. In such names the family name
/// comes first, and no space follows it.
fn is_east_asian(text: &str) -> bool {
    text.chars().all(|letter| {
        matches!(letter, '\u{1100}'..='\u{11FF}' | '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}'
            | '\u{AC00}'..='\u{D7AF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
    })
}

/// Where the family name ends: at the first comma that no `Jr.` follows.
fn split_at_comma(text: &str) -> Option<(&str, &str)> {
    let (last, first) = text.split_once(", ")?;
    match first.split_once(", ") {
        Some((suffix, rest)) if is_suffix(suffix) => {
            let end = last.len() + ", ".len() + suffix.len();
            Some((text.get(..end)?, rest))
        }
        _ => Some((last, first)),
    }
}

fn is_suffix(text: &str) -> bool {
    matches!(
        text.trim_end_matches('.').to_ascii_uppercase().as_str(),
        "JR" | "SR" | "II" | "III" | "IV"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn natural(text: &str) -> String {
        PartyName::printed(text, PartyKind::Individual).natural()
    }

    #[test]
    fn individuals_are_named_in_natural_order() {
        assert_eq!(natural("ROE, Robert Miles"), "Robert Miles ROE");
        assert_eq!(natural("DE LOS ROES, Robert Miles, Jr."), "Robert Miles DE LOS ROES Jr.");
        assert_eq!(natural("ROE, JR., Robert"), "Robert ROE, JR.");
        assert_eq!(natural("ABU ROE"), "ABU ROE");
    }

    #[test]
    fn names_in_east_asian_letters_keep_the_family_name_first() {
        let name = PartyName { last: "로".to_owned(), first: "보트".to_owned() };
        assert_eq!(name.natural(), "로보트");
        assert_eq!(natural("РОУ, Роберт"), "Роберт РОУ");
    }

    #[test]
    fn organisations_keep_their_commas() {
        let name = PartyName::printed("ROE TRADING CO., LTD.", PartyKind::Entity);
        assert_eq!(name.natural(), "ROE TRADING CO., LTD.");
        assert_eq!(name.as_printed(), "ROE TRADING CO., LTD.");
    }
}
