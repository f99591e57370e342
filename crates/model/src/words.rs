//! The tables of words that customer files and lists of one's own use for plain facts.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use crate::country::Country;
use crate::gender::Gender;
use crate::schema::Schema;

const GENDERS: &str = include_str!("../../../data/words/genders.tsv");
const PARTY_KINDS: &str = include_str!("../../../data/words/party_kinds.tsv");
const DEMONYMS: &str = include_str!("../../../data/words/demonyms.tsv");
const NULL_WORDS: &str = include_str!("../../../data/words/null_words.tsv");

/// Longest text that is looked up, in bytes: no entry of a table is as long.
const LONGEST: usize = 100;

/// The kind of a column's values, which decides the words that stand for a missing value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    /// A name, or a part of one.
    Name,
    /// A date.
    Date,
    /// A gender.
    Gender,
    /// A country or nationality.
    Country,
    /// Anything else.
    Other,
}

/// How certainly a text stands for a missing value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NullWord {
    /// The value is missing.
    Nothing,
    /// The value is missing, or is a name: `Null`, `Na`, `Nil`.
    PerhapsName,
}

/// Whether a text stands for a missing value in a column of that kind.
///
/// ```
/// use interdict_model::{FieldKind, NullWord, null_word};
///
/// assert_eq!(null_word("N/A", FieldKind::Name), Some(NullWord::Nothing));
/// assert_eq!(null_word("Null", FieldKind::Name), Some(NullWord::PerhapsName));
/// assert_eq!(null_word("Null", FieldKind::Other), Some(NullWord::Nothing));
/// assert_eq!(null_word("00/00/0000", FieldKind::Date), Some(NullWord::Nothing));
/// assert_eq!(null_word("Jane", FieldKind::Name), None);
/// ```
pub fn null_word(text: &str, kind: FieldKind) -> Option<NullWord> {
    if text.len() > LONGEST {
        return None;
    }
    if !text.chars().any(char::is_alphanumeric) {
        return Some(NullWord::Nothing);
    }
    if kind == FieldKind::Date && text.chars().filter(|c| c.is_alphanumeric()).all(|c| c == '0') {
        return Some(NullWord::Nothing);
    }
    let place = null_words().get(spaced(text).as_str()).copied()?;
    match (place, kind) {
        ("everywhere", _) => Some(NullWord::Nothing),
        ("not_names", FieldKind::Name) => Some(NullWord::PerhapsName),
        // `na` is Namibia's code as well, so the caller reports it as unread.
        ("not_names", FieldKind::Country) if spaced(text) == "na" => None,
        ("not_names", _)
        | ("date", FieldKind::Date)
        | ("gender", FieldKind::Gender)
        | ("country", FieldKind::Country) => Some(NullWord::Nothing),
        _ => None,
    }
}

/// Whether a text in a column of names says that a name is withheld, is a test, or is to be found elsewhere.
///
/// ```
/// assert!(interdict_model::hides_name("[REDACTED]") && interdict_model::hides_name("see above"));
/// assert!(!interdict_model::hides_name("Jane Test"));
/// ```
pub fn hides_name(text: &str) -> bool {
    if text.len() > LONGEST {
        return false;
    }
    let word = spaced(text);
    let word = word.trim_matches(|sign: char| !sign.is_alphanumeric());
    null_words().get(word).copied() == Some("hidden")
}

impl Schema {
    /// Reads the name of a schema, or a usual word for a kind of party: `Individual`, `natural
    /// person`, `ship`.
    pub fn of_word(text: &str) -> Option<Schema> {
        static TABLE: OnceLock<BTreeMap<&'static str, &'static str>> = OnceLock::new();
        if text.len() > LONGEST {
            return None;
        }
        Schema::parse(text).ok().or_else(|| {
            let name = TABLE.get_or_init(|| pairs(PARTY_KINDS).collect()).get(&*spaced(text))?;
            Schema::parse(name).ok()
        })
    }
}

impl Country {
    /// Reads a value of a column of countries or nationalities: a code, a name, or the word for a country's people
    /// (`Iranian`, `South Korean`).
    pub fn of_word(text: &str) -> Option<Country> {
        static TABLE: OnceLock<BTreeMap<&'static str, &'static str>> = OnceLock::new();
        if text.len() > LONGEST {
            return None;
        }
        text.parse().ok().or_else(|| {
            let words = TABLE.get_or_init(|| {
                let rows = pairs(DEMONYMS);
                rows.flat_map(|(code, words)| words.split('|').map(move |word| (word, code)))
                    .collect()
            });
            let word = spaced(text);
            let word = ["national", "citizen"]
                .iter()
                .find_map(|tail| word.strip_suffix(tail))
                .map_or(word.as_str(), str::trim);
            words.get(word).copied().unwrap_or(word).parse().ok()
        })
    }
}

/// The gender that a word names.
pub(crate) fn gender_of_word(text: &str) -> Option<Gender> {
    static TABLE: OnceLock<BTreeMap<&'static str, &'static str>> = OnceLock::new();
    if text.len() > LONGEST {
        return None;
    }
    let word = spaced(text).trim_end_matches('.').to_owned();
    match *TABLE.get_or_init(|| pairs(GENDERS).collect()).get(word.as_str())? {
        "male" => Some(Gender::Male),
        "female" => Some(Gender::Female),
        _ => Some(Gender::Other),
    }
}

