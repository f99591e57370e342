//! The meaning of a column of a list of one's own.

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use interdict_model::wallet::AssetTag;
use interdict_model::{PropertyDef, Schema};

use super::name_part::{Bearer, NamePart, parse_name_part};

/// The use of a column's values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ColumnTarget {
    /// The record's id.
    Id,
    /// What the record is: Person, Company, Vessel ...
    Schema,
    /// A FollowTheMoney property.
    Property(&'static str),
    /// A wallet address, perhaps of a known asset.
    Wallet(Option<AssetTag>),
    /// A passport number.
    Passport,
    /// Another identity document's number.
    IdNumber,
    /// The programme or reason for the listing.
    Programme,
    /// Who listed it.
    Authority,
    /// The authority's number for the listing.
    Reference,
    /// When it was listed.
    ListedOn,
    /// From when the listing is in force.
    ValidFrom,
    /// When the listing ended.
    ValidTo,
    /// The document that states the listing.
    SourceUrl,
    /// Kept as a note under the column's name.
    Note,
    /// Left out according to the map.
    Ignore,
}

/// Columns that are known without a map, beside the names of FollowTheMoney properties. Compared
/// without case, spaces and punctuation.
const KNOWN: &str = include_str!("../../../../data/lists/own_columns.tsv");

/// The meaning of a column of a customer file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnMeaning {
    /// Which customer it is.
    Id,
    /// What the customer is: Person, Company, Vessel ...
    Schema,
    /// A FollowTheMoney property.
    Property(&'static str),
    /// The name of another party: a director, a beneficial owner, a receiver.
    OtherParty,
    /// A part of a name of a party that may not be the customer. [`parse_name_part`] has the details.
    OtherPart,
    /// The name of a company, which is the customer if nothing else names one, and another party otherwise.
    Company,
    /// The name of a ship or an aircraft, which is the customer if nothing else names one, and another party otherwise.
    Vessel,
    /// The second line of a name.
    SecondLine,
    /// The first signs of a document's number, whose rest is in another column.
    NumberSeries,
}

/// Words before the name of a column that show that it belongs to the customer.
const OWNERS: [&str; 8] =
    ["customer", "client", "applicant", "borrower", "person", "party", "individual", "entity"];

/// The most words of a column's name that are read.
pub(super) const MOST_WORDS: usize = 16;

/// Reads the name of a column of a customer file, as it is read in a list of one's own.
///
/// ```
/// use interdict_lists::{ColumnMeaning, parse_column_name};
///
/// assert_eq!(parse_column_name("Date of birth"), Some(ColumnMeaning::Property("birthDate")));
/// assert_eq!(parse_column_name("shoe size"), None);
/// ```
pub fn parse_column_name(name: &str) -> Option<ColumnMeaning> {
    let folded = fold(name);
    let numbered = folded.trim_end_matches(|letter: char| letter.is_ascii_digit());
    let is_fact =
        |meaning: &ColumnMeaning| !matches!(meaning, ColumnMeaning::Id | ColumnMeaning::Schema);
    // `nationality 2`, `customer date of birth`. An id or a kind with more words is often something else.
    let owned = OWNERS.iter().find_map(|owner| numbered.strip_prefix(owner));
    let others = [(numbered != folded).then_some(numbered), owned];
    let known = |name| meaning_of(name).filter(is_fact);
    let of_whole = meaning_of(&folded).or_else(|| others.into_iter().flatten().find_map(known));
    of_whole.or_else(|| parse_name_part(name).map(of_part)).or_else(|| meaning_by_words(name))
}

fn of_part(part: NamePart) -> ColumnMeaning {
    match part.bearer {
        Bearer::Customer | Bearer::NamedCustomer => ColumnMeaning::Property(part.part),
        Bearer::Numbered(_) | Bearer::Other | Bearer::Unknown => ColumnMeaning::OtherPart,
    }
}

