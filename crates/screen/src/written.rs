//! Reads the fields of customer files as far as they can be read.
//!
//! [`Query::add`](crate::Query::add) takes values in the strict form of lists. A field of a customer file may be
//! written in many ways, or be empty in effect. [`read_field`] turns it into strict values, or gives the reason why it
//! cannot; an unreadable field never prevents reading the rest of a row.

use std::borrow::Cow;
use std::fmt;

use interdict_model::wallet::{
    WalletAddress, WalletError, WrittenWallet, is_shortened, written_wallets,
};
use interdict_model::{
    Country, DateFormError, DateOrder, DatePrefix, FieldKind, Gender, Identifier, IdentifierKind,
    PartialDate, PropertyType, WrittenDates, WrittenNumbers, field_values, null_word, without_time,
    written_text,
};

use crate::customer::is_name_property;
use crate::query::{QueryError, is_wallet_property, of_stray, property_type};
use crate::written_name::read_names;

/// The reason why a field was not screened as written. It does not quote the field, which is personal data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unread {
    /// The word stands for a missing name.
    NoName,
    /// The word may stand for a missing name. It was screened as a name.
    PerhapsNoName,
    /// The name is masked, or a word says that it is withheld or to be found elsewhere.
    Hidden,
    /// A number or an address in place of a name. It was looked up as one.
    NumberForName,
    /// Ambiguous: either one name that contains a separator, or several names. One of the parts is a single word.
    PerhapsSeveralNames,
    /// A single word from columns of parts of names: perhaps half of a name. It was screened as it is written.
    HalfName,
    /// A value of a column that is not used and looks like one of names. It was not screened as a name.
    PerhapsUnusedName,
    /// It is not a date, or a date with two readings.
    Date(DateFormError),
    /// A birth date before 1850 or after the year of screening. It was not used.
    ImpossibleYear,
    /// A day that systems write for a missing date. It was screened as written.
    StandInDate,
    /// It does not name a country.
    Country,
    /// `NA` is Namibia's code, and a word for "not available".
    CountryNa,
    /// It does not name a gender.
    Gender,
    /// It does not name a kind of party.
    Schema,
    /// It has the form of an address, and its checksum or length is wrong. It was looked up as it is written.
    Wallet,
    /// A number with wrong check digits or a wrong length. It was looked up as it is written.
    CheckDigits,
    /// A number in the form `1.09E+08`, by which a spreadsheet loses digits.
    DigitsLost,
    /// It could not be taken into the query.
    Refused(Cow<'static, str>),
}

impl fmt::Display for Unread {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::NoName => "a word for a missing name",
            Self::PerhapsNoName => "perhaps a word for a missing name; screened as a name",
            Self::Hidden => "a name that is masked or withheld, or a word in place of one",
            Self::NumberForName => "a number in place of a name; looked up as a number",
            Self::PerhapsSeveralNames => {
                "perhaps several names; a single word of it was not screened by itself"
            }
            Self::HalfName => "perhaps only a part of a name; screened as it is written",
            Self::PerhapsUnusedName => {
                "perhaps a name in a column that is not used; screen it with \
                 `-i COLUMN=otherParty`, or leave it out with `--ignore-column COLUMN`"
            }
            Self::Date(error) => return error.fmt(formatter),
            Self::ImpossibleYear => {
                "a year in which nobody who is screened can have been born; not used"
            }
            Self::StandInDate => {
                "a day that systems write for a missing date; screened as it is written"
            }
            Self::Country => "names no country",
            Self::CountryNa => "NA is Namibia, or \"not available\"; write NAM or nothing",
            Self::Gender => "names no gender",
            Self::Schema => "names no kind of party",
            Self::Wallet => {
                "an address with a wrong checksum or length, or without its middle; looked up as it is written"
            }
            Self::CheckDigits => {
                "a number with wrong check digits or length; looked up as it is written"
            }
            Self::DigitsLost => {
                "a number as a spreadsheet shortens it (1.09E+08); digits may be lost"
            }
            Self::Refused(reason) => reason,
        })
    }
}

impl From<QueryError> for Unread {
    fn from(error: QueryError) -> Self {
        Self::Refused(error.without_value())
    }
}

/// The values read from one field.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FieldReading<'a> {
    /// The values, as [`Query::add`](crate::Query::add) takes them; empty if the field is empty in effect.
    pub values: Vec<Cow<'a, str>>,
    /// What was not read, or is doubtful.
    pub unread: Option<Unread>,
}

