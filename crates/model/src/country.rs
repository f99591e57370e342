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

/// The text does not name a country.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} names no country")]
pub struct CountryError {
    /// The text, cut to 60 characters.
    pub text: String,
}

/// One row of the table of countries.
struct CountryEntry {
    name: &'static str,
    parent: &'static str,
}

/// The table of countries, by code and by every spelling.
struct CountryTable {
    by_spelling: BTreeMap<String, &'static str>,
    by_code: BTreeMap<&'static str, CountryEntry>,
}

fn table() -> &'static CountryTable {
    static TABLE: OnceLock<CountryTable> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut table = CountryTable { by_spelling: BTreeMap::new(), by_code: BTreeMap::new() };
        for line in COUNTRIES.lines().filter(|line| !line.starts_with('#')) {
            let mut fields = line.split('\t');
            let mut field = || fields.next().unwrap_or_default();
            let (code, alpha3, name, parent, spellings) =
                (field(), field(), field(), field(), field());
            table.by_code.insert(code, CountryEntry { name, parent });
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
    fn accents_case_and_punctuation_make_no_difference() {
        for (text, folded) in [
            ("ÀÁÂÃÄÅ", "aaaaaa"),
            ("Çç", "cc"),
            ("èÉêË", "eeee"),
            ("ìíîÏ", "iiii"),
            ("Ñ", "n"),
            ("òóôõÖ", "ooooo"),
            ("ùúûÜ", "uuuu"),
            ("ÆØß", "æøß"),
            ("St. Kitts & 1", "stkitts1"),
        ] {
            assert_eq!(fold(text), folded);
        }
    }

    #[test]
    fn a_country_has_a_code_a_name_and_perhaps_a_parent() {
        let country = |text: &str| text.parse::<Country>().unwrap();
        assert_eq!(country("kp").name(), "North Korea");
        assert_eq!(country("DPRK").to_string(), "kp");
        assert_eq!(country("kp").parent(), None);
        assert_eq!(country("Region: Crimea").parent(), Some(country("ua")));
        assert_eq!(serde_json::to_string(&country("kp")).unwrap(), "\"kp\"");
        assert_eq!(serde_json::from_str::<Country>("\"DPRK\"").unwrap(), country("kp"));
        assert!(serde_json::from_str::<Country>("\"Atlantis\"").is_err());
    }

    #[test]
    fn a_territory_overlaps_its_country_and_itself() {
        let crimea: Country = "Region: Crimea".parse().unwrap();
        let ukraine: Country = "ua".parse().unwrap();
        let russia: Country = "ru".parse().unwrap();
        assert!(crimea.overlaps(&ukraine) && ukraine.overlaps(&crimea));
        assert!(russia.overlaps(&russia) && crimea.overlaps(&crimea));
        assert!(!crimea.overlaps(&russia) && !russia.overlaps(&crimea));
        assert!(!ukraine.overlaps(&russia), "two countries without a parent");
    }

    #[test]
    fn a_text_that_names_no_country_is_an_error_with_a_bounded_text() {
        assert!("Atlantis".parse::<Country>().is_err());
        assert!("".parse::<Country>().is_err());
        let padded = |length: usize| format!("kp{}", " ".repeat(length - 2));
        assert!(padded(200).parse::<Country>().is_ok());
        assert!(padded(201).parse::<Country>().is_err(), "longer than any name of a country");
        assert_eq!("x".repeat(300).parse::<Country>().unwrap_err().text.len(), 60);
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text in ".*") {
            if let Ok(country) = text.parse::<Country>() {
                proptest::prop_assert_eq!(country.code().parse(), Ok(country));
            }
        }
    }
}