/// Words in the names of columns beside those that name a party.
const WORDS: &str = include_str!("../../../../data/lists/column_words.tsv");

/// Whether a word in the name of a column is of that kind. Properties of every query are read as names of columns are, so
/// the table is not gone through for each word.
pub(super) fn is_word_of(kind: &str, word: &str) -> bool {
    static KINDS: OnceLock<HashSet<(&'static str, &'static str)>> = OnceLock::new();
    let rows = || WORDS.lines().filter_map(|line| line.split_once('\t'));
    let pairs = || rows().flat_map(|(kind, words)| words.split('|').map(move |word| (kind, word)));
    KINDS.get_or_init(|| pairs().collect()).contains(&(kind, word))
}

/// Whether a word may be added to the name of a known column without changing its meaning: `Name (Latin)`, `Name as per
/// passport`.
fn is_variant(word: &str) -> bool {
    ["form", "holder", "variant"].iter().any(|kind| is_word_of(kind, word))
}

/// The meaning of a column whose name has several words, if some of them are a known column of a party, a name or a
/// wallet: `Joint holder`, `Beneficiary Customer`, `counterparty wallet`. None if another word stands for another kind of
/// value: `Owner since`.
fn meaning_by_words(name: &str) -> Option<ColumnMeaning> {
    let words = words(name);
    if words.len() > MOST_WORDS {
        return None;
    }
    let spans =
        (0..words.len()).flat_map(|start| (start + 1..=words.len()).map(move |end| start..end));
    let found = |wanted: &dyn Fn(&ColumnMeaning) -> bool| {
        let mut spans = spans.clone().filter(|span| span.len() < words.len());
        spans.find_map(|span| {
            let inside = words.get(span.clone())?.concat();
            let rest = || words.iter().enumerate().filter(|(at, _)| !span.contains(at));
            let meaning = meaning_of(&inside).filter(wanted)?;
            let is_other = rest().any(|(_, word)| is_word_of("other", word));
            (!is_other).then(|| (meaning, rest().all(|(_, word)| is_variant(word))))
        })
    };
    let is_wallet = |meaning: &ColumnMeaning| *meaning == ColumnMeaning::Property("publicKey");
    let is_party = |meaning: &ColumnMeaning| {
        use ColumnMeaning::{Company, OtherParty, Vessel};
        matches!(meaning, OtherParty | Company | Vessel)
    };
    let is_name = |meaning: &ColumnMeaning| *meaning == ColumnMeaning::Property("name");
    if let Some((meaning, _)) = found(&is_wallet) {
        return Some(meaning);
    }
    if found(&is_party).is_some() {
        return Some(ColumnMeaning::OtherParty);
    }
    found(&is_name)
        .map(|(meaning, is_variant)| if is_variant { meaning } else { ColumnMeaning::OtherParty })
}

/// The words of a column's name in lower case, without numbers: `beneficiaryName2` has two.
fn words(name: &str) -> Vec<String> {
    let mut words = header_words(name);
    words.retain(|word| !word.bytes().all(|byte| byte.is_ascii_digit()));
    words
}

/// The words and numbers of a column's name in lower case: `UBO1 firstName` has four. Apostrophes are inside of words.
pub(super) fn header_words(name: &str) -> Vec<String> {
    let letters: Vec<char> = name.chars().filter(|letter| !is_apostrophe(*letter)).collect();
    let mut parted = String::new();
    for (at, letter) in letters.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| letters.get(at)).copied().unwrap_or(' ');
        let after = letters.get(at + 1).copied().unwrap_or(' ');
        let starts_word = letter.is_uppercase()
            && (before.is_lowercase() || before.is_uppercase() && after.is_lowercase());
        if starts_word || letter.is_numeric() != before.is_numeric() {
            parted.push(' ');
        }
        parted.push(if letter.is_alphanumeric() { *letter } else { ' ' });
    }
    let words = parted.split_whitespace().map(str::to_lowercase);
    words.map(|word| if word == "nm" { "name".to_owned() } else { word }).collect()
}