impl<'a> FieldReading<'a> {
    fn of(values: Vec<Cow<'a, str>>) -> Self {
        Self { values, unread: None }
    }

    fn unread(why: Unread) -> Self {
        Self { values: Vec::new(), unread: Some(why) }
    }

    fn into_owned<'b>(self) -> FieldReading<'b> {
        let values = self.values.into_iter().map(|value| value.into_owned().into());
        FieldReading { values: values.collect(), unread: self.unread }
    }
}

/// Days that systems write for an unknown date but that may also be real birth dates: 1 January 1900, and days 0 and 1
/// of spreadsheets.
const STAND_INS: [&str; 3] = ["1900-01-01", "1899-12-30", "1899-12-31"];

/// The earliest year of birth that is accepted. Software writes earlier ones for missing dates: the calendars of
/// common systems begin in 0001, 1601 and 1753.
const FIRST_YEAR: u16 = 1850;
/// The latest year of birth that is accepted if the day of screening is not known.
const LAST_YEAR: u16 = 2100;

/// What the fields of a column mean. It is made once for a column: looking a property up in the vocabulary
/// takes as long as reading many values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldMeaning {
    /// The property.
    pub property: String,
    /// The order of day and month in dates, if it was given or found in the column.
    pub order: Option<DateOrder>,
    /// The latest year of birth that is accepted: the year of screening.
    pub last_year: u16,
    kind: FieldKind,
    /// The kind of the numbers, if the property holds numbers.
    number: Option<IdentifierKind>,
    /// Whether the names may be parts of names.
    perhaps_part: bool,
}

impl FieldMeaning {
    /// The meaning of a column of that property.
    pub fn new(property: &str, order: Option<DateOrder>) -> Self {
        let kind = field_kind(property);
        let number = number_kind(of_stray(property).unwrap_or(property));
        let property = property.to_owned();
        Self { property, order, last_year: LAST_YEAR, kind, number, perhaps_part: false }
    }

    /// The same, for fields that are screened on that day.
    pub fn on(self, day: Option<DatePrefix>) -> Self {
        Self { last_year: day.map_or(self.last_year, |day| day.year()), ..self }
    }

    /// The same, for a column of names that may be parts of names.
    pub fn of_perhaps_parts(self, perhaps_part: bool) -> Self {
        Self { perhaps_part, ..self }
    }

    pub(crate) fn holds_perhaps_parts(&self) -> bool {
        self.perhaps_part
    }

    pub(crate) fn is_number(&self) -> bool {
        self.number.is_some()
    }

    pub(crate) fn is_name(&self) -> bool {
        self.kind == FieldKind::Name
    }
}

/// Reads a field.
///
/// ```
/// use interdict_screen::{FieldMeaning, read_field};
///
/// let meaning = |property| FieldMeaning::new(property, None);
/// assert_eq!(read_field(&meaning("birthDate"), "25.04.1965").values, ["1965-04-25"]);
/// assert_eq!(read_field(&meaning("nationality"), "Iranian").values, ["ir"]);
/// let gender = read_field(&meaning("gender"), "unclear");
/// assert_eq!(gender.unread.map(|why| why.to_string()).as_deref(), Some("names no gender"));
/// ```
pub fn read_field<'a>(meaning: &FieldMeaning, text: &'a str) -> FieldReading<'a> {
    match written_text(text) {
        Cow::Borrowed(text) => read_decoded(meaning, text),
        Cow::Owned(text) => read_decoded(meaning, &text).into_owned(),
    }
}

fn read_decoded<'a>(meaning: &FieldMeaning, text: &'a str) -> FieldReading<'a> {
    let text = text.trim();
    if text.is_empty() {
        return FieldReading::default();
    }
    let kind = meaning.kind;
    if kind == FieldKind::Name {
        return read_names(&meaning.property, text);
    }
    if null_word(text, kind).is_some() {
        return FieldReading::default();
    }
    match (kind, meaning.number) {
        (FieldKind::Other, _) if is_wallet_property(&meaning.property) => read_wallets(text),
        (FieldKind::Other, Some(kind)) => read_numbers(kind, text),
        _ => read_facts(meaning, text),
    }
}

