//! Countries and territories, by ISO code.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

const COUNTRIES: &str = include_str!("../../../data/countries.tsv");

/// A country or territory: an ISO 3166-1 alpha-2 code in lower case, or one of FollowTheMoney's
/// codes for former countries (`suhh`) and disputed territories (`ua-cri`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "&'static str")]
pub struct Country(&'static str);

/// A text that names no country.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} names no country")]
pub struct CountryError {
    /// The text, cut to 60 characters.
    pub text: String,
}

struct Entry {
    name: &'static str,
    parent: &'static str,
}

struct Table {
    by_spelling: BTreeMap<String, &'static str>,
    by_code: BTreeMap<&'static str, Entry>,
}

fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut table = Table { by_spelling: BTreeMap::new(), by_code: BTreeMap::new() };
        for line in COUNTRIES.lines().filter(|line| !line.starts_with('#')) {
            let mut fields = line.split('\t');
            let mut field = || fields.next().unwrap_or_default();
            let (code, alpha3, name, parent, spellings) =
                (field(), field(), field(), field(), field());
            table.by_code.insert(code, Entry { name, parent });
            for spelling in [code, alpha3, name].into_iter().chain(spellings.split('|')) {
                if !spelling.is_empty() {
                    table.by_spelling.insert(fold(spelling), code);
                }
            }
        }
        table
    })
}

/// Letters and digits only, without case and common accents.
fn fold(text: &str) -> String {
    text.chars()
        .filter(|letter| letter.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .map(|letter| match letter {
            'à'..='å' => 'a',
            'ç' => 'c',
            'è'..='ë' => 'e',
            'ì'..='ï' => 'i',
            'ñ' => 'n',
            'ò'..='ö' => 'o',
            'ù'..='ü' => 'u',
            other => other,
        })
        .collect()
}

impl Country {
    /// The code, in lower case.
    pub fn code(&self) -> &'static str {
        self.0
    }

    /// The usual English name.
    pub fn name(&self) -> &'static str {
        table().by_code.get(self.0).map_or(self.0, |entry| entry.name)
    }

    /// The country that a separately listed territory belongs to: Ukraine for Crimea.
    pub fn parent(&self) -> Option<Country> {
        let parent = table().by_code.get(self.0)?.parent;
        (!parent.is_empty()).then_some(Country(parent))
    }

    /// Whether the two are the same country, or one is a territory of the other.
    pub fn overlaps(&self, other: &Country) -> bool {
        self == other || self.parent() == Some(*other) || other.parent() == Some(*self)
    }
}

impl FromStr for Country {
    type Err = CountryError;

    /// Reads a code or any spelling that the lists use ("Korea, North", "DPRK", "Region: Crimea").
    fn from_str(text: &str) -> Result<Self, CountryError> {
        let fail = || CountryError { text: text.chars().take(60).collect() };
        if text.len() > 200 {
            return Err(fail());
        }
        let folded = fold(text);
        let known = &table().by_spelling;
        known
            .get(&folded)
            .or_else(|| known.get(folded.strip_prefix("region")?))
            .map(|code| Country(code))
            .ok_or_else(fail)
    }
}

impl TryFrom<String> for Country {
    type Error = CountryError;

    fn try_from(text: String) -> Result<Self, CountryError> {
        text.parse()
    }
}

impl From<Country> for &'static str {
    fn from(country: Country) -> Self {
        country.0
    }
}

impl fmt::Display for Country {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_the_lists_are_understood() {
        for (text, code) in [
            ("Korea, North", "kp"),
            ("DPRK", "kp"),
            ("Russian Federation", "ru"),
            ("Region: Crimea", "ua-cri"),
            ("Iran (Islamic Republic of)", "ir"),
            ("Congo, Democratic Republic of the", "cd"),
            ("Burma", "mm"),
            ("CÔTE D'IVOIRE", "ci"),
            ("The Gambia", "gm"),
            ("KP", "kp"),
            ("prk", "kp"),
        ] {
            assert_eq!(text.parse::<Country>().map(|country| country.code()), Ok(code), "{text}");
        }
    }

    #[test]
    fn a_territory_overlaps_its_country() {
        let crimea: Country = "Region: Crimea".parse().unwrap();
        let ukraine: Country = "ua".parse().unwrap();
        let russia: Country = "ru".parse().unwrap();
        assert!(crimea.overlaps(&ukraine) && ukraine.overlaps(&crimea));
        assert!(!crimea.overlaps(&russia));
    }

    #[test]
    fn a_text_that_names_no_country_is_an_error() {
        assert!("Atlantis".parse::<Country>().is_err());
        assert!("".parse::<Country>().is_err());
    }
}