/// Whether the values of a column that is not used may be names of parties; its own name can exclude that: a date, a
/// place, a status.
///
/// ```
/// use interdict_lists::may_hold_names;
///
/// assert!(!may_hold_names("Home town"));
/// assert!(may_hold_names("Remittance info"));
/// ```
pub fn may_hold_names(name: &str) -> bool {
    let is_other = |word: &String| is_word_of("other", word) && !is_word_of("text", word);
    matches!(parse_column_name(name), Some(ColumnMeaning::Property("notes")) | None)
        && !words(name).iter().any(is_other)
}

/// Marks that are written as apostrophes; some count as letters.
fn is_apostrophe(letter: char) -> bool {
    matches!(
        letter,
        '\'' | '`' | '´' | '\u{2018}' | '\u{2019}' | '\u{2BB}'..='\u{2BD}' | '\u{FF07}'
    )
}

/// The part of a name that a word means: `firstName`, `middleName` or `lastName`.
pub(super) fn known_part(word: &str) -> Option<&'static str> {
    match meaning_of(word)? {
        ColumnMeaning::Property(part @ ("firstName" | "middleName" | "lastName")) => Some(part),
        _ => None,
    }
}

pub(super) fn meaning_of(folded: &str) -> Option<ColumnMeaning> {
    Some(match known_target(folded).unwrap_or(folded) {
        "party" => ColumnMeaning::OtherParty,
        "company" => ColumnMeaning::Company,
        "vessel" => ColumnMeaning::Vessel,
        "name2" => ColumnMeaning::SecondLine,
        "series" => ColumnMeaning::NumberSeries,
        target => match ColumnTarget::parse(target)? {
            ColumnTarget::Id => ColumnMeaning::Id,
            ColumnTarget::Schema => ColumnMeaning::Schema,
            ColumnTarget::Property(property) => ColumnMeaning::Property(property),
            ColumnTarget::Wallet(_) => ColumnMeaning::Property("publicKey"),
            ColumnTarget::Passport => ColumnMeaning::Property("passportNumber"),
            ColumnTarget::IdNumber => ColumnMeaning::Property("idNumber"),
            _ => return None,
        },
    })
}

/// The meaning of a column according to the table.
fn known_target(folded: &str) -> Option<&'static str> {
    static TARGETS: OnceLock<HashMap<&'static str, &'static str>> = OnceLock::new();
    let rows = || KNOWN.lines().filter(|line| !line.starts_with('#'));
    let targets = TARGETS.get_or_init(|| rows().filter_map(|line| line.split_once('\t')).collect());
    targets.get(folded).copied()
}

/// Letters and digits in lower case: how column names are compared.
pub(super) fn fold(name: &str) -> String {
    let letters = name.chars().filter(|letter| letter.is_alphanumeric() && !is_apostrophe(*letter));
    letters.flat_map(char::to_lowercase).filter(|letter| letter.is_alphanumeric()).collect()
}