/// Reads a date, gender or country, or several of them, or a text of another kind.
fn read_facts<'a>(meaning: &FieldMeaning, text: &'a str) -> FieldReading<'a> {
    let whole = read_fact(meaning, text);
    if whole.unread.is_none() {
        return whole;
    }
    let mut reading = FieldReading::default();
    for part in field_values(text) {
        if null_word(&part, meaning.kind).is_some() {
            continue;
        }
        let part = read_fact(meaning, &part).into_owned();
        reading.values.extend(part.values);
        reading.unread = reading.unread.or(part.unread);
    }
    reading
}

fn read_fact<'a>(meaning: &FieldMeaning, text: &'a str) -> FieldReading<'a> {
    match meaning.kind {
        FieldKind::Date => read_date(text, meaning),
        FieldKind::Gender => match text.parse::<Gender>() {
            Ok(gender) => FieldReading::of(vec![gender.as_str().into()]),
            Err(_) => FieldReading::unread(Unread::Gender),
        },
        FieldKind::Country if text.eq_ignore_ascii_case("na") => {
            FieldReading::unread(Unread::CountryNa)
        }
        FieldKind::Country => match Country::of_word(text) {
            Some(country) => FieldReading::of(vec![country.code().into()]),
            None => FieldReading::unread(Unread::Country),
        },
        FieldKind::Name | FieldKind::Other => FieldReading::of(vec![text.into()]),
    }
}

/// The type of a property's values, which decides how they are read.
fn field_kind(property: &str) -> FieldKind {
    if is_name_property(property) {
        return FieldKind::Name;
    }
    match property {
        "birthDate" => FieldKind::Date,
        "gender" => FieldKind::Gender,
        _ if property_type(property) == Some(PropertyType::Country) => FieldKind::Country,
        _ => FieldKind::Other,
    }
}

/// The kind of numbers that a property holds, if it holds numbers.
fn number_kind(property: &str) -> Option<IdentifierKind> {
    let is_number = property_type(property) == Some(PropertyType::Identifier);
    IdentifierKind::of_property(property).or(is_number.then_some(IdentifierKind::Other))
}

fn read_numbers(kind: IdentifierKind, text: &str) -> FieldReading<'_> {
    let WrittenNumbers { values, digits_lost } = WrittenNumbers::parse(kind, text);
    let is_something = |value: &String| null_word(value, FieldKind::Other).is_none();
    let values: Vec<String> = values.into_iter().filter(is_something).collect();
    let numbers: Vec<Identifier> =
        values.iter().filter_map(|value| Identifier::new(kind, value).ok()).collect();
    let mistyped = Identifier::is_mistyped(&numbers).then_some(Unread::CheckDigits);
    let unread = digits_lost.then_some(Unread::DigitsLost).or(mistyped);
    FieldReading { values: values.into_iter().map(Cow::Owned).collect(), unread }
}

/// A text of no known form may be the address of an unknown chain, so it is looked up as written.
fn read_wallets(text: &str) -> FieldReading<'_> {
    let addresses = written_wallets(text).into_iter().map(|WrittenWallet { address, .. }| address);
    let addresses = addresses.filter(|address| null_word(address, FieldKind::Other).is_none());
    let addresses: Vec<String> = addresses.collect();
    let unread = addresses.iter().any(|address| has_slip(address)).then_some(Unread::Wallet);
    FieldReading { values: addresses.into_iter().map(Cow::Owned).collect(), unread }
}

/// Whether a text has the form of an address, but a wrong checksum, a wrong length, or its middle left out.
pub(crate) fn has_slip(address: &str) -> bool {
    is_shortened(address)
        || !matches!(
            WalletAddress::parse(address),
            Ok(_) | Err(WalletError::Unrecognised | WalletError::UnknownVersion)
        )
}

fn read_date<'a>(text: &'a str, meaning: &FieldMeaning) -> FieldReading<'a> {
    if null_word(without_time(text), FieldKind::Date).is_some() {
        return FieldReading::default();
    }
    match WrittenDates::parse(text, meaning.order) {
        Ok(dates) => {
            let is_possible =
                |date: &PartialDate| (FIRST_YEAR..=meaning.last_year).contains(&date.from().year());
            if !dates.dates().iter().all(is_possible) {
                return FieldReading::unread(Unread::ImpossibleYear);
            }
            let values: Vec<Cow<'_, str>> =
                dates.dates().iter().map(|date| date.to_string().into()).collect();
            let stand_in = values.iter().any(|date| STAND_INS.contains(&date.as_ref()));
            FieldReading { values, unread: stand_in.then_some(Unread::StandInDate) }
        }
        Err(error) => FieldReading::unread(Unread::Date(error)),
    }
}