fn null_words() -> &'static BTreeMap<&'static str, &'static str> {
    static TABLE: OnceLock<BTreeMap<&'static str, &'static str>> = OnceLock::new();
    TABLE.get_or_init(|| {
        // `#n/a` is a word here: only "# " begins a comment.
        let rows = NULL_WORDS.lines().filter(|line| !line.starts_with("# "));
        rows.filter_map(|line| line.split_once('\t')).collect()
    })
}

fn pairs(table: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    let rows = table.lines().filter(|line| !line.starts_with('#'));
    rows.filter_map(|line| line.split_once('\t'))
}

/// Lower case, with single spaces.
pub(crate) fn spaced(text: &str) -> String {
    text.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_cannot_be_names_are_nothing_in_every_column() {
        let kinds = [FieldKind::Name, FieldKind::Date, FieldKind::Country, FieldKind::Other];
        for text in
            ["N/A", "n.a.", "-", "--", " ? ", "Unknown", "not  available", "TBD", "#N/A", "..."]
        {
            for kind in kinds {
                assert_eq!(null_word(text, kind), Some(NullWord::Nothing), "{text} {kind:?}");
            }
        }
        for text in ["Jane", "Nanna", "A", "李娜", "Unknown Soldier Ltd"] {
            assert_eq!(null_word(text, FieldKind::Name), None, "{text}");
        }
    }

    #[test]
    fn words_that_may_be_names_are_nothing_outside_of_names_only() {
        for text in ["NULL", "null", "Na", "nil", "None", "UNK"] {
            assert_eq!(null_word(text, FieldKind::Name), Some(NullWord::PerhapsName), "{text}");
            assert_eq!(null_word(text, FieldKind::Other), Some(NullWord::Nothing), "{text}");
        }
    }

    #[test]
    fn na_may_be_namibia() {
        assert_eq!(null_word("NA", FieldKind::Country), None);
        assert_eq!(null_word("NULL", FieldKind::Country), Some(NullWord::Nothing));
        assert_eq!(null_word("stateless", FieldKind::Country), Some(NullWord::Nothing));
        assert_eq!(null_word("stateless", FieldKind::Other), None);
    }

    #[test]
    fn dates_of_zeros_and_nines_are_nothing_and_1900_is_a_date() {
        for text in
            ["00/00/0000", "0000-00-00", "00000000", "9999-12-31", "31.12.9999", "dd/mm/yyyy"]
        {
            assert_eq!(null_word(text, FieldKind::Date), Some(NullWord::Nothing), "{text}");
        }
        for text in ["1900-01-01", "00.00.1957", "2000"] {
            assert_eq!(null_word(text, FieldKind::Date), None, "{text}");
        }
        assert_eq!(null_word("000", FieldKind::Other), None, "a number may be all zeros");
    }

    #[test]
    fn genders_are_read_from_words_and_titles() {
        for (text, gender) in [
            ("male", Some(Gender::Male)),
            ("M.", Some(Gender::Male)),
            ("Mr.", Some(Gender::Male)),
            (" Frau ", Some(Gender::Female)),
            ("w", Some(Gender::Female)),
            ("other", Some(Gender::Other)),
            ("h", None),
            ("1", None),
            ("x", None),
        ] {
            assert_eq!(gender_of_word(text), gender, "{text}");
        }
    }

    #[test]
    fn kinds_of_parties_are_read_from_the_words_that_files_use() {
        let kind = |text: &str| Schema::of_word(text).map(String::from);
        for (text, schema) in [
            ("Individual", "Person"),
            ("natural  Person", "Person"),
            ("P", "Person"),
            ("person", "Person"),
            ("Entity", "Organization"),
            ("legal entity", "Organization"),
            ("LegalEntity", "LegalEntity"),
            ("Bank", "Company"),
            ("Corporate", "Company"),
            ("Ship", "Vessel"),
            ("aircraft", "Airplane"),
        ] {
            assert_eq!(kind(text).as_deref(), Some(schema), "{text}");
        }
        assert_eq!(kind("gold"), None);
    }

    #[test]
    fn every_row_of_the_tables_names_something_and_no_word_twice() {
        for (word, schema) in pairs(PARTY_KINDS) {
            assert!(Schema::parse(schema).is_ok(), "{word}");
            assert_eq!(spaced(word), word);
        }
        let mut seen = BTreeMap::new();
        for (code, words) in pairs(DEMONYMS) {
            let country: Country = code.parse().unwrap();
            for word in words.split('|') {
                assert_eq!(Country::of_word(word), Some(country), "{word}");
                assert_eq!(seen.insert(word, code), None, "{word}");
            }
        }
        assert!(pairs(GENDERS).all(|(_, gender)| ["male", "female", "other"].contains(&gender)));
        let places = ["everywhere", "not_names", "hidden", "date", "gender", "country"];
        for (word, place) in null_words() {
            assert!(places.contains(place) && spaced(word) == *word, "{word}");
        }
    }

    #[test]
    fn nationalities_are_countries() {
        for (text, code) in [
            ("Iranian", "ir"),
            ("SOUTH KOREAN", "kr"),
            ("Ukrainian national", "ua"),
            ("US citizen", "us"),
            ("Iran", "ir"),
            ("PRK", "kp"),
        ] {
            assert_eq!(Country::of_word(text).map(|country| country.code()), Some(code), "{text}");
        }
        for text in ["Korean", "Congolese", "Atlantis", ""] {
            assert_eq!(Country::of_word(text), None, "{text}: two countries, or none");
        }
    }
}