impl ColumnTarget {
    /// Parses the meaning that a map gives to a column: `birthDate`, `wallet:ETH`, `ignore` ...
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Some((head, tag)) = text.split_once(':')
            && fold(head) == "wallet"
        {
            return Some(Self::Wallet(Some(AssetTag::parse(tag).ok()?)));
        }
        Some(match fold(text).as_str() {
            "id" => Self::Id,
            "schema" => Self::Schema,
            "wallet" => Self::Wallet(None),
            "passport" | "passportnumber" => Self::Passport,
            "idnumber" => Self::IdNumber,
            "program" | "programme" => Self::Programme,
            "authority" => Self::Authority,
            "reference" => Self::Reference,
            "listedon" => Self::ListedOn,
            "validfrom" => Self::ValidFrom,
            "validto" => Self::ValidTo,
            "sourceurl" => Self::SourceUrl,
            "note" => Self::Note,
            "ignore" => Self::Ignore,
            folded => Self::Property(property(folded)?.name),
        })
    }

    /// The meaning of a column by its name alone. Columns with the names of other parties have none, because these are
    /// not names of the listed party.
    pub(super) fn of_column(name: &str) -> Option<Self> {
        let folded = fold(name);
        let target = known_target(&folded).unwrap_or(&folded);
        let target = match target {
            "party" | "company" | "name2" | "series" => return None,
            "vessel" => "name",
            target => target,
        };
        Self::parse(target).filter(|target| *target != Self::Ignore)
    }

    /// Whether only people have values of this kind.
    pub(super) fn is_of_people(&self) -> bool {
        const FACTS: [&str; 6] =
            ["birthDate", "nationality", "gender", "firstName", "lastName", "birthPlace"];
        match self {
            Self::Passport => true,
            Self::Property(property) => FACTS.contains(property),
            _ => false,
        }
    }

    /// Whether a record can be found by it.
    pub(super) fn identifies(&self) -> bool {
        const NAMES: [&str; 5] = ["name", "alias", "weakAlias", "previousName", "abbreviation"];
        match self {
            Self::Wallet(_) | Self::Passport | Self::IdNumber => true,
            Self::Property(property) => NAMES.contains(property),
            _ => false,
        }
    }
}

/// The property of any listed kind of thing whose name folds to that.
fn property(folded: &str) -> Option<PropertyDef> {
    static PROPERTIES: OnceLock<HashMap<String, PropertyDef>> = OnceLock::new();
    PROPERTIES.get_or_init(folded_properties).get(folded).copied()
}

/// The properties by their folded names. A file may have thousands of columns, so that the vocabulary is
/// gone through once and not for each column.
fn folded_properties() -> HashMap<String, PropertyDef> {
    let mut properties = HashMap::new();
    for schema in Schema::matchable() {
        let mut schemata = vec![schema];
        while let Some(definition) = schemata.pop().and_then(|schema| schema.definition()) {
            for property in &definition.properties {
                properties.entry(fold(property.name)).or_insert(*property);
            }
            let parents = definition.extends.iter();
            schemata.extend(parents.map(|name| Schema::from((*name).to_owned())));
        }
    }
    properties
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_of_several_words_is_known_by_those_that_name_a_party() {
        use ColumnMeaning::{OtherParty, Property};
        for (column, meaning) in [
            ("Joint holder", Some(OtherParty)),
            ("joint_account_holder", Some(OtherParty)),
            ("Beneficiary Customer", Some(OtherParty)),
            ("beneficiaryCustomerName", Some(OtherParty)),
            ("Spouse", Some(OtherParty)),
            ("Name of spouse", Some(OtherParty)),
            ("Emergency contact name", Some(OtherParty)),
            ("Name (Latin)", Some(Property("name"))),
            ("full_name_ar", Some(Property("name"))),
            ("Name as per passport", Some(Property("name"))),
            ("counterparty wallet", Some(Property("publicKey"))),
            ("Wallet of sender", Some(Property("publicKey"))),
            ("Owner since", None),
            ("beneficiary country", None),
            ("Name of product", None),
            ("customer segment", None),
            ("account name type", None),
            ("shoe size", None),
            ("Branch", None),
        ] {
            assert_eq!(parse_column_name(column), meaning, "{column}");
        }
    }

    #[test]
    fn every_property_of_a_listed_kind_is_a_column() {
        for schema in Schema::matchable() {
            for known in &schema.definition().expect("a schema of the vocabulary").properties {
                let found = property(&fold(known.name)).map(|found| fold(found.name));
                assert_eq!(found, Some(fold(known.name)));
            }
            for name in ["name", "notes", "topics"] {
                assert_eq!(property(name).map(|found| found.name), Some(name));
            }
        }
        assert!(property("shoesize").is_none() && property("").is_none());
    }
}
